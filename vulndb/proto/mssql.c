/* SPDX-License-Identifier: Apache-2.0 */
/* mssql.c - Microsoft SQL Server: sends PRELOGIN, which settles version and encryption before any
 * log-in (MS-TDS, 2.2.6.5). */
#include "proto.h"

enum { HEAD = 8, TABULAR_RESULT = 4, LAST = 1, OPTION = 5, OPTIONS_MAX = 8, ANSWER_MAX = 4096 };
enum { VERSION = 0, ENCRYPTION = 1, MARS = 4, TERMINATOR = 0xff, VERSION_LEN = 6 };

/* Options: their type, the offset and length of their data. The client asks for no encryption of
 * more than a log-in. */
static const uint8_t prelogin[] = {
	0x12, 1,  0, 47, 0, 0, 0,  0, 0, 0,    26, 0, 6, 1, 0, 32, 0, 1, 2, 0, 33, 0, 1, 3,
	0,    34, 0, 4,  4, 0, 38, 0, 1, 0xff, 9,  0, 0, 0, 0, 0,  0, 0, 0, 0, 0,  0, 0,
};

/* Is this the head of an answer, whose first option is the version? */
static bool mssql_starts(struct span in)
{
	size_t len = span_be16(in, 2);

	return span_left(in) >= HEAD + OPTION && in.at[0] == TABULAR_RESULT && in.at[1] == LAST &&
	       len >= HEAD + OPTION + 1 + VERSION_LEN && len <= ANSWER_MAX &&
	       in.at[HEAD] == VERSION && span_be16(in, HEAD + 1) >= OPTION + 1 &&
	       span_be16(in, HEAD + 3) == VERSION_LEN;
}

static enum vd_step mssql_hear(struct vd_dialog *d)
{
	static const uint8_t start[] = {TABULAR_RESULT, LAST};

	if (!span_may_start_bytes(heard(d), start, sizeof(start)))
		return VD_FOREIGN;
	if (d->in_len < HEAD + OPTION)
		return VD_MORE;
	if (!mssql_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, span_be16(heard(d), 2));
}

static const char *encryption_name(uint8_t value)
{
	static const char *const names[] = {"off", "on", "not supported", "required"};

	return value < sizeof(names) / sizeof(names[0]) ? names[value] : "other";
}

/* Add an option; @data begins where the data of all options are counted from. */
static void add_option(struct span data, struct span option, struct vd_facts *out)
{
	size_t at = span_be16(option, 1), len = span_be16(option, 3);
	struct span value = span_part(data, at, at + len);

	if (option.at[0] == VERSION && span_left(value) == VERSION_LEN)
		vd_facts_addf(out, "mssql.version", "%u.%u.%u.%u", value.at[0], value.at[1],
		              span_be16(value, 2), span_be16(value, 4));
	else if (option.at[0] == ENCRYPTION && span_left(value) == 1)
		decode_add_text(out, "mssql.encryption", encryption_name(value.at[0]));
	else if (option.at[0] == MARS && span_left(value) == 1)
		decode_add_bool(out, "mssql.mars", value.at[0] != 0);
}

static bool mssql_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span data = span_part(in, HEAD, span_be16(in, 2)), rest = data;

	(void)hinted;
	if (!mssql_starts(in))
		return false;
	for (int i = 0; i < OPTIONS_MAX && span_left(rest) >= OPTION; i++) {
		if (rest.at[0] == TERMINATOR)
			break;
		add_option(data, span_first(rest, OPTION), out);
		rest = span_from(rest, OPTION);
	}
	return true;
}

const struct vd_proto vd_proto_mssql = {
	.name = "mssql",
	.aliases = NAMES("ms-sql-s", "tds"),
	.ports = PORTS(1433, 1434),
	.starts = mssql_starts,
	HELLO(prelogin),
	.hear = mssql_hear,
	.decode = mssql_decode,
};
