/* SPDX-License-Identifier: Apache-2.0 */
/* http.c - HTTP/1.1: sends one GET, finds the end of the answer (RFC 9112, 6), and decodes it. */
#include "http.h"

#include <ctype.h>
#include <stdlib.h>

#include "ascii.h"

enum { REQUEST_MAX = 1024, HEADER_FACTS_MAX = 40, BODY_MAX = 16384 };

static const char sign[] = "HTTP/";

static bool http_starts(struct span in)
{
	return span_starts(in, sign);
}

/* ---- the dialog ---- */

void http_ask(struct vd_dialog *d, const char *path)
{
	char text[REQUEST_MAX];

	snprintf(text, sizeof(text),
	         "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\n"
	         "Connection: close\r\n\r\n",
	         path, d->authority, d->user_agent);
	say_text(d, text);
}

static void http_greet(struct vd_dialog *d)
{
	http_ask(d, "/");
}

static unsigned status_of(const struct reply *r)
{
	return (unsigned)(span_u8(r->status, 0) - '0') * 100 +
	       (unsigned)(span_u8(r->status, 1) - '0') * 10 +
	       (unsigned)(span_u8(r->status, 2) - '0');
}

static bool body_is_whole(const struct reply *r)
{
	static const char last_chunk[] = "0\r\n\r\n";
	struct span value = reply_header(r, "Transfer-Encoding");
	size_t len = span_left(r->body);
	char digits[20];

	if (span_starts_nocase(value, "chunked"))
		return len >= strlen(last_chunk) &&
		       span_starts(span_from(r->body, len - strlen(last_chunk)), last_chunk);
	value = span_first(reply_header(r, "Content-Length"), sizeof(digits) - 1);
	if (!isdigit(span_u8(value, 0)))
		return false;
	memcpy(digits, value.at, span_left(value));
	digits[span_left(value)] = '\0';
	return strtoull(digits, NULL, 10) <= len;
}

/* Servers that expect TLS answer a plain request with status 400 and say so in the body. */
static bool wants_tls(const struct vd_dialog *d, const struct reply *r)
{
	return !d->tls && status_of(r) == 400 &&
	       (span_has(r->body, "HTTPS") || span_has(r->body, "SSL-enabled"));
}

static bool has_no_body(unsigned status)
{
	return status / 100 == 1 || status == 204 || status == 304;
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
	return has_no_body(status_of(&r)) || body_is_whole(&r) ? VD_DONE : VD_MORE;
}

enum vd_step http_hear_sign(struct vd_dialog *d, const char *word)
{
	enum vd_step step = http_hear(d);
	size_t head = span_head_end(heard(d));

	/* HTTP alone does not show which service this is; the word in the body does. */
	d->known = head != 0 && span_has(span_from(heard(d), head), word);
	return step == VD_DONE && !d->known ? VD_FOREIGN : step;
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
		vd_facts_addf(out, "http.header", "%.*s: %.*s",
		              (int)span_left(span_first(r->names[i], 64)),
		              (const char *)r->names[i].at,
		              (int)span_left(span_first(r->values[i], 900)),
		              (const char *)r->values[i].at);
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

struct span http_body(const struct reply *r)
{
	struct span coding = reply_header(r, "Transfer-Encoding"), body = r->body, line;
	size_t len = 0;

	if (!span_starts_nocase(coding, "chunked") || !span_line(&body, &line))
		return r->body;
	for (; line.at < line.end && isxdigit(*line.at) && len < BODY_MAX; line.at++)
		len = len * 16 + (size_t)ascii_hex((char)*line.at);
	return len > 0 ? span_first(body, len) : body;
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

bool http_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;
	struct span body;

	(void)hinted;
	if (!reply_read(in, sign, &r))
		return false;
	decode_add(out, "http.status", span_first(r.status, 3));
	add_headers(&r, out);
	add_cups(reply_header(&r, "Server"), out);
	body = span_first(http_body(&r), BODY_MAX);
	if (body.at == body.end)
		return true;
	decode_html(body, out);
	add_json(body, out);
	add_body_hash(body, out);
	decode_add(out, "http.body", body);
	return true;
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
	.hear = http_hear,
	.decode = http_decode,
};
