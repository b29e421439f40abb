/* SPDX-License-Identifier: Apache-2.0 */
/* test_fragile.c - claims about the table of fragile devices' ports. */
#include <stdlib.h>
#include <string.h>

#include "vulndb.h"
#include "suite.h"

enum { TCP = 6, UDP = 17 };

/* Ports of devices that are known to have printed or stopped at a scanner's requests. */
static const struct {
	uint16_t first, last;
	uint8_t kind;
} known[] = {
	{515, 515, VD_FRAGILE_PRINTER},        {9100, 9107, VD_FRAGILE_PRINTER},
	{102, 102, VD_FRAGILE_CONTROLLER},     {502, 502, VD_FRAGILE_CONTROLLER},
	{789, 789, VD_FRAGILE_CONTROLLER},     {1911, 1911, VD_FRAGILE_CONTROLLER},
	{1962, 1962, VD_FRAGILE_CONTROLLER},   {2404, 2404, VD_FRAGILE_CONTROLLER},
	{2455, 2455, VD_FRAGILE_CONTROLLER},   {4840, 4840, VD_FRAGILE_CONTROLLER},
	{4911, 4911, VD_FRAGILE_CONTROLLER},   {5006, 5007, VD_FRAGILE_CONTROLLER},
	{9600, 9600, VD_FRAGILE_CONTROLLER},   {18245, 18245, VD_FRAGILE_CONTROLLER},
	{20000, 20000, VD_FRAGILE_CONTROLLER}, {20547, 20547, VD_FRAGILE_CONTROLLER},
	{34962, 34964, VD_FRAGILE_CONTROLLER}, {44818, 44818, VD_FRAGILE_CONTROLLER},
	{47808, 47808, VD_FRAGILE_CONTROLLER},
};

START_TEST(known_ports_are_fragile_over_both_transports)
{
	for (uint32_t port = known[_i].first; port <= known[_i].last; port++) {
		const struct vd_fragile *tcp = vd_fragile_port((uint16_t)port, TCP);

		ck_assert_ptr_nonnull(tcp);
		ck_assert_ptr_eq(tcp, vd_fragile_port((uint16_t)port, UDP));
		ck_assert_uint_eq(tcp->kind, known[_i].kind);
	}
}
END_TEST

/* Compare with a linear search of the whole table. */
START_TEST(each_port_has_the_row_that_holds_it)
{
	size_t n;
	const struct vd_fragile *table = vd_fragile_table(&n);

	for (uint32_t port = 0; port <= 65535; port++) {
		const struct vd_fragile *row = NULL;

		for (size_t i = 0; i < n; i++) {
			if (port < table[i].first || port > table[i].last)
				continue;
			ck_assert_msg(row == NULL, "port %u stands twice", port);
			row = &table[i];
		}
		ck_assert_msg(vd_fragile_port((uint16_t)port, TCP) == row, "port %u", port);
		ck_assert_ptr_null(vd_fragile_port((uint16_t)port, 1));
	}
}
END_TEST

START_TEST(rows_are_whole)
{
	size_t n;
	const struct vd_fragile *table = vd_fragile_table(&n);

	for (size_t i = 0; i < n; i++) {
		const struct vd_fragile *f = &table[i];

		ck_assert_uint_le(f->first, f->last);
		ck_assert(strlen(f->source) > 4);
		ck_assert(f->ask == VD_FRAGILE_ASKED || f->ask == VD_FRAGILE_ON_REQUEST);
		ck_assert_str_eq(vd_port_service(f->first, TCP), f->service);
		ck_assert_str_eq(vd_port_service(f->last, UDP), f->service);
		ck_assert(vd_fragile_service(f->service));
		/* A printer prints any request: none may be sent unless the operator says so. */
		if (f->kind == VD_FRAGILE_PRINTER)
			ck_assert_ptr_null(vd_fragile_request(f, TCP, false));
		ck_assert_ptr_eq(vd_fragile_request(f, TCP, true), f->tcp);
		ck_assert_ptr_eq(vd_fragile_request(f, UDP, true), f->udp);
		ck_assert_ptr_null(vd_fragile_request(f, 1, true));
	}
}
END_TEST

START_TEST(ordinary_ports_are_not_fragile)
{
	static const uint16_t ports[] = {21,  22,   23,   25,   53,   80,    161,  443,
	                                 631, 2222, 9000, 9108, 9200, 10001, 19999};

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		ck_assert_ptr_null(vd_fragile_port(ports[i], TCP));
}
END_TEST

static const struct {
	const char *service, *source, *device;
	bool fragile;
} seen[] = {
	{"modbus", "banner", "", true},      {"modbus", "port", "", false},
	{"http", "banner", "printer", true}, {"http", "banner", "", false},
	{"http", "banner", "plc", true},     {"snmp", "banner", "router", false},
	{"pjl", "banner", "", true},         {"", "", "", false},
};

START_TEST(device_shows_itself_by_its_bytes)
{
	struct vd_identity id = {0};

	strcpy(id.service, seen[_i].service);
	strcpy(id.service_source, seen[_i].source);
	strcpy(id.device, seen[_i].device);
	ck_assert(vd_fragile_identity(&id) == seen[_i].fragile);
}
END_TEST

static const struct {
	const char *service, *source, *product, *device;
	bool plain;
} shown[] = {
	{"http", "banner", "nginx", "", true},     {"ssh", "banner", "OpenSSH", "", true},
	{"http", "banner", "", "", false},         {"http", "banner", "GoAhead", "", false},
	{"http", "banner", "nginx", "plc", false}, {"http", "banner", "RomPager page", "", false},
	{"ssh", "port", "OpenSSH", "", false},     {"modbus", "banner", "pymodbus", "", false},
};

START_TEST(product_for_computers_shows_an_ordinary_host)
{
	struct vd_identity id = {0};

	strcpy(id.service, shown[_i].service);
	strcpy(id.service_source, shown[_i].source);
	strcpy(id.product, shown[_i].product);
	strcpy(id.device, shown[_i].device);
	ck_assert(vd_plain_identity(&id) == shown[_i].plain);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, product_for_computers_shows_an_ordinary_host, 0,
	                    sizeof(shown) / sizeof(shown[0]));
	tcase_add_loop_test(tc, known_ports_are_fragile_over_both_transports, 0,
	                    sizeof(known) / sizeof(known[0]));
	tcase_add_test(tc, each_port_has_the_row_that_holds_it);
	tcase_add_test(tc, rows_are_whole);
	tcase_add_test(tc, ordinary_ports_are_not_fragile);
	tcase_add_loop_test(tc, device_shows_itself_by_its_bytes, 0,
	                    sizeof(seen) / sizeof(seen[0]));
	return suite_run("fragile", tc);
}
