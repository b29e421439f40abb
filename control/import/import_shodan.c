/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_shodan.c - Shodan's JSON: an object for each service, as in the files of `shodan download`,
 * which are packed by gzip; or a host, or a page of results, with such objects in an array.
 *
 *   {"ip_str":"192.0.2.1","port":22,"transport":"tcp","timestamp":"2026-11-22T02:10:44.000000",
 *    "data":"SSH-2.0-...","product":"OpenSSH","version":"9.2p1","cpe23":["cpe:2.3:a:..."]}
 */
#include <string.h>

#include "import_facts.h"
#include "import_kind.h"

static bool fits(const char *head, size_t len)
{
	char first = import_head_first(head, len);

	return (first == '{' || first == '[') && import_head_has(head, len, "\"ip_str\"");
}

static void state(struct record *r, const char *name, const struct row_node *n)
{
	if (row_node_has_text(n))
		import_facts_state(r->facts, name, n->text, n->len);
}

/* What Shodan has concluded; older files have CPE 2.2 names only. */
static void take_statements(struct record *r, const struct row_tree *t, const struct row_node *row)
{
	const struct row_node *version = row_tree_get(t, row, "version");
	const struct row_node *cpes = row_tree_get(t, row, "cpe23");

	if (cpes == NULL)
		cpes = row_tree_get(t, row, "cpe");
	state(r, "product", row_tree_get(t, row, "product"));
	state(r, "os", row_tree_get(t, row, "os"));
	state(r, "device", row_tree_get(t, row, "devicetype"));
	if (row_node_has_text(version))
		import_facts_version(r->facts, version->text, version->len);
	for (const struct row_node *c = row_tree_first(t, cpes); c != NULL; c = row_tree_next(t, c))
		if (row_node_has_text(c))
			import_facts_cpe(r->facts, c->text, c->len);
}

static void take_certificate(struct record *r, const struct row_tree *t, const struct row_node *row)
{
	const struct row_node *first = row_tree_first(t, row_tree_find(t, row, "ssl.chain"));

	if (row_node_has_text(first))
		import_facts_base64(r->facts, first->text, first->len);
}

static void take_banner(struct record *r, const struct row_tree *t, const struct row_node *row)
{
	const struct row_node *data = row_tree_get(t, row, "data");
	const struct row_node *module = row_tree_find(t, row, "_shodan.module");
	const struct row_node *html = row_tree_find(t, row, "http.html");
	struct import_banner b = {0};
	struct bytes bytes = {0};

	if (!row_node_has_text(data) || data->type != ROW_STRING)
		return;
	import_latin1(&bytes, data->text, data->len);
	if (row_node_has_text(html) && strncmp(data->text, "HTTP/", 5) == 0)
		bytes_put(&bytes, html->text, html->len);
	b.data = bytes.data;
	b.len = bytes.len;
	if (row_node_has_text(module)) {
		b.service = module->text;
		b.service_len = module->len;
	}
	if (!bytes.failed)
		import_facts_banner(r->facts, &b);
	bytes_fini(&bytes);
}

static bool set(struct record *r, const struct row_node *n,
                bool (*set_text)(struct record *r, const char *text, size_t len))
{
	return row_node_has_text(n) && set_text(r, n->text, n->len);
}

static void take_service(struct import_sink *s, const struct row_tree *t,
                         const struct row_node *row, const struct row_node *host)
{
	const struct row_node *addr = row_tree_get(t, row, "ip_str");
	const struct row_node *transport = row_tree_get(t, row, "transport");
	struct record *r = import_begin(s);

	if (addr == NULL)
		addr = row_tree_get(t, host, "ip_str");
	if (!set(r, addr, import_set_addr)) {
		import_skip(s, "no address");
		return;
	}
	if (!set(r, row_tree_get(t, row, "port"), import_set_port) ||
	    (transport != NULL && !set(r, transport, import_set_transport))) {
		import_skip(s, "no port of TCP or UDP");
		return;
	}
	if (!set(r, row_tree_get(t, row, "timestamp"), import_set_time)) {
		import_skip(s, "no time that can be read");
		return;
	}
	take_banner(r, t, row);
	take_certificate(r, t, row);
	take_statements(r, t, row);
	import_take(s);
}

static void take_list(struct import_sink *s, const struct row_tree *t, const struct row_node *list,
                      const struct row_node *host)
{
	const struct row_node *n = row_tree_first(t, list);

	for (; n != NULL; n = row_tree_next(t, n)) {
		const struct row_node *data = row_tree_get(t, n, "data");

		if (data != NULL && data->type == ROW_ARRAY)
			import_skip(s, "hosts inside of a list; give each as an object");
		else
			take_service(s, t, n, host);
	}
}

static void take_row(struct import_sink *s, const struct row_tree *t)
{
	const struct row_node *row = row_tree_root(t), *data = row_tree_get(t, row, "data");
	const struct row_node *matches = row_tree_get(t, row, "matches");

	if (matches != NULL)
		take_list(s, t, matches, NULL);
	else if (data != NULL && data->type == ROW_ARRAY)
		take_list(s, t, data, row);
	else
		take_service(s, t, row, NULL);
}

const struct import_kind import_shodan = {
	.name = "Shodan JSON",
	.word = "shodan",
	.tool = "shodan",
	.fits = fits,
	.row = take_row,
};
