/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_patience.c - claims about who is listened to once more. */
#include "dp_addr.h"
#include "grab_patience.h"
#include "suite.h"

START_TEST(a_host_gets_patience_for_a_few_ports_in_a_scan)
{
	struct grab_patience p;
	struct dp_addr a = dp_addr_v4(0xc6120001), b = dp_addr_v4(0xc6120002);

	grab_patience_init(&p);
	for (int i = 0; i < GRAB_PATIENCE_PORTS; i++) {
		ck_assert(grab_patience_grant(&p, &a, 100));
		grab_patience_done(&p);
	}
	ck_assert(!grab_patience_grant(&p, &a, 100));
	ck_assert(grab_patience_grant(&p, &b, 100));
	grab_patience_fini(&p);
}
END_TEST

START_TEST(not_more_ports_than_allowed_are_listened_to_at_once)
{
	struct grab_patience p;
	struct dp_addr a = dp_addr_v4(0xc6120001), b = dp_addr_v4(0xc6120002);

	grab_patience_init(&p);
	ck_assert(grab_patience_grant(&p, &a, 1));
	ck_assert(!grab_patience_grant(&p, &b, 1));
	grab_patience_done(&p);
	ck_assert(grab_patience_grant(&p, &b, 1));
	ck_assert_uint_eq(p.out, 1);
	grab_patience_fini(&p);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("grab_patience");

	tcase_add_test(tc, a_host_gets_patience_for_a_few_ports_in_a_scan);
	tcase_add_test(tc, not_more_ports_than_allowed_are_listened_to_at_once);
	return suite_run("grab_patience", tc);
}
