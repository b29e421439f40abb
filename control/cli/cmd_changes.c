/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_changes.c - `sonde changes`: prints the change log, the latest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr_range.h"
#include "change_view.h"
#include "cmd.h"
#include "cmd_store.h"
#include "moment_arg.h"
#include "term.h"

struct changes_options {
	const char *db, *since, *until, *types, *address;
	enum output_format format;
	uint64_t after, limit;
	bool oldest_first;
};

#define FIELD(name) offsetof(struct changes_options, name)

/* --after is a cursor of a pipeline, which reads on from there. */
static int option_after(const char *text, void *field, struct error *err)
{
	struct changes_options *o = (struct changes_options *)field;

	o->oldest_first = true;
	return option_u64(text, &o->after, err);
}

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json, ndjson or csv", option_format, FIELD(format)},
	{"since", 's', "TIME", "24h, 7d, 2026-11-22 or RFC 3339", option_text, FIELD(since)},
	{"until", 0, "TIME", "before then; a date: to its end", option_text, FIELD(until)},
	{"type", 't', "LIST", "vuln.added, or a group: port,vuln,exposure", option_text,
         FIELD(types)},
	{"address", 'a', "RANGE", "of these: 192.0.2.1, 192.0.2.0/24", option_text, FIELD(address)},
	{"oldest-first", 0, NULL, "in the order in which they happened", NULL, FIELD(oldest_first)},
	{"after", 0, "SEQ", "with a higher number, oldest first: a cursor", option_after, 0},
	{"limit", 'n', "N", "at most so many", option_u64, FIELD(limit)},
};

static const struct option_spec spec = {
	"sonde changes [QUERY] [--since TIME] [--type LIST] [options]",
	"Prints what changed, the latest first: hosts, ports, services, certificates,\n"
	"CVEs, exposures, levels. QUERY: only of services that fit it now.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* ---- the options ----------------------------------------------------------------------------- */

static int unknown_type(const char *name, size_t len)
{
	char known[400] = "";

	for (unsigned i = 0; store_change_type_name(i) != NULL; i++) {
		size_t n = strlen(known);

		snprintf(known + n, sizeof(known) - n, "%s%s", n > 0 ? ", " : "",
		         store_change_type_name(i));
	}
	return cmd_fail(CMD_USAGE, "--type: `%.*s`: no such type; there are %s",
	                (int)(len < 60 ? len : 60), name, known);
}

static int read_types(const char *list, uint32_t *out)
{
	*out = 0;
	while (list != NULL) {
		size_t len = strcspn(list, ",");
		uint32_t bits = store_change_type(list, len);

		if (bits == 0)
			return unknown_type(list, len);
		*out |= bits;
		list = list[len] == ',' ? list + len + 1 : NULL;
	}
	return CMD_OK;
}

static int make_filter(const struct changes_options *o, struct store_change_filter *f)
{
	struct dp_addr_range range;
	int code = moment_arg("--since", o->since, false, &f->since_us);

	f->newest_first = !o->oldest_first;
	f->after_seq = o->after;
	if (code == CMD_OK)
		code = moment_arg("--until", o->until, true, &f->until_us);
	if (code == CMD_OK)
		code = read_types(o->types, &f->types);
	if (code != CMD_OK || o->address == NULL)
		return code;
	if (!addr_range_parse(o->address, &range))
		return cmd_fail(CMD_USAGE,
		                "--address: `%.60s`: expected 192.0.2.1, 192.0.2.0/24 or "
		                "192.0.2.1-192.0.2.9",
		                o->address);
	f->first = range.first;
	f->last = range.last;
	return CMD_OK;
}

/* ---- the entries ----------------------------------------------------------------------------- */

enum { CHUNK = 1024 };

/* Entries are read in chunks, so that no other read of the store falls into the pass over the log. */
struct chunk {
	struct store_change list[CHUNK];
	size_t n, most;
};

static bool keep(void *arg, const struct store_change *c)
{
	struct chunk *k = arg;

	k->list[k->n++] = *c;
	return k->n < k->most;
}

struct printing {
	struct store *s;
	const struct query *query; /* NULL: all entries fit */
	struct change_view view;
	uint64_t left;
	/* the host that was read last, for the query; not there if @known is false */
	struct store_host host;
	struct dp_addr addr;
	bool read, known;
	int error; /* of the store */
};

static const struct store_host *host_of(struct printing *p, const struct dp_addr *addr)
{
	if (p->read && dp_addr_compare(&p->addr, addr) == 0)
		return p->known ? &p->host : NULL;
	if (p->known)
		store_host_fini(&p->host);
	p->addr = *addr;
	p->read = true;
	p->known = store_host_get(p->s, addr, &p->host) == 0;
	return p->known ? &p->host : NULL;
}

/* Whether the service of the entry fits the query now; for an entry of a host, one of its services. */
static bool fits(struct printing *p, const struct store_change *c)
{
	const struct store_host *h = p->query == NULL ? NULL : host_of(p, &c->addr);

	if (p->query == NULL)
		return true;
	for (size_t i = 0; h != NULL && i < h->service_count; i++) {
		const struct record *r = h->services[i];

		if ((c->port == 0 || (r->port == c->port && r->transport == c->transport)) &&
		    query_match(p->query, h, r))
			return true;
	}
	return false;
}

/* Print the entries of a chunk that fit. Returns whether more are wanted. */
static bool print_chunk(struct printing *p, const struct chunk *k)
{
	for (size_t i = 0; i < k->n && p->left > 0; i++) {
		if (!fits(p, &k->list[i]))
			continue;
		if (!change_view_row(&p->view, &k->list[i]))
			return false;
		p->left--;
	}
	return p->left > 0;
}

static int print_all(struct printing *p, struct store_change_filter *f)
{
	struct chunk *k = malloc(sizeof(*k));
	bool more = k != NULL;

	while (more) {
		k->n = 0;
		/* Without a query all of them fit, so no more than wanted are read. */
		k->most = p->query == NULL && p->left < CHUNK ? (size_t)p->left : CHUNK;
		p->error = store_find_changes(p->s, f, keep, k);
		more = p->error == 0 && k->n > 0 && print_chunk(p, k) && k->n == k->most;
		if (more && f->newest_first)
			f->before_seq = k->list[k->n - 1].seq;
		else if (more)
			f->after_seq = k->list[k->n - 1].seq;
	}
	free(k);
	return k == NULL ? -1 : 0;
}

static int show(struct store *s, const struct changes_options *o, const struct query *q,
                struct store_change_filter *f)
{
	struct printing p = {.s = s, .query = q, .left = o->limit > 0 ? o->limit : UINT64_MAX};
	int ret, written;

	p.view = (struct change_view){
		.out = stdout, .format = o->format, .width = term_width(stdout)};
	change_view_begin(&p.view);
	ret = print_all(&p, f);
	written = change_view_end(&p.view);
	if (p.known)
		store_host_fini(&p.host);
	if (ret < 0)
		return cmd_fail(CMD_FAILED, "out of memory");
	if (p.error < 0)
		return cmd_store_fail(p.error);
	return written == 0 ? CMD_OK : cmd_output_failed();
}

int cmd_changes(int argc, char **argv)
{
	struct changes_options o = {0};
	struct store_change_filter filter = {0};
	struct query *q = NULL;
	struct store *s;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	code = make_filter(&o, &filter);
	if (code == CMD_OK && first < argc)
		code = cmd_query_parse(argc, argv, first, &q);
	if (code == CMD_OK)
		code = cmd_store_open(o.db, STORE_READ, &s);
	if (code == CMD_OK) {
		if (q != NULL)
			cmd_query_note_places(q, s);
		code = show(s, &o, q, &filter);
		store_close(s);
	}
	query_free(q);
	return code;
}
