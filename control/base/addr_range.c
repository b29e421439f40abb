/* SPDX-License-Identifier: Apache-2.0 */
/* addr_range.c - ranges of addresses as people write them. */
#include "addr_range.h"

#include <stdio.h>
#include <string.h>

enum { BITS = 128, V4_BITS = 32 };

/* Set the bits of @a behind the first @keep to @bit. */
static void fill(struct dp_addr *a, unsigned keep, bool bit)
{
	for (unsigned i = keep; i < BITS; i++) {
		uint8_t mask = (uint8_t)(0x80 >> i % 8);

		a->b[i / 8] = (uint8_t)(bit ? a->b[i / 8] | mask : a->b[i / 8] & ~mask);
	}
}

static bool parse_prefix(const char *digits, struct dp_addr_range *r)
{
	bool v4 = dp_addr_is_v4(&r->first, NULL);
	unsigned most = v4 ? V4_BITS : BITS, len = 0;
	size_t n = strspn(digits, "0123456789");

	if (n == 0 || n > 3 || digits[n] != '\0')
		return false;
	for (; *digits != '\0'; digits++)
		len = len * 10 + (unsigned)(*digits - '0');
	if (len > most)
		return false;
	len += BITS - most;
	r->last = r->first;
	fill(&r->first, len, false);
	fill(&r->last, len, true);
	return true;
}

bool addr_range_parse(const char *text, struct dp_addr_range *out)
{
	size_t len = strcspn(text, "/-");
	struct dp_addr_range r;
	char first[DP_ADDR_TEXT];

	if (len >= sizeof(first))
		return false;
	memcpy(first, text, len);
	first[len] = '\0';
	if (dp_addr_parse(first, &r.first) != 0)
		return false;
	r.last = r.first;
	if (text[len] == '/' && !parse_prefix(text + len + 1, &r))
		return false;
	if (text[len] == '-' && (dp_addr_parse(text + len + 1, &r.last) != 0 ||
	                         dp_addr_is_v4(&r.first, NULL) != dp_addr_is_v4(&r.last, NULL)))
		return false;
	if (dp_addr_compare(&r.first, &r.last) > 0)
		return false;
	*out = r;
	return true;
}

char *addr_range_format(const struct dp_addr_range *r, char out[ADDR_RANGE_TEXT])
{
	unsigned skipped = dp_addr_is_v4(&r->first, NULL) ? BITS - V4_BITS : 0;
	char first[DP_ADDR_TEXT], last[DP_ADDR_TEXT];

	dp_addr_format(&r->first, first);
	for (unsigned len = skipped; len < BITS; len++) {
		struct dp_addr_range p = {r->first, r->first};

		fill(&p.first, len, false);
		fill(&p.last, len, true);
		if (memcmp(&p, r, sizeof(p)) != 0)
			continue;
		snprintf(out, ADDR_RANGE_TEXT, "%s/%u", first, len - skipped);
		return out;
	}
	if (dp_addr_compare(&r->first, &r->last) == 0)
		snprintf(out, ADDR_RANGE_TEXT, "%s", first);
	else
		snprintf(out, ADDR_RANGE_TEXT, "%s-%s", first, dp_addr_format(&r->last, last));
	return out;
}

bool addr_range_has(const struct dp_addr_range *r, const struct dp_addr *addr)
{
	return dp_addr_compare(addr, &r->first) >= 0 && dp_addr_compare(addr, &r->last) <= 0;
}
