/* SPDX-License-Identifier: Apache-2.0 */
/* exclude.c - reads the lists of exclusions again and hands them to the dataplane. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calendar.h"
#include "clock.h"
#include "exclude.h"
#include "list_files.h"
#include "targets.h"

struct ranges {
	struct dp_addr_range *v;
	size_t count, room;
};

static int add(void *arg, const struct target_range *r, const struct target_place *at)
{
	struct ranges *l = arg;

	(void)at;
	if (l->count == l->room) {
		size_t room = l->room > 0 ? 2 * l->room : 64;
		void *v = realloc(l->v, room * sizeof(*l->v));

		if (v == NULL)
			return -ENOMEM;
		l->v = v;
		l->room = room;
	}
	l->v[l->count++] = (struct dp_addr_range){r->first, r->last};
	return 0;
}

void exclude_init(struct exclude *d, const char *db, const char *scan_id,
                  const struct config *config)
{
	*d = (struct exclude){.config = config};
	snprintf(d->path, sizeof(d->path), "%s/exclude-%s.txt", db, scan_id);
}

bool exclude_exists(const struct exclude *d)
{
	return access(d->path, F_OK) == 0;
}

static int add_outside(const struct config *c, struct ranges *l, struct error *err)
{
	struct target_list allowed = {0};
	const struct targets_taker to = {
		.sink = target_list_add, .arg = &allowed, .names = c->names};
	int ret = targets_file(c->scope_file, &to, err);

	if (ret == 0)
		ret = target_list_outside(&allowed, add, l);
	target_list_fini(&allowed);
	return ret;
}

static int read_all(const struct exclude *d, struct ranges *l, struct error *err)
{
	const struct option_list *files = &d->config->exclude_files;
	const struct targets_taker to = {.sink = add, .arg = l, .names = d->config->names};
	int ret = exclude_exists(d) ? targets_file(d->path, &to, err) : 0;

	/* A list from the standard input was read when the scan was planned and is gone. */
	for (unsigned i = 0; i < files->count && ret == 0; i++)
		if (!list_files_is_input(files->items[i]))
			ret = targets_file(files->items[i], &to, err);
	if (ret == 0 && d->config->scope_file != NULL &&
	    !list_files_is_input(d->config->scope_file))
		ret = add_outside(d->config, l, err);
	return ret;
}

int exclude_reload(struct exclude *d, struct dp *dp, struct error *err)
{
	struct ranges l = {0};
	int ret;

	err->text[0] = '\0';
	ret = read_all(d, &l, err);
	if (ret == 0)
		ret = dp_exclude(dp, l.v, l.count);
	if (ret == 0)
		d->ranges = l.count;
	else if (err->text[0] == '\0')
		error_set(err, ret, "the exclusions: %s", strerror(-ret));
	free(l.v);
	return ret;
}

/* Append a comment with the time and @comment, then the entries of @text if there are any, to the
 * file of exclusions. It is one write, which is flushed to the disk. */
static int keep(const struct exclude *d, const char *comment, const char *text, struct error *err)
{
	char when[CALENDAR_TEXT], line[512];
	FILE *f = fopen(d->path, "ae");
	int ret;

	ret = f != NULL ? 0 : -errno;
	calendar_format(clock_now_us(), when);
	snprintf(line, sizeof(line), "# %s, %s\n%s%s", when, comment, text,
	         text[0] != '\0' ? "\n" : "");
	if (ret == 0 && (fputs(line, f) < 0 || fflush(f) != 0 || fsync(fileno(f)) != 0))
		ret = -errno;
	if (f != NULL)
		fclose(f);
	if (ret < 0)
		error_set(err, ret, "%.300s: %s", d->path, strerror(-ret));
	return ret;
}

int exclude_reread(struct exclude *d, struct dp *dp, struct error *err)
{
	char comment[64];
	int ret = exclude_reload(d, dp, err);

	if (ret < 0)
		return ret;
	snprintf(comment, sizeof(comment), "its lists were read again: %llu ranges excluded",
	         (unsigned long long)d->ranges);
	return keep(d, comment, "", err);
}

static bool has_range(const struct ranges *l, const struct dp_addr_range *r)
{
	for (size_t i = 0; i < l->count; i++)
		if (memcmp(&l->v[i].first, &r->first, sizeof(r->first)) <= 0 &&
		    memcmp(&r->last, &l->v[i].last, sizeof(r->last)) <= 0)
			return true;
	return false;
}

static int read_late(const struct exclude *d, struct ranges *l, struct error *err)
{
	const struct config *c = d->config;
	const struct targets_taker to = {.sink = add, .arg = l, .names = c->names};
	int ret = 0;

	for (unsigned i = 0; i < c->late_excludes.count && ret == 0; i++)
		ret = targets_argument("exclude", c->late_excludes.items[i], &to, err);
	for (unsigned i = 0; i < c->late_exclude_files.count && ret == 0; i++)
		ret = targets_file(c->late_exclude_files.items[i], &to, err);
	return ret;
}

static void write_range(FILE *f, const struct dp_addr_range *r)
{
	char text[DP_ADDR_TEXT];

	fputs(dp_addr_format(&r->first, text), f);
	if (memcmp(&r->first, &r->last, sizeof(r->first)) != 0)
		fprintf(f, "-%s", dp_addr_format(&r->last, text));
	fputc('\n', f);
}

/* Write the ranges of @late that the file has not, one a line. The caller frees *@out. */
static int write_new(const struct exclude *d, const struct ranges *late, char **out,
                     struct error *err)
{
	struct ranges kept = {0};
	const struct targets_taker to = {.sink = add, .arg = &kept, .names = d->config->names};
	int ret = exclude_exists(d) ? targets_file(d->path, &to, err) : 0;
	size_t len;
	FILE *f = ret == 0 ? open_memstream(out, &len) : NULL;

	if (ret == 0 && f == NULL)
		ret = -ENOMEM;
	for (size_t i = 0; ret == 0 && i < late->count; i++)
		if (!has_range(&kept, &late->v[i]))
			write_range(f, &late->v[i]);
	if (f != NULL && fclose(f) != 0)
		ret = -ENOMEM;
	free(kept.v);
	return ret;
}

int exclude_late(struct exclude *d, struct error *err)
{
	struct ranges late = {0};
	char *text = NULL;
	int ret;

	err->text[0] = '\0';
	ret = read_late(d, &late, err);
	if (ret == 0 && late.count > 0)
		ret = write_new(d, &late, &text, err);
	if (ret == 0 && text != NULL && text[0] != '\0')
		ret = keep(d, "in the configuration files when the scan went on", text, err);
	if (ret < 0 && err->text[0] == '\0')
		error_set(err, ret, "the exclusions: %s", strerror(-ret));
	free(text);
	free(late.v);
	return ret;
}

int exclude_add(struct exclude *d, struct dp *dp, const char *text, struct error *err)
{
	struct ranges l = {0};
	const struct targets_taker to = {.sink = add, .arg = &l, .names = d->config->names};
	int ret = targets_text("exclude", text, strlen(text), &to, err);

	if (ret == 0 && l.count == 0)
		ret = error_set(err, -EINVAL, "exclude add: expected addresses, got nothing");
	free(l.v);
	if (ret < 0)
		return ret;
	ret = keep(d, "while the scan ran", text, err);
	return ret == 0 ? exclude_reload(d, dp, err) : ret;
}
