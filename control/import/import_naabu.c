/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_naabu.c - what naabu writes with -json: an object for each open port,
 *
 *   {"host":"www.example.org","ip":"192.0.2.1","timestamp":"2026-11-22T02:10:44.5Z","port":443,
 *    "protocol":"tcp","tls":true}
 *
 * Older versions have {"Port":443,"Protocol":0} as the port.
 */
#include <string.h>

#include "import_kind.h"

static bool fits(const char *head, size_t len)
{
	char first = import_head_first(head, len);

	return (first == '{' || first == '[') && import_head_has(head, len, "\"port\"") &&
	       (import_head_has(head, len, "\"ip\"") || import_head_has(head, len, "\"host\"")) &&
	       !import_head_has(head, len, "\"data\"");
}

static bool set_text(struct record *r, const struct row_node *n,
                     bool (*set)(struct record *r, const char *text, size_t len))
{
	return row_node_has_text(n) && set(r, n->text, n->len);
}

static bool set_port(const struct row_tree *t, const struct row_node *row, struct record *r)
{
	const struct row_node *port = row_tree_get(t, row, "port");
	const struct row_node *transport = row_tree_get(t, row, "protocol");

	if (port != NULL && port->type == ROW_OBJECT)
		port = row_tree_get(t, port, "Port");
	if (row_node_has_text(transport) &&
	    !import_set_transport(r, transport->text, transport->len))
		return false;
	return set_text(r, port, import_set_port);
}

static void take_row(struct import_sink *s, const struct row_tree *t)
{
	const struct row_node *row = row_tree_root(t), *when = row_tree_get(t, row, "timestamp");
	struct record *r = import_begin(s);

	if (!set_text(r, row_tree_get(t, row, "ip"), import_set_addr) &&
	    !set_text(r, row_tree_get(t, row, "host"), import_set_addr)) {
		import_skip(s, "no address");
		return;
	}
	if (!set_port(t, row, r)) {
		import_skip(s, "no port of TCP or UDP");
		return;
	}
	if (row_node_has_text(when) && !import_set_time(r, when->text, when->len)) {
		import_skip(s, "no time that can be read");
		return;
	}
	import_take(s);
}

const struct import_kind import_naabu = {
	.name = "naabu JSON",
	.word = "naabu",
	.tool = "naabu",
	.fits = fits,
	.row = take_row,
};
