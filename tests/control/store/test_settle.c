/* SPDX-License-Identifier: Apache-2.0 */
/* test_settle.c - claims about the change log: what is logged, once, when, and how it is found. */
#include <errno.h>

#include "store_dir.h"
#include "suite.h"

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */

static struct store_dir dir;

static void setup(void)
{
	store_dir_open(&dir);
}

static void teardown(void)
{
	store_dir_remove(&dir);
}

struct log {
	int n;
	struct store_change list[64];
};

static bool remember(void *arg, const struct store_change *c)
{
	struct log *l = arg;

	if (l->n < 64)
		l->list[l->n++] = *c;
	return true;
}

/* Expect the types, each with its ref, of the changes that @filter passes on. */
static void expect(const struct store_change_filter *filter, const char *types)
{
	char all[1024] = "";
	struct log l = {0};

	ck_assert_int_eq(store_find_changes(dir.s, filter, remember, &l), 0);
	for (int i = 0; i < l.n; i++) {
		strcat(all, i > 0 ? " " : "");
		strcat(all, l.list[i].type);
		if (l.list[i].ref[0] != '\0') {
			strcat(all, ":");
			strcat(all, l.list[i].ref);
		}
	}
	ck_assert_str_eq(all, types);
}

static struct store_change_filter all_changes(void)
{
	return (struct store_change_filter){0};
}

static struct record *grabbed(uint16_t port, int64_t t, const char *version)
{
	struct record *r = store_dir_record(NET + 1, port, t);

	store_dir_grab(r, "nginx", version);
	return r;
}

static void expose(struct record *r, const char *id)
{
	struct vd_exposure *e = &r->exposures[r->exposure_count++];

	e->severity = VD_SEV_CRITICAL;
	e->base = 90;
	snprintf(e->id, sizeof(e->id), "%s", id);
}

static bool yes(void *arg, const struct dp_addr *a, uint16_t port, uint8_t transport)
{
	(void)arg, (void)a, (void)port, (void)transport;
	return true;
}

static void finish(const char *id, int64_t end_us)
{
	struct store_scan scan = {.end_us = end_us};

	snprintf(scan.id, sizeof(scan.id), "%s", id);
	ck_assert_int_eq(store_finish(dir.s, &scan, yes, NULL), 0);
	ck_assert_int_eq(store_settle(dir.s, end_us), 0);
}

/* Make the host known, with one service on port 80. */
static void make_known(void)
{
	store_dir_put(&dir, "s-1", grabbed(80, 1000, "1.18.0"));
	finish("s-1", 1500);
}

START_TEST(an_exposure_that_appears_is_logged_and_so_is_its_end)
{
	const struct store_change_filter later = {.after_seq = 2};
	struct record *r = grabbed(80, 2000, "1.18.0");

	make_known();
	expose(r, "redis-no-auth");
	store_dir_put(&dir, "s-2", r);
	finish("s-2", 2500);
	store_dir_put(&dir, "s-3", grabbed(80, 3000, "1.18.0"));
	finish("s-3", 3500);
	expect(&later, "exposure.added:redis-no-auth score.level_changed "
	               "exposure.resolved:redis-no-auth score.level_changed");
}
END_TEST

START_TEST(what_a_port_had_is_resolved_when_it_closes_and_back_when_it_opens)
{
	const struct store_change_filter later = {.after_seq = 2};
	struct record *r = grabbed(80, 1000, "1.18.0");

	store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 75);
	store_dir_vuln(r, "CVE-2024-0002", VD_FIXED, 75);
	expose(r, "rsync-open");
	store_dir_put(&dir, "s-1", r);
	finish("s-1", 1500);
	r = store_dir_record(NET + 1, 80, 2000);
	r->state = RECORD_CLOSED;
	store_dir_put(&dir, "s-2", r);
	finish("s-2", 2500);
	store_dir_put(&dir, "s-3", store_dir_record(NET + 1, 80, 3000));
	finish("s-3", 3500);
	expect(&later, "port.closed vuln.resolved:CVE-2024-0001 exposure.resolved:rsync-open "
	               "host.gone score.level_changed port.reopened "
	               "vuln.added:CVE-2024-0001 exposure.added:rsync-open host.new "
	               "score.level_changed");
}
END_TEST

/* Three batches of one scan pass through three levels; the log has the last one only. */
START_TEST(a_scan_changes_the_level_of_a_host_once)
{
	const struct store_change_filter later = {.after_seq = 2};
	static const uint8_t cvss[] = {50, 75, 98};
	struct log l = {0};

	make_known();
	for (unsigned i = 0; i < 3; i++) {
		struct record *r = grabbed((uint16_t)(81 + i), 2000 + i, "1.18.0");

		store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, cvss[i]);
		store_dir_put(&dir, "s-2", r);
	}
	finish("s-2", 2500);
	expect(&later, "port.opened vuln.added:CVE-2024-0001 port.opened "
	               "vuln.added:CVE-2024-0001 port.opened vuln.added:CVE-2024-0001 "
	               "score.level_changed");
	ck_assert_int_eq(store_find_changes(dir.s, &later, remember, &l), 0);
	ck_assert_str_eq(l.list[6].scan, "s-2");
	ck_assert_int_eq(l.list[6].time_us, 2500);
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

START_TEST(an_identity_learned_later_counts_from_then_on)
{
	const struct store_change_filter later = {.after_seq = 2};
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct store_interval list[8] = {0};
	struct store_host h;

	store_dir_put(&dir, "s-1", store_dir_record(NET + 1, 80, 1000));
	finish("s-1", 1500);
	store_dir_put(&dir, "s-2", grabbed(80, 2000, ""));
	finish("s-2", 2500);
	store_dir_put(&dir, "s-3", grabbed(80, 3000, "1.18.0"));
	finish("s-3", 3500);
	store_dir_put(&dir, "s-4", grabbed(80, 4000, "1.22.1"));
	finish("s-4", 4500);
	expect(&later, "service.identified service.identified service.changed");
	ck_assert_int_eq(store_each_interval(dir.s, &addr, collect, list), 0);
	ck_assert_str_eq(list[0].product, "");
	ck_assert_int_eq(list[0].end_us, 1000);
	ck_assert_int_eq(list[1].start_us, 2000);
	ck_assert_str_eq(list[1].version, "");
	ck_assert_int_eq(list[2].start_us, 3000);
	ck_assert_str_eq(list[2].version, "1.18.0");
	ck_assert_int_eq(list[3].start_us, 4000);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_int_eq(h.services[0]->last_changed_us, 4000);
	ck_assert_int_eq(h.services[0]->opened_us, 1000);
	store_host_fini(&h);
}
END_TEST

START_TEST(what_opened_is_said_once_it_is_known)
{
	const struct store_change_filter later = {.after_seq = 2};
	struct record_sighting seen = {.addr = dp_addr_v4(NET + 1),
	                               .port = 8080,
	                               .transport = 6,
	                               .state = RECORD_OPEN,
	                               .seen_us = 2000};
	struct store_batch b = {.sightings = &seen, .sighting_count = 1};
	struct log l = {0};

	make_known();
	ck_assert_int_eq(store_put_batch(dir.s, "s-2", &b), 0);
	seen.port = 9090;
	ck_assert_int_eq(store_put_batch(dir.s, "s-2", &b), 0);
	expect(&later, "");
	store_dir_put(&dir, "s-2", grabbed(8080, 2100, "1.22.1"));
	finish("s-2", 2500);
	finish("s-2", 2500);
	expect(&later, "port.opened port.opened");
	ck_assert_int_eq(store_find_changes(dir.s, &later, remember, &l), 0);
	ck_assert_uint_eq(l.list[0].port, 8080);
	ck_assert_str_eq(l.list[0].after, "nginx 1.22.1 (http)");
	ck_assert_uint_eq(l.list[1].port, 9090);
	ck_assert_str_eq(l.list[1].after, "open");
}
END_TEST

/* A scan that was killed leaves its hosts unsettled; the begin of the next one settles them. */
START_TEST(what_a_killed_scan_left_is_logged_by_the_next)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING};
	struct log l = {0};

	ck_assert_int_eq(store_scan_begin(dir.s, &scan, NULL, 1795305600000000), 0);
	store_dir_put(&dir, scan.id, store_dir_record(NET + 1, 80, 1000));
	expect(&(struct store_change_filter){0}, "");
	ck_assert_int_eq(store_scan_begin(dir.s, &scan, NULL, 1795305700000000), 0);
	expect(&(struct store_change_filter){0}, "port.opened host.new");
	ck_assert_int_eq(store_each_change(dir.s, 0, 0, remember, &l), 0);
	ck_assert_str_eq(l.list[1].scan, "s-20261122-01");
	ck_assert_int_eq(l.list[1].time_us, 1000);
}
END_TEST

START_TEST(a_filter_finds_what_it_says)
{
	struct store_change_filter f = all_changes();

	for (uint32_t i = 1; i <= 3; i++)
		store_dir_put(&dir, "s-1", store_dir_record(NET + i, 80, 1000 * i));
	finish("s-1", 5000);
	expect(&f, "port.opened host.new port.opened host.new port.opened host.new");
	f.newest_first = true;
	f.before_seq = 3;
	expect(&f, "host.new port.opened");
	f.before_seq = 0;
	f.after_seq = 4;
	expect(&f, "host.new port.opened");
	f.after_seq = 0;
	f.types = store_change_type("host", 4);
	expect(&f, "host.new host.new host.new");
	f.first = f.last = dp_addr_v4(NET + 2);
	expect(&f, "host.new");
	f.types = 0;
	expect(&f, "host.new port.opened");
	f.since_us = 5001;
	expect(&f, "");
	f.since_us = 0;
	f.until_us = 5000;
	expect(&f, "");
	/* What lies before a moment is not passed over, although later changes have earlier times. */
	store_dir_put(&dir, "s-2", store_dir_record(NET + 4, 80, 100));
	finish("s-2", 200);
	f = (struct store_change_filter){.newest_first = true, .since_us = 5000};
	expect(&f, "host.new port.opened host.new port.opened host.new port.opened");
	f.since_us = 5001;
	expect(&f, "");
	ck_assert_uint_eq(store_change_type("port.opened", 11),
	                  store_change_type("port.opened,x", 11));
	ck_assert_uint_eq(store_change_type("nonsense", 8), 0);
	ck_assert_uint_eq(store_change_type("por", 3), 0);
	ck_assert_uint_eq(store_change_type("", 0), 0);
}
END_TEST

/* The score counts one miss as nothing, the second as an end; an answer in between as if it had
 * never been silent. */
START_TEST(one_lost_answer_leaves_no_trace)
{
	const struct store_change_filter later = {.after_seq = 2};
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct store_interval list[8] = {0};

	make_known();
	finish("s-2", 2000);
	store_dir_put(&dir, "s-3", store_dir_record(NET + 1, 80, 3000));
	finish("s-3", 3500);
	expect(&later, "");
	ck_assert_int_eq(store_each_interval(dir.s, &addr, collect, list), 0);
	ck_assert_int_eq(list[0].start_us, 1000);
	ck_assert_int_eq(list[0].end_us, 0);
	ck_assert_int_eq(list[1].start_us, 0);
	finish("s-4", 4000);
	finish("s-5", 5000);
	expect(&later, "port.closed host.gone");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_exposure_that_appears_is_logged_and_so_is_its_end);
	tcase_add_test(tc, what_a_port_had_is_resolved_when_it_closes_and_back_when_it_opens);
	tcase_add_test(tc, a_scan_changes_the_level_of_a_host_once);
	tcase_add_test(tc, an_identity_learned_later_counts_from_then_on);
	tcase_add_test(tc, what_opened_is_said_once_it_is_known);
	tcase_add_test(tc, what_a_killed_scan_left_is_logged_by_the_next);
	tcase_add_test(tc, a_filter_finds_what_it_says);
	tcase_add_test(tc, one_lost_answer_leaves_no_trace);
	return suite_run("settle", tc);
}
