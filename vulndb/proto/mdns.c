/* SPDX-License-Identifier: Apache-2.0 */
/* mdns.c - multicast DNS: decodes the answer to the question for all services of a host
 * (RFC 6763, 9; RFC 6762, 6.7), in which it tells what it offers to its own network. */
#include "proto.h"

enum { HEADER = 12, TYPE_PTR = 12, TYPE_TXT = 16, TYPE_SRV = 33, CLASS_IN = 1, UNIQUE = 0x8000 };
enum { NAME_MAX = 256, LABEL_MAX = 63, JUMPS_MAX = 8, RECORDS_MAX = 64, LIST_MAX = 1024 };

static const char sign[] = "\x09_services\x07_dns-sd\x04_udp";

/*
 * Read the name at offset @at of @message into @name (RFC 1035, 4.1.4), its labels joined by dots,
 * cut to NAME_MAX. Returns the offset behind it, 0 where it is broken.
 */
static size_t read_name(struct span message, size_t at, char name[NAME_MAX])
{
	size_t len = 0, behind = 0;

	for (int jumps = 0; jumps <= JUMPS_MAX;) {
		uint8_t label = span_u8(message, at);
		struct span text = span_part(message, at + 1, at + 1 + label);

		if (at >= span_left(message))
			return 0;
		if (label >= 0xc0) {
			behind = behind != 0 ? behind : at + 2;
			at = span_be16(message, at) & 0x3fff;
			jumps++;
			continue;
		}
		if (label > LABEL_MAX || span_left(text) < label)
			return 0;
		at += 1 + (size_t)label;
		if (label == 0) {
			name[len] = '\0';
			return behind != 0 ? behind : at;
		}
		if (len + label + 2 > NAME_MAX)
			return 0;
		len += (size_t)snprintf(name + len, NAME_MAX - len, "%s", len > 0 ? "." : "");
		memcpy(name + len, text.at, label);
		len += label;
	}
	return 0;
}

/* What the records have shown so far. */
struct seen {
	char services[LIST_MAX];
	size_t len;
};

/* Note the service "_http._tcp.local" without its domain. */
static void note_service(struct seen *seen, char *name)
{
	char *domain = strstr(name, ".local");

	if (name[0] != '_')
		return;
	if (domain != NULL)
		*domain = '\0';
	if (strlen(name) + 2 > sizeof(seen->services) - seen->len)
		return;
	seen->len += (size_t)snprintf(seen->services + seen->len,
	                              sizeof(seen->services) - seen->len, "%s%s",
	                              seen->len > 0 ? "," : "", name);
}

/* The record with data at offset @at: a service, the host that offers one, or words about it. */
static void take_record(struct span message, uint16_t type, size_t at, struct seen *seen,
                        struct vd_facts *out)
{
	char name[NAME_MAX];

	if (type == TYPE_PTR && read_name(message, at, name) != 0)
		note_service(seen, name);
	else if (type == TYPE_SRV && read_name(message, at + 6, name) != 0)
		decode_add_text(out, "mdns.host", name);
	else if (type == TYPE_TXT)
		decode_add(out, "mdns.text",
		           span_part(message, at + 1, at + 1 + span_u8(message, at)));
}

static void add_records(struct span message, struct vd_facts *out)
{
	unsigned count =
		(unsigned)span_be16(message, 6) + span_be16(message, 8) + span_be16(message, 10);
	struct seen seen = {.len = 0};
	char name[NAME_MAX];
	size_t at = HEADER;

	for (uint16_t i = 0; i < span_be16(message, 4); i++) {
		at = read_name(message, at, name);
		if (at == 0)
			return;
		at += 4;
	}
	for (unsigned i = 0; i < count && i < RECORDS_MAX; i++) {
		at = read_name(message, at, name);
		if (at == 0 || at + 10 > span_left(message))
			break;
		if ((span_be16(message, at + 2) & ~UNIQUE) == CLASS_IN)
			take_record(message, span_be16(message, at), at + 10, &seen, out);
		at += 10 + (size_t)span_be16(message, at + 8);
	}
	decode_add(out, "mdns.services", span_of(seen.services, seen.len));
}

static bool mdns_decode(struct span in, bool hinted, struct vd_facts *out)
{
	/* an answer, at most one question */
	if (span_left(in) < HEADER + 5 || (in.at[2] & 0x80) == 0 || span_be16(in, 4) > 1 ||
	    span_be16(in, 6) == 0)
		return false;
	if (!hinted && span_find(in, sign, false) == NULL)
		return false;
	add_records(in, out);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_mdns = {
	.name = "mdns",
	.udp_ports = PORTS(5353),
	.decode = mdns_decode,
};
