/* SPDX-License-Identifier: Apache-2.0 */
/* grab_db.c - databases with binary protocols, as far as they answer before a log-in: MySQL,
 * PostgreSQL, MongoDB. */
#include <string.h>

#include "grab_proto.h"

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- MySQL: the server's greeting, then TLS where it is offered ---- */

enum {
	MYSQL_HEAD = 4,
	MYSQL_V10 = 10,
	MYSQL_ERROR = 0xff,
	MYSQL_AFTER_VERSION =
		4 + 8 + 1,       /* thread, scramble, filler stand before the capabilities */
	MYSQL_CLIENT_SSL = 0x08, /* in the second byte of the capabilities */
};

static bool mysql_starts(const uint8_t *p, size_t len)
{
	return len > MYSQL_HEAD + 1 && p[2] == 0 && p[3] == 0 &&
	       (p[4] == MYSQL_V10 || p[4] == MYSQL_ERROR) && le32(p) >= 4;
}

static bool mysql_offers_tls(const uint8_t *payload, size_t len)
{
	const uint8_t *nul = memchr(payload, 0, len);
	size_t left;

	if (payload[0] != MYSQL_V10 || nul == NULL)
		return false;
	left = len - (size_t)(nul - payload) - 1;
	return left >= MYSQL_AFTER_VERSION + 2 &&
	       (nul[1 + MYSQL_AFTER_VERSION + 1] & MYSQL_CLIENT_SSL);
}

static enum grab_step mysql_bytes(struct grab_dialog *d)
{
	/* SSLRequest: protocol 4.1 and TLS, largest packet 16 MB, utf8; it names no user. */
	static const uint8_t ssl_request[36] = {32, 0, 0, 1, 0x00, 0x8a, 0, 0, 0, 0, 0, 1, 33};
	size_t len;

	if (d->tls)
		return GRAB_DONE;
	if (d->in.len <= MYSQL_HEAD + 1)
		return GRAB_MORE;
	if (!mysql_starts(d->in.data, d->in.len))
		return GRAB_FOREIGN;
	len = le32(d->in.data) & 0xffffff;
	if (d->in.len - MYSQL_HEAD < len)
		return GRAB_MORE;
	d->known = true;
	d->first_len = MYSQL_HEAD + len;
	if (!mysql_offers_tls(d->in.data + MYSQL_HEAD, len))
		return GRAB_DONE;
	grab_buf_add(&d->out, ssl_request, sizeof(ssl_request));
	return GRAB_STARTTLS;
}

const struct grab_proto grab_proto_mysql = {
	.name = "mysql",
	.starts = mysql_starts,
	.on_bytes = mysql_bytes,
};

/*
 * ---- PostgreSQL: SSLRequest, then a protocol version that no server has: it refuses it with an
 * error that shows its own version range and source file, and no user is ever named ----
 */

enum { PG_ASKED_SSL, PG_ASKED_VERSION };

static const uint8_t pg_ssl_request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};

static bool postgres_starts(const uint8_t *p, size_t len)
{
	return len >= 7 && p[0] == 'E' && p[1] == 0 && p[2] == 0 && p[5] == 'S';
}

static enum grab_step pg_after_ssl(struct grab_dialog *d)
{
	static const uint8_t version[] = {0, 0, 0, 9, 0x00, 0xff, 0x00, 0x00, 0};

	if (d->in.data[0] == 'S' && !d->tls)
		return d->in.len == 1 ? GRAB_STARTTLS : GRAB_FOREIGN;
	d->state = PG_ASKED_VERSION;
	d->seen = d->first_len = 1;
	grab_answer(d, 1);
	grab_buf_add(&d->out, version, sizeof(version));
	return GRAB_MORE;
}

/* An error to SSLRequest itself: a server without it, or one that is full. */
static enum grab_step pg_error(struct grab_dialog *d, size_t from)
{
	size_t left = d->in.len - from;

	if (left > 0 && d->in.data[from] != 'E')
		return from > 0 ? GRAB_DONE : GRAB_FOREIGN;
	if (left < 5)
		return GRAB_MORE;
	d->known = true;
	return left - 1 < be32(d->in.data + from + 1) ? GRAB_MORE : GRAB_DONE;
}

static enum grab_step postgres_bytes(struct grab_dialog *d)
{
	uint8_t first = d->in.data[0];

	if (d->state == PG_ASKED_VERSION)
		return pg_error(d, d->seen);
	if (first != 'S' && first != 'N')
		return pg_error(d, 0);
	return pg_after_ssl(d);
}

static void postgres_facts(const struct grab_dialog *d, struct vd_facts *out)
{
	const char *ssl = d->in.data[0] == 'S' ? "true" : "false";

	if (d->state == PG_ASKED_VERSION && vd_facts_get(out, "postgres.ssl") == NULL)
		vd_facts_add(out, "postgres.ssl", ssl, strlen(ssl));
}

const struct grab_proto grab_proto_postgres = {
	.name = "postgres",
	.starts = postgres_starts,
	.hello = pg_ssl_request,
	.hello_len = sizeof(pg_ssl_request),
	.on_bytes = postgres_bytes,
	.decode_each = true,
	.facts = postgres_facts,
};

/*
 * ---- MongoDB: three read-only commands, each answered by one message. isMaster goes as OP_QUERY,
 * which every version takes for it; buildInfo and listDatabases as OP_MSG ----
 */

#define OP_QUERY "\xd4\x07\0\0"
#define OP_MSG "\xdd\x07\0\0"
#define IN_ADMIN "\x02$db\0\x06\0\0\0admin\0"

static const char is_master[58] = "\x3a\0\0\0\x01\0\0\0\0\0\0\0" OP_QUERY "\0\0\0\0admin.$cmd\0"
				  "\0\0\0\0\xff\xff\xff\xff"
				  "\x13\0\0\0\x10isMaster\0\x01\0\0\0";
static const char build_info[56] = "\x38\0\0\0\x02\0\0\0\0\0\0\0" OP_MSG "\0\0\0\0\0"
				   "\x23\0\0\0\x10"
				   "buildInfo\0\x01\0\0\0" IN_ADMIN;
static const char list_databases[71] = "\x47\0\0\0\x03\0\0\0\0\0\0\0" OP_MSG "\0\0\0\0\0"
				       "\x32\0\0\0\x10listDatabases\0\x01\0\0\0"
				       "\x08nameOnly\0\x01" IN_ADMIN;

enum { MONGO_HEAD = 16, MONGO_MAX = 1 << 20, MONGO_ASKED_LIST = 2 };

static bool mongodb_starts(const uint8_t *p, size_t len)
{
	/* A reply to our first or second request: OP_REPLY or OP_MSG. */
	return len >= MONGO_HEAD && le32(p) >= MONGO_HEAD && le32(p) <= MONGO_MAX &&
	       (le32(p + 8) == 1 || le32(p + 8) == 2) &&
	       (le32(p + 12) == 1 || le32(p + 12) == 2013);
}

static enum grab_step mongodb_bytes(struct grab_dialog *d)
{
	size_t left = d->in.len - d->seen;
	const uint8_t *p = d->in.data + d->seen;

	if (left < MONGO_HEAD)
		return GRAB_MORE;
	if (!d->known && !mongodb_starts(p, left))
		return GRAB_FOREIGN;
	d->known = true;
	if (le32(p) < MONGO_HEAD || le32(p) > MONGO_MAX)
		return GRAB_DONE;
	if (left < le32(p))
		return GRAB_MORE;
	d->seen += le32(p);
	if (d->first_len == 0)
		d->first_len = d->seen;
	if (d->state == MONGO_ASKED_LIST)
		return GRAB_DONE;
	grab_answer(d, d->seen);
	if (d->state++ == 0)
		grab_buf_add(&d->out, build_info, sizeof(build_info));
	else
		grab_buf_add(&d->out, list_databases, sizeof(list_databases));
	return GRAB_MORE;
}

/* Where the text value of a BSON string element @name begins in @in, its length in @len. */
static const uint8_t *bson_text(const struct grab_buf *in, const char *name, size_t *len)
{
	size_t n = strlen(name) + 2; /* type before, NUL behind */

	for (size_t i = 0; i < in->len && in->len - i > n + 4; i++) {
		const uint8_t *p = in->data + i;
		uint32_t size;

		if (p[0] != 0x02 || memcmp(p + 1, name, n - 1) != 0)
			continue;
		size = le32(p + n);
		if (size == 0 || in->len - i - n - 4 < size)
			return NULL;
		*len = size - 1;
		return p + n + 4;
	}
	return NULL;
}

static void mongodb_facts(const struct grab_dialog *d, struct vd_facts *out)
{
	const char *asked = NULL;
	size_t len;
	const uint8_t *version = bson_text(&d->in, "version", &len);

	if (version != NULL && vd_facts_get(out, "mongodb.version") == NULL)
		vd_facts_add(out, "mongodb.version", version, len);
	if (d->state != MONGO_ASKED_LIST || vd_facts_get(out, "mongodb.auth_required") != NULL)
		return;
	if (grab_contains(d->in.data, d->in.len, "requires authentication") ||
	    grab_contains(d->in.data, d->in.len, "not authorized"))
		asked = "true";
	else if (grab_contains(d->in.data, d->in.len, "databases"))
		asked = "false";
	if (asked != NULL)
		vd_facts_add(out, "mongodb.auth_required", asked, strlen(asked));
}

const struct grab_proto grab_proto_mongodb = {
	.name = "mongodb",
	.starts = mongodb_starts,
	.hello = is_master,
	.hello_len = sizeof(is_master),
	.on_bytes = mongodb_bytes,
	.decode_each = true,
	.facts = mongodb_facts,
};
