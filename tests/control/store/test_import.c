/* SPDX-License-Identifier: Apache-2.0 */
/* test_import.c - claims about taking the contents of other databases. */
#include <errno.h>

#include "store_dir.h"
#include "suite.h"

enum { HOSTS = 20, PORTS = 6 };

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */

static struct store_dir whole, shards[2], all;

static void setup(void)
{
	store_dir_open(&whole);
	store_dir_open(&shards[0]);
	store_dir_open(&shards[1]);
	store_dir_open(&all);
}

static void teardown(void)
{
	store_dir_remove(&whole);
	store_dir_remove(&shards[0]);
	store_dir_remove(&shards[1]);
	store_dir_remove(&all);
}

static struct record *service(uint32_t host, uint16_t port, int64_t t)
{
	struct record *r = store_dir_record(NET + host, port, t);

	store_dir_grab(r, port % 2 == 0 ? "nginx" : "httpd", "1.18.0");
	if (port % 3 == 0)
		store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 98);
	r->candidates = port % 5;
	return r;
}

/* One scan of all, and the same as two shards: each sees every other port. */
static void scan(int64_t t)
{
	for (uint32_t h = 0; h < HOSTS; h++)
		for (uint16_t p = 1; p <= PORTS; p++) {
			int64_t at = t + h * 100 + p;

			store_dir_put(&whole, "s-1", service(h, p, at));
			store_dir_put(&shards[(h + p) % 2], "s-1", service(h, p, at));
		}
	ck_assert_int_eq(store_settle(whole.s, t + 90000), 0);
	ck_assert_int_eq(store_settle(shards[0].s, t + 90000), 0);
	ck_assert_int_eq(store_settle(shards[1].s, t + 90000), 0);
}

static struct store_imported import(void)
{
	const struct store_source sources[] = {{"a", shards[0].s}, {"b", shards[1].s}};
	struct store_imported done;

	ck_assert_int_eq(store_import(all.s, sources, 2, &done), 0);
	return done;
}

static void same_service(const struct record *a, const struct record *b, uint32_t host)
{
	char from[32];

	ck_assert_uint_eq(a->port, b->port);
	ck_assert_uint_eq(a->state, b->state);
	ck_assert_int_eq(a->first_seen_us, b->first_seen_us);
	ck_assert_int_eq(a->last_seen_us, b->last_seen_us);
	ck_assert_int_eq(a->opened_us, b->opened_us);
	ck_assert_int_eq(a->last_changed_us, b->last_changed_us);
	ck_assert_str_eq(a->identity.product, b->identity.product);
	ck_assert_uint_eq(a->verdict_count, b->verdict_count);
	ck_assert_uint_eq(a->candidates, b->candidates);
	/* it says where it comes from */
	snprintf(from, sizeof(from), "%s:s-1", (host + a->port) % 2 == 0 ? "a" : "b");
	ck_assert_str_eq(a->scan, from);
}

static void same_hosts(void)
{
	for (uint32_t h = 0; h < HOSTS; h++) {
		struct dp_addr addr = dp_addr_v4(NET + h);
		struct store_host x, y;

		ck_assert_int_eq(store_host_get(all.s, &addr, &x), 0);
		ck_assert_int_eq(store_host_get(whole.s, &addr, &y), 0);
		ck_assert_uint_eq(x.service_count, y.service_count);
		ck_assert_int_eq(x.first_seen_us, y.first_seen_us);
		ck_assert_int_eq(x.last_seen_us, y.last_seen_us);
		ck_assert_uint_eq(x.score.value, y.score.value);
		ck_assert_uint_eq(x.score.reason_count, y.score.reason_count);
		for (size_t i = 0; i < x.service_count; i++)
			same_service(x.services[i], y.services[i], h);
		store_host_fini(&x);
		store_host_fini(&y);
	}
}

struct tally {
	unsigned opened, hosts, others;
	int64_t last_us;
	char host[160]; /* the words of the last host.new */
};

static bool tally(void *arg, const struct store_change *c)
{
	struct tally *t = arg;

	if (strcmp(c->type, "port.opened") == 0) {
		t->opened++;
		ck_assert_int_ge(c->time_us, t->last_us); /* in the order of the times */
		t->last_us = c->time_us;
	} else if (strcmp(c->type, "host.new") == 0) {
		t->hosts++;
		snprintf(t->host, sizeof(t->host), "%s", c->after);
	} else {
		t->others++;
	}
	return true;
}

static struct tally log_of(struct store *s)
{
	struct tally t = {0};

	ck_assert_int_eq(store_each_change(s, 0, 0, tally, &t), 0);
	return t;
}

START_TEST(two_shards_give_what_one_scan_gives)
{
	struct store_imported done;
	struct tally x, y;

	scan(1000);
	done = import();
	ck_assert_uint_eq(done.hosts, HOSTS);
	ck_assert_uint_eq(done.services, HOSTS * PORTS);
	same_hosts();
	x = log_of(all.s);
	y = log_of(whole.s);
	ck_assert_uint_eq(x.opened, HOSTS * PORTS);
	ck_assert_uint_eq(x.opened, y.opened);
	ck_assert_uint_eq(x.hosts, HOSTS);
	ck_assert_uint_eq(x.others, y.others);
	ck_assert_str_eq(x.host, y.host);
}
END_TEST

START_TEST(what_was_taken_is_not_taken_again)
{
	struct store_imported done;

	scan(1000);
	import();
	done = import();
	ck_assert_uint_eq(done.hosts, 0);
	ck_assert_uint_eq(done.services, 0);
	ck_assert_uint_eq(done.changes, 0);
	ck_assert_uint_eq(log_of(all.s).opened, HOSTS * PORTS);
	ck_assert_uint_eq(log_of(all.s).hosts, HOSTS);
	same_hosts();
	/* a new port of one shard, and it alone */
	store_dir_put(&shards[0], "s-2", service(0, 99, 500000));
	ck_assert_int_eq(store_settle(shards[0].s, 500001), 0);
	done = import();
	ck_assert_uint_eq(done.hosts, 1);
	ck_assert_uint_eq(done.services, 1);
	ck_assert_uint_gt(done.changes, 0);
	ck_assert_uint_eq(log_of(all.s).opened, HOSTS * PORTS + 1);
}
END_TEST

static bool collect(void *arg, const struct store_interval *i)
{
	struct store_interval *out = arg;

	while (out->start_us != 0)
		out++;
	*out = *i;
	return true;
}

/* Two sites saw the same service, one of them later and in another version. */
START_TEST(the_service_that_was_seen_last_stays)
{
	struct record *r = store_dir_record(NET, 80, 1000);
	struct dp_addr addr = r->addr;
	struct store_interval list[8] = {0};
	struct store_host h;

	store_dir_grab(r, "nginx", "1.18.0");
	store_dir_put(&shards[0], "s-1", r);
	r = store_dir_record(NET, 80, 3000);
	store_dir_grab(r, "nginx", "1.22.1");
	store_dir_put(&shards[1], "s-9", r);
	import();
	import();
	ck_assert_int_eq(store_host_get(all.s, &addr, &h), 0);
	ck_assert_uint_eq(h.service_count, 1);
	ck_assert_str_eq(h.services[0]->identity.version, "1.22.1");
	ck_assert_str_eq(h.services[0]->scan, "b:s-9");
	ck_assert_str_eq(h.last_scan, "b:s-9");
	ck_assert_int_eq(h.services[0]->first_seen_us, 1000);
	ck_assert_int_eq(h.first_seen_us, 1000);
	store_host_fini(&h);
	ck_assert_int_eq(store_each_interval(all.s, &addr, collect, list), 0);
	ck_assert_str_eq(list[0].version, "1.18.0");
	ck_assert_int_eq(list[0].end_us, 1000);
	ck_assert_str_eq(list[1].version, "1.22.1");
	ck_assert_int_eq(list[1].end_us, 0);
	ck_assert_int_eq(list[2].start_us, 0);
}
END_TEST

START_TEST(scans_and_accepted_findings_come_along)
{
	struct store_scan scan_record = {.state = STORE_SCAN_RUNNING}, got;
	struct store_accept a = {.addr = dp_addr_v4(NET),
	                         .id = "CVE-2024-0001",
	                         .made_us = 2000,
	                         .until_us = 5000000000,
	                         .reason = "behind the proxy"};
	struct store_host h;

	ck_assert_int_eq(store_scan_begin(shards[0].s, &scan_record, NULL, 1795305600000000), 0);
	ck_assert_int_eq(store_scan_begin(shards[1].s, &scan_record, NULL, 1795305600000000), 0);
	scan(1000);
	ck_assert_int_eq(store_accept_put(shards[1].s, &a), 0);
	ck_assert_uint_eq(import().scans, 2);
	ck_assert_uint_eq(import().scans, 0);
	ck_assert_int_eq(store_scan_get(all.s, "a:s-20261122-01", &got), 0);
	ck_assert_int_eq(store_scan_get(all.s, "b:s-20261122-01", &got), 0);
	ck_assert_int_eq(store_host_get(all.s, &a.addr, &h), 0);
	ck_assert_uint_eq(h.accept_count, 1);
	store_host_fini(&h);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, two_shards_give_what_one_scan_gives);
	tcase_add_test(tc, what_was_taken_is_not_taken_again);
	tcase_add_test(tc, the_service_that_was_seen_last_stays);
	tcase_add_test(tc, scans_and_accepted_findings_come_along);
	return suite_run("import", tc);
}
