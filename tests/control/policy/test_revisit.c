/* SPDX-License-Identifier: Apache-2.0 */
/* test_revisit.c - claims about known services that are asked again before they count as missing. */
#include "revisit.h"

#include <stdlib.h>

#include "dp.h"
#include "splitmix.h"
#include "suite.h"

enum { SERVICES = 500, SECOND_US = 1000000 };

static struct dp_addr address(unsigned i)
{
	return dp_addr_v4(0xc6120000 + i / 3);
}

static uint16_t port(unsigned i)
{
	return (uint16_t)(80 + i % 3 * 100);
}

static struct revisit *known(unsigned n)
{
	struct revisit *v = revisit_new();

	ck_assert_ptr_nonnull(v);
	for (unsigned i = 0; i < n; i++) {
		struct dp_addr a = address(i);

		ck_assert_int_eq(revisit_add(v, &a, port(i)), 0);
	}
	return v;
}

/* Ask all that is due at @now_us. Counts in @asked how often each service was asked. */
static unsigned ask(struct revisit *v, int64_t now_us, unsigned asked[SERVICES])
{
	const struct revisit_service *s;
	unsigned n = 0;

	while ((s = revisit_due(v, SECOND_US, now_us)) != NULL) {
		struct dp_addr a;
		uint16_t p;

		revisit_target(s, &a, &p);
		for (unsigned i = 0; i < SERVICES; i++) {
			struct dp_addr b = address(i);

			asked[i] += p == port(i) && dp_addr_compare(&a, &b) == 0;
		}
		revisit_asked(v);
		n++;
	}
	return n;
}

START_TEST(a_silent_service_is_asked_twice_seconds_apart)
{
	struct revisit *v = known(3);
	unsigned asked[SERVICES] = {0};
	struct dp_addr a = address(1);
	struct revisit_stats s;

	revisit_answer(v, &a, port(1));
	ck_assert_uint_eq(ask(v, SECOND_US + REVISIT_PAUSE_US - 1, asked), 0);
	ck_assert_uint_eq(ask(v, SECOND_US + REVISIT_PAUSE_US, asked), 2);
	ck_assert(!revisit_is_over(v, 60 * SECOND_US));
	ck_assert_uint_eq(ask(v, SECOND_US + 2 * REVISIT_PAUSE_US - 1, asked), 0);
	ck_assert_uint_eq(ask(v, SECOND_US + 2 * REVISIT_PAUSE_US, asked), 2);
	ck_assert(!revisit_is_over(v, SECOND_US + 3 * REVISIT_PAUSE_US - 1));
	ck_assert(revisit_is_over(v, SECOND_US + 3 * REVISIT_PAUSE_US));
	ck_assert_uint_eq(ask(v, 60 * SECOND_US, asked), 0);
	ck_assert(asked[0] == 2 && asked[1] == 0 && asked[2] == 2);
	revisit_stats(v, &s);
	ck_assert(s.silent == 2 && s.asked == 4 && s.back == 0);
	revisit_free(v);
}
END_TEST

START_TEST(where_all_answered_nothing_is_waited_for)
{
	struct revisit *v = known(3);
	unsigned asked[SERVICES] = {0};

	for (unsigned i = 0; i < 3; i++) {
		struct dp_addr a = address(i);

		revisit_answer(v, &a, port(i));
	}
	ck_assert_uint_eq(ask(v, SECOND_US, asked), 0);
	ck_assert(revisit_is_over(v, SECOND_US));
	revisit_free(v);
}
END_TEST

/* Services answer at random, those that are not known as well. */
START_TEST(it_asks_whoever_has_not_answered)
{
	for (uint64_t seed = 0; seed < 200; seed++) {
		unsigned n = 1 + (unsigned)(splitmix(&seed) % SERVICES), silent = 0;
		unsigned asked[SERVICES] = {0};
		bool answered[SERVICES] = {false};
		struct revisit *v = known(n);
		struct revisit_stats s;

		for (unsigned k = 0; k < n; k++) {
			unsigned i = (unsigned)(splitmix(&seed) % SERVICES);
			struct dp_addr a = address(i);

			revisit_answer(v, &a, port(i));
			revisit_answer(v, &a, 7);
			answered[i] = true;
		}
		for (unsigned i = 0; i < n; i++)
			silent += !answered[i];
		ck_assert_uint_eq(ask(v, SECOND_US + REVISIT_PAUSE_US, asked), silent);
		for (unsigned i = 0; i < n; i++)
			ck_assert_uint_eq(asked[i], !answered[i]);
		revisit_stats(v, &s);
		ck_assert_uint_eq(s.asked, silent);
		revisit_free(v);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, a_silent_service_is_asked_twice_seconds_apart);
	tcase_add_test(tc, where_all_answered_nothing_is_waited_for);
	tcase_add_test(tc, it_asks_whoever_has_not_answered);
	return suite_run("revisit", tc);
}
