/* SPDX-License-Identifier: Apache-2.0 */
/* netbios.c - the names service of NetBIOS: decodes the answer to a question for the names of a node
 * (RFC 1002, 4.2.18): its own, its domain's or workgroup's, and what runs there. */
#include "proto.h"

enum { HEADER = 12, NAME = 34, TYPE = 0x21, COUNT_AT = HEADER + NAME + 10, NAMES_AT };
enum { ENTRY = 18, TEXT = 15, GROUP = 0x8000, MAC_LEN = 6, LIST_MAX = 1024 };
enum { WORKSTATION = 0x00, MESSENGER = 0x03 };

/* An answer with one record, the name "*" of all nodes, of the type of node states. */
static bool is_answer(struct span in)
{
	static const char all[] = "\x20"
				  "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

	return span_left(in) > NAMES_AT && (in.at[2] & 0x80) != 0 && span_be16(in, 4) == 0 &&
	       span_be16(in, 6) == 1 && span_starts(span_from(in, HEADER), all) &&
	       span_be16(in, HEADER + NAME) == TYPE;
}

/* Add the list "NAME<20>,..." of all names. */
static void list_name(struct span name, uint8_t suffix, char list[LIST_MAX], size_t *len)
{
	if (LIST_MAX - *len < TEXT + 8)
		return;
	*len += (size_t)snprintf(list + *len, LIST_MAX - *len, "%s%.*s<%02x>", *len > 0 ? "," : "",
	                         (int)span_left(name), (const char *)name.at, suffix);
}

/* The first name of a workstation is the host's, the first of a group the domain's; a messenger with
 * another name than the host's is the user who is logged in. */
static void add_name(struct span name, uint8_t suffix, bool group, struct vd_facts *out)
{
	const struct vd_fact *host = vd_facts_get(out, "netbios.servername");

	if (suffix == WORKSTATION && !group && host == NULL)
		decode_add(out, "netbios.servername", name);
	else if (suffix == WORKSTATION && group && vd_facts_get(out, "netbios.domain") == NULL)
		decode_add(out, "netbios.domain", name);
	else if (suffix == MESSENGER && !group && host != NULL &&
	         (host->len != span_left(name) || memcmp(host->value, name.at, host->len) != 0))
		decode_add(out, "netbios.username", name);
}

static void add_mac(struct span mac, struct vd_facts *out)
{
	static const uint8_t none[MAC_LEN];

	if (span_left(mac) >= MAC_LEN && !span_starts_bytes(mac, none, MAC_LEN))
		vd_facts_addf(out, "netbios.mac", "%02x:%02x:%02x:%02x:%02x:%02x", mac.at[0],
		              mac.at[1], mac.at[2], mac.at[3], mac.at[4], mac.at[5]);
}

static bool netbios_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span rest = span_from(in, NAMES_AT);
	char list[LIST_MAX];
	size_t len = 0;

	(void)hinted;
	if (!is_answer(in))
		return false;
	for (int i = 0; i < in.at[COUNT_AT] && span_left(rest) >= ENTRY; i++) {
		struct span name = span_trim(span_first(rest, TEXT));

		add_name(name, rest.at[TEXT], (span_be16(rest, TEXT + 1) & GROUP) != 0, out);
		list_name(name, rest.at[TEXT], list, &len);
		rest = span_from(rest, ENTRY);
	}
	decode_add(out, "netbios.names", span_of(list, len));
	add_mac(rest, out);
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_netbios = {
	.name = "netbios",
	.aliases = NAMES("netbios-ns"),
	.udp_ports = PORTS(137),
	.decode = netbios_decode,
};
