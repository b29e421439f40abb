/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_ports.c - claims about the local ports that a scan leaves to its grabs. */
#include "grab_ports.h"

#include "suite.h"

static const struct {
	struct grab_ports local, scan;
	unsigned left;
	struct grab_ports rest;
} cases[] = {
	{{32768, 60999}, {61000, 65531}, 28232, {32768, 60999}},
	{{32768, 60999}, {1024, 32767}, 28232, {32768, 60999}},
	{{32768, 60999}, {32768, 60999}, 0, {0, 0}},
	{{32768, 60999}, {1, 65535}, 0, {0, 0}},
	{{32768, 60999}, {32768, 60500}, 499, {60501, 60999}},
	{{32768, 60999}, {60500, 65535}, 27732, {32768, 60499}},
	{{32768, 60999}, {50000, 50009}, 17232, {32768, 49999}},
	{{32768, 60999}, {40000, 40009}, 20990, {40010, 60999}},
	{{1024, 65535}, {61000, 65531}, 59976, {1024, 60999}},
	{{10, 12}, {11, 11}, 1, {10, 10}},
	{{65535, 65535}, {65535, 65535}, 0, {0, 0}},
};

START_TEST(grab_ports_are_the_longest_run_beside_the_scan)
{
	struct grab_ports rest = {0, 0};
	unsigned left = grab_ports_beside(cases[_i].local, cases[_i].scan, &rest);

	ck_assert_uint_eq(left, cases[_i].left);
	ck_assert_uint_eq(rest.first, cases[_i].rest.first);
	ck_assert_uint_eq(rest.last, cases[_i].rest.last);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("grab_ports");

	tcase_add_loop_test(t, grab_ports_are_the_longest_run_beside_the_scan, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	return suite_run("grab_ports", t);
}
