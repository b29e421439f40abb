/* SPDX-License-Identifier: Apache-2.0 */
/* suite.h - what Check programs share: how they run, and random numbers. */
#ifndef SONDE_TEST_SUITE_H
#define SONDE_TEST_SUITE_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* For one test, with a sanitizer on a busy machine. Who hangs is ended; no test claims a time by it. */
enum { SUITE_SECONDS = 400 };

static inline int suite_run_cases(const char *name, TCase *const *cases, size_t count)
{
	Suite *s = suite_create(name);
	SRunner *r;
	int failed;

	for (size_t i = 0; i < count; i++) {
		if (cases[i] == NULL)
			continue;
		tcase_set_timeout(cases[i], SUITE_SECONDS);
		suite_add_tcase(s, cases[i]);
	}
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* suite_run(name, TCase *...) - run the test cases, but those that are NULL, and return main's exit
 * code. */
#define suite_run(name, ...)                                                                       \
	suite_run_cases(name, (TCase *const[]){__VA_ARGS__},                                       \
	                sizeof((TCase *const[]){__VA_ARGS__}) / sizeof(TCase *))

/* A small generator (splitmix64), so that a failing case can be run again. */
static inline uint64_t suite_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

#endif
