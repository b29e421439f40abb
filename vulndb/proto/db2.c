/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db2.c - DRDA, which Db2, Derby and Informix speak: exchanges server attributes, before any log-in
 * (The Open Group, DRDA version 5, volume 3: DDM, EXCSAT and EXCSATRD).
 */
#include "proto.h"

enum { DSS_HEAD = 6, OBJECT_HEAD = 4, DDM = 0xd0, REPLY = 2, ANSWER_MAX = 8192, TEXT_MAX = 255 };
/* Code points. */
enum { EXCSATRD = 0x1443, EXTNAM = 0x115e, SRVCLSNM = 0x1147, SRVNAM = 0x116d, SRVRLSLV = 0x115a };

/* Request 1: EXCSAT with the name "Sonde" (in EBCDIC) and the level of one manager, AGENT 7. */
static const uint8_t excsat[] = {
	0,    27,   DDM,  1,    0,    1, 0, 21,   0x10, 0x41, 0,    9, 0x11, 0x5e,
	0xe2, 0x96, 0x95, 0x84, 0x85, 0, 8, 0x14, 0x04, 0x14, 0x03, 0, 7,
};

/* Is this the head of a reply to request 1 that holds the attributes? Its format may ask for
 * chaining. */
static bool db2_starts(struct span in)
{
	size_t len = span_be16(in, 0);

	return span_left(in) >= DSS_HEAD + OBJECT_HEAD && len >= DSS_HEAD + OBJECT_HEAD &&
	       len <= ANSWER_MAX && in.at[2] == DDM && (in.at[3] & 0xf) == REPLY &&
	       span_be16(in, 4) == 1 && span_be16(in, DSS_HEAD) <= len - DSS_HEAD &&
	       span_be16(in, DSS_HEAD + 2) == EXCSATRD;
}

static enum vd_step db2_hear(struct vd_dialog *d)
{
	if (d->in_len < 3)
		return VD_MORE;
	if (d->in[2] != DDM)
		return VD_FOREIGN;
	if (d->in_len < DSS_HEAD + OBJECT_HEAD)
		return VD_MORE;
	if (!db2_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, span_be16(heard(d), 0));
}

/* The ASCII character of a byte of EBCDIC; '?' for the few that names do not have. */
static char ascii_of(uint8_t c)
{
	static const char letters[] = "abcdefghi.......jklmnopqr........stuvwxyz";
	static const struct {
		uint8_t ebcdic;
		char ascii;
	} marks[] = {{0x40, ' '}, {0x4b, '.'}, {0x4d, '('}, {0x5d, ')'}, {0x60, '-'},
	             {0x61, '/'}, {0x6b, ','}, {0x6d, '_'}, {0x7a, ':'}, {0x7c, '@'}};

	if (c >= 0xf0 && c <= 0xf9)
		return (char)('0' + c - 0xf0);
	if (c >= 0x81 && c - 0x81U < sizeof(letters) - 1 && letters[c - 0x81] != '.')
		return letters[c - 0x81];
	if (c >= 0xc1 && c - 0xc1U < sizeof(letters) - 1 && letters[c - 0xc1] != '.')
		return (char)(letters[c - 0xc1] - 'a' + 'A');
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (marks[i].ebcdic == c)
			return marks[i].ascii;
	return '?';
}

/* Add a text, which is EBCDIC unless its first byte is a letter of ASCII. */
static void add_text(struct vd_facts *out, const char *name, struct span value)
{
	char text[TEXT_MAX];
	bool ascii = span_u8(value, 0) >= 'A' && span_u8(value, 0) <= 'Z';
	size_t len = 0;

	for (value = span_first(value, TEXT_MAX); value.at < value.end; value.at++)
		text[len++] = ascii ? (char)*value.at : ascii_of(*value.at);
	decode_add(out, name, span_trim(span_of(text, len)));
}

static bool digits(struct span s)
{
	for (; s.at < s.end; s.at++)
		if (*s.at < '0' || *s.at > '9')
			return false;
	return true;
}

/* Add the version that a release of IBM's holds: three letters of the product, then two digits, two
 * digits and one, as in SQL11055. Derby writes CSS10140/10.14.2.0 and so on. */
static void add_version(struct vd_facts *out)
{
	const struct vd_fact *f = vd_facts_get(out, "db2.release");
	struct span release = f != NULL ? span_of(f->value, f->len) : (struct span){NULL, NULL};
	struct span number = span_part(release, 3, 8);
	const uint8_t *n = number.at;

	if (span_left(release) > 9 && release.at[8] == '/')
		decode_add(out, "db2.version", span_word(span_from(release, 9)));
	else if (span_left(number) == 5 && digits(number))
		vd_facts_addf(out, "db2.version", "%d.%d.%d", (n[0] - '0') * 10 + n[1] - '0',
		              (n[2] - '0') * 10 + n[3] - '0', n[4] - '0');
}

static bool db2_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const struct {
		uint16_t code;
		const char *fact;
	} wanted[] = {{EXTNAM, "db2.external_name"},
	              {SRVCLSNM, "db2.server_platform"},
	              {SRVNAM, "db2.instance_name"},
	              {SRVRLSLV, "db2.release"}};
	struct span rest = span_part(in, DSS_HEAD + OBJECT_HEAD, span_be16(in, 0));

	(void)hinted;
	if (!db2_starts(in))
		return false;
	while (span_left(rest) > OBJECT_HEAD && span_be16(rest, 0) >= OBJECT_HEAD) {
		struct span value = span_part(rest, OBJECT_HEAD, span_be16(rest, 0));

		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (span_be16(rest, 2) == wanted[i].code)
				add_text(out, wanted[i].fact, value);
		rest = span_from(rest, span_be16(rest, 0));
	}
	add_version(out);
	return true;
}

const struct vd_proto vd_proto_db2 = {
	.name = "db2",
	.secure = "db2-ssl",
	.aliases = NAMES("drda"),
	.ports = PORTS(50000, 523, 1527),
	.tls_ports = PORTS(50001),
	.starts = db2_starts,
	HELLO(excsat),
	.hear = db2_hear,
	.decode = db2_decode,
};
