/* SPDX-License-Identifier: Apache-2.0 */
/* parts.c - names the files of an export and lets them appear together. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parts_impl.h"

/* ---- names ----------------------------------------------------------------------------------- */

/* Where the endings of a name begin: ".ndjson.zst" of "services.ndjson.zst". */
static size_t stem_of(const char *name)
{
	size_t len = strlen(name);
	const char *dot;

	if (part_pack_of(name) != PART_PLAIN)
		len = (size_t)(strrchr(name, '.') - name);
	dot = memrchr(name, '.', len);
	return dot != NULL && dot > name ? (size_t)(dot - name) : len;
}

int parts_name(const struct parts *p, unsigned number, char out[PARTS_NAME])
{
	size_t stem = stem_of(p->base);
	int n = p->config.numbered ? snprintf(out, PARTS_NAME, "%.*s-%06u%s", (int)stem, p->base,
	                                      number, p->base + stem)
	                           : snprintf(out, PARTS_NAME, "%s", p->base);

	return n < 0 || n >= PARTS_NAME - PARTS_HIDDEN ? -ENAMETOOLONG : 0;
}

/* ".NAME.PID.part" */
static void hidden_name(const char *name, char out[PARTS_NAME])
{
	snprintf(out, PARTS_NAME, ".%.*s.%d.part", PARTS_NAME - PARTS_HIDDEN, name, (int)getpid());
}

/* Split the path of the export into folder and name. A symbolic link stands for its file. */
static int split(struct parts *p, const char *path, struct error *err)
{
	char *real = realpath(path, NULL), *slash;
	struct stat st;
	int ret = 0;

	if (real == NULL)
		real = strdup(path);
	if (real == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	slash = strrchr(real, '/');
	if (stat(real, &st) == 0 && S_ISDIR(st.st_mode))
		ret = error_set(err, -EINVAL, "%s is a folder: name a file in it", path);
	if (ret == 0 && strpbrk(real, "\n") != NULL)
		ret = error_set(err, -EINVAL, "%s: a line feed in the name of a file", path);
	if (ret == 0 &&
	    (size_t)snprintf(p->base, sizeof(p->base), "%s", slash != NULL ? slash + 1 : real) >=
	            PARTS_NAME - PARTS_HIDDEN - 32)
		ret = error_set(err, -EINVAL, "%s: the name is too long", path);
	if (slash != NULL)
		slash[slash == real ? 1 : 0] = '\0';
	if (ret == 0) {
		p->dir = open(slash != NULL ? real : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (p->dir < 0)
			ret = error_set(err, -errno, "%s: %s", slash != NULL ? real : ".",
			                strerror(errno));
	}
	free(real);
	return ret;
}

/* Whether the @len bytes at @name are the name of a part or of a manifest of this export. */
static bool is_own(const struct parts *p, const char *name, size_t len)
{
	static const char manifest[] = ".manifest.json";
	size_t stem = stem_of(p->base), end = strlen(p->base + stem), m = strlen(manifest);

	if (len > m && memcmp(name + len - m, manifest, m) == 0)
		len -= m;
	if (len < stem + end || memcmp(name, p->base, stem) != 0 ||
	    memcmp(name + len - end, p->base + stem, end) != 0)
		return false;
	name += stem;
	len -= stem + end;
	return len == 0 || (name[0] == '-' && len > 1 && strspn(name + 1, "0123456789") >= len - 1);
}

/* Whether a hidden file of this export belongs to a process that is no more. */
static bool is_left(const struct parts *p, const char *name)
{
	size_t len = strlen(name);
	const char *dot;
	long pid;

	if (name[0] != '.' || len < 8 || strcmp(name + len - 5, ".part") != 0)
		return false;
	dot = memrchr(name + 1, '.', len - 6);
	if (dot == NULL || !is_own(p, name + 1, (size_t)(dot - name) - 1))
		return false;
	pid = strtol(dot + 1, NULL, 10);
	return pid > 0 && pid != getpid() && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* Remove what killed processes have left, unless a state may still want it: one that uses the folder
 * has a file for its lock there. */
static void sweep(const struct parts *p)
{
	const struct dirent *e;
	char name[PARTS_NAME];
	DIR *dir;

	parts_lock_name(p, name);
	if (p->config.state == NULL && faccessat(p->dir, name, F_OK, 0) == 0)
		return;
	dir = fdopendir(openat(p->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (is_left(p, e->d_name))
			unlinkat(p->dir, e->d_name, 0);
	if (dir != NULL)
		closedir(dir);
}

/* ---- a set of parts -------------------------------------------------------------------------- */

int parts_open(const struct parts_config *config, struct parts **out, struct error *err)
{
	struct parts *p = calloc(1, sizeof(*p));
	int ret;

	if (p == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	p->config = *config;
	p->dir = p->lock = -1;
	ret = split(p, config->path, err);
	if (ret == 0 && config->state != NULL)
		ret = parts_state_open(p, err);
	if (ret != 0) {
		parts_close(p);
		return ret;
	}
	sweep(p);
	*out = p;
	return 0;
}

bool parts_cursor(const struct parts *p, uint64_t *cursor)
{
	if (p->has_cursor)
		*cursor = p->cursor;
	return p->has_cursor;
}

static struct parts_file *add_file(struct parts *p)
{
	if (p->count == p->cap) {
		size_t more = p->cap * 2 + 8;
		struct parts_file *list = realloc(p->files, more * sizeof(*list));

		if (list == NULL)
			return NULL;
		p->files = list;
		p->cap = more;
	}
	memset(&p->files[p->count], 0, sizeof(*p->files));
	return &p->files[p->count++];
}

int parts_begin(struct parts *p, struct part **part)
{
	struct parts_file *f = add_file(p);
	int ret = f == NULL ? -ENOMEM : parts_name(p, p->number + 1, f->name);

	if (ret == 0) {
		hidden_name(f->name, f->hidden);
		ret = part_open(&(struct part_place){p->dir, f->hidden, part_pack_of(p->base),
		                                     p->config.no_sum},
		                &p->part);
	}
	if (ret != 0) {
		p->count -= f != NULL;
		return ret;
	}
	p->number++;
	*part = p->part;
	return 0;
}

int parts_end(struct parts *p, uint64_t rows)
{
	struct parts_file *f = &p->files[p->count - 1];
	int ret = part_finish(p->part, &f->sum);

	p->part = NULL;
	f->rows = rows;
	f->is_there = ret == 0;
	return ret;
}

/* Write a small file under the hidden name of @name. */
int parts_write_small(struct parts *p, const char *name, const struct bytes *text)
{
	struct parts_file *f = text->failed ? NULL : add_file(p);
	struct part *part;
	int ret;

	if (f == NULL)
		return -ENOMEM;
	snprintf(f->name, sizeof(f->name), "%s", name);
	hidden_name(name, f->hidden);
	ret = part_open(&(struct part_place){p->dir, f->hidden, PART_PLAIN, true}, &part);
	if (ret == 0 && (ret = part_write(part, text->data, text->len)) != 0)
		part_discard(part);
	else if (ret == 0)
		ret = part_finish(part, &f->sum);
	f->is_there = ret == 0;
	return ret;
}

static int write_manifests(struct parts *p, const struct parts_about *about)
{
	size_t n = p->config.no_manifest ? 0 : p->count;
	bool each = p->config.state != NULL;
	int ret = 0;

	/* One for all parts, or for an export that goes on, one for each. */
	for (size_t i = 0; i < (each || n == 0 ? n : 1) && ret == 0; i++) {
		char name[PARTS_NAME];
		struct bytes text = {0};

		snprintf(name, sizeof(name), "%.*s.manifest.json", PARTS_NAME - PARTS_HIDDEN,
		         each ? p->files[i].name : p->base);
		ret = parts_manifest(p->files + i, each ? 1 : n, about, &text);
		if (ret == 0)
			ret = parts_write_small(p, name, &text);
		bytes_fini(&text);
	}
	return ret;
}

/* Give the files their names, in their order. */
static int rename_all(struct parts *p)
{
	for (size_t i = 0; i < p->count; i++) {
		if (renameat(p->dir, p->files[i].hidden, p->dir, p->files[i].name) != 0)
			return -errno;
		p->files[i].is_there = false;
	}
	return fsync(p->dir) != 0 ? -errno : 0;
}

/* Parts of an earlier export that had more of them. */
static void drop_further(const struct parts *p)
{
	char name[PARTS_NAME];

	for (unsigned n = p->number + 1; p->config.numbered && p->config.state == NULL; n++)
		if (parts_name(p, n, name) != 0 || unlinkat(p->dir, name, 0) != 0)
			return;
}

int parts_commit(struct parts *p, const struct parts_about *about)
{
	size_t parts = p->count;
	int ret = write_manifests(p, about);

	if (ret == 0 && fsync(p->dir) != 0)
		ret = -errno;
	if (ret == 0 && p->config.state != NULL)
		ret = parts_state_write(p, about->cursor);
	if (ret == 0)
		ret = rename_all(p);
	if (ret != 0)
		return ret;
	if (parts > 0)
		snprintf(p->last, sizeof(p->last), "%s", p->files[parts - 1].name);
	drop_further(p);
	p->count = 0;
	p->is_promised = false;
	return 0;
}

const char *parts_last_name(const struct parts *p)
{
	return p->last;
}

void parts_close(struct parts *p)
{
	if (p == NULL)
		return;
	part_discard(p->part);
	for (size_t i = 0; i < p->count && !p->is_promised; i++)
		if (p->files[i].is_there)
			unlinkat(p->dir, p->files[i].hidden, 0);
	free(p->files);
	if (p->dir >= 0)
		close(p->dir);
	if (p->lock >= 0)
		close(p->lock);
	free(p);
}
