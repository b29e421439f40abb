/* SPDX-License-Identifier: Apache-2.0 */
/* test_mmdb.c - claims about MaxMind databases, nested and flat. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "mmdb.h"
#include "mmdb_build.h"
#include "splitmix.h"
#include "suite.h"

static char path[] = "/tmp/sonde-mmdb-XXXXXX";

static void setup(void)
{
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
}

static struct mmdb *opened(struct mmdb_build *b)
{
	struct error err = {""};
	struct mmdb *m = NULL;
	int ret;

	mmdb_build_write(b, path);
	ret = mmdb_open(path, &m, &err);
	ck_assert_msg(ret == 0, "%d: %s", ret, err.text);
	return m;
}

static struct place_info found(struct mmdb *m, const char *text)
{
	struct place_info out;
	struct dp_addr addr;

	memset(&out, 0, sizeof(out));
	ck_assert_int_eq(dp_addr_parse(text, &addr), 0);
	mmdb_find(m, &addr, false, &out);
	return out;
}

static struct mmdb_build b;

START_TEST(a_nested_entry_gives_a_location)
{
	struct mmdb *m;
	struct place_info p;

	mmdb_build_init(&b, _i == 0 ? 4 : 6, "Example-City");
	mmdb_build_add(&b, "192.0.2.0/24", mmdb_build_nested(&b, "jp", "Tokyo", 35.68, 139.76));
	mmdb_build_add(&b, "192.0.2.128/25", mmdb_build_nested(&b, "JP", "Osaka", 34.69, 135.5));
	m = opened(&b);
	p = found(m, "192.0.2.1");
	ck_assert_str_eq(p.country, "JP");
	ck_assert_str_eq(p.city, "Tokyo");
	ck_assert_str_eq(p.region, "Region");
	ck_assert(p.has_point && p.latitude > 35.67 && p.longitude < 139.77);
	ck_assert_str_eq(p.location_source, "mmdb");
	ck_assert_str_eq(found(m, "192.0.2.127").city, "Tokyo");
	ck_assert_str_eq(found(m, "192.0.2.128").city, "Osaka");
	ck_assert_ptr_null(found(m, "192.0.3.0").location_source);
	ck_assert_ptr_null(found(m, "2001:db8::1").location_source);
	ck_assert_str_eq(found(m, "192.0.2.255").city, "Osaka");
	ck_assert_uint_eq(mmdb_kinds(m), PLACE_HAS_LOCATIONS);
	ck_assert_str_eq(mmdb_type(m), "Example-City");
	ck_assert_int_eq(mmdb_built_us(m), INT64_C(1785542400000000));
	mmdb_close(m);
}
END_TEST

START_TEST(a_flat_entry_gives_network_and_location)
{
	static const char *const pairs[][2] = {
		{"country", "United States"},
		{"country_code", "US"},
		{"city", "Boston"},
		{"asn", "AS64497"},
		{"as_name", "Example"},
		{"lat", "42.36"},
		{"lng", "-71.06"},
		{"org", "Example, Inc."},
		{"region", "MA"},
	};
	struct mmdb *m;
	struct place_info p;

	mmdb_build_init(&b, 6, "vendor lite");
	mmdb_build_add(&b, "2001:db8::/32", mmdb_build_flat(&b, pairs, 9));
	m = opened(&b);
	p = found(m, "2001:db8::5");
	ck_assert_str_eq(p.country, "US");
	ck_assert_str_eq(p.city, "Boston");
	ck_assert_str_eq(p.region, "MA");
	ck_assert_uint_eq(p.asn, 64497);
	ck_assert_str_eq(p.as_name, "Example");
	ck_assert_str_eq(p.org, "Example, Inc.");
	ck_assert(p.has_point && p.longitude < -71);
	ck_assert_uint_eq(mmdb_kinds(m), PLACE_HAS_LOCATIONS | PLACE_HAS_NETWORKS);
	mmdb_close(m);
}
END_TEST

START_TEST(an_entry_of_a_network_gives_no_location)
{
	struct mmdb *m;
	struct place_info p;

	mmdb_build_init(&b, 4, "GeoLite2-ASN");
	mmdb_build_add(&b, "192.0.2.0/24", mmdb_build_asn(&b, 64496, "Example AS"));
	m = opened(&b);
	p = found(m, "192.0.2.9");
	ck_assert_uint_eq(p.asn, 64496);
	ck_assert_str_eq(p.as_name, "Example AS");
	ck_assert_ptr_null(p.location_source);
	ck_assert_uint_eq(mmdb_kinds(m), PLACE_HAS_NETWORKS);
	mmdb_close(m);
}
END_TEST

START_TEST(what_another_source_said_stays)
{
	struct place_info p = {.country = "DE", .org = "Own", .location_source = "inventory"};
	struct dp_addr addr = dp_addr_v4(0xc0000201);
	struct mmdb *m;

	mmdb_build_init(&b, 4, "Example-City");
	mmdb_build_add(&b, "192.0.2.0/24", mmdb_build_nested(&b, "JP", "Tokyo", 35.68, 139.76));
	m = opened(&b);
	mmdb_find(m, &addr, true, &p);
	ck_assert_str_eq(p.country, "DE");
	ck_assert_str_eq(p.city, "");
	ck_assert_str_eq(p.org, "Own");
	mmdb_close(m);
}
END_TEST

/* Looking up through what was looked up before gives what a fresh database gives. */
START_TEST(the_order_of_look_ups_changes_nothing)
{
	uint64_t state = (uint64_t)_i + 1;
	struct error err;
	struct mmdb *m;

	mmdb_build_init(&b, _i % 2 == 0 ? 4 : 6, "Example-City");
	for (unsigned bits = 20; bits <= 32; bits++) {
		char prefix[40], city[16];

		snprintf(prefix, sizeof(prefix), "10.0.%u.%u/%u", (unsigned)(splitmix(&state) % 16),
		         (unsigned)(splitmix(&state) % 256), bits);
		snprintf(city, sizeof(city), "city %u", bits);
		mmdb_build_add(&b, prefix, mmdb_build_nested(&b, "JP", city, 1, 2));
	}
	m = opened(&b);
	for (int i = 0; i < 200; i++) {
		uint32_t host = 0x0a000000 + (uint32_t)(splitmix(&state) % 5000);
		struct dp_addr addr = dp_addr_v4(host);
		struct place_info a, c;
		struct mmdb *fresh;

		memset(&a, 0, sizeof(a));
		memset(&c, 0, sizeof(c));
		mmdb_find(m, &addr, false, &a);
		ck_assert_int_eq(mmdb_open(path, &fresh, &err), 0);
		mmdb_find(fresh, &addr, false, &c);
		mmdb_close(fresh);
		ck_assert_str_eq(a.city, c.city);
	}
	mmdb_close(m);
}
END_TEST

/* Whatever bytes a file has, it is refused, or answers anything. */
START_TEST(a_damaged_database_is_harmless)
{
	uint64_t state = (uint64_t)_i + 7;
	struct error err;
	struct mmdb *m;
	FILE *f;

	mmdb_build_init(&b, 4, "Example-City");
	mmdb_build_add(&b, "192.0.2.0/24", mmdb_build_nested(&b, "JP", "Tokyo", 35.68, 139.76));
	mmdb_build_write(&b, path);
	f = fopen(path, "r+b");
	for (int i = 0; i < 8; i++) {
		fseek(f, (long)(splitmix(&state) % 560), SEEK_SET);
		fputc((int)(splitmix(&state) % 256), f);
	}
	fclose(f);
	if (mmdb_open(path, &m, &err) == 0) {
		found(m, "192.0.2.1");
		found(m, "2001:db8::1");
		mmdb_close(m);
	}
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
	struct error err = {""};
	struct mmdb *m;

	ck_assert_int_eq(mmdb_open(path, &m, &err), -EINVAL);
	ck_assert_str_ne(err.text, "");
	ck_assert_int_eq(mmdb_open("/nonexistent/x.mmdb", &m, &err), -ENOENT);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("mmdb");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_nested_entry_gives_a_location, 0, 2);
	tcase_add_test(tc, a_flat_entry_gives_network_and_location);
	tcase_add_test(tc, an_entry_of_a_network_gives_no_location);
	tcase_add_test(tc, what_another_source_said_stays);
	tcase_add_loop_test(tc, the_order_of_look_ups_changes_nothing, 0, 10);
	tcase_add_loop_test(tc, a_damaged_database_is_harmless, 0, 100);
	tcase_add_test(tc, what_is_no_database_is_refused);
	return suite_run("mmdb", tc);
}
