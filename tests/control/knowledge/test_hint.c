/* SPDX-License-Identifier: Apache-2.0 */
/* test_hint.c - claims about services that are judged by what their host tells: in a scan, whatever the
 * order in which they come, in a rematch, and in the log. */
#include "bytes.h"
#include "enrich.h"
#include "judge.h"
#include "rematch.h"
#include "splitmix.h"
#include "store_dir.h"
#include "suite.h"

static const uint32_t HOST = 0xc6120001;                 /* 198.18.0.1 */
static const int64_t T0 = INT64_C(1796000000) * 1000000; /* 2026-11-30 */

enum { SERVICES = 7 };

/* What a Debian 12 says. nginx, Exim and Redis show no mark of a package. */
static const struct service {
	uint16_t port;
	const char *hint, *bytes;
} lab[SERVICES] = {
	{22, "ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"},
	{25, "smtp", "220 mail.example.net ESMTP Exim 4.96 Mon, 30 Nov 2026 10:00:00 +0000\r\n"},
	{80, "http", "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n"},
	{443, "http", "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nVia: 1.1 x\r\n\r\n"},
	{2222, "ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"},
	{8080, "http", "HTTP/1.1 200 OK\r\nServer: Apache/2.4.71 (Debian)\r\n\r\n"},
	{8081, "http", "HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\n\r\n"},
};

static struct vulndb *db;
static struct enricher *enricher;
static struct judge *judge;
static struct store_judge by;
static struct store_dir dir;

static void open_database(void)
{
	struct store_stamp knowledge;

	store_dir_open(&dir);
	rematch_stamp(db, &knowledge);
	ck_assert_int_eq(store_stamp(dir.s, &knowledge), 0);
	store_judge_by(dir.s, &by);
}

static void setup(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
	ck_assert_int_eq(enricher_new(db, &enricher), 0);
	ck_assert_int_eq(judge_new(db, 0, &judge), 0);
	by = judge_source(judge, NULL);
	open_database();
}

static void teardown(void)
{
	store_dir_remove(&dir);
	judge_free(judge);
	judge_free(NULL);
	enricher_free(enricher);
	vulndb_close(db);
}

/* ---- a scan ---- */

/* What the pipeline hands over: it knows nothing of the host's other services. */
static struct record *grabbed(const struct service *s, int64_t t)
{
	struct record *r = store_dir_record(HOST, s->port, t);

	vd_decode(s->hint, s->bytes, strlen(s->bytes), r->facts);
	r->reply.ttl = 64;
	r->grabbed = true;
	r->ask = RECORD_ASKED;
	enrich_reply_facts(r);
	ck_assert_int_eq(enrich_record(enricher, r, t), 0);
	return r;
}

static bool yes(void *arg, const struct dp_addr *a, uint16_t port, uint8_t transport)
{
	(void)arg, (void)a, (void)port, (void)transport;
	return true;
}

static void settle(const char *scan, int64_t t)
{
	struct store_scan s = {.end_us = t};

	snprintf(s.id, sizeof(s.id), "%s", scan);
	ck_assert_int_eq(store_finish(dir.s, &s, yes, NULL), 0);
	ck_assert_int_eq(store_settle(dir.s, t), 0);
}

/* Scan the first @n services of @list in an order and in batches by @seed. */
static void scan(const char *id, const struct service *list, size_t n, int64_t t, uint64_t seed)
{
	struct record *all[SERVICES];
	size_t at[SERVICES], done = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = splitmix(&seed) % (i + 1);

		at[i] = at[k];
		at[k] = i;
	}
	for (size_t i = 0; i < n; i++)
		all[i] = grabbed(&list[at[i]], t);
	while (done < n) {
		size_t k = 1 + splitmix(&seed) % (n - done);

		ck_assert_int_eq(store_dir_put_all(&dir, id, all + done, k), 0);
		done += k;
	}
	for (size_t i = 0; i < n; i++)
		record_free(all[i]);
	settle(id, t + 1000);
}

/* ---- what is in the database ---- */

static struct store_host host;

static const struct record *service(uint16_t port)
{
	struct dp_addr addr = dp_addr_v4(HOST);

	store_host_fini(&host);
	memset(&host, 0, sizeof(host));
	ck_assert_int_eq(store_host_get(dir.s, &addr, &host), 0);
	for (size_t i = 0; i < host.service_count; i++)
		if (host.services[i]->port == port)
			return host.services[i];
	ck_abort_msg("port %u", port);
	return NULL;
}

static void expect_hint(uint16_t port, uint16_t teller)
{
	const struct vd_hint *h = &service(port)->identity.hint;

	ck_assert_msg(h->port == teller, "port %u: told by %u, not by %u", port, h->port, teller);
	ck_assert_str_eq(h->distro, teller != 0 ? "debian" : "");
	ck_assert_str_eq(h->release, teller != 0 ? "12" : "");
}

/* A digest of all that the database says of the host. */
struct state {
	uint8_t identity[SERVICES][16], verdicts[SERVICES][16];
	uint8_t exposures[SERVICES], score, level;
	size_t count;
};

static void read_state(struct state *s)
{
	memset(s, 0, sizeof(*s));
	service(22);
	s->count = host.service_count;
	s->score = host.score.value;
	s->level = host.score.level;
	for (size_t i = 0; i < host.service_count; i++) {
		const struct record *r = host.services[i];
		struct bytes b = {0};

		record_encode_identity(&r->identity, &b);
		record_verdict_hash(b.data, b.len, s->identity[i]);
		bytes_fini(&b);
		ck_assert_int_eq(record_verdict_key(&(struct record_verdicts){r->verdicts,
		                                                              r->verdict_count,
		                                                              r->candidates},
		                                    s->verdicts[i]),
		                 0);
		s->exposures[i] = (uint8_t)r->exposure_count;
	}
}

struct log {
	unsigned vulns, by_host, by_db, rest;
};

static bool count(void *arg, const struct store_change *c)
{
	struct log *l = arg;
	bool vuln = strncmp(c->type, "vuln.", 5) == 0;

	l->vulns += vuln;
	l->by_host += vuln && strcmp(c->cause, "host") == 0;
	l->by_db += vuln && strcmp(c->cause, "db") == 0;
	l->rest += !vuln;
	return true;
}

static struct log log_since(uint64_t seq)
{
	struct log l = {0};

	ck_assert_int_eq(store_each_change(dir.s, seq, 0, count, &l), 0);
	return l;
}

static uint64_t last(void)
{
	uint64_t seq;

	ck_assert_int_eq(store_change_last(dir.s, &seq), 0);
	return seq;
}

static unsigned fixed_verdicts(uint16_t port)
{
	const struct record *r = service(port);
	unsigned n = 0;

	for (uint32_t i = 0; i < r->verdict_count; i++)
		n += r->verdicts[i].kind == VD_FIXED;
	return n;
}

static void close_port(const char *id, uint16_t port, int64_t t)
{
	struct record *r = store_dir_record(HOST, port, t);

	r->state = RECORD_CLOSED;
	store_dir_put(&dir, id, r);
}

/* ---- claims ---- */

START_TEST(a_service_is_judged_by_what_its_host_tells)
{
	const struct record *r;

	scan("s-1", lab, SERVICES, T0, 1);
	expect_hint(22, 0);
	expect_hint(25, 22);
	expect_hint(80, 22);
	expect_hint(443, 0);  /* through a proxy */
	expect_hint(2222, 0); /* its own mark */
	expect_hint(8081, 0); /* Debian 12 does not ship that version */
	r = service(80);
	ck_assert_uint_gt(r->verdict_count, 0);
	for (uint32_t i = 0; i < r->verdict_count; i++) {
		const struct vd_verdict *v = &r->verdicts[i];

		ck_assert_msg(strstr(v->why, "22/tcp tells debian:bookworm") != NULL, "%s: %s",
		              v->cve, v->why);
		ck_assert(v->kind != VD_FIXED || v->confidence == 60);
	}
	r = service(443);
	for (uint32_t i = 0; i < r->verdict_count; i++)
		ck_assert_ptr_null(strstr(r->verdicts[i].why, "tells"));
}
END_TEST

/* Ubuntu 22.04 began with the fix of CVE-2021-23017, as a banner alone cannot tell. */
START_TEST(what_the_release_never_had_is_fixed)
{
	static const struct service jammy[] = {
		{22, "ssh", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10\r\n"},
		{80, "http", "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\n\r\n"},
	};
	struct log l;
	uint64_t seq;

	scan("s-1", jammy, 2, T0, 1);
	ck_assert_uint_gt(fixed_verdicts(80), 0);
	seq = last();
	close_port("s-2", 22, T0 + 5000);
	ck_assert_int_eq(store_settle(dir.s, T0 + 6000), 0);
	ck_assert_uint_eq(fixed_verdicts(80), 0);
	l = log_since(seq);
	ck_assert_uint_gt(l.by_host, 0);
}
END_TEST

START_TEST(the_order_in_which_services_come_does_not_matter)
{
	struct state first, again;

	scan("s-1", lab, SERVICES, T0, 0);
	read_state(&first);
	for (uint64_t seed = 1; seed < 30; seed++) {
		store_dir_remove(&dir);
		open_database();
		scan("s-1", lab, SERVICES, T0, seed);
		read_state(&again);
		ck_assert_msg(memcmp(&first, &again, sizeof(first)) == 0, "seed %u",
		              (unsigned)seed);
	}
}
END_TEST

/* What a host tells is known from one scan to the next, so that none takes back what the one before
 * found. */
START_TEST(a_scan_of_the_same_services_logs_nothing)
{
	struct state before, after;
	uint64_t seq;

	scan("s-1", lab, SERVICES, T0, 1);
	read_state(&before);
	seq = last();
	for (uint64_t i = 0; i < 10; i++)
		scan("s-2", lab, SERVICES, T0 + (int64_t)i * 2000, i);
	ck_assert_uint_eq(last(), seq);
	read_state(&after);
	ck_assert_mem_eq(&before, &after, sizeof(before));
}
END_TEST

/* A port that is new on a known host is judged at once by what the host told. */
START_TEST(a_new_port_brings_no_finding_that_is_taken_back)
{
	struct log l;
	uint64_t seq;

	scan("s-1", lab, 2, T0, 1); /* OpenSSH and Exim, which learns from it */
	seq = last();
	scan("s-2", lab, 3, T0 + 5000, 2); /* and nginx */
	expect_hint(80, 22);
	l = log_since(seq);
	ck_assert_uint_gt(l.vulns, 0);
	ck_assert_uint_eq(l.by_host, 0);
}
END_TEST

START_TEST(a_rematch_finds_what_a_scan_found)
{
	struct rematch_result done;
	struct state scanned, again;
	uint64_t seq;

	scan("s-1", lab, SERVICES, T0, 1);
	read_state(&scanned);
	seq = last();
	ck_assert_int_eq(rematch(dir.s, db, T0 + 5000, NULL, &done), 0);
	ck_assert_uint_eq(done.differing, 0);
	ck_assert_uint_eq(last(), seq);
	read_state(&again);
	ck_assert_mem_eq(&scanned, &again, sizeof(again));
}
END_TEST

/* A database whose services nobody judged by their hosts, as one that an earlier version wrote. */
START_TEST(a_rematch_judges_by_the_host_what_a_scan_did_not)
{
	struct rematch_result done;
	struct state scanned, again;
	struct log l;
	uint64_t seq;

	scan("s-1", lab, SERVICES, T0, 1);
	read_state(&scanned);
	store_dir_remove(&dir);
	open_database();
	store_judge_by(dir.s, NULL);
	scan("s-1", lab, SERVICES, T0, 1);
	expect_hint(80, 0);
	seq = last();
	ck_assert_int_eq(rematch(dir.s, db, T0 + 5000, NULL, &done), 0);
	ck_assert_uint_gt(done.differing, 0);
	expect_hint(80, 22);
	l = log_since(seq);
	ck_assert_uint_gt(l.by_host, 0);
	ck_assert_uint_eq(l.by_db, 0);
	read_state(&again);
	ck_assert_mem_eq(&scanned, &again, sizeof(again));
	ck_assert_int_eq(rematch(dir.s, db, T0 + 6000, NULL, &done), 0);
	ck_assert_uint_eq(done.differing, 0);
}
END_TEST

/* OpenSSH on 22 and 2222 close one after the other, and 22 comes back. */
START_TEST(when_what_told_goes_the_verdict_changes_and_the_log_says_why)
{
	struct state before, after;
	struct log l;
	uint64_t seq;

	scan("s-1", lab, SERVICES, T0, 1);
	read_state(&before);
	seq = last();
	close_port("s-2", 22, T0 + 5000);
	ck_assert_int_eq(store_settle(dir.s, T0 + 6000), 0);
	expect_hint(80, 2222); /* another one tells it: no verdict changes */
	ck_assert_uint_eq(log_since(seq).by_host, 0);
	seq = last();
	close_port("s-3", 2222, T0 + 7000);
	ck_assert_int_eq(store_settle(dir.s, T0 + 8000), 0);
	expect_hint(80, 0);
	l = log_since(seq);
	ck_assert_uint_gt(l.by_host, 0);
	seq = last();
	scan("s-4", lab, SERVICES, T0 + 9000, 3);
	expect_hint(80, 22);
	ck_assert_uint_gt(log_since(seq).by_host, 0);
	read_state(&after);
	ck_assert_mem_eq(before.verdicts, after.verdicts, sizeof(before.verdicts));
}
END_TEST

/* The machine gets Ubuntu in the place of Debian; nginx, which shows no mark, keeps its version. */
START_TEST(a_host_that_tells_something_else_is_judged_by_that)
{
	static const struct service ubuntu[] = {
		{22, "ssh", "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13.16\r\n"},
		{80, "http", "HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\n\r\n"},
	};
	static const struct service debian[] = {
		{22, "ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"},
		{80, "http", "HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\n\r\n"},
	};

	scan("s-1", debian, 2, T0, 1);
	ck_assert_str_eq(service(80)->identity.hint.distro, "");
	scan("s-2", ubuntu, 2, T0 + 5000, 2);
	ck_assert_str_eq(service(80)->identity.hint.distro, "ubuntu");
	ck_assert_str_eq(service(80)->identity.hint.release, "24.04");
	scan("s-3", debian, 2, T0 + 10000, 3);
	ck_assert_str_eq(service(80)->identity.hint.distro, "");
}
END_TEST

/* Whatever a random host says, in whatever order, scan by scan: in the end it is as if all had been seen
 * at once, and a rematch has nothing to add. */
START_TEST(random_hosts_end_as_if_seen_at_once)
{
	static const char *const banners[] = {
		"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n",
		"SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.10\r\n",
		"SSH-2.0-OpenSSH_8.7\r\n",
		"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nServer: nginx/1.18.0 (Ubuntu)\r\n\r\n",
		"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nVia: 1.1 x\r\n\r\n",
		"HTTP/1.1 200 OK\r\nServer: Apache/2.4.62 (AlmaLinux)\r\n\r\n",
		"220 mail.example.net ESMTP Exim 4.96 Mon, 30 Nov 2026 10:00:00 +0000\r\n",
		"220 (vsFTPd 3.0.3)\r\n",
	};
	struct state by_scans, at_once;
	struct rematch_result done;
	uint64_t state = (uint64_t)_i + 1000;
	struct service list[SERVICES];

	for (unsigned round = 0; round < 4; round++) {
		for (size_t i = 0; i < SERVICES; i++)
			list[i] = (struct service){
				i == 0 ? 22 : (uint16_t)(100 + i), NULL,
				banners[splitmix(&state) % (sizeof(banners) / sizeof(banners[0]))]};
		scan("s-n", list, SERVICES, T0 + round * 5000, splitmix(&state));
	}
	read_state(&by_scans);
	ck_assert_int_eq(rematch(dir.s, db, T0 + 50000, NULL, &done), 0);
	ck_assert_uint_eq(done.differing, 0);
	store_dir_remove(&dir);
	open_database();
	scan("s-n", list, SERVICES, T0 + 3 * 5000, 0);
	read_state(&at_once);
	ck_assert_mem_eq(by_scans.identity, at_once.identity, sizeof(at_once.identity));
	ck_assert_mem_eq(by_scans.verdicts, at_once.verdicts, sizeof(at_once.verdicts));
	ck_assert_mem_eq(by_scans.exposures, at_once.exposures, sizeof(at_once.exposures));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("hint");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_service_is_judged_by_what_its_host_tells);
	tcase_add_test(t, what_the_release_never_had_is_fixed);
	tcase_add_test(t, the_order_in_which_services_come_does_not_matter);
	tcase_add_test(t, a_scan_of_the_same_services_logs_nothing);
	tcase_add_test(t, a_new_port_brings_no_finding_that_is_taken_back);
	tcase_add_test(t, a_rematch_finds_what_a_scan_found);
	tcase_add_test(t, a_rematch_judges_by_the_host_what_a_scan_did_not);
	tcase_add_test(t, when_what_told_goes_the_verdict_changes_and_the_log_says_why);
	tcase_add_test(t, a_host_that_tells_something_else_is_judged_by_that);
	tcase_add_loop_test(t, random_hosts_end_as_if_seen_at_once, 0, 20);
	return suite_run("hint", t);
}
