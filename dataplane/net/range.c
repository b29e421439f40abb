/* SPDX-License-Identifier: Apache-2.0 */
/* range.c - sorting, merging and subtracting sets of address ranges. */
#include "range.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"

/* The mapped IPv4 block, ::ffff:0:0/96. */
static const u128 v4_first = (u128)0xffff00000000;
static const u128 v4_last = (u128)0xffffffffffff;

u128 range_from_addr(const struct dp_addr *a)
{
	u128 v = 0;

	for (int i = 0; i < 16; i++)
		v = (v << 8) | a->b[i];
	return v;
}

struct dp_addr range_to_addr(u128 v)
{
	struct dp_addr a;

	for (int i = 15; i >= 0; i--, v >>= 8)
		a.b[i] = (uint8_t)v;
	return a;
}

static int append(struct range_set *s, u128 first, u128 last)
{
	if (s->count == s->capacity) {
		size_t capacity = s->capacity != 0 ? 2 * s->capacity : 16;
		struct range *v = realloc(s->v, capacity * sizeof(*v));

		if (v == NULL)
			return -ENOMEM;
		s->v = v;
		s->capacity = capacity;
	}
	s->v[s->count++] = (struct range){first, last};
	return 0;
}

int range_add(struct range_set *s, const struct dp_addr *first, const struct dp_addr *last)
{
	u128 a = range_from_addr(first);
	u128 b = range_from_addr(last);
	int ret;

	if (a > b || dp_addr_is_v4(first, NULL) != dp_addr_is_v4(last, NULL))
		return -EINVAL;
	if (a > v4_first || b < v4_last || dp_addr_is_v4(first, NULL))
		return append(s, a, b);
	ret = append(s, a, v4_first - 1);
	return ret != 0 ? ret : append(s, v4_last + 1, b);
}

static int by_first(const void *a, const void *b)
{
	const struct range *x = a;
	const struct range *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

void range_normalise(struct range_set *s)
{
	size_t out = 0;

	if (s->count == 0)
		return;
	qsort(s->v, s->count, sizeof(*s->v), by_first);
	for (size_t i = 1; i < s->count; i++) {
		struct range *last = &s->v[out];

		/* first >= last->first, so the subtraction cannot wrap below zero. */
		if (s->v[i].first > last->last && s->v[i].first - last->last > 1)
			s->v[++out] = s->v[i];
		else if (s->v[i].last > last->last)
			last->last = s->v[i].last;
	}
	s->count = out + 1;
}

int range_subtract(const struct range_set *a, const struct range_set *b, struct range_set *out)
{
	size_t j = 0;

	for (size_t i = 0; i < a->count; i++) {
		u128 at = a->v[i].first;
		bool rest = true;

		while (j < b->count && b->v[j].last < at)
			j++;
		/* A range of @b that reaches beyond this range of @a may reach the next one: j
		 * stays on it. */
		for (; rest && j < b->count && b->v[j].first <= a->v[i].last; j++) {
			if (b->v[j].first > at && append(out, at, b->v[j].first - 1) != 0)
				return -ENOMEM;
			rest = b->v[j].last < a->v[i].last;
			if (!rest)
				break;
			at = b->v[j].last + 1;
		}
		if (rest && append(out, at, a->v[i].last) != 0)
			return -ENOMEM;
	}
	return 0;
}

u128 range_total(const struct range_set *s)
{
	u128 total = 0;

	for (size_t i = 0; i < s->count; i++) {
		u128 n = s->v[i].last - s->v[i].first;

		if (n == ~(u128)0 || total + n + 1 < total)
			return ~(u128)0;
		total += n + 1;
	}
	return total;
}

bool range_contains(const struct range_set *s, u128 a)
{
	size_t low = 0;
	size_t high = s->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (a > s->v[mid].last)
			low = mid + 1;
		else if (a < s->v[mid].first)
			high = mid;
		else
			return true;
	}
	return false;
}

int range_cut(const struct range *range, const u128 *cut, long n,
              int (*each)(void *arg, const struct range *piece), void *arg)
{
	struct range piece = *range;
	int ret = 0;

	for (long i = 0; i < n && cut[i] <= range->last && ret == 0; i++) {
		if (cut[i] <= piece.first)
			continue;
		piece.last = cut[i] - 1;
		ret = each(arg, &piece);
		piece.first = cut[i];
	}
	piece.last = range->last;
	return ret == 0 ? each(arg, &piece) : ret;
}

char *range_format(const struct range *r, char out[RANGE_TEXT])
{
	struct dp_addr first = range_to_addr(r->first), last = range_to_addr(r->last);
	size_t n = strlen(dp_addr_format(&first, out));

	if (r->first != r->last) {
		out[n] = '-';
		dp_addr_format(&last, out + n + 1);
	}
	return out;
}

int range_add_forbidden(struct range_set *s)
{
	struct dp_addr first;
	uint8_t len;

	for (size_t i = 0; addr_forbidden_block(i, &first, &len); i++) {
		u128 a = range_from_addr(&first);
		u128 rest = len < 128 ? ~(u128)0 >> len : 0;

		if (append(s, a, a | rest) != 0)
			return -ENOMEM;
	}
	return 0;
}

void range_fini(struct range_set *s)
{
	free(s->v);
	*s = (struct range_set){0};
}
