/* SPDX-License-Identifier: Apache-2.0 */
/* test_registry.c - claims about the tables of delegations. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "registry.h"
#include "suite.h"

static const char list[] = "# a comment\n"
			   "2|ripencc|20260801|5|19830705|20260801|+0000\n"
			   "ripencc|*|ipv4|*|3|summary\r\n"
			   "ripencc|*|asn|*|1|summary\n"
			   "ripencc|DE|asn|64496|1|20100101|allocated|x\n"
			   "ripencc|FR|ipv4|198.51.100.0|256|20110203|assigned|y|e-stats\n"
			   "ripencc|DE|ipv4|192.0.2.0|192|19990813|allocated\n"
			   "ripencc||ipv4|203.0.113.0|256|20200101|reserved|\n"
			   "ripencc|NL|ipv6|2001:db8::|32|00000000|allocated|z\n";

static void write_file(const char *path, const void *data, size_t len)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(data, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static struct place_info found(const struct registry *r, const char *text)
{
	struct place_info out;
	struct dp_addr addr;

	memset(&out, 0, sizeof(out));
	ck_assert_int_eq(dp_addr_parse(text, &addr), 0);
	registry_find(r, &addr, &out);
	return out;
}

static void open_list(struct registry *r)
{
	char path[] = "/tmp/sonde-registry-XXXXXX";
	struct bytes table = {0};
	struct error err;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(registry_compile(list, strlen(list), &table, &err), 0);
	write_file(path, table.data, table.len);
	ck_assert_int_eq(registry_open(path, r), 0);
	unlink(path);
	bytes_fini(&table);
}

START_TEST(a_delegation_is_found_from_its_first_address_to_its_last)
{
	struct registry r;
	struct place_info p;

	ck_assert(registry_is_list(list, strlen(list)));
	open_list(&r);
	ck_assert_uint_eq(r.count, 3);
	ck_assert_uint_eq(r.date, 20260801);
	p = found(&r, "192.0.2.191");
	ck_assert_str_eq(p.registry, "ripencc");
	ck_assert_str_eq(p.country, "DE");
	ck_assert_str_eq(p.delegated, "1999-08-13");
	ck_assert_str_eq(p.location_source, "registry");
	ck_assert_str_eq(found(&r, "192.0.2.0").country, "DE");
	ck_assert_str_eq(found(&r, "192.0.2.192").registry, "");
	ck_assert_str_eq(found(&r, "198.51.100.255").country, "FR");
	ck_assert_str_eq(found(&r, "203.0.113.1").registry, "");
	p = found(&r, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
	ck_assert_str_eq(p.country, "NL");
	ck_assert_str_eq(p.delegated, "");
	ck_assert_str_eq(found(&r, "2001:db9::").registry, "");
	registry_close(&r);
}
END_TEST

START_TEST(a_location_that_is_known_stays)
{
	struct place_info p = {.country = "JP", .location_source = "inventory"};
	struct registry r;
	struct dp_addr addr = dp_addr_v4(0xc0000201);

	open_list(&r);
	registry_find(&r, &addr, &p);
	ck_assert_str_eq(p.country, "JP");
	ck_assert_str_eq(p.registry, "ripencc");
	registry_close(&r);
}
END_TEST

static const char *const bad_lists[] = {
	"",
	"hello\n",
	"2|ripencc\n",
	"2|ripencc|20260801|1|1|1|+0\nripencc|DE|ipv4|192.0.2|256|1|allocated|\n",
	"2|ripencc|20260801|1|1|1|+0\nripencc|DE|ipv4|255.255.255.0|512|1|allocated|\n",
	"2|ripencc|20260801|1|1|1|+0\nripencc|DE|ipv4|192.0.2.0|0|1|allocated|\n",
	"2|ripencc|20260801|1|1|1|+0\nripencc|DE|ipv6|2001:db8::|129|1|allocated|\n",
	"2|ripencc|20260801|1|1|1|+0\nripencc|DE|ipv6|192.0.2.0|24|1|allocated|\n",
};

START_TEST(a_broken_list_is_refused)
{
	struct bytes table = {0};
	struct error err = {""};

	ck_assert_int_eq(registry_compile(bad_lists[_i], strlen(bad_lists[_i]), &table, &err),
	                 -EINVAL);
	ck_assert_str_ne(err.text, "");
	bytes_fini(&table);
}
END_TEST

/* A table that was cut, or has other bytes somewhere, is refused or answers anything, but is never
 * read behind its end. */
START_TEST(a_damaged_table_is_harmless)
{
	char path[] = "/tmp/sonde-registry-XXXXXX";
	struct bytes table = {0};
	struct error err;
	struct registry r;
	int fd = mkstemp(path);

	close(fd);
	ck_assert_int_eq(registry_compile(list, strlen(list), &table, &err), 0);
	for (size_t i = 0; i < table.len; i++) {
		table.data[i] ^= 0xff;
		write_file(path, table.data, table.len);
		if (registry_open(path, &r) == 0) {
			found(&r, "192.0.2.1");
			registry_close(&r);
		}
		table.data[i] ^= 0xff;
		write_file(path, table.data, i);
		ck_assert_int_eq(registry_open(path, &r), -EINVAL);
	}
	unlink(path);
	bytes_fini(&table);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("registry");

	tcase_add_test(tc, a_delegation_is_found_from_its_first_address_to_its_last);
	tcase_add_test(tc, a_location_that_is_known_stays);
	tcase_add_loop_test(tc, a_broken_list_is_refused, 0,
	                    sizeof(bad_lists) / sizeof(bad_lists[0]));
	tcase_add_test(tc, a_damaged_table_is_harmless);
	return suite_run("registry", tc);
}
