/* SPDX-License-Identifier: Apache-2.0 */
/* http.c - HTTP/1.1: sends a GET and a few more that the answer makes worth it, and decodes what comes. */
#include "http_follow.h"
#include "http_icon.h"

enum { REQUEST_MAX = 1024, HEADER_FACTS_MAX = 40, PAGE_MAX = 2048 };

static const char sign[] = "HTTP/";

static bool http_starts(struct span in)
{
	return span_starts(in, sign);
}

/* ---- the dialog ---- */

void http_get(struct vd_dialog *d, const char *path, bool keep)
{
	char text[REQUEST_MAX];

	snprintf(text, sizeof(text),
	         "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\n"
	         "Connection: %s\r\n\r\n",
	         path, d->authority, d->user_agent, keep ? "keep-alive" : "close");
	say_text(d, text);
}

void http_ask(struct vd_dialog *d, const char *path)
{
	http_get(d, path, false);
}

/* A server that is to be asked with care gets this request and no other. */
static void http_greet(struct vd_dialog *d)
{
	http_get(d, "/", !d->plain);
}

/* Servers that expect TLS answer a plain request with status 400 and say so in the body. */
static bool wants_tls(const struct vd_dialog *d, const struct reply *r)
{
	return !d->tls && http_status(r) == 400 &&
	       (span_has(r->body, "HTTPS") || span_has(r->body, "SSL-enabled"));
}

enum vd_step http_hear(struct vd_dialog *d)
{
	struct reply r;

	if (!span_may_start(heard(d), sign))
		return VD_FOREIGN;
	d->known = http_starts(heard(d));
	if (span_head_end(heard(d)) == 0 || !reply_read(heard(d), sign, &r))
		return VD_MORE;
	if (wants_tls(d, &r))
		return VD_TRY_TLS;
	return http_whole(heard(d)) > 0 ? VD_DONE : VD_MORE;
}

enum vd_step http_hear_sign(struct vd_dialog *d, const char *word)
{
	enum vd_step step = http_hear(d);
	size_t head = span_head_end(heard(d));

	/* HTTP alone does not show which service this is; the word in the body does. */
	d->known = head != 0 && span_has(span_from(heard(d), head), word);
	return step == VD_DONE && !d->known ? VD_FOREIGN : step;
}

/* What request @n, from 1, asked behind the first: its kind and one more. 0: there was none. @state has
 * them all. */
enum { KIND_BITS = 2, KIND_MASK = 3 };

static unsigned asked(const struct vd_dialog *d, size_t n)
{
	return n > 0 ? d->state >> KIND_BITS * (n - 1) & KIND_MASK : 0;
}

/* The hear() of HTTP itself: behind each whole answer, asks what that makes worth asking. */
static enum vd_step http_talk(struct vd_dialog *d)
{
	enum vd_step step = d->answer_count == 0 ? http_hear(d) : VD_DONE;
	struct http_wish wish;
	size_t len;

	if (step != VD_DONE || d->plain)
		return step;
	if (!span_may_start(unseen(d), sign))
		return VD_DONE;
	len = http_whole(unseen(d));
	if (len == 0)
		return VD_MORE;
	d->seen += len;
	if (asked(d, d->answer_count) == HTTP_ICON + 1 || !http_wish(d, d->answer_count + 1, &wish))
		return VD_DONE;
	if (d->answer_count == 0)
		d->first_len = d->seen;
	answer_at(d, d->seen);
	d->state |= (uint8_t)((wish.kind + 1) << KIND_BITS * (d->answer_count - 1));
	http_get(d, wish.path, wish.kind != HTTP_ICON);
	return wish.fresh ? VD_AGAIN : VD_MORE;
}

/* ---- what an answer shows ---- */

/* Headers that become facts of their own. */
static const struct {
	const char *header, *fact;
} header_facts[] = {
	{"Server", "http.server"},           {"Location", "http.location"},
	{"X-Powered-By", "http.powered_by"}, {"WWW-Authenticate", "http.www_authenticate"},
	{"X-Generator", "http.generator"},
};

/* Add "name=value" of a Set-Cookie line, without its attributes. */
static void add_cookie(struct span value, struct vd_facts *out)
{
	const uint8_t *semicolon = value.at < value.end ? memchr(value.at, ';', span_left(value))
	                                                : NULL;

	if (semicolon != NULL)
		value.end = semicolon;
	decode_add(out, "http.cookie", span_trim(value));
}

static void add_header(const struct reply *r, size_t i, struct vd_facts *out)
{
	vd_facts_addf(out, "http.header", "%.*s: %.*s", (int)span_left(span_first(r->names[i], 64)),
	              (const char *)r->names[i].at, (int)span_left(span_first(r->values[i], 900)),
	              (const char *)r->values[i].at);
}

static void add_headers(const struct reply *r, struct vd_facts *out)
{
	for (size_t i = 0; i < r->count; i++) {
		const size_t n = sizeof(header_facts) / sizeof(header_facts[0]);

		for (size_t j = 0; j < n; j++)
			if (reply_header_is(r, i, header_facts[j].header))
				decode_add(out, header_facts[j].fact, r->values[i]);
		if (reply_header_is(r, i, "Set-Cookie"))
			add_cookie(r->values[i], out);
	}
	for (size_t i = 0; i < r->count && i < HEADER_FACTS_MAX; i++)
		add_header(r, i, out);
}

/* Add a hash of the body, which stays the same for the same bytes: FNV-1a, 64 bits. */
static void add_body_hash(struct span body, struct vd_facts *out)
{
	uint64_t hash = 14695981039346656037ULL;

	for (const uint8_t *at = body.at; at < body.end; at++)
		hash = (hash ^ *at) * 1099511628211ULL;
	vd_facts_addf(out, "http.body_hash", "%016llx", (unsigned long long)hash);
}

/* Add the version of CUPS: "Server: CUPS/2.4 IPP/2.1". */
static void add_cups(struct span server, struct vd_facts *out)
{
	struct span version;

	if (!span_starts(server, "CUPS/"))
		return;
	version = span_from(server, 5);
	for (const uint8_t *at = version.at; at < version.end; at++)
		if (*at == ' ')
			version.end = at;
	decode_add(out, "cups.version", version);
}

/* Services that are recognised by their JSON: the text that must be there, and the member whose
 * value becomes the fact. */
static const struct {
	const char *mark, *key, *fact;
} json_facts[] = {
	{"\"You Know, for Search\"", "number", "elasticsearch.version"},
	{"\"You Know, for Search\"", "cluster_name", "elasticsearch.cluster"},
	{"opensearch.org", "number", "opensearch.version"},
	{"opensearch.org", "cluster_name", "opensearch.cluster"},
	{"\"etcdserver\"", "etcdserver", "etcd.version"},
	{"\"MinAPIVersion\"", "Version", "docker.version"},
	{"\"gitVersion\"", "gitVersion", "kubernetes.version"},
	{"\"couchdb\"", "version", "couchdb.version"},
	{"\"solr-spec-version\"", "solr-spec-version", "solr.version"},
	{"\"DebugConfig\"", "Version", "consul.version"},
	{"\"DebugConfig\"", "Datacenter", "consul.datacenter"},
	{"\"DebugConfig\"", "NodeName", "consul.node"},
	{"\"server_time_utc\"", "version", "vault.version"},
	{"\"server_time_utc\"", "sealed", "vault.sealed"},
	{"\"server_time_utc\"", "cluster_name", "vault.cluster"},
	{"\"role\":\"nomad\"", "build", "nomad.version"},
	{"\"hadoopVersion\"", "hadoopVersion", "hadoop.version"},
	{"\"SoftwareVersion\"", "SoftwareVersion", "hadoop.version"},
	{"\"implementationVersion\"", "implementationVersion", "couchbase.version"},
};

static void add_json(struct span body, struct vd_facts *out)
{
	if (!span_starts(span_trim(body), "{"))
		return;
	for (size_t i = 0; i < sizeof(json_facts) / sizeof(json_facts[0]); i++)
		if (span_find(body, json_facts[i].mark, false) != NULL)
			decode_add_json(out, json_facts[i].fact, body, json_facts[i].key);
}

/* Add what the page of an answer says. */
static void add_page(const struct reply *r, struct vd_facts *out)
{
	uint8_t room[HTTP_TEXT_MAX];
	struct span body = http_text(r, room);

	if (body.at == body.end)
		return;
	decode_html(body, out);
	add_json(body, out);
	add_body_hash(body, out);
	decode_add(out, "http.body", body);
}

/* Add that the server offers HTTP/2 (RFC 9110, 7.8; RFC 7838, 3). */
static void add_h2(const struct reply *r, struct vd_facts *out)
{
	struct span upgrade = reply_header(r, "Upgrade"), other = reply_header(r, "Alt-Svc");

	if (span_has(upgrade, "h2") || span_has(other, "h2="))
		decode_add_bool(out, "http.h2", true);
}

/* Whether the answer sends to another address. Its page says nothing then. */
static bool is_moved(const struct reply *r)
{
	return http_status(r) / 100 == 3 && reply_header(r, "Location").at != NULL;
}

bool http_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;

	(void)hinted;
	if (!reply_read(in, sign, &r))
		return false;
	decode_add(out, "http.version", span_first(span_word(span_from(in, sizeof(sign) - 1)), 3));
	decode_add(out, "http.status", span_first(r.status, 3));
	add_headers(&r, out);
	add_cups(reply_header(&r, "Server"), out);
	add_h2(&r, out);
	if (!is_moved(&r))
		add_page(&r, out);
	return true;
}

/* ---- what the further answers show ---- */

/* The first line of metrics that tells a build, of which the rest is numbers; else @body. */
static struct span build_of(struct span body)
{
	struct span rest = body, line;

	while (span_line(&rest, &line))
		if (span_u8(line, 0) != '#' && span_find(line, "_build_info{", false) != NULL)
			return line;
	return body;
}

/* Add "PATH STATUS TEXT". */
static void add_text_of(const char *path, const struct reply *r, struct vd_facts *out)
{
	uint8_t room[HTTP_TEXT_MAX];
	struct span body = span_first(build_of(span_trim(http_text(r, room))), PAGE_MAX);
	char text[HTTP_PATH_MAX + 8 + PAGE_MAX];
	int len = snprintf(text, sizeof(text), "%s %u ", path, http_status(r));

	memcpy(text + len, body.at, span_left(body));
	vd_facts_add(out, "http.page", text, (size_t)len + span_left(body));
}

/* Add what the page says to which the first answer sends. It stands for the first one's page where
 * that says nothing. */
static void add_redirect(const char *path, const struct reply *r, struct vd_facts *out)
{
	decode_add_text(out, "http.redirects", path);
	for (size_t i = 0; i < r->count; i++)
		if (reply_header_is(r, i, "Set-Cookie"))
			add_cookie(r->values[i], out);
	if (is_moved(r))
		return;
	if (vd_facts_get(out, "http.body") == NULL) {
		add_page(r, out);
		return;
	}
	if (vd_facts_get(out, "http.title") == NULL)
		decode_html(span_first(http_body(r), HTTP_TEXT_MAX), out);
	add_text_of(path, r, out);
}

/* Add the headers that state a version: that of the product, or of what it offers. */
static void add_version_headers(const struct reply *r, struct vd_facts *out)
{
	for (size_t i = 0; i < r->count; i++)
		if (span_has(r->names[i], "version"))
			add_header(r, i, out);
}

static void add_product_page(const char *path, const struct reply *r, struct vd_facts *out)
{
	uint8_t room[HTTP_TEXT_MAX];

	add_json(http_text(r, room), out);
	add_version_headers(r, out);
	if (http_status(r) == 200 || strcmp(path, HTTP_MISSING) == 0)
		add_text_of(path, r, out);
}

static void add_icon(struct span answer, const struct reply *r, struct vd_facts *out)
{
	if (http_status(r) == 200 && http_whole(answer) > 0 &&
	    !span_has(reply_header(r, "Content-Type"), "html"))
		http_icon_facts(r, out);
}

static void http_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	for (size_t n = 1; n <= d->answer_count; n++) {
		struct span answer = span_part(heard(d), d->answers[n - 1],
		                               n < d->answer_count ? d->answers[n] : d->in_len);
		size_t before = vd_facts_count(out);
		struct http_wish wish;
		struct reply r;

		if (!reply_read(answer, sign, &r))
			return;
		if (asked(d, n) == HTTP_ICON + 1)
			add_icon(answer, &r, out);
		else if (!http_wish(d, n, &wish))
			return;
		else if (wish.kind == HTTP_REDIRECT)
			add_redirect(wish.path, &r, out);
		else
			add_product_page(wish.path, &r, out);
		facts_drop_repeated(out, before);
	}
}

const struct vd_proto vd_proto_http = {
	.name = "http",
	.secure = "https",
	.aliases = NAMES("http-proxy"),
	.ports = PORTS(80, 81, 82, 2082, 2083, 2086, 2087, 2380, 3000, 3128, 3129, 4040, 5000, 5357,
                       5601, 5800, 5801, 5984, 5985, 5986, 6066, 7001, 7474, 7547, 8000, 8008, 8042,
                       8080, 8081, 8085, 8086, 8089, 8090, 8118, 8123, 8161, 8181, 8222, 8834, 8880,
                       8888, 8899, 9000, 9030, 9090, 10000, 15672, 16010, 28017, 50030, 50060,
                       50075, 60010, 60030),
	.tls_ports = PORTS(443, 4443, 8443, 9443, 10250),
	.starts = http_starts,
	.greet = http_greet,
	.hear = http_talk,
	.decode = http_decode,
	.facts = http_facts,
};
