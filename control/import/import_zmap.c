/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_zmap.c - zmap's CSV: a line of names, then a line for each answer,
 *
 *   saddr,sport,classification,success,timestamp_str
 *   192.0.2.1,80,synack,1,2026-11-22T02:10:44.000+0000
 *
 * or addresses alone, one a line. Then --port says which port was probed.
 */
#include <string.h>

#include "import_kind.h"

enum { COLUMNS = 64 };

/* The column of each value that is read; -1: the file has none. */
struct columns {
	bool known;
	int addr, port, kind, success, seconds, micros, time, ttl;
};

struct cell {
	const char *text;
	size_t len;
};

/* Cut a line at its commas. A cell in quotes loses them. Returns how many there are. */
static int split(const char *line, size_t len, struct cell out[COLUMNS])
{
	int n = 0;

	while (n < COLUMNS) {
		bool quoted = len > 0 && line[0] == '"';
		const char *end = quoted ? memchr(line + 1, '"', len - 1) : memchr(line, ',', len);
		size_t w = end == NULL ? len : (size_t)(end - line);

		out[n++] = quoted ? (struct cell){line + 1, w > 0 ? w - 1 : 0}
		                  : (struct cell){line, w};
		if (quoted && end != NULL) {
			const char *comma = memchr(end, ',', len - w);

			w = comma == NULL ? len : (size_t)(comma - line);
		}
		if (w >= len)
			break;
		line += w + 1;
		len -= w + 1;
	}
	return n;
}

static bool is_addr(const char *text, size_t len)
{
	struct record r;

	return import_set_addr(&r, text, len);
}

static bool fits(const char *head, size_t len)
{
	const char *end = memchr(head, '\n', len);
	size_t line = end != NULL ? (size_t)(end - head) : len;
	size_t first;

	if (line > 0 && head[line - 1] == '\r')
		line--;
	if (import_head_has(head, line, "saddr"))
		return true;
	for (first = 0; first < line && head[first] != ',';)
		first++;
	return is_addr(head, first);
}

static int find(const struct cell *cells, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (cells[i].len == strlen(name) && memcmp(cells[i].text, name, cells[i].len) == 0)
			return i;
	return -1;
}

static bool read_names(struct columns *c, const struct cell *cells, int n)
{
	*c = (struct columns){
		.known = true,
		.addr = find(cells, n, "saddr"),
		.port = find(cells, n, "sport"),
		.kind = find(cells, n, "classification"),
		.success = find(cells, n, "success"),
		.seconds = find(cells, n, "timestamp_ts"),
		.micros = find(cells, n, "timestamp_us"),
		.time = find(cells, n, "timestamp_str"),
		.ttl = find(cells, n, "ttl"),
	};
	if (c->addr >= 0)
		return true;
	c->addr = 0;
	return false;
}

static const struct cell *cell_of(const struct cell *cells, int n, int column)
{
	return column >= 0 && column < n && cells[column].len > 0 ? &cells[column] : NULL;
}

/* "synack", "rst", "udp", ...: sets state and transport. False: no port answered. */
static bool set_kind(struct record *r, const struct cell *kind, const struct cell *success)
{
	if (kind != NULL && kind->len == 3 && memcmp(kind->text, "rst", 3) == 0) {
		r->state = RECORD_CLOSED;
		r->reply.reason = DP_REPLY_CLOSED;
		return true;
	}
	if (success != NULL && success->text[0] != '1' && success->text[0] != 't')
		return false;
	r->reply.reason = DP_REPLY_OPEN;
	if (kind != NULL && kind->len >= 3 && memcmp(kind->text, "udp", 3) == 0)
		r->transport = DP_TRANSPORT_UDP;
	else if (kind != NULL && kind->len >= 4 && memcmp(kind->text, "icmp", 4) == 0)
		return false;
	return true;
}

static bool set_time(struct record *r, const struct columns *c, const struct cell *cells, int n)
{
	const struct cell *seconds = cell_of(cells, n, c->seconds);
	const struct cell *micros = cell_of(cells, n, c->micros);
	const struct cell *time = cell_of(cells, n, c->time);
	uint64_t us;

	if (seconds == NULL && time == NULL)
		return true;
	if (!import_set_time(r, seconds != NULL ? seconds->text : time->text,
	                     seconds != NULL ? seconds->len : time->len))
		return false;
	if (seconds != NULL && micros != NULL && import_number(micros->text, micros->len, &us) &&
	    us < 1000000)
		r->seen_us += (int64_t)us;
	return true;
}

static void take_cells(struct import_sink *s, const struct columns *c, const struct cell *cells,
                       int n)
{
	const struct cell *addr = cell_of(cells, n, c->addr), *port = cell_of(cells, n, c->port);
	const struct cell *ttl = cell_of(cells, n, c->ttl);
	struct record *r = import_begin(s);
	uint64_t number;

	if (addr == NULL || !import_set_addr(r, addr->text, addr->len)) {
		import_skip(s, "no address");
		return;
	}
	if (port != NULL && !import_set_port(r, port->text, port->len)) {
		import_skip(s, "no port of TCP or UDP");
		return;
	}
	if (!set_kind(r, cell_of(cells, n, c->kind), cell_of(cells, n, c->success))) {
		import_skip(s, "no port answered");
		return;
	}
	if (!set_time(r, c, cells, n)) {
		import_skip(s, "no time that can be read");
		return;
	}
	if (ttl != NULL && import_number(ttl->text, ttl->len, &number) && number < 256)
		r->reply.ttl = (uint8_t)number;
	import_take(s);
}

static void take_line(struct import_sink *s, char *line, size_t len)
{
	struct cell cells[COLUMNS];
	struct columns *c = s->state;
	int n = split(line, len, cells);

	if (line[0] == '#')
		return;
	if (!c->known && read_names(c, cells, n))
		return;
	take_cells(s, c, cells, n);
}

const struct import_kind import_zmap = {
	.name = "zmap CSV",
	.word = "zmap",
	.tool = "zmap",
	.state_size = sizeof(struct columns),
	.fits = fits,
	.line = take_line,
};
