/* SPDX-License-Identifier: Apache-2.0 */
/* test_known_open.c - claims that no port of the set is missed, and that few others are taken for
 * one. */
#include <stdlib.h>

#include "dp_addr.h"
#include "dp_known_open.h"
#include "known_open.h"
#include "suite.h"

enum { PORTS = 100000, TCP = 6, UDP = 17 };

static struct dp_addr addr_of(uint32_t i)
{
	return dp_addr_v4(0xc6120000 + i / 3);
}

static uint16_t port_of(uint32_t i)
{
	return (uint16_t)(20 + i % 3 * 1000);
}

START_TEST(every_port_that_was_added_is_there)
{
	struct dp_known_open *w = dp_known_open_new(PORTS);

	for (uint32_t i = 0; i < PORTS; i++) {
		struct dp_addr a = addr_of(i);

		dp_known_open_add(w, &a, port_of(i), TCP);
	}
	for (uint32_t i = 0; i < PORTS; i++) {
		struct dp_addr a = addr_of(i);

		ck_assert(known_open_has(w, &a, port_of(i), TCP));
	}
	dp_known_open_free(w);
}
END_TEST

START_TEST(one_in_a_hundred_others_at_most_is_taken_for_one)
{
	struct dp_known_open *w = dp_known_open_new(PORTS);
	unsigned wrong = 0;

	for (uint32_t i = 0; i < PORTS; i++) {
		struct dp_addr a = addr_of(i);

		dp_known_open_add(w, &a, port_of(i), TCP);
	}
	for (uint32_t i = 0; i < PORTS; i++) {
		struct dp_addr a = addr_of(i);

		wrong += known_open_has(w, &a, port_of(i) + 1, TCP);
		wrong += known_open_has(w, &a, port_of(i), UDP);
	}
	ck_assert_uint_lt(wrong, 2 * PORTS / 100);
	dp_known_open_free(w);
}
END_TEST

START_TEST(an_empty_set_has_nothing)
{
	struct dp_known_open *w = dp_known_open_new(0);
	struct dp_addr a = addr_of(7);

	ck_assert(!known_open_has(w, &a, 22, TCP));
	dp_known_open_free(w);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, every_port_that_was_added_is_there);
	tcase_add_test(tc, one_in_a_hundred_others_at_most_is_taken_for_one);
	tcase_add_test(tc, an_empty_set_has_nothing);
	return suite_run("known_open", tc);
}
