/* SPDX-License-Identifier: Apache-2.0 */
/* test_port_set.c - claims about sets of ports and the gaps in them. */
#include "port_set.h"

#include "suite.h"

static const struct {
	const char *what;
	uint16_t taken[2][2]; /* 0,0: none */
	uint16_t from, to;
	unsigned gap;
	uint16_t first;
} cases[] = {
	{"nothing is taken", {{0, 0}}, 61000, 65531, 4532, 61000},
	{"the first port is taken", {{61000, 61000}}, 61000, 65531, 4531, 61001},
	{"the last one is", {{65531, 65531}}, 61000, 65531, 4531, 61000},
	{"one in the middle is", {{61005, 61005}}, 61000, 65531, 4526, 61006},
	{"two are", {{61005, 61005}, {65000, 65000}}, 61000, 65531, 3994, 61006},
	{"two gaps are equal", {{5, 5}}, 1, 9, 4, 6},
	{"all are taken", {{1, 65535}}, 1024, 65535, 0, 0},
	{"up to the last port of all", {{1024, 65534}}, 1024, 65535, 1, 65535},
};

START_TEST(port_set_finds_the_longest_gap)
{
	struct port_set s = {{0}};
	uint16_t first = 0;

	for (int i = 0; i < 2 && cases[_i].taken[i][0] != 0; i++)
		port_set_add(&s, cases[_i].taken[i][0], cases[_i].taken[i][1]);
	ck_assert_msg(port_set_gap(&s, cases[_i].from, cases[_i].to, &first) == cases[_i].gap &&
	                      first == cases[_i].first,
	              "%s: first %u", cases[_i].what, first);
}
END_TEST

START_TEST(port_set_finds_the_lowest_member)
{
	struct port_set s = {{0}};
	uint16_t port = 7;

	ck_assert(!port_set_find(&s, 0, 65535, &port));
	ck_assert_uint_eq(port, 7);
	port_set_add(&s, 100, 200);
	port_set_add(&s, 65535, 65535);
	ck_assert(port_set_find(&s, 0, 65535, &port) && port == 100);
	ck_assert(port_set_find(&s, 150, 160, &port) && port == 150);
	ck_assert(port_set_find(&s, 201, 65535, &port) && port == 65535);
	ck_assert(!port_set_find(&s, 201, 65534, &port));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("port_set");

	tcase_add_loop_test(t, port_set_finds_the_longest_gap, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, port_set_finds_the_lowest_member);
	return suite_run("port_set", t);
}
