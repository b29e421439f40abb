/* SPDX-License-Identifier: Apache-2.0 */
/* test_index.c - claims about the index: random queries over random services give with it what they
 * give without it, whatever was written, and how. */
#include <errno.h>

#include "field_column.h"
#include "query_plan.h"
#include "store_dir.h"
#include "suite.h"

static const int64_t start_us = 1795305600000000; /* 2026-11-22T00:00:00Z */

static struct store_dir dir;

static void setup(void)
{
	store_index_by(field_indexer());
	store_dir_open(&dir);
}

static void teardown(void)
{
	store_dir_remove(&dir);
	store_index_by(NULL);
}

static uint64_t random_state;

static unsigned draw(unsigned n)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(random_state >> 33) % n;
}

static const char *const products[] = {"nginx", "OpenSSH", "Apache HTTP Server", "vsftpd", ""};
static const char *const versions[] = {"1.18.0", "9.2p1", "8.20", "8.2p1", "2.4.57", "1.1", ""};
static const uint16_t ports[] = {21, 22, 80, 443, 8080, 3306};
static const char *const names[] = {"ssh", "http", "ftp", "mysql", "https"};

static void add_facts(struct record *r)
{
	vd_facts_addf(r->facts, "banner", "banner %u of %s", draw(4), names[draw(5)]);
	if (draw(2) == 0)
		vd_facts_addf(r->facts, "http.status", "%u", 200 + 100 * draw(3));
	if (draw(2) == 0)
		vd_facts_addf(r->facts, "ssl.version", "TLSv1.%u", draw(4));
	if (draw(3) == 0)
		vd_facts_addf(r->facts, "ssl.cn", "host%u.example.org", draw(5));
	if (draw(3) == 0)
		vd_facts_addf(r->facts, "http.title", "Title %u", draw(5));
}

static struct record *random_record(int64_t seen_us)
{
	struct record *r = store_dir_record(0xc6120000u + draw(60), ports[draw(6)], seen_us);

	if (draw(20) == 0)
		dp_addr_parse("2001:db8::7", &r->addr);
	if (draw(12) == 0)
		r->transport = DP_TRANSPORT_UDP;
	if (draw(15) == 0) {
		r->transport = DP_TRANSPORT_ICMP;
		r->port = 0;
		return r;
	}
	if (draw(10) == 0)
		r->state = RECORD_CLOSED;
	if (r->state != RECORD_OPEN || draw(4) == 0)
		return r;
	store_dir_grab(r, products[draw(5)], versions[draw(7)]);
	strcpy(r->identity.service, names[draw(4)]);
	r->identity.confidence = (uint8_t)(20 * draw(5));
	if (draw(3) == 0)
		snprintf(r->identity.cpe[r->identity.cpe_count++], VD_CPE_LEN,
		         "cpe:2.3:a:maker:thing:%u", draw(4));
	for (unsigned i = draw(4); i > 0; i--) {
		char cve[24];

		snprintf(cve, sizeof(cve), "CVE-2024-%04u", draw(6));
		store_dir_vuln(r, cve, (uint8_t)(VD_AFFECTED + draw(3)), (uint8_t)(10 * draw(11)));
		r->verdicts[r->verdict_count - 1].kev = draw(4) == 0;
		r->verdicts[r->verdict_count - 1].epss = (float)draw(1000) / 1000;
	}
	if (draw(4) == 0) {
		strcpy(r->exposures[0].id, draw(2) == 0 ? "telnet" : "redis-no-auth");
		r->exposures[0].severity = VD_SEV_HIGH;
		r->exposures[0].base = 60;
		r->exposure_count = 1;
	}
	add_facts(r);
	return r;
}

static void put_random_batch(int64_t now_us, const char *scan)
{
	struct record *list[40];
	struct record_sighting seen[20] = {0};
	struct store_batch b = {
		.sightings = seen, .sighting_count = 20, .records = list, .record_count = 40};

	for (size_t i = 0; i < 40; i++)
		list[i] = random_record(now_us + (int64_t)i);
	for (size_t i = 0; i < 20; i++) {
		seen[i].addr = dp_addr_v4(0xc6120000u + draw(60));
		seen[i].port = ports[draw(6)];
		seen[i].transport = DP_TRANSPORT_TCP;
		seen[i].state = draw(6) == 0 ? RECORD_CLOSED : RECORD_OPEN;
		seen[i].seen_us = now_us + (int64_t)i;
	}
	ck_assert_int_eq(store_put_batch(dir.s, scan, &b), 0);
	for (size_t i = 0; i < 40; i++)
		record_free(list[i]);
}

static const char *const terms[] = {
	"port:22",
	"port:80,443",
	"port>1000",
	"transport:udp",
	"transport:icmp",
	"product:nginx",
	"product:open",
	"product=openssh",
	"product!=nginx",
	"product:*",
	"version<9.3",
	"version:8.2",
	"version=8.20",
	"version:1.0..2.0",
	"service:http",
	"service:https",
	"confidence>=40",
	"vuln:CVE-2024-0001",
	"has_vuln:true",
	"kev:true",
	"cvss>=7",
	"epss<0.5",
	"vuln.severity:high",
	"verdict:fixed",
	"exposure:*",
	"exposure:telnet",
	"level>=Moderate",
	"score>30",
	"score<=30",
	"http.status:200",
	"http.status!=200",
	"ssl.version:TLSv1.2",
	"has_ssl:true",
	"has_ssl:false",
	"ssl:example",
	"http.title:\"Title 1\"",
	"banner",
	"\"banner 2\"",
	"\"NNER 3 of ssh\"",
	"banner:\"2 of\"",
	"banner=\"banner 1 of http\"",
	"zz",
	"banner:*",
	"ip:198.18.0.0/27",
	"ip:198.18.0.5",
	"ip!=198.18.0.5",
	"ip:::/0",
	"ipv6:*",
	"ip_version:6",
	"host:(port:22 port:80)",
	"host:(-port:22)",
	"port_count>2",
	"state:closed",
	"state:*",
	"state!=open",
	"last_seen<2026-11-22T00:00:02Z",
	"last_seen>=2026-11-22T00:00:03Z",
	"first_seen:2026-11-22T00:00:01Z",
	"last_seen!=2026-11-22T00:00:01Z",
	"cpe:thing:2",
	"cpe:*",
	"product:~^n",
	"answers_ping:true",
	"*",
	"host_score>10",
	"hostname:host1",
	"scan:s-2",
	"ttl:*",
	"accepted:false",
};

static void random_query(char out[512], unsigned depth)
{
	char a[512] = "", b[512] = "";
	size_t n = sizeof(terms) / sizeof(terms[0]);

	if (depth == 0 || draw(3) == 0) {
		snprintf(out, 512, "%s%s", draw(4) == 0 ? "-" : "", terms[draw((unsigned)n)]);
		return;
	}
	random_query(a, depth - 1);
	random_query(b, depth - 1);
	snprintf(out, 512, "%s(%.200s%s%.200s)", draw(5) == 0 ? "-" : "", a,
	         draw(2) == 0 ? " OR " : " ", b);
}

/* What the records themselves say, in the order of the store. */
struct naive {
	const struct query *q;
	char *text;
	size_t len;
	uint64_t services, hosts;
};

static void add_line(struct naive *n, const struct store_host *h, const struct record *r)
{
	char addr[DP_ADDR_TEXT];

	ck_assert(n->len < 100000);
	n->len += (size_t)sprintf(n->text + n->len, "%s %u/%u\n", dp_addr_format(&h->addr, addr),
	                          r->transport, r->port);
}

static bool naive_host(void *arg, const struct store_host *h)
{
	struct naive *n = arg;
	uint64_t before = n->services;

	for (size_t i = 0; i < h->service_count; i++)
		if (query_match(n->q, h, h->services[i])) {
			add_line(n, h, h->services[i]);
			n->services++;
		}
	n->hosts += n->services > before;
	return true;
}

static bool list_service(void *arg, const struct store_host *h, const struct record *r)
{
	add_line(arg, h, r);
	return true;
}

static void compare_pages(const struct query *q, const struct naive *want, uint64_t limit)
{
	struct query_page page = {.limit = limit};
	struct naive got = {.text = calloc(1, 110000)};
	char cursor[QUERY_CURSOR] = "";

	do {
		page.cursor = cursor;
		ck_assert_int_eq(query_services(dir.s, q, &page, list_service, &got), 0);
		strcpy(cursor, page.next);
	} while (cursor[0] != '\0');
	ck_assert_str_eq(got.text, want->text);
	free(got.text);
}

static struct query *parse(const char *text)
{
	struct error err = {0};
	struct query *q;

	ck_assert_msg(query_parse(text, start_us + 10000000, &q, &err) == 0, "%s: %s", text,
	              err.text);
	return q;
}

static void compare_query(const char *text)
{
	struct query *q = parse(text);
	struct naive want = {.q = q, .text = calloc(1, 110000)};
	uint64_t n;

	ck_assert_int_eq(store_each_host(dir.s, NULL, naive_host, &want), 0);
	ck_assert_int_eq(query_count(dir.s, q, false, &n), 0);
	ck_assert_msg(n == want.services, "%s: counts %u, and fits %u", text, (unsigned)n,
	              (unsigned)want.services);
	ck_assert_int_eq(query_count(dir.s, q, true, &n), 0);
	ck_assert_msg(n == want.hosts, "%s: counts %u hosts of %u", text, (unsigned)n,
	              (unsigned)want.hosts);
	for (query_page_way = QUERY_WAY_CHEAPEST; query_page_way <= QUERY_WAY_GATHER;
	     query_page_way++) {
		compare_pages(q, &want, 0);
		compare_pages(q, &want, 1 + draw(20));
	}
	query_page_way = QUERY_WAY_CHEAPEST;
	free(want.text);
	query_free(q);
}

static void check_index(void)
{
	struct store_index_report report;

	ck_assert_int_eq(store_index_check(dir.s, &report), 0);
	ck_assert_msg(report.wrong == 0, "%u wrong: %s", (unsigned)report.wrong, report.first);
}

START_TEST(random_queries_give_what_the_records_say)
{
	char text[512];

	random_state = (unsigned)_i + 1;
	for (unsigned round = 0; round < 6; round++) {
		char scan[8];

		snprintf(scan, sizeof(scan), "s-%u", round);
		put_random_batch(start_us + round * 1000000ll, scan);
		check_index();
		for (unsigned i = 0; i < 60; i++) {
			random_query(text, draw(4));
			compare_query(text);
		}
	}
	ck_assert_int_eq(store_index_rebuild(dir.s), 0);
	check_index();
	compare_query("port:22 product:open");
}
END_TEST

struct sorted {
	int64_t ranks[600];
	size_t n;
	uint8_t order;
};

static bool take_sorted(void *arg, const struct store_host *h, const struct record *r)
{
	struct sorted *s = arg;

	(void)h;
	s->ranks[s->n++] = s->order == QUERY_BY_SCORE  ? -(int64_t)r->score.value
	                   : s->order == QUERY_BY_PORT ? (int64_t)r->port
	                                               : -r->last_seen_us;
	return true;
}

START_TEST(sorted_results_are_those_that_records_give)
{
	struct query_sort sort = {.limit = 15};
	char text[512];

	random_state = (unsigned)_i + 100;
	for (unsigned round = 0; round < 4; round++)
		put_random_batch(start_us + round * 1000000ll, "s-1");
	for (unsigned i = 0; i < 90; i++) {
		struct sorted with = {.order = QUERY_BY_PORT}, without;
		struct query *q;

		sort.order = with.order = (uint8_t)(QUERY_BY_PORT + draw(3));
		random_query(text, draw(3));
		q = parse(text);
		without = with;
		ck_assert_int_eq(query_sorted(dir.s, q, &sort, take_sorted, &with), 0);
		store_close(dir.s);
		store_index_by(NULL);
		query_free(q);
		q = parse(text);
		ck_assert_int_eq(store_open(dir.path, STORE_READ, &dir.s, &(struct error){0}), 0);
		ck_assert_int_eq(query_sorted(dir.s, q, &sort, take_sorted, &without), 0);
		ck_assert_uint_eq(with.n, without.n);
		ck_assert_mem_eq(with.ranks, without.ranks, with.n * sizeof(with.ranks[0]));
		query_free(q);
		store_close(dir.s);
		store_index_by(field_indexer());
		ck_assert_int_eq(store_open(dir.path, STORE_WRITE, &dir.s, &(struct error){0}), 0);
	}
}
END_TEST

START_TEST(a_writer_without_an_indexer_leaves_no_index)
{
	struct store_index_report report;
	struct error err;

	random_state = 7;
	put_random_batch(start_us, "s-1");
	check_index();
	store_index_by(NULL);
	put_random_batch(start_us + 1000000, "s-2");
	store_index_by(field_indexer());
	ck_assert_int_eq(store_index_check(dir.s, &report), -ENOENT);
	compare_query("port:22");
	store_close(dir.s);
	ck_assert_int_eq(store_open(dir.path, STORE_WRITE, &dir.s, &err), 0);
	check_index();
	compare_query("port:22");
}
END_TEST

/* More pieces than a block has, so that signatures are turned over into pages of bits. */
START_TEST(phrases_are_found_in_full_blocks_and_behind_them)
{
	enum { SERVICES = 34000, BATCH = 2000 };
	struct record *list[BATCH];
	char text[64];

	for (unsigned from = 0; from < SERVICES; from += BATCH) {
		for (unsigned i = 0; i < BATCH; i++) {
			list[i] = store_dir_record(0x0a000000u + from + i, 80, start_us);
			store_dir_grab(list[i], "nginx", "1.18.0");
			vd_facts_addf(list[i]->facts, "http.title", "page number %u.", from + i);
		}
		ck_assert_int_eq(store_dir_put_all(&dir, "s-1", list, BATCH), 0);
		for (unsigned i = 0; i < BATCH; i++)
			record_free(list[i]);
	}
	for (unsigned i = 0; i < SERVICES; i += 6789) {
		struct query *q;
		uint64_t n;

		snprintf(text, sizeof(text), "\"NUMBER %u.\"", i);
		q = parse(text);
		ck_assert_int_eq(query_count(dir.s, q, false, &n), 0);
		ck_assert_msg(n == 1, "%s: %u", text, (unsigned)n);
		query_free(q);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, random_queries_give_what_the_records_say, 0, 6);
	tcase_add_loop_test(tc, sorted_results_are_those_that_records_give, 0, 2);
	tcase_add_test(tc, a_writer_without_an_indexer_leaves_no_index);
	tcase_add_test(tc, phrases_are_found_in_full_blocks_and_behind_them);
	return suite_run("index", tc);
}
