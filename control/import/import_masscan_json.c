/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_masscan_json.c - what masscan writes with -oJ and -oD: an object for each answer,
 *
 *   {"ip":"192.0.2.1","timestamp":"1700000000","ports":[{"port":80,"proto":"tcp","status":"open",
 *    "reason":"syn-ack","ttl":64}]}
 *
 * or with "service":{"name":"ssh","banner":"..."} in the place of the state.
 */
#include <string.h>

#include "import_kind.h"
#include "import_masscan.h"

static bool fits(const char *head, size_t len)
{
	char first = import_head_first(head, len);

	return (first == '{' || first == '[') && import_head_has(head, len, "\"ports\"") &&
	       import_head_has(head, len, "\"proto\"") && import_head_has(head, len, "\"ip\"");
}

/* Names that stand for a part of an answer, as facts; NULL: the part says nothing new. */
static const struct {
	const char *name, *fact;
} parts[] = {
	{"title", "http.title"}, {"http.server", "http.server"}, {"ssl", NULL},  {"X509CA", NULL},
	{"vuln", NULL},          {"heartbleed", NULL},           {"html", NULL},
};

void import_masscan_banner(struct vd_facts *f, const char *name, size_t len,
                           const struct bytes *bytes)
{
	const char *data = bytes->len > 0 ? (const char *)bytes->data : "";
	const struct import_banner banner = {data, bytes->len, name, len};

	if (bytes->len == 0)
		return;
	if (len == 4 && memcmp(name, "X509", 4) == 0) {
		import_facts_base64(f, data, bytes->len);
		return;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strlen(parts[i].name) != len || memcmp(parts[i].name, name, len) != 0)
			continue;
		if (parts[i].fact != NULL)
			vd_facts_add(f, parts[i].fact, data, bytes->len);
		return;
	}
	import_facts_banner(f, &banner);
}

static bool set_text(struct record *r, const struct row_node *n,
                     bool (*set)(struct record *r, const char *text, size_t len))
{
	return row_node_has_text(n) && set(r, n->text, n->len);
}

static void take_service(const struct row_tree *t, const struct row_node *service, struct record *r)
{
	const struct row_node *name = row_tree_get(t, service, "name");
	const struct row_node *banner = row_tree_get(t, service, "banner");
	struct bytes bytes = {0};

	if (row_node_has_text(banner)) {
		import_latin1(&bytes, banner->text, banner->len);
		import_masscan_banner(r->facts, row_node_has_text(name) ? name->text : "",
		                      row_node_has_text(name) ? name->len : 0, &bytes);
	}
	bytes_fini(&bytes);
}

static void take_port(struct import_sink *s, const struct row_tree *t, const struct row_node *row,
                      const struct row_node *port)
{
	struct record *r = import_begin(s);
	const struct row_node *status = row_tree_get(t, port, "status");
	const struct row_node *ttl = row_tree_get(t, port, "ttl");
	uint64_t n;

	if (!set_text(r, row_tree_get(t, row, "ip"), import_set_addr) ||
	    !set_text(r, row_tree_get(t, row, "timestamp"), import_set_time)) {
		import_skip(s, "an address or a time that cannot be read");
		return;
	}
	if (!set_text(r, row_tree_get(t, port, "port"), import_set_port) ||
	    !set_text(r, row_tree_get(t, port, "proto"), import_set_transport)) {
		import_skip(s, "no port of TCP or UDP");
		return;
	}
	if (row_node_is(status, "closed"))
		r->state = RECORD_CLOSED;
	r->reply.reason = r->state == RECORD_CLOSED ? DP_REPLY_CLOSED : DP_REPLY_OPEN;
	if (row_node_has_text(ttl) && import_number(ttl->text, ttl->len, &n) && n < 256)
		r->reply.ttl = (uint8_t)n;
	take_service(t, row_tree_get(t, port, "service"), r);
	import_take(s);
}

static void take_row(struct import_sink *s, const struct row_tree *t)
{
	const struct row_node *row = row_tree_root(t), *ports = row_tree_get(t, row, "ports");

	if (row_tree_get(t, row, "finished") != NULL)
		return;
	if (ports == NULL || ports->type != ROW_ARRAY) {
		import_skip(s, "an object without ports");
		return;
	}
	for (const struct row_node *p = row_tree_first(t, ports); p != NULL;
	     p = row_tree_next(t, p))
		take_port(s, t, row, p);
}

const struct import_kind import_masscan_json = {
	.name = "masscan JSON",
	.word = "masscan-json",
	.tool = "masscan",
	.fits = fits,
	.row = take_row,
};
