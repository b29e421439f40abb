/* SPDX-License-Identifier: Apache-2.0 */
/* test_facts.c - claims about the list of facts. */
#include <errno.h>
#include <stdlib.h>

#include "decode.h"
#include "suite.h"

START_TEST(facts_keep_bytes_and_order)
{
	struct vd_facts *f = vd_facts_new();

	ck_assert_int_eq(vd_facts_add(f, "ssl.san", "a\0b", 3), 0);
	ck_assert_int_eq(vd_facts_addf(f, "ssl.san", "%s", "c"), 0);
	ck_assert_uint_eq(vd_facts_count(f), 2);
	ck_assert_mem_eq(vd_facts_get(f, "ssl.san")->value, "a\0b", 4);
	ck_assert_str_eq(vd_facts_at(f, 1)->value, "c");
	ck_assert_ptr_null(vd_facts_get(f, "ssl"));
	vd_facts_free(f);
}
END_TEST

START_TEST(facts_refuse_bad_names_and_too_many)
{
	struct vd_facts *f = vd_facts_new();

	ck_assert_int_eq(vd_facts_add(f, "", "x", 1), -EINVAL);
	ck_assert_int_eq(vd_facts_add(f, "Http.Title", "x", 1), -EINVAL);
	for (int i = 0; i < VD_FACTS_MAX; i++)
		ck_assert_int_eq(vd_facts_add(f, "a", "x", 1), 0);
	ck_assert_int_eq(vd_facts_add(f, "a", "x", 1), -ENOSPC);
	vd_facts_free(f);
}
END_TEST

START_TEST(facts_that_repeat_earlier_ones_are_dropped)
{
	struct vd_facts *f = vd_facts_new();

	vd_facts_add(f, "a", "1", 1);
	vd_facts_add(f, "a", "1", 1);
	vd_facts_add(f, "a", "2", 1);
	vd_facts_add(f, "b", "1", 1);
	vd_facts_add(f, "a", "2", 1);
	facts_drop_repeated(f, 1);
	ck_assert_uint_eq(vd_facts_count(f), 3);
	ck_assert_str_eq(vd_facts_at(f, 1)->value, "2");
	ck_assert_str_eq(vd_facts_at(f, 2)->name, "b");
	facts_drop_repeated(f, 9);
	ck_assert_uint_eq(vd_facts_count(f), 3);
	vd_facts_free(f);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, facts_keep_bytes_and_order);
	tcase_add_test(tc, facts_refuse_bad_names_and_too_many);
	tcase_add_test(tc, facts_that_repeat_earlier_ones_are_dropped);
	return suite_run("facts", tc);
}
