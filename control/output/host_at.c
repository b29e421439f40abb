/* SPDX-License-Identifier: Apache-2.0 */
/* host_at.c - what a host was at a moment of the past. */
#include "host_at.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "change.h"
#include "json.h"
#include "table.h"

void host_at_fini(struct host_at *h)
{
	free(h->ports);
	free(h->vulns);
	memset(h, 0, sizeof(*h));
}

/* ---- ports ----------------------------------------------------------------------------------- */

struct reading {
	struct host_at *h;
	bool failed; /* no memory */
};

/* Room for one more element of @size bytes behind @n others. NULL: no memory. */
static void *grown(void *list, size_t n, size_t size)
{
	return (n & (n - 1)) == 0 ? realloc(list, (n == 0 ? 1 : n * 2) * size) : list;
}

static struct host_at_port *port_of(const struct host_at *h, uint16_t port, uint8_t transport)
{
	for (size_t i = 0; i < h->port_count; i++)
		if (h->ports[i].what.port == port && h->ports[i].what.transport == transport)
			return &h->ports[i];
	return NULL;
}

/* Keep of each port the last interval that had begun by then. Whether the port is open today is where
 * the entries of the log are taken back from. */
static bool keep_last(void *arg, const struct store_interval *i)
{
	struct reading *r = arg;
	struct host_at *h = r->h;
	struct host_at_port *p = port_of(h, i->port, i->transport), *list;

	if (record_is_ping(i->transport))
		return true;
	if (p == NULL) {
		if (i->start_us > h->at_us)
			return true;
		list = grown(h->ports, h->port_count, sizeof(*list));
		r->failed = list == NULL;
		if (r->failed)
			return false;
		h->ports = list;
		p = &h->ports[h->port_count++];
	}
	if (i->start_us <= h->at_us)
		p->what = *i;
	p->is_open = i->end_us == 0;
	return true;
}

static void drop_closed(struct host_at *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->port_count; i++)
		if (h->ports[i].is_open)
			h->ports[n++] = h->ports[i];
	h->port_count = n;
}

/* ---- CVEs ------------------------------------------------------------------------------------ */

static struct host_at_vuln *find(const struct host_at *h, const struct host_at_vuln *v)
{
	for (size_t i = 0; i < h->vuln_count; i++)
		if (h->vulns[i].port == v->port && h->vulns[i].transport == v->transport &&
		    strcmp(h->vulns[i].id, v->id) == 0)
			return &h->vulns[i];
	return NULL;
}

static bool add(struct host_at *h, const struct host_at_vuln *v)
{
	struct host_at_vuln *list;

	if (find(h, v) != NULL)
		return true;
	list = grown(h->vulns, h->vuln_count, sizeof(*list));
	if (list == NULL)
		return false;
	h->vulns = list;
	h->vulns[h->vuln_count++] = *v;
	return true;
}

static void drop(struct host_at *h, const struct host_at_vuln *v)
{
	struct host_at_vuln *at = find(h, v);

	if (at != NULL)
		*at = h->vulns[--h->vuln_count];
}

/* The CVEs of today on the ports that were known then. */
static int add_current(struct store *s, struct host_at *h)
{
	struct store_host now;
	int ret = store_host_get(s, &h->addr, &now);

	if (ret != 0)
		return ret == -ENOENT ? 0 : ret;
	for (size_t i = 0; i < now.service_count && ret == 0; i++) {
		const struct record *r = now.services[i];

		if (!record_is_up(r) || port_of(h, r->port, r->transport) == NULL)
			continue;
		for (uint32_t k = 0; k < r->verdict_count && ret == 0; k++) {
			struct host_at_vuln v = {.port = r->port, .transport = r->transport};

			if (!change_is_open(&r->verdicts[k]))
				continue;
			snprintf(v.id, sizeof(v.id), "%s", r->verdicts[k].cve);
			strcpy(v.verdict,
			       r->verdicts[k].kind == VD_AFFECTED ? "affected" : "possible");
			ret = add(h, &v) ? 0 : -ENOMEM;
		}
	}
	store_host_fini(&now);
	return ret;
}

/* Drop the CVEs of ports that were not open. */
static void drop_others(struct host_at *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->vuln_count; i++)
		if (port_of(h, h->vulns[i].port, h->vulns[i].transport) != NULL)
			h->vulns[n++] = h->vulns[i];
	h->vuln_count = n;
}

static void read_verdict(const char *state, char out[12])
{
	struct change_value v;

	while (change_next(&state, &v))
		if (strcmp(v.name, "verdict") == 0)
			snprintf(out, 12, "%.11s", v.value);
}

/* Take back one entry of the log; the latest come first. */
static bool take_back(void *arg, const struct store_change *c)
{
	struct reading *r = arg;
	struct host_at_vuln v = {.port = c->port, .transport = c->transport};
	struct host_at_port *p = port_of(r->h, c->port, c->transport);

	if (p == NULL)
		return true;
	if (strncmp(c->type, "port.", 5) == 0) {
		p->is_open = strcmp(c->type, "port.closed") == 0;
		return true;
	}
	snprintf(v.id, sizeof(v.id), "%s", c->ref);
	if (strcmp(c->type, "vuln.added") == 0) {
		drop(r->h, &v);
		return true;
	}
	read_verdict(c->was, v.verdict);
	r->failed = !add(r->h, &v);
	return !r->failed;
}

static int by_place(const void *a, const void *b)
{
	const struct host_at_vuln *x = a, *y = b;

	return x->port != y->port             ? (int)x->port - (int)y->port
	       : x->transport != y->transport ? (int)x->transport - (int)y->transport
	                                      : strcmp(x->id, y->id);
}

int host_at_read(struct store *s, const struct dp_addr *addr, int64_t at_us, struct host_at *out)
{
	struct host_at h = {.addr = *addr, .at_us = at_us};
	struct reading r = {.h = &h};
	const struct store_change_filter since = {
		.newest_first = true,
		.since_us = at_us + 1,
		.types = store_change_type("vuln", 4) | store_change_type("port", 4),
		.first = *addr,
		.last = *addr,
	};
	int ret = store_each_interval(s, addr, keep_last, &r);

	if (ret == 0 && !r.failed)
		ret = add_current(s, &h);
	if (ret == 0 && !r.failed)
		ret = store_find_changes(s, &since, take_back, &r);
	drop_closed(&h);
	drop_others(&h);
	if (ret != 0 || r.failed) {
		host_at_fini(&h);
		return ret != 0 ? ret : -ENOMEM;
	}
	if (h.vuln_count > 1)
		qsort(h.vulns, h.vuln_count, sizeof(*h.vulns), by_place);
	*out = h;
	return 0;
}

/* ---- printing -------------------------------------------------------------------------------- */

static bool is_on(const struct host_at_vuln *v, const struct store_interval *i)
{
	return v->port == i->port && v->transport == i->transport;
}

static void port_json(struct json *j, const struct host_at *h, const struct store_interval *i)
{
	json_open_object(j, NULL);
	json_int(j, "port", i->port);
	json_text(j, "transport", record_transport_name(i->transport));
	json_time(j, "since", i->start_us);
	json_text(j, "service", i->service);
	json_text(j, "product", i->product);
	json_text(j, "version", i->version);
	if (i->ssl_sha256[0] != '\0') {
		json_open_object(j, "ssl");
		json_text(j, "sha256", i->ssl_sha256);
		json_close_object(j);
	}
	json_open_array(j, "vulns");
	for (size_t k = 0; k < h->vuln_count; k++) {
		if (!is_on(&h->vulns[k], i))
			continue;
		json_open_object(j, NULL);
		json_text(j, "id", h->vulns[k].id);
		json_text(j, "verdict", h->vulns[k].verdict);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static int write_json(const struct host_at *h, FILE *out, bool pretty)
{
	struct json *j = json_begin(out, pretty);
	char addr[DP_ADDR_TEXT];

	if (j == NULL)
		return -ENOMEM;
	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&h->addr, addr));
	json_time(j, "at", h->at_us);
	json_open_array(j, "ports");
	for (size_t i = 0; i < h->port_count; i++)
		port_json(j, h, &h->ports[i].what);
	json_close_array(j);
	json_close_object(j);
	return json_done(j);
}

/* "3 affected, 12 possible" */
static const char *count_words(const struct host_at *h, const struct store_interval *i,
                               char out[64])
{
	unsigned affected = 0, all = 0;

	for (size_t k = 0; k < h->vuln_count; k++) {
		affected += is_on(&h->vulns[k], i) && strcmp(h->vulns[k].verdict, "affected") == 0;
		all += is_on(&h->vulns[k], i);
	}
	out[0] = '\0';
	if (all > 0)
		snprintf(out, 64, "%u affected, %u possible", affected, all - affected);
	return out;
}

static void cell(struct table *t, const char *text)
{
	table_cell(t, text, strlen(text), NULL);
}

static int write_table(const struct host_at *h, FILE *out, unsigned width)
{
	static const struct table_column columns[] = {
		{"port", false, true},     {"since", false, true},    {"service", false, true},
		{"product", false, false}, {"version", false, false}, {"CVEs", false, false},
	};
	char addr[DP_ADDR_TEXT], when[CALENDAR_TEXT], port[24], count[64];
	struct table *t;

	fprintf(out, "%s at %s%s\n", dp_addr_format(&h->addr, addr),
	        calendar_format(h->at_us, when), h->port_count == 0 ? ": nothing open" : "");
	if (h->port_count == 0)
		return ferror(out) ? -EIO : 0;
	t = table_open(out, columns, 6, width);
	if (t == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < h->port_count; i++) {
		const struct store_interval *p = &h->ports[i].what;

		snprintf(port, sizeof(port), "%u/%s", p->port, record_transport_name(p->transport));
		cell(t, port);
		cell(t, calendar_format(p->start_us, when));
		cell(t, p->service);
		cell(t, p->product);
		cell(t, p->version);
		cell(t, count_words(h, p, count));
		table_end_row(t);
	}
	return table_close(t);
}

int host_at_write(const struct host_at *h, FILE *out, enum output_format format, unsigned width)
{
	return format == OUTPUT_TABLE ? write_table(h, out, width)
	                              : write_json(h, out, format == OUTPUT_JSON);
}
