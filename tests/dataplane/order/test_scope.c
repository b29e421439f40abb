/* SPDX-License-Identifier: Apache-2.0 */
/* test_scope.c - claims about the live deny list. */
#include "suite.h"

#include <pthread.h>
#include <string.h>

#include "dp_addr.h"
#include "range.h"
#include "scope.h"
#include "splitmix.h"

static struct range_set random_set(uint64_t *seed)
{
	struct range_set set = {0};

	for (int i = 0; i < 300; i++) {
		uint32_t first = (uint32_t)splitmix(seed);
		uint32_t len = (uint32_t)(splitmix(seed) % (i % 10 == 0 ? 5000000 : 400));
		struct dp_addr a = dp_addr_v4(first);
		struct dp_addr b = dp_addr_v4(first + len > first ? first + len : first);

		ck_assert_int_eq(range_add(&set, &a, &b), 0);
	}
	return set;
}

START_TEST(scope_denies_what_its_ranges_hold)
{
	uint64_t seed = (uint64_t)_i + 1;
	struct range_set set = random_set(&seed);
	struct scope *s = scope_new(&set);
	unsigned wrong = 0;

	range_normalise(&set);
	for (size_t i = 0; i < set.count; i++) {
		uint32_t first = (uint32_t)set.v[i].first;
		uint32_t last = (uint32_t)set.v[i].last;

		wrong += !scope_denies_v4(s, first) || !scope_denies_v4(s, last);
		wrong += first > 0 && scope_denies_v4(s, first - 1);
		wrong += last < UINT32_MAX && scope_denies_v4(s, last + 1);
	}
	for (int i = 0; i < 200000; i++) {
		uint32_t v4 = (uint32_t)splitmix(&seed);
		struct dp_addr a = dp_addr_v4(v4);
		bool expected = range_contains(&set, range_from_addr(&a));

		wrong += scope_denies_v4(s, v4) != expected || scope_denies(s, &a) != expected;
	}
	ck_assert_uint_eq(wrong, 0);
	scope_free(s);
	range_fini(&set);
}
END_TEST

START_TEST(scope_knows_ipv6_and_emptiness)
{
	struct range_set set = {0};
	struct dp_addr a;
	struct dp_addr b;
	struct scope *s;

	ck_assert_int_eq(dp_addr_parse("2001:db8::", &a), 0);
	ck_assert_int_eq(dp_addr_parse("2001:db8::ff", &b), 0);
	s = scope_new(&set);
	ck_assert(!scope_denies(s, &a) && !scope_denies(NULL, &a) && !scope_denies_v4(NULL, 1));
	scope_free(s);
	ck_assert_int_eq(range_add(&set, &a, &b), 0);
	s = scope_new(&set);
	ck_assert(scope_denies(s, &b));
	b = dp_addr_add(&b, 1);
	ck_assert(!scope_denies(s, &b));
	ck_assert(!scope_denies_v4(s, 0xc0000201));
	scope_free(s);
	range_fini(&set);
}
END_TEST

struct shared {
	struct scope_cell cell;
	struct scope_reader reader;
	_Atomic bool stop;
	uint64_t wrong;
};

/* Every set denies 10.0.0.0, until it is freed and its memory reused. */
static void *read_on(void *arg)
{
	struct shared *sh = arg;

	for (unsigned i = 0; !atomic_load(&sh->stop); i++) {
		const struct scope *s = scope_enter(&sh->cell, &sh->reader);

		sh->wrong += !scope_denies_v4(s, 10u << 24);
		if (i % 7 == 0)
			scope_leave(&sh->reader);
	}
	scope_leave(&sh->reader);
	return NULL;
}

START_TEST(scope_swap_frees_only_what_nobody_reads)
{
	struct range_set set = {0};
	struct dp_addr a = dp_addr_v4(10u << 24);
	static struct shared sh;
	pthread_t reader;
	uint64_t epoch;

	ck_assert_int_eq(range_add(&set, &a, &a), 0);
	scope_leave(&sh.reader);
	scope_swap(&sh.cell, scope_new(&set), &epoch);
	ck_assert(scope_passed(&sh.reader, epoch));
	ck_assert_int_eq(pthread_create(&reader, NULL, read_on, &sh), 0);
	for (int i = 0; i < 300; i++) {
		const struct scope *old = scope_swap(&sh.cell, scope_new(&set), &epoch);

		while (!scope_passed(&sh.reader, epoch))
			sched_yield();
		scope_free((struct scope *)(uintptr_t)old);
	}
	atomic_store(&sh.stop, true);
	pthread_join(reader, NULL);
	ck_assert_uint_eq(sh.wrong, 0);
	scope_free((struct scope *)(uintptr_t)scope_swap(&sh.cell, NULL, &epoch));
	range_fini(&set);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, scope_denies_what_its_ranges_hold, 0, 8);
	tcase_add_test(tc, scope_knows_ipv6_and_emptiness);
	tcase_add_test(tc, scope_swap_frees_only_what_nobody_reads);
	return suite_run("scope", tc);
}
