/* SPDX-License-Identifier: Apache-2.0 */
/* test_dp.c - the dataplane over in-memory ports: no hugepages, no PCI, no privileges. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"

enum { PATIENCE_MS = 20000 };

static struct dp_space *make_space(const char *first, const char *last)
{
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	struct dp_addr a, b;

	ck_assert_int_eq(dp_addr_parse(first, &a), 0);
	ck_assert_int_eq(dp_addr_parse(last, &b), 0);
	ck_assert_int_eq(dp_space_include(s, &a, &b), 0);
	ck_assert_int_eq(dp_space_add_ports(s, 80, 81), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	return s;
}

static struct dp *open_vdev(const char *name)
{
	static struct dp_addr source;
	struct dp_port_config c = {
		.kind = DP_PORT_VDEV, .name = name, .sources = &source, .source_count = 1,
		.has_gateway_mac = true, .gateway_mac = { 2, 0, 0, 0, 0, 1 },
	};
	struct dp_error err = { "" };
	struct dp *dp = NULL;

	source = dp_addr_v4(0xc6120001);
	ck_assert_msg(dp_open(&c, &dp, &err) == 0, "%s", err.text);
	return dp;
}

static struct dp_scan_config config(const struct dp_space *space, double pps)
{
	return (struct dp_scan_config){ .space = space, .shards = 1, .passes = 1, .rate_pps = pps,
					.cooldown_ms = 20, .key = { 1 } };
}

static struct dp_stats wait_done(struct dp *dp)
{
	struct dp_stats s;

	for (int i = 0; i < PATIENCE_MS; i++) {
		dp_stats(dp, &s);
		if (s.done)
			return s;
		usleep(1000);
	}
	ck_abort_msg("the scan does not end");
}

static void start(struct dp *dp, const struct dp_scan_config *c)
{
	struct dp_error err = { "" };

	ck_assert_msg(dp_start(dp, c, &err) == 0, "%s", err.text);
}

START_TEST(dp_sends_every_target_once_a_pass)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.15.255");
	struct dp *dp = open_vdev("net_ring_a");
	struct dp_scan_config c = config(space, 1e7);
	uint64_t progress[DP_MAX_WORKERS];
	struct dp_stats s;

	c.passes = 2;
	start(dp, &c);
	s = wait_done(dp);
	ck_assert_uint_eq(s.targets, 2 * 4096 * 2);
	ck_assert_uint_eq(s.sent, s.targets);
	ck_assert_uint_eq(dp_progress(dp, progress), 1);
	ck_assert_uint_eq(progress[0], s.targets);
	ck_assert(!s.sending);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_takes_its_own_probes_for_no_answers)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.3.255");
	struct dp *dp = open_vdev("net_ring_b"); /* what is sent comes back */
	struct dp_scan_config c = config(space, 1e6);
	struct dp_result r;
	struct dp_stats s;

	start(dp, &c);
	s = wait_done(dp);
	ck_assert_uint_eq(s.received, s.sent);
	ck_assert_uint_eq(s.foreign, s.sent);
	ck_assert_uint_eq(s.open + s.closed + s.unreachable, 0);
	ck_assert_uint_eq(dp_receive(dp, &r, 1), 0);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_goes_on_where_it_was_stopped)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.255.255");
	struct dp *dp = open_vdev("net_ring_c");
	struct dp_scan_config c = config(space, 2e5);
	uint64_t progress[DP_MAX_WORKERS];
	struct dp_stats s, t;

	start(dp, &c);
	usleep(50000);
	dp_stop_sending(dp);
	s = wait_done(dp);
	dp_progress(dp, progress);
	ck_assert_uint_gt(s.sent, 0);
	ck_assert_uint_lt(s.sent, s.targets);
	ck_assert_uint_eq(progress[0], s.sent);
	c.resume = progress;
	c.rate_pps = 1e7;
	start(dp, &c);
	t = wait_done(dp);
	ck_assert_uint_eq(s.sent + t.sent, s.targets);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_pauses_and_changes_its_rate_live)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.255.255");
	struct dp *dp = open_vdev("net_ring_d");
	struct dp_scan_config c = config(space, 1000);
	struct dp_stats s, t;

	start(dp, &c);
	usleep(50000);
	dp_pause(dp, true);
	usleep(50000); /* the order reaches the worker */
	dp_stats(dp, &s);
	usleep(100000);
	dp_stats(dp, &t);
	ck_assert(t.paused);
	ck_assert_uint_eq(s.sent, t.sent);
	ck_assert_uint_lt(t.sent, 1000);
	dp_set_rate(dp, 1e7);
	dp_pause(dp, false);
	t = wait_done(dp);
	ck_assert_uint_eq(t.sent, t.targets);
	ck_assert_double_eq(t.rate_pps, 1e7);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_stop_ends_the_workers_at_once)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.255.255");
	struct dp *dp = open_vdev("net_null_e");
	struct dp_scan_config c = config(space, 1);
	struct dp_error err;
	struct dp_stats s;

	start(dp, &c);
	ck_assert_int_lt(dp_start(dp, &c, &err), 0); /* one at a time */
	dp_stop(dp);
	dp_stats(dp, &s);
	ck_assert(s.done);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_refuses_in_words)
{
	static const struct dp_port_config bad[] = {
		{ .kind = DP_PORT_IFACE, .name = "" },
		{ .kind = DP_PORT_IFACE, .name = "nosuchif0" },
		{ .kind = DP_PORT_IFACE, .name = "aninterfacewithalongname" },
		{ .kind = DP_PORT_IFACE, .name = "lo" },
		{ .kind = DP_PORT_AF_PACKET, .name = "nosuchif0" },
		{ .kind = DP_PORT_VDEV, .name = "net_null0" }, /* no source address */
		{ .kind = DP_PORT_VDEV, .name = "net_null0", .vlan = 4095 },
		{ .kind = DP_PORT_VDEV, .name = "net_null0", .prefix_len = 33 },
	};
	struct dp_error err = { "" };
	struct dp *dp = NULL;

	ck_assert_int_lt(dp_open(&bad[_i], &dp, &err), 0);
	ck_assert_ptr_null(dp);
	ck_assert_uint_gt(strlen(err.text), 10);
}
END_TEST

START_TEST(dp_says_what_is_missing_for_a_next_hop)
{
	struct dp_space *space = make_space("203.0.113.0", "203.0.113.255");
	struct dp_addr source = dp_addr_v4(0xc6120001);
	struct dp_port_config p = { .kind = DP_PORT_VDEV, .name = "net_null_f",
				    .sources = &source, .source_count = 1 };
	struct dp_scan_config c = config(space, 1000);
	struct dp_error err = { "" };
	struct dp *dp = NULL;

	ck_assert_int_eq(dp_open(&p, &dp, &err), 0);
	ck_assert_int_eq(dp_start(dp, &c, &err), -EHOSTUNREACH);
	ck_assert_ptr_nonnull(strstr(err.text, "gateway"));
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_drivers_are_listed_without_an_eal)
{
	char text[4096];

	dp_drivers(text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "net_af_xdp"));
	ck_assert_ptr_nonnull(strstr(text, "net_ring"));
	ck_assert_ptr_nonnull(strstr(dp_dpdk_version(), "DPDK"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dp");
	TCase *tc = tcase_create("dp");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, dp_drivers_are_listed_without_an_eal);
	tcase_add_loop_test(tc, dp_refuses_in_words, 0, 8);
	tcase_add_test(tc, dp_sends_every_target_once_a_pass);
	tcase_add_test(tc, dp_takes_its_own_probes_for_no_answers);
	tcase_add_test(tc, dp_goes_on_where_it_was_stopped);
	tcase_add_test(tc, dp_pauses_and_changes_its_rate_live);
	tcase_add_test(tc, dp_stop_ends_the_workers_at_once);
	tcase_add_test(tc, dp_says_what_is_missing_for_a_next_hop);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
