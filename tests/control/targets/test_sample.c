/* SPDX-License-Identifier: Apache-2.0 */
/* test_sample.c - claims about samples of large address ranges. */
#include <string.h>

#include "sample.h"
#include "suite.h"

struct draws {
	struct dp_addr v[4096];
	unsigned n;
	struct target_range in;
};

static int keep(void *arg, const struct target_range *r, const struct target_place *at)
{
	struct draws *d = arg;

	(void)at;
	ck_assert_int_le(dp_addr_compare(&d->in.first, &r->first), 0);
	ck_assert_int_ge(dp_addr_compare(&d->in.last, &r->last), 0);
	if (d->n > 0) /* in ascending order, so none comes twice */
		ck_assert_int_lt(dp_addr_compare(&d->v[d->n - 1], &r->first), 0);
	d->v[d->n++] = r->last;
	return 0;
}

static const struct {
	const char *first, *last;
	uint32_t count;
	unsigned calls;
} cases[] = {
	{"2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", 1000, 1000},
	{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 4096, 4096},
	{"2001:db8::", "2001:db8::ff", 255, 255},
	{"2001:db8::", "2001:db8::ff", 256, 1},
	{"2001:db8::7", "2001:db8::7", 5, 1},
};

static void sample(struct draws *d, int i, const char *key)
{
	memset(d, 0, sizeof(*d));
	ck_assert_int_eq(dp_addr_parse(cases[i].first, &d->in.first), 0);
	ck_assert_int_eq(dp_addr_parse(cases[i].last, &d->in.last), 0);
	ck_assert_int_eq(sample_range(&d->in, cases[i].count, (const uint8_t *)key, keep, d), 0);
}

START_TEST(sample_draws_as_many_different_addresses_of_the_range)
{
	static struct draws a, b;

	sample(&a, _i, "0123456789abcdef");
	ck_assert_uint_eq(a.n, cases[_i].calls);
	sample(&b, _i, "0123456789abcdef");
	ck_assert_mem_eq(&a, &b, sizeof(a));
	sample(&b, _i, "0123456789abcdeg");
	ck_assert_int_eq(memcmp(a.v, b.v, sizeof(a.v)) != 0, cases[_i].calls > 255);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, sample_draws_as_many_different_addresses_of_the_range, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	return suite_run("sample", tc);
}
