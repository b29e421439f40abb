/* SPDX-License-Identifier: Apache-2.0 */
/* ipmi.c - IPMI over RMCP: decodes the answer to Get Channel Authentication Capabilities
 * (IPMI 2.0, 13.1.3, 13.8 and 22.13), which a controller gives before any log-in. */
#include "proto.h"

enum { RMCP = 0x06, IPMI = 0x07, MESSAGE_AT = 14, DATA_AT = 20, WHOLE = 29, COMMAND = 0x38 };
enum { SUPPORT_AT = DATA_AT + 2, STATUS_AT, EXTENDED_AT, OEM_AT, EXTENDED = 0x80, VERSION_2 = 2 };

/* Add the names of the bits that are set, divided by commas. */
static void add_bits(struct vd_facts *out, const char *fact, uint8_t bits, const char *const *names)
{
	char list[96] = "";
	size_t len = 0;

	for (int i = 0; names[i] != NULL; i++)
		if ((bits >> i & 1) != 0 && names[i][0] != '\0')
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s",
			                        len > 0 ? "," : "", names[i]);
	decode_add_text(out, fact, list);
}

/* Head of RMCP; session 0 without authentication; the message, whose completion code is 0. */
static bool is_answer(struct span in)
{
	return span_left(in) >= WHOLE && in.at[0] == RMCP && (in.at[3] & 0x1f) == IPMI &&
	       in.at[4] == 0 && span_u8(in, MESSAGE_AT + 1) >> 2 == 7 &&
	       span_u8(in, MESSAGE_AT + 5) == COMMAND;
}

static bool ipmi_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const types[] = {"none", "md2", "md5", "", "password", "oem", NULL};
	static const char *const users[] = {"anonymous", "null-user", "named", NULL};
	bool second;

	(void)hinted;
	if (!is_answer(in))
		return false;
	if (in.at[DATA_AT] != 0) {
		vd_facts_addf(out, "ipmi.error", "0x%02x", in.at[DATA_AT]);
		return true;
	}
	second = (in.at[SUPPORT_AT] & EXTENDED) != 0 && (in.at[EXTENDED_AT] & VERSION_2) != 0;
	decode_add_text(out, "ipmi.version", second ? "2.0" : "1.5");
	add_bits(out, "ipmi.auth", in.at[SUPPORT_AT], types);
	add_bits(out, "ipmi.user_auth", in.at[STATUS_AT], users);
	decode_add_bool(out, "ipmi.anonymous", (in.at[STATUS_AT] & 1) != 0);
	vd_facts_addf(out, "ipmi.oemid", "%u", (unsigned)(span_le32(in, OEM_AT) & 0xffffff));
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_ipmi = {
	.name = "ipmi",
	.udp_ports = PORTS(623),
	.decode = ipmi_decode,
};
