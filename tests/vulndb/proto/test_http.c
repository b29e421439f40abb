/* SPDX-License-Identifier: Apache-2.0 */
/* test_http.c - claims about the further requests of HTTP: what an answer makes worth asking, how
 * often, of whom, and what comes out of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "http_follow.h"
#include "suite.h"

#define LENGTH(text) (unsigned)(sizeof(text) - 1)
#define HTML "Content-Type: text/html\r\n"

enum { TURNS = 5 };

/* An answer: status, header lines, body; and what the client says then ("" = nothing, NULL = no such
 * answer). */
struct turn {
	const char *status, *headers, *body;
	const char *says;
};

struct talk {
	struct turn turns[TURNS];
	enum vd_step step;
	const char *fact,
		*value; /* NULL: none is claimed; a value of NULL: there is no such fact */
};

static enum vd_step answer(struct bed *bed, const struct turn *t)
{
	char text[4096];
	int len = snprintf(text, sizeof(text), "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s",
	                   t->status, t->headers, strlen(t->body), t->body);

	bed->dialog.out_len = 0;
	return bed_hear(bed, text, (size_t)len);
}

static bool says(const struct bed *bed, const char *text)
{
	const struct vd_dialog *d = &bed->dialog;

	return text[0] == '\0' ? d->out_len == 0 : span_has(span_of(d->out, d->out_len), text);
}

static void check(const struct vd_facts *facts, const char *name, const char *value)
{
	const struct vd_fact *f = vd_facts_get(facts, name);

	ck_assert_msg((f != NULL) == (value != NULL), "%s is %s", name,
	              f != NULL ? f->value : "not there");
	if (f != NULL)
		ck_assert_str_eq(f->value, value);
}

static size_t count(const struct vd_facts *facts, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < vd_facts_count(facts); i++)
		n += strcmp(vd_facts_at(facts, i)->name, name) == 0;
	return n;
}

#define LOGIN                                                                                      \
	{                                                                                          \
		"302 Found", "Location: /login\r\n", "<title>302 Found</title>", "GET /login HTTP" \
	}
#define GRAFANA                                                                                    \
	{                                                                                          \
		"200 OK", HTML, "<title>Grafana</title> window.grafanaBootData = 1",               \
			"GET /api/health HTTP"                                                     \
	}

static const struct talk talks[] = {
	/* the icon, where the page says it is; only the last request ends the connection */
	{{{"200 OK", HTML, "<title>T</title>", "GET /favicon.ico HTTP/1.1\r\n"},
          {"200 OK", "", "icon", ""}},
         VD_DONE,
         "http.favicon",
         "1355950459"},
	{{{"200 OK", HTML, "<TITLE>hi", "Connection: close"}, {"200 OK", "", "icon", ""}},
         VD_DONE,
         "http.favicon_md5",
         "baec6461b0d69dde1b861aefbe375d8a"},
	{{{"401 Unauthorized", HTML, "<link rel=\"shortcut icon\" href=\"img/i.png?v=1#x\">",
           "GET /img/i.png?v=1 HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"200 OK", HTML, "<link rel=icon><LINK REL='icon' HREF='/i.svg'>", "GET /i.svg HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"200 OK", HTML, "<link rel=\"icon\" href=\"data:image/png;base64,AA==\">",
           "GET /favicon.ico HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	/* what is no icon */
	{{{"200 OK", HTML, "<title>x</title>", "GET /favicon.ico"},
          {"404 Not Found", "", "no", ""}},
         VD_DONE,
         "http.favicon",
         NULL},
	{{{"200 OK", HTML, "<title>x</title>", "GET /favicon.ico"},
          {"200 OK", HTML, "<html>no", ""}},
         VD_DONE,
         "http.favicon",
         NULL},
	{{{"200 OK", HTML, "<title>x</title>", "GET /favicon.ico"}, {"200 OK", "", "", ""}},
         VD_DONE,
         "http.favicon",
         NULL},
	/* no page, no icon */
	{{{"200 OK", "Content-Type: application/json\r\n", "{}", ""}}, VD_DONE, NULL, NULL},
	{{{"503 Service Unavailable", HTML, "<html>", ""}}, VD_DONE, NULL, NULL},
	/* what no product has made has no icon, unless it says so */
	{{{"200 OK", HTML, "<title>Welcome to nginx!</title><form>", ""}}, VD_DONE, NULL, NULL},
	{{{"200 OK", HTML, "<title>\n Index of /x</title>", ""}}, VD_DONE, NULL, NULL},
	{{{"200 OK", HTML, "<html>It works", ""}}, VD_DONE, NULL, NULL},
	{{{"200 OK", HTML, "<title></title>hi", ""}}, VD_DONE, NULL, NULL},
	{{{"404 Not Found", HTML, "<title>404 Not Found</title>", ""}}, VD_DONE, NULL, NULL},
	{{{"404 Not Found", HTML, "<title>x</title><link rel='icon' href='/i'>", "GET /i HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"200 OK", HTML, "<title>Index of /</title><link rel='icon' href='/i'>", "GET /i HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"200 OK", HTML, "<script>top.location='x'", "GET /favicon.ico"}}, VD_MORE, NULL, NULL},
	/* a redirect on the same host, once: its page stands for the first one's */
	{{LOGIN,
          {"200 OK", HTML, "<title>Sign in</title>", "GET /favicon.ico"},
          {"404 No", "", "", ""}},
         VD_DONE,
         "http.title",
         "Sign in"},
	{{LOGIN, {"200 OK", HTML, "<title>Sign in</title>", "GET /favicon.ico"}},
         VD_MORE,
         "http.redirects",
         "/login"},
	{{LOGIN, {"200 OK", HTML, "<form>hi", "GET /favicon.ico"}}, VD_MORE, "http.status", "302"},
	{{LOGIN, {"302 Found", "Location: /x\r\n", "", ""}}, VD_DONE, "http.body", NULL},
	{{LOGIN, {"200 OK", "Set-Cookie: sid=1; Path=/\r\n", "x", ""}},
         VD_DONE,
         "http.cookie",
         "sid=1"},
	{{{"301 Moved", "Location: http://h:102/app/\r\n", "", "GET /app/ HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"301 Moved", "Location: //H:102/app\r\n", "", "GET /app HTTP"}}, VD_MORE, NULL, NULL},
	{{{"200 OK", HTML,
           "<meta http-equiv=\"Refresh\" content=\"0; URL='cgi-bin/luci/'\"><title>A</title>",
           "GET /cgi-bin/luci/ HTTP"},
          {"200 OK", HTML, "<title>LuCI</title>", "GET /favicon.ico"}},
         VD_MORE,
         "http.page",
         "/cgi-bin/luci/ 200 <title>LuCI</title>"},
	/* other hosts, ports and schemes are left alone, and so is what a request cannot carry */
	{{{"302 Found", "Location: http://198.51.100.1/\r\n", "", ""}},
         VD_DONE,
         "http.location",
         "http://198.51.100.1/"},
	{{{"302 Found", "Location: http://h:103/x\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: http://h/x\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: http://h:1023/x\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: https://h:102/x\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: //other/x\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: mailto:x@h:102\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: /a b\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: /a\001b\r\n", "", ""}}, VD_DONE, NULL, NULL},
	{{{"302 Found", "Location: /\r\n", "", ""}}, VD_DONE, NULL, NULL},
	/* the page on which a product states its version */
	{{LOGIN,
          GRAFANA,
          {"200 OK", "", "{\"database\":\"ok\",\"version\":\"9.3.6\"}", "GET /favicon.ico"},
          {"404 No", "", "", ""}},
         VD_DONE,
         "http.page",
         "/api/health 200 {\"database\":\"ok\",\"version\":\"9.3.6\"}"},
	{{GRAFANA, {"404 No", "", "no such page", "GET /favicon.ico"}}, VD_MORE, "http.page", NULL},
	{{{"200 OK", HTML, "<TITLE>\n Portainer</TITLE>", "GET /api/status HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"200 OK", HTML, "<title>My Portainer</title>", "GET /favicon.ico HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"404 Not Found", "", "404 page not found\n", "GET /version HTTP"},
          {"200 OK", "", "{\"etcdserver\":\"3.4.23\"}", ""}},
         VD_DONE,
         "etcd.version",
         "3.4.23"},
	{{{"200 OK", HTML, "<a href=\"/metrics\">Metrics</a>", "GET /metrics HTTP"},
          {"200 OK", "", "# HELP x\nx 1\ny_build_info{version=\"1.2\"} 1\nz 2\n", ""}},
         VD_DONE,
         "http.page",
         "/metrics 200 y_build_info{version=\"1.2\"} 1"},
	{{{"200 OK", HTML, "<title>Node Exporter</title> href=\"/metrics\"",
           "GET /metrics?collect%5B%5D=time HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	{{{"200 OK", "Cache-Control: no-cache\r\n", "x", ""}}, VD_DONE, NULL, NULL},
	{{{"200 OK", "Set-Cookie: JSESSIONID=1\r\n", "hi", "GET /sonde-page-that-is-not-there"},
          {"404 ", "", "<h3>Apache Tomcat/9.0.1</h3>", ""}},
         VD_DONE,
         "http.page",
         "/sonde-page-that-is-not-there 404 <h3>Apache Tomcat/9.0.1</h3>"},
	{{{"200 OK", "Set-Cookie: JSESSIONID=1\r\n", "Apache Tomcat/9.0.1", ""}},
         VD_DONE,
         NULL,
         NULL},
	{{{"200 OK", HTML, "<link rel=\"manifest\" href=\"/m.json\">", "GET /m.json HTTP"}},
         VD_MORE,
         NULL,
         NULL},
	/* a server that ends the connection is asked on a fresh one, but not for an icon */
	{{{"200 OK", HTML "Connection: close\r\n", "<link rel=\"manifest\" href=\"/m.json\">", ""}},
         VD_DONE,
         NULL,
         NULL},
	{{{"302 Found", "Connection: close\r\nLocation: /login\r\n", "", "GET /login HTTP"}},
         VD_AGAIN,
         NULL,
         NULL},
	{{{"302 Found", "Connection: close\r\nLocation: /login\r\n", "", "GET /login HTTP"},
          {"200 OK", HTML "Connection: close\r\n", "<title>Grafana</title> grafanaBootData",
           "GET /api/health HTTP"},
          {"200 OK", "Connection: close\r\n", "{\"version\":\"9.3.6\"}", ""}},
         VD_DONE,
         "http.page",
         "/api/health 200 {\"version\":\"9.3.6\"}"},
	{{{"200 OK", HTML "Connection: close\r\n", "hi", ""}}, VD_DONE, NULL, NULL},
	{{LOGIN, {"200 OK", HTML "Connection: Close\r\n", "<title>x</title>", ""}},
         VD_DONE,
         "http.title",
         "x"},
	/* printers and controllers are left in peace, also behind a redirect */
	{{{"200 OK", HTML "Server: HP HTTP Server; HP x\r\n", "<title>x</title>", ""}},
         VD_DONE,
         "http.title",
         "x"},
	{{LOGIN, {"200 OK", HTML, "<title>SIMATIC 300</title>", ""}},
         VD_DONE,
         "http.title",
         "SIMATIC 300"},
	/* HTTP/2 is offered */
	{{{"200 OK", "Upgrade: h2,h2c\r\n", "x", ""}}, VD_DONE, "http.h2", "true"},
	{{{"200 OK", "Alt-Svc: h2=\":443\"; ma=60\r\n", "x", ""}}, VD_DONE, "http.h2", "true"},
	{{{"200 OK", "Alt-Svc: h3=\":443\"\r\n", "x", ""}}, VD_DONE, "http.h2", NULL},
};

START_TEST(answer_leads_to_what_it_makes_worth_asking)
{
	const struct talk *t = &talks[_i];
	struct vd_facts *facts = vd_facts_new();
	enum vd_step step = VD_MORE;
	struct bed bed;

	bed_begin(&bed, "http");
	ck_assert(says(&bed, "Connection: keep-alive\r\n"));
	for (size_t i = 0; i < TURNS && t->turns[i].status != NULL; i++) {
		ck_assert(step == VD_MORE || step == VD_AGAIN);
		step = answer(&bed, &t->turns[i]);
		ck_assert_msg(says(&bed, t->turns[i].says), "case %d, turn %zu: %.*s", _i, i,
		              (int)bed.dialog.out_len, (const char *)bed.dialog.out);
	}
	ck_assert_msg(step == t->step, "case %d: step %d", _i, step);
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "http");
	if (t->fact != NULL)
		check(facts, t->fact, t->value);
	ck_assert_uint_le(count(facts, "http.title"), 1);
	ck_assert_uint_eq(count(facts, "http.status"), 1);
	ck_assert_uint_le(count(facts, "http.body"), 1);
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* Fed byte by byte, a dialog says the same. */
START_TEST(cuts_of_the_network_change_nothing)
{
	const struct talk *t = &talks[_i];
	enum vd_step step = VD_MORE;
	struct bed bed;

	bed_begin(&bed, "http");
	for (size_t i = 0; i < TURNS && t->turns[i].status != NULL; i++) {
		char text[4096];
		int len = snprintf(text, sizeof(text),
		                   "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s",
		                   t->turns[i].status, t->turns[i].headers,
		                   strlen(t->turns[i].body), t->turns[i].body);

		bed.dialog.out_len = 0;
		for (int k = 0; k < len; k++) {
			ck_assert(step == VD_MORE || (k == 0 && step == VD_AGAIN));
			step = bed_hear(&bed, text + k, 1);
		}
		ck_assert_msg(says(&bed, t->turns[i].says), "case %d, turn %zu", _i, i);
	}
	ck_assert_int_eq(step, t->step);
	bed_end(&bed);
}
END_TEST

/* Whatever a server says, three further requests are the most. */
START_TEST(requests_are_four_at_most)
{
	static const struct turn endless = {"302 Found",
	                                    HTML "Location: /next\r\nSet-Cookie: JSESSIONID=1\r\n",
	                                    "<html><link rel=\"icon\" href=\"/i\">grafanaBootData",
	                                    NULL};
	unsigned requests = 1;
	struct bed bed;

	bed_begin(&bed, "http");
	while (requests < 20 && answer(&bed, &endless) == VD_MORE)
		requests++;
	ck_assert_uint_eq(requests, 1 + HTTP_FOLLOW_MAX);
	bed_end(&bed);
}
END_TEST

START_TEST(careful_dialog_asks_once)
{
	static const struct turn page = {"200 OK", HTML, "<title>T</title>", NULL};
	struct vd_dialog d = {.authority = "h:80", .user_agent = "agent", .plain = true};
	bool tls;
	const struct vd_proto *p = vd_proto_find("http", &tls);
	struct bed bed;

	vd_dialog_greet(p, &d);
	ck_assert(span_has(span_of(d.out, d.out_len), "Connection: close\r\n"));
	/* the host turns out to be fragile after the first request */
	bed_begin(&bed, "http");
	bed.dialog.plain = true;
	ck_assert_int_eq(answer(&bed, &page), VD_DONE);
	ck_assert_uint_eq(bed.dialog.out_len, 0);
	bed_end(&bed);
}
END_TEST

START_TEST(brief_dialog_asks_for_no_icon)
{
	static const struct turn page = {"200 OK", HTML, "<title>T</title>", NULL};
	static const struct turn moved = {"302 Found", "Location: /login\r\n", "", NULL};
	struct bed bed;

	bed_begin(&bed, "http");
	bed.dialog.brief = true;
	ck_assert_int_eq(answer(&bed, &moved), VD_MORE);
	ck_assert(says(&bed, "GET /login HTTP"));
	ck_assert_int_eq(answer(&bed, &page), VD_DONE);
	bed_end(&bed);
}
END_TEST

/* An icon that comes again has the same hashes, and one of the same bytes in chunks has its own. */
START_TEST(icons_that_come_again_are_told_apart)
{
	static const char *const heads[] = {"Content-Length: 15\r\n\r\n",
	                                    "Transfer-Encoding: chunked\r\n\r\n"};
	static const struct turn page = {"200 OK", HTML, "<title>T</title>", NULL};
	char hashes[4][32];

	for (int i = 0; i < 4; i++) {
		struct vd_facts *facts = vd_facts_new();
		const struct vd_fact *hash;
		char text[256];
		struct bed bed;
		int len = snprintf(text, sizeof(text),
		                   "HTTP/1.1 200 OK\r\n%s5\r\nicon!\r\n0\r\n\r\n", heads[i % 2]);

		bed_begin(&bed, "http");
		answer(&bed, &page);
		bed_hear(&bed, text, (size_t)len);
		vd_dialog_facts(bed.proto, &bed.dialog, facts);
		hash = vd_facts_get(facts, "http.favicon");
		ck_assert_ptr_nonnull(hash);
		snprintf(hashes[i], sizeof(hashes[i]), "%.31s", hash->value);
		bed_end(&bed);
		vd_facts_free(facts);
	}
	ck_assert_str_eq(hashes[0], hashes[2]);
	ck_assert_str_eq(hashes[1], hashes[3]);
	ck_assert_str_ne(hashes[0], hashes[1]);
}
END_TEST

/* The usual port stands in no address. */
START_TEST(usual_port_is_left_out)
{
	static const struct turn moved = {"302 Found", "Location: http://h/x\r\n", "", NULL};
	struct bed bed;

	bed_begin(&bed, "http");
	bed.dialog.authority = "h:80";
	ck_assert_int_eq(answer(&bed, &moved), VD_MORE);
	ck_assert(says(&bed, "GET /x HTTP"));
	bed_end(&bed);
}
END_TEST

/* ---- icons ---- */

static const struct {
	uint8_t first;
	unsigned len;
	const char *hash, *md5; /* of first, first + 1, ...; by mmh3.hash(base64.encodebytes(x)) */
} icons[] = {
	{'a', 1, "-316242180", "0cc175b9c0f1b6a831c399e269772661"},
	{'a', 2, "-1337734885", "187ef4436122d1cc2f40dc2b92f0eba0"},
	{'a', 3, "-868969266", "900150983cd24fb0d6963f7d28e17f72"},
	{0, 57, "459585070", "5320ef4c17ef34a0cf2db763338d25eb"},
	{0, 58, "-280317500", "9f4f41b5cde885f94cfc0e06e78f929d"},
	{1, 119, "1685140551", "663fb06214082d0dcb8bc068b48cd7d6"},
};

/* The same bytes in chunks of @size have the same hashes. */
START_TEST(icon_has_the_hashes_that_others_index)
{
	static const struct turn page = {"200 OK", HTML, "<title>hi</title>", NULL};
	struct vd_facts *facts = vd_facts_new();
	char text[1024];
	struct bed bed;

	for (unsigned size = 1; size < 200; size += 7) {
		unsigned n;
		int len = snprintf(text, sizeof(text),
		                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

		bed_begin(&bed, "http");
		answer(&bed, &page);
		bed_hear(&bed, text, (size_t)len);
		for (unsigned i = 0; i < icons[_i].len; i += n) {
			n = icons[_i].len - i < size ? icons[_i].len - i : size;
			len = snprintf(text, sizeof(text), "%x;ext=1\r\n", n);
			for (unsigned k = 0; k < n; k++)
				text[len++] = (char)(icons[_i].first + i + k);
			text[len++] = '\r';
			text[len++] = '\n';
			ck_assert_int_eq(bed_hear(&bed, text, (size_t)len), VD_MORE);
		}
		ck_assert_int_eq(bed_hear(&bed, "0\r\nTrailer: x\r\n", 15), VD_MORE);
		ck_assert_int_eq(bed_hear(&bed, "\r\n", 2), VD_DONE);
		vd_facts_clear(facts);
		vd_dialog_facts(bed.proto, &bed.dialog, facts);
		check(facts, "http.favicon", icons[_i].hash);
		check(facts, "http.favicon_md5", icons[_i].md5);
		bed_end(&bed);
	}
	vd_facts_free(facts);
}
END_TEST

/* ---- the end of an answer ---- */

static const struct {
	const char *text;
	unsigned whole; /* bytes of the first answer; 0: it has not come */
} answers[] = {
	{"HTTP/1.1 204 No Content\r\n\r\nmore", LENGTH("HTTP/1.1 204 No Content\r\n\r\n")},
	{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
         LENGTH("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")},
	{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", 0},
	{"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nab", 0},
	{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab", 0},
	{"HTTP/1.1 200 OK\r\n\r\nab", 0},
	{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", 0},
	{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx",
         LENGTH("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
	{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", 0},
	{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 0},
	{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nab", 0},
	{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 0},
	{"", 0},
};

START_TEST(end_of_an_answer_is_found)
{
	size_t len = strlen(answers[_i].text);
	/* exactly as long, so that a sanitizer sees a read beyond it */
	char *exact = malloc(len > 0 ? len : 1);

	memcpy(exact, answers[_i].text, len);
	ck_assert_uint_eq(http_whole(span_of(exact, len)), answers[_i].whole);
	free(exact);
}
END_TEST

/* A registry of images says nothing but in a header of its page; only those with a version count. */
START_TEST(a_page_tells_versions_in_its_headers)
{
	static const struct turn empty = {"200 OK", "Cache-Control: no-cache\r\n", "", NULL};
	static const struct turn page = {
		"401 Unauthorized",
		"Docker-Distribution-Api-Version: registry/2.0\r\nX-Other: 1\r\n", "{}", NULL};
	struct vd_facts *facts = vd_facts_new();
	unsigned versions = 0;
	struct bed bed;

	bed_begin(&bed, "http");
	ck_assert_int_eq(answer(&bed, &empty), VD_MORE);
	ck_assert(says(&bed, "GET /v2/ HTTP"));
	ck_assert_int_eq(answer(&bed, &page), VD_DONE);
	vd_dialog_facts(bed.proto, &bed.dialog, facts);
	for (size_t i = 0; i < vd_facts_count(facts); i++) {
		const struct vd_fact *f = vd_facts_at(facts, i);

		versions += strcmp(f->value, "Docker-Distribution-Api-Version: registry/2.0") == 0;
		ck_assert_str_ne(f->value, "X-Other: 1");
	}
	ck_assert_uint_eq(versions, 1);
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* ---- chunks ---- */

/* The page is what stands in all chunks, up to a bound. */
START_TEST(chunks_are_put_together)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	struct vd_facts *facts = vd_facts_new();
	const struct vd_fact *body;
	static char text[40000];
	size_t len;

	strcpy(text, head);
	strcat(text, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
	ck_assert_str_eq(vd_decode("http", text, strlen(text), facts), "http");
	check(facts, "http.body", "abcde");
	vd_facts_clear(facts);
	len = (size_t)sprintf(text, "%s", head);
	for (int i = 0; i < 70; i++)
		len += (size_t)sprintf(text + len, "100\r\n%0256d\r\n", i);
	ck_assert_str_eq(vd_decode("http", text, len, facts), "http");
	body = vd_facts_get(facts, "http.body");
	ck_assert_ptr_nonnull(body);
	ck_assert_uint_le(body->len, HTTP_TEXT_MAX);
	ck_assert_uint_ge(body->len, 512);
	ck_assert_mem_eq(body->value + 509, "001", 3);
	vd_facts_free(facts);
}
END_TEST

/* A server behind somebody else's TLS calls its own port by "http"; what other port that may be, nobody
 * knows. */
static const struct {
	const char *to, *says;
} behind_tls[] = {
	{"http://h:102/x", "GET /x HTTP"},
	{"http://h:102", ""},
	{"https://h:102/x", "GET /x HTTP"},
	{"http://h/x", ""},
	{"http://h:1023/x", ""},
	{"http://h:80/x", ""},
	{"http://h:102.example/x", ""},
};

START_TEST(own_port_is_followed_inside_tls)
{
	char headers[256];
	const struct turn moved = {"302 Found", headers, "", NULL};
	struct bed bed;

	snprintf(headers, sizeof(headers), "Location: %s\r\n", behind_tls[_i].to);
	bed_begin(&bed, "http");
	bed.dialog.tls = true;
	answer(&bed, &moved);
	ck_assert_msg(says(&bed, behind_tls[_i].says), "%s", behind_tls[_i].to);
	bed_end(&bed);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");
	const int n = (int)(sizeof(talks) / sizeof(talks[0]));

	tcase_add_loop_test(tc, answer_leads_to_what_it_makes_worth_asking, 0, n);
	tcase_add_loop_test(tc, cuts_of_the_network_change_nothing, 0, n);
	tcase_add_test(tc, requests_are_four_at_most);
	tcase_add_test(tc, careful_dialog_asks_once);
	tcase_add_test(tc, brief_dialog_asks_for_no_icon);
	tcase_add_test(tc, icons_that_come_again_are_told_apart);
	tcase_add_test(tc, usual_port_is_left_out);
	tcase_add_loop_test(tc, icon_has_the_hashes_that_others_index, 0,
	                    sizeof(icons) / sizeof(icons[0]));
	tcase_add_loop_test(tc, end_of_an_answer_is_found, 0, sizeof(answers) / sizeof(answers[0]));
	tcase_add_test(tc, a_page_tells_versions_in_its_headers);
	tcase_add_test(tc, chunks_are_put_together);
	tcase_add_loop_test(tc, own_port_is_followed_inside_tls, 0,
	                    sizeof(behind_tls) / sizeof(behind_tls[0]));
	return suite_run("http", tc);
}
