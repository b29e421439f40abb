/* SPDX-License-Identifier: Apache-2.0 */
/* import_sink.c - checks services from a file and hands them on. */
#include "import_sink.h"

#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "dp_addr.h"
#include "timetext.h"

#define SECOND_US INT64_C(1000000)

enum { DAY_S = 86400 };

struct record *import_begin(struct import_sink *s)
{
	struct record *r = s->record;

	record_clear(r);
	r->addr = (struct dp_addr){{0}};
	r->port = 0;
	r->transport = DP_TRANSPORT_TCP;
	r->state = RECORD_OPEN;
	r->reply.wscale = 255;
	return r;
}

void import_skip(struct import_sink *s, const char *why)
{
	struct import_report *p = s->report;
	unsigned i = 0;

	p->skipped++;
	while (i < p->reason_count && strcmp(p->reasons[i].why, why) != 0)
		i++;
	if (i == IMPORT_REASONS)
		return;
	if (i == p->reason_count)
		p->reasons[p->reason_count++] = (struct import_reason){why, 0, s->line};
	p->reasons[i].count++;
}

/* Whether a host can have the address: it is neither unspecified nor multicast nor reserved. */
static bool is_host(const struct dp_addr *a)
{
	static const struct dp_addr none;
	uint32_t v4;

	if (dp_addr_is_v4(a, &v4))
		return v4 >> 24 != 0 && v4 >> 24 < 224;
	return a->b[0] != 0xff && memcmp(a, &none, sizeof(none)) != 0;
}

static const char *fault(const struct import_sink *s, const struct record *r)
{
	if (!is_host(&r->addr))
		return "no address that a host can have";
	if (r->port == 0)
		return "no port; --port says which";
	if (r->seen_us <= 0)
		return "no time that can be read";
	/* A clock that is a little ahead is no fault. */
	if (r->seen_us > s->now_us + DAY_S * SECOND_US)
		return "a time in the future";
	return NULL;
}

static void note_time(struct import_report *p, int64_t us)
{
	if (p->first_us == 0 || us < p->first_us)
		p->first_us = us;
	if (us > p->last_us)
		p->last_us = us;
}

void import_take(struct import_sink *s)
{
	struct record *r = s->record;
	const char *why;

	if (r->port == 0)
		r->port = s->port;
	if (r->seen_us == 0) {
		r->seen_us = s->file_us;
		s->report->file_time = true;
	}
	why = fault(s, r);
	if (why != NULL) {
		import_skip(s, why);
		return;
	}
	r->grabbed = vd_facts_count(r->facts) > 0;
	r->ask = r->grabbed ? RECORD_ASKED : RECORD_ASK_UNKNOWN;
	if (r->grabbed && s->tool != NULL)
		vd_facts_addf(r->facts, "import.tool", "%s", s->tool);
	s->report->found++;
	note_time(s->report, r->seen_us);
	s->take(s->arg, r);
}

/* ---- values ---------------------------------------------------------------------------------- */

bool import_number(const char *text, size_t len, uint64_t *out)
{
	uint64_t n = 0;

	if (len == 0 || len > 19)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!ascii_is_digit(text[i]))
			return false;
		n = n * 10 + (uint64_t)(text[i] - '0');
	}
	*out = n;
	return true;
}

bool import_set_addr(struct record *r, const char *text, size_t len)
{
	char copy[DP_ADDR_TEXT];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return dp_addr_parse(copy, &r->addr) == 0;
}

bool import_set_port(struct record *r, const char *text, size_t len)
{
	uint64_t n;

	if (!import_number(text, len, &n) || n == 0 || n > UINT16_MAX)
		return false;
	r->port = (uint16_t)n;
	return true;
}

bool import_set_transport(struct record *r, const char *text, size_t len)
{
	if (len != 3)
		return false;
	if (strncasecmp(text, "tcp", 3) == 0)
		r->transport = DP_TRANSPORT_TCP;
	else if (strncasecmp(text, "udp", 3) == 0)
		r->transport = DP_TRANSPORT_UDP;
	else
		return false;
	return true;
}

/* "2026-11-22 02:10:44.123+0000" and its like, as RFC 3339 has them. */
static bool read_rfc3339(const char *text, size_t len, int64_t *us)
{
	char copy[48];
	size_t n;

	if (len < 10 || len + 2 > sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (timetext_parse(copy, us))
		return true;
	if (copy[10] == ' ')
		copy[10] = 'T';
	n = len;
	/* a zone without its colon */
	if (n > 15 && (copy[n - 5] == '+' || copy[n - 5] == '-') && copy[n - 3] != ':') {
		memmove(copy + n - 1, copy + n - 2, 3);
		copy[n - 2] = ':';
	} else if (copy[n - 1] != 'Z' && (n < 16 || (copy[n - 6] != '+' && copy[n - 6] != '-'))) {
		copy[n] = 'Z';
		copy[n + 1] = '\0';
	}
	return timetext_parse(copy, us);
}

bool import_set_time(struct record *r, const char *text, size_t len)
{
	size_t whole = 0;
	uint64_t n;

	while (whole < len && text[whole] != '.')
		whole++;
	if (import_number(text, whole, &n) && n < UINT64_C(1) << 40) {
		r->seen_us = (int64_t)n * SECOND_US;
		return true;
	}
	return read_rfc3339(text, len, &r->seen_us);
}
