/* SPDX-License-Identifier: Apache-2.0 */
/* grab_text.c - the text protocols that one question opens: Redis, memcached, ZooKeeper, RTSP, SIP,
 * rsync, NATS. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grab_proto.h"

#define HELLO(text) .hello = (text), .hello_len = sizeof(text) - 1

static bool begins(const uint8_t *p, size_t len, const char *text)
{
	size_t n = strlen(text);

	return len >= n && memcmp(p, text, n) == 0;
}

/* Could @in still become @text, or is it already? */
static bool may_begin(const struct grab_buf *in, const char *text)
{
	size_t n = strlen(text);

	return memcmp(in->data, text, in->len < n ? in->len : n) == 0;
}

/* ---- Redis: PING tells whether it asks for a password; INFO is read-only ---- */

enum { PINGED, ASKED_INFO };

static bool redis_starts(const uint8_t *p, size_t len)
{
	return begins(p, len, "+PONG") || begins(p, len, "-NOAUTH") ||
	       begins(p, len, "-DENIED Redis") || begins(p, len, "-ERR unknown command");
}

/* A bulk string "$LENGTH\r\n...\r\n" at @from is whole. */
static bool bulk_is_whole(const struct grab_buf *in, size_t from)
{
	size_t line = grab_line_end(in, from);
	unsigned long long len;

	if (line == 0 || in->data[from] != '$')
		return line != 0;
	len = isdigit(in->data[from + 1]) ? strtoull((const char *)in->data + from + 1, NULL, 10)
	                                  : 0;
	return in->len - line >= len;
}

static enum grab_step redis_bytes(struct grab_dialog *d)
{
	size_t line = grab_line_end(&d->in, 0);

	if (line == 0)
		return d->in.data[0] == '+' || d->in.data[0] == '-' ? GRAB_MORE : GRAB_FOREIGN;
	if (d->state == PINGED) {
		if (!redis_starts(d->in.data, d->in.len) && !begins(d->in.data, d->in.len, "-ERR"))
			return GRAB_FOREIGN;
		d->known = true;
		d->seen = line;
		if (d->in.data[0] != '+')
			return GRAB_DONE;
		d->state = ASKED_INFO;
		grab_buf_text(&d->out, "INFO\r\n");
	}
	return d->in.len > d->seen && bulk_is_whole(&d->in, d->seen) ? GRAB_DONE : GRAB_MORE;
}

static void redis_facts(const struct grab_dialog *d, struct vd_facts *out)
{
	const char *asked = begins(d->in.data, d->in.len, "-NOAUTH") ? "true"
	                    : d->state == ASKED_INFO && d->in.len > d->seen &&
	                                    d->in.data[d->seen] == '$'
	                            ? "false"
	                            : NULL;

	if (asked != NULL && vd_facts_get(out, "redis.auth_required") == NULL)
		vd_facts_add(out, "redis.auth_required", asked, strlen(asked));
}

const struct grab_proto grab_proto_redis = {
	.name = "redis",
	.secure = "rediss",
	.starts = redis_starts,
	HELLO("PING\r\n"),
	.on_bytes = redis_bytes,
	.facts = redis_facts,
};

/* ---- memcached ---- */

static bool memcached_starts(const uint8_t *p, size_t len)
{
	return begins(p, len, "VERSION ") || begins(p, len, "ERROR\r\n");
}

static enum grab_step memcached_bytes(struct grab_dialog *d)
{
	if (!may_begin(&d->in, "VERSION "))
		return GRAB_FOREIGN;
	if (grab_line_end(&d->in, 0) == 0)
		return GRAB_MORE;
	d->known = true;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_memcached = {
	.name = "memcached",
	.starts = memcached_starts,
	HELLO("version\r\n"),
	.on_bytes = memcached_bytes,
};

/* ---- ZooKeeper: answers the four letters and closes ---- */

static bool zookeeper_starts(const uint8_t *p, size_t len)
{
	return begins(p, len, "Zookeeper version") || begins(p, len, "srvr is not executed");
}

static enum grab_step zookeeper_bytes(struct grab_dialog *d)
{
	if (!may_begin(&d->in, "Zookeeper version") && !may_begin(&d->in, "srvr is not executed"))
		return GRAB_FOREIGN;
	d->known = zookeeper_starts(d->in.data, d->in.len);
	return GRAB_MORE;
}

const struct grab_proto grab_proto_zookeeper = {
	.name = "zookeeper",
	.starts = zookeeper_starts,
	HELLO("srvr"),
	.on_bytes = zookeeper_bytes,
};

/* ---- RTSP (RFC 2326 10.1) and SIP (RFC 3261 11): OPTIONS ---- */

static enum grab_step head_of(struct grab_dialog *d, const char *begin)
{
	if (!may_begin(&d->in, begin))
		return GRAB_FOREIGN;
	d->known = d->in.len >= strlen(begin);
	return grab_head_end(&d->in) != 0 ? GRAB_DONE : GRAB_MORE;
}

static bool rtsp_starts(const uint8_t *p, size_t len)
{
	return begins(p, len, "RTSP/1.");
}

static enum grab_step rtsp_bytes(struct grab_dialog *d)
{
	return head_of(d, "RTSP/1.");
}

const struct grab_proto grab_proto_rtsp = {
	.name = "rtsp",
	.secure = "rtsps",
	.starts = rtsp_starts,
	HELLO("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
	.on_bytes = rtsp_bytes,
};

static bool sip_starts(const uint8_t *p, size_t len)
{
	return begins(p, len, "SIP/2.0");
}

static void sip_greet(struct grab_dialog *d)
{
	char text[1024];

	snprintf(text, sizeof(text),
	         "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/TCP probe.invalid;branch=z9hG4bKsonde\r\n"
	         "Max-Forwards: 0\r\nFrom: <sip:probe@probe.invalid>;tag=sonde\r\nTo: <sip:%s>\r\n"
	         "Call-ID: sonde@probe.invalid\r\nCSeq: 1 OPTIONS\r\nUser-Agent: %s\r\n"
	         "Content-Length: 0\r\n\r\n",
	         d->authority, d->authority, d->user_agent);
	grab_buf_text(&d->out, text);
}

static enum grab_step sip_bytes(struct grab_dialog *d)
{
	return head_of(d, "SIP/2.0");
}

const struct grab_proto grab_proto_sip = {
	.name = "sip",
	.secure = "sips",
	.starts = sip_starts,
	.greet = sip_greet,
	.on_bytes = sip_bytes,
};

/* ---- rsync: the server greets; an empty request lists its modules ---- */

static bool rsync_starts(const uint8_t *p, size_t len)
{
	return begins(p, len, "@RSYNCD:");
}

static enum grab_step rsync_bytes(struct grab_dialog *d)
{
	if (!may_begin(&d->in, "@RSYNCD:"))
		return GRAB_FOREIGN;
	if (!d->known) {
		if (grab_line_end(&d->in, 0) == 0)
			return GRAB_MORE;
		d->known = true;
		grab_buf_text(&d->out, "@RSYNCD: 31.0\n#list\n");
	}
	return grab_contains(d->in.data, d->in.len, "@RSYNCD: EXIT") ||
	                       grab_contains(d->in.data, d->in.len, "@ERROR")
	               ? GRAB_DONE
	               : GRAB_MORE;
}

const struct grab_proto grab_proto_rsync = {
	.name = "rsync",
	.starts = rsync_starts,
	.on_bytes = rsync_bytes,
};

/* ---- NATS: the server's INFO line says it all ---- */

static bool nats_starts(const uint8_t *p, size_t len)
{
	return begins(p, len, "INFO {");
}

static enum grab_step nats_bytes(struct grab_dialog *d)
{
	if (!may_begin(&d->in, "INFO {"))
		return GRAB_FOREIGN;
	d->known = d->in.len >= 6;
	return grab_line_end(&d->in, 0) != 0 ? GRAB_DONE : GRAB_MORE;
}

const struct grab_proto grab_proto_nats = {
	.name = "nats",
	.starts = nats_starts,
	.on_bytes = nats_bytes,
};
