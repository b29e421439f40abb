/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts_state.c - reads and writes the state of an export that goes on.
 *
 * Lines: "sonde-export 1", "what WORDS", "cursor N", "part N", and for each file that is to get its
 * name "rename HIDDEN<tab>NAME". A process that uses the state holds a lock on ".NAME.lock" in the
 * folder of the parts.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "parts_impl.h"

static const char head[] = "sonde-export 1\n";

void parts_lock_name(const struct parts *p, char out[PARTS_NAME])
{
	snprintf(out, PARTS_NAME, ".%.*s.lock", PARTS_NAME - PARTS_HIDDEN, p->base);
}

static int take_lock(struct parts *p, struct error *err)
{
	char name[PARTS_NAME];

	parts_lock_name(p, name);
	p->lock = openat(p->dir, name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (p->lock < 0)
		return error_set(err, -errno, "%s: %s", p->config.path, strerror(errno));
	if (flock(p->lock, LOCK_EX | LOCK_NB) != 0)
		return error_set(err, -EBUSY, "%s: another process exports there already",
		                 p->config.path);
	return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Finish a rename that a process was killed before. A name that is gone was given already. */
static int finish_rename(struct parts *p, char *words)
{
	char *tab = strchr(words, '\t');

	if (tab == NULL || strchr(words, '/') != NULL)
		return -EINVAL;
	*tab = '\0';
	if (renameat(p->dir, words, p->dir, tab + 1) != 0 && errno != ENOENT)
		return -errno;
	return 0;
}

/* One line, without its line feed. 0, -EINVAL (not understood), -EEXIST (another export's) or -errno. */
static int take_line(struct parts *p, char *line)
{
	char *value = strchr(line, ' ');

	if (value == NULL)
		return -EINVAL;
	*value++ = '\0';
	if (strcmp(line, "what") == 0)
		return strcmp(value, p->config.what) == 0 ? 0 : -EEXIST;
	if (strcmp(line, "rename") == 0)
		return finish_rename(p, value);
	if (strcmp(line, "part") == 0) {
		p->number = (unsigned)strtoul(value, NULL, 10);
		return 0;
	}
	if (strcmp(line, "cursor") != 0)
		return -EINVAL;
	p->cursor = strtoull(value, NULL, 10);
	p->has_cursor = true;
	return 0;
}

static int read_lines(struct parts *p, FILE *f)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n = getline(&line, &cap, f);
	int ret = n > 0 && strcmp(line, head) == 0 ? 0 : -EINVAL;

	while (ret == 0 && (n = getline(&line, &cap, f)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		ret = take_line(p, line);
	}
	free(line);
	return ret == 0 && !p->has_cursor ? -EINVAL : ret;
}

int parts_state_open(struct parts *p, struct error *err)
{
	int ret = take_lock(p, err);
	FILE *f;

	if (ret != 0)
		return ret;
	f = fopen(p->config.state, "re");
	if (f == NULL)
		return errno == ENOENT
		               ? 0
		               : error_set(err, -errno, "%s: %s", p->config.state, strerror(errno));
	ret = read_lines(p, f);
	fclose(f);
	if (ret == 0)
		fsync(p->dir);
	if (ret == -EEXIST)
		return error_set(err, -EINVAL,
		                 "%s is the state of another export: give the same words as there, "
		                 "or another --state",
		                 p->config.state);
	if (ret != 0)
		return error_set(err, ret, "%s: %s", p->config.state,
		                 ret == -EINVAL ? "not the state of an export" : strerror(-ret));
	return 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_text(const struct parts *p, uint64_t cursor, FILE *f)
{
	fprintf(f, "%swhat %s\ncursor %" PRIu64 "\npart %u\n", head, p->config.what, cursor,
	        p->number);
	for (size_t i = 0; i < p->count; i++)
		fprintf(f, "rename %s\t%s\n", p->files[i].hidden, p->files[i].name);
}

/* Flush the folder of @path to the disk. */
static int sync_folder(const char *path)
{
	char *folder = strdup(path), *slash = folder != NULL ? strrchr(folder, '/') : NULL;
	int fd, ret;

	if (folder == NULL)
		return -ENOMEM;
	if (slash != NULL)
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ret = fd < 0 || fsync(fd) != 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	free(folder);
	return ret;
}

int parts_state_write(struct parts *p, uint64_t cursor)
{
	char *fresh = NULL;
	int ret = 0;
	FILE *f;

	if (asprintf(&fresh, "%s.new", p->config.state) < 0)
		return -ENOMEM;
	f = fopen(fresh, "we");
	if (f == NULL)
		ret = -errno;
	if (ret == 0) {
		put_text(p, cursor, f);
		if (fflush(f) != 0 || fsync(fileno(f)) != 0)
			ret = -errno;
		if (fclose(f) != 0 && ret == 0)
			ret = -errno;
	}
	if (ret == 0 && rename(fresh, p->config.state) != 0)
		ret = -errno;
	if (ret != 0)
		unlink(fresh);
	free(fresh);
	if (ret != 0)
		return ret;
	/* From here on the files will get their names, by this process or by the next one. */
	p->is_promised = true;
	p->has_cursor = true;
	p->cursor = cursor;
	return sync_folder(p->config.state);
}
