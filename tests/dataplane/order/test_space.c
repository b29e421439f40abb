/* SPDX-License-Identifier: Apache-2.0 */
/* test_space.c - claims about the index space of targets, against a naive model. */
#include "suite.h"

#include <errno.h>
#include <string.h>

#include "dp_addr.h"
#include "dp_space.h"
#include "space.h"
#include "splitmix.h"
#include "walk.h"

static struct dp_addr addr(const char *text)
{
	struct dp_addr a;

	ck_assert_int_eq(dp_addr_parse(text, &a), 0);
	return a;
}

static int add(struct dp_space *s, bool include, const char *first, const char *last)
{
	struct dp_addr a = addr(first);
	struct dp_addr b = addr(last);

	return include ? dp_space_include(s, &a, &b) : dp_space_exclude(s, &a, &b);
}

enum { MODEL = 5000 };

/* Random includes and excludes within MODEL addresses around the end of 0.0.0.0/8, which is never
 * probed. So all three reasons occur why an address is not in the space. */
static void fill(struct dp_space *s, uint8_t wanted[MODEL], uint64_t *seed)
{
	const uint32_t base = 0x01000000 - 500;

	memset(wanted, 0, MODEL);
	for (int i = 0; i < 60; i++) {
		uint32_t first = (uint32_t)(splitmix(seed) % MODEL);
		uint32_t last = first + (uint32_t)(splitmix(seed) % (i % 2 != 0 ? 300 : 30));
		struct dp_addr a;
		struct dp_addr b;

		last = last < MODEL ? last : MODEL - 1;
		a = dp_addr_v4(base + first);
		b = dp_addr_v4(base + last);
		if (i % 2 != 0)
			ck_assert_int_eq(dp_space_include(s, &a, &b), 0);
		else
			ck_assert_int_eq(dp_space_exclude(s, &a, &b), 0);
		for (uint32_t k = first; k <= last; k++)
			wanted[k] |= i % 2 != 0 ? 1 : 2;
	}
}

START_TEST(space_holds_what_was_included_and_not_excluded)
{
	uint64_t seed = (uint64_t)_i;
	const uint32_t base = 0x01000000 - 500;
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	uint8_t wanted[MODEL];
	uint64_t index = 0;
	unsigned excluded = 0;
	unsigned forbidden = 0;

	fill(s, wanted, &seed);
	ck_assert_int_eq(dp_space_add_ports(s, 443, 443), 0);
	ck_assert_int_eq(dp_space_add_ports(s, 80, 82), 0);
	ck_assert_int_eq(dp_space_add_ports(s, 79, 81), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	for (uint32_t i = 0; i < MODEL; i++) {
		static const uint16_t ports[] = {443, 80, 81, 82, 79};
		struct dp_addr a = dp_addr_v4(base + i);

		excluded += wanted[i] == 3;
		forbidden += wanted[i] == 1 && i < 500;
		ck_assert_int_eq(dp_space_contains(s, &a), wanted[i] == 1 && i >= 500);
		for (int k = 0; k < 5 && wanted[i] == 1 && i >= 500; k++) {
			struct dp_addr got;
			uint16_t port;

			dp_space_target(s, index++, &got, &port);
			ck_assert_int_eq(dp_addr_compare(&a, &got), 0);
			ck_assert_uint_eq(port, ports[k]);
		}
	}
	ck_assert_uint_eq(index, info.size);
	ck_assert_uint_eq(info.ports, 5);
	ck_assert_uint_eq(info.excluded, excluded);
	ck_assert_uint_eq(info.forbidden, forbidden);
	dp_space_free(s);
}
END_TEST

START_TEST(space_of_a_million_ranges_and_exclusions_maps_both_ways)
{
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	unsigned wrong = 0;
	uint64_t seed = 5;

	/* 1000 addresses in each range, of which 3 in the middle are excluded. */
	for (uint32_t i = 0; i < 1000000; i++) {
		struct dp_addr a = dp_addr_v4(0x01000000 + i * 1024);
		struct dp_addr b = dp_addr_add(&a, 999);
		struct dp_addr x = dp_addr_add(&a, 400);
		struct dp_addr y = dp_addr_add(&a, 402);

		wrong += dp_space_include(s, &a, &b) != 0 || dp_space_exclude(s, &x, &y) != 0;
	}
	dp_space_add_ports(s, 0, 65535);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	ck_assert_uint_eq(info.addresses, (uint64_t)997 * 1000000);
	for (int i = 0; i < 1000000; i++) {
		uint64_t index = splitmix(&seed) % info.size;
		uint64_t number = index / 65536;
		uint64_t place = number % 997 + (number % 997 >= 400 ? 3 : 0);
		struct dp_addr a;
		uint16_t port;
		uint32_t v4;

		dp_space_target(s, index, &a, &port);
		wrong += !dp_addr_is_v4(&a, &v4) || v4 != space_v4(space_map(s), number);
		wrong += port != index % 65536 || (v4 - 0x01000000) / 1024 != number / 997 ||
		         (v4 & 1023) != place;
	}
	ck_assert_uint_eq(wrong, 0);
	dp_space_free(s);
}
END_TEST

/* Targets with ports of their own, beside others and beside exclusions: the space has exactly what a
 * model has, each target once, and finds each of them back. */
START_TEST(space_of_pairs_has_what_was_asked_for)
{
	enum { ADDRESSES = 256, PORTS = 64 };
	const uint32_t base = 0xc6120000;
	uint8_t wanted[ADDRESSES][PORTS] = {{0}}, seen[ADDRESSES][PORTS] = {{0}};
	static const uint8_t key[16] = {7};
	uint64_t seed = (uint64_t)_i, size = 0;
	struct dp_space *s = dp_space_new();
	const struct dp_space_order order = {s, key, 3, 2};
	struct dp_space_info info;

	for (int i = 0; i < 40; i++) {
		uint32_t first = splitmix(&seed) % ADDRESSES, last = first + splitmix(&seed) % 20;
		uint16_t port = (uint16_t)(1 + splitmix(&seed) % (PORTS - 1));
		bool own = i < 30 || _i % 2 == 0;
		struct dp_addr a, b;

		last = last < ADDRESSES ? last : ADDRESSES - 1;
		a = dp_addr_v4(base + first);
		b = dp_addr_v4(base + last);
		ck_assert_int_eq(own ? dp_space_include_at(s, &a, &b, port)
		                     : dp_space_include(s, &a, &b),
		                 0);
		for (; first <= last; first++) {
			wanted[first][port] |= own;
			wanted[first][5] |= !own; /* the ports of the others */
			wanted[first][6] |= !own;
		}
	}
	for (uint32_t i = 100; i < 110; i++) {
		struct dp_addr a = dp_addr_v4(base + i);

		ck_assert_int_eq(dp_space_exclude(s, &a, &a), 0);
		memset(wanted[i], 0, PORTS);
	}
	ck_assert_int_eq(dp_space_add_ports(s, 5, 6), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	ck_assert(info.pairs);
	for (uint64_t i = 0; i < info.size; i++) {
		struct dp_addr a;
		struct dp_visit v;
		uint16_t port;
		uint32_t v4;

		dp_space_ordered(s, key, i, &a, &port);
		ck_assert(dp_addr_is_v4(&a, &v4));
		ck_assert_uint_lt(v4 - base, ADDRESSES);
		ck_assert_uint_lt(port, PORTS);
		seen[v4 - base][port]++;
		ck_assert_int_eq(dp_space_visit(&order, &a, port, &v), 0);
		ck_assert_uint_eq(v.position, i);
	}
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		struct dp_addr a = dp_addr_v4(base + i);

		for (uint16_t port = 0; port < PORTS; port++) {
			ck_assert_uint_eq(seen[i][port], wanted[i][port]);
			ck_assert_int_eq(dp_space_covers(s, &a, port), wanted[i][port]);
			size += wanted[i][port];
		}
	}
	ck_assert_uint_eq(info.size, size);
	dp_space_free(s);
}
END_TEST

START_TEST(space_of_pairs_is_another_with_other_ports)
{
	struct dp_space_info info[3];

	for (int i = 0; i < 3; i++) {
		struct dp_space *s = dp_space_new();
		struct dp_addr a = dp_addr_v4(0xc6120001), b = dp_addr_v4(0xc6120002);

		ck_assert_int_eq(dp_space_include_at(s, &a, &a, i == 1 ? 443 : 80), 0);
		ck_assert_int_eq(dp_space_include_at(s, &b, &b, i == 1 ? 80 : 443), 0);
		dp_space_add_ports(s, 22, 22); /* nobody's */
		ck_assert_int_eq(dp_space_seal(s, &info[i]), 0);
		ck_assert_uint_eq(info[i].size, 2);
		ck_assert_uint_eq(info[i].addresses, 2);
		ck_assert_uint_eq(info[i].ports, 2);
		ck_assert(!dp_space_covers(s, &a, 22));
		dp_space_free(s);
	}
	ck_assert_uint_eq(info[0].digest, info[2].digest);
	ck_assert_uint_ne(info[0].digest, info[1].digest);
}
END_TEST

START_TEST(space_of_too_many_pairs_is_refused)
{
	struct dp_space *s = dp_space_new();
	struct dp_addr a = dp_addr_v4(0xc6120001);
	struct dp_space_info info;

	ck_assert_int_eq(dp_space_include_at(s, &a, &a, 80), 0);
	for (uint32_t i = 0; i < 100; i++) {
		a = dp_addr_v4(0xc6130000 + 2 * i);
		ck_assert_int_eq(dp_space_include(s, &a, &a), 0);
	}
	ck_assert_int_eq(dp_space_add_ports(s, 1, 65535), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), -E2BIG);
	dp_space_free(s);
}
END_TEST

START_TEST(space_takes_ipv6_beside_ipv4)
{
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	struct dp_addr a;
	uint16_t port;

	ck_assert_int_eq(add(s, true, "2001:db8::", "2001:db8::ffff:ffff"), 0);
	ck_assert_int_eq(add(s, true, "192.0.2.0", "192.0.2.255"), 0);
	ck_assert_int_eq(add(s, false, "2001:db8::5", "2001:db8::5"), 0);
	ck_assert_int_eq(add(s, true, "fe80::1", "fe80::2"), 0);
	dp_space_add_ports(s, 1, 2);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	ck_assert_uint_eq(info.addresses, 256 + ((uint64_t)1 << 32) - 1);
	ck_assert_uint_eq(info.forbidden, 2);
	dp_space_target(s, 0, &a, &port);
	ck_assert_int_eq(dp_addr_compare(&a, &(struct dp_addr){{[10] = 255, 255, 192, 0, 2, 0}}),
	                 0);
	dp_space_target(s, 2 * (256 + 5), &a, &port);
	ck_assert_int_eq(a.b[15], 6);
	ck_assert_uint_eq(port, 1);
	dp_space_target(s, info.size - 1, &a, &port);
	ck_assert_mem_eq(a.b + 12, "\xff\xff\xff\xff", 4);
	ck_assert_uint_eq(port, 2);
	dp_space_free(s);
}
END_TEST

START_TEST(space_digest_depends_on_content_not_on_order)
{
	uint64_t digest[3];

	for (int i = 0; i < 3; i++) {
		struct dp_space *s = dp_space_new();
		struct dp_space_info info;

		if (i != 1)
			ck_assert_int_eq(add(s, true, "10.0.0.0", "10.0.0.127"), 0);
		ck_assert_int_eq(add(s, true, "10.0.0.128", "10.0.0.255"), 0);
		if (i == 1)
			ck_assert_int_eq(add(s, true, "10.0.0.0", "10.0.0.200"), 0);
		dp_space_add_ports(s, 80, i == 2 ? 81 : 80);
		ck_assert_int_eq(dp_space_seal(s, &info), 0);
		digest[i] = info.digest;
		dp_space_free(s);
	}
	ck_assert_uint_eq(digest[0], digest[1]);
	ck_assert_uint_ne(digest[0], digest[2]);
}
END_TEST

START_TEST(space_refuses_and_says_why)
{
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;

	ck_assert_int_eq(add(s, true, "10.0.0.2", "10.0.0.1"), -EINVAL);
	ck_assert_int_eq(add(s, true, "10.0.0.2", "2001:db8::"), -EINVAL);
	ck_assert_int_eq(dp_space_add_ports(s, 2, 1), -EINVAL);
	ck_assert_int_eq(add(s, true, "2001::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 0);
	dp_space_add_ports(s, 1, 1);
	ck_assert_int_eq(dp_space_seal(s, &info), -ERANGE);
	ck_assert_int_eq(add(s, false, "2001::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	ck_assert_uint_eq(info.size, 1);
	ck_assert_int_eq(add(s, true, "10.0.0.1", "10.0.0.1"), -EBUSY);
	ck_assert_int_eq(dp_space_add_ports(s, 1, 1), -EBUSY);
	ck_assert_int_eq(dp_space_seal(s, &info), -EBUSY);
	dp_space_free(s);
	dp_space_free(NULL);
	s = dp_space_new();
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	ck_assert_uint_eq(info.size, 0);
	dp_space_free(s);
}
END_TEST

START_TEST(space_order_lists_every_target_once)
{
	const uint8_t key[16] = "order";
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	uint8_t seen[256 * 3] = {0};

	ck_assert_int_eq(add(s, true, "10.0.0.0", "10.0.0.255"), 0);
	dp_space_add_ports(s, 10, 12);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	for (uint64_t i = 0; i < info.size; i++) {
		struct dp_addr a;
		uint16_t port;

		dp_space_ordered(s, key, i, &a, &port);
		seen[a.b[15] * 3 + port - 10]++;
	}
	for (unsigned i = 0; i < sizeof(seen); i++)
		ck_assert_uint_eq(seen[i], 1);
	dp_space_free(s);
}
END_TEST

/* A walk visits each target exactly where dp_space_visit() says, in both passes. */
START_TEST(space_says_when_the_walk_comes_to_a_target)
{
	enum { SHARDS = 3, WORKERS = 2, PASSES = 2 };
	const uint8_t key[16] = "visit";
	struct dp_space *s = dp_space_new();
	const struct dp_space_order order = {s, key, SHARDS, WORKERS};
	struct dp_space_info info;
	struct dp_visit v;
	struct dp_addr no;

	ck_assert_int_eq(add(s, true, "10.0.0.3", "10.0.0.90"), 0);
	ck_assert_int_eq(add(s, true, "10.0.1.0", "10.0.1.6"), 0);
	ck_assert_int_eq(add(s, true, "2001:db8::5", "2001:db8::9"), 0);
	dp_space_add_ports(s, 10, 12);
	dp_space_add_ports(s, 80, 80);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	for (unsigned lane = 0; lane < SHARDS * WORKERS; lane++) {
		struct walk_config c = {info.size,      lane / WORKERS, SHARDS,
		                        lane % WORKERS, WORKERS,        PASSES};
		struct walk w;

		ck_assert_int_eq(walk_init(&w, &c), 0);
		for (uint64_t step = 0; step < w.steps; step++) {
			struct walk_span span = walk_span(&w, step, 1);
			struct dp_addr a;
			uint16_t port;

			dp_space_ordered(s, key, span.first, &a, &port);
			ck_assert_int_eq(dp_space_visit(&order, &a, port, &v), 0);
			ck_assert_uint_eq(v.shard, c.shard);
			ck_assert_uint_eq(v.worker, c.worker);
			ck_assert_uint_eq(v.step + span.pass * v.pass_steps, step);
		}
	}
	dp_addr_parse("10.0.0.91", &no);
	ck_assert_int_eq(dp_space_visit(&order, &no, 10, &v), -ENOENT);
	dp_addr_parse("10.0.0.3", &no);
	ck_assert_int_eq(dp_space_visit(&order, &no, 13, &v), -ENOENT);
	dp_space_free(s);
}
END_TEST

START_TEST(space_control_ports_are_high_keyed_and_none_of_its_own)
{
	const uint8_t key[16] = "control", other[16] = "contrdl";
	struct dp_space *few = dp_space_new(), *all = dp_space_new();
	struct dp_space_info info;
	unsigned same = 0, near = 0;
	struct dp_addr v6;

	ck_assert_int_eq(add(few, true, "10.0.0.0", "10.0.255.255"), 0);
	ck_assert_int_eq(add(all, true, "10.0.0.0", "10.0.255.255"), 0);
	dp_space_add_ports(few, 1, 40000);
	dp_space_add_ports(all, 1, 65535);
	ck_assert_int_eq(dp_space_seal(few, &info), 0);
	ck_assert_int_eq(dp_space_seal(all, &info), 0);
	ck_assert_int_eq(dp_addr_parse("2001:db8::1", &v6), 0);
	for (uint32_t i = 0; i < 10000; i++) {
		struct dp_addr a = dp_addr_v4(0x0a000000 + i), next = dp_addr_v4(0x0a000001 + i);
		uint16_t port = dp_space_control_port(few, key, &a, i % 6);

		ck_assert_uint_gt(port, 40000);
		ck_assert_uint_eq(port, dp_space_control_port(few, key, &a, i % 6));
		ck_assert_uint_ge(dp_space_control_port(all, key, &a, i % 6), 16384);
		ck_assert_uint_gt(dp_space_control_port(few, key, &v6, i), 40000);
		same += port == dp_space_control_port(few, other, &a, i % 6);
		near += port == dp_space_control_port(few, key, &next, i % 6);
	}
	ck_assert_uint_lt(same, 10); /* of 10,000 among 25,535 ports */
	ck_assert_uint_lt(near, 10);
	dp_space_free(few);
	dp_space_free(all);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, space_holds_what_was_included_and_not_excluded, 0, 30);
	tcase_add_test(tc, space_of_a_million_ranges_and_exclusions_maps_both_ways);
	tcase_add_test(tc, space_takes_ipv6_beside_ipv4);
	tcase_add_test(tc, space_digest_depends_on_content_not_on_order);
	tcase_add_test(tc, space_refuses_and_says_why);
	tcase_add_test(tc, space_order_lists_every_target_once);
	tcase_add_test(tc, space_says_when_the_walk_comes_to_a_target);
	tcase_add_test(tc, space_control_ports_are_high_keyed_and_none_of_its_own);
	tcase_add_loop_test(tc, space_of_pairs_has_what_was_asked_for, 0, 50);
	tcase_add_test(tc, space_of_pairs_is_another_with_other_ports);
	tcase_add_test(tc, space_of_too_many_pairs_is_refused);
	return suite_run("space", tc);
}
