/* SPDX-License-Identifier: Apache-2.0 */
/* payload.c - defines the built-in UDP payloads, and parses files of payloads. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "payload.h"
#include "payload_services.h"
#include "ports.h"
#include "vulndb.h"

/* version.bind. CH TXT (RFC 1035, RFC 4892); the answer repeats the ID. */
static const uint8_t dns[] = "\0\0\1\0\0\1\0\0\0\0\0\0\7version\4bind\0\0\x10\0\3";
/* Mode 3, version 4 (RFC 5905); the answer's origin is our transmit timestamp. */
static const uint8_t ntp[48] = {0xe3, 0, 6, 0xec};
/* _services._dns-sd._udp.local. PTR, answer wanted by unicast (RFC 6762, RFC 6763). */
static const uint8_t mdns[] =
	"\0\0\0\0\0\1\0\0\0\0\0\0\x9_services\7_dns-sd\4_udp\5local\0\0\xc\x80\1";
/* SNMPv3 with an empty engine ID: the report names engine, boots and time (RFC 3414, 4). No name of
 * a user or community is sent. */
static const uint8_t snmp[] = "\x30\x3b\2\1\3\x30\x11\2\4\x53\x6f\x6e\x64\2\3\0\xff\xe3\4\1\4\2\1\3"
			      "\4\x10\x30\xe\4\0\2\1\0\2\1\0\4\0\4\0\4\0"
			      "\x30\x11\4\0\4\0\xa0\xb\2\1\0\2\1\0\2\1\0\x30\0";
/* UPnP Device Architecture 1.1, 1.3.2: asks only for the root device, not for all that it
 * offers. */
static const uint8_t ssdp[] = "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
			      "MAN: \"ssdp:discover\"\r\nMX: 1\r\nST: upnp:rootdevice\r\n\r\n";
/* memcached's UDP frame: request ID, sequence, datagrams, reserved; the answer repeats the ID. */
static const uint8_t memcached[] = "\0\0\0\0\0\1\0\0version\r\n";

/* DNP3: the master 1 asks the outstation 0 for the state of the link (IEEE 1815, 9.2.4). A tag in
 * the addresses would need another check sequence for each target. */
static const uint8_t dnp3[] = "\5\x64\5\xc9\0\0\1\0\x78\xe7";
/* EtherNet/IP: ListIdentity (CIP volume 2, 2-4.2). The sender's context begins with the longest
 * time that a device may wait, here 500 ms. The answer repeats the context, so the tag is there. */
static const uint8_t enip[24] = {0x63, [12] = 0xf4, 0x01};
/* BACnet/IP: ReadProperty of the device's object identifier; instance 4194303 means the device that
 * receives the question (ASHRAE 135, 15.5 and J.2). The answer repeats one byte, the invoke ID: too
 * short for a tag. */
static const uint8_t bacnet[] = "\x81\x0a\0\x11\1\4\0\5\1\x0c\x0c\2\x3f\xff\xff\x19\x4b";

/* The port mapper's DUMP (RFC 1833, 3), a call without credentials; the answer repeats the ID. */
static const uint8_t portmap[40] = {[11] = 2, 0, 1, 0x86, 0xa0, 0, 0, 0, 2, 0, 0, 0, 4};
/* Kerberos: a ticket in the name of nobody (RFC 4120, 5.4.1), which is refused by an error. */
static const uint8_t kerberos[] =
	"\x6a\x76\x30\x74\xa1\3\2\1\5\xa2\3\2\1\x0a\xa4\x68\x30\x66\xa0\7\3\5\0\0\0\0\0"
	"\xa2\x0f\x1b\x0dSONDE.INVALID\xa3\x22\x30\x20\xa0\3\2\1\2\xa1\x19\x30\x17\x1b\6krbtgt"
	"\x1b\x0dSONDE.INVALID\xa5\x11\x18\x0f"
	"19700101000000Z\xa7\6\2\4Sond\xa8\x0b\x30\x09\2\1\x12\2\1\x11\2\1\x17";
/* KNXnet/IP: the description request, answer to the sender's own address and port (KNX standard 3/8/2,
 * 7.6.3 and 8.6.2.2). */
static const uint8_t knx[] = {6, 0x10, 2, 3, 0, 14, 8, 1, 0, 0, 0, 0, 0, 0};

#define TEXT(bytes) (bytes), sizeof(bytes) - 1

static const struct dp_payload builtin[] = {
	{TEXT(dns), 53, 0, 0, 2},       {ntp, sizeof(ntp), 123, 40, 24, 4},
	{TEXT(snmp), 161, 0, 0, 0},     {TEXT(ssdp), 1900, 0, 0, 0},
	{TEXT(mdns), 5353, 0, 0, 2},    {TEXT(memcached), 11211, 0, 0, 2},
	{TEXT(dnp3), 20000, 0, 0, 0},   {enip, sizeof(enip), 44818, 16, 16, 4},
	{TEXT(bacnet), 47808, 0, 0, 0}, {portmap, sizeof(portmap), 111, 0, 0, 4},
	{TEXT(kerberos), 88, 0, 0, 0},  {knx, sizeof(knx), 3671, 0, 0, 0},
};

void payload_list_init(struct payload_list *l)
{
	const unsigned own = sizeof(builtin) / sizeof(builtin[0]);
	unsigned count;
	const struct dp_payload *services = payload_services(&count);

	*l = (struct payload_list){.count = own + count};
	memcpy(l->v, builtin, sizeof(builtin));
	memcpy(l->v + own, services, count * sizeof(*services));
}

void payload_list_fini(struct payload_list *l)
{
	for (unsigned i = 0; i < l->owned_count; i++)
		free(l->owned[i]);
	l->count = l->owned_count = 0;
}

/* The state of parsing one line. */
struct line {
	struct payload_list *list;
	const char *text, *at;
	uint8_t data[DP_PAYLOAD_MAX];
	uint16_t len;
	const uint8_t *kept; /* the copy of data that the list owns */
	struct error *err;
};

static int expected(const struct line *l, const char *what)
{
	return error_set(l->err, -EINVAL, "column %zu: expected %s", (size_t)(l->at - l->text) + 1,
	                 what);
}

static int put(struct line *l, unsigned byte)
{
	if (l->len == DP_PAYLOAD_MAX)
		return expected(l, "at most 1200 bytes");
	l->data[l->len++] = (uint8_t)byte;
	return 0;
}

/* The value of the two hexadecimal digits at l->at, or -1. */
static int octet(const struct line *l)
{
	int high = ascii_hex(l->at[0]);
	int low = high >= 0 ? ascii_hex(l->at[1]) : -1;

	return low >= 0 ? 16 * high + low : -1;
}

static int escape(struct line *l)
{
	static const char names[] = "rnt0\\\"", bytes[] = "\r\n\t\0\\\"";
	const char *name = l->at[0] != '\0' ? strchr(names, l->at[0]) : NULL;
	int value;

	if (l->at[0] == 'x') {
		l->at++;
		value = octet(l);
		if (value < 0)
			return expected(l, "two hexadecimal digits");
		l->at += 2;
		return put(l, (unsigned)value);
	}
	if (name == NULL)
		return expected(l, "\\r, \\n, \\t, \\0, \\\\, \\\" or \\xNN");
	l->at++;
	return put(l, (uint8_t)bytes[name - names]);
}

static int quoted(struct line *l)
{
	int ret = 0;

	for (l->at++; ret == 0 && *l->at != '"';) {
		if (*l->at == '\0')
			return expected(l, "a closing quote");
		if (*l->at == '\\') {
			l->at++;
			ret = escape(l);
		} else {
			ret = put(l, (uint8_t)*l->at++);
		}
	}
	l->at += ret == 0;
	return ret;
}

static int hexadecimal(struct line *l)
{
	int ret = 0;

	while (ret == 0 && *l->at != '\0' && *l->at != '#') {
		int value = octet(l);

		if (value < 0)
			return expected(l, "\"text\" or bytes of two hexadecimal digits");
		ret = put(l, (unsigned)value);
		l->at += 2 + strspn(l->at + 2, " \t\r");
	}
	return ret;
}

bool payload_allows(const struct payload_list *l, uint16_t port)
{
	const struct vd_fragile *f = vd_fragile_port(port, DP_TRANSPORT_UDP);

	if (f == NULL || vd_fragile_request(f, DP_TRANSPORT_UDP, l->ask_fragile) != NULL)
		return true;
	for (unsigned i = 0; i < l->count; i++)
		if (l->v[i].port == port)
			return true;
	return false;
}

static bool harms(const struct line *l, uint16_t port)
{
	const struct vd_fragile *f = vd_fragile_port(port, DP_TRANSPORT_UDP);

	if (f == NULL || l->list->ask_fragile)
		return false;
	return error_set(
		l->err, true,
		"port %u belongs to fragile devices (%s): --ask-fragile sends them this payload",
		port, f->service);
}

static struct dp_payload *of_port(struct payload_list *l, uint16_t port)
{
	for (unsigned i = 0; i < l->count; i++)
		if (l->v[i].port == port)
			return &l->v[i];
	return l->count < PAYLOAD_LIST_MAX ? &l->v[l->count++] : NULL;
}

static int assign(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	struct line *l = arg;

	if (kind != PORTS_ANY)
		return error_set(l->err, -EINVAL, "expected ports without T:, U: or I:");

	for (uint32_t port = first; port <= last; port++) {
		struct dp_payload *p;

		if (harms(l, (uint16_t)port))
			return -EINVAL;
		p = of_port(l->list, (uint16_t)port);
		if (p == NULL) {
			return error_set(l->err, -ENOSPC,
			                 "at most %d ports have payloads of their "
			                 "own; `*` is for the others",
			                 PAYLOAD_LIST_MAX);
		}
		*p = (struct dp_payload){.data = l->kept, .len = l->len, .port = (uint16_t)port};
	}
	return 0;
}

static int keep_payload(struct line *l)
{
	struct payload_list *list = l->list;
	uint8_t *copy;

	if (list->owned_count == PAYLOAD_LIST_MAX)
		return expected(l, "at most 255 payloads");
	copy = malloc(l->len + 1u);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, l->data, l->len);
	list->owned[list->owned_count++] = copy;
	l->kept = copy;
	return 0;
}

int payload_line(struct payload_list *list, const char *text, struct error *err)
{
	struct line l = {.list = list, .text = text, .err = err};
	size_t skip = strspn(text, " \t\r"), len = strcspn(text + skip, " \t\r#\"");
	char ports[256];
	int ret;

	l.at = text + skip;
	if (*l.at == '\0' || *l.at == '#')
		return 0;
	if (len == 0 || len >= sizeof(ports))
		return expected(&l, "ports, or `*`");
	snprintf(ports, sizeof(ports), "%.*s", (int)len, l.at);
	l.at += len + strspn(l.at + len, " \t\r");
	ret = *l.at == '"' ? quoted(&l) : hexadecimal(&l);
	if (ret < 0)
		return ret;
	l.at += strspn(l.at, " \t\r");
	if (*l.at != '\0' && *l.at != '#')
		return expected(&l, "the end of the line");
	ret = keep_payload(&l);
	if (ret < 0)
		return ret;
	return strcmp(ports, "*") == 0 ? assign(&l, PORTS_ANY, 0, 0)
	                               : ports_parse(ports, assign, &l, err);
}

int payload_file(struct payload_list *l, const char *path, struct error *err)
{
	FILE *in = fopen(path, "re");
	struct error why = {""};
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t len;
	int ret = 0;

	if (in == NULL) {
		ret = -errno;
		return error_set(err, ret, "%.300s: %s", path, strerror(errno));
	}
	while (ret == 0 && (len = getline(&line, &room, in)) >= 0) {
		number++;
		if (len > 0 && line[len - 1] == '\n')
			line[len - 1] = '\0';
		ret = payload_line(l, line, &why);
	}
	if (ret == 0 && ferror(in)) {
		ret = errno == EISDIR ? -EINVAL : -EIO;
		snprintf(why.text, sizeof(why.text), "it cannot be read: %s", strerror(errno));
	}
	if (ret < 0)
		error_set(err, ret, "%.200s:%zu: %.250s", path, number,
		          why.text[0] != '\0' ? why.text : strerror(-ret));
	free(line);
	fclose(in);
	return ret;
}

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t mix(uint64_t h, const void *data, size_t len)
{
	const uint8_t *b = data;

	for (size_t i = 0; i < len; i++)
		h = (h ^ b[i]) * 0x100000001b3u;
	return h;
}

uint64_t payload_digest(const struct payload_list *l)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (unsigned i = 0; i < l->count; i++) {
		const struct dp_payload *p = &l->v[i];
		const uint16_t head[] = {p->port, p->len, p->tag_at, p->echo_at, p->tag_len};

		h = mix(h, head, sizeof(head));
		h = mix(h, p->data, p->len);
	}
	return h;
}
