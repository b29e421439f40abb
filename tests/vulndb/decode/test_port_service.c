/* SPDX-License-Identifier: Apache-2.0 */
/* test_port_service.c - claims about ports by custom. */
#include <check.h>
#include <stdlib.h>

#include "vulndb.h"

enum { TCP = 6, UDP = 17 };

static const struct {
	uint16_t port;
	uint8_t transport;
	const char *service;
} cases[] = {
	{22, TCP, "ssh"},     {80, TCP, "http"},    {443, TCP, "http"}, {3389, TCP, "rdp"},
	{6379, TCP, "redis"}, {502, TCP, "modbus"}, {53, UDP, "dns"},   {161, UDP, "snmp"},
	{123, UDP, "ntp"},    {445, TCP, "smb"},    {1, TCP, NULL},     {65535, TCP, NULL},
	{22, 132, NULL},
};

START_TEST(services_have_their_ports)
{
	const char *service = vd_port_service(cases[_i].port, cases[_i].transport);

	if (cases[_i].service == NULL)
		ck_assert_ptr_null(service);
	else
		ck_assert_str_eq(service, cases[_i].service);
}
END_TEST

START_TEST(every_port_is_listed_once_and_a_shorter_list_is_its_start)
{
	size_t n = vd_top_ports(NULL, 0);
	uint16_t *all = calloc(n, sizeof(*all)), some[10];
	static bool seen[65536];

	ck_assert_uint_ge(n, 1000);
	ck_assert_uint_eq(vd_top_ports(all, n + 5), n);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(all[i] != 0 && !seen[all[i]], "port %u", all[i]);
		seen[all[i]] = true;
	}
	ck_assert_uint_eq(vd_top_ports(some, 10), 10);
	ck_assert_mem_eq(some, all, sizeof(some));
	free(all);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("port_service");
	TCase *tc = tcase_create("core");
	SRunner *r;
	int failed;

	tcase_add_loop_test(tc, services_have_their_ports, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, every_port_is_listed_once_and_a_shorter_list_is_its_start);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
