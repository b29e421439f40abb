/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_admission.c - claims about which ports are grabbed, and about how full stages lower the
 * rate. */
#include <stdlib.h>
#include <string.h>

#include "hash_table.h"
#include "dp.h"
#include "grab_admission.h"
#include "throttle.h"
#include "suite.h"

START_TEST(grab_admission_grabs_an_all_open_host_a_bounded_number_of_times)
{
	struct grab_admission *s = grab_admission_new(&(struct grab_admission_config){0});
	struct dp_addr host = dp_addr_v4(0xc6120001), other = dp_addr_v4(0xc6120002);
	struct grab_admission_stats st;

	for (unsigned port = 1; port <= 65535; port++)
		grab_admission_open(s, &host, (uint16_t)port);
	ck_assert_int_eq(grab_admission_open(s, &other, 22), ADMISSION_GRAB);
	grab_admission_stats(s, &st);
	ck_assert_uint_eq(st.grabs, 101);
	ck_assert_uint_eq(st.crowded, 900);
	ck_assert_uint_eq(st.ignored, 65535 - 1000);
	ck_assert_uint_eq(st.hosts.flagged, 1);
	ck_assert_uint_eq(st.hosts.hosts, 2);
	grab_admission_free(s);
}
END_TEST

START_TEST(grab_admission_leaves_what_is_fresh)
{
	struct grab_admission *s = grab_admission_new(&(struct grab_admission_config){0});
	struct dp_addr host = dp_addr_v4(0xc6120001);

	ck_assert_int_eq(grab_admission_add_fresh(s, &host, 22), 0);
	ck_assert_int_eq(grab_admission_open(s, &host, 22), ADMISSION_FRESH);
	ck_assert_int_eq(grab_admission_open(s, &host, 80), ADMISSION_GRAB);
	grab_admission_free(s);
}
END_TEST

/* A SYN-ACK that is repeated, or that another receive queue delivers, causes no second grab. */
START_TEST(grab_admission_hands_a_port_on_once)
{
	struct grab_admission *s = grab_admission_new(&(struct grab_admission_config){0});
	struct dp_addr a;

	for (uint32_t i = 0; i < 1000; i++) {
		a = dp_addr_v4(0xc6120000 + i);
		ck_assert_int_eq(grab_admission_open(s, &a, 22), ADMISSION_GRAB);
		ck_assert_int_eq(grab_admission_open(s, &a, 80), ADMISSION_GRAB);
		ck_assert_int_eq(grab_admission_open(s, &a, 22), ADMISSION_REPEATED);
	}
	grab_admission_free(s);
}
END_TEST

/* The slot in which a port is remembered: the upper 20 bits of its hash. */
static uint64_t place_of(const struct dp_addr *addr, uint16_t port)
{
	uint8_t key[18];

	memcpy(key, addr->b, 16);
	memcpy(key + 16, &port, 2);
	return hash_table_hash(key, sizeof(key)) >> 44;
}

/* Two ports that share a slot are still told apart, and none is lost. */
START_TEST(grab_admission_takes_no_port_for_another)
{
	struct grab_admission *s = grab_admission_new(&(struct grab_admission_config){0});
	struct dp_addr a = {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}};

	for (uint16_t port = 1; port < 20; port++) {
		struct dp_addr b = a;
		uint32_t x = 0;

		do {
			x++;
			memcpy(b.b + 8, &x, sizeof(x));
		} while (place_of(&b, port) != place_of(&a, port));
		ck_assert_int_eq(grab_admission_open(s, &a, port), ADMISSION_GRAB);
		ck_assert_int_eq(grab_admission_open(s, &b, port), ADMISSION_GRAB);
		ck_assert_int_eq(grab_admission_open(s, &b, port), ADMISSION_REPEATED);
	}
	grab_admission_free(s);
}
END_TEST

START_TEST(grab_admission_counts_each_of_many_hosts_and_stays_bounded)
{
	struct grab_admission *s = grab_admission_new(
		&(struct grab_admission_config){.grabs_per_host = 1, .middlebox.hosts_max = 5000});
	struct grab_admission_stats st;

	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 6000; i++) {
			struct dp_addr a = dp_addr_v4(0xc6120000 + i);
			enum grab_admission_verdict v =
				grab_admission_open(s, &a, (uint16_t)(80 + round));

			ck_assert_int_eq(v, round == 1 && i < 5000 ? ADMISSION_MIDDLEBOX
			                                           : ADMISSION_GRAB);
		}
	grab_admission_stats(s, &st);
	ck_assert_uint_eq(st.hosts.hosts, 5000);
	ck_assert(st.hosts.hosts_full);
	grab_admission_free(s);
}
END_TEST

/* Answer all control probes that are due: the control ports are open, or all closed. */
static void check_host(struct grab_admission *s, bool open)
{
	struct middlebox *m = grab_admission_hosts(s);
	struct dp_addr a;
	uint16_t port;

	while (middlebox_next(m, &a, &port)) {
		middlebox_asked(m, 0);
		middlebox_answer(m, &a, port, open);
	}
}

START_TEST(grab_admission_holds_a_suspected_host_and_keeps_a_sample_of_a_middlebox)
{
	struct dp_addr first = dp_addr_v4(0xc6120000), last = dp_addr_v4(0xc61200ff);
	struct dp_addr box = dp_addr_v4(0xc6120001), rich = dp_addr_v4(0xc6120002);
	struct dp_space *space = dp_space_new();
	struct dp_space_info info;
	struct grab_admission_stats st;
	struct grab_admission *s;

	dp_space_include(space, &first, &last);
	dp_space_add_ports(space, 1, 1000);
	ck_assert_int_eq(dp_space_seal(space, &info), 0);
	s = grab_admission_new(&(struct grab_admission_config){
		.middlebox = {.space = space, .ports = info.ports}});
	for (uint16_t port = 1; port < MIDDLEBOX_OPENS; port++)
		ck_assert_int_eq(grab_admission_open(s, &box, port), ADMISSION_GRAB);
	ck_assert_int_eq(grab_admission_open(s, &box, 5), ADMISSION_PENDING);
	ck_assert_int_eq(grab_admission_release(s, &box, 5, false), ADMISSION_PENDING);
	ck_assert_int_eq(grab_admission_release(s, &box, 5, true), ADMISSION_GRAB);
	ck_assert_int_eq(grab_admission_open(s, &box, 6), ADMISSION_PENDING);
	check_host(s, true);
	ck_assert_int_eq(grab_admission_release(s, &box, 6, false), ADMISSION_IGNORE);
	for (unsigned port = 7; port <= 1000; port++)
		ck_assert_int_eq(grab_admission_open(s, &box, (uint16_t)port), ADMISSION_IGNORE);
	for (unsigned port = 1; port <= 1000; port++) {
		enum grab_admission_verdict v = grab_admission_open(s, &rich, (uint16_t)port);

		check_host(s, false);
		if (v == ADMISSION_PENDING)
			v = grab_admission_release(s, &rich, (uint16_t)port, false);
		ck_assert_int_eq(v, port <= 100 ? ADMISSION_GRAB : ADMISSION_RECORD);
	}
	grab_admission_stats(s, &st);
	ck_assert_uint_eq(st.hosts.flagged, 1);
	ck_assert_uint_eq(st.ignored, 1000 - 5);
	grab_admission_free(s);
	dp_space_free(space);
}
END_TEST

START_TEST(throttle_leaves_calm_stages_alone)
{
	struct throttle t;
	struct throttle_signal s = {.ring_percent = 50, .grab_percent = 10};

	throttle_init(&t);
	ck_assert_double_eq(throttle_rate(&t, 1000, &s), 1000);
}
END_TEST

START_TEST(throttle_falls_with_the_fullest_stage_and_never_to_nothing)
{
	double before = 1e9;

	for (unsigned fill = 51; fill <= 100; fill++) {
		struct throttle_signal s = {.grab_percent = fill, .ring_percent = 20};
		struct throttle t;
		double rate;

		throttle_init(&t);
		rate = throttle_rate(&t, 1000, &s);
		ck_assert_double_lt(rate, 1000);
		ck_assert_double_le(rate, before);
		ck_assert_double_ge(rate, 10 - 1e-9);
		ck_assert_str_eq(t.reason, "grabs wait in the queue");
		before = rate;
	}
}
END_TEST

START_TEST(throttle_brakes_from_what_is_reached_not_from_what_is_wished)
{
	struct throttle_signal s = {.now_us = 1000000};
	struct throttle t;

	throttle_init(&t);
	ck_assert_double_eq(throttle_rate(&t, 1e8, &s), 1e8);
	s = (struct throttle_signal){.now_us = 1100000, .sent = 100000, .ring_percent = 60};
	ck_assert_double_lt(throttle_rate(&t, 1e8, &s), 1e6);
	ck_assert_double_gt(throttle_rate(&t, 1e8, &s), 5e5);
	s.ring_percent = 0;
	ck_assert_double_eq(throttle_rate(&t, 1e8, &s), 1e8);
}
END_TEST

START_TEST(throttle_backs_off_from_losses_and_comes_back)
{
	struct throttle_signal s = {.received = 0};
	struct throttle t;
	double rate = 0;

	throttle_init(&t);
	for (int i = 0; i < 10; i++) {
		s.received += 1000;
		s.lost += 100;
		rate = throttle_rate(&t, 1000, &s);
	}
	ck_assert_double_lt(rate, 200);
	ck_assert_str_eq(t.reason, "replies were lost");
	for (int i = 0; i < 300; i++) {
		s.received += 1000;
		rate = throttle_rate(&t, 1000, &s);
	}
	ck_assert_double_eq(rate, 1000);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, grab_admission_grabs_an_all_open_host_a_bounded_number_of_times);
	tcase_add_test(tc, grab_admission_leaves_what_is_fresh);
	tcase_add_test(tc, grab_admission_hands_a_port_on_once);
	tcase_add_test(tc, grab_admission_takes_no_port_for_another);
	tcase_add_test(tc, grab_admission_counts_each_of_many_hosts_and_stays_bounded);
	tcase_add_test(tc, grab_admission_holds_a_suspected_host_and_keeps_a_sample_of_a_middlebox);
	tcase_add_test(tc, throttle_leaves_calm_stages_alone);
	tcase_add_test(tc, throttle_falls_with_the_fullest_stage_and_never_to_nothing);
	tcase_add_test(tc, throttle_backs_off_from_losses_and_comes_back);
	tcase_add_test(tc, throttle_brakes_from_what_is_reached_not_from_what_is_wished);
	return suite_run("grab_admission", tc);
}
