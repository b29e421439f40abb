/* SPDX-License-Identifier: Apache-2.0 */
/* targets.c - parses address lists, and computes what lies outside of one. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "target_word.h"
#include "targets.h"

enum { WORD_MAX = 2 * DP_ADDR_TEXT };

static const char expected_word[] =
	"an address, a prefix (192.0.2.0/24), a range (192.0.2.1-192.0.2.20, 192.0.2.1-20) or a "
	"host name";

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
	const struct targets_taker *to;
	struct error *err;
	bool said; /* @err says what is wrong */
};

static int shown(const struct reader *r)
{
	return (int)(r->at.len > WORD_MAX ? WORD_MAX : r->at.len);
}

static int misread(struct reader *r, size_t column, const char *expected)
{
	r->said = true;
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
		return r->to->sink(r->to->arg, range, &r->at);
	ret = r->to->sink(r->to->arg, &below, &r->at);
	if (ret != 0 || dp_addr_compare(&range->last, &v4_last) <= 0)
		return ret;
	return r->to->sink(r->to->arg, &above, &r->at);
}

/* A targets_sink for the ranges of a pattern. */
static int deliver_v4(void *reader, const struct target_range *range, const struct target_place *at)
{
	const struct reader *r = reader;

	return r->to->sink(r->to->arg, range, at);
}

/* The same for a pattern in IPv6: leaves out the ranges that stand for IPv4. */
static int deliver_v6(void *reader, const struct target_range *range, const struct target_place *at)
{
	return dp_addr_is_v4(&range->first, NULL) ? 0 : deliver_v4(reader, range, at);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* A host name, and the prefix length behind it. */
struct named {
	const struct name *name;
	const struct target_word *word;
	size_t len; /* of the name */
	int bits;   /* -1: none */
};

/* Whether the list takes an address of a name. A prefix length of at most 32 is one of IPv4. */
static bool takes(const struct reader *r, const struct named *n, unsigned i)
{
	bool v4 = dp_addr_is_v4(&n->name->addr[i], NULL);

	if (r->to->probes && (n->name->away >> i & 1) != 0)
		return false;
	return n->bits < 0 || v4 == (n->bits <= 32);
}

static int deliver_name(struct reader *r, const struct named *n)
{
	bool any = false;
	int ret = 0;

	for (unsigned i = 0; i < n->name->count && ret == 0; i++) {
		struct target_range range = {n->name->addr[i], n->name->addr[i]};

		if (!takes(r, n, i))
			continue;
		any = true;
		if (n->bits >= 0)
			cover(&range, (unsigned)n->bits + (n->bits <= 32 ? 96 : 0));
		ret = deliver(r, &range);
	}
	if (any)
		return ret;
	return misread(r, (size_t)(n->word->host - r->at.word) + n->len + 2,
	               "a prefix length for the addresses that the name has: at most 32 for IPv4");
}

/* Look for "name" or "name/length". Returns false if the word is neither. */
static bool cut_name(const struct target_word *w, struct named *out)
{
	const char *slash = memchr(w->host, '/', w->len);
	size_t len = slash != NULL ? (size_t)(slash - w->host) : w->len;

	*out = (struct named){.word = w, .len = len, .bits = -1};
	if (slash != NULL)
		out->bits = small_number(slash + 1, w->len - len - 1);
	return names_fits(w->host, len) && (slash == NULL || out->bits >= 0) && out->bits <= 128;
}

static int read_name(struct reader *r, struct named *n)
{
	const char *why;
	int ret;

	if (r->to->names == NULL)
		return misread(r, (size_t)(n->word->host - r->at.word) + 1,
		               "an address, a prefix or a range, and no host name");
	ret = names_find(r->to->names, n->word->host, n->len, &n->name, &why);
	if (ret == 0)
		return deliver_name(r, n);
	if (ret != -ENOENT)
		return ret;
	r->said = true;
	return error_set(r->err, -EINVAL, "%.200s:%zu:%zu: `%.*s` has no address: %s", r->at.source,
	                 r->at.line, r->at.column, (int)n->len, n->word->host, why);
}

/* ---- words ----------------------------------------------------------------------------------- */

static int read_host(struct reader *r, const struct target_word *w)
{
	struct target_range range;
	const char *expected;
	struct named named;
	size_t column;
	int ret;

	if (cut_name(w, &named))
		return read_name(r, &named);
	ret = pattern_ranges(w->host, w->len, &r->at,
	                     memchr(w->host, ':', w->len) != NULL ? deliver_v6 : deliver_v4, r);
	if (ret != -EINVAL)
		return ret;
	if (targets_word(w->host, w->len, &range, &column, &expected) < 0)
		return misread(r, column + (size_t)(w->host - r->at.word), expected);
	return deliver(r, &range);
}

static int read_word(struct reader *r)
{
	struct target_word word;
	const char *expected;
	size_t column;
	int ret;

	if (target_word_cut(r->at.word, r->at.len, &word, &column, &expected) < 0)
		return misread(r, column, expected);
	r->at.port = word.port;
	if (word.port != 0 && !r->to->probes)
		return misread(r, 1, "an address without a port: this list holds for all ports");
	ret = read_host(r, &word);
	return ret < 0 && !r->said ? refused(r, ret) : ret;
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

int targets_text(const char *source, const char *text, size_t len, const struct targets_taker *to,
                 struct error *err)
{
	struct reader r = {{.source = source}, to, err, false};

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

static int stream(const char *source, FILE *in, const struct targets_taker *to, struct error *err)
{
	struct reader r = {{.source = source}, to, err, false};
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

int targets_file(const char *path, const struct targets_taker *to, struct error *err)
{
	FILE *in;
	int ret;

	if (strcmp(path, "-") == 0)
		return stream("standard input", stdin, to, err);
	in = fopen(path, "re");
	if (in == NULL) {
		ret = -errno;
		return error_set(err, ret, "%.300s: %s", path, strerror(errno));
	}
	ret = stream(path, in, to, err);
	fclose(in);
	return ret;
}

int targets_argument(const char *option, const char *text, const struct targets_taker *to,
                     struct error *err)
{
	if (text[0] == '@')
		return targets_file(text + 1, to, err);
	return targets_text(option, text, strlen(text), to, err);
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
