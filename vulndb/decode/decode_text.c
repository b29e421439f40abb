/* SPDX-License-Identifier: Apache-2.0 */
/* decode_text.c - services that answer a question with lines of text and state their version. */
#include <ctype.h>
#include <string.h>

#include "decode.h"

/* A line "KEY<separator>VALUE" anywhere in the text. */
static void add_line_value(struct vd_facts *out, const char *name, struct span in, const char *key)
{
	struct span line;

	while (span_line(&in, &line)) {
		if (!span_starts(line, key))
			continue;
		decode_add(out, name, span_trim(span_from(line, strlen(key))));
		return;
	}
}

static void add_redis_info(struct vd_facts *out, struct span in)
{
	bool valkey = span_find(in, "valkey_version:", false) != NULL;

	add_line_value(out, "redis.version", in, valkey ? "valkey_version:" : "redis_version:");
	add_line_value(out, "redis.mode", in, "redis_mode:");
	add_line_value(out, "redis.os", in, "os:");
	add_line_value(out, "redis.role", in, "role:");
	add_line_value(out, "redis.server_name", in, "server_name:");
	decode_add_text(out, "redis.auth_required", "false");
}

/* The serialisation protocol of Redis: +text, -error, $length of a bulk. */
bool decode_redis(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, rest = in;

	if (!span_line(&rest, &line))
		return false;
	if (span_starts(line, "+PONG")) {
		decode_add_text(out, "redis.auth_required", "false");
	} else if (span_starts(line, "-NOAUTH") ||
	           span_find(line, "operation not permitted", true)) {
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
		add_redis_info(out, in);
	return true;
}

bool decode_memcached(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line, rest = in;

	if (!span_line(&rest, &line))
		return false;
	if (span_starts(line, "VERSION "))
		decode_add(out, "memcached.version", span_trim(span_from(line, 8)));
	else if (span_starts(line, "STAT "))
		add_line_value(out, "memcached.version", in, "STAT version ");
	else
		return hinted && span_starts(line, "ERROR");
	return true;
}

bool decode_zookeeper(struct span in, bool hinted, struct vd_facts *out)
{
	static const char start[] = "Zookeeper version: ";
	const uint8_t *at = span_find(span_first(in, 512), start, true);
	struct span version;

	(void)hinted;
	if (at == NULL)
		return span_left(in) == 4 && span_starts(in, "imok");
	version = (struct span){at + strlen(start), in.end};
	version.end = version.at;
	while (version.end < in.end && (isalnum(*version.end) || *version.end == '.'))
		version.end++;
	decode_add(out, "zookeeper.version", version);
	return true;
}

/* INFO {"server_id":...,"version":"2.9.10",...} */
bool decode_nats(struct span in, bool hinted, struct vd_facts *out)
{
	char value[16];

	(void)hinted;
	if (!span_starts(in, "INFO {"))
		return false;
	decode_add_json(out, "nats.version", in, "version");
	decode_add_json(out, "nats.server_name", in, "server_name");
	decode_add_json(out, "nats.go", in, "go");
	if (!decode_json(in, "auth_required", value, sizeof(value)))
		strcpy(value, "false");
	decode_add_text(out, "nats.auth_required", strcmp(value, "true") == 0 ? "true" : "false");
	return true;
}

/* "@RSYNCD: 31.0 sha512 ..." and, where they were asked for, modules with a tab behind the name. */
bool decode_rsync(struct span in, bool hinted, struct vd_facts *out)
{
	char names[1024];
	size_t len = 0;
	struct span line;

	(void)hinted;
	if (!span_starts(in, "@RSYNCD: ") || !span_line(&in, &line))
		return false;
	line = span_from(line, 9);
	for (const uint8_t *at = line.at; at < line.end; at++)
		if (*at <= ' ')
			line.end = at;
	decode_add(out, "rsync.version", line);
	while (span_line(&in, &line)) {
		const uint8_t *tab = line.at < line.end ? memchr(line.at, '\t', span_left(line))
		                                        : NULL;
		struct span name;

		if (tab == NULL)
			continue;
		name = span_trim((struct span){line.at, tab});
		if (sizeof(names) - len < span_left(name) + 1)
			break;
		if (len > 0)
			names[len++] = ',';
		memcpy(names + len, name.at, span_left(name));
		len += span_left(name);
	}
	decode_add(out, "rsync.modules",
	           (struct span){(const uint8_t *)names, (const uint8_t *)names + len});
	return true;
}

static const char *vnc_security(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name;
	} names[] = {{1, "none"}, {2, "vnc"},       {5, "ra2"},   {16, "tight"},
	             {18, "tls"}, {19, "vencrypt"}, {20, "sasl"}, {30, "ard"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return "other";
}

/* RFC 6143, 7.1: "RFB 003.008\n", then the number of security types and the types. */
bool decode_vnc(struct span in, bool hinted, struct vd_facts *out)
{
	unsigned major = 0, minor = 0;
	char list[256] = "";
	size_t len = 0;

	(void)hinted;
	if (!span_starts(in, "RFB ") || span_left(in) < 11 || in.at[7] != '.')
		return false;
	for (int i = 4; i < 7; i++) {
		if (!isdigit(in.at[i]) || !isdigit(in.at[i + 4]))
			return false;
		major = major * 10 + (unsigned)(in.at[i] - '0');
		minor = minor * 10 + (unsigned)(in.at[i + 4] - '0');
	}
	vd_facts_addf(out, "vnc.version", "%u.%u", major, minor);
	in = span_from(in, 12);
	for (size_t i = 0; i < span_u8(in, 0) && i < 16 && i + 1 < span_left(in); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", i > 0 ? "," : "",
		                        vnc_security(in.at[i + 1]));
	decode_add_text(out, "vnc.security", list);
	return true;
}

enum { IAC = 255, DONT = 254, WILL = 251, SB = 250, SE = 240 };

/* Behind one command of the option negotiation (RFC 854, 855). */
static const uint8_t *skip_command(const uint8_t *at, const uint8_t *end)
{
	if (end - at < 2)
		return end;
	if (at[1] >= WILL && at[1] <= DONT)
		return end - at < 3 ? end : at + 3;
	if (at[1] != SB)
		return at + 2;
	for (at += 2; end - at >= 2; at++)
		if (at[0] == IAC && at[1] == SE)
			return at + 2;
	return end;
}

/* What the server offers and asks for, in its order: "will 1,do 24" (RFC 854; numbers are
 * IANA's). */
static void add_telnet_options(struct span in, struct vd_facts *out)
{
	static const char *const verbs[] = {"will", "wont", "do", "dont"};
	char text[256];
	size_t len = 0;

	while (in.end - in.at >= 3 && in.at[0] == IAC && len < sizeof(text) - 16) {
		if (in.at[1] > SB && in.at[1] < IAC)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %u",
			                        len > 0 ? "," : "", verbs[in.at[1] - SB - 1],
			                        in.at[2]);
		in.at = skip_command(in.at, in.end);
	}
	decode_add(out, "telnet.options",
	           (struct span){(const uint8_t *)text, (const uint8_t *)text + len});
}

bool decode_telnet(struct span in, bool hinted, struct vd_facts *out)
{
	uint8_t text[4096];
	size_t len = 0;

	if (!hinted && (span_left(in) < 2 || in.at[0] != IAC || in.at[1] < SB || in.at[1] == IAC))
		return false;
	add_telnet_options(in, out);
	while (in.at < in.end && len < sizeof(text)) {
		if (*in.at == IAC && in.end - in.at > 1 && in.at[1] == IAC) {
			text[len++] = IAC;
			in.at += 2;
		} else if (*in.at == IAC) {
			in.at = skip_command(in.at, in.end);
		} else {
			text[len++] = *in.at++;
		}
	}
	decode_add(out, "telnet.banner", span_trim((struct span){text, text + len}));
	return true;
}

/* Niagara's Fox: lines "key=type:value". */
bool decode_fox(struct span in, bool hinted, struct vd_facts *out)
{
	static const char *const keys[][2] = {
		{"fox.version", "fox.version=s:"},  {"fox.app_version", "app.version=s:"},
		{"fox.host", "hostName=s:"},        {"fox.os", "os.name=s:"},
		{"fox.station", "station.name=s:"}, {"fox.brand", "brandId=s:"},
		{"fox.vm", "vm.name=s:"},
	};

	(void)hinted;
	if (!span_starts(in, "fox a "))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		add_line_value(out, keys[i][0], in, keys[i][1]);
	return true;
}

/* A printer's answer to "@PJL INFO ID" (HP, PJL Technical Reference Manual): the model in
 * quotes. */
bool decode_pjl(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	if (!span_starts(in, "@PJL "))
		return false;
	while (span_line(&in, &line)) {
		line = span_trim(line);
		if (span_left(line) < 3 || *line.at != '"')
			continue;
		line.at++;
		if (line.end[-1] == '"')
			line.end--;
		decode_add(out, "pjl.id", line);
		break;
	}
	return true;
}

/* RFC 1179, 5.3: the state of a queue is text for people, so only where it is expected. */
bool decode_lpd(struct span in, bool hinted, struct vd_facts *out)
{
	enum { STATE_MAX = 256 };
	struct span line, state = {in.at, in.at};

	if (!hinted || span_starts(in, "HTTP/"))
		return false;
	while (state.at == state.end && span_line(&in, &line))
		state = span_trim(line);
	for (const uint8_t *at = state.at; at < state.end; at++)
		if (iscntrl(*at) && *at != '\t')
			return false;
	decode_add(out, "lpd.state", span_first(state, STATE_MAX));
	return state.at < state.end;
}
