/* SPDX-License-Identifier: Apache-2.0 */
/* test_port_service.c - claims about the usual services of ports. */
#include <stdlib.h>

#include "proto.h"
#include "suite.h"

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

static void count(uint8_t *owners, const uint16_t *ports)
{
	for (; ports != NULL && *ports != 0; ports++)
		owners[*ports]++;
}

START_TEST(a_port_has_one_owner)
{
	static uint8_t tcp[65536], udp[65536];
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	for (size_t i = 0; i < n; i++) {
		count(tcp, all[i]->ports);
		count(tcp, all[i]->tls_ports);
		count(udp, all[i]->udp_ports);
	}
	for (unsigned port = 0; port < 65536; port++) {
		bool fragile = vd_fragile_port((uint16_t)port, TCP) != NULL;

		ck_assert_msg(tcp[port] + fragile <= 1, "port %u/tcp", port);
		ck_assert_msg(udp[port] + fragile <= 1, "port %u/udp", port);
	}
}
END_TEST

static const struct {
	uint16_t port;
	const char *name; /* NULL: the protocol has no dialogs, or is not known */
	bool tls;
} customs[] = {
	{22, "ssh", false},      {443, "https", true},       {465, "smtps", true},
	{2375, "docker", false}, {6443, "kubernetes", true}, {9300, "elasticsearch", false},
	{502, "modbus", false},  {6667, "irc", false},       {49152, NULL, false},
	{9, NULL, false},        {853, "domain-s", true},    {636, "ldaps", true},
	{3269, "ldaps", true},   {53, "dns", false},         {3268, "ldap", false},
};

/* vd_proto_find() is asked by that name for a service inside TLS. */
START_TEST(who_speaks_tls_from_the_start_has_a_name_inside_it)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	for (size_t i = 0; i < n; i++)
		ck_assert_msg(all[i]->tls_ports == NULL || all[i]->secure != NULL, "%s",
		              all[i]->name);
}
END_TEST

START_TEST(a_port_leads_to_a_protocol_that_can_be_asked)
{
	bool tls = true, named;
	const struct vd_proto *p = vd_proto_of_port(customs[_i].port, &tls);

	ck_assert_ptr_eq(p, vd_proto_find(customs[_i].name, &named));
	if (p != NULL)
		ck_assert(tls == customs[_i].tls && named == customs[_i].tls);
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
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, services_have_their_ports, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, a_port_has_one_owner);
	tcase_add_test(tc, who_speaks_tls_from_the_start_has_a_name_inside_it);
	tcase_add_loop_test(tc, a_port_leads_to_a_protocol_that_can_be_asked, 0,
	                    sizeof(customs) / sizeof(customs[0]));
	tcase_add_test(tc, every_port_is_listed_once_and_a_shorter_list_is_its_start);
	return suite_run("port_service", tc);
}
