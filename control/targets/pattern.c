/* SPDX-License-Identifier: Apache-2.0 */
/* pattern.c - expands IPv6 patterns. */
#include <errno.h>
#include <string.h>

#include "pattern.h"

enum { GROUPS = 8, WORD_MAX = 128 };

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

int pattern_ranges(const struct target_place *word, targets_sink sink, void *arg)
{
	struct dp_addr low, high;
	struct target_range at;
	uint64_t count = 1;
	int ret;

	if (!pick(word->word, word->len, false, &low) || !pick(word->word, word->len, true, &high))
		return -EINVAL;
	for (int g = 0; g < GROUPS; g++) {
		if (group_of(&low, g) > group_of(&high, g))
			return -EINVAL;
		if (g < GROUPS - 1 && count <= PATTERN_MAX)
			count *= group_of(&high, g) - group_of(&low, g) + 1;
	}
	if (count > PATTERN_MAX)
		return -E2BIG;
	at = (struct target_range){low, low};
	set_group(&at.last, GROUPS - 1, group_of(&high, GROUPS - 1));
	do
		ret = sink(arg, &at, word);
	while (ret == 0 && advance(&at, &low, &high));
	return ret;
}
