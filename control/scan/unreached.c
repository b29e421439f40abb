/* SPDX-License-Identifier: Apache-2.0 */
/* unreached.c - writes and reads the list of targets without a next hop. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "calendar.h"
#include "clock.h"
#include "config.h"
#include "targets.h"
#include "unreached.h"

static void name_file(const char *db, const char *scan_id, char out[CONFIG_PATH + 64])
{
	snprintf(out, CONFIG_PATH + 64, "%.4095s/unreached-%.31s.txt", db, scan_id);
}

struct list {
	const char *path;
	uint64_t from;
	FILE *file; /* NULL: not opened yet */
};

static int open_list(struct list *l)
{
	char now[CALENDAR_TEXT];

	l->file = fopen(l->path, "ae");
	if (l->file == NULL)
		return -errno;
	fprintf(l->file, "# %s, from position %" PRIu64 ":\n", calendar_format(clock_now_us(), now),
	        l->from);
	return 0;
}

static int add(void *arg, const struct dp_addr_range *r)
{
	struct list *l = arg;
	char first[DP_ADDR_TEXT], last[DP_ADDR_TEXT];
	int ret = l->file == NULL ? open_list(l) : 0;

	if (ret < 0)
		return ret;
	dp_addr_format(&r->first, first);
	if (dp_addr_compare(&r->first, &r->last) == 0)
		ret = fprintf(l->file, "%s\n", first);
	else
		ret = fprintf(l->file, "%s-%s\n", first, dp_addr_format(&r->last, last));
	return ret < 0 ? -errno : 0;
}

int unreached_note(const char *db, const char *scan_id, uint64_t from, const struct dp *dp,
                   struct error *err)
{
	char path[CONFIG_PATH + 64];
	struct list l = {.path = path, .from = from};
	int ret = 0;

	name_file(db, scan_id, path);
	if (access(path, F_OK) == 0)
		ret = open_list(&l);
	if (ret == 0)
		ret = dp_each_unreached(dp, add, &l);
	if (l.file != NULL && fclose(l.file) != 0 && ret == 0)
		ret = -errno;
	return ret == 0 ? 0
	                : error_set(err, ret, "the list of targets without a next hop, %.300s: %s",
	                            path, strerror(-ret));
}

/* Whether a line of the list names the address. */
static bool names(const char *line, const struct dp_addr *addr)
{
	struct target_range r;
	const char *expected;
	size_t column;

	return targets_word(line, strcspn(line, "\n"), &r, &column, &expected) == 0 &&
	       dp_addr_compare(&r.first, addr) <= 0 && dp_addr_compare(addr, &r.last) <= 0;
}

enum unreached unreached_find(const char *db, const char *scan_id, const struct dp_addr *addr)
{
	char path[CONFIG_PATH + 64], line[2 * DP_ADDR_TEXT + 64];
	unsigned runs = 0, hits = 0;
	uint64_t from;
	bool hit = false;
	FILE *f;

	name_file(db, scan_id, path);
	f = fopen(path, "re");
	if (f == NULL)
		return UNREACHED_NEVER;
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line[0] == '#') {
			/* The runs before the first one that wrote had a next hop for all. */
			runs += sscanf(line, "# %*[^,], from position %" SCNu64, &from) == 1 &&
			                        runs == 0 && from > 0
			                ? 2
			                : 1;
			hit = false;
		} else if (!hit && names(line, addr)) {
			hit = true;
			hits++;
		}
	}
	fclose(f);
	return hits == 0 ? UNREACHED_NEVER : hits < runs ? UNREACHED_SOMETIMES : UNREACHED_ALWAYS;
}
