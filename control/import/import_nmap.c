/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_nmap.c - nmap's XML (-oX), and masscan's, which has the same form.
 *
 *   <nmaprun start="1700000000"><host endtime="1700000009"><address addr="192.0.2.1" addrtype="ipv4"/>
 *   <ports><port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="58"/>
 *   <service name="ssh" product="OpenSSH" version="9.2p1 Debian 2+deb12u3" method="probed" conf="10">
 *   <cpe>cpe:/a:openbsd:openssh:9.2p1</cpe></service><script id="banner" output="SSH-2.0-..."/></port>
 *
 * nmap keeps the bytes of a service only where it does not know it ("servicefp"), or where the script
 * banner ran. Of the others there is what nmap has concluded. A document with declarations of its
 * own (entities) is refused.
 */
#include <errno.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_kind.h"
#include "import_nmap.h"

enum { DEPTH_MAX = 64, TEXT_MAX = 64 << 10 };

struct nmap {
	XML_Parser xml;
	struct import_sink *sink;
	unsigned depth;
	int error;
	const char *refused; /* why the document was; static */
	int64_t run_us, host_us;
	struct dp_addr addr;
	bool has_addr;
	bool in_port, skipped; /* the current port, and that it is not wanted */
	bool in_service, in_cpe;
	bool is_pem; /* in the element of a script that holds a certificate */
	struct bytes text;
};

static bool fits(const char *head, size_t len)
{
	bool wide = len >= 2 &&
	            (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0);

	return (import_head_first(head, len) == '<' && import_head_has(head, len, "<nmaprun")) ||
	       (wide && len >= 4 && (head[2] == '<' || head[3] == '<'));
}

static void refuse(struct nmap *n, const char *why)
{
	if (n->refused == NULL)
		n->refused = why;
	XML_StopParser(n->xml, XML_FALSE);
}

static const char *attribute(const char **list, const char *name)
{
	for (; *list != NULL; list += 2)
		if (strcmp(list[0], name) == 0)
			return list[1];
	return NULL;
}

static int64_t read_time(const char *text)
{
	struct record r = {.seen_us = 0};

	return text != NULL && import_set_time(&r, text, strlen(text)) ? r.seen_us : 0;
}

/* ---- elements -------------------------------------------------------------------------------- */

static void begin_run(struct nmap *n, const char **list)
{
	n->run_us = read_time(attribute(list, "start"));
}

static void begin_host(struct nmap *n, const char **list)
{
	n->host_us = read_time(attribute(list, "endtime"));
	if (n->host_us == 0)
		n->host_us = read_time(attribute(list, "starttime"));
	n->has_addr = false;
}

static void begin_address(struct nmap *n, const char **list)
{
	const char *type = attribute(list, "addrtype"), *addr = attribute(list, "addr");
	struct record r;

	if (addr == NULL || (type != NULL && strcmp(type, "mac") == 0) || n->has_addr)
		return;
	n->has_addr = import_set_addr(&r, addr, strlen(addr));
	n->addr = r.addr;
}

static void begin_port(struct nmap *n, const char **list)
{
	const char *transport = attribute(list, "protocol"), *port = attribute(list, "portid");
	struct record *r = import_begin(n->sink);

	n->in_port = true;
	n->skipped = false;
	n->sink->line = XML_GetCurrentLineNumber(n->xml);
	r->addr = n->addr;
	r->seen_us = n->host_us != 0 ? n->host_us : n->run_us;
	if (!n->has_addr || transport == NULL || port == NULL ||
	    !import_set_transport(r, transport, strlen(transport)) ||
	    !import_set_port(r, port, strlen(port))) {
		n->skipped = true;
		import_skip(n->sink, "no address, or no port of TCP or UDP");
	}
}

/* The states: open, closed, and those that only say that nothing was heard. */
static void begin_state(struct nmap *n, const char **list)
{
	const char *state = attribute(list, "state"), *ttl = attribute(list, "reason_ttl");
	struct record *r = n->sink->record;
	uint64_t number;

	if (!n->in_port || n->skipped)
		return;
	if (state != NULL && strcmp(state, "closed") == 0) {
		r->state = RECORD_CLOSED;
	} else if (state == NULL || strcmp(state, "open") != 0) {
		n->skipped = true;
		import_skip(n->sink, "a port that is neither open nor closed");
		return;
	}
	r->reply.reason = r->state == RECORD_CLOSED ? DP_REPLY_CLOSED : DP_REPLY_OPEN;
	if (ttl != NULL && import_number(ttl, strlen(ttl), &number) && number < 256)
		r->reply.ttl = (uint8_t)number;
}

static void begin_service(struct nmap *n, const char **list)
{
	if (!n->in_port || n->skipped)
		return;
	n->in_service = true;
	import_nmap_service(n->sink->record->facts, list);
}

static void begin_cpe(struct nmap *n, const char **list)
{
	(void)list;
	n->in_cpe = n->in_service;
	bytes_clear(&n->text);
}

static void begin_script(struct nmap *n, const char **list)
{
	if (n->in_port && !n->skipped)
		import_nmap_script(n->sink->record->facts, attribute(list, "id"),
		                   attribute(list, "output"));
}

static void begin_elem(struct nmap *n, const char **list)
{
	const char *key = attribute(list, "key");

	n->is_pem = n->in_port && !n->skipped && key != NULL && strcmp(key, "pem") == 0;
	bytes_clear(&n->text);
}

static void end_port(struct nmap *n)
{
	if (!n->skipped)
		import_take(n->sink);
	n->in_port = n->skipped = false;
}

static void end_service(struct nmap *n)
{
	n->in_service = false;
}

static void end_cpe(struct nmap *n)
{
	if (n->in_cpe && n->text.len > 0)
		import_facts_cpe(n->sink->record->facts, (const char *)n->text.data, n->text.len);
	n->in_cpe = false;
}

static void end_elem(struct nmap *n)
{
	if (n->is_pem && n->text.len > 0)
		import_facts_base64(n->sink->record->facts, (const char *)n->text.data,
		                    n->text.len);
	n->is_pem = false;
}

static void end_host(struct nmap *n)
{
	n->has_addr = false;
	n->host_us = 0;
}

static const struct {
	const char *name;
	void (*begin)(struct nmap *n, const char **list);
	void (*end)(struct nmap *n);
} elements[] = {
	{"nmaprun", begin_run, NULL},     {"host", begin_host, end_host},
	{"address", begin_address, NULL}, {"port", begin_port, end_port},
	{"state", begin_state, NULL},     {"service", begin_service, end_service},
	{"cpe", begin_cpe, end_cpe},      {"script", begin_script, NULL},
	{"elem", begin_elem, end_elem},
};

enum { ELEMENTS = sizeof(elements) / sizeof(elements[0]) };

/* ---- expat's calls --------------------------------------------------------------------------- */

static void XMLCALL on_begin(void *arg, const char *name, const char **list)
{
	struct nmap *n = arg;

	if (n->depth == 0 && strcmp(name, "nmaprun") != 0)
		refuse(n, "not nmap's: its first element is not nmaprun");
	else if (++n->depth > DEPTH_MAX)
		refuse(n, "elements that are nested too deeply");
	for (size_t i = 0; n->refused == NULL && i < ELEMENTS; i++)
		if (strcmp(elements[i].name, name) == 0)
			elements[i].begin(n, list);
}

static void XMLCALL on_end(void *arg, const char *name)
{
	struct nmap *n = arg;

	n->depth--;
	for (size_t i = 0; n->refused == NULL && i < ELEMENTS; i++)
		if (strcmp(elements[i].name, name) == 0 && elements[i].end != NULL)
			elements[i].end(n);
}

static void XMLCALL on_text(void *arg, const char *text, int len)
{
	struct nmap *n = arg;

	if ((n->in_cpe || n->is_pem) && n->text.len + (size_t)len < TEXT_MAX)
		bytes_put(&n->text, text, (size_t)len);
}

static void XMLCALL on_doctype(void *arg, const char *name, const char *system, const char *public,
                               int has_declarations)
{
	(void)name;
	(void)system;
	(void)public;
	if (has_declarations != 0)
		refuse(arg, "a document with declarations of its own");
}

/* Nine parameters: expat's. */
static void XMLCALL on_entity(void *arg, const char *name, int is_parameter, const char *value,
                              int len, const char *base, const char *system, const char *public,
                              const char *notation)
{
	(void)name;
	(void)is_parameter;
	(void)value;
	(void)len;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	refuse(arg, "a document with declarations of its own");
}

static int open_parser(struct nmap *n, struct import_sink *s)
{
	n->sink = s;
	n->xml = XML_ParserCreate(NULL);
	if (n->xml == NULL)
		return -ENOMEM;
	XML_SetUserData(n->xml, n);
	XML_SetElementHandler(n->xml, on_begin, on_end);
	XML_SetCharacterDataHandler(n->xml, on_text);
	XML_SetStartDoctypeDeclHandler(n->xml, on_doctype);
	XML_SetEntityDeclHandler(n->xml, on_entity);
	return 0;
}

static int take_bytes(struct import_sink *s, const char *data, size_t len)
{
	struct nmap *n = s->state;
	int ret = n->xml == NULL ? open_parser(n, s) : 0;

	if (ret != 0 || n->error != 0)
		return ret;
	if (XML_Parse(n->xml, data, (int)len, len == 0) != XML_STATUS_ERROR)
		return 0;
	s->line = XML_GetCurrentLineNumber(n->xml);
	import_skip(s, n->refused != NULL ? n->refused
	               : len == 0         ? "a document that is cut short"
	                                  : "a document that is no XML from there on");
	n->error = -EINVAL;
	return -EINVAL;
}

static void fini(struct import_sink *s)
{
	struct nmap *n = s->state;

	if (n->xml != NULL)
		XML_ParserFree(n->xml);
	bytes_fini(&n->text);
}

const struct import_kind import_nmap = {
	.name = "nmap XML",
	.word = "nmap",
	.tool = "nmap",
	.state_size = sizeof(struct nmap),
	.fits = fits,
	.bytes = take_bytes,
	.fini = fini,
};
