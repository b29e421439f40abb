/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_nmap.c - the XML that importers of nmap's reports read: a host with the services that fit.
 *
 * Attributes and their order are those of nmap's published DTD, version 1.05, which allows no other
 * scanner than "nmap"; "args" says who wrote the file.
 */
#include <inttypes.h>
#include <string.h>

#include "calendar.h"
#include "cpe_uri.h"
#include "format_impl.h"
#include "hostname.h"
#include "service_json.h"
#include "text.h"
#include "utf8.h"

/* ---- text ------------------------------------------------------------------------------------ */

/* How a character of an attribute is written that cannot stand for itself; NULL: it can. */
static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	default:
		return NULL;
	}
}

/* Append what is text for XML already but for its entities. */
static void put_entities(struct format *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const char *name = entity(text[i]);

		if (name != NULL)
			format_put(f, name);
		else
			bytes_put(f->out, &text[i], 1);
	}
}

/* Append bytes from the network. What text_escape() leaves is allowed in XML 1.0 but for U+FFFE and
 * U+FFFF. */
static void put_bytes(struct format *f, const char *data, size_t len)
{
	static const char last[] = "\xef\xbf"; /* of U+FFC0 to U+FFFF the first two bytes */
	const char *text;

	bytes_clear(&f->cell);
	text_escape(&f->cell, data, len, TEXT_LINE);
	text = f->cell.len > 0 ? (const char *)f->cell.data : "";
	for (size_t i = 0, n; i < f->cell.len; i += n) {
		const char *odd = memmem(text + i, f->cell.len - i, last, 2);
		bool is_odd = odd != NULL && (uint8_t)odd[2] >= 0xbe;

		n = odd == NULL ? f->cell.len - i : (size_t)(odd - text) - i + 3;
		put_entities(f, text + i, is_odd ? n - 3 : n);
		if (is_odd)
			format_putf(f, "\\xef\\xbf\\x%02x", (uint8_t)odd[2]);
	}
}

/* Append an attribute unless its value is empty. */
static void attribute(struct format *f, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	format_putf(f, " %s=\"", name);
	put_bytes(f, value, strlen(value));
	format_put(f, "\"");
}

/* ---- the run --------------------------------------------------------------------------------- */

static int64_t seconds(int64_t us)
{
	return us / 1000000;
}

static void begin(struct format *f)
{
	int64_t now = f->config.now_us;
	char when[CALENDAR_TEXT];

	f->is_open = false;
	f->hosts = 0;
	format_put(f, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n"
	              "<nmaprun scanner=\"nmap\" args=\"sonde export");
	if (f->config.query != NULL && f->config.query[0] != '\0') {
		format_put(f, " ");
		put_bytes(f, f->config.query, strlen(f->config.query));
	}
	format_putf(f,
	            "\" start=\"%" PRId64 "\" startstr=\"%s\" version=\"" SONDE_VERSION "\" "
	            "xmloutputversion=\"1.05\">\n",
	            seconds(now), calendar_format(now, when));
}

static void close_host(struct format *f)
{
	if (f->is_open)
		format_put(f, "</ports>\n</host>\n");
	f->is_open = false;
}

static void end(struct format *f)
{
	int64_t now = f->config.now_us;
	char when[CALENDAR_TEXT];

	close_host(f);
	format_putf(f,
	            "<runstats><finished time=\"%" PRId64 "\" timestr=\"%s\" elapsed=\"0\" "
	            "exit=\"success\"/><hosts up=\"%" PRIu64 "\" down=\"0\" total=\"%" PRIu64
	            "\"/></runstats>\n</nmaprun>\n",
	            seconds(now), calendar_format(now, when), f->hosts, f->hosts);
}

static void trailer(struct format *f, const struct format_sum *sum)
{
	format_putf(f, "<!-- rows=%" PRIu64 " cursor=%" PRIu64 " sha256=%s -->\n", sum->rows,
	            sum->cursor, sum->sha256);
}

/* ---- a host ---------------------------------------------------------------------------------- */

/* The replies by nmap's names. */
static const char *reason(const struct record *r)
{
	static const struct {
		const char *ours, *nmaps;
	} names[] = {
		{"rst", "reset"},
		{"port-unreachable", "port-unreach"},
		{"icmp-unreachable", "host-unreach"},
	};
	const char *own = record_reason_name(r->transport, r->reply.reason);

	if (r->state == RECORD_MISSING || own[0] == '\0')
		return "no-response";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(own, names[i].ours) == 0)
			return names[i].nmaps;
	return own;
}

static bool put_name(void *arg, const char *name, size_t len, const char *source)
{
	struct format *f = arg;

	(void)source;
	format_put(f, "<hostname name=\"");
	put_bytes(f, name, len);
	format_put(f, "\" type=\"user\"/>");
	return true;
}

static void open_host(struct format *f, const struct store_host *h, const struct record *r)
{
	char addr[DP_ADDR_TEXT];

	f->is_open = true;
	f->addr = h->addr;
	f->hosts++;
	format_putf(f,
	            "<host starttime=\"%" PRId64 "\" endtime=\"%" PRId64
	            "\"><status state=\"up\" reason=\"%s\" reason_ttl=\"%u\"/>\n",
	            seconds(h->first_seen_us), seconds(h->last_seen_us), reason(r), r->reply.ttl);
	format_putf(f, "<address addr=\"%s\" addrtype=\"ipv%d\"/>\n<hostnames>",
	            dp_addr_format(&h->addr, addr), dp_addr_is_v4(&h->addr, NULL) ? 4 : 6);
	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->state == RECORD_OPEN)
			hostname_each(h->services[i], put_name, f);
	format_put(f, "</hostnames>\n<ports>");
}

/* ---- a port ---------------------------------------------------------------------------------- */

static const char *state(const struct record *r)
{
	return r->state == RECORD_MISSING ? "filtered" : record_state_name(r->state);
}

static bool speaks_tls(const struct record *r)
{
	size_t n = r->facts == NULL ? 0 : vd_facts_count(r->facts);

	for (size_t i = 0; i < n; i++)
		if (strncmp(vd_facts_at(r->facts, i)->name, "ssl.", 4) == 0)
			return true;
	return false;
}

static void service(struct format *f, const struct record *r)
{
	const struct vd_identity *id = &r->identity;
	bool probed = id->service_source[0] != '\0' && strcmp(id->service_source, "port") != 0;
	char uri[CPE_URI];

	if (id->service[0] == '\0')
		return;
	format_put(f, "<service");
	attribute(f, "name", id->service);
	attribute(f, "product", id->product);
	attribute(f, "version", id->version);
	attribute(f, "extrainfo", id->version_extra);
	attribute(f, "tunnel", speaks_tls(r) ? "ssl" : NULL);
	attribute(f, "ostype", id->os);
	attribute(f, "devicetype", id->device);
	format_putf(f, " method=\"%s\" conf=\"%u\">", probed ? "probed" : "table",
	            probed ? id->confidence / 10U : 3U);
	for (unsigned i = 0; i < id->cpe_count && i < VD_CPES; i++) {
		format_put(f, "<cpe>");
		cpe_uri(id->cpe[i], uri);
		put_bytes(f, uri, strlen(uri));
		format_put(f, "</cpe>");
	}
	format_put(f, "</service>");
}

static void banner(struct format *f, const struct record *r)
{
	const struct vd_fact *b = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");

	if (b == NULL)
		return;
	format_put(f, "<script id=\"banner\" output=\"");
	put_bytes(f, b->value, b->len);
	format_put(f, "\"/>");
}

static bool is_shown(const struct format *f, const struct record *r, uint32_t i)
{
	return r->state == RECORD_OPEN && r->verdicts[i].kind != VD_FIXED &&
	       (f->config.kinds >> r->verdicts[i].kind & 1) != 0;
}

/* The CVEs in the form of the script that most importers know. */
static void vulns(struct format *f, const struct record *r)
{
	char uri[CPE_URI];
	bool any = false;

	for (uint32_t i = 0; i < r->verdict_count; i++)
		any = any || is_shown(f, r, i);
	if (!any)
		return;
	cpe_uri(r->identity.cpe_count > 0 ? r->identity.cpe[0] : "", uri);
	format_put(f, "<script id=\"vulners\" output=\"&#10;  ");
	put_bytes(f, uri, strlen(uri));
	format_put(f, ": ");
	for (uint32_t i = 0; i < r->verdict_count; i++)
		if (is_shown(f, r, i))
			format_putf(f, "&#10;    &#9;%s&#9;%u.%u", r->verdicts[i].cve,
			            r->verdicts[i].cvss_x10 / 10, r->verdicts[i].cvss_x10 % 10);
	format_put(f, "\"><table key=\"");
	put_bytes(f, uri, strlen(uri));
	format_put(f, "\">");
	for (uint32_t i = 0; i < r->verdict_count; i++) {
		const struct vd_verdict *v = &r->verdicts[i];

		if (!is_shown(f, r, i))
			continue;
		format_putf(f, "<table><elem key=\"id\">%s</elem><elem key=\"type\">cve</elem>",
		            v->cve);
		if (v->cvss_x10 > 0)
			format_putf(f, "<elem key=\"cvss\">%u.%u</elem>", v->cvss_x10 / 10,
			            v->cvss_x10 % 10);
		format_putf(f,
		            "<elem key=\"verdict\">%s</elem><elem key=\"is_exploit\">%s</elem>"
		            "</table>",
		            vd_kind_name(v->kind), v->kev ? "true" : "false");
	}
	format_put(f, "</table></script>");
}

static void row(struct format *f, const struct store_host *h, const struct record *r)
{
	if (f->is_open && dp_addr_compare(&f->addr, &h->addr) != 0)
		close_host(f);
	if (!f->is_open)
		open_host(f, h, r);
	if (record_is_ping(r->transport))
		return;
	format_putf(f,
	            "<port protocol=\"%s\" portid=\"%u\"><state state=\"%s\" reason=\"%s\" "
	            "reason_ttl=\"%u\"/>",
	            record_transport_name(r->transport), r->port, state(r), reason(r),
	            r->reply.ttl);
	service(f, r);
	banner(f, r);
	vulns(f, r);
	format_put(f, "</port>\n");
}

const struct format_ops format_nmap = {
	.info = {"nmap-xml", "xml", FORMAT_SERVICES, FORMAT_SERVICES,
                 FORMAT_VERDICTS | FORMAT_TRAILER,
                 "the XML that importers of nmap's reports read; CVEs as its script vulners"},
	.begin = begin,
	.row = row,
	.end = end,
	.trailer = trailer,
};
