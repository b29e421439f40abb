/* SPDX-License-Identifier: Apache-2.0 */
/* test_plan.c - claims about what a scan will probe, compared with a list made by hand. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "plan.h"
#include "splitmix.h"
#include "suite.h"

static struct config config;
static char dir[] = "/tmp/sonde-plan-XXXXXX", path[64];

static void setup(void)
{
	strcpy(dir, "/tmp/sonde-plan-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/list", dir);
	config_init(&config);
	config.seed = "1";
}

static void teardown(void)
{
	unlink(path);
	rmdir(dir);
}

static void list(struct option_list *to, const char *item)
{
	to->items[to->count++] = item;
}

static void write_list(const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void make(struct plan *p)
{
	struct error err = {""};

	ck_assert_msg(plan_make(&config, p, &err) == 0, "%s", err.text);
}

static void refused(int code, const char *why)
{
	struct plan p;
	struct error err = {""};

	ck_assert_int_eq(plan_make(&config, &p, &err), code);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s", err.text);
}

/* For a network with random exclusions and some ports, the space has exactly the targets of a list
 * that the test makes itself. */
START_TEST(a_plan_has_what_the_lists_name_and_no_more)
{
	static const char *const targets[] = {"198.18.7.0/24"};
	static const uint16_t ports[] = {22, 80, 443, 8080};
	uint64_t state = (uint64_t)_i;
	bool wanted[256], probed[256][4] = {0};
	char holes[8][64];
	struct plan p;
	unsigned n = 0;

	memset(wanted, true, sizeof(wanted));
	config.targets = targets;
	config.target_count = 1;
	for (int i = 0; i < 8; i++) {
		unsigned first = splitmix(&state) % 256, last = first + splitmix(&state) % 20;

		last = last > 255 ? 255 : last;
		snprintf(holes[i], sizeof(holes[i]), "198.18.7.%u-198.18.7.%u", first, last);
		list(&config.excludes, holes[i]);
		for (; first <= last; first++)
			wanted[first] = false;
	}
	list(&config.ports, "22,80");
	list(&config.ports, "443,8080");
	for (int i = 0; i < 256; i++)
		n += wanted[i] ? 4 : 0;
	make(&p);
	ck_assert_uint_eq(p.info.size, n);
	for (uint64_t i = 0; i < p.info.size; i++) {
		struct dp_addr addr;
		uint16_t port;

		dp_space_ordered(p.space, p.key, i, &addr, &port);
		for (unsigned k = 0; k < 4; k++)
			if (ports[k] == port) {
				ck_assert(!probed[addr.b[15]][k]);
				probed[addr.b[15]][k] = true;
			}
	}
	for (unsigned i = 0; i < 256; i++) {
		struct dp_addr addr = dp_addr_v4(0xc6120700 + i);

		for (unsigned k = 0; k < 4; k++)
			ck_assert_int_eq(probed[i][k], wanted[i]);
		ck_assert_int_eq(plan_covers(&p, &addr, 443), wanted[i]);
		ck_assert(!plan_covers(&p, &addr, 444));
	}
	plan_fini(&p);
}
END_TEST

START_TEST(a_scope_cuts_what_it_does_not_list)
{
	static const char *const targets[] = {"198.18.0.0/16"};
	struct plan p;

	write_list("198.18.1.0/28 # ours\n\n198.18.9.0/30\n");
	config.targets = targets;
	config.target_count = 1;
	config.scope_file = path;
	list(&config.ports, "80");
	make(&p);
	ck_assert_uint_eq(p.info.addresses, 20);
	plan_fini(&p);
	write_list("nonsense!\n");
	refused(-EINVAL, ":1:1: ");
}
END_TEST

START_TEST(a_scope_in_ipv6_lets_no_ipv4_through)
{
	static const char *const targets[] = {"198.18.0.0/28", "2001:db8::/124"};
	struct plan p;

	write_list("::/0\n");
	config.targets = targets;
	config.target_count = 2;
	config.scope_file = path;
	list(&config.ports, "80");
	make(&p);
	ck_assert_uint_eq(p.info.addresses, 16);
	ck_assert(
		!dp_space_contains(p.space, &(struct dp_addr){{[10] = 0xff, 0xff, 198, 18, 0, 1}}));
	plan_fini(&p);
	config.scope_file = NULL;
	list(&config.excludes, "::1-2001:ffff::");
	make(&p);
	ck_assert_uint_eq(p.info.addresses, 16);
	ck_assert(
		dp_space_contains(p.space, &(struct dp_addr){{[10] = 0xff, 0xff, 198, 18, 0, 1}}));
	plan_fini(&p);
}
END_TEST

START_TEST(many_addresses_need_a_scope)
{
	static const char *const targets[] = {"11.0.0.0/7"};

	config.targets = targets;
	config.target_count = 1;
	list(&config.ports, "80");
	refused(-EINVAL, "more than 2^24: name what you may probe with --scope-file");
}
END_TEST

START_TEST(nothing_left_is_refused_with_the_reason)
{
	static const char *const targets[] = {"198.18.0.1"}, *const local[] = {"127.0.0.1"};

	list(&config.ports, "80");
	config.target_count = 1;
	config.targets = local;
	refused(-EINVAL, "nothing is left to probe: 0 addresses excluded, 1 never probed (");
	config.targets = targets;
	list(&config.excludes, "198.18.0.0/24");
	refused(-EINVAL, "nothing is left to probe: 1 address excluded, 0 never probed");
	config.target_count = 0;
	refused(-EINVAL, "the lists of targets name no address");
}
END_TEST

/* An exclusion that cannot be parsed is an error and is never ignored. */
START_TEST(a_list_that_is_not_understood_ends_it)
{
	static const char *const targets[] = {"198.18.0.0/24"};

	config.targets = targets;
	config.target_count = 1;
	list(&config.ports, "80");
	list(&config.excludes, "198.18.0.300");
	refused(-EINVAL, "--exclude:1:1: ");
	config.excludes.count = 0;
	list(&config.exclude_files, path);
	refused(-ENOENT, path);
	write_list("198.18.0.1\n198.18.0.1/33\n");
	refused(-EINVAL, "list:2:12: ");
	config.exclude_files.count = 0;
	list(&config.ports, "0-70000");
	refused(-EINVAL, "ports `0-70000`");
}
END_TEST

START_TEST(a_seed_gives_one_order_and_none_another)
{
	static const char *const targets[] = {"198.18.0.0/24"};
	uint8_t key[16];
	struct plan a, b;

	config.targets = targets;
	config.target_count = 1;
	list(&config.ports, "80");
	make(&a);
	make(&b);
	ck_assert_mem_eq(a.key, b.key, 16);
	ck_assert(plan_seed_key(&config, key));
	ck_assert_mem_eq(a.key, key, 16);
	plan_fini(&b);
	config.seed = "2";
	make(&b);
	ck_assert_mem_ne(a.key, b.key, 16);
	plan_fini(&b);
	config.seed = NULL;
	make(&b);
	ck_assert_mem_ne(a.key, b.key, 16);
	ck_assert(!plan_seed_key(&config, key));
	plan_fini(&a);
	plan_fini(&b);
	config.seed = "twelve";
	refused(-EINVAL, "--seed: `twelve`");
}
END_TEST

/* The shards of one command, each planned by a process of its own, probe every target once. */
START_TEST(shards_without_a_seed_share_one_order)
{
	static const char *const targets[] = {"198.18.0.0/25", "198.18.1.0/25"};
	bool probed[2][128][2] = {0};
	unsigned n = 0;

	config.targets = targets;
	config.target_count = 2;
	config.seed = NULL;
	list(&config.ports, "80,443");
	config.shard.count = 3;
	for (config.shard.index = 0; config.shard.index < 3; config.shard.index++) {
		struct plan p;

		make(&p);
		for (uint64_t i = config.shard.index; i < p.info.size; i += 3, n++) {
			struct dp_addr a;
			uint16_t port;

			dp_space_ordered(p.space, p.key, i, &a, &port);
			ck_assert(!probed[a.b[14]][a.b[15]][port == 80]);
			probed[a.b[14]][a.b[15]][port == 80] = true;
		}
		plan_fini(&p);
	}
	ck_assert_uint_eq(n, 512);
}
END_TEST

START_TEST(shards_with_other_targets_have_another_order)
{
	static const char *const targets[] = {"198.18.0.0/25"};
	struct plan a, b;

	config.targets = targets;
	config.target_count = 1;
	config.seed = NULL;
	config.shard.count = 2;
	list(&config.ports, "53");
	make(&a);
	config.probe = DP_PROBE_UDP;
	make(&b);
	ck_assert_mem_ne(a.key, b.key, 16);
	plan_fini(&b);
	list(&config.ports, "443");
	config.probe = DP_PROBE_TCP_SYN;
	make(&b);
	ck_assert_mem_ne(a.key, b.key, 16);
	plan_fini(&a);
	plan_fini(&b);
}
END_TEST

START_TEST(shards_draw_random_addresses_by_a_seed_only)
{
	static const char *const targets[] = {"2001:db8::/64"};
	const uint8_t key[16] = "of a scan before";
	struct plan p;

	config.targets = targets;
	config.target_count = 1;
	config.ipv6_budget = 10;
	config.shard.count = 2;
	list(&config.ports, "80");
	make(&p);
	plan_fini(&p);
	config.seed = NULL;
	refused(-EINVAL, "--ipv6-budget with --shard: ");
	config.key = key;
	make(&p);
	ck_assert_mem_eq(p.key, key, 16);
	plan_fini(&p);
}
END_TEST

START_TEST(udp_probes_leave_fragile_ports_out)
{
	static const char *const targets[] = {"198.18.0.1"};
	struct plan p;

	config.targets = targets;
	config.target_count = 1;
	config.probe = DP_PROBE_UDP;
	list(&config.ports, "53,47808,123");
	make(&p);
	ck_assert_uint_eq(p.transport, DP_TRANSPORT_UDP);
	ck_assert_uint_eq(p.info.ports + p.left_out, 3);
	for (unsigned port = 0; port < 65536; port++)
		if (plan_covers(&p, &(struct dp_addr){{[10] = 0xff, 0xff, 198, 18, 0, 1}},
		                (uint16_t)port))
			ck_assert(payload_allows(&p.payloads, (uint16_t)port));
	plan_fini(&p);
}
END_TEST

START_TEST(bits_a_second_become_packets_by_the_length_of_the_frames)
{
	static const char *const targets[] = {"198.18.0.0/24"};
	struct plan p;

	config.targets = targets;
	config.target_count = 1;
	list(&config.ports, "80");
	config.bandwidth = 1e6;
	make(&p);
	/* A SYN is a frame of 60 to 74 bytes. FCS, preamble and gap add 24 bytes on the wire. */
	ck_assert_double_ge(p.rate_pps, 1e6 / 8 / (74 + 24));
	ck_assert_double_le(p.rate_pps, 1e6 / 8 / (60 + 24));
	plan_fini(&p);
}
END_TEST

static void targets(const char *const *list, unsigned count)
{
	config.targets = list;
	config.target_count = count;
}

static struct dp_addr host(unsigned last)
{
	return dp_addr_v4(0xc6120000 + last);
}

START_TEST(targets_with_a_port_have_that_port_only)
{
	static const char *const names[] = {"198.18.0.1:80", "https://198.18.0.2/", "198.18.0.3"};
	const struct dp_addr one = host(1), two = host(2), three = host(3);
	struct plan p;
	char text[PLAN_TEXT];

	targets(names, 3);
	list(&config.ports, "22,8080");
	make(&p);
	ck_assert_uint_eq(p.info.size, 4);
	ck_assert(plan_covers(&p, &one, 80));
	ck_assert(!plan_covers(&p, &one, 22));
	ck_assert(plan_covers(&p, &two, 443));
	ck_assert(plan_covers(&p, &three, 8080));
	ck_assert(!plan_covers(&p, &three, 80));
	plan_describe(&p, text, sizeof(text));
	ck_assert_str_eq(text, "4 address:port pairs (3 addresses)");
	ck_assert_str_eq(p.remarks, "");
	plan_fini(&p);
}
END_TEST

START_TEST(targets_that_all_have_a_port_need_no_other)
{
	static const char *const names[] = {"198.18.0.1:80", "198.18.0.1:443"};
	struct plan p;

	targets(names, 2);
	make(&p);
	ck_assert_uint_eq(p.info.size, 2);
	ck_assert_str_eq(p.remarks, "");
	plan_fini(&p);
	list(&config.ports, "22");
	make(&p);
	ck_assert_uint_eq(p.info.size, 2);
	ck_assert_msg(strstr(p.remarks, "-p: not used") != NULL, "%s", p.remarks);
	plan_fini(&p);
	config.probe = DP_PROBE_ICMP_ECHO; /* a ping goes to the address */
	make(&p);
	ck_assert_uint_eq(p.info.size, 1);
	plan_fini(&p);
}
END_TEST

START_TEST(no_ports_are_the_most_frequent_ones)
{
	static const char *const names[] = {"198.18.0.1"};
	const struct dp_addr one = host(1);
	struct plan p;

	targets(names, 1);
	make(&p);
	ck_assert_uint_eq(p.info.size, 1000);
	ck_assert(plan_covers(&p, &one, 443));
	ck_assert_str_eq(p.remarks, "no -p: the 1000 most frequent TCP ports are probed");
	plan_fini(&p);
	config.probe = DP_PROBE_UDP;
	make(&p);
	ck_assert(plan_covers(&p, &one, 53) && plan_covers(&p, &one, 161));
	ck_assert(!plan_covers(&p, &one, 54));
	ck_assert_msg(strstr(p.remarks, "UDP ports are probed of which a service is known"), "%s",
	              p.remarks);
	plan_fini(&p);
}
END_TEST

START_TEST(ports_are_those_of_the_kind_at_hand)
{
	static const char *const names[] = {"198.18.0.1"};
	const struct dp_addr one = host(1);
	struct plan p;

	targets(names, 1);
	list(&config.ports, "T:22,U:53");
	list(&config.ports, "123");
	make(&p);
	ck_assert_uint_eq(p.info.size, 2);
	ck_assert(plan_covers(&p, &one, 22) && plan_covers(&p, &one, 123));
	plan_fini(&p);
	config.probe = DP_PROBE_UDP;
	make(&p);
	ck_assert_uint_eq(p.info.size, 2);
	ck_assert(plan_covers(&p, &one, 53) && plan_covers(&p, &one, 123));
	plan_fini(&p);
	config.probe = DP_PROBE_ICMP_ECHO;
	make(&p);
	ck_assert_uint_eq(p.info.size, 1);
	plan_fini(&p);
}
END_TEST

START_TEST(excluded_ports_are_taken_away_from_all_lists)
{
	static const char *const names[] = {"198.18.0.1", "198.18.0.2:443", "198.18.0.2:444"};
	const struct dp_addr one = host(1), two = host(2);
	struct plan p;

	targets(names, 3);
	list(&config.ports, "20-25");
	list(&config.exclude_ports, "22,T:443");
	list(&config.exclude_ports, "U:20");
	make(&p);
	ck_assert_uint_eq(p.info.size, 6);
	ck_assert(plan_covers(&p, &one, 20) && !plan_covers(&p, &one, 22));
	ck_assert(!plan_covers(&p, &two, 443) && plan_covers(&p, &two, 444));
	plan_fini(&p);
	list(&config.exclude_ports, "-");
	targets(names, 1);
	refused(-EINVAL, "--exclude-ports names all ports");
	config.exclude_ports.items[0] = "22,no-such-port";
	refused(-EINVAL, "--exclude-ports: ports `22,no-such-port`: column 4: ");
}
END_TEST

/* Control probes are probes, too: none goes to an excluded port. */
START_TEST(excluded_ports_get_no_control_probes)
{
	static const char *const names[] = {"198.18.0.0/28"};
	static const uint8_t secret[16] = {3};
	struct plan p;

	targets(names, 1);
	list(&config.ports, "80,30000-65535");
	list(&config.exclude_ports, "16385-39000");
	make(&p);
	ck_assert(!p.no_control_ports);
	for (unsigned i = 0; i < 1000; i++) {
		const struct dp_addr a = host(i % 16);
		uint16_t port = dp_space_control_port(p.space, secret, &a, i);

		ck_assert_uint_ge(port, DP_CONTROL_FIRST);
		ck_assert(port < 16385 || port > 39000);
	}
	plan_fini(&p);
	config.exclude_ports.items[0] = "16385-";
	make(&p);
	ck_assert(p.no_control_ports);
	plan_fini(&p);
}
END_TEST

START_TEST(this_machine_is_refused_with_the_way_out)
{
	static const char *const names[] = {"127.0.0.1"};

	targets(names, 1);
	list(&config.ports, "80");
	refused(-EINVAL, "scripts/lab");
}
END_TEST

static const struct {
	double rate, most, pps;
} rates[] = {{0, 0, 10000},    {0, 500, 500},     {1000, 500, 500},
             {500, 1000, 500}, {0, 50000, 50000}, {-1, 500, 10000}};

START_TEST(the_highest_rate_limits_and_stands_alone)
{
	static const char *const names[] = {"198.18.0.1"};
	struct plan p;

	targets(names, 1);
	list(&config.ports, "80");
	config.rate = rates[_i].rate;
	config.rate_max = rates[_i].most;
	make(&p);
	ck_assert_double_eq(p.rate_pps, rates[_i].pps);
	plan_fini(&p);
}
END_TEST

START_TEST(more_ports_than_are_known_are_said)
{
	static const char *const names[] = {"198.18.0.1"};
	struct plan p;

	targets(names, 1);
	list(&config.ports, "top:5000");
	make(&p);
	ck_assert_uint_eq(p.info.size, 1000);
	ck_assert_msg(strncmp(p.remarks, "-p top:5000: the frequency of 1000 ports is known", 49) ==
	                      0,
	              "%s", p.remarks);
	plan_fini(&p);
}
END_TEST

START_TEST(a_short_scan_mostly_waits)
{
	static const char *const few[] = {"198.18.0.1"}, *const many[] = {"198.18.0.0/16"};
	struct plan p;

	targets(few, 1);
	list(&config.ports, "80");
	make(&p);
	ck_assert(plan_mostly_waits(&config, &p));
	config.cooldown_us = 1000000; /* somebody has shortened it */
	ck_assert(!plan_mostly_waits(&config, &p));
	config.cooldown_us = CONFIG_COOLDOWN_US;
	plan_fini(&p);
	targets(many, 1);
	list(&config.ports, "81");
	make(&p);
	ck_assert(!plan_mostly_waits(&config, &p));
	plan_fini(&p);
}
END_TEST

START_TEST(too_many_addresses_are_told_a_way_of_their_family)
{
	static const char *const four[] = {"198.0.0.0/7"}, *const six[] = {"2001:db8::/100"};
	struct error err = {""};
	struct plan p;

	targets(four, 1);
	list(&config.ports, "80");
	ck_assert_int_eq(plan_make(&config, &p, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, "--scope-file FILE") != NULL, "%s", err.text);
	ck_assert_msg(strstr(err.text, "--ipv6-budget") == NULL, "%s", err.text);
	targets(six, 1);
	refused(-EINVAL, "--ipv6-budget");
}
END_TEST

static const char *two_addresses(struct name *out)
{
	out->addr[0] = host(1);
	out->addr[1] = host(2);
	out->count = 2;
	return NULL;
}

START_TEST(names_are_targets_and_exclusions)
{
	static const char *const names[] = {"www.example.org", "198.18.0.3"};
	const struct dp_addr two = host(2);
	struct names known;
	struct plan p;

	names_init(&known, two_addresses);
	config.names = &known;
	targets(names, 2);
	list(&config.ports, "80");
	make(&p);
	ck_assert_uint_eq(p.info.size, 3);
	ck_assert(plan_covers(&p, &two, 80));
	plan_fini(&p);
	list(&config.excludes, "www.example.org");
	make(&p);
	ck_assert_uint_eq(p.info.size, 1);
	plan_fini(&p);
	names_fini(&known);
}
END_TEST

START_TEST(a_plan_is_described_in_numbers_that_agree)
{
	static const char *const names[] = {"198.18.0.1", "198.18.0.2"};
	char text[PLAN_TEXT];
	struct plan p;

	targets(names, 1);
	list(&config.ports, "80");
	make(&p);
	plan_describe(&p, text, sizeof(text));
	ck_assert_str_eq(text, "1 address x 1 port");
	plan_fini(&p);
	targets(names, 2);
	list(&config.ports, "81");
	make(&p);
	plan_describe(&p, text, sizeof(text));
	ck_assert_str_eq(text, "2 addresses x 2 ports");
	plan_fini(&p);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("plan");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_plan_has_what_the_lists_name_and_no_more, 0, 20);
	tcase_add_test(tc, a_scope_cuts_what_it_does_not_list);
	tcase_add_test(tc, a_scope_in_ipv6_lets_no_ipv4_through);
	tcase_add_test(tc, many_addresses_need_a_scope);
	tcase_add_test(tc, nothing_left_is_refused_with_the_reason);
	tcase_add_test(tc, a_list_that_is_not_understood_ends_it);
	tcase_add_test(tc, a_seed_gives_one_order_and_none_another);
	tcase_add_test(tc, shards_without_a_seed_share_one_order);
	tcase_add_test(tc, shards_with_other_targets_have_another_order);
	tcase_add_test(tc, shards_draw_random_addresses_by_a_seed_only);
	tcase_add_test(tc, udp_probes_leave_fragile_ports_out);
	tcase_add_test(tc, bits_a_second_become_packets_by_the_length_of_the_frames);
	tcase_add_test(tc, targets_with_a_port_have_that_port_only);
	tcase_add_test(tc, targets_that_all_have_a_port_need_no_other);
	tcase_add_test(tc, no_ports_are_the_most_frequent_ones);
	tcase_add_test(tc, ports_are_those_of_the_kind_at_hand);
	tcase_add_test(tc, excluded_ports_are_taken_away_from_all_lists);
	tcase_add_test(tc, excluded_ports_get_no_control_probes);
	tcase_add_test(tc, this_machine_is_refused_with_the_way_out);
	tcase_add_loop_test(tc, the_highest_rate_limits_and_stands_alone, 0,
	                    sizeof(rates) / sizeof(rates[0]));
	tcase_add_test(tc, more_ports_than_are_known_are_said);
	tcase_add_test(tc, a_short_scan_mostly_waits);
	tcase_add_test(tc, too_many_addresses_are_told_a_way_of_their_family);
	tcase_add_test(tc, names_are_targets_and_exclusions);
	tcase_add_test(tc, a_plan_is_described_in_numbers_that_agree);
	return suite_run("plan", tc);
}
