/* SPDX-License-Identifier: Apache-2.0 */
/* test_inventory.c - claims about the inventory of one's own prefixes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "inventory.h"
#include "splitmix.h"
#include "suite.h"

static struct place_info found(const struct inventory *inv, const char *text)
{
	struct place_info out;
	struct dp_addr addr;

	memset(&out, 0, sizeof(out));
	ck_assert_int_eq(dp_addr_parse(text, &addr), 0);
	inventory_find(inv, &addr, &out);
	return out;
}

static void must_read(struct inventory *inv, const char *text)
{
	struct error err = {""};
	int ret = inventory_read(inv, text, strlen(text), &err);

	ck_assert_msg(ret == 0, "%d: %s", ret, err.text);
}

static const char example[] = "prefix,owner,site,criticality,tags,country,city,lat,lon,org\n"
			      "10.0.0.0/8,netops,,low,base,jp,Tokyo,35.68,139.76,Example K.K.\n"
			      "10.1.0.0/16,,dc-1,high,\"prod;web\",,,,,\n"
			      "10.1.2.3,alice,,,prod,,Osaka,,,\n"
			      "2001:db8::/32,v6team,,,,,,,,\n";

START_TEST(a_smaller_prefix_wins_and_inherits)
{
	struct inventory inv = {0};
	struct place_info p;

	must_read(&inv, example);
	p = found(&inv, "10.200.0.1");
	ck_assert_str_eq(p.owner, "netops");
	ck_assert_str_eq(p.site, "");
	ck_assert_str_eq(p.country, "JP");
	p = found(&inv, "10.1.2.4");
	ck_assert_str_eq(p.owner, "netops");
	ck_assert_str_eq(p.site, "dc-1");
	ck_assert_str_eq(p.criticality, "high");
	ck_assert_str_eq(p.org, "Example K.K.");
	ck_assert_uint_eq(p.tag_count, 3);
	ck_assert_str_eq(p.tags[0], "prod");
	ck_assert_str_eq(p.tags[2], "base");
	p = found(&inv, "2001:db8::77");
	ck_assert_str_eq(p.owner, "v6team");
	ck_assert_ptr_null(p.location_source);
	ck_assert_str_eq(found(&inv, "11.0.0.0").owner, "");
	ck_assert_str_eq(found(&inv, "9.255.255.255").owner, "");
	inventory_fini(&inv);
}
END_TEST

/* Osaka must not be shown at the coordinates of Tokyo. */
START_TEST(a_city_does_not_get_the_point_of_another)
{
	struct inventory inv = {0};
	struct place_info p;

	must_read(&inv, example);
	p = found(&inv, "10.1.2.3");
	ck_assert_str_eq(p.city, "Osaka");
	ck_assert_str_eq(p.country, "JP");
	ck_assert(!p.has_point);
	ck_assert_str_eq(p.location_source, "inventory");
	ck_assert(found(&inv, "10.1.2.2").has_point);
	inventory_fini(&inv);
}
END_TEST

static const struct {
	const char *text, *why;
} bad[] = {
	{"", "empty: the first line names the columns"},
	{"owner,site\n", "line 1: no column is called prefix; the first line names the columns"},
	{"prefix,cidr\n", "line 1: two columns of prefixes"},
	{"prefix,colour\n",
         "line 1: no column is called `colour`; there are prefix, owner, site, scope, "
         "criticality, tags, country, region, city, lat, lon, org"},
	{"prefix,owner\n10.0.0.0/8\n", "line 2: 1 cells, and the first line has 2"},
	{"prefix,owner\n10.0.0.0/33,a\n",
         "line 2: `10.0.0.0/33`: expected an address, a prefix or a range"},
	{"prefix,country\n\n10.0.0.0/8,Japan\n",
         "line 3: country: `Japan`: expected two letters of ISO 3166, such as JP"},
	{"prefix,lat\n10.0.0.0/8,91\n", "line 2: lat: `91`: expected degrees, -90 to 90"},
	{"prefix,criticality\n10.0.0.0/8,urgent\n",
         "line 2: criticality: `urgent`: expected low, medium, high or critical"},
	{"prefix,tags\n10.0.0.0/8,a;b;aaaaaaaaaabbbbbbbbbbccccccccccdd\n",
         "line 2: tags: `aaaaaaaaaabbbbbbbbbbccccccccccdd`: a tag longer than 31 bytes"},
	{"prefix,owner\n10.0.0.0-10.0.0.9,a\n10.0.0.5-10.0.0.12,b\n",
         "10.0.0.0-10.0.0.9 and 10.0.0.5-10.0.0.12 overlap in part: a range lies in another or "
         "beside it"},
};

START_TEST(a_broken_file_changes_nothing)
{
	struct inventory inv = {0};
	struct error err = {""};

	must_read(&inv, example);
	ck_assert_int_eq(inventory_read(&inv, bad[_i].text, strlen(bad[_i].text), &err), -EINVAL);
	ck_assert_str_eq(err.text, bad[_i].why);
	ck_assert_uint_eq(inv.count, 4);
	ck_assert_str_eq(found(&inv, "10.1.2.3").owner, "alice");
	inventory_fini(&inv);
}
END_TEST

START_TEST(a_later_line_states_more_of_the_same_prefix)
{
	struct inventory inv = {0};

	must_read(&inv, "cidr,owner,site\n10.0.0.0/8,a,\n10.0.0.0/8,,s\n10.0.0.0/8,b,\n");
	ck_assert_uint_eq(inv.count, 1);
	ck_assert_str_eq(found(&inv, "10.0.0.1").owner, "b");
	ck_assert_str_eq(found(&inv, "10.0.0.1").site, "s");
	inventory_fini(&inv);
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
	struct inventory inv = {0}, again = {0};
	struct bytes a = {0}, b = {0};

	must_read(&inv, example);
	must_read(&inv, "prefix,owner\n10.9.0.0/16,\"=cmd, \"\"x\"\"\"\n");
	inventory_write(&inv, &a);
	bytes_put(&a, "", 1);
	must_read(&again, (const char *)a.data);
	inventory_write(&again, &b);
	bytes_put(&b, "", 1);
	ck_assert_str_eq((const char *)a.data, (const char *)b.data);
	ck_assert_str_eq(found(&again, "10.9.1.1").owner, "=cmd, \"x\"");
	bytes_fini(&a);
	bytes_fini(&b);
	inventory_fini(&inv);
	inventory_fini(&again);
}
END_TEST

START_TEST(a_value_that_is_taken_back_is_gone)
{
	struct inventory inv = {0};
	struct dp_addr_range r;
	struct error err = {""};

	ck_assert(addr_range_parse("192.0.2.0/24", &r));
	ck_assert_int_eq(inventory_set(&inv, &r, inventory_find_column("owner"), "a", &err), 0);
	ck_assert_int_eq(inventory_set(&inv, &r, inventory_find_column("Team"), "b", &err), 0);
	ck_assert_str_eq(found(&inv, "192.0.2.1").owner, "b");
	ck_assert_int_eq(inventory_set(&inv, &r, inventory_find_column("country"), "x", &err),
	                 -EINVAL);
	ck_assert_int_eq(inventory_set(&inv, &r, inventory_find_column("owner"), "", &err), 0);
	ck_assert_uint_eq(inv.count, 0);
	ck_assert(!inventory_remove(&inv, &r));
	inventory_fini(&inv);
}
END_TEST

/* ---- against a naive model: a list of prefixes, of which the smallest that fits is looked for ---- */

enum { ROWS = 24 };

struct naive {
	struct dp_addr_range range[ROWS];
	char owner[ROWS][8];
	unsigned n;
};

static uint64_t width(const struct dp_addr_range *r)
{
	uint32_t first, last;

	ck_assert(dp_addr_is_v4(&r->first, &first) && dp_addr_is_v4(&r->last, &last));
	return (uint64_t)last - first;
}

static void naive_set(struct naive *m, const struct dp_addr_range *r, const char *owner)
{
	unsigned i;

	for (i = 0; i < m->n && memcmp(&m->range[i], r, sizeof(*r)) != 0; i++)
		;
	if (i == m->n && owner[0] != '\0')
		m->n++;
	else if (i == m->n)
		return;
	m->range[i] = *r;
	strcpy(m->owner[i], owner);
	if (owner[0] == '\0') {
		m->n--;
		m->range[i] = m->range[m->n];
		memmove(m->owner[i], m->owner[m->n], sizeof(m->owner[i]));
	}
}

static const char *naive_find(const struct naive *m, const struct dp_addr *addr)
{
	const char *best = "";
	uint64_t narrow = UINT64_MAX;

	for (unsigned i = 0; i < m->n; i++)
		if (addr_range_has(&m->range[i], addr) && width(&m->range[i]) < narrow) {
			narrow = width(&m->range[i]);
			best = m->owner[i];
		}
	return best;
}

START_TEST(any_prefixes_are_found_as_a_naive_model_finds_them)
{
	uint64_t state = (uint64_t)_i + 1;
	struct inventory inv = {0};
	struct naive model = {.n = 0};
	struct error err = {""};

	for (unsigned step = 0; step < ROWS; step++) {
		struct dp_addr_range r;
		char text[40], owner[8] = "";

		snprintf(text, sizeof(text), "10.0.0.%u/%u", (unsigned)(splitmix(&state) % 64),
		         24 + (unsigned)(splitmix(&state) % 9));
		if (splitmix(&state) % 5 > 0)
			snprintf(owner, sizeof(owner), "o%u", step);
		ck_assert(addr_range_parse(text, &r));
		ck_assert_int_eq(inventory_set(&inv, &r, 0, owner, &err), 0);
		naive_set(&model, &r, owner);
		ck_assert_uint_eq(inv.count, model.n);
		for (uint32_t host = 0; host < 80; host++) {
			struct dp_addr addr = dp_addr_v4(0x0a000000 + host);
			struct place_info p;

			memset(&p, 0, sizeof(p));
			inventory_find(&inv, &addr, &p);
			ck_assert_str_eq(p.owner, naive_find(&model, &addr));
		}
	}
	inventory_fini(&inv);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("inventory");

	tcase_add_test(tc, a_smaller_prefix_wins_and_inherits);
	tcase_add_test(tc, a_city_does_not_get_the_point_of_another);
	tcase_add_loop_test(tc, a_broken_file_changes_nothing, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, a_later_line_states_more_of_the_same_prefix);
	tcase_add_test(tc, what_is_written_is_read_again);
	tcase_add_test(tc, a_value_that_is_taken_back_is_gone);
	tcase_add_loop_test(tc, any_prefixes_are_found_as_a_naive_model_finds_them, 0, 60);
	return suite_run("inventory", tc);
}
