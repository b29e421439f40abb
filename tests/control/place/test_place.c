/* SPDX-License-Identifier: Apache-2.0 */
/* test_place.c - claims about the folder of files that tell owners, networks and locations. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inventory.h"
#include "mmdb_build.h"
#include "place.h"
#include "suite.h"

static char base[] = "/tmp/sonde-place-XXXXXX";
static char folder[64], from[64];

static void write_text(const char *name, const char *text)
{
	FILE *f = fopen(name, "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void setup(void)
{
	strcpy(base + strlen(base) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	snprintf(folder, sizeof(folder), "%s/place", base);
}

static void teardown(void)
{
	static const char *const names[] = {
		"place/inventory.csv",        "place/city.mmdb", "place/bad.mmdb", "place/.lock",
		"place/delegated-x.registry", "city.mmdb",       "delegated-x",    "other.txt"};
	char name[96];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/%s", base, names[i]);
		unlink(name);
	}
	rmdir(folder);
	rmdir(base);
}

static struct mmdb_build b;

static void add_city(const char *city)
{
	char name[PLACE_NAME];
	struct error err = {""};

	mmdb_build_init(&b, 4, "Example-City");
	mmdb_build_add(&b, "192.0.2.0/24", mmdb_build_nested(&b, "JP", city, 35.68, 139.76));
	snprintf(from, sizeof(from), "%s/city.mmdb", base);
	mmdb_build_write(&b, from);
	ck_assert_int_eq(place_add(folder, from, name, &err), 0);
	ck_assert_str_eq(name, "city.mmdb");
}

static void add_list(void)
{
	char name[PLACE_NAME];
	struct error err = {""};

	snprintf(from, sizeof(from), "%s/delegated-x", base);
	write_text(from,
	           "2|apnic|20260801|1|1|1|+0\napnic|AU|ipv4|192.0.2.0|256|20110203|allocated|\n");
	ck_assert_int_eq(place_add(folder, from, name, &err), 0);
	ck_assert_str_eq(name, "delegated-x.registry");
}

static struct place_info found(struct places *p, uint32_t v4)
{
	struct dp_addr addr = dp_addr_v4(v4);
	struct place_info out;

	place_find(p, &addr, &out);
	return out;
}

static void label(const char *prefix, const char *column, const char *value)
{
	struct inventory inv;
	struct dp_addr_range r;
	struct error err = {""};

	ck_assert_int_eq(inventory_load(folder, &inv, &err), 0);
	ck_assert(addr_range_parse(prefix, &r));
	ck_assert_int_eq(inventory_set(&inv, &r, inventory_find_column(column), value, &err), 0);
	ck_assert_int_eq(inventory_store(folder, &inv, &err), 0);
	inventory_fini(&inv);
}

START_TEST(no_folder_tells_nothing)
{
	struct places *p;

	ck_assert_int_eq(place_open(folder, &p), 0);
	ck_assert_uint_eq(place_kinds(p), 0);
	ck_assert_str_eq(found(p, 0xc0000201).country, "");
	place_close(p);
	ck_assert_uint_eq(place_kinds(NULL), 0);
	ck_assert_str_eq(found(NULL, 0xc0000201).owner, "");
}
END_TEST

START_TEST(the_inventory_wins_over_databases_and_these_over_registries)
{
	struct places *p;
	struct place_info l;

	add_city("Tokyo");
	add_list();
	ck_assert_int_eq(place_open(folder, &p), 0);
	l = found(p, 0xc0000201);
	ck_assert_str_eq(l.country, "JP");
	ck_assert_str_eq(l.city, "Tokyo");
	ck_assert_str_eq(l.registry, "apnic");
	ck_assert_str_eq(l.delegated, "2011-02-03");
	ck_assert_str_eq(found(p, 0xc6336401).country, "");
	place_close(p);
	label("192.0.2.0/25", "country", "DE");
	label("192.0.2.0/25", "owner", "netops");
	ck_assert_int_eq(place_open(folder, &p), 0);
	l = found(p, 0xc0000201);
	ck_assert_str_eq(l.country, "DE");
	ck_assert_str_eq(l.city, "");
	ck_assert_str_eq(l.owner, "netops");
	ck_assert_str_eq(l.location_source, "inventory");
	ck_assert_str_eq(found(p, 0xc0000281).city, "Tokyo");
	ck_assert_uint_eq(place_kinds(p),
	                  PLACE_HAS_ASSETS | PLACE_HAS_LOCATIONS | PLACE_HAS_REGISTRY);
	place_close(p);
}
END_TEST

/* Tries for at most 20 s: files are compared with the disk once a second. */
START_TEST(a_replaced_file_is_read_anew)
{
	struct places *p;
	bool seen = false;

	add_city("Tokyo");
	ck_assert_int_eq(place_open(folder, &p), 0);
	ck_assert_str_eq(found(p, 0xc0000201).city, "Tokyo");
	add_city("Osaka");
	for (int i = 0; i < 200 && !seen; i++) {
		seen = strcmp(found(p, 0xc0000201).city, "Osaka") == 0;
		if (!seen)
			usleep(100000);
	}
	ck_assert(seen);
	place_close(p);
}
END_TEST

struct faults {
	unsigned n, files;
	char name[PLACE_NAME];
};

static bool count_faults(void *arg, const struct place_file *f)
{
	struct faults *x = arg;

	x->files++;
	if (f->fault == NULL)
		return true;
	x->n++;
	snprintf(x->name, sizeof(x->name), "%s", f->name);
	return true;
}

START_TEST(a_file_that_cannot_be_used_is_named_and_left_out)
{
	struct faults x = {0};
	struct places *p;
	char bad[80];

	add_city("Tokyo");
	snprintf(bad, sizeof(bad), "%s/bad.mmdb", folder);
	write_text(bad, "this is no database");
	snprintf(bad, sizeof(bad), "%s/inventory.csv", folder);
	write_text(bad, "prefix,owner\n10.0.0.0/8,a\n");
	ck_assert_int_eq(place_open(folder, &p), 0);
	place_each_file(p, count_faults, &x);
	ck_assert_uint_eq(x.files, 3);
	ck_assert_uint_eq(x.n, 1);
	ck_assert_str_eq(x.name, "bad.mmdb");
	ck_assert_str_eq(found(p, 0xc0000201).city, "Tokyo");
	ck_assert_str_eq(found(p, 0x0a000001).owner, "a");
	place_close(p);
}
END_TEST

START_TEST(other_files_are_refused)
{
	char name[PLACE_NAME];
	struct error err = {""};

	snprintf(from, sizeof(from), "%s/other.txt", base);
	write_text(from, "prefix,owner\n");
	ck_assert_int_eq(place_add(folder, from, name, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "sonde label --import"));
	ck_assert_int_eq(place_add(folder, "/nonexistent", name, &err), -ENOENT);
	ck_assert_int_eq(place_add(folder, base, name, &err), -EINVAL);
	ck_assert_int_ne(access(folder, F_OK), 0);
}
END_TEST

START_TEST(a_file_is_removed_by_its_name_only)
{
	struct error err = {""};

	add_city("Tokyo");
	ck_assert_int_eq(place_remove(folder, "../city.mmdb", &err), -EINVAL);
	ck_assert_int_eq(place_remove(folder, "data.mdb", &err), -EINVAL);
	ck_assert_int_eq(place_remove(folder, "other.mmdb", &err), -ENOENT);
	ck_assert_int_eq(place_remove(folder, "city.mmdb", &err), 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("place");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, no_folder_tells_nothing);
	tcase_add_test(tc, the_inventory_wins_over_databases_and_these_over_registries);
	tcase_add_test(tc, a_replaced_file_is_read_anew);
	tcase_add_test(tc, a_file_that_cannot_be_used_is_named_and_left_out);
	tcase_add_test(tc, other_files_are_refused);
	tcase_add_test(tc, a_file_is_removed_by_its_name_only);
	return suite_run("place", tc);
}
