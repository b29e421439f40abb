/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_sonde.c - our own documents of hosts, and rows of services (`sonde export`).
 *
 * The facts are read, which are the objects of protocols and the banner. What was concluded from
 * them (products, verdicts, scores) is left aside, since the present knowledge concludes it anew.
 */
#include <string.h>

#include "import_facts.h"
#include "import_kind.h"
#include "timetext.h"

static bool fits(const char *head, size_t len)
{
	char first = import_head_first(head, len);

	return (first == '{' || first == '[') &&
	       (import_head_has(head, len, "\"schema\":\"host/") ||
	        import_head_has(head, len, "\"schema\": \"host/") ||
	        (import_head_has(head, len, "\"host_score\"") &&
	         import_head_has(head, len, "\"transport\"")));
}

/* The bytes that an escaped text stands for: a backslash is two, \xNN any other byte. */
static void add_fact(struct vd_facts *f, const char *name, const struct row_node *n)
{
	struct bytes bytes = {0};

	if (n->type == ROW_TRUE || n->type == ROW_FALSE) {
		vd_facts_addf(f, name, "%s", n->type == ROW_TRUE ? "true" : "false");
	} else if (n->type == ROW_NUMBER) {
		vd_facts_add(f, name, n->text, n->len);
	} else if (n->type == ROW_STRING) {
		import_unescape(&bytes, n->text, n->len);
		if (!bytes.failed)
			vd_facts_add(f, name, bytes.len > 0 ? (const void *)bytes.data : "",
			             bytes.len);
		bytes_fini(&bytes);
	}
}

/* The members of an object of a protocol: "http":{"title":"..."} is the fact http.title. */
static void add_group(struct vd_facts *f, const struct row_tree *t, const struct row_node *group)
{
	char name[VD_FACT_NAME_MAX + 1];
	const struct row_node *m = row_tree_first(t, group);

	for (; m != NULL; m = row_tree_next(t, m)) {
		size_t len = group->key_len + 1U + m->key_len;

		if (len > VD_FACT_NAME_MAX)
			continue;
		memcpy(name, group->key, group->key_len);
		name[group->key_len] = '.';
		memcpy(name + group->key_len + 1, m->key, m->key_len);
		name[len] = '\0';
		if (m->type != ROW_ARRAY) {
			add_fact(f, name, m);
			continue;
		}
		for (const struct row_node *e = row_tree_first(t, m); e != NULL;
		     e = row_tree_next(t, e))
			add_fact(f, name, e);
	}
}

/* Objects that hold what was concluded. */
static bool is_conclusion(const struct row_node *n)
{
	static const char *const names[] = {"os", "evidence", "package", "score"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(n->key, names[i]) == 0)
			return true;
	return false;
}

static void take_banner(struct record *r, const struct row_tree *t, const struct row_node *service)
{
	const struct row_node *raw = row_tree_get(t, service, "banner_raw");
	const struct row_node *text = row_tree_get(t, service, "banner");
	struct bytes bytes = {0};

	if (row_node_has_text(raw) && import_base64(&bytes, raw->text, raw->len) && !bytes.failed)
		vd_facts_add(r->facts, "banner", bytes.len > 0 ? (const void *)bytes.data : "",
		             bytes.len);
	else if (text != NULL)
		add_fact(r->facts, "banner", text);
	bytes_fini(&bytes);
}

static bool set(struct record *r, const struct row_node *n,
                bool (*set_text)(struct record *r, const char *text, size_t len))
{
	return row_node_has_text(n) && set_text(r, n->text, n->len);
}

static void take_times(struct record *r, const struct row_tree *t, const struct row_node *service)
{
	const struct row_node *first = row_tree_get(t, service, "first_seen");
	char copy[40];

	if (!row_node_has_text(first) || first->len >= sizeof(copy))
		return;
	memcpy(copy, first->text, first->len + 1);
	if (timetext_parse(copy, &r->first_seen_us) && r->first_seen_us > r->seen_us)
		r->first_seen_us = 0;
}

static void take_service(struct import_sink *s, const struct row_tree *t,
                         const struct row_node *service, const struct row_node *addr)
{
	struct record *r = import_begin(s);

	if (!set(r, addr, import_set_addr)) {
		import_skip(s, "no address");
		return;
	}
	if (!row_node_is(row_tree_get(t, service, "state"), "open")) {
		import_skip(s, "a service that is not open");
		return;
	}
	if (!set(r, row_tree_get(t, service, "port"), import_set_port) ||
	    !set(r, row_tree_get(t, service, "transport"), import_set_transport)) {
		import_skip(s, "no port of TCP or UDP");
		return;
	}
	if (!set(r, row_tree_get(t, service, "last_seen"), import_set_time)) {
		import_skip(s, "no time that can be read");
		return;
	}
	take_times(r, t, service);
	r->truncated = row_tree_get(t, service, "banner_truncated") != NULL &&
	               row_tree_get(t, service, "banner_truncated")->type == ROW_TRUE;
	take_banner(r, t, service);
	for (const struct row_node *m = row_tree_first(t, service); m != NULL;
	     m = row_tree_next(t, m))
		if (m->type == ROW_OBJECT && !is_conclusion(m))
			add_group(r->facts, t, m);
	import_take(s);
}

static void take_row(struct import_sink *s, const struct row_tree *t)
{
	const struct row_node *row = row_tree_root(t), *addr = row_tree_get(t, row, "ip");
	const struct row_node *ports = row_tree_get(t, row, "ports");

	/* the end of a page or of a stream */
	if (row_tree_get(t, row, "next") != NULL || row_tree_get(t, row, "_end") != NULL)
		return;
	if (ports == NULL) {
		take_service(s, t, row, addr);
		return;
	}
	for (const struct row_node *p = row_tree_first(t, ports); p != NULL;
	     p = row_tree_next(t, p))
		take_service(s, t, p, addr);
}

const struct import_kind import_sonde = {
	.name = "Sonde NDJSON",
	.word = "sonde",
	.fits = fits,
	.row = take_row,
};
