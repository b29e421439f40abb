/* SPDX-License-Identifier: Apache-2.0 */
/* test_query.c - claims about the query language. */
#include <errno.h>

#include "query.h"
#include "store_dir.h"
#include "suite.h"

static const int64_t now_us = 1795305600000000; /* 2026-11-22T00:00:00Z */

static struct record *ssh, *web;
static struct store_host host;
static struct record *list[2];

static void setup(void)
{
	ssh = store_dir_record(0xc6120001, 22, now_us - 3600000000ll);
	web = store_dir_record(0xc6120001, 8080, now_us - 3600000000ll);
	strcpy(ssh->identity.service, "ssh");
	strcpy(ssh->identity.product, "OpenSSH");
	strcpy(ssh->identity.version, "8.2p1");
	vd_facts_addf(ssh->facts, "banner", "SSH-2.0-OpenSSH_8.2p1 Ubuntu\r\n");
	store_dir_grab(web, "nginx", "1.18.0");
	store_dir_vuln(web, "CVE-2024-0001", VD_AFFECTED, 98);
	store_dir_vuln(web, "CVE-2024-0002", VD_FIXED, 75);
	web->verdicts[0].kev = true;
	vd_facts_addf(web->facts, "http.title", "Welcome, \"friend\"");
	vd_facts_addf(web->facts, "http.status", "200");
	vd_facts_addf(web->facts, "ssl.san", "gw1.example.jp");
	vd_facts_addf(web->facts, "ssl.not_after", "2026-01-01T00:00:00Z");
	ssh->last_seen_us = web->last_seen_us = now_us - 3600000000ll;
	list[0] = ssh;
	list[1] = web;
	host = (struct store_host){.addr = ssh->addr, .services = list, .service_count = 2};
	host.score.value = 82;
	host.score.level = VD_CRITICAL;
}

static void teardown(void)
{
	record_free(ssh);
	record_free(web);
}

/* @fits: which of the two services match, 's' for ssh and 'w' for web. */
static const struct {
	const char *text, *fits;
} cases[] = {
	{"", "sw"},
	{"port:22", "s"},
	{"port: 22", "s"},
	{"port:22,8080", "sw"},
	{"port:1..1024", "s"},
	{"port:..1024", "s"},
	{"port>1024", "w"},
	{"port >= 8080", "w"},
	{"port!=22", "w"},
	{"-port:22", "w"},
	{"!port:22", "w"},
	{"NOT port:22", "w"},
	{"NOT (port:22 OR port:8080)", ""},
	{"port:22 OR port:8080", "sw"},
	{"port:22 || port:8080", "sw"},
	{"port:22 port:8080", ""},
	{"port:22 AND product:nginx", ""},
	{"port:22 && product:openssh", "s"},
	{"host:(port:22) product:nginx", "w"},
	{"host:(port:22 product:nginx)", ""},
	{"service:(port:22 product:openssh)", "s"},
	{"service:ssh", "s"},
	{"protocol:SSH", "s"},
	{"product:open", "s"},
	{"product=open", ""},
	{"product=openssh", "s"},
	{"product!=openssh", "w"},
	{"product:~^n.*x$", "w"},
	{"product:*", "sw"},
	{"http.title:*", "w"},
	{"-http.title:*", "s"},
	{"title:\"\\\"friend\\\"\"", "w"},
	{"status_code:200", "w"},
	{"http.status:200..299", "w"},
	{"welcome", "w"},
	{"\"ssh-2.0\"", "s"},
	{"OpenSSH_8.2p1", "s"},
	{"version<8.3", "sw"},
	{"product:openssh version<8.3", "s"},
	{"product:openssh version<8.2", ""},
	{"version:8.2", "s"},
	{"version:8", "s"},
	{"version:1.1", ""},
	{"version:1.9..1.20", "w"},
	{"ip:198.18.0.0/24", "sw"},
	{"net:198.18.0.2/32", ""},
	{"ip:198.18.0.0..198.18.0.9", "sw"},
	{"ip!=198.18.0.1", ""},
	{"ipv6:*", ""},
	{"vuln:CVE-2024-0001", "w"},
	{"vuln:CVE-2024-0002", ""},
	{"vuln.fixed:CVE-2024-0002", "w"},
	{"has_vuln:true", "w"},
	{"has_cve:false", "s"},
	{"kev:true", "w"},
	{"cvss>=9", "w"},
	{"cvss<7", ""},
	{"vuln.severity:critical", "w"},
	{"score>=80 level:critical", "sw"},
	{"state:open", "sw"},
	{"transport:tcp", "sw"},
	{"port_count:2", "sw"},
	{"after:now-7d", "sw"},
	{"last_seen>=now-30m", ""},
	{"last_seen:2026-11-21", "sw"},
	{"last_seen:now-1d..now", "sw"},
	{"before:2026-11-21", ""},
	{"ssl.expired:true", "w"},
	{"ssl.expires<2026-06-01", "w"},
	{"hostname:gw1", "w"},
	{"domain=example.jp", "w"},
	{"ssl:example", "w"},
};

START_TEST(a_query_fits_what_it_says)
{
	struct error err = {0};
	struct query *q;
	char fits[3] = "";

	ck_assert_msg(query_parse(cases[_i].text, now_us, &q, &err) == 0, "%s: column %u: %s",
	              cases[_i].text, err.column, err.text);
	if (query_match(q, &host, ssh))
		strcat(fits, "s");
	if (query_match(q, &host, web))
		strcat(fits, "w");
	ck_assert_msg(strcmp(fits, cases[_i].fits) == 0, "%s fits \"%s\"", cases[_i].text, fits);
	query_free(q);
}
END_TEST

static const struct {
	const char *text;
	unsigned column;
	const char *says;
} mistakes[] = {
	{"prot:22", 1, "did you mean port"},
	{"port:22 prodcut:nginx", 9, "did you mean product"},
	{"titel:x", 1, "did you mean http.title"},
	{"issuer:x", 1, "did you mean ssl.issuer"},
	{"xyzzyplugh:1", 1, "there is no field"},
	{"port:http", 6, "write a number"},
	{"port:70000", 6, "65535"},
	{"port:22,x", 9, "write a number"},
	{"port:9..3", 6, "range"},
	{"kev:maybe", 5, "true or false"},
	{"level:Critcal", 7, "did you mean Critical"},
	{"state:up", 7, "open, missing"},
	{"ip:192.0.2", 4, "192.0.2.0/24"},
	{"ip:192.0.2.0/33", 4, "192.0.2.0/24"},
	{"product<5", 1, "does not go with"},
	{"port:~2", 1, "does not go with"},
	{"port<1,2", 8, "one value"},
	{"product:~[", 10, "no pattern"},
	{"product:~\"(a{200}){200}\"", 10, "too long"},
	{"product:ngin*", 9, "stands alone"},
	{"last_seen:yesterday", 11, "now-7d"},
	{"last_seen:now-7d", 11, "last_seen>=now-7d"},
	{"country:JP", 1, "cannot be answered"},
	{"port:22 asn:64496", 9, "cannot be answered"},
	{"(port:22", 1, "never closed"},
	{"port:22)", 8, "unmatched"},
	{"port:22 OR", 11, "ends where"},
	{"port:22 or port:23", 9, "OR"},
	{"title:\"x", 7, "never closed"},
	{"port:", 6, "missing"},
	{"product:\"\"", 9, "empty value"},
};

START_TEST(a_mistake_is_named_with_its_column)
{
	struct error err = {0};
	struct query *q;
	int ret = query_parse(mistakes[_i].text, now_us, &q, &err);

	ck_assert_msg(ret == -EINVAL, "%s: accepted", mistakes[_i].text);
	ck_assert_msg(err.column == mistakes[_i].column &&
	                      strstr(err.text, mistakes[_i].says) != NULL,
	              "%s: column %u: %s", mistakes[_i].text, err.column, err.text);
}
END_TEST

static const struct {
	const char *text, *first, *last;
} hints[] = {
	{"ip:198.18.0.0/24", "198.18.0.0", "198.18.0.255"},
	{"ip:198.18.0.1,198.18.0.9 port:22", "198.18.0.1", "198.18.0.9"},
	{"ip:198.18.0.0/24 ip:198.18.0.128/25", "198.18.0.128", "198.18.0.255"},
	{"ip:198.18.0.1 OR ip:198.18.3.1", "198.18.0.1", "198.18.3.1"},
	{"ip:198.18.0.1 OR port:22", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	{"-ip:198.18.0.1", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

START_TEST(a_prefix_narrows_the_pass)
{
	char first[DP_ADDR_TEXT], last[DP_ADDR_TEXT];
	struct error err;
	struct query_hint hint;
	struct query *q;

	ck_assert_int_eq(query_parse(hints[_i].text, now_us, &q, &err), 0);
	query_hint(q, &hint);
	ck_assert_str_eq(dp_addr_format(&hint.first, first), hints[_i].first);
	ck_assert_str_eq(dp_addr_format(&hint.last, last), hints[_i].last);
	query_free(q);
}
END_TEST

START_TEST(deep_and_long_queries_end_in_an_error)
{
	struct error err;
	struct query *q;
	char text[4096];

	memset(text, '(', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(query_parse(text, now_us, &q, &err), -EINVAL);
	memset(text, '-', sizeof(text) - 1);
	ck_assert_int_eq(query_parse(text, now_us, &q, &err), -EINVAL);
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "a ", 2);
	ck_assert_int_eq(query_parse(text, now_us, &q, &err), -EINVAL);
}
END_TEST

static bool count(void *arg, const struct store_host *h, const struct record *r)
{
	unsigned *seen = arg;

	(void)h;
	seen[r->port]++;
	return true;
}

START_TEST(pages_give_every_result_once)
{
	static unsigned seen[65536];
	struct query_page page = {.limit = 7};
	char cursor[QUERY_CURSOR] = "";
	struct store_dir dir;
	struct error err;
	struct query *q;
	int pages = 0;

	store_dir_open(&dir);
	for (uint16_t port = 1; port <= 100; port++)
		store_dir_put(&dir, "s-1", store_dir_record(0xc6120000u + port % 10, port, 1000));
	ck_assert_int_eq(query_parse("port<=80", now_us, &q, &err), 0);
	do {
		page.cursor = cursor;
		ck_assert_int_eq(query_services(dir.s, q, &page, count, seen), 0);
		strcpy(cursor, page.next);
		pages++;
	} while (cursor[0] != '\0');
	ck_assert_int_eq(pages, 12);
	for (unsigned port = 1; port <= 100; port++)
		ck_assert_uint_eq(seen[port], port <= 80);
	page.cursor = "nonsense";
	ck_assert_int_eq(query_services(dir.s, q, &page, count, seen), -EINVAL);
	query_free(q);
	store_dir_remove(&dir);
}
END_TEST

static bool fits(const char *text, const struct store_host *h, const struct record *r)
{
	struct error err;
	struct query *q;
	bool yes;

	ck_assert_int_eq(query_parse(text, now_us, &q, &err), 0);
	yes = query_match(q, h, r);
	query_free(q);
	return yes;
}

START_TEST(query_takes_a_ping_for_no_service)
{
	struct record *ping = store_dir_record(0xc6120001, 0, now_us);
	struct record *both[] = {ping, ssh};
	struct store_host h = {.addr = ping->addr, .services = both, .service_count = 2};

	ping->transport = DP_TRANSPORT_ICMP;
	ck_assert(!fits("", &h, ping));
	ck_assert(!fits("state:open", &h, ping));
	ck_assert(!fits("-port:22", &h, ping));
	ck_assert(!fits("host:(port:22)", &h, ping));
	ck_assert(fits("transport:icmp", &h, ping));
	ck_assert(fits("answers_ping:true", &h, ping));
	ck_assert(fits("answers_ping:true port:22", &h, ssh));
	ck_assert(!fits("answers_ping:true", &host, ssh));
	ck_assert(fits("port_count:1", &h, ssh));
	ck_assert(fits("host:(transport:icmp) port:22", &h, ssh));
	record_free(ping);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_query_fits_what_it_says, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, a_mistake_is_named_with_its_column, 0,
	                    sizeof(mistakes) / sizeof(mistakes[0]));
	tcase_add_loop_test(tc, a_prefix_narrows_the_pass, 0, sizeof(hints) / sizeof(hints[0]));
	tcase_add_test(tc, deep_and_long_queries_end_in_an_error);
	tcase_add_test(tc, pages_give_every_result_once);
	tcase_add_test(tc, query_takes_a_ping_for_no_service);
	return suite_run("query", tc);
}
