/* SPDX-License-Identifier: Apache-2.0 */
/* targets.c - parses address lists, and computes what lies outside of one. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "targets.h"

enum { WORD_MAX = 2 * DP_ADDR_TEXT };

static const char expected_word[] =
	"an address, a prefix (192.0.2.0/24) or a range (192.0.2.1-192.0.2.20, 192.0.2.1-20)";

static int address(const char *s, size_t len, struct dp_addr *out)
{
	char text[DP_ADDR_TEXT];

	if (len == 0 || len >= sizeof(text) || memchr(s, '\0', len) != NULL)
		return -EINVAL;
	memcpy(text, s, len);
	text[len] = '\0';
	return dp_addr_parse(text, out);
}

/* A decimal number of at most three digits, or -1. */
static int small_number(const char *s, size_t len)
{
	int v = 0;

	if (len == 0 || len > 3)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]))
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

static void cover(struct target_range *r, unsigned bits)
{
	for (unsigned i = bits; i < 128; i++) {
		uint8_t bit = (uint8_t)(0x80u >> (i & 7));

		r->first.b[i >> 3] &= (uint8_t)~bit;
		r->last.b[i >> 3] |= bit;
	}
}

static int prefix(const char *s, size_t len, struct target_range *out, const char **expected)
{
	bool v4 = dp_addr_is_v4(&out->first, NULL);
	int bits = small_number(s, len);

	if (bits < 0 || bits > (v4 ? 32 : 128)) {
		*expected = v4 ? "a prefix length from 0 to 32" : "a prefix length from 0 to 128";
		return -EINVAL;
	}
	out->last = out->first;
	cover(out, (unsigned)bits + (v4 ? 96 : 0));
	return 0;
}

static int range_end(const char *s, size_t len, struct target_range *out, const char **expected)
{
	bool v4 = dp_addr_is_v4(&out->first, NULL);
	int octet = v4 ? small_number(s, len) : -1;

	if (octet >= 0) {
		out->last = out->first;
		out->last.b[15] = (uint8_t)octet;
	}
	if (octet > 255 || (octet < 0 && address(s, len, &out->last) < 0)) {
		*expected = "the range's last address, or its last octet";
		return -EINVAL;
	}
	if (dp_addr_is_v4(&out->last, NULL) != v4) {
		*expected = "a last address of the first one's family";
		return -EINVAL;
	}
	if (dp_addr_compare(&out->first, &out->last) > 0) {
		*expected = "a last address that is not below the first";
		return -EINVAL;
	}
	return 0;
}

int targets_word(const char *word, size_t len, struct target_range *out, size_t *column,
                 const char **expected)
{
	const char *cut = memchr(word, '/', len);
	struct target_range r;
	size_t head;
	int ret;

	if (cut == NULL)
		cut = memchr(word, '-', len);
	head = cut != NULL ? (size_t)(cut - word) : len;
	*column = 1;
	*expected = expected_word;
	if (address(word, head, &r.first) < 0)
		return -EINVAL;
	if (cut == NULL) {
		out->first = out->last = r.first;
		return 0;
	}
	*column = head + 2;
	if (*cut == '/')
		ret = prefix(cut + 1, len - head - 1, &r, expected);
	else
		ret = range_end(cut + 1, len - head - 1, &r, expected);
	if (ret == 0)
		*out = r;
	return ret;
}

static bool separates(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
}

/* The state of reading a list. */
struct reader {
	struct target_place at;
	targets_sink sink;
	void *arg;
	struct error *err;
};

static int shown(const struct reader *r)
{
	return (int)(r->at.len > WORD_MAX ? WORD_MAX : r->at.len);
}

static int misread(const struct reader *r, size_t column, const char *expected)
{
	return error_set(r->err, -EINVAL, "%.200s:%zu:%zu: expected %s, got `%.*s`", r->at.source,
	                 r->at.line, r->at.column + column - 1, expected, shown(r), r->at.word);
}

static int refused(const struct reader *r, int ret)
{
	return error_set(
		r->err, ret, "%.200s:%zu:%zu: `%.*s`: %s", r->at.source, r->at.line, r->at.column,
		shown(r), r->at.word,
		ret == -E2BIG
			? "more than 2^20 networks: no group but the last may have so many values"
			: strerror(-ret));
}

/* The address below @a, which must not be the lowest one. */
static struct dp_addr before(const struct dp_addr *a)
{
	struct dp_addr r = *a;

	for (int i = 15; i >= 0 && r.b[i]-- == 0; i--)
		;
	return r;
}

/*
 * Pass @range to the sink, one family at a time. Inside the IPv6 space lie the addresses that stand
 * for IPv4. A range written in IPv6 that covers them means IPv6 alone, so they are cut out of it.
 */
static int deliver(const struct reader *r, const struct target_range *range)
{
	const struct dp_addr v4_first = dp_addr_v4(0), v4_last = dp_addr_v4(UINT32_MAX);
	struct target_range below = {range->first, before(&v4_first)};
	struct target_range above = {dp_addr_add(&v4_last, 1), range->last};
	int ret;

	if (dp_addr_compare(&range->first, &v4_first) >= 0 ||
	    dp_addr_compare(&range->last, &v4_first) < 0)
		return r->sink(r->arg, range, &r->at);
	ret = r->sink(r->arg, &below, &r->at);
	if (ret != 0 || dp_addr_compare(&range->last, &v4_last) <= 0)
		return ret;
	return r->sink(r->arg, &above, &r->at);
}

/* A targets_sink for the ranges of a pattern: leaves out those that stand for IPv4. */
static int deliver_pattern(void *reader, const struct target_range *range,
                           const struct target_place *at)
{
	const struct reader *r = reader;

	return dp_addr_is_v4(&range->first, NULL) ? 0 : r->sink(r->arg, range, at);
}

static int read_word(struct reader *r)
{
	struct target_range range;
	const char *expected;
	size_t column;
	int ret = pattern_ranges(&r->at, deliver_pattern, r);

	if (ret == -EINVAL) {
		if (targets_word(r->at.word, r->at.len, &range, &column, &expected) < 0)
			return misread(r, column, expected);
		ret = deliver(r, &range);
	}
	return ret < 0 ? refused(r, ret) : ret;
}

static int read_line(struct reader *r, const char *text, size_t len)
{
	size_t i = 0;
	int ret = 0;

	r->at.line++;
	while (ret == 0 && i < len && text[i] != '#') {
		size_t start = i;

		if (separates(text[i])) {
			i++;
			continue;
		}
		while (i < len && !separates(text[i]) && text[i] != '#')
			i++;
		r->at.column = start + 1;
		r->at.word = text + start;
		r->at.len = i - start;
		ret = read_word(r);
	}
	return ret;
}

/* Six parameters: a text with its name and length, who takes its ranges, and the error. */
int targets_text(const char *source, const char *text, size_t len, targets_sink sink, void *arg,
                 struct error *err)
{
	struct reader r = {{.source = source}, sink, arg, err};

	while (len > 0) {
		const char *nl = memchr(text, '\n', len);
		size_t n = nl != NULL ? (size_t)(nl - text) : len;
		int ret;

		ret = read_line(&r, text, n);
		if (ret != 0)
			return ret;
		n += nl != NULL;
		text += n;
		len -= n;
	}
	return 0;
}

/* Say why nothing can be read behind line @line of @source. */
static int unreadable(const char *source, int error, size_t line, struct error *err)
{
	if (error == EISDIR)
		return error_set(err, -EINVAL, "%.200s is a folder; name a file in it", source);
	return error_set(err, -EIO, "%.200s: it cannot be read behind line %zu: %s", source, line,
	                 strerror(error));
}

static int stream(const char *source, FILE *in, targets_sink sink, void *arg, struct error *err)
{
	struct reader r = {{.source = source}, sink, arg, err};
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int ret = 0;

	while (ret == 0 && (len = getline(&line, &room, in)) >= 0)
		ret = read_line(&r, line, (size_t)len);
	if (ret == 0 && ferror(in))
		ret = unreadable(source, errno, r.at.line, err);
	free(line);
	return ret;
}

int targets_file(const char *path, targets_sink sink, void *arg, struct error *err)
{
	FILE *in;
	int ret;

	if (strcmp(path, "-") == 0)
		return stream("standard input", stdin, sink, arg, err);
	in = fopen(path, "re");
	if (in == NULL) {
		ret = -errno;
		return error_set(err, ret, "%.300s: %s", path, strerror(errno));
	}
	ret = stream(path, in, sink, arg, err);
	fclose(in);
	return ret;
}

int targets_argument(const char *option, const char *text, targets_sink sink, void *arg,
                     struct error *err)
{
	if (text[0] == '@')
		return targets_file(text + 1, sink, arg, err);
	return targets_text(option, text, strlen(text), sink, arg, err);
}

int target_list_add(void *list, const struct target_range *range, const struct target_place *at)
{
	struct target_list *l = list;

	(void)at;
	if (l->count == l->room) {
		size_t room = l->room > 0 ? 2 * l->room : 64;
		struct target_range *more = reallocarray(l->ranges, room, sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		l->ranges = more;
		l->room = room;
	}
	l->ranges[l->count++] = *range;
	return 0;
}

void target_list_fini(struct target_list *list)
{
	free(list->ranges);
	*list = (struct target_list){0};
}

static int by_first(const void *a, const void *b)
{
	const struct target_range *x = a, *y = b;

	return dp_addr_compare(&x->first, &y->first);
}

/* Passes the parts of @block that lie outside of the sorted list @l to @sink. All addresses of
 * @block are of one family. */
static int gaps(const struct target_list *l, struct target_range block, targets_sink sink,
                void *arg)
{
	struct dp_addr next = block.first;
	int ret = 0;

	for (size_t i = 0; i < l->count && ret == 0; i++) {
		const struct target_range *r = &l->ranges[i];

		if (dp_addr_compare(&r->last, &next) < 0 ||
		    dp_addr_compare(&r->first, &block.last) > 0)
			continue;
		if (dp_addr_compare(&r->first, &next) > 0)
			ret = sink(arg, &(struct target_range){next, before(&r->first)}, NULL);
		if (dp_addr_compare(&r->last, &block.last) >= 0)
			return ret;
		next = dp_addr_add(&r->last, 1);
	}
	return ret != 0 ? ret : sink(arg, &(struct target_range){next, block.last}, NULL);
}

int target_list_outside(struct target_list *list, targets_sink sink, void *arg)
{
	struct target_range v4 = {dp_addr_v4(0), dp_addr_v4(UINT32_MAX)};
	struct target_range below, above;
	int ret;

	memset(&below.first, 0, sizeof(below.first));
	below.last = before(&v4.first);
	above.first = dp_addr_add(&v4.last, 1);
	memset(&above.last, 0xff, sizeof(above.last));
	if (list->count > 0)
		qsort(list->ranges, list->count, sizeof(*list->ranges), by_first);
	ret = gaps(list, below, sink, arg);
	if (ret == 0)
		ret = gaps(list, v4, sink, arg);
	if (ret == 0)
		ret = gaps(list, above, sink, arg);
	return ret;
}
