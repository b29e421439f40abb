/* SPDX-License-Identifier: Apache-2.0 */
/* test_probe_payload.c - claims about which payload goes to which port. */
#include <errno.h>
#include <string.h>

#include "probe_payload.h"
#include "suite.h"

static const uint8_t bytes[DP_PAYLOAD_MAX + 1] = "payload";

START_TEST(a_port_has_its_own_payload_or_that_of_all)
{
	const struct dp_payload list[] = {
		{.port = 53, .len = 3, .data = bytes},
		{.port = 0, .len = 5, .data = bytes},
		{.port = 123, .len = 7, .data = bytes, .tag_at = 1, .tag_len = 4, .echo_at = 2},
	};
	struct probe_payloads *p = probe_payloads_new(list, 3);

	ck_assert_ptr_nonnull(p);
	for (unsigned port = 0; port < 65536; port++) {
		const struct probe_payload *one = probe_payload_of(p, (uint16_t)port);

		ck_assert_uint_eq(one->len, port == 53 ? 3 : port == 123 ? 7 : 5);
		ck_assert_mem_eq(one->data, bytes, one->len);
		ck_assert_uint_eq(one->tag_len, port == 123 ? 4 : 0);
	}
	probe_payloads_free(p);
	probe_payloads_free(NULL);
}
END_TEST

START_TEST(without_a_list_nothing_is_sent_along)
{
	struct probe_payloads *p = probe_payloads_new(NULL, 0);

	ck_assert_uint_eq(probe_payload_of(p, 53)->len, 0);
	probe_payloads_free(p);
}
END_TEST

static const struct dp_payload wrong[] = {
	{.port = 1, .len = DP_PAYLOAD_MAX + 1, .data = bytes},
	{.port = 1, .len = 8, .data = bytes, .tag_at = 5, .tag_len = 4},
	{.port = 1, .len = 8, .data = bytes, .tag_at = 0, .tag_len = 3},
	{.port = 1, .len = 8, .data = bytes, .echo_at = DP_PAYLOAD_MAX + 1},
};

START_TEST(a_payload_that_does_not_fit_is_refused)
{
	errno = 0;
	ck_assert_ptr_null(probe_payloads_new(&wrong[_i], 1));
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

START_TEST(more_payloads_than_there_is_room_for_are_refused)
{
	static struct dp_payload list[PROBE_PAYLOADS_MAX];
	struct probe_payloads *p;

	for (unsigned i = 0; i < PROBE_PAYLOADS_MAX; i++)
		list[i] = (struct dp_payload){.port = (uint16_t)(i + 1), .len = 1, .data = bytes};
	ck_assert_ptr_null(probe_payloads_new(list, PROBE_PAYLOADS_MAX));
	p = probe_payloads_new(list, PROBE_PAYLOADS_MAX - 1);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(probe_payload_of(p, PROBE_PAYLOADS_MAX - 1)->len, 1);
	ck_assert_uint_eq(probe_payload_of(p, PROBE_PAYLOADS_MAX)->len, 0);
	probe_payloads_free(p);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("probe_payload");

	tcase_add_test(tc, a_port_has_its_own_payload_or_that_of_all);
	tcase_add_test(tc, without_a_list_nothing_is_sent_along);
	tcase_add_loop_test(tc, a_payload_that_does_not_fit_is_refused, 0,
	                    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(tc, more_payloads_than_there_is_room_for_are_refused);
	return suite_run("probe_payload", tc);
}
