/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postgres.c - PostgreSQL: sends SSLRequest, then a protocol version that no server has. The server
 * refuses it with an error that shows its own version range and source file; no user is ever named.
 */
#include "proto.h"

enum { ASKED_SSL, ASKED_VERSION };
enum {
	SSL_ACCEPTED = 'S',
	SSL_REFUSED = 'N',
	ERROR = 'E',
	AUTHENTICATION = 'R',
	ERROR_MAX = 65536
};

static const uint8_t ssl_request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};

static bool postgres_starts(struct span in)
{
	return span_left(in) >= 7 && in.at[0] == ERROR && span_be16(in, 1) == 0 && in.at[5] == 'S';
}

static enum vd_step after_ssl(struct vd_dialog *d)
{
	static const uint8_t version[] = {0, 0, 0, 9, 0x00, 0xff, 0x00, 0x00, 0};

	if (d->in[0] == SSL_ACCEPTED && !d->tls)
		return d->in_len == 1 ? VD_STARTTLS : VD_FOREIGN;
	d->state = ASKED_VERSION;
	d->seen = d->first_len = 1;
	answer_at(d, 1);
	say(d, version, sizeof(version));
	return VD_MORE;
}

/* Hear an error in answer to the last request. A server answers SSLRequest itself with an error
 * where it knows no TLS, or takes no more connections. */
static enum vd_step hear_error(struct vd_dialog *d)
{
	struct span rest = unseen(d);

	if (span_left(rest) > 0 && rest.at[0] != ERROR)
		return d->seen > 0 ? VD_DONE : VD_FOREIGN;
	if (span_left(rest) < 5)
		return VD_MORE;
	if (span_be32(rest, 1) > ERROR_MAX)
		return d->seen > 0 ? VD_DONE : VD_FOREIGN;
	d->known = true;
	return span_left(rest) - 1 < span_be32(rest, 1) ? VD_MORE : VD_DONE;
}

static enum vd_step postgres_hear(struct vd_dialog *d)
{
	if (d->state == ASKED_SSL && (d->in[0] == SSL_ACCEPTED || d->in[0] == SSL_REFUSED))
		return after_ssl(d);
	return hear_error(d);
}

/* Decode the fields of an error (PostgreSQL manual, "Error and Notice Message Fields"). */
static void add_error(struct span in, struct vd_facts *out)
{
	static const struct {
		uint8_t field;
		const char *fact;
	} fields[] = {{'M', "postgres.error"},
	              {'C', "postgres.code"},
	              {'F', "postgres.file"},
	              {'L', "postgres.line"},
	              {'R', "postgres.routine"}};

	while (in.at < in.end && *in.at != '\0') {
		uint8_t field = *in.at++;
		struct span text = span_text(&in);

		for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			if (fields[i].field == field)
				decode_add(out, fields[i].fact, text);
	}
}

static bool postgres_decode(struct span in, bool hinted, struct vd_facts *out)
{
	uint32_t len = span_be32(in, 1);
	struct span body = span_from(in, 5);

	if (hinted && span_left(in) == 1 && (*in.at == SSL_ACCEPTED || *in.at == SSL_REFUSED)) {
		decode_add_bool(out, "postgres.ssl", *in.at == SSL_ACCEPTED);
		return true;
	}
	if (span_left(in) < 9 || len < 8 || len > ERROR_MAX)
		return false;
	if (*in.at == ERROR && (span_starts(body, "SFATAL") || span_starts(body, "SERROR") ||
	                        (hinted && span_starts(body, "S")))) {
		add_error(span_first(body, len - 4), out);
		return true;
	}
	if (*in.at == AUTHENTICATION && (hinted || len == 8 || len == 12 || len == 23) &&
	    span_be32(body, 0) <= 12) {
		vd_facts_addf(out, "postgres.auth", "%u", span_be32(body, 0));
		return true;
	}
	return false;
}

static void postgres_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	if (d->state == ASKED_VERSION && vd_facts_get(out, "postgres.ssl") == NULL)
		decode_add_bool(out, "postgres.ssl", d->in[0] == SSL_ACCEPTED);
}

const struct vd_proto vd_proto_postgres = {
	.name = "postgres",
	.aliases = NAMES("postgresql"),
	.ports = PORTS(5432, 5433, 6432),
	.starts = postgres_starts,
	HELLO(ssl_request),
	.hear = postgres_hear,
	.decode = postgres_decode,
	.decode_each = true,
	.facts = postgres_facts,
};
