/* SPDX-License-Identifier: Apache-2.0 */
/* test_accept.c - claims about accepted findings: how they are written, and what a range covers. */
#include <errno.h>

#include "accept.h"
#include "store_dir.h"
#include "suite.h"

#define DAY_US (86400 * INT64_C(1000000))

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */
static const int64_t NOW = 20000 * DAY_US;

static struct store_dir dir;

static void setup(void)
{
	store_dir_open(&dir);
}

static void teardown(void)
{
	store_dir_remove(&dir);
}

static const struct {
	const char *target, *id, *until;
	const char *addresses, *folded; /* NULL: refused */
	uint16_t port;
	int64_t days;
} cases[] = {
	{"192.0.2.1", "CVE-2024-1", "30d", "192.0.2.1", "CVE-2024-1", 0, 30},
	{"192.0.2.1:443", "cve-2024-1", "2w", "192.0.2.1", "CVE-2024-1", 443, 14},
	{"[2001:db8::1]:443", "Redis-No-Auth", "1d", "2001:db8::1", "redis-no-auth", 443, 1},
	{"192.0.2.7/24", "rsync-open", "1d", "192.0.2.0/24", "rsync-open", 0, 1},
	{"192.0.2.1-192.0.2.9", "rsync-open", "1d", "192.0.2.1-192.0.2.9", "rsync-open", 0, 1},
	{"everywhere", "rsync-open", "1d", "everywhere", "rsync-open", 0, 1},
	{"nowhere", "rsync-open", "1d", NULL, NULL, 0, 0},
	{"192.0.2.1:0", "rsync-open", "1d", NULL, NULL, 0, 0},
	{"192.0.2.1", "rsync open", "1d", NULL, NULL, 0, 0},
	{"192.0.2.1", "rsync-open", "30", NULL, NULL, 0, 0},
	{"192.0.2.1", "rsync-open", "0d", NULL, NULL, 0, 0},
	{"192.0.2.1", "rsync-open", "1970-01-01", NULL, NULL, 0, 0},
	{"192.0.2.1", "rsync-open", "", NULL, NULL, 0, 0},
};

START_TEST(an_acceptance_is_read_as_it_is_written)
{
	const struct accept_words words = {cases[_i].target, cases[_i].id, cases[_i].until, "why"};
	char addresses[ACCEPT_ADDRESSES];
	struct error err;
	struct store_accept a;
	int ret = accept_parse(&words, NOW, &a, &err);

	ck_assert_int_eq(ret, cases[_i].addresses != NULL ? 0 : -EINVAL);
	if (ret != 0)
		return;
	ck_assert_str_eq(accept_addresses(&a, addresses), cases[_i].addresses);
	ck_assert_str_eq(a.id, cases[_i].folded);
	ck_assert_uint_eq(a.port, cases[_i].port);
	ck_assert_int_eq(a.until_us, NOW + cases[_i].days * DAY_US);
}
END_TEST

static uint8_t score(uint32_t host, size_t *accepts)
{
	struct dp_addr addr = dp_addr_v4(NET + host);
	struct store_host h;
	uint8_t value;

	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	value = h.score.value;
	*accepts = h.accept_count;
	store_host_fini(&h);
	return value;
}

static void put(uint32_t host)
{
	struct record *r = store_dir_record(NET + host, 80, NOW);

	store_dir_grab(r, "nginx", "1.18.0");
	store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 98);
	store_dir_put(&dir, "s-1", r);
}

struct found {
	unsigned n;
	char cause[8], ref[40];
};

static bool levels(void *arg, const struct store_change *c)
{
	struct found *f = arg;

	if (strcmp(c->type, "score.level_changed") != 0)
		return true;
	f->n++;
	memcpy(f->cause, c->cause, sizeof(f->cause));
	memcpy(f->ref, c->ref, sizeof(f->ref));
	return true;
}

START_TEST(a_range_covers_its_hosts_also_later_ones)
{
	const struct accept_words words = {"198.18.0.0/30", "cve-2024-0001", "30d", "a filter"};
	struct store_accept a;
	struct found found = {0};
	struct error err;
	uint8_t before, value;
	size_t n;

	put(1);
	put(9);
	ck_assert_int_eq(store_settle(dir.s, NOW), 0);
	before = score(1, &n);
	ck_assert_int_eq(accept_parse(&words, NOW, &a, &err), 0);
	ck_assert_int_eq(store_accept_put(dir.s, &a), 0);
	value = score(1, &n);
	ck_assert_uint_lt(value, before);
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(score(9, &n), before);
	ck_assert_uint_eq(n, 0);
	put(2); /* a host that is found later */
	ck_assert_uint_eq(score(2, &n), value);
	ck_assert_int_eq(store_each_change(dir.s, 0, 0, levels, &found), 0);
	ck_assert_uint_eq(found.n, 1);
	ck_assert_str_eq(found.cause, "accept");
	ck_assert_str_eq(found.ref, "CVE-2024-0001");
	ck_assert_int_eq(store_accept_remove(dir.s, &a, NOW), 0);
	ck_assert_uint_eq(score(1, &n), before);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(store_accept_remove(dir.s, &a, NOW), -ENOENT);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, an_acceptance_is_read_as_it_is_written, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, a_range_covers_its_hosts_also_later_ones);
	return suite_run("accept", tc);
}
