/* SPDX-License-Identifier: Apache-2.0 */
/* test_range.c - claims about sets of ranges, against a bitmap. */
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dp_addr.h"
#include "range.h"
#include "splitmix.h"

enum { MODEL = 400 };

static void fill(struct range_set *s, uint8_t model[MODEL], u128 base, uint64_t *seed)
{
	unsigned n = (unsigned)(splitmix(seed) % 20);

	memset(model, 0, MODEL);
	for (unsigned i = 0; i < n; i++) {
		unsigned first = (unsigned)(splitmix(seed) % MODEL);
		unsigned last = first + (unsigned)(splitmix(seed) % 30);
		struct dp_addr a;
		struct dp_addr b;

		last = last < MODEL ? last : MODEL - 1;
		a = range_to_addr(base + first);
		b = range_to_addr(base + last);
		ck_assert_int_eq(range_add(s, &a, &b), 0);
		memset(model + first, 1, last - first + 1);
	}
	range_normalise(s);
}

/* The set is sorted, its ranges are at least one address apart, and it holds what the bitmap
 * holds. */
static void check(const struct range_set *s, const uint8_t model[MODEL], u128 base)
{
	unsigned total = 0;
	unsigned wrong = 0;

	for (size_t i = 0; i < s->count; i++) {
		wrong += s->v[i].first > s->v[i].last;
		wrong += i > 0 && s->v[i].first <= s->v[i - 1].last + 1;
	}
	for (unsigned i = 0; i < MODEL; i++) {
		wrong += range_contains(s, base + i) != (model[i] != 0);
		total += model[i];
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq((uint64_t)range_total(s), total);
	ck_assert(!range_contains(s, base + MODEL) && !range_contains(s, base - 1));
}

START_TEST(range_sets_agree_with_a_bitmap)
{
	uint64_t seed = (uint64_t)_i;
	u128 base = _i % 2 != 0 ? (u128)0xffffc0000200 : (u128)0x20010db8 << 96;

	for (int round = 0; round < 200; round++) {
		struct range_set a = {0};
		struct range_set b = {0};
		struct range_set rest = {0};
		uint8_t in_a[MODEL];
		uint8_t in_b[MODEL];

		fill(&a, in_a, base, &seed);
		fill(&b, in_b, base, &seed);
		check(&a, in_a, base);
		ck_assert_int_eq(range_subtract(&a, &b, &rest), 0);
		for (unsigned i = 0; i < MODEL; i++)
			in_a[i] = in_a[i] && !in_b[i];
		check(&rest, in_a, base);
		range_fini(&a);
		range_fini(&b);
		range_fini(&rest);
	}
}
END_TEST

START_TEST(range_of_ipv6_leaves_the_mapped_block_alone)
{
	struct range_set s = {0};
	struct dp_addr zero = {{0}};
	struct dp_addr v4 = dp_addr_v4(5);
	struct dp_addr ones;

	memset(&ones, 0xff, sizeof(ones));
	ck_assert_int_eq(range_add(&s, &zero, &ones), 0);
	range_normalise(&s);
	ck_assert_uint_eq(s.count, 2);
	ck_assert(!range_contains(&s, range_from_addr(&v4)));
	ck_assert(range_contains(&s, range_from_addr(&ones)));
	ck_assert(range_total(&s) == ~(u128)0 - 0xffffffff);
	ck_assert_int_eq(range_add(&s, &zero, &v4), -EINVAL);
	ck_assert_int_eq(range_add(&s, &ones, &zero), -EINVAL);
	range_fini(&s);
}
END_TEST

static int write_piece(void *arg, const struct range *piece)
{
	char *text = arg, one[RANGE_TEXT];

	snprintf(text + strlen(text), 256 - strlen(text), "%s ", range_format(piece, one));
	return strcmp(one, "192.0.2.20-192.0.2.29") == 0 && text[255] == 'x' ? 7 : 0;
}

static const struct {
	const char *cuts[5], *pieces;
} cut_cases[] = {
	{{NULL}, "192.0.2.10-192.0.2.40 "},
	{{"192.0.2.1", "192.0.2.10", "192.0.2.41"}, "192.0.2.10-192.0.2.40 "},
	{{"192.0.2.11", "192.0.2.20", "192.0.2.40"},
         "192.0.2.10 192.0.2.11-192.0.2.19 192.0.2.20-192.0.2.39 192.0.2.40 "},
	{{"192.0.2.20", "192.0.2.20", "192.0.2.30"},
         "192.0.2.10-192.0.2.19 192.0.2.20-192.0.2.29 192.0.2.30-192.0.2.40 "},
};

START_TEST(range_is_cut_into_pieces_in_order)
{
	struct dp_addr a, b;
	char text[257] = "";
	u128 cut[5];
	long n = 0;

	for (; n < 5 && cut_cases[_i].cuts[n] != NULL; n++) {
		ck_assert_int_eq(dp_addr_parse(cut_cases[_i].cuts[n], &a), 0);
		cut[n] = range_from_addr(&a);
	}
	dp_addr_parse("192.0.2.10", &a);
	dp_addr_parse("192.0.2.40", &b);
	ck_assert_int_eq(range_cut(&(struct range){range_from_addr(&a), range_from_addr(&b)}, cut,
	                           n, write_piece, text),
	                 0);
	ck_assert_str_eq(text, cut_cases[_i].pieces);
	memset(text, 0, sizeof(text));
	text[255] = 'x'; /* ends at the second piece of the last case */
	ck_assert_int_eq(range_cut(&(struct range){range_from_addr(&a), range_from_addr(&b)}, cut,
	                           n, write_piece, text),
	                 _i == 3 ? 7 : 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, range_sets_agree_with_a_bitmap, 0, 10);
	tcase_add_test(tc, range_of_ipv6_leaves_the_mapped_block_alone);
	tcase_add_loop_test(tc, range_is_cut_into_pieces_in_order, 0,
	                    sizeof(cut_cases) / sizeof(cut_cases[0]));
	return suite_run("range", tc);
}
