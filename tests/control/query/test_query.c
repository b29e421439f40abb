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
	web->verdicts[0].epss = 0.000943F;
	vd_facts_addf(web->facts, "http.title", "Welcome, \"friend\"");
	vd_facts_addf(web->facts, "http.status", "200");
	vd_facts_addf(web->facts, "http.favicon", "-1234567890");
	vd_facts_addf(web->facts, "ssl.san", "gw1.example.jp");
	vd_facts_addf(web->facts, "http.location", "https://www.example.net:8443/login");
	vd_facts_addf(ssh->facts, "smtp.banner", "220 mail.example.org ESMTP");
	strcpy(web->identity.cpe[0], "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*");
	strcpy(web->identity.cpe[1], "cpe:2.3:a:varnish-software:varnish_cache:6.1:*:*:*:*:*:*:*");
	web->identity.cpe_count = 2;
	vd_facts_addf(web->facts, "ssl.not_after", "2026-01-01T00:00:00Z");
	ssh->last_seen_us = web->last_seen_us = now_us - 3600000000ll;
	ssh->candidates = 131;
	list[0] = ssh;
	list[1] = web;
	host = (struct store_host){.addr = ssh->addr, .services = list, .service_count = 2};
	host.score.value = 82;
	host.score.level = VD_CRITICAL;
	host.read_us = now_us;
	host.place.asn = 64496;
	host.place.has_point = true;
	host.place.latitude = 35.68;
	host.place.longitude = 139.76;
	strcpy(host.place.country, "JP");
	strcpy(host.place.owner, "netops");
	strcpy(host.place.criticality, "high");
	strcpy(host.place.tags[0], "prod");
	strcpy(host.place.tags[1], "web");
	host.place.tag_count = 2;
	ssh->score = (struct vd_score){.value = 30, .level = VD_LOW};
	web->score = (struct vd_score){.value = 82, .level = VD_CRITICAL};
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
	{"port : 22", "s"},
	{"welcome :8080", "w"},
	{"port:22,8080", "sw"},
	{"port:1..1024", "s"},
	{"port:..1024", "s"},
	{"port>1024", "w"},
	{"port >= 8080", "w"},
	{"port!=22", "w"},
	{"http.favicon:-1234567890", "w"},
	{"http.favicon.hash=-1234567890", "w"},
	{"favicon:-123456789", ""},
	{"favicon:1234567890", ""},
	{"favicon:..-1", "w"},
	{"favicon<0", "w"},
	{"-favicon:-1234567890", "s"},
	{"favicon:-5..5", ""},
	{"country:jp", "sw"},
	{"location.country=JP port:22", "s"},
	{"country:DE", ""},
	{"city:*", ""},
	{"asn:64496", "sw"},
	{"as_number:1..100", ""},
	{"owner=NetOps", "sw"},
	{"tag:prod", "sw"},
	{"tag:prod,dev -tag:dmz", "sw"},
	{"tags:dmz", ""},
	{"criticality:high", "sw"},
	{"criticality>=medium", "sw"},
	{"criticality<high", ""},
	{"geo:35.68,139.76,1", "sw"},
	{"geo:34.69,135.50,100", ""}, /* Osaka, some 400 km away */
	{"geo:34.69,135.50,410", "sw"},
	{"-geo:34.69,135.50,100 port:22", "s"},
	{"(geo:-35.68,-40.24,20) OR port:22", "s"},
	{"geo:*", "sw"},
	{"is_honeypot:false", "sw"},
	{"is_honeypot:true", ""},
	{"honeypot_reason:*", ""},
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
	{"*", "sw"},
	{"* port:22", "s"},
	{"-*", ""},
	{"host:(port:22 product:nginx)", "sw"},
	{"host:(port:22 port:8080)", "sw"},
	{"host:(port:22) host:(port:23)", ""},
	{"host:(port:22 -product:nginx)", ""},
	{"host:(port:22 -port:23)", "sw"},
	{"host:(port:23 OR port:22)", "sw"},
	{"host:(service:(port:22 product:nginx))", ""},
	{"host:(service:(port:8080 product:nginx)) port:22", "s"},
	{"http.title!=x", "w"},
	{"-http.title:x", "sw"},
	{"192.0.2.1", ""},
	{"198.18.0.1", "sw"},
	{"198.18.0.0/24 port:22", "s"},
	{"198.18.0.1:22", "s"},
	{"[2001:db8::1]:22", ""},
	{"198.18.0.0-198.18.0.9", "sw"},
	{"-198.18.0.1", ""},
	{"2001:db8::1", ""},
	{":22", "s"},
	{":8080 CVE-2024-0001", "w"},
	{"cve-2024-0001", "w"},
	{"has_vuln", ""},
	{"ip:::/0", ""},
	{"ip:198.18.0.77/24", "sw"},
	{"service:https", "w"},
	{"service:https,ssh", "sw"},
	{"service=http", "w"},
	{"product:\"Apache httpd\"", ""},
	{"level>=Moderate", "w"},
	{"level<moderate", "s"},
	{"vuln.severity>=high", "w"},
	{"severity:critical", "w"},
	{"candidates>0", "s"},
	{"candidates>=132", ""},
	{"candidates:*", "s"},
	{"verdict:fixed", "w"},
	{"verdict:possible", ""},
	{"version=8.2p1", "s"},
	{"product:openssh version>=8.2p1.0", "s"},
	{"version=1.18", "w"},
	{"version=1.18.0.0", "w"},
	{"confidence:90", "w"},
	{"confidence<50", ""},
	{"service_source:banner", "w"},
	{"has_ssl:true", "w"},
	{"accepted:true", ""},
	{"accepted:false", "sw"},
	{"scan_date:2026-11-21", "sw"},
	{"status:200", "w"},
	{"ssl_expired:true", "w"},
	{"ssl.expires:now-365d", "w"},
	{"ssl.not_after:now+30d", ""},
	{"last_seen:now-1d", "sw"},
	{"last_seen:now-30m", ""},
	{"last_seen:now-1d,2020-01-01", "sw"},
	{"summary.vuln_counts.affected:1", "sw"},
	{"host_ports:22", "sw"},
	{"product:~\"(?i)^NGINX$\"", "w"},
	{"product:~^NGINX$", ""},
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
	{"host:198.18.0.1 port:22", "s"},
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
	{"cvss:9.8", "w"},
	{"epss:0.00094", "w"},
	{"epss<0.0009", ""},
	{"vuln.severity:critical", "w"},
	{"score>=80 level:critical", "w"},
	{"host_score>=80 host_level:critical", "sw"},
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
	{"hostname=www.example.net", "w"},
	{"domain=example.org", "s"},
	{"http.component:varnish", "w"},
	{"http.component:nginx", ""},
	{"component:*", "w"},
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
	{"last_seen=now-7d", 11, "last_seen:now-7d"},
	{"cvss:11", 6, "0 to 10"},
	{"cvss>=11", 7, "0 to 10"},
	{"score:101", 7, "0 to 100"},
	{"vuln.severity:none", 15, "low, medium"},
	{"192.0.2.0/33", 1, "no value of ip"},
	{"port:22 192.0.2.0/33", 9, "no value of ip"},
	{"state>open", 1, "does not go with"},
	{"vlan:7", 1, "cannot be answered"},
	{"port:22 mac:x", 9, "cannot be answered"},
	{"geo:35.68,139.76", 5, "LATITUDE,LONGITUDE,KM"},
	{"geo:91,0,1", 5, "LATITUDE,LONGITUDE,KM"},
	{"geo:1,2,-3", 5, "LATITUDE,LONGITUDE,KM"},
	{"geo:1,2,3,4", 5, "LATITUDE,LONGITUDE,KM"},
	{"geo:a,b,c", 5, "LATITUDE,LONGITUDE,KM"},
	{"geo<1,2,3", 1, "does not go with"},
	{"criticality:urgent", 13, "low, medium, high, critical"},
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
	{"198.18.0.7", "198.18.0.7", "198.18.0.7"},
	{"host:(198.18.0.7 port:22)", "198.18.0.7", "198.18.0.7"},
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

static const struct {
	const char *text, *says; /* NULL: nothing */
} notes[] = {
	{"port:22", NULL},
	{"198.18.0.1", "198.18.0.1 is understood as ip:198.18.0.1\n"},
	{"nginx :22", ":22 is understood as port:22\n"},
	{"CVE-2024-0001", "CVE-2024-0001 is understood as vuln:CVE-2024-0001\n"},
	{"has_vuln", "\"has_vuln\" is looked for in banners and titles; for the field write for "
                     "example has_vuln:true\n"},
	{"\"has_vuln\"", NULL},
	{"nginx", NULL},
};

START_TEST(what_is_understood_in_another_form_is_said)
{
	struct error err;
	struct query *q;

	ck_assert_int_eq(query_parse(notes[_i].text, now_us, &q, &err), 0);
	ck_assert_str_eq(query_notes(q), notes[_i].says == NULL ? "" : notes[_i].says);
	query_free(q);
}
END_TEST

/* Only a query that names the state sees what is not open, and what is not open has no findings. */
START_TEST(what_is_closed_fits_only_a_query_that_names_the_state)
{
	static const struct {
		const char *text, *fits;
	} closed[] = {
		{"", "s"},
		{"*", "s"},
		{"state:*", "sw"},
		{"state:closed", "w"},
		{"product:nginx", ""},
		{"product:nginx state:closed,open", "w"},
		{"state:* has_vuln:true", ""},
		{"state:* vuln:CVE-2024-0001", ""},
		{"state:* verdict:affected", ""},
		{"state:* level:*", "s"},
		{"state:* cvss>0", ""},
		{"host:(product:nginx)", ""},
		{"-host:(product:nginx)", "s"},
		{"host:(product:nginx state:closed) state:open", "s"},
		{"port_count:1", "s"},
		{"host_ports:8080", ""},
	};
	struct error err;

	web->state = RECORD_CLOSED;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		struct query *q;
		char fits[3] = "";

		ck_assert_int_eq(query_parse(closed[i].text, now_us, &q, &err), 0);
		if (query_match(q, &host, ssh))
			strcat(fits, "s");
		if (query_match(q, &host, web))
			strcat(fits, "w");
		ck_assert_msg(strcmp(fits, closed[i].fits) == 0, "%s fits \"%s\"", closed[i].text,
		              fits);
		query_free(q);
	}
}
END_TEST

/* ---- a naive model: a random tree is written as a query and evaluated by hand ---------------- */

struct tree {
	char kind; /* '&' '|' '-' 'h' (host) 's' (service); else a leaf: 'p' port, 't' state, '*' */
	unsigned number;
	struct tree *left, *right;
};

static unsigned draw(unsigned below)
{
	return (unsigned)rand() % below;
}

static struct tree *grow(unsigned depth)
{
	static const char leaves[] = "pppt*", inner[] = "&&||--hs";
	struct tree *t = calloc(1, sizeof(*t));

	ck_assert_ptr_nonnull(t);
	t->kind = depth == 0 || draw(4) == 0 ? leaves[draw(5)] : inner[draw(8)];
	t->number = 1 + draw(3);
	if (strchr("&|-hs", t->kind) != NULL)
		t->left = grow(depth - 1);
	if (strchr("&|", t->kind) != NULL)
		t->right = grow(depth - 1);
	return t;
}

static void fell(struct tree *t)
{
	if (t == NULL)
		return;
	fell(t->left);
	fell(t->right);
	free(t);
}

static void spell(const struct tree *t, char *out)
{
	static const char *const states[] = {"", "open", "missing", "closed"};

	out += strlen(out);
	switch (t->kind) {
	case 'p':
		sprintf(out, "port:%u", t->number);
		return;
	case 't':
		sprintf(out, "state:%s", states[t->number]);
		return;
	case '*':
		strcpy(out, "*");
		return;
	case '-':
		strcpy(out, draw(2) ? "-" : "NOT ");
		break;
	case 'h':
		strcpy(out, "host:");
		break;
	case 's':
		strcpy(out, "service:");
		break;
	}
	strcat(out, "(");
	spell(t->left, out);
	if (t->right != NULL) {
		strcat(out, t->kind == '|' ? " OR " : " ");
		spell(t->right, out);
	}
	strcat(out, ")");
}

static bool names_state(const struct tree *t)
{
	return t != NULL && (t->kind == 't' || names_state(t->left) || names_state(t->right));
}

static bool model_service(const struct tree *t, const struct store_host *h, const struct record *r,
                          bool all);

static bool model_host(const struct tree *t, const struct store_host *h, bool all)
{
	switch (t->kind) {
	case '&':
		return model_host(t->left, h, all) && model_host(t->right, h, all);
	case '|':
		return model_host(t->left, h, all) || model_host(t->right, h, all);
	case '-':
		return !model_host(t->left, h, all);
	case 'h':
		return model_host(t->left, h, all);
	default:
		for (size_t i = 0; i < h->service_count; i++)
			if ((all || h->services[i]->state == RECORD_OPEN) &&
			    model_service(t, h, h->services[i], all))
				return true;
		return false;
	}
}

static bool model_service(const struct tree *t, const struct store_host *h, const struct record *r,
                          bool all)
{
	switch (t->kind) {
	case '&':
		return model_service(t->left, h, r, all) && model_service(t->right, h, r, all);
	case '|':
		return model_service(t->left, h, r, all) || model_service(t->right, h, r, all);
	case '-':
		return !model_service(t->left, h, r, all);
	case 'h':
		return model_host(t->left, h, all);
	case 's':
		return model_service(t->left, h, r, all);
	case 'p':
		return r->port == t->number;
	case 't':
		return r->state == t->number;
	default:
		return true;
	}
}

START_TEST(random_queries_fit_what_a_naive_model_says)
{
	struct record *services[4];
	struct store_host h = {.services = services, .service_count = 4};
	struct error err;

	srand((unsigned)_i + 1);
	for (size_t i = 0; i < 4; i++)
		services[i] = store_dir_record(0xc6120001, 1, now_us);
	for (unsigned round = 0; round < 500; round++) {
		struct tree *t = grow(4);
		char text[4096] = "";
		struct query *q;

		spell(t, text);
		ck_assert_msg(query_parse(text, now_us, &q, &err) == 0, "%s: %s", text, err.text);
		for (size_t i = 0; i < 4; i++) {
			services[i]->port = (uint16_t)(1 + draw(3));
			services[i]->state = (uint8_t)(1 + draw(3));
		}
		for (size_t i = 0; i < 4; i++) {
			bool all = names_state(t);
			bool want = (all || services[i]->state == RECORD_OPEN) &&
			            model_service(t, &h, services[i], all);

			ck_assert_msg(query_match(q, &h, services[i]) == want, "%s: not %d", text,
			              want);
		}
		query_free(q);
		fell(t);
	}
	for (size_t i = 0; i < 4; i++)
		record_free(services[i]);
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

struct order {
	uint16_t ports[64];
	size_t n;
};

static bool note_order(void *arg, const struct store_host *h, const struct record *r)
{
	struct order *o = arg;

	(void)h;
	o->ports[o->n++] = r->port;
	return true;
}

/* Services of port N on host N % 7, seen at N % 5: the orders are those of a sort of all. */
START_TEST(sorted_results_are_the_first_of_the_order)
{
	struct store_dir dir;
	struct error err;
	struct query *q;

	store_dir_open(&dir);
	for (uint16_t port = 1; port <= 40; port++)
		store_dir_put(&dir, "s-1",
		              store_dir_record(0xc6120000u + port % 7, port, 1000 + port % 5));
	ck_assert_int_eq(query_parse("port<=30", now_us, &q, &err), 0);
	for (uint64_t limit = 0; limit <= 40; limit += 5) {
		struct query_sort sort = {QUERY_BY_LAST_SEEN, false, limit};
		size_t want = limit == 0 || limit > 30 ? 30 : limit;
		struct order o = {.n = 0};

		ck_assert_int_eq(query_sorted(dir.s, q, &sort, note_order, &o), 0);
		ck_assert_uint_eq(o.n, want);
		for (size_t i = 0; i < o.n; i++)
			ck_assert_uint_eq(o.ports[i] % 5, 4 - i / 6);
		sort.order = QUERY_BY_PORT;
		o.n = 0;
		ck_assert_int_eq(query_sorted(dir.s, q, &sort, note_order, &o), 0);
		for (size_t i = 0; i < o.n; i++)
			ck_assert_uint_eq(o.ports[i], i + 1);
	}
	query_free(q);
	store_dir_remove(&dir);
}
END_TEST

START_TEST(a_cursor_is_told_from_other_texts)
{
	ck_assert(query_is_cursor("start"));
	ck_assert(query_is_cursor("192.0.2.1/6/22"));
	ck_assert(query_is_cursor("2001:db8::1/17/53"));
	ck_assert(!query_is_cursor("foo"));
	ck_assert(!query_is_cursor("192.0.2.1"));
	ck_assert(!query_is_cursor("192.0.2.1/6/22x"));
	ck_assert(!query_is_cursor("192.0.2.1/6/99999"));
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
	tcase_add_loop_test(tc, what_is_understood_in_another_form_is_said, 0,
	                    sizeof(notes) / sizeof(notes[0]));
	tcase_add_test(tc, what_is_closed_fits_only_a_query_that_names_the_state);
	tcase_add_loop_test(tc, random_queries_fit_what_a_naive_model_says, 0, 8);
	tcase_add_test(tc, sorted_results_are_the_first_of_the_order);
	tcase_add_test(tc, a_cursor_is_told_from_other_texts);
	tcase_add_test(tc, deep_and_long_queries_end_in_an_error);
	tcase_add_test(tc, pages_give_every_result_once);
	tcase_add_test(tc, query_takes_a_ping_for_no_service);
	return suite_run("query", tc);
}
