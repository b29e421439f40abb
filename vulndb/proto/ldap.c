/* SPDX-License-Identifier: Apache-2.0 */
/* ldap.c - LDAP: reads the root DSE, which every client may read (RFC 4512, 5.1); TLS where it is offered
 * there (RFC 4511, 4.14). */
#include "proto.h"

enum { SEQUENCE = 0x30, INTEGER = 0x02 };
/* Operations (RFC 4511, 4.2). */
enum { BIND_RESPONSE = 0x61, ENTRY = 0x64, SEARCH_DONE = 0x65, EXTENDED = 0x78 };
/* MESSAGE_MIN: the bytes of a message up to its operation, where its length has the longest form.
 * TELLING: the bytes that suffice to tell whether it is a message. */
enum { MESSAGE_MIN = 10, TELLING = 12 };
enum { ASKED, SECURING, SECURED, REFUSED };

#define START_TLS "1.3.6.1.4.1.1466.20037"

/* An ExtendedRequest by that name. */
static const char start_tls[] = "\x30\x1d\x02\x01\x02\x77\x18\x80\x16" START_TLS;

static const char ldap_hello[152] = "\x30\x81\x95\x02\x01\x01\x63\x81\x8f"
				    "\x04\0\x0a\x01\0\x0a\x01\0\x02\x01\0\x02\x01\0\x01\x01\0"
				    "\x87\x0bobjectClass"
				    "\x30\x6f\x04\x0bobjectClass"
				    "\x04\x0enamingContexts\x04\x0avendorName"
				    "\x04\x0dvendorVersion\x04\x14supportedLDAPVersion"
				    "\x04\x12supportedExtension"
				    "\x04\x0b"
				    "dnsHostName";

/* The operation of the LDAPMessage at @in; 0 where there is none. Its message ID must have one
 * byte, as that of the request has. */
static uint8_t operation(struct span in)
{
	struct span message, id;
	uint8_t tag;

	if (!decode_ber(&in, &tag, &message) || tag != SEQUENCE ||
	    !decode_ber(&message, &tag, &id) || tag != INTEGER || span_left(id) != 1)
		return 0;
	return span_u8(message, 0);
}

static bool equals(struct span s, const char *word)
{
	return span_left(s) == strlen(word) && span_starts_nocase(s, word);
}

static bool ldap_starts(struct span in)
{
	uint8_t op = operation(in);

	return op == ENTRY || op == SEARCH_DONE || op == EXTENDED;
}

/* Whether the values of an attribute contain the name of the operation that begins TLS. */
static bool lists_tls(struct span values)
{
	struct span value;
	uint8_t tag;

	while (decode_ber(&values, &tag, &value))
		if (span_left(value) == sizeof(START_TLS) - 1 && span_starts(value, START_TLS))
			return true;
	return false;
}

/* Whether the entries of an answer offer TLS; *@any: there are entries. */
static bool offers_tls(struct span in, bool *any)
{
	struct span message, part, list, pair, type;
	uint8_t tag;

	*any = false;
	while (decode_ber(&in, &tag, &message) && decode_ber(&message, &tag, &part) &&
	       decode_ber(&message, &tag, &part) && tag == ENTRY) {
		*any = true;
		if (!decode_ber(&part, &tag, &list) || !decode_ber(&part, &tag, &list))
			continue;
		while (decode_ber(&list, &tag, &pair))
			if (decode_ber(&pair, &tag, &type) && equals(type, "supportedExtension") &&
			    decode_ber(&pair, &tag, &part) && lists_tls(part))
				return true;
	}
	return false;
}

/* The answer to the search ends @whole bytes behind what was seen: ask for TLS, or be done. */
static enum vd_step end_search(struct vd_dialog *d, size_t whole)
{
	bool any;

	if (d->tls || d->plain || !offers_tls(heard(d), &any))
		return VD_DONE;
	d->seen += whole;
	d->first_len = d->seen;
	d->state = SECURING;
	say(d, start_tls, sizeof(start_tls) - 1);
	return VD_MORE;
}

/* Whether the message is an ExtendedResponse of success (RFC 4511, 4.12). */
static bool agrees(struct span in)
{
	struct span message, part;
	uint8_t tag;

	return decode_ber(&in, &tag, &message) && decode_ber(&message, &tag, &part) &&
	       decode_ber(&message, &tag, &part) && tag == EXTENDED &&
	       span_starts_bytes(part, "\x0a\1\0", 3);
}

static enum vd_step ldap_hear(struct vd_dialog *d)
{
	if (d->state == SECURED)
		return VD_DONE;
	if (d->in[0] != SEQUENCE || (d->in_len >= TELLING && !d->known && !ldap_starts(heard(d))))
		return VD_FOREIGN;
	while (span_left(unseen(d)) >= MESSAGE_MIN) {
		struct span rest = unseen(d);
		uint8_t op = operation(rest);
		size_t whole = decode_ber_size(rest);

		if (op == 0)
			return d->known ? VD_DONE : VD_FOREIGN;
		d->known = true;
		if (span_left(rest) < whole)
			return VD_MORE;
		if (d->state == SECURING) {
			d->state = agrees(rest) ? SECURED : REFUSED;
			return d->state == SECURED ? VD_STARTTLS : VD_DONE;
		}
		if (op == ENTRY)
			d->seen += whole;
		else if (op != SEARCH_DONE || end_search(d, whole) == VD_DONE)
			return VD_DONE;
	}
	return VD_MORE;
}

/* ---- what the answers say ---- */

static void add_attribute(struct span name, struct span values, struct vd_facts *out)
{
	static const struct {
		const char *attribute, *fact;
	} known[] = {{"vendorName", "ldap.vendor"},
	             {"vendorVersion", "ldap.vendor_version"},
	             {"namingContexts", "ldap.naming_context"},
	             {"dnsHostName", "ldap.hostname"},
	             {"supportedLDAPVersion", "ldap.version"},
	             {"objectClass", "ldap.object_class"}};
	struct span value;
	uint8_t tag;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct span rest = values;

		for (int n = 0;
		     equals(name, known[i].attribute) && n < 8 && decode_ber(&rest, &tag, &value);
		     n++)
			decode_add(out, known[i].fact, value);
	}
}

/* Decode a SearchResultEntry (RFC 4511, 4.5.2) ::= { name, { { type, { value ... } } ... } }. */
static void add_entry(struct span in, struct vd_facts *out)
{
	struct span name, list, pair, type, values;
	uint8_t tag;

	if (!decode_ber(&in, &tag, &name) || !decode_ber(&in, &tag, &list))
		return;
	for (int i = 0; i < 256 && decode_ber(&list, &tag, &pair); i++)
		if (decode_ber(&pair, &tag, &type) && decode_ber(&pair, &tag, &values))
			add_attribute(type, values, out);
}

static bool ldap_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span message, id, op;
	uint8_t tag, id_tag, op_tag;
	bool any = false;

	(void)hinted;
	/* The answer to a search is several messages: entries, then "done". */
	for (int i = 0; i < 16 && decode_ber(&in, &tag, &message); i++) {
		if (tag != SEQUENCE || !decode_ber(&message, &id_tag, &id) || id_tag != INTEGER ||
		    span_left(id) > 4 || !decode_ber(&message, &op_tag, &op))
			break;
		if (op_tag == ENTRY)
			add_entry(op, out);
		else if (op_tag == BIND_RESPONSE)
			vd_facts_addf(out, "ldap.bind_result", "%u", span_u8(op, 2));
		else if (op_tag != SEARCH_DONE && op_tag != EXTENDED)
			break;
		any = true;
	}
	return any;
}

static void ldap_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	bool any, offers = offers_tls(heard(d), &any);

	if (any && (!d->tls || d->state == SECURED))
		decode_add_bool(out, "ldap.starttls", offers && d->state != REFUSED);
}

const struct vd_proto vd_proto_ldap = {
	.name = "ldap",
	.secure = "ldaps",
	.ports = PORTS(389, 3268),
	.tls_ports = PORTS(636, 3269),
	.udp_ports = PORTS(389),
	.starts = ldap_starts,
	HELLO(ldap_hello),
	.hear = ldap_hear,
	.decode = ldap_decode,
	.facts = ldap_facts,
};
