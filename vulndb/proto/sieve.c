/* SPDX-License-Identifier: Apache-2.0 */
/* sieve.c - ManageSieve: reads the capabilities with which the server greets (RFC 5804, 1.7); TLS
 * where they offer it. */
#include "proto.h"

static const char sign[] = "\"IMPLEMENTATION\" ";

enum { LINES_MAX = 64, SECURING = 1, SECURED };

/* Offset behind the line that ends a response (1.2): OK, NO or BYE. 0 while it has not come. */
static size_t response_end(struct span in, size_t from)
{
	size_t end;

	for (size_t at = from; (end = span_line_end(in, at)) != 0; at = end) {
		struct span line = span_from(in, at);

		if (span_starts_nocase(line, "OK") || span_starts_nocase(line, "NO") ||
		    span_starts_nocase(line, "BYE"))
			return end;
	}
	return 0;
}

/* Capabilities come in any order. */
static bool has_sign(struct span in)
{
	return span_u8(in, 0) == '"' && span_has(in, sign);
}

static enum vd_step sieve_hear(struct vd_dialog *d)
{
	size_t end = response_end(heard(d), d->seen);

	if (d->in[0] != '"')
		return VD_FOREIGN;
	if (d->state == SECURED)
		return VD_DONE;
	if (end == 0)
		return VD_MORE;
	if (d->state == SECURING) {
		d->state = SECURED;
		return span_starts_nocase(unseen(d), "OK") ? VD_STARTTLS : VD_DONE;
	}
	if (!has_sign(span_first(heard(d), end)))
		return VD_FOREIGN;
	d->known = true;
	d->first_len = d->seen = end;
	if (d->tls || d->plain || !span_has(span_first(heard(d), end), "\"STARTTLS\""))
		return VD_DONE;
	d->state = SECURING;
	say_text(d, "STARTTLS\r\n");
	return VD_MORE;
}

/* Take the next quoted string (4) of a line, without its quotes. */
static struct span take_quoted(struct span *line)
{
	struct span text = {line->end, line->end};

	while (line->at < line->end && *line->at != '"')
		line->at++;
	if (line->at == line->end)
		return text;
	text.at = ++line->at;
	while (line->at < line->end && *line->at != '"')
		line->at++;
	text.end = line->at;
	*line = span_from(*line, 1);
	return text;
}

static void add_capability(struct span line, struct vd_facts *out)
{
	static const struct {
		const char *name, *fact;
	} capabilities[] = {
		{"IMPLEMENTATION", "sieve.implementation"},
		{"SASL", "sieve.sasl"},
		{"SIEVE", "sieve.extensions"},
		{"NOTIFY", "sieve.notify"},
		{"VERSION", "sieve.version"},
	};
	struct span name = take_quoted(&line), value = take_quoted(&line);

	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		if (span_left(name) == strlen(capabilities[i].name) &&
		    span_starts_nocase(name, capabilities[i].name))
			decode_add(out, capabilities[i].fact, value);
}

static bool sieve_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	if (!has_sign(in))
		return false;
	decode_add_bool(out, "sieve.starttls", span_has(in, "\"STARTTLS\""));
	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++)
		add_capability(line, out);
	return true;
}

static bool sieve_starts(struct span in)
{
	return has_sign(span_first(in, 512));
}

const struct vd_proto vd_proto_sieve = {
	.name = "sieve",
	.ports = PORTS(4190),
	.starts = sieve_starts,
	.hear = sieve_hear,
	.decode = sieve_decode,
};
