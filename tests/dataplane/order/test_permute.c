/* SPDX-License-Identifier: Apache-2.0 */
/* test_permute.c - claims about the keyed order: a bijection, keyed, well spread. */
#include "suite.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "permute.h"
#include "splitmix.h"

static void make_key(uint8_t key[16], uint64_t seed)
{
	for (int i = 0; i < 16; i++)
		key[i] = (uint8_t)splitmix(&seed);
}

static void visit_all(uint64_t n, uint64_t seed)
{
	uint8_t *seen = calloc(n, 1);
	struct permute p;
	uint8_t key[16];

	make_key(key, seed);
	ck_assert_int_eq(permute_init(&p, n, key), 0);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = permute_at(&p, i);

		if (at >= n || seen[at] != 0)
			ck_abort_msg("%ju of %ju twice or outside", (uintmax_t)at, (uintmax_t)n);
		seen[at] = 1;
	}
	free(seen);
}

START_TEST(permute_visits_each_index_once)
{
	for (uint64_t n = 1; n <= 600; n++)
		visit_all(n, n * 31);
	for (uint64_t k = 10; k <= 20; k++) {
		visit_all(((uint64_t)1 << k) - 1, k);
		visit_all((uint64_t)1 << k, k);
		visit_all(((uint64_t)1 << k) + 1, k);
	}
	visit_all(1000003, 1);
	visit_all(3000000, 2);
}
END_TEST

static const uint64_t large[] = {
	(uint64_t)1 << 32,       ((uint64_t)1 << 32) + 1, 3758096384u * 3u,
	(uint64_t)1 << 48,       281474976710655u,        1234567890123456789u,
	((uint64_t)1 << 62) - 1, (uint64_t)1 << 62,       ((uint64_t)1 << 61) + 1,
};

/* An injection of a finite set into itself is a bijection. The function can be inverted at every
 * sampled point, so it is an injection there. */
START_TEST(permute_of_large_spaces_can_be_inverted)
{
	uint64_t n = large[_i];
	uint64_t seed = n;
	struct permute p;
	uint8_t key[16];

	make_key(key, n);
	ck_assert_int_eq(permute_init(&p, n, key), 0);
	for (int i = 0; i < 200000; i++) {
		uint64_t at = i < 1000 ? n - 1 - (uint64_t)i : splitmix(&seed) % n;
		uint64_t to = permute_at(&p, at);

		if (to >= n || permute_find(&p, to) != at)
			ck_abort_msg("%ju is not where %ju leads", (uintmax_t)to, (uintmax_t)at);
	}
}
END_TEST

START_TEST(permute_is_a_pure_function_of_key_and_size)
{
	struct permute a;
	struct permute b;
	uint8_t key[16];
	unsigned same = 0;

	make_key(key, 1);
	permute_init(&a, 1000000, key);
	permute_init(&b, 1000000, key);
	for (uint64_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(permute_at(&a, i), permute_at(&b, i));
	key[15] ^= 1;
	permute_init(&b, 1000000, key);
	for (uint64_t i = 0; i < 1000; i++)
		same += permute_at(&a, i) == permute_at(&b, i);
	ck_assert_uint_lt(same, 10);
}
END_TEST

START_TEST(permute_refuses_empty_and_oversized)
{
	const uint8_t key[16] = {0};
	struct permute p;

	ck_assert_int_eq(permute_init(&p, 0, key), -EINVAL);
	ck_assert_int_eq(permute_init(&p, ((uint64_t)1 << 62) + 1, key), -EINVAL);
}
END_TEST

/* The chi-square of counts in @cells equally likely cells: its distance from the mean in standard
 * deviations. */
static double chi(const unsigned *count, unsigned cells, double total)
{
	double expected = total / cells;
	double sum = 0;

	for (unsigned i = 0; i < cells; i++)
		sum += (count[i] - expected) * (count[i] - expected) / expected;
	return (sum - (cells - 1)) / sqrt(2.0 * (cells - 1));
}

static const struct {
	uint64_t n;
	uint64_t stride; /* of the positions that are sampled */
} spreads[] = {
	{(uint64_t)1 << 24, 1}, {(uint64_t)1 << 32, 1}, {(uint64_t)1 << 32, 64},
	{3700000000u, 1},       {(uint64_t)1 << 48, 1}, {(uint64_t)1 << 48, 65536},
	{281474976710597u, 3},  {(uint64_t)1 << 62, 1},
};

/* A short stretch of the order hits each of 4096 networks equally often, and so do the differences
 * between neighbours. With a stretch of 2^17, drawing without replacement does not distort the
 * result. */
START_TEST(permute_spreads_neighbours_over_the_space)
{
	enum { CELLS = 4096, DRAWS = 1 << 17 };
	static unsigned place[CELLS];
	static unsigned gap[CELLS];
	uint64_t n = spreads[_i].n;
	uint64_t before = 0;
	struct permute p;
	uint8_t key[16];

	memset(place, 0, sizeof(place));
	memset(gap, 0, sizeof(gap));
	make_key(key, 99 + n);
	permute_init(&p, n, key);
	for (uint64_t i = 0; i < DRAWS; i++) {
		uint64_t at = permute_at(&p, i * spreads[_i].stride);
		uint64_t step = (at + n - before) % n;

		place[(uint64_t)((double)at / (double)n * CELLS) % CELLS]++;
		gap[(uint64_t)((double)step / (double)n * CELLS) % CELLS]++;
		before = at;
	}
	ck_assert_double_lt(fabs(chi(place, CELLS, DRAWS)), 6);
	ck_assert_double_lt(fabs(chi(gap, CELLS, DRAWS)), 6);
}
END_TEST

/* Over many keys, each position of a small space maps to every index equally often. */
START_TEST(permute_of_a_small_space_depends_on_the_whole_key)
{
	enum { N = 24, KEYS = 48000 };
	static unsigned count[N * N];

	for (uint64_t k = 0; k < KEYS; k++) {
		struct permute p;
		uint8_t key[16];

		make_key(key, k);
		permute_init(&p, N, key);
		for (uint64_t i = 0; i < N; i++)
			count[i * N + permute_at(&p, i)]++;
	}
	for (unsigned i = 0; i < N; i++)
		ck_assert_double_lt(fabs(chi(count + i * N, N, KEYS)), 8);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, permute_visits_each_index_once);
	tcase_add_loop_test(tc, permute_of_large_spaces_can_be_inverted, 0,
	                    (int)(sizeof(large) / sizeof(*large)));
	tcase_add_test(tc, permute_is_a_pure_function_of_key_and_size);
	tcase_add_test(tc, permute_refuses_empty_and_oversized);
	tcase_add_loop_test(tc, permute_spreads_neighbours_over_the_space, 0,
	                    (int)(sizeof(spreads) / sizeof(*spreads)));
	tcase_add_test(tc, permute_of_a_small_space_depends_on_the_whole_key);
	return suite_run("permute", tc);
}
