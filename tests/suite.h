/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.h - the main function of this layer's Check programs.
 */
#ifndef SONDE_TEST_SUITE_H
#define SONDE_TEST_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Run the one test case and return main's exit code. */
static inline int suite_run(const char *name, TCase *tc)
{
	Suite *s = suite_create(name);
	SRunner *r;
	int failed;

	tcase_set_timeout(tc, 120);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A small generator (splitmix64), so that a failing case can be run again. */
static inline uint64_t suite_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

#endif
