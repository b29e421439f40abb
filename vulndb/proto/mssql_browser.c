/* SPDX-License-Identifier: Apache-2.0 */
/* mssql_browser.c - SQL Server's browser: decodes the list of instances with which it answers one
 * byte (MC-SQLR, 2.2.5). */
#include "proto.h"

enum { HEAD = 3, RESPONSE = 5, VALUE_MAX = 128, PAIRS_MAX = 64 };

static const char sign[] = "ServerName;";

/* Take the text up to the next semicolon; *@s moves behind it. */
static struct span take_part(struct span *s)
{
	struct span part = *s;

	for (part.end = s->at; part.end < s->end && *part.end != ';';)
		part.end++;
	*s = span_from(*s, span_left(part) + 1);
	return span_first(part, VALUE_MAX);
}

/* Add the values of all instances: "ServerName;A;InstanceName;B;...;;ServerName;..." */
static bool mssql_browser_decode(struct span in, bool hinted, struct vd_facts *out)
{
	static const struct {
		const char *key, *fact;
	} keys[] = {
		{"ServerName", "mssql.server_name"}, {"InstanceName", "mssql.instance"},
		{"IsClustered", "mssql.clustered"},  {"Version", "mssql.version"},
		{"tcp", "mssql.tcp_port"},           {"np", "mssql.pipe"},
	};
	struct span rest = span_from(in, HEAD);

	(void)hinted;
	if (span_u8(in, 0) != RESPONSE || !span_starts(rest, sign))
		return false;
	rest = span_first(rest, span_le16(in, 1));
	for (int n = 0; n < PAIRS_MAX && rest.at < rest.end; n++) {
		struct span key = take_part(&rest), value;

		if (key.at == key.end)
			continue; /* an instance ends by two semicolons */
		value = take_part(&rest);
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (span_left(key) == strlen(keys[i].key) && span_starts(key, keys[i].key))
				decode_add(out, keys[i].fact, value);
	}
	return true;
}

/* There is no dialog: the payload of a probe asks this service, over UDP only. */
const struct vd_proto vd_proto_mssql_browser = {
	.name = "mssql-browser",
	.shown = "mssql",
	.udp_ports = PORTS(1434),
	.decode = mssql_browser_decode,
};
