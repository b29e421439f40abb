/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kerberos.c - Kerberos: asks for a ticket in the name of nobody, which every centre refuses by an
 * error that states its time and its realm (RFC 4120, 5.4.1 and 5.9.1; over TCP 7.2.2).
 */
#include <ctype.h>

#include "proto.h"

enum { LENGTH = 4, APPLICATION_ERROR = 0x7e, SEQUENCE = 0x30, INTEGER = 0x02, ANSWER_MAX = 16384 };
/* Tags of the error's members. */
enum { PVNO = 0xa0, MSG_TYPE, STIME = 0xa4, SUSEC, ERROR_CODE, REALM = 0xa9, SNAME, TEXT };
enum { TIME_LEN = 15 };

#define OUR_REALM "SONDE.INVALID"

/* The AS-REQ: version 5, type 10, a body with no options, no client, our realm, the service
 * krbtgt/realm, no end, a nonce, the ciphers 18, 17 and 23. */
#define AS_REQ                                                                                     \
	"\x6a\x76\x30\x74\xa1\3\2\1\5\xa2\3\2\1\x0a\xa4\x68\x30\x66\xa0\7\3\5\0\0\0\0\0"           \
	"\xa2\x0f\x1b\x0d" OUR_REALM "\xa3\x22\x30\x20\xa0\3\2\1\2\xa1\x19\x30\x17\x1b\6krbtgt"    \
	"\x1b\x0d" OUR_REALM "\xa5\x11\x18\x0f"                                                    \
	"19700101000000Z\xa7\6\2\4Sond\xa8\x0b\x30\x09\2\1\x12\2\1\x11\2\1\x17"

static const char as_req[] = "\0\0\0\x78" AS_REQ;

/* Take the member @tag, if it comes next; its contents are one more element, whose contents go to
 * *@value. */
static bool take(struct span *s, uint8_t tag, struct span *value)
{
	struct span rest = *s, wrapped;
	uint8_t found;

	if (!decode_ber(&rest, &found, &wrapped) || found != tag ||
	    !decode_ber(&wrapped, &found, value))
		return false;
	*s = rest;
	return true;
}

/* The members of a KRB-ERROR, behind version and type; empty where @in is none. */
static struct span members(struct span in)
{
	struct span all, list, value, none = {in.end, in.end};
	uint8_t tag;

	if (!decode_ber(&in, &tag, &all) || tag != APPLICATION_ERROR ||
	    !decode_ber(&all, &tag, &list) || tag != SEQUENCE || !take(&list, PVNO, &value) ||
	    span_left(value) != 1 || *value.at != 5 || !take(&list, MSG_TYPE, &value) ||
	    span_left(value) != 1 || *value.at != 30)
		return none;
	return list;
}

/* The error behind the length that it has over TCP. */
static struct span behind_length(struct span in)
{
	return span_u8(in, 0) == 0 && span_be32(in, 0) <= ANSWER_MAX ? span_from(in, LENGTH) : in;
}

static bool kerberos_starts(struct span in)
{
	return span_u8(in, 0) == 0 && span_left(members(behind_length(in))) > 0;
}

static enum vd_step kerberos_hear(struct vd_dialog *d)
{
	struct span in = heard(d);
	enum vd_step step;

	if (span_be16(in, 0) != 0 || (d->in_len > LENGTH && in.at[LENGTH] != APPLICATION_ERROR))
		return VD_FOREIGN;
	if (d->in_len < LENGTH)
		return VD_MORE;
	if (span_be32(in, 0) < 16 || span_be32(in, 0) > ANSWER_MAX)
		return VD_FOREIGN;
	step = whole_at(d, LENGTH + (size_t)span_be32(in, 0));
	d->known = kerberos_starts(in);
	return step == VD_DONE && !d->known ? VD_FOREIGN : step;
}

/* Add "20260102030405Z" as "2026-01-02T03:04:05Z". */
static void add_time(struct vd_facts *out, struct span time)
{
	const char *t = (const char *)time.at;

	if (span_left(time) != TIME_LEN || t[14] != 'Z')
		return;
	for (int i = 0; i < 14; i++)
		if (!isdigit(time.at[i]))
			return;
	vd_facts_addf(out, "kerberos.time", "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", t, t + 4, t + 6,
	              t + 8, t + 10, t + 12);
}

static bool kerberos_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span list = members(behind_length(in)), value;
	uint8_t tag;

	(void)hinted;
	if (span_left(list) == 0)
		return false;
	for (int i = 0; i < 16 && list.at < list.end; i++) {
		tag = list.at[0];
		if (!take(&list, tag, &value))
			break;
		if (tag == STIME)
			add_time(out, value);
		else if (tag == ERROR_CODE && span_left(value) == 1)
			vd_facts_addf(out, "kerberos.error_code", "%u", value.at[0]);
		else if (tag == REALM && !span_starts(value, OUR_REALM))
			decode_add(out, "kerberos.realm", value);
		else if (tag == TEXT)
			decode_add(out, "kerberos.error", span_trim(value));
	}
	return true;
}

const struct vd_proto vd_proto_kerberos = {
	.name = "kerberos",
	.ports = PORTS(88),
	.udp_ports = PORTS(88),
	.starts = kerberos_starts,
	HELLO_TEXT(as_req),
	.hear = kerberos_hear,
	.decode = kerberos_decode,
};
