/* SPDX-License-Identifier: Apache-2.0 */
/* monitor.c - the files of monitors. */
#include "monitor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"

enum { FILE_MAX = 16384, NAMES_MAX = 1024 };

static const char *const words[] = {"opened", "closed", "changed", "vuln", "score"};

bool monitor_is_name(const char *name)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t len = strlen(name);

	return len > 0 && len < MONITOR_NAME && strspn(name, letters) == len && name[0] != '-';
}

unsigned monitor_read_on(const char *list)
{
	unsigned bits = 0;

	while (*list != '\0') {
		size_t len = strcspn(list, ",");
		unsigned i = 0;

		while (i < 5 && (strlen(words[i]) != len || strncmp(words[i], list, len) != 0))
			i++;
		if (i == 5)
			return 0;
		bits |= 1U << i;
		list += len + (list[len] == ',');
	}
	return bits;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void path_of(char out[PATH_MAX], const char *db, const char *name, const char *end)
{
	snprintf(out, PATH_MAX, "%.4000s/monitors/%.*s%s", db, MONITOR_NAME, name, end);
}

/* Write a file beside its place, flush it, and move it there. */
static int replace(const char *db, const char *name, const char *end, const char *text)
{
	char path[PATH_MAX], temp[PATH_MAX];
	size_t len = strlen(text);
	int fd, ret = 0;

	path_of(path, db, name, end);
	path_of(temp, db, name, ".new");
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	if (write(fd, text, len) != (ssize_t)len || fsync(fd) != 0)
		ret = errno != 0 ? -errno : -EIO;
	close(fd);
	if (ret == 0 && rename(temp, path) != 0)
		ret = -errno;
	if (ret != 0)
		unlink(temp);
	return ret;
}

static int read_file(const char *path, char out[FILE_MAX], size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, out, FILE_MAX - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	out[n] = '\0';
	*len = (size_t)n;
	return 0;
}

static void put(FILE *f, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	fprintf(f, "%s = \"", key);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			fputc('\\', f);
		fputc((unsigned char)*value < ' ' ? ' ' : *value, f);
	}
	fputs("\"\n", f);
}

static int write_monitor(const char *db, const struct monitor *m)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int ret;

	if (f == NULL)
		return -ENOMEM;
	put(f, "query", m->query);
	put(f, "on", m->on);
	put(f, "exec", m->exec);
	put(f, "shell", m->shell ? "yes" : "");
	put(f, "webhook", m->webhook);
	put(f, "secret-file", m->secret_file);
	put(f, "ca-file", m->ca_file);
	fprintf(f, "timeout = %" PRIu32 "\n", m->timeout_s);
	ret = fclose(f) == 0 ? replace(db, m->name, ".conf", text) : -ENOMEM;
	free(text);
	return ret;
}

int monitor_add(const char *db, const struct monitor *m, const struct monitor_state *st,
                struct error *err)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%.4000s/monitors", db);
	if (mkdir(path, 0750) != 0 && errno != EEXIST)
		return error_set(err, -errno, "%.300s: %s", path, strerror(errno));
	path_of(path, db, m->name, ".conf");
	if (access(path, F_OK) == 0)
		return error_set(err, -EEXIST,
		                 "there is a monitor %s: sonde monitor remove %s first", m->name,
		                 m->name);
	ret = monitor_save_state(db, m->name, st);
	if (ret == 0)
		ret = write_monitor(db, m);
	return ret == 0 ? 0 : error_set(err, ret, "%.300s: %s", path, strerror(-ret));
}

static int set_value(void *arg, const struct conf_line *l, struct error *err)
{
	struct monitor *m = arg;
	const struct {
		const char *key;
		char *out;
		size_t size;
	} texts[] = {
		{"query", m->query, sizeof(m->query)},
		{"on", m->on, sizeof(m->on)},
		{"exec", m->exec, sizeof(m->exec)},
		{"webhook", m->webhook, sizeof(m->webhook)},
		{"secret-file", m->secret_file, sizeof(m->secret_file)},
		{"ca-file", m->ca_file, sizeof(m->ca_file)},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(texts[i].key, l->key) != 0)
			continue;
		snprintf(texts[i].out, texts[i].size, "%s", l->value);
		return 0;
	}
	if (strcmp(l->key, "shell") == 0)
		m->shell = strcmp(l->value, "yes") == 0;
	else if (strcmp(l->key, "timeout") == 0)
		m->timeout_s = (uint32_t)strtoul(l->value, NULL, 10);
	else
		return conf_refuse(l, l->key_column, "a setting of a monitor", err);
	return 0;
}

int monitor_load(const char *db, const char *name, struct monitor *out, struct error *err)
{
	char path[PATH_MAX], text[FILE_MAX];
	size_t len = 0;
	int ret;

	memset(out, 0, sizeof(*out));
	out->timeout_s = 30;
	snprintf(out->name, sizeof(out->name), "%s", name);
	path_of(path, db, name, ".conf");
	ret = read_file(path, text, &len);
	if (ret != 0)
		return error_set(err, ret, "no monitor %s: sonde monitor list has them", name);
	return conf_parse(path, text, len, set_value, out, err);
}

int monitor_load_state(const char *db, const char *name, struct monitor_state *out)
{
	char path[PATH_MAX], text[FILE_MAX];
	size_t len = 0;
	int ret;

	memset(out, 0, sizeof(*out));
	path_of(path, db, name, ".state");
	ret = read_file(path, text, &len);
	if (ret != 0)
		return ret;
	if (sscanf(text,
	           "cursor %" SCNu64 " sent %" SCNu64 " failed %" SCNu64 " at %" SCNd64
	           " error %159[^\n]",
	           &out->cursor, &out->sent, &out->failed, &out->sent_us, out->error) < 4)
		return -EINVAL;
	return 0;
}

int monitor_save_state(const char *db, const char *name, const struct monitor_state *st)
{
	char text[512];

	snprintf(text, sizeof(text),
	         "cursor %" PRIu64 " sent %" PRIu64 " failed %" PRIu64 " at %" PRId64 " error %s\n",
	         st->cursor, st->sent, st->failed, st->sent_us, st->error);
	return replace(db, name, ".state", text);
}

int monitor_remove(const char *db, const char *name)
{
	static const char *const ends[] = {".state", ".lock"};
	char path[PATH_MAX];

	path_of(path, db, name, ".conf");
	if (unlink(path) != 0)
		return -errno;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		path_of(path, db, name, ends[i]);
		unlink(path);
	}
	return 0;
}

static int is_conf(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 5 && strcmp(e->d_name + len - 5, ".conf") == 0;
}

int monitor_each(const char *db, void (*each)(void *arg, const char *name), void *arg)
{
	struct dirent **list;
	char path[PATH_MAX];
	int n;

	snprintf(path, sizeof(path), "%.4000s/monitors", db);
	n = scandir(path, &list, is_conf, alphasort);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	for (int i = 0; i < n; i++) {
		list[i]->d_name[strlen(list[i]->d_name) - 5] = '\0';
		if (i < NAMES_MAX && monitor_is_name(list[i]->d_name))
			each(arg, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return 0;
}

int monitor_lock(const char *db, const char *name)
{
	char path[PATH_MAX];
	int fd, ret;

	path_of(path, db, name, ".lock");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	ret = errno == EWOULDBLOCK ? -EBUSY : -errno;
	close(fd);
	return ret;
}
