/* SPDX-License-Identifier: Apache-2.0 */
/* test_dp.c - claims about the dataplane over in-memory ports: no hugepages, no PCI, no
 * privileges. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_ethdev.h>

#include "dp.h"
#include "launch.h"
#include "port.h"
#include "clock.h"
#include "suite.h"

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
		.kind = DP_PORT_VDEV,
		.name = name,
		.sources = &source,
		.source_count = 1,
		.has_gateway_mac = true,
		.gateway_mac = {2, 0, 0, 0, 0, 1},
	};
	struct error err = {""};
	struct dp *dp = NULL;

	source = dp_addr_v4(0xc6120001);
	ck_assert_msg(dp_open(&c, &dp, &err) == 0, "%s", err.text);
	return dp;
}

static struct dp_scan_config config(const struct dp_space *space, double pps)
{
	return (struct dp_scan_config){.space = space,
	                               .shards = 1,
	                               .passes = 1,
	                               .rate_pps = pps,
	                               .cooldown_ms = 20,
	                               .key = {1}};
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

static void wait_sent(struct dp *dp, uint64_t n)
{
	struct dp_stats s;

	for (int i = 0; i < PATIENCE_MS; i++) {
		dp_stats(dp, &s);
		if (s.sent >= n)
			return;
		usleep(1000);
	}
	ck_abort_msg("the scan does not send");
}

/* Wait until nothing has been sent for 20 ms, in which a scan that is not paused sends 20
 * packets. */
static uint64_t wait_calm(struct dp *dp)
{
	struct dp_stats before, after;

	for (int i = 0; i < PATIENCE_MS / 20; i++) {
		dp_stats(dp, &before);
		usleep(20000);
		dp_stats(dp, &after);
		if (after.sent == before.sent)
			return after.sent;
	}
	ck_abort_msg("the scan does not pause");
}

static void start(struct dp *dp, const struct dp_scan_config *c)
{
	struct error err = {""};

	ck_assert_msg(launch(dp, c, &err) == 0, "%s", err.text);
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
	wait_sent(dp, 1000);
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
	struct dp_stats t;
	uint64_t sent;

	start(dp, &c);
	wait_sent(dp, 10);
	dp_pause(dp, true);
	sent = wait_calm(dp);
	usleep(100000);
	dp_stats(dp, &t);
	ck_assert(t.paused);
	ck_assert_uint_eq(sent, t.sent);
	ck_assert_uint_lt(t.sent, t.targets);
	dp_set_rate(dp, 1e7);
	dp_pause(dp, false);
	t = wait_done(dp);
	ck_assert_uint_eq(t.sent, t.targets);
	ck_assert_double_eq(t.rate_pps, 1e7);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_extra_probes_go_out_beside_the_walk_and_after_it)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.0.9");
	struct dp_addr in = dp_addr_v4(0xc6120005), out = dp_addr_v4(0xc612000a),
		       denied = dp_addr_v4(0xc6120006);
	struct dp *dp = open_vdev("net_ring_x");
	struct dp_scan_config c = config(space, 1e5);
	struct dp_addr_range deny = {denied, denied};
	struct dp_stats s;

	c.cooldown_ms = 2000;
	start(dp, &c);
	ck_assert(!dp_extra(dp, &in, 40000, DP_EXTRA_CONTROL)); /* the scan takes no extras */
	dp_stop(dp);
	c.extra = true;
	start(dp, &c);
	ck_assert_int_eq(dp_exclude(dp, &deny, 1), 0);
	ck_assert(dp_extra(dp, &in, 40000, DP_EXTRA_CONTROL));
	ck_assert(dp_extra(dp, &denied, 40000, DP_EXTRA_CONTROL));
	ck_assert(!dp_extra(dp, &out, 40000, DP_EXTRA_CONTROL));
	for (dp_stats(dp, &s); s.sending; dp_stats(dp, &s))
		usleep(1000);
	ck_assert(!s.done);
	ck_assert(dp_extra(dp, &in, 40001, DP_EXTRA_LOSS)); /* in the cooldown */
	s = wait_done(dp);
	ck_assert_uint_eq(s.extra, 2);
	ck_assert_uint_eq(s.sent + s.skipped_scope, s.targets + 2);
	ck_assert_uint_eq(s.received, s.sent);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

/* Set the link up or down, as a cable would. */
static void set_link(const char *name, bool up)
{
	uint16_t id;

	ck_assert_int_eq(rte_eth_dev_get_port_by_name(name, &id), 0);
	ck_assert_int_eq(up ? rte_eth_dev_set_link_up(id) : rte_eth_dev_set_link_down(id), 0);
}

/* Take results, as the control thread does, for @ms. */
static struct dp_stats receive_for(struct dp *dp, unsigned ms)
{
	struct dp_result r;
	struct dp_stats s;

	for (unsigned i = 0; i < ms; i++) {
		dp_receive(dp, &r, 1);
		usleep(1000);
	}
	dp_stats(dp, &s);
	return s;
}

START_TEST(dp_sends_nothing_while_an_own_link_is_down)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.3.255");
	struct dp *dp = open_vdev("net_ring_g");
	struct dp_scan_config c = config(space, 1000);
	struct dp_stats s, t;

	start(dp, &c);
	receive_for(dp, 50);
	set_link("net_ring_g", false);
	s = receive_for(dp, 100);
	t = receive_for(dp, 100);
	ck_assert(s.held && !s.link_up && s.sending);
	ck_assert_uint_eq(s.sent, t.sent);
	ck_assert_uint_lt(t.sent, t.targets);
	set_link("net_ring_g", true);
	dp_set_rate(dp, 1e6);
	for (int i = 0; i < PATIENCE_MS / 10 && !t.done; i++)
		t = receive_for(dp, 10);
	ck_assert(t.done && t.link_up && !t.held);
	/* Probes sent shortly before the link went down may not have arrived: they are sent
	 * again. */
	ck_assert_uint_ge(t.sent, t.targets);
	ck_assert_uint_le(t.sent, t.targets + s.sent);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

/* A scan that lingers is still there when its cooldown is over, and can be told to go back. */
START_TEST(dp_sends_again_what_was_sent_since)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.3.255");
	struct dp *dp = open_vdev("net_ring_k");
	struct dp_scan_config c = config(space, 1e5);
	uint64_t again;
	struct dp_stats s;

	start(dp, &c);
	dp_linger(dp, true);
	s = receive_for(dp, 1);
	for (int i = 0; i < PATIENCE_MS && s.sending; i++)
		s = receive_for(dp, 1);
	s = receive_for(dp, 300);
	ck_assert(!s.done && !s.sending);
	ck_assert_uint_eq(s.sent, s.targets);
	again = dp_send_again(dp, 1); /* from the start on */
	ck_assert_uint_eq(again, s.targets);
	for (int i = 0; i < PATIENCE_MS && s.sent < 2 * s.targets; i++)
		s = receive_for(dp, 1);
	ck_assert_uint_eq(s.sent, 2 * s.targets);
	ck_assert_uint_eq(s.again, again);
	ck_assert_uint_eq(dp_send_again(dp, clock_monotonic_us()), 0);
	dp_linger(dp, false);
	s = wait_done(dp);
	ck_assert_uint_eq(s.sent, 2 * s.targets);
	ck_assert_uint_eq(dp_send_again(dp, 1), 0);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_waits_for_the_link_of_an_own_port)
{
	struct port port = {.queues = 1};
	struct dp *dp = open_vdev("net_ring_h");

	ck_assert_int_eq(rte_eth_dev_get_port_by_name("net_ring_h", &port.queue[0].id), 0);
	ck_assert(port_link_wait(&port, 0));
	set_link("net_ring_h", false);
	ck_assert(!port_link_wait(&port, 20));
	set_link("net_ring_h", true);
	ck_assert(port_link_wait(&port, 20));
	dp_close(dp);
}
END_TEST

static uint64_t value_of(const struct dp_counter *c, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(c[i].name, name) == 0)
			return c[i].value;
	return 0;
}

START_TEST(dp_names_the_drivers_counters_that_are_not_zero)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.3.255");
	struct dp *dp = open_vdev("net_ring_i"); /* what is sent comes back */
	struct dp_scan_config c = config(space, 1e6);
	struct dp_counter counter[DP_NIC_COUNTERS];
	struct dp_stats s;
	unsigned n;

	ck_assert_uint_eq(dp_nic_counters(dp, counter, DP_NIC_COUNTERS), 0);
	start(dp, &c);
	s = wait_done(dp);
	ck_assert(s.link_up);
	ck_assert_uint_eq(s.link_mbps, 10000);
	n = dp_nic_counters(dp, counter, DP_NIC_COUNTERS);
	ck_assert_uint_gt(n, 1);
	ck_assert_uint_le(n, DP_NIC_COUNTERS);
	for (unsigned i = 0; i < n; i++)
		ck_assert_uint_gt(counter[i].value, 0);
	ck_assert_uint_eq(value_of(counter, n, "tx_good_packets"), s.sent);
	ck_assert_uint_eq(value_of(counter, n, "rx_good_packets"), s.received);
	ck_assert_uint_eq(value_of(counter, n, "rx_q0_packets"), s.received);
	ck_assert_str_ne(counter[0].name, "rx_q0_packets");
	memset(counter, 0, sizeof(counter));
	ck_assert_uint_eq(dp_nic_counters(dp, counter, 1), n);
	ck_assert_uint_eq(counter[1].value, 0);
	dp_close(dp);
	dp_space_free(space);
}
END_TEST

START_TEST(dp_stop_ends_the_workers_at_once)
{
	struct dp_space *space = make_space("198.18.0.0", "198.18.255.255");
	struct dp *dp = open_vdev("net_null_e");
	struct dp_scan_config c = config(space, 1);
	struct error err;
	struct dp_stats s;

	start(dp, &c);
	ck_assert_int_lt(launch(dp, &c, &err), 0); /* one scan at a time */
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
		{.kind = DP_PORT_IFACE, .name = ""},
		{.kind = DP_PORT_IFACE, .name = "nosuchif0"},
		{.kind = DP_PORT_IFACE, .name = "aninterfacewithalongname"},
		{.kind = DP_PORT_IFACE, .name = "lo"},
		{.kind = DP_PORT_AF_PACKET, .name = "nosuchif0"},
		{.kind = DP_PORT_VDEV, .name = "net_null0"}, /* no source address */
		{.kind = DP_PORT_VDEV, .name = "net_null0", .vlan = 4095},
		{.kind = DP_PORT_VDEV, .name = "net_null0", .prefix_len = 33},
	};
	struct error err = {""};
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
	struct dp_port_config p = {
		.kind = DP_PORT_VDEV, .name = "net_null_f", .sources = &source, .source_count = 1};
	struct dp_scan_config c = config(space, 1000);
	struct error err = {""};
	struct dp *dp = NULL;

	ck_assert_int_eq(dp_open(&p, &dp, &err), 0);
	ck_assert_int_eq(launch(dp, &c, &err), -EHOSTUNREACH);
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
	TCase *tc = tcase_create("dp");

	tcase_add_test(tc, dp_drivers_are_listed_without_an_eal);
	tcase_add_loop_test(tc, dp_refuses_in_words, 0, 8);
	tcase_add_test(tc, dp_sends_every_target_once_a_pass);
	tcase_add_test(tc, dp_takes_its_own_probes_for_no_answers);
	tcase_add_test(tc, dp_goes_on_where_it_was_stopped);
	tcase_add_test(tc, dp_pauses_and_changes_its_rate_live);
	tcase_add_test(tc, dp_extra_probes_go_out_beside_the_walk_and_after_it);
	tcase_add_test(tc, dp_sends_nothing_while_an_own_link_is_down);
	tcase_add_test(tc, dp_sends_again_what_was_sent_since);
	tcase_add_test(tc, dp_waits_for_the_link_of_an_own_port);
	tcase_add_test(tc, dp_names_the_drivers_counters_that_are_not_zero);
	tcase_add_test(tc, dp_stop_ends_the_workers_at_once);
	tcase_add_test(tc, dp_says_what_is_missing_for_a_next_hop);
	return suite_run("dp", tc);
}
