/* SPDX-License-Identifier: Apache-2.0 */
/* place.c - what is known of an address besides its answers, from the files of a folder. */
#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "inventory.h"
#include "mmdb.h"
#include "place_file.h"
#include "registry.h"

enum { LOOK_AGAIN_US = 1000000 };

enum kind { INVENTORY, MMDB, REGISTRY };

static const char *const kind_names[] = {"inventory", "mmdb", "registry"};

struct file {
	char name[PLACE_NAME];
	uint8_t kind; /* enum kind */
	char *fault;  /* owned; NULL = the file is in use */
	struct stat was;
	struct mmdb *mmdb;
	struct registry registry;
};

struct places {
	char *path; /* owned */
	struct stat was;
	int64_t looked_us;   /* when the files were last compared with the disk; monotonic */
	struct file **files; /* owned; by name */
	size_t count;
	struct inventory inventory;
};

/* ---- one file -------------------------------------------------------------------------------- */

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

/* The kind of the file @name; -1: it is none of ours. */
static int kind_of(const char *name)
{
	if (name[0] == '.' || strlen(name) >= PLACE_NAME)
		return -1;
	return strcmp(name, "inventory.csv") == 0 ? INVENTORY
	       : ends_with(name, ".mmdb")         ? MMDB
	       : ends_with(name, ".registry")     ? REGISTRY
	                                          : -1;
}

static void file_free(struct file *f)
{
	if (f == NULL)
		return;
	mmdb_close(f->mmdb);
	registry_close(&f->registry);
	free(f->fault);
	free(f);
}

static int file_path(const struct places *p, const char *name, char out[PATH_MAX])
{
	return (size_t)snprintf(out, PATH_MAX, "%s/%s", p->path, name) < PATH_MAX ? 0
	                                                                          : -ENAMETOOLONG;
}

static int file_load(struct places *p, struct file *f, const char *path, struct error *err)
{
	int ret;

	switch (f->kind) {
	case INVENTORY:
		return inventory_load(p->path, &p->inventory, err);
	case MMDB:
		return mmdb_open(path, &f->mmdb, err);
	default:
		ret = registry_open(path, &f->registry);
		return ret == 0 || ret == -ENOMEM
		               ? ret
		               : error_set(err, ret, "%s",
		                           ret == -EINVAL ? "no table of a registry, or damaged"
		                                          : strerror(-ret));
	}
}

/* Open the file @name. What is wrong with it becomes its fault. NULL: no memory. */
static struct file *file_open(struct places *p, const char *name)
{
	struct file *f = calloc(1, sizeof(*f));
	struct error err = {""};
	char path[PATH_MAX];
	int ret;

	if (f == NULL)
		return NULL;
	snprintf(f->name, sizeof(f->name), "%s", name);
	f->kind = (uint8_t)kind_of(name);
	ret = file_path(p, name, path);
	if (ret != 0 || stat(path, &f->was) != 0)
		ret = error_set(&err, -EIO, "cannot be read");
	else
		ret = file_load(p, f, path, &err);
	if (ret == -ENOMEM || (ret != 0 && (f->fault = strdup(err.text)) == NULL)) {
		file_free(f);
		return NULL;
	}
	return f;
}

/* ---- the folder ------------------------------------------------------------------------------ */

static void close_files(struct places *p)
{
	for (size_t i = 0; i < p->count; i++)
		file_free(p->files[i]);
	free(p->files);
	p->files = NULL;
	p->count = 0;
	inventory_fini(&p->inventory);
}

static int is_ours(const struct dirent *d)
{
	return kind_of(d->d_name) >= 0;
}

static int open_files(struct places *p)
{
	struct dirent **names;
	int n, ret = 0;

	memset(&p->was, 0, sizeof(p->was));
	if (stat(p->path, &p->was) != 0)
		return 0;
	n = scandir(p->path, &names, is_ours, alphasort);
	if (n < 0)
		return errno == ENOMEM ? -ENOMEM : 0;
	p->files = calloc((size_t)n + 1, sizeof(*p->files));
	for (int i = 0; i < n; i++) {
		struct file *f = p->files != NULL && ret == 0 ? file_open(p, names[i]->d_name)
		                                              : NULL;

		if (f != NULL)
			p->files[p->count++] = f;
		else
			ret = -ENOMEM;
		free(names[i]);
	}
	free(names);
	if (ret != 0 || p->files == NULL) {
		close_files(p);
		return -ENOMEM;
	}
	return 0;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool is_changed(const struct places *p)
{
	struct stat now = {0};
	char path[PATH_MAX];

	if (stat(p->path, &now) != 0)
		memset(&now, 0, sizeof(now));
	if (!is_same(&now, &p->was))
		return true;
	for (size_t i = 0; i < p->count; i++)
		if (file_path(p, p->files[i]->name, path) != 0 || stat(path, &now) != 0 ||
		    !is_same(&now, &p->files[i]->was))
			return true;
	return false;
}

/* Short memory leaves the folder empty until the next look. */
static void refresh(struct places *p)
{
	int64_t now = clock_monotonic_us();

	if (now - p->looked_us < LOOK_AGAIN_US)
		return;
	p->looked_us = now;
	if (!is_changed(p))
		return;
	close_files(p);
	if (open_files(p) != 0)
		memset(&p->was, 0xff, sizeof(p->was));
}

int place_open(const char *path, struct places **out)
{
	struct places *p = calloc(1, sizeof(*p));
	int ret = -ENOMEM;

	if (p == NULL)
		return ret;
	p->path = strdup(path);
	if (p->path != NULL)
		ret = open_files(p);
	p->looked_us = clock_monotonic_us();
	if (ret != 0) {
		place_close(p);
		return ret;
	}
	*out = p;
	return 0;
}

const char *place_path(const struct places *p)
{
	return p->path;
}

void place_close(struct places *p)
{
	if (p == NULL)
		return;
	close_files(p);
	free(p->path);
	free(p);
}

/* ---- looking up ------------------------------------------------------------------------------ */

void place_find(struct places *p, const struct dp_addr *addr, struct place_info *out)
{
	bool is_located;

	memset(out, 0, sizeof(*out));
	if (p == NULL)
		return;
	refresh(p);
	inventory_find(&p->inventory, addr, out);
	is_located = out->location_source != NULL;
	for (size_t i = 0; i < p->count; i++)
		if (p->files[i]->mmdb != NULL)
			mmdb_find(p->files[i]->mmdb, addr, is_located, out);
	for (size_t i = 0; i < p->count; i++)
		if (p->files[i]->registry.map != NULL)
			registry_find(&p->files[i]->registry, addr, out);
}

unsigned place_kinds(const struct places *p)
{
	unsigned kinds = 0;

	for (size_t i = 0; p != NULL && i < p->count; i++) {
		const struct file *f = p->files[i];

		if (f->mmdb != NULL)
			kinds |= mmdb_kinds(f->mmdb);
		else if (f->registry.map != NULL)
			kinds |= PLACE_HAS_REGISTRY | PLACE_HAS_LOCATIONS;
		else if (f->fault == NULL && p->inventory.count > 0)
			kinds |= PLACE_HAS_ASSETS | PLACE_HAS_LOCATIONS;
	}
	return kinds;
}

/* Midnight of 20260801, UTC. */
static int64_t date_us(uint32_t date)
{
	struct tm tm = {.tm_year = (int)(date / 10000) - 1900,
	                .tm_mon = (int)(date / 100 % 100) - 1,
	                .tm_mday = (int)(date % 100)};

	return date < 19700101 ? 0 : (int64_t)timegm(&tm) * 1000000;
}

void place_each_file(const struct places *p, bool (*each)(void *arg, const struct place_file *f),
                     void *arg)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct file *f = p->files[i];
		struct place_file out = {f->name, kind_names[f->kind], 0, 0, f->fault, ""};

		if (f->mmdb != NULL) {
			out.entries = mmdb_nodes(f->mmdb);
			out.built_us = mmdb_built_us(f->mmdb);
			out.about = mmdb_type(f->mmdb);
		} else if (f->registry.map != NULL) {
			out.entries = f->registry.count;
			out.built_us = date_us(f->registry.date);
			out.about = f->registry.name;
		} else if (f->kind == INVENTORY) {
			out.entries = p->inventory.count;
		}
		if (!each(arg, &out))
			return;
	}
}

/* ---- changing the folder --------------------------------------------------------------------- */

static bool is_name(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return name[0] != '\0' && name[0] != '.' && name[strspn(name, allowed)] == '\0' &&
	       strlen(name) < PLACE_NAME;
}

/* The name that the file @from gets in the folder. */
static int name_for(const char *from, const char *end, char name[PLACE_NAME], struct error *err)
{
	const char *slash = strrchr(from, '/'), *base = slash != NULL ? slash + 1 : from;
	int n = snprintf(name, PLACE_NAME, "%s%s", base, ends_with(base, end) ? "" : end);

	if (n >= PLACE_NAME || !is_name(name))
		return error_set(
			err, -EINVAL,
			"%.200s: name the file by letters, digits, dots and dashes, at most "
			"%d",
			from, PLACE_NAME - 10);
	return 0;
}

static int add_list(const char *path, const char *from, const struct bytes *text,
                    char name[PLACE_NAME], struct error *err)
{
	struct bytes table = {0};
	struct error why = {""};
	int ret = name_for(from, ".registry", name, err);

	if (ret == 0) {
		ret = registry_compile((const char *)text->data, text->len, &table, &why);
		if (ret != 0)
			error_set(err, ret, "%.200s: %.250s", from,
			          ret == -ENOMEM ? "out of memory" : why.text);
	}
	if (ret == 0)
		ret = place_file_replace(path, name, &table, err);
	bytes_fini(&table);
	return ret;
}

static int add_mmdb(const char *path, const char *from, const struct bytes *data,
                    char name[PLACE_NAME], struct error *err)
{
	struct error why = {""};
	struct mmdb *m = NULL;
	int ret = mmdb_open(from, &m, &why);

	mmdb_close(m);
	if (ret == -ENOMEM)
		return error_set(err, ret, "out of memory");
	if (ret != 0)
		return error_set(
			err, ret,
			"%.200s: neither a MaxMind database nor a list of delegations of a "
			"registry (%.150s); `sonde label --import` reads an inventory",
			from, why.text);
	ret = name_for(from, ".mmdb", name, err);
	return ret == 0 ? place_file_replace(path, name, data, err) : ret;
}

int place_add(const char *path, const char *from, char name[PLACE_NAME], struct error *err)
{
	struct bytes data = {0};
	int ret = place_file_read(from, PLACE_FILE_MOST, &data, err);

	if (ret == 0)
		ret = data.len > 0 && registry_is_list((const char *)data.data, data.len)
		              ? add_list(path, from, &data, name, err)
		              : add_mmdb(path, from, &data, name, err);
	bytes_fini(&data);
	return ret;
}

int place_remove(const char *path, const char *name, struct error *err)
{
	char whole[PATH_MAX];

	if (!is_name(name) || kind_of(name) < 0)
		return error_set(err, -EINVAL, "`%.100s`: no name of such a file", name);
	if ((size_t)snprintf(whole, sizeof(whole), "%s/%s", path, name) >= sizeof(whole))
		return error_set(err, -ENAMETOOLONG, "%.300s...: the path is too long", path);
	if (unlink(whole) != 0)
		return error_set(err, -errno, "%.300s: %s", whole, strerror(errno));
	return 0;
}
