/* SPDX-License-Identifier: Apache-2.0 */
/* decode_http.c - replies with a status line and headers: HTTP, and what borrowed its form. */
#include <ctype.h>
#include <string.h>

#include "decode.h"

enum { HEADERS_MAX = 48, HEADER_FACTS_MAX = 40, BODY_MAX = 16384 };

/* A reply taken apart. */
struct reply {
	struct span status; /* "200 OK" */
	struct span body;
	size_t count;
	struct span names[HEADERS_MAX], values[HEADERS_MAX];
};

static bool take_header(struct span line, struct reply *r)
{
	const uint8_t *colon = line.at < line.end ? memchr(line.at, ':', span_left(line)) : NULL;

	if (colon == NULL || r->count == HEADERS_MAX)
		return false;
	r->names[r->count] = span_trim((struct span){line.at, colon});
	r->values[r->count] = span_trim((struct span){colon + 1, line.end});
	r->count++;
	return true;
}

/* @protocol is "HTTP/", "RTSP/" or "SIP/" (RFC 9112, 4; RFC 7826, 8; RFC 3261, 7.2). */
static bool take_reply(struct span in, const char *protocol, struct reply *r)
{
	struct span line;
	const uint8_t *blank;

	memset(r, 0, sizeof(*r));
	if (!span_starts(in, protocol) || !span_line(&in, &line))
		return false;
	blank = memchr(line.at, ' ', span_left(line));
	if (blank == NULL || line.end - blank < 4 || !isdigit(blank[1]) || !isdigit(blank[2]) ||
	    !isdigit(blank[3]))
		return false;
	r->status = (struct span){blank + 1, line.end};
	while (span_line(&in, &line) && line.at < line.end)
		take_header(line, r);
	r->body = in;
	return true;
}

static struct span header(const struct reply *r, const char *name)
{
	for (size_t i = 0; i < r->count; i++)
		if (span_left(r->names[i]) == strlen(name) && span_starts_nocase(r->names[i], name))
			return r->values[i];
	return (struct span){NULL, NULL};
}

/* Headers that are facts of their own. */
static const struct {
	const char *header, *fact;
} header_facts[] = {
	{"Server", "http.server"},           {"Location", "http.location"},
	{"X-Powered-By", "http.powered_by"}, {"WWW-Authenticate", "http.www_authenticate"},
	{"X-Generator", "http.generator"},
};

/* "name=value" of a Set-Cookie line, without its attributes. */
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
			if (span_left(r->names[i]) == strlen(header_facts[j].header) &&
			    span_starts_nocase(r->names[i], header_facts[j].header))
				decode_add(out, header_facts[j].fact, r->values[i]);
		if (span_starts_nocase(r->names[i], "Set-Cookie") && span_left(r->names[i]) == 10)
			add_cookie(r->values[i], out);
	}
	for (size_t i = 0; i < r->count && i < HEADER_FACTS_MAX; i++)
		vd_facts_addf(out, "http.header", "%.*s: %.*s",
		              (int)span_left(span_first(r->names[i], 64)),
		              (const char *)r->names[i].at,
		              (int)span_left(span_first(r->values[i], 900)),
		              (const char *)r->values[i].at);
}

/* A stable name for the body's bytes: FNV-1a, 64 bits. */
static void add_body_hash(struct span body, struct vd_facts *out)
{
	uint64_t hash = 14695981039346656037ULL;

	for (const uint8_t *at = body.at; at < body.end; at++)
		hash = (hash ^ *at) * 1099511628211ULL;
	vd_facts_addf(out, "http.body_hash", "%016llx", (unsigned long long)hash);
}

/* "Server: CUPS/2.4 IPP/2.1" */
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

/* Chunk sizes of a chunked body are not part of it (RFC 9112, 7.1); the first chunk is enough. */
static struct span dechunk(const struct reply *r)
{
	struct span coding = header(r, "Transfer-Encoding"), body = r->body, line;
	size_t len = 0;

	if (!span_starts_nocase(coding, "chunked") || !span_line(&body, &line))
		return r->body;
	for (; line.at < line.end && isxdigit(*line.at) && len < BODY_MAX; line.at++)
		len = len * 16 +
		      (size_t)(isdigit(*line.at) ? *line.at - '0' : tolower(*line.at) - 'a' + 10);
	return len > 0 ? span_first(body, len) : body;
}

bool decode_http(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;
	struct span body;

	(void)hinted;
	if (!take_reply(in, "HTTP/", &r))
		return false;
	decode_add(out, "http.status", span_first(r.status, 3));
	add_headers(&r, out);
	add_cups(header(&r, "Server"), out);
	body = span_first(dechunk(&r), BODY_MAX);
	if (body.at == body.end)
		return true;
	decode_html(body, out);
	decode_http_json(body, out);
	add_body_hash(body, out);
	decode_add(out, "http.body", body);
	return true;
}

/* A search answer of UPnP (SSDP): HTTP in form, told apart by the headers ST and USN. */
bool decode_upnp(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;

	(void)hinted;
	if (!take_reply(in, "HTTP/", &r) || header(&r, "ST").at == NULL ||
	    header(&r, "USN").at == NULL)
		return false;
	decode_add(out, "upnp.server", header(&r, "Server"));
	decode_add(out, "upnp.location", header(&r, "Location"));
	decode_add(out, "upnp.usn", header(&r, "USN"));
	return true;
}

bool decode_rtsp(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;

	(void)hinted;
	if (!take_reply(in, "RTSP/", &r))
		return false;
	decode_add(out, "rtsp.status", span_first(r.status, 3));
	decode_add(out, "rtsp.server", header(&r, "Server"));
	decode_add(out, "rtsp.public", header(&r, "Public"));
	decode_add(out, "rtsp.www_authenticate", header(&r, "WWW-Authenticate"));
	return true;
}

bool decode_sip(struct span in, bool hinted, struct vd_facts *out)
{
	struct reply r;

	(void)hinted;
	if (!take_reply(in, "SIP/", &r))
		return false;
	decode_add(out, "sip.status", span_first(r.status, 3));
	decode_add(out, "sip.server", header(&r, "Server"));
	decode_add(out, "sip.user_agent", header(&r, "User-Agent"));
	return true;
}

/* Services that are known by their JSON: a mark that must be there, and where the version
 * stands. */
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
};

void decode_http_json(struct span body, struct vd_facts *out)
{
	struct span start = span_trim(body);

	if (start.at == start.end || *start.at != '{')
		return;
	for (size_t i = 0; i < sizeof(json_facts) / sizeof(json_facts[0]); i++)
		if (span_find(body, json_facts[i].mark, false) != NULL)
			decode_add_json(out, json_facts[i].fact, body, json_facts[i].key);
}
