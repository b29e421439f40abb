/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_zgrab.c - what zgrab2 writes: an object for each host, with an answer for each module,
 *
 *   {"ip":"192.0.2.1","data":{"ssh":{"status":"success","protocol":"ssh","port":22,
 *    "result":{"server_id":{"raw":"SSH-2.0-..."}},"timestamp":"2026-11-22T02:10:44Z"}}}
 *
 * An answer of HTTP is not there as bytes: its status line, header and body are put together again.
 * Older versions do not state the port: then it is that of --port, of the URL, or the usual one.
 */
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "import_facts.h"
#include "import_kind.h"
#include "vd_proto.h"

static bool fits(const char *head, size_t len)
{
	return import_head_first(head, len) == '{' && import_head_has(head, len, "\"data\"") &&
	       import_head_has(head, len, "\"status\"") &&
	       (import_head_has(head, len, "\"ip\"") || import_head_has(head, len, "\"domain\"")) &&
	       !import_head_has(head, len, "\"ip_str\"");
}

/* ---- HTTP ------------------------------------------------------------------------------------ */

/* "content_type" -> "Content-Type" */
static void put_name(struct bytes *out, const struct row_node *header)
{
	for (uint32_t i = 0; i < header->key_len; i++) {
		bool first = i == 0 || header->key[i - 1] == '_' || header->key[i - 1] == '-';
		char c = header->key[i] == '_' ? '-' : ascii_lower(header->key[i]);

		if (first && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		bytes_put(out, &c, 1);
	}
}

static void put_header(struct bytes *out, const struct row_tree *t, const struct row_node *header)
{
	const struct row_node *v = header->type == ROW_ARRAY ? row_tree_first(t, header) : header;

	for (; v != NULL && v->type == ROW_STRING; v = row_tree_next(t, v)) {
		put_name(out, header);
		bytes_put(out, ": ", 2);
		bytes_put(out, v->text, v->len);
		bytes_put(out, "\r\n", 2);
		if (header->type != ROW_ARRAY)
			return;
	}
}

static void put_text(struct bytes *out, const struct row_node *n, const char *otherwise)
{
	if (row_node_has_text(n))
		bytes_put(out, n->text, n->len);
	else
		bytes_put(out, otherwise, strlen(otherwise));
}

/* The answer as it was sent, but for the order and the spelling of its headers. */
static void put_response(struct bytes *out, const struct row_tree *t,
                         const struct row_node *response)
{
	const struct row_node *header;

	put_text(out, row_tree_find(t, response, "protocol.name"), "HTTP/1.1");
	bytes_put(out, " ", 1);
	put_text(out, row_tree_get(t, response, "status_line"), "");
	bytes_put(out, "\r\n", 2);
	header = row_tree_first(t, row_tree_get(t, response, "headers"));
	for (; header != NULL; header = row_tree_next(t, header))
		if (header->key != NULL && strcmp(header->key, "unknown") != 0)
			put_header(out, t, header);
	bytes_put(out, "\r\n", 2);
	put_text(out, row_tree_get(t, response, "body"), "");
}

static void take_http(struct record *r, const struct row_tree *t, const struct row_node *response)
{
	struct bytes bytes = {0};
	struct import_banner b = {.service = "http", .service_len = 4};

	put_response(&bytes, t, response);
	b.data = bytes.data;
	b.len = bytes.len;
	if (!bytes.failed)
		import_facts_rebuilt(r->facts, &b);
	bytes_fini(&bytes);
}

/* ---- TLS ------------------------------------------------------------------------------------- */

static const struct row_node *handshake(const struct row_tree *t, const struct row_node *result)
{
	static const char *const paths[] = {
		"handshake_log",
		"tls_log.handshake_log",
		"tls.handshake_log",
		"response.request.tls_log.handshake_log",
	};
	const struct row_node *n = NULL;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && n == NULL; i++)
		n = row_tree_find(t, result, paths[i]);
	return n;
}

static void take_tls(struct record *r, const struct row_tree *t, const struct row_node *result)
{
	const struct row_node *log = handshake(t, result);
	const struct row_node *raw = row_tree_find(t, log, "server_certificates.certificate.raw");
	const struct row_node *version = row_tree_find(t, log, "server_hello.version.name");

	if (row_node_has_text(raw))
		import_facts_base64(r->facts, raw->text, raw->len);
	if (row_node_has_text(version))
		vd_facts_add(r->facts, "ssl.version", version->text, version->len);
}

/* ---- a module -------------------------------------------------------------------------------- */

/* The usual port of the protocol of a module; 0: it has none. */
static uint16_t usual_port(const char *name, bool inside_tls)
{
	const struct vd_proto *p;
	bool tls;

	if (strcmp(name, "tls") == 0)
		return 443;
	p = vd_proto_find(name, &tls);
	return p == NULL ? 0 : vd_proto_ports(p, tls || inside_tls)[0];
}

/* The port behind the last colon of "192.0.2.1:8443". */
static bool url_port(struct record *r, const struct row_node *host)
{
	const char *colon = row_node_has_text(host) ? memrchr(host->text, ':', host->len) : NULL;

	return colon != NULL &&
	       import_set_port(r, colon + 1, host->len - (size_t)(colon + 1 - host->text));
}

static void set_port(struct import_sink *s, struct record *r, const struct row_tree *t,
                     const struct row_node *module)
{
	const struct row_node *result = row_tree_get(t, module, "result");
	const struct row_node *port = row_tree_get(t, module, "port");
	const struct row_node *protocol = row_tree_get(t, module, "protocol");

	if (row_node_has_text(port) && import_set_port(r, port->text, port->len))
		return;
	if (s->port != 0 || url_port(r, row_tree_find(t, result, "response.request.url.host")))
		return;
	r->port = usual_port(row_node_has_text(protocol) ? protocol->text : module->key,
	                     handshake(t, result) != NULL);
}

/* The bytes that a server sent first, which modules call by several names. */
static const struct row_node *banner_of(const struct row_tree *t, const struct row_node *result)
{
	static const char *const paths[] = {"server_id.raw", "banner", "banner_raw", "raw_banner"};
	const struct row_node *n = NULL;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]) && !row_node_has_text(n); i++)
		n = row_tree_find(t, result, paths[i]);
	return row_node_has_text(n) ? n : NULL;
}

static void take_result(struct record *r, const struct row_tree *t, const struct row_node *module)
{
	const struct row_node *result = row_tree_get(t, module, "result");
	const struct row_node *protocol = row_tree_get(t, module, "protocol");
	const struct row_node *banner = banner_of(t, result);
	const struct row_node *response = row_tree_get(t, result, "response");
	struct bytes bytes = {0};
	struct import_banner b = {0};

	if (row_node_has_text(protocol) && !row_node_is(protocol, "banner")) {
		b.service = protocol->text;
		b.service_len = protocol->len;
	}
	if (response != NULL && row_tree_get(t, response, "status_line") != NULL)
		take_http(r, t, response);
	if (banner != NULL) {
		import_latin1(&bytes, banner->text, banner->len);
		if (strncmp(banner->text, "SSH-", 4) == 0)
			bytes_put(&bytes, "\r\n", 2); /* zgrab2 takes the line end off */
		b.data = bytes.data;
		b.len = bytes.len;
		import_facts_banner(r->facts, &b);
	}
	take_tls(r, t, result);
	bytes_fini(&bytes);
}

static void take_module(struct import_sink *s, const struct row_tree *t,
                        const struct row_node *module)
{
	const struct row_node *row = row_tree_root(t), *ip = row_tree_get(t, row, "ip");
	const struct row_node *when = row_tree_get(t, module, "timestamp");
	const struct row_node *status = row_tree_get(t, module, "status");
	struct record *r = import_begin(s);

	if (status == NULL || module->type != ROW_OBJECT) {
		import_skip(s, "no answer of a module");
		return;
	}
	if (!row_node_is(status, "success") && row_tree_get(t, module, "result") == NULL) {
		import_skip(s, "a module that had no success");
		return;
	}
	if (!row_node_has_text(ip) || !import_set_addr(r, ip->text, ip->len)) {
		import_skip(s, "no address");
		return;
	}
	if (row_node_has_text(when) && !import_set_time(r, when->text, when->len)) {
		import_skip(s, "no time that can be read");
		return;
	}
	set_port(s, r, t, module);
	take_result(r, t, module);
	if (!row_node_is(status, "success") && vd_facts_count(r->facts) == 0) {
		import_skip(s, "a module that had no success");
		return;
	}
	import_take(s);
}

static void take_row(struct import_sink *s, const struct row_tree *t)
{
	const struct row_node *data = row_tree_get(t, row_tree_root(t), "data");

	if (data == NULL || data->type != ROW_OBJECT) {
		import_skip(s, "an object without answers");
		return;
	}
	for (const struct row_node *m = row_tree_first(t, data); m != NULL; m = row_tree_next(t, m))
		take_module(s, t, m);
}

const struct import_kind import_zgrab = {
	.name = "zgrab2 JSON",
	.word = "zgrab2",
	.tool = "zgrab2",
	.fits = fits,
	.row = take_row,
};
