/* SPDX-License-Identifier: Apache-2.0 */
/* redis.c - Redis: PING shows whether the server wants a password; INFO only reads. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "proto.h"

enum { PINGED, ASKED_INFO };

static bool redis_starts(struct span in)
{
	return span_starts(in, "+PONG") || span_starts(in, "-NOAUTH") ||
	       span_starts(in, "-DENIED Redis") || span_starts(in, "-ERR unknown command");
}

/* Has a whole bulk string "$LENGTH\r\n...\r\n" come, or another answer of one line? */
static bool bulk_is_whole(struct span in)
{
	size_t line = span_line_end(in, 0);
	unsigned long long len = 0;

	if (line == 0 || in.at[0] != '$')
		return line != 0;
	/* The line feed keeps strtoull() inside the buffer. */
	if (isdigit(in.at[1]))
		len = strtoull((const char *)in.at + 1, NULL, 10);
	return span_left(in) - line >= len;
}

static enum vd_step redis_hear(struct vd_dialog *d)
{
	struct span in = heard(d);
	size_t line = span_line_end(in, 0);

	if (line == 0)
		return in.at[0] == '+' || in.at[0] == '-' ? VD_MORE : VD_FOREIGN;
	if (d->state == PINGED) {
		if (!redis_starts(in) && !span_starts(in, "-ERR"))
			return VD_FOREIGN;
		d->known = true;
		d->seen = line;
		if (in.at[0] != '+')
			return VD_DONE;
		d->state = ASKED_INFO;
		say_text(d, "INFO\r\n");
	}
	return bulk_is_whole(unseen(d)) ? VD_DONE : VD_MORE;
}

/* Products that speak Redis' protocol state a version of Redis for old clients, and their own beside
 * it. KeyDB states its own in place of it, and has a section of its name. */
static const struct {
	const char *mark, *version, *name;
} forks[] = {
	{"valkey_version:", "valkey_version:", "Valkey"},
	{"dragonfly_version:", "dragonfly_version:", "Dragonfly"},
	{"garnet_version:", "garnet_version:", "Garnet"},
	{"# KeyDB", "redis_version:", "KeyDB"},
	{"/keydb-server", "redis_version:", "KeyDB"},
};

/* Add "redis.fork", NAME/VERSION, if its version has come whole. False if Redis itself answers. */
static bool add_fork(struct span in, struct vd_facts *out)
{
	for (size_t i = 0; i < sizeof(forks) / sizeof(forks[0]); i++) {
		const uint8_t *at;
		struct span rest, line;

		if (span_find(in, forks[i].mark, false) == NULL)
			continue;
		at = span_find(in, forks[i].version, false);
		if (at == NULL)
			return true;
		rest = span_from(in, (size_t)(at - in.at) + strlen(forks[i].version));
		if (span_line_end(rest, 0) == 0 || !span_line(&rest, &line))
			return true;
		line = span_first(span_trim(line), 64);
		vd_facts_addf(out, "redis.fork", "%s/%.*s", forks[i].name, (int)span_left(line),
		              (const char *)line.at);
		return true;
	}
	return false;
}

static void add_info(struct span in, struct vd_facts *out)
{
	if (!add_fork(in, out))
		decode_add_line_value(out, "redis.version", in, "redis_version:");
	decode_add_line_value(out, "redis.mode", in, "redis_mode:");
	decode_add_line_value(out, "redis.os", in, "os:");
	decode_add_line_value(out, "redis.role", in, "role:");
	decode_add_line_value(out, "redis.server_name", in, "server_name:");
	decode_add_text(out, "redis.auth_required", "false");
}

/* Decode the serialisation protocol of Redis: +text, -error, $length of a bulk string. */
static bool redis_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, rest = in;

	if (!span_line(&rest, &line))
		return false;
	if (span_starts(line, "+PONG")) {
		decode_add_text(out, "redis.auth_required", "false");
	} else if (span_starts(line, "-NOAUTH") || span_has(line, "operation not permitted")) {
		decode_add_text(out, "redis.auth_required", "true");
	} else if (span_starts(line, "-DENIED Redis")) {
		decode_add_text(out, "redis.protected", "true");
	} else if (!(span_starts(line, "$") && span_find(rest, "redis_version:", false)) &&
	           !span_starts(line, "-ERR unknown command") &&
	           !(hinted && span_starts(line, "-"))) {
		return false;
	}
	if (span_starts(line, "-"))
		decode_add(out, "redis.error", span_from(line, 1));
	if (span_find(in, "redis_version:", false) != NULL)
		add_info(in, out);
	return true;
}

static void redis_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	if (vd_facts_get(out, "redis.auth_required") != NULL)
		return;
	if (span_starts(heard(d), "-NOAUTH"))
		decode_add_text(out, "redis.auth_required", "true");
	else if (d->state == ASKED_INFO && span_starts(unseen(d), "$"))
		decode_add_text(out, "redis.auth_required", "false");
}

const struct vd_proto vd_proto_redis = {
	.name = "redis",
	.secure = "rediss",
	.ports = PORTS(6379, 6380, 26379),
	.starts = redis_starts,
	HELLO_TEXT("PING\r\n"),
	.lines = true,
	.hear = redis_hear,
	.decode = redis_decode,
	.facts = redis_facts,
};
