/* SPDX-License-Identifier: Apache-2.0 */
/* test_middlebox.c - claims about which hosts are taken for middleboxes, with simulated hosts that
 * answer by a rule. */
#include <stdlib.h>
#include <string.h>

#include "middlebox.h"
#include "splitmix.h"
#include "suite.h"

enum { TIME_US = 10000, ANSWER_TURNS = 3, TURNS = 1000 };

static struct dp_space *make_space(unsigned ports)
{
	struct dp_addr first = dp_addr_v4(0xc6120000), last = dp_addr_v4(0xc612ffff);
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;

	ck_assert_int_eq(dp_space_include(s, &first, &last), 0);
	ck_assert_int_eq(dp_space_add_ports(s, 1, (uint16_t)ports), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	return s;
}

static struct middlebox *make(const struct dp_space *space, unsigned ports)
{
	struct middlebox *m = middlebox_new(&(struct middlebox_config){
		.space = space, .secret = "0123456789abcde", .ports = ports});

	ck_assert_ptr_nonnull(m);
	return m;
}

enum behaviour { ALL_OPEN, RESETS, SILENT, LOSSY_ALL_OPEN, ONE_OPEN };

struct run {
	enum behaviour behaviour;
	uint64_t state;
	unsigned asked, confirmed, cleared;
};

static void put(struct run *r, enum middlebox_event event)
{
	r->confirmed += event == MIDDLEBOX_CONFIRMED;
	r->cleared += event == MIDDLEBOX_CLEARED;
}

static void answer(struct middlebox *m, struct run *r, const struct dp_addr *addr, uint16_t port)
{
	bool lost = r->behaviour == SILENT ||
	            (r->behaviour == LOSSY_ALL_OPEN && splitmix(&r->state) % 100 < 10) ||
	            (r->behaviour == ONE_OPEN && r->asked > 1);

	r->asked++;
	if (!lost)
		put(r, middlebox_answer(m, addr, port, r->behaviour != RESETS));
}

/* Let the time pass until all control probes are sent, and answered or given up. */
static void check_host(struct middlebox *m, struct run *r)
{
	struct dp_addr addr;
	uint16_t port;

	for (int64_t now = 0; now < (int64_t)TURNS * TIME_US; now += TIME_US) {
		while (middlebox_next(m, &addr, &port)) {
			middlebox_asked(m, now);
			answer(m, r, &addr, port);
		}
		while (middlebox_settle(m, now, &addr))
			r->cleared++;
	}
}

START_TEST(middlebox_confirms_who_answers_everywhere_and_nobody_else)
{
	static const struct {
		enum behaviour behaviour;
		bool confirmed;
		unsigned asked_most;
	} hosts[] = {
		{ALL_OPEN, true, MIDDLEBOX_CONTROLS},
		{RESETS, false, 1},
		{SILENT, false, 2},
		{ONE_OPEN, false, 1 + 2 * (MIDDLEBOX_CONTROLS - 1)},
	};
	struct dp_space *space = make_space(100);
	struct middlebox *m = make(space, 100);
	struct dp_addr a = dp_addr_v4(0xc6120005);
	struct run r = {.behaviour = hosts[_i].behaviour};
	struct middlebox_stats st;
	uint32_t opens;

	for (unsigned i = 0; i + 1 < MIDDLEBOX_OPENS; i++)
		ck_assert_int_eq(middlebox_open(m, &a, &opens), MIDDLEBOX_NO);
	check_host(m, &r);
	ck_assert_uint_eq(r.asked, 0);
	ck_assert_int_eq(middlebox_open(m, &a, &opens), MIDDLEBOX_PERHAPS);
	ck_assert_uint_eq(opens, MIDDLEBOX_OPENS);
	check_host(m, &r);
	ck_assert_uint_le(r.asked, hosts[_i].asked_most);
	ck_assert_int_eq(middlebox_open(m, &a, &opens),
	                 hosts[_i].confirmed ? MIDDLEBOX_YES : MIDDLEBOX_NO);
	middlebox_stats(m, &st);
	ck_assert_uint_eq(st.flagged, hosts[_i].confirmed);
	ck_assert_uint_eq(st.cleared, !hosts[_i].confirmed);
	ck_assert_uint_eq(st.waiting, 0);
	ck_assert_uint_eq(r.confirmed, hosts[_i].confirmed);
	middlebox_free(m);
	dp_space_free(space);
}
END_TEST

START_TEST(middlebox_is_found_on_a_wire_that_loses_one_in_ten)
{
	struct dp_space *space = make_space(1000);
	struct middlebox *m = make(space, 1000);
	struct run r = {.behaviour = LOSSY_ALL_OPEN, .state = 1};
	uint32_t opens;

	for (uint32_t host = 0; host < 1000; host++) {
		struct dp_addr a = dp_addr_v4(0xc6120000 + host);

		for (unsigned i = 0; i < MIDDLEBOX_OPENS; i++)
			middlebox_open(m, &a, &opens);
	}
	check_host(m, &r);
	ck_assert_uint_ge(r.confirmed, 980);
	/* Hosts that were not recognised are checked again. */
	for (uint32_t host = 0; host < 1000; host++) {
		struct dp_addr a = dp_addr_v4(0xc6120000 + host);

		for (unsigned i = 0; i < 3 * MIDDLEBOX_OPENS; i++)
			middlebox_open(m, &a, &opens);
	}
	check_host(m, &r);
	ck_assert_uint_ge(r.confirmed, 998);
	middlebox_free(m);
	dp_space_free(space);
}
END_TEST

START_TEST(middlebox_of_few_ports_is_who_has_all_of_them_open)
{
	struct dp_space *space = make_space(2);
	struct middlebox *m = make(space, 2);
	struct dp_addr a = dp_addr_v4(0xc6120005);
	struct run r = {.behaviour = ALL_OPEN};
	uint32_t opens;

	ck_assert_int_eq(middlebox_open(m, &a, &opens), MIDDLEBOX_NO);
	check_host(m, &r);
	ck_assert_uint_eq(r.asked, 0);
	ck_assert_int_eq(middlebox_open(m, &a, &opens), MIDDLEBOX_NO);
	check_host(m, &r);
	ck_assert_int_eq(middlebox_view(m, &a, &opens), MIDDLEBOX_YES);
	middlebox_free(m);
	dp_space_free(space);
}
END_TEST

START_TEST(middlebox_known_before_is_checked_at_its_first_port)
{
	struct dp_space *space = make_space(100);
	struct middlebox *m = make(space, 100);
	struct dp_addr a = dp_addr_v4(0xc6120005), b = dp_addr_v4(0xc6120006),
		       c = dp_addr_v4(0xc6120007);
	struct run r = {.behaviour = ALL_OPEN};
	uint32_t opens;

	ck_assert_int_eq(middlebox_add_known(m, &a), 0);
	ck_assert_int_eq(middlebox_add_known(m, &b), 0);
	ck_assert_int_eq(middlebox_add_known(m, &c), 0);
	middlebox_open(m, &a, &opens);
	check_host(m, &r);
	ck_assert_uint_eq(r.confirmed, 1);
	r.behaviour = RESETS;
	middlebox_open(m, &b, &opens);
	check_host(m, &r);
	ck_assert_uint_eq(r.cleared, 1);
	r.behaviour = SILENT;
	middlebox_open(m, &c, &opens);
	check_host(m, &r);
	ck_assert_uint_eq(r.cleared, 2);
	ck_assert_int_eq(middlebox_open(m, &b, &opens), MIDDLEBOX_NO);
	middlebox_free(m);
	dp_space_free(space);
}
END_TEST

START_TEST(middlebox_believes_no_answer_that_was_not_asked_for)
{
	struct dp_space *space = make_space(100);
	struct middlebox *m = make(space, 100);
	struct dp_addr a = dp_addr_v4(0xc6120005), b = dp_addr_v4(0xc6120006);
	uint32_t opens;

	for (unsigned i = 0; i < MIDDLEBOX_OPENS; i++)
		middlebox_open(m, &a, &opens);
	for (uint32_t port = 1; port < 16384; port++) {
		ck_assert_int_eq(middlebox_answer(m, &a, (uint16_t)port, port % 2),
		                 MIDDLEBOX_NOTHING);
		ck_assert_int_eq(middlebox_answer(m, &b, (uint16_t)port, port % 2),
		                 MIDDLEBOX_NOTHING);
	}
	ck_assert_int_eq(middlebox_view(m, &a, &opens), MIDDLEBOX_PERHAPS);
	middlebox_free(m);
	dp_space_free(space);
}
END_TEST

START_TEST(middlebox_only_counts_where_it_cannot_ask)
{
	struct middlebox *m = make(NULL, 100);
	struct dp_addr a = dp_addr_v4(0xc6120005);
	uint16_t port;
	uint32_t opens;

	for (unsigned i = 1; i <= 100; i++) {
		ck_assert_int_eq(middlebox_open(m, &a, &opens), MIDDLEBOX_NO);
		ck_assert_uint_eq(opens, i);
	}
	ck_assert(!middlebox_next(m, &a, &port));
	middlebox_free(m);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("middlebox");

	tcase_add_loop_test(t, middlebox_confirms_who_answers_everywhere_and_nobody_else, 0, 4);
	tcase_add_test(t, middlebox_is_found_on_a_wire_that_loses_one_in_ten);
	tcase_add_test(t, middlebox_of_few_ports_is_who_has_all_of_them_open);
	tcase_add_test(t, middlebox_known_before_is_checked_at_its_first_port);
	tcase_add_test(t, middlebox_believes_no_answer_that_was_not_asked_for);
	tcase_add_test(t, middlebox_only_counts_where_it_cannot_ask);
	return suite_run("middlebox", t);
}
