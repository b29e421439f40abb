/* SPDX-License-Identifier: Apache-2.0 */
/* test_hops.c - claims about the table of next hops, against a list of all addresses. */
#include "hops.h"

#include "dp_addr.h"
#include "splitmix.h"
#include "suite.h"

enum { ADDRESSES = 400, RUNS = 300 };

static u128 address(unsigned i)
{
	return hops_key_v4(0xc6120000 + i);
}

static struct hop gateway(unsigned i)
{
	return (struct hop){.kind = HOP_GATEWAY, .gateway = dp_addr_v4(0x0a000001 + i)};
}

/* Ranges of random length with random hops, and gaps between them. */
START_TEST(every_address_has_the_hop_of_its_range)
{
	for (uint64_t seed = 0; seed < RUNS; seed++) {
		int hop_of[ADDRESSES];
		struct hops h = {.range = NULL};

		for (unsigned i = 0; i < ADDRESSES;) {
			unsigned n = 1 + (unsigned)(splitmix(&seed) % 40), last = i + n - 1;
			struct hop like = gateway((unsigned)(splitmix(&seed) % 5));
			bool gap = splitmix(&seed) % 4 == 0;
			struct range r;
			int hop = hops_add(&h, &like);

			if (last >= ADDRESSES)
				last = ADDRESSES - 1;
			r = (struct range){address(i), address(last)};
			if (!gap)
				ck_assert_int_eq(hops_append(&h, &r, (unsigned)hop), 0);
			for (; i <= last; i++)
				hop_of[i] = gap ? -1 : hop;
		}
		hops_sort(&h);
		for (unsigned i = 0; i < ADDRESSES; i++) {
			const struct hop *found = hops_find(&h, address(i));

			ck_assert_ptr_eq(found, hop_of[i] < 0 ? NULL : &h.hop[hop_of[i]]);
		}
		ck_assert_ptr_null(hops_find(&h, address(0) - 1));
		ck_assert_ptr_null(hops_find(&h, address(ADDRESSES)));
		hops_fini(&h);
	}
}
END_TEST

START_TEST(ranges_that_touch_and_have_one_hop_become_one)
{
	struct hop a = gateway(0), b = gateway(1);
	struct hops h = {.range = NULL};
	struct range r[] = {
		{address(0), address(9)}, {address(10), address(19)}, {address(20), address(20)}};

	ck_assert_int_eq(hops_add(&h, &a), 0);
	ck_assert_int_eq(hops_add(&h, &b), 1);
	ck_assert_int_eq(hops_add(&h, &a), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(hops_append(&h, &r[i], i == 2), 0);
	ck_assert_uint_eq(h.count, 2);
	hops_fini(&h);
}
END_TEST

START_TEST(a_family_has_one_gateway_or_it_has_not)
{
	struct hop a = gateway(0), b = gateway(1), six = gateway(2);
	struct range r[] = {{address(0), address(9)}, {address(20), address(29)}};
	struct range far = {(u128)0x20010db8 << 96, ((u128)0x20010db8 << 96) + 7};
	struct hops h = {.range = NULL};
	unsigned hop = 99;

	ck_assert(!hops_is_one_gateway(&h, false, &hop));
	six.v6 = true;
	ck_assert_int_eq(hops_append(&h, &r[0], (unsigned)hops_add(&h, &a)), 0);
	ck_assert_int_eq(hops_append(&h, &far, (unsigned)hops_add(&h, &six)), 0);
	ck_assert(hops_is_one_gateway(&h, false, &hop) && hop == 0);
	ck_assert(hops_is_one_gateway(&h, true, &hop) && hop == 1);
	ck_assert_int_eq(hops_append(&h, &r[1], (unsigned)hops_add(&h, &b)), 0);
	ck_assert(!hops_is_one_gateway(&h, false, &hop));
	ck_assert(hops_is_one_gateway(&h, true, &hop));
	hops_fini(&h);
}
END_TEST

START_TEST(there_is_an_end_of_hops)
{
	struct hops h = {.range = NULL};

	for (unsigned i = 0; i < HOPS_MAX; i++) {
		struct hop like = gateway(i);

		ck_assert_int_eq(hops_add(&h, &like), (int)i);
	}
	ck_assert_int_eq(hops_add(&h, &(struct hop){.kind = HOP_DIRECT}), -1);
	hops_fini(&h);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, every_address_has_the_hop_of_its_range);
	tcase_add_test(tc, ranges_that_touch_and_have_one_hop_become_one);
	tcase_add_test(tc, a_family_has_one_gateway_or_it_has_not);
	tcase_add_test(tc, there_is_an_end_of_hops);
	return suite_run("hops", tc);
}
