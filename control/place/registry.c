/* SPDX-License-Identifier: Apache-2.0 */
/* registry.c - which addresses a registry delegated to which country, and when. */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ascii.h"

enum { HEAD = 32, ENTRY = 40, FIELDS = 8, LINE = 256 };

static const char magic[8] = "SNDREG1";

struct entry {
	uint8_t first[16], last[16];
	char country[2];
	uint8_t zero[2];
	uint8_t date[4];
};

_Static_assert(sizeof(struct entry) == ENTRY, "an entry of the table");

/* ---- the list -------------------------------------------------------------------------------- */

/* One line of a list, cut into its fields. */
struct line {
	char text[LINE];
	const char *field[FIELDS];
	unsigned count, number;
};

struct list {
	const char *pos, *end;
	struct line line;
};

/* Take the next line that is neither empty nor a comment. 1, 0 (no more), -EINVAL. */
static int next_line(struct list *l, struct error *err)
{
	while (l->pos < l->end) {
		const char *stop = memchr(l->pos, '\n', (size_t)(l->end - l->pos));
		size_t len = (size_t)((stop != NULL ? stop : l->end) - l->pos);
		char *text = l->line.text;

		l->line.number++;
		if (len >= LINE)
			return error_set(err, -EINVAL, "line %u is longer than %d bytes",
			                 l->line.number, LINE - 1);
		memcpy(text, l->pos, len);
		text[len] = '\0';
		text[strcspn(text, "\r")] = '\0';
		l->pos += len + (stop != NULL);
		if (text[0] == '\0' || text[0] == '#')
			continue;
		for (l->line.count = 0; l->line.count < FIELDS && text != NULL; l->line.count++)
			l->line.field[l->line.count] = strsep(&text, "|");
		return 1;
	}
	return 0;
}

static bool is_number(const char *text, unsigned long most, unsigned long *out)
{
	size_t n = strspn(text, "0123456789");

	if (n == 0 || n > 10 || text[n] != '\0')
		return false;
	*out = strtoul(text, NULL, 10);
	return *out <= most;
}

/* "2|ripencc|20260801|...": version, registry, date. */
static bool is_head(const struct line *l, struct registry *out)
{
	unsigned long date;

	if (l->count < 6 || !ascii_is_digit(l->field[0][0]) || l->field[1][0] == '\0' ||
	    strlen(l->field[1]) >= sizeof(out->name) || !is_number(l->field[2], 99999999, &date))
		return false;
	memset(out, 0, sizeof(*out));
	strcpy(out->name, l->field[1]);
	out->date = (uint32_t)date;
	return true;
}

bool registry_is_list(const char *text, size_t len)
{
	struct list l = {.pos = text, .end = text + len};
	struct registry head;
	struct error err;

	return next_line(&l, &err) == 1 && is_head(&l.line, &head);
}

static void set_u32(uint8_t out[4], uint32_t v)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(v >> 8 * i);
}

static uint32_t get_u32(const uint8_t in[4])
{
	return in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

/* The range of a line: IPv4 counts addresses, IPv6 gives the length of the prefix. */
static bool read_range(const struct line *l, struct dp_addr_range *out)
{
	bool v4 = strcmp(l->field[2], "ipv4") == 0;
	char text[64];
	unsigned long n;

	if (dp_addr_parse(l->field[3], &out->first) != 0 ||
	    dp_addr_is_v4(&out->first, NULL) != v4 ||
	    !is_number(l->field[4], v4 ? UINT32_MAX : 128, &n) || n == 0)
		return false;
	if (!v4) {
		snprintf(text, sizeof(text), "%.46s/%lu", l->field[3], n);
		return addr_range_parse(text, out);
	}
	out->last = dp_addr_add(&out->first, n - 1);
	return dp_addr_is_v4(&out->last, NULL) && dp_addr_compare(&out->first, &out->last) <= 0;
}

/* Whether the line is a delegation; the list also has summaries, AS numbers, and what is free. */
static bool is_delegation(const struct line *l)
{
	return l->count >= 7 &&
	       (strcmp(l->field[2], "ipv4") == 0 || strcmp(l->field[2], "ipv6") == 0) &&
	       (strcmp(l->field[6], "allocated") == 0 || strcmp(l->field[6], "assigned") == 0);
}

static int add(const struct line *l, struct bytes *out, struct error *err)
{
	struct dp_addr_range range;
	struct entry e = {0};
	unsigned long date;

	if (!is_delegation(l))
		return 0;
	if (!read_range(l, &range))
		return error_set(err, -EINVAL, "line %u: no range of addresses", l->number);
	memcpy(e.first, range.first.b, 16);
	memcpy(e.last, range.last.b, 16);
	if (strlen(l->field[1]) == 2)
		memcpy(e.country, l->field[1], 2);
	if (is_number(l->field[5], 99999999, &date))
		set_u32(e.date, (uint32_t)date);
	bytes_put(out, &e, sizeof(e));
	return out->failed ? -ENOMEM : 0;
}

static int by_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int d = memcmp(x->first, y->first, 16);

	return d != 0 ? d : memcmp(y->last, x->last, 16);
}

static void write_head(uint8_t head[HEAD], const struct registry *r, size_t count)
{
	memset(head, 0, HEAD);
	memcpy(head, magic, sizeof(magic));
	set_u32(head + 8, (uint32_t)count);
	set_u32(head + 12, r->date);
	memcpy(head + 16, r->name, sizeof(r->name));
}

int registry_compile(const char *text, size_t len, struct bytes *out, struct error *err)
{
	struct list l = {.pos = text, .end = text + len};
	size_t from = out->len, count;
	uint8_t head[HEAD] = {0};
	struct registry r;
	int ret = next_line(&l, err);

	if (ret == 0 || (ret == 1 && !is_head(&l.line, &r)))
		ret = error_set(err, -EINVAL,
		                "no list of delegations: its first line is "
		                "VERSION|REGISTRY|DATE|...");
	if (ret < 0)
		return ret;
	bytes_put(out, head, sizeof(head));
	while ((ret = next_line(&l, err)) == 1) {
		ret = add(&l.line, out, err);
		if (ret != 0)
			break;
	}
	if (ret != 0 || out->failed)
		return out->failed ? -ENOMEM : ret;
	count = (out->len - from - HEAD) / ENTRY;
	write_head(out->data + from, &r, count);
	qsort(out->data + from + HEAD, count, ENTRY, by_first);
	return 0;
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool is_table(struct registry *r)
{
	if (r->size < HEAD || memcmp(r->map, magic, sizeof(magic)) != 0)
		return false;
	r->count = get_u32(r->map + 8);
	r->date = get_u32(r->map + 12);
	memcpy(r->name, r->map + 16, sizeof(r->name));
	return r->name[sizeof(r->name) - 1] == '\0' && r->size == HEAD + (size_t)r->count * ENTRY;
}

int registry_open(const char *path, struct registry *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret = 0;
	struct registry r = {0};
	struct stat st;
	void *map;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) != 0)
		ret = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_size < HEAD)
		ret = -EINVAL;
	r.size = (size_t)st.st_size;
	map = ret == 0 ? mmap(NULL, r.size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
	if (ret == 0 && map == MAP_FAILED)
		ret = -errno;
	close(fd);
	if (ret != 0)
		return ret;
	r.map = map;
	if (!is_table(&r)) {
		registry_close(&r);
		return -EINVAL;
	}
	*out = r;
	return 0;
}

void registry_close(struct registry *r)
{
	if (r->map != NULL)
		munmap((void *)(uintptr_t)r->map, r->size);
	memset(r, 0, sizeof(*r));
}

/* The entry that holds @addr; NULL: none does. */
static const struct entry *entry_of(const struct registry *r, const struct dp_addr *addr)
{
	const struct entry *list = (const struct entry *)(r->map + HEAD);
	uint32_t low = 0, high = r->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memcmp(list[middle].first, addr->b, 16) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && memcmp(list[low - 1].last, addr->b, 16) >= 0 ? &list[low - 1] : NULL;
}

void registry_find(const struct registry *r, const struct dp_addr *addr, struct place_info *io)
{
	const struct entry *e = io->registry[0] == '\0' ? entry_of(r, addr) : NULL;
	uint32_t date;

	if (e == NULL)
		return;
	memcpy(io->registry, r->name, sizeof(io->registry));
	memcpy(io->prefix.first.b, e->first, 16);
	memcpy(io->prefix.last.b, e->last, 16);
	date = get_u32(e->date);
	if (date >= 19000101 && date <= 99991231)
		snprintf(io->delegated, sizeof(io->delegated), "%04u-%02u-%02u",
		         date / 10000 % 10000, date / 100 % 100, date % 100);
	if (io->location_source != NULL || !ascii_is_alpha(e->country[0]) ||
	    !ascii_is_alpha(e->country[1]))
		return;
	memcpy(io->country, e->country, 2);
	io->location_source = "registry";
}
