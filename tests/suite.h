/* SPDX-License-Identifier: Apache-2.0 */
/* suite.h - how a Check program runs. */
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

#endif
