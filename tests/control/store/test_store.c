/* SPDX-License-Identifier: Apache-2.0 */
/* test_store.c - claims about the store: what a sighting, a miss and a full disk do. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "store_db.h"
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

static void read_log(struct log *l)
{
	l->n = 0;
	ck_assert_int_eq(store_each_change(dir.s, 0, 0, remember, l), 0);
	for (int i = 0; i < l->n; i++)
		ck_assert_uint_eq(l->list[i].seq, (uint64_t)i + 1);
}

static void expect_log(const char *types)
{
	char all[1024] = "";
	struct log l;

	read_log(&l);
	for (int i = 0; i < l.n; i++) {
		strcat(all, i > 0 ? " " : "");
		strcat(all, l.list[i].type);
	}
	ck_assert_str_eq(all, types);
}

static bool yes(void *arg, const struct dp_addr *a, uint16_t port, uint8_t transport)
{
	(void)arg, (void)a, (void)port, (void)transport;
	return true;
}

static bool only_port(void *arg, const struct dp_addr *a, uint16_t port, uint8_t transport)
{
	(void)a, (void)transport;
	return port == *(uint16_t *)arg;
}

static void finish(const char *id, int64_t end_us)
{
	struct store_scan scan = {.end_us = end_us};

	snprintf(scan.id, sizeof(scan.id), "%s", id);
	ck_assert_int_eq(store_finish(dir.s, &scan, yes, NULL), 0);
	ck_assert_int_eq(store_settle(dir.s, end_us), 0);
}

static void settle(int64_t end_us)
{
	ck_assert_int_eq(store_settle(dir.s, end_us), 0);
}

START_TEST(what_was_put_is_read_back_whole)
{
	struct record *r = store_dir_record(NET + 1, 80, 1000);
	struct dp_addr addr = r->addr;
	struct store_host h;

	store_dir_grab(r, "nginx", "1.18.0");
	vd_facts_add(r->facts, "ssl.san", "a\0b", 3);
	store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 75);
	r->verdicts[0].epss = 0.25F;
	r->candidates = 131; /* of the product; the verdict is on a library beside it */
	r->exposure_count = 1;
	r->exposures[0] =
		(struct vd_exposure){.id = "weak-tls", .severity = VD_SEV_LOW, .base = 30};
	r->reply.rtt_us = 812;
	store_dir_put(&dir, "s-1", r);

	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.service_count, 1);
	r = h.services[0];
	ck_assert_int_eq(r->first_seen_us, 1000);
	ck_assert_str_eq(r->scan, "s-1");
	ck_assert_str_eq(r->identity.product, "nginx");
	ck_assert_uint_eq(r->reply.rtt_us, 812);
	ck_assert_mem_eq(vd_facts_get(r->facts, "ssl.san")->value, "a\0b", 4);
	ck_assert_uint_eq(r->verdict_count, 1);
	ck_assert_str_eq(r->verdicts[0].cve, "CVE-2024-0001");
	ck_assert_float_eq_tol(r->verdicts[0].epss, 0.25F, 1e-6F);
	ck_assert_int_eq(r->verdict_first_seen_us[0], 1000);
	ck_assert_uint_eq(r->candidates, 131);
	ck_assert_str_eq(r->exposures[0].id, "weak-tls");
	ck_assert_uint_ge(h.score.value, 50);
	store_host_fini(&h);
	ck_assert_int_eq(store_host_get(dir.s, &(struct dp_addr){{1}}, &h), -ENOENT);
}
END_TEST

START_TEST(an_answered_ping_makes_a_host_known_and_no_port)
{
	struct record *r = store_dir_record(NET + 1, 0, 1000);
	struct dp_addr addr = r->addr;
	struct store_host h;

	r->transport = DP_TRANSPORT_ICMP;
	store_dir_put(&dir, "s-1", r);
	settle(1000);
	expect_log("host.new");
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.service_count, 1);
	ck_assert_uint_eq(h.score.value, 0);
	ck_assert_uint_eq(h.score.reason_count, 0);
	store_host_fini(&h);
	finish("s-2", 2000);
	finish("s-3", 3000);
	expect_log("host.new host.gone");
}
END_TEST

START_TEST(a_service_seen_twice_by_one_scan_changes_nothing)
{
	for (int i = 0; i < 3; i++) {
		struct record *r = store_dir_record(NET + 1, 80, 1000 + i);

		if (i > 0) {
			store_dir_grab(r, "nginx", "1.18.0");
			store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 75);
		}
		store_dir_put(&dir, "s-1", r);
	}
	/* The opening waits for the grab, which says what it is; the second grab finds nothing new.
	 * Of a new host, the sum is logged. */
	expect_log("port.opened");
	settle(2000);
	settle(2000);
	expect_log("port.opened host.new");
}
END_TEST

START_TEST(a_service_that_answers_no_more_is_missing_then_back)
{
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct store_host h;

	store_dir_put(&dir, "s-1", store_dir_record(NET + 1, 80, 1000));
	finish("s-1", 1500);
	finish("s-2", 2000);
	finish("s-2", 2000); /* an interrupted pass runs again */
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_int_eq(h.services[0]->state, RECORD_MISSING);
	ck_assert_uint_gt(h.score.value, 0); /* one lost answer is no evidence */
	store_host_fini(&h);
	expect_log("port.opened host.new");
	finish("s-3", 3000);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_int_eq(h.services[0]->state, RECORD_MISSING);
	ck_assert_uint_eq(h.services[0]->misses, 2);
	ck_assert_int_eq(h.services[0]->last_seen_us, 1000);
	ck_assert_uint_eq(h.score.value, 0);
	store_host_fini(&h);
	store_dir_put(&dir, "s-4", store_dir_record(NET + 1, 80, 4000));
	settle(4000);
	expect_log("port.opened host.new port.closed host.gone port.reopened host.new");
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.services[0]->misses, 0);
	ck_assert_int_eq(h.services[0]->first_seen_us, 1000);
	ck_assert_int_eq(h.services[0]->opened_us, 4000);
	store_host_fini(&h);
}
END_TEST

START_TEST(what_a_scan_did_not_cover_is_not_missed)
{
	struct store_scan scan = {.id = "s-2", .end_us = 2000};
	uint16_t port = 443;
	struct store_host h;
	struct dp_addr addr = dp_addr_v4(NET + 1);

	store_dir_put(&dir, "s-1", store_dir_record(NET + 1, 80, 1000));
	store_dir_put(&dir, "s-1", store_dir_record(NET + 1, 443, 1000));
	ck_assert_int_eq(store_finish(dir.s, &scan, only_port, &port), 0);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_int_eq(h.services[0]->state, RECORD_OPEN);
	ck_assert_int_eq(h.services[1]->state, RECORD_MISSING);
	store_host_fini(&h);
}
END_TEST

static void note(void *arg, const struct dp_addr *addr, bool middlebox, bool fragile)
{
	(void)addr;
	(void)fragile;
	*(int *)arg += middlebox;
}

/* Store a scan that saw @port of host 1 and that flags this host, or not. Returns how many hosts
 * are flagged then. */
static int flagged_after(const char *id, int64_t t, uint16_t port, bool middlebox)
{
	struct dp_addr addr = dp_addr_v4(0xc6120001), other = dp_addr_v4(0xc6120002);
	struct record_sighting seen = {
		.addr = addr, .port = port, .transport = 6, .state = RECORD_OPEN, .seen_us = t};
	struct store_flag flags[] = {{addr, middlebox}, {other, true}};
	struct store_batch b = {
		.sightings = &seen, .sighting_count = 1, .flags = flags, .flag_count = 2};
	int n = 0;

	ck_assert_int_eq(store_put_batch(dir.s, id, &b), 0);
	ck_assert_int_eq(store_each_flagged(dir.s, note, &n), 0);
	return n;
}

START_TEST(a_flagged_host_keeps_its_ports_until_the_flag_goes)
{
	struct dp_addr addr = dp_addr_v4(0xc6120001), other = dp_addr_v4(0xc6120002);
	struct store_host h;

	/* the other host is not in the database, so its flag is ignored */
	ck_assert_int_eq(flagged_after("s-1", 1000, 22, true), 1);
	ck_assert_int_eq(store_host_get(dir.s, &other, &h), -ENOENT);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert(h.middlebox && h.truncated);
	store_host_fini(&h);
	ck_assert_int_eq(flagged_after("s-2", 2000, 80, true), 1);
	finish("s-2", 2500);
	expect_log("port.opened host.new port.opened");
	ck_assert_int_eq(flagged_after("s-3", 3000, 80, false), 0);
	finish("s-3", 3500);
	ck_assert_int_eq(flagged_after("s-4", 4000, 80, false), 0);
	finish("s-4", 4500);
	expect_log("port.opened host.new port.opened port.closed");
}
END_TEST

START_TEST(a_reset_closes_what_was_open_and_nothing_else)
{
	struct record *r = store_dir_record(NET + 1, 80, 2000);
	struct dp_addr r_addr = r->addr;
	struct store_host h;

	r->state = RECORD_CLOSED;
	store_dir_put(&dir, "s-1", r); /* the port was never open: it is not stored */
	ck_assert_int_eq(store_host_get(dir.s, &r_addr, &h), -ENOENT);
	expect_log("");
	store_dir_put(&dir, "s-1", store_dir_record(NET + 1, 80, 3000));
	r = store_dir_record(NET + 1, 80, 4000);
	r->state = RECORD_CLOSED;
	store_dir_put(&dir, "s-2", r);
	settle(4000);
	expect_log("port.opened host.new port.closed host.gone");
}
END_TEST

START_TEST(port_only_and_silent_grabs_keep_the_identity)
{
	struct record *r = store_dir_record(NET + 1, 80, 1000);
	struct dp_addr addr = r->addr;
	struct store_host h;

	store_dir_grab(r, "nginx", "1.18.0");
	store_dir_put(&dir, "s-1", r);
	store_dir_put(&dir, "s-2", store_dir_record(NET + 1, 80, 2000));
	r = store_dir_record(NET + 1, 80, 2001);
	r->grabbed = true;
	store_dir_put(&dir, "s-2", r);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_str_eq(h.services[0]->identity.version, "1.18.0");
	ck_assert(h.services[0]->grabbed);
	ck_assert_int_eq(h.services[0]->last_seen_us, 2001);
	store_host_fini(&h);
	settle(3000);
	expect_log("port.opened host.new");
}
END_TEST

static uint8_t stored_ask(const struct dp_addr *addr, bool *fragile)
{
	struct store_host h;
	uint8_t ask;

	ck_assert_int_eq(store_host_get(dir.s, addr, &h), 0);
	ck_assert_uint_eq(h.service_count, 1);
	ask = h.services[0]->ask;
	*fragile = h.fragile;
	store_host_fini(&h);
	return ask;
}

static void sight(const char *scan, uint16_t port, int64_t t, enum record_ask ask)
{
	struct record_sighting seen = {.addr = dp_addr_v4(NET + 1),
	                               .port = port,
	                               .transport = 6,
	                               .state = RECORD_OPEN,
	                               .ask = (uint8_t)ask,
	                               .seen_us = t};
	struct store_batch b = {.sightings = &seen, .sighting_count = 1};

	ck_assert_int_eq(store_put_batch(dir.s, scan, &b), 0);
}

/* The newest scan decides whether the port counts as asked. A port that was not asked has the
 * service that usually has its number. */
START_TEST(whether_a_port_was_asked_is_kept)
{
	struct record *r = store_dir_record(NET + 1, 9100, 1000);
	struct dp_addr addr = r->addr;
	struct store_host h;
	bool fragile;

	r->ask = RECORD_UNASKED_FRAGILE;
	strcpy(r->identity.service, "jetdirect");
	strcpy(r->identity.service_source, "port");
	store_dir_put(&dir, "s-1", r);
	ck_assert_uint_eq(stored_ask(&addr, &fragile), RECORD_UNASKED_FRAGILE);
	ck_assert(!fragile); /* the number of a port does not show a device */
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_str_eq(h.services[0]->identity.service, "jetdirect");
	ck_assert(!h.services[0]->grabbed);
	store_host_fini(&h);
	sight("s-2", 9100, 2000, RECORD_UNASKED_OFF);
	ck_assert_uint_eq(stored_ask(&addr, &fragile), RECORD_UNASKED_OFF);
	sight("s-3", 9100, 3000, RECORD_ASK_UNKNOWN);
	ck_assert_uint_eq(stored_ask(&addr, &fragile), RECORD_ASK_UNKNOWN);
	r = store_dir_record(NET + 1, 9100, 3001);
	r->ask = RECORD_ASKED;
	store_dir_put(&dir, "s-3", r);
	ck_assert_uint_eq(stored_ask(&addr, &fragile), RECORD_ASKED);
}
END_TEST

/* The answer of the device sets the flag. The flag goes with the last open port, because another
 * device may get the address. */
START_TEST(a_fragile_device_is_remembered_until_it_is_gone)
{
	struct record *r = store_dir_record(NET + 1, 80, 1000);
	struct dp_addr addr = r->addr;
	bool fragile;

	store_dir_grab(r, "Simatic", "1.0");
	strcpy(r->identity.device, "plc");
	store_dir_put(&dir, "s-1", r);
	stored_ask(&addr, &fragile);
	ck_assert(fragile);
	sight("s-2", 80, 2000, RECORD_UNASKED_OFF);
	stored_ask(&addr, &fragile);
	ck_assert(fragile);
	r = store_dir_record(NET + 1, 80, 3000);
	r->state = RECORD_CLOSED;
	store_dir_put(&dir, "s-3", r);
	stored_ask(&addr, &fragile);
	ck_assert(!fragile);
}
END_TEST

static bool count_intervals(void *arg, const struct store_interval *i)
{
	struct store_interval *out = arg;

	while (out->start_us != 0)
		out++;
	*out = *i;
	return true;
}

START_TEST(a_new_version_and_a_new_certificate_are_changes)
{
	struct store_interval list[8] = {0};
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct log l;
	char scan[16];

	for (int i = 0; i < 3; i++) {
		struct record *r = store_dir_record(NET + 1, 443, 1000 * (i + 1));

		store_dir_grab(r, "nginx", i == 0 ? "1.18.0" : "1.22.1");
		store_dir_vuln(r, "CVE-2024-0001", i == 0 ? VD_AFFECTED : VD_FIXED, 98);
		store_dir_vuln(r, "CVE-2024-0002", i == 2 ? VD_AFFECTED : VD_POSSIBLE, 98);
		vd_facts_addf(r->facts, "ssl.sha256", "%064d", i < 2);
		snprintf(scan, sizeof(scan), "s-%d", i + 1);
		store_dir_put(&dir, scan, r);
		settle(1000 * (i + 1));
	}
	read_log(&l);
	expect_log("port.opened host.new service.changed vuln.resolved score.level_changed "
	           "cert.changed vuln.added score.level_changed");
	ck_assert_str_eq(l.list[0].after, "nginx 1.18.0 (http)");
	ck_assert_str_eq(l.list[0].is,
	                 "state\topen\nservice\thttp\nproduct\tnginx\nversion\t1.18.0\n");
	ck_assert_str_eq(l.list[1].after, "1 open, 1 affected, 1 possible, Dangerous (80)");
	ck_assert_str_eq(l.list[2].before, "nginx 1.18.0 (http)");
	ck_assert_str_eq(l.list[2].after, "nginx 1.22.1 (http)");
	ck_assert_str_eq(l.list[3].ref, "CVE-2024-0001");
	ck_assert_str_eq(l.list[3].before, "CVE-2024-0001 affected critical 9.8");
	ck_assert_str_eq(l.list[3].after, "CVE-2024-0001 fixed critical 9.8");
	ck_assert_str_eq(l.list[6].before, "CVE-2024-0002 possible critical 9.8");
	ck_assert_str_eq(l.list[6].cause, "scan");
	ck_assert_int_eq(store_each_interval(dir.s, &addr, count_intervals, list), 0);
	ck_assert_int_eq(list[0].start_us, 1000);
	ck_assert_int_eq(list[0].end_us, 1000);
	ck_assert_str_eq(list[0].version, "1.18.0");
	ck_assert_str_eq(list[0].service, "http");
	ck_assert_int_eq(strtol(list[0].ssl_sha256, NULL, 10), 1);
	ck_assert_int_eq(list[1].start_us, 2000);
	ck_assert_uint_eq(strlen(list[1].ssl_sha256), 64);
	ck_assert_int_eq(strtol(list[1].ssl_sha256, NULL, 10), 0);
	ck_assert_int_eq(list[1].end_us, 0);
	ck_assert_str_ne(list[0].fingerprint, list[1].fingerprint);
	ck_assert_int_eq(list[2].start_us, 0);
}
END_TEST

START_TEST(an_accepted_finding_leaves_the_score_until_its_date)
{
	struct record *r = store_dir_record(NET + 1, 80, 1000);
	struct store_accept a = {.addr = r->addr,
	                         .port = 80,
	                         .id = "CVE-2024-0001",
	                         .made_us = 2000,
	                         .until_us = 5000,
	                         .reason = "behind the proxy"};
	struct store_host h;
	uint8_t before;

	store_dir_grab(r, "nginx", "1.18.0");
	store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 98);
	store_dir_put(&dir, "s-1", r);
	ck_assert_int_eq(store_host_get(dir.s, &a.addr, &h), 0);
	before = h.score.value;
	store_host_fini(&h);
	ck_assert_int_eq(store_accept_put(dir.s, &a), 0);
	ck_assert_int_eq(store_host_get(dir.s, &a.addr, &h), 0);
	ck_assert_uint_lt(h.score.value, before);
	ck_assert_uint_eq(h.services[0]->verdict_count, 1);
	ck_assert_uint_eq(h.accept_count, 1);
	ck_assert_str_eq(h.accepts[0].reason, "behind the proxy");
	store_host_fini(&h);
	store_dir_put(&dir, "s-2", store_dir_record(NET + 1, 80, 6000)); /* @a has expired */
	ck_assert_int_eq(store_host_get(dir.s, &a.addr, &h), 0);
	ck_assert_uint_eq(h.score.value, before);
	store_host_fini(&h);
	ck_assert_int_eq(store_accept_remove(dir.s, &a, 7000), 0);
	ck_assert_int_eq(store_accept_remove(dir.s, &a, 7000), -ENOENT);
}
END_TEST

static bool count(void *arg, const struct record *r)
{
	(void)r;
	(*(size_t *)arg)++;
	return true;
}

static size_t services(void)
{
	size_t n = 0;

	ck_assert_int_eq(store_each(dir.s, NULL, count, &n), 0);
	return n;
}

/* 64 records of 60 KB each, in one batch. */
static int put_big(uint32_t net)
{
	static char junk[60000];
	struct record *list[64];
	int ret;

	memset(junk, 'x', sizeof(junk));
	for (int i = 0; i < 64; i++) {
		list[i] = store_dir_record(net + (uint32_t)i, 80, 1000);
		store_dir_grab(list[i], "nginx", "1");
		vd_facts_add(list[i]->facts, "http.body", junk, sizeof(junk));
	}
	ret = store_dir_put_all(&dir, "s-1", list, 64);
	for (int i = 0; i < 64; i++)
		record_free(list[i]);
	return ret;
}

START_TEST(the_map_grows_by_itself)
{
	for (uint32_t i = 0; i < 24; i++) /* 92 MB; the map begins with 64 MiB */
		ck_assert_int_eq(put_big(NET + i * 64), 0);
	ck_assert_uint_eq(services(), 24 * 64);
}
END_TEST

START_TEST(a_full_disk_keeps_what_was_committed)
{
	struct rlimit limit = {8 << 20, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
	size_t before;
	int ret = 0, n = 0;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (; ret == 0 && n < 8; n++) /* 3.8 MB each */
		ret = put_big(NET + (uint32_t)n * 64);
	ck_assert_int_eq(ret, -ENOSPC);
	before = services();
	ck_assert_uint_eq(before, (size_t)(n - 1) * 64);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	ck_assert_int_eq(put_big(NET + 0x1000), 0);
	ck_assert_uint_eq(services(), before + 64);
}
END_TEST

START_TEST(one_process_writes_and_the_other_is_told_who)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING};
	int status;
	pid_t pid;

	ck_assert_int_eq(store_scan_begin(dir.s, &scan, NULL, 1795305600000000), 0);
	ck_assert_str_eq(scan.id, "s-20261122-01");
	pid = fork();
	if (pid == 0) {
		struct error err;
		struct store *s;
		int ret = store_open(dir.path, STORE_WRITE, &s, &err);

		_exit(ret == -EBUSY && strstr(err.text, "s-20261122-01") != NULL &&
		                      strstr(err.text, "pid ") != NULL
		              ? 0
		              : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_killed_writer_leaves_all_it_acknowledged)
{
	struct error err;
	int status;
	pid_t pid;

	store_close(dir.s);
	dir.s = NULL;
	pid = fork();
	if (pid == 0) {
		if (store_open(dir.path, STORE_WRITE, &dir.s, &err) != 0 || put_big(NET) != 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(store_open(dir.path, STORE_WRITE, &dir.s, &err), 0);
	ck_assert_uint_eq(services(), 64);
}
END_TEST

START_TEST(scans_are_numbered_by_day_and_read_back)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING, .workers = 2}, got;

	strcpy(scan.command, "sonde scan 198.18.0.0/15");
	ck_assert_int_eq(store_scan_begin(dir.s, &scan, NULL, 1795305600000000), 0);
	ck_assert_int_eq(store_scan_begin(dir.s, &scan, NULL, 1795305600000001), 0);
	ck_assert_str_eq(scan.id, "s-20261122-02");
	scan.progress[1] = 77;
	scan.stats.open = 5;
	scan.stats.rate_pps = 1000.5;
	store_scan_sample(&scan, 1795305601000000, 70);
	store_scan_sample(&scan, 1795305602000000, 77);
	ck_assert_int_eq(store_scan_update(dir.s, &scan), 0);
	ck_assert_int_eq(store_scan_get(dir.s, "", &got), 0);
	ck_assert_str_eq(got.id, scan.id);
	ck_assert_str_eq(got.command, scan.command);
	ck_assert_uint_eq(got.progress[1], 77);
	ck_assert_uint_eq(got.stats.open, 5);
	ck_assert_double_eq(got.stats.rate_pps, 1000.5);
	ck_assert_uint_eq(got.sample_count, 2);
	ck_assert_uint_eq(got.samples[1].done, 77);
	ck_assert_int_eq(got.samples[1].time_us, 1795305602000000);
	ck_assert_int_eq(store_scan_get(dir.s, "s-19700101-01", &got), -ENOENT);
}
END_TEST

/* Write a checkpoint in an older format, which has the counters as a list without names
 * (store_scan.c). */
static int put_old_scan(struct store *s, MDB_txn *txn, void *arg)
{
	struct bytes b = {0};
	MDB_val key = store_val("s-20200101-01", 13), value;
	int ret;

	(void)arg;
	bytes_put_int(&b, 2, 1); /* format */
	bytes_put_int(&b, STORE_SCAN_STOPPED, 1);
	bytes_put_int(&b, 1000, 8); /* start, end */
	bytes_put_int(&b, 2000, 8);
	bytes_put_text(&b, "operator");
	bytes_put_text(&b, "0.1");
	bytes_put_int(&b, 4, 2);
	bytes_put(&b, "scan", 4);
	bytes_put(&b, "0123456789abcdef", 16); /* key */
	bytes_put_int(&b, 7, 8);               /* digest */
	for (unsigned i = 0; i < 3; i++)
		bytes_put_int(&b, i, 4); /* shard, shards, passes */
	bytes_put_int(&b, 1, 4);
	bytes_put_int(&b, 77, 8); /* workers, progress */
	for (unsigned i = 0; i < 15; i++)
		bytes_put_int(&b, 100 + i, 8); /* targets, sent, ... nic_errors */
	bytes_put_int(&b, 5000, 8);            /* rate */
	bytes_put_int(&b, 1000000, 8);
	bytes_put_int(&b, 0, 4); /* samples */
	value = store_val(b.data, b.len);
	ret = mdb_put(txn, s->dbi[DB_SCAN], &key, &value, 0);
	bytes_fini(&b);
	return ret;
}

START_TEST(a_checkpoint_of_an_older_version_is_read)
{
	struct store_scan got;

	ck_assert_int_eq(store_write(dir.s, put_old_scan, NULL), 0);
	ck_assert_int_eq(store_scan_get(dir.s, "s-20200101-01", &got), 0);
	ck_assert_uint_eq(got.progress[0], 77);
	ck_assert_uint_eq(got.stats.targets, 100);
	ck_assert_uint_eq(got.stats.sent, 101);
	ck_assert_uint_eq(got.stats.skipped_noroute, 103);
	ck_assert_uint_eq(got.stats.open, 109);
	ck_assert_uint_eq(got.stats.nic_errors, 114);
	ck_assert_uint_eq(got.stats.extra, 0);
	ck_assert_double_eq(got.stats.rate_pps, 5);
}
END_TEST

/* Every row of DP_COUNTERS is in a checkpoint. */
START_TEST(a_checkpoint_has_every_counter)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING, .workers = 1}, got;
	uint64_t n = 1;

	scan.stats.targets = n++;
#define SET(name, object) scan.stats.name = n++;
	DP_COUNTERS(SET)
#undef SET
	ck_assert_int_eq(store_scan_begin(dir.s, &scan, NULL, 1795305600000000), 0);
	ck_assert_int_eq(store_scan_get(dir.s, "", &got), 0);
	ck_assert_uint_eq(got.stats.targets, scan.stats.targets);
#define SAME(name, object) ck_assert_uint_eq(got.stats.name, scan.stats.name);
	DP_COUNTERS(SAME)
#undef SAME
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
	struct error err;
	struct store *s;
	char file[128];
	FILE *f;

	ck_assert_int_eq(store_open("/nonexistent/x", STORE_READ, &s, &err), -ENOENT);
	store_close(dir.s);
	dir.s = NULL;
	snprintf(file, sizeof(file), "%s/data.mdb", dir.path);
	f = fopen(file, "w");
	for (int i = 0; i < 10000; i++)
		fputs("not a database. ", f);
	fclose(f);
	ck_assert_int_eq(store_open(dir.path, STORE_READ, &s, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, dir.path));
}
END_TEST

/* As an older or newer Sonde leaves it: with other sub-databases, too. */
static int become_format(struct store *s, MDB_txn *txn, void *arg)
{
	MDB_val key = store_val("format", 6), value = store_val(arg, 4);
	int ret = mdb_put(txn, s->dbi[DB_META], &key, &value, 0);

	return ret == 0 ? mdb_drop(txn, s->dbi[DB_ACCEPT], 1) : ret;
}

START_TEST(a_database_of_another_version_is_named)
{
	static const enum store_mode modes[] = {STORE_READ, STORE_WRITE};
	uint8_t other[4] = {STORE_FORMAT + 7};
	char was[32], is[32];

	snprintf(was, sizeof(was), "of format %d,", STORE_FORMAT + 7);
	snprintf(is, sizeof(is), "has format %d:", STORE_FORMAT);
	ck_assert_int_eq(store_write(dir.s, become_format, other), 0);
	store_close(dir.s);
	dir.s = NULL;
	for (size_t i = 0; i < 2; i++) {
		struct error err = {""};

		ck_assert_int_eq(store_open(dir.path, modes[i], &dir.s, &err), -EINVAL);
		ck_assert_msg(strstr(err.text, dir.path) != NULL, "%s", err.text);
		ck_assert_msg(strstr(err.text, was) != NULL, "%s", err.text);
		ck_assert_msg(strstr(err.text, is) != NULL, "%s", err.text);
		ck_assert_msg(strstr(err.text, "--db") != NULL, "%s", err.text);
	}
}
END_TEST

START_TEST(a_reader_follows_a_map_that_grows)
{
	struct error err;
	int status;
	pid_t pid;

	store_dir_put(&dir, "s-1", store_dir_record(NET + 1, 80, 1000));
	store_close(dir.s);
	ck_assert_int_eq(store_open(dir.path, STORE_READ, &dir.s, &err), 0);
	ck_assert_uint_eq(services(), 1);
	pid = fork();
	if (pid == 0) { /* another process, which needs its own handle */
		if (store_open(dir.path, STORE_WRITE, &dir.s, &err) != 0)
			_exit(1);
		for (uint32_t i = 0; i < 24; i++)
			if (put_big(NET + i * 64) != 0)
				_exit(2);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(services(), 24 * 64); /* the map has grown under the reader */
}
END_TEST

/* More words than a record has room for. */
START_TEST(a_scan_keeps_a_command_line_of_any_length)
{
	struct store_words words = {malloc(200000), 200000}, got;
	struct store_scan scan = {.state = STORE_SCAN_RUNNING}, bare = scan;

	for (size_t i = 0; i < words.len; i++)
		words.text[i] = i % 10 == 9 ? '\0' : (char)('a' + i % 26);
	ck_assert_int_eq(store_scan_begin(dir.s, &scan, &words, 1795305600000000), 0);
	ck_assert_int_eq(store_scan_begin(dir.s, &bare, NULL, 1795305600000000), 0);
	ck_assert_int_eq(store_scan_words(dir.s, scan.id, &got), 0);
	ck_assert_uint_eq(got.len, words.len);
	ck_assert_mem_eq(got.text, words.text, words.len);
	free(got.text);
	ck_assert_int_eq(store_scan_words(dir.s, bare.id, &got), -ENOENT);
	free(words.text);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_was_put_is_read_back_whole);
	tcase_add_test(tc, an_answered_ping_makes_a_host_known_and_no_port);
	tcase_add_test(tc, a_service_seen_twice_by_one_scan_changes_nothing);
	tcase_add_test(tc, a_service_that_answers_no_more_is_missing_then_back);
	tcase_add_test(tc, what_a_scan_did_not_cover_is_not_missed);
	tcase_add_test(tc, a_flagged_host_keeps_its_ports_until_the_flag_goes);
	tcase_add_test(tc, a_reset_closes_what_was_open_and_nothing_else);
	tcase_add_test(tc, port_only_and_silent_grabs_keep_the_identity);
	tcase_add_test(tc, whether_a_port_was_asked_is_kept);
	tcase_add_test(tc, a_fragile_device_is_remembered_until_it_is_gone);
	tcase_add_test(tc, a_new_version_and_a_new_certificate_are_changes);
	tcase_add_test(tc, an_accepted_finding_leaves_the_score_until_its_date);
	tcase_add_test(tc, the_map_grows_by_itself);
	tcase_add_test(tc, a_full_disk_keeps_what_was_committed);
	tcase_add_test(tc, one_process_writes_and_the_other_is_told_who);
	tcase_add_test(tc, a_killed_writer_leaves_all_it_acknowledged);
	tcase_add_test(tc, scans_are_numbered_by_day_and_read_back);
	tcase_add_test(tc, a_checkpoint_of_an_older_version_is_read);
	tcase_add_test(tc, a_checkpoint_has_every_counter);
	tcase_add_test(tc, what_is_no_database_is_refused);
	tcase_add_test(tc, a_database_of_another_version_is_named);
	tcase_add_test(tc, a_reader_follows_a_map_that_grows);
	tcase_add_test(tc, a_scan_keeps_a_command_line_of_any_length);
	return suite_run("store", tc);
}
