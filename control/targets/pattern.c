/* SPDX-License-Identifier: Apache-2.0 */
/* pattern.c - expands patterns of both families. */
#include <errno.h>
#include <string.h>

#include "ascii.h"
#include "pattern.h"

enum { GROUPS = 8, OCTETS = 4, WORD_MAX = 128 };

/* Parses the word with the range of each group replaced by its low end, or with @high by its high
 * end. Returns false if it is not a pattern. */
static bool pick(const char *word, size_t len, bool high, struct dp_addr *out)
{
	char text[WORD_MAX];
	size_t n = 0, group = 0; /* where the current group begins in text */

	if (len >= sizeof(text) || memchr(word, '-', len) == NULL || memchr(word, ':', len) == NULL)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (word[i] == '-' && n == group)
			return false;
		if (word[i] == '-' && high) {
			n = group;
			continue;
		}
		if (word[i] == '-') {
			while (i + 1 < len && word[i + 1] != ':' && word[i + 1] != '-')
				i++;
			if (i + 1 < len && word[i + 1] == '-')
				return false;
			continue;
		}
		text[n++] = word[i];
		if (word[i] == ':')
			group = n;
	}
	text[n] = '\0';
	return dp_addr_parse(text, out) == 0 && !dp_addr_is_v4(out, NULL);
}

static uint32_t group_of(const struct dp_addr *a, int g)
{
	return (uint32_t)a->b[2 * g] << 8 | a->b[2 * g + 1];
}

static void set_group(struct dp_addr *a, int g, uint32_t v)
{
	a->b[2 * g] = (uint8_t)(v >> 8);
	a->b[2 * g + 1] = (uint8_t)v;
}

/* Moves @at to the next combination of the groups before the last one. Returns false after the last
 * combination. */
static bool advance(struct target_range *at, const struct dp_addr *low, const struct dp_addr *high)
{
	for (int g = GROUPS - 2; g >= 0; g--) {
		uint32_t v = group_of(&at->first, g);
		bool more = v < group_of(high, g);

		v = more ? v + 1 : group_of(low, g);
		set_group(&at->first, g, v);
		set_group(&at->last, g, v);
		if (more)
			return true;
	}
	return false;
}

static int ranges6(const struct dp_addr *low, const struct dp_addr *high,
                   const struct target_place *place, targets_sink sink, void *arg)
{
	struct target_range at = {*low, *low};
	uint64_t count = 1;
	int ret;

	for (int g = 0; g < GROUPS; g++) {
		if (group_of(low, g) > group_of(high, g))
			return -EINVAL;
		if (g < GROUPS - 1 && count <= PATTERN_MAX)
			count *= group_of(high, g) - group_of(low, g) + 1;
	}
	if (count > PATTERN_MAX)
		return -E2BIG;
	set_group(&at.last, GROUPS - 1, group_of(high, GROUPS - 1));
	do
		ret = sink(arg, &at, place);
	while (ret == 0 && advance(&at, low, high));
	return ret;
}

/* ---- IPv4 ------------------------------------------------------------------------------------ */

struct octet {
	uint8_t low, high;
};

/* Parse a number from 0 to 255 without leading zeros. Returns what stands behind it, or NULL. */
static const char *parse_number(const char *at, const char *end, uint8_t *out)
{
	const char *start = at;
	unsigned v = 0;

	for (; at < end && ascii_is_digit(*at) && v <= UINT8_MAX; at++)
		v = 10 * v + (unsigned)(*at - '0');
	if (at == start || v > UINT8_MAX || (*start == '0' && at > start + 1))
		return NULL;
	*out = (uint8_t)v;
	return at;
}

/* Parse an octet of a pattern: "7", "0-9" or "*". Returns what stands behind it, or NULL. */
static const char *parse_octet(const char *at, const char *end, struct octet *out)
{
	if (at < end && *at == '*') {
		*out = (struct octet){0, UINT8_MAX};
		return at + 1;
	}
	at = parse_number(at, end, &out->low);
	out->high = out->low;
	if (at != NULL && at < end && *at == '-')
		at = parse_number(at + 1, end, &out->high);
	return at != NULL && out->low <= out->high ? at : NULL;
}

static bool parse_octets(const char *at, const char *end, struct octet out[OCTETS])
{
	for (int i = 0; i < OCTETS; i++) {
		at = parse_octet(at, end, &out[i]);
		if (at == NULL || (i < OCTETS - 1 && (at == end || *at++ != '.')))
			return false;
	}
	return at == end;
}

static uint32_t join(const uint8_t o[OCTETS])
{
	return (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
}

/* Pass a range for each combination of the first @n octets; it spans the octets from there on. */
static int ranges4(const struct octet *o, int n, const struct target_place *place,
                   targets_sink sink, void *arg)
{
	uint8_t low[OCTETS], high[OCTETS];
	int ret, i;

	for (i = 0; i < OCTETS; i++) {
		low[i] = o[i].low;
		high[i] = i < n ? o[i].low : o[i].high;
	}
	do {
		struct target_range r = {dp_addr_v4(join(low)), dp_addr_v4(join(high))};

		ret = sink(arg, &r, place);
		for (i = n - 1; i >= 0 && low[i] == o[i].high; i--)
			low[i] = high[i] = o[i].low;
		if (i >= 0)
			high[i] = ++low[i];
	} while (ret == 0 && i >= 0);
	return ret;
}

static int expand4(const struct octet o[OCTETS], const struct target_place *place,
                   targets_sink sink, void *arg)
{
	int n = OCTETS - 1; /* octets that are combined; those behind @n have all values */
	uint64_t count = 1;

	while (n > 0 && o[n].low == 0 && o[n].high == UINT8_MAX)
		n--;
	for (int i = 0; i < n; i++)
		count *= o[i].high - o[i].low + 1u;
	return count > PATTERN_MAX ? -E2BIG : ranges4(o, n, place, sink, arg);
}

int pattern_ranges(const char *text, size_t len, const struct target_place *at, targets_sink sink,
                   void *arg)
{
	struct octet octets[OCTETS];
	struct dp_addr low, high;

	if (memchr(text, '*', len) != NULL || memchr(text, '-', len) != NULL) {
		if (parse_octets(text, text + len, octets))
			return expand4(octets, at, sink, arg);
	}
	if (!pick(text, len, false, &low) || !pick(text, len, true, &high))
		return -EINVAL;
	return ranges6(&low, &high, at, sink, arg);
}
