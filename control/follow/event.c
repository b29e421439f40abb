/* SPDX-License-Identifier: Apache-2.0 */
/* event.c - writes CloudEvents. */
#include "event.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calendar.h"
#include "change_view.h"
#include "export.h"

static void put_change(FILE *out, const struct store_change *c)
{
	struct change_view v = {.out = out, .format = OUTPUT_NDJSON};

	change_view_row(&v, c);
}

static void put_service(FILE *out, const struct store_host *h, const struct record *r)
{
	const struct export_config config = {out, OUTPUT_NDJSON, EXPORT_SERVICES, NULL, 0};
	struct export *e;
	struct error err;

	if (export_open(&config, &e, &err) != 0)
		return;
	fputs(",\"service\":", out);
	export_service(e, h, r);
	export_close(e);
}

/* The name of this machine, as far as it needs no escape. */
static void put_source(FILE *out)
{
	char host[64] = "";

	gethostname(host, sizeof(host) - 1);
	for (char *c = host; *c != '\0'; c++)
		if (*c == '"' || *c == '\\' || (unsigned char)*c <= ' ' || (unsigned char)*c > 126)
			*c = '-';
	fprintf(out, "\"source\":\"/sonde/%s\",", host);
}

static void put_subject(FILE *out, const struct store_change *c)
{
	char addr[DP_ADDR_TEXT];

	fprintf(out, "\"subject\":\"%s", dp_addr_format(&c->addr, addr));
	if (c->port > 0)
		fprintf(out, " %u/%s", c->port, record_transport_name(c->transport));
	fputs("\",", out);
}

int event_make(const char *name, const struct store_change *c, const struct store_host *h,
               const struct record *r, struct event *out)
{
	char when[CALENDAR_TEXT];
	FILE *f;

	memset(out, 0, sizeof(*out));
	snprintf(out->id, sizeof(out->id), "%" PRIu64 "-%" PRId64, c->seq, c->time_us);
	f = open_memstream(&out->body, &out->len);
	if (f == NULL)
		return -ENOMEM;
	fprintf(f, "{\"specversion\":\"1.0\",\"id\":\"%s\",", out->id);
	put_source(f);
	fprintf(f, "\"type\":\"sonde.%s\",", c->type);
	put_subject(f, c);
	fprintf(f, "\"time\":\"%s\",\"datacontenttype\":\"application/json\",",
	        calendar_format(c->time_us, when));
	fprintf(f, "\"data\":{\"monitor\":\"%s\",\"change\":", name);
	put_change(f, c);
	if (h != NULL && r != NULL)
		put_service(f, h, r);
	fputs("}}\n", f);
	if (fclose(f) != 0) {
		event_fini(out);
		return -ENOMEM;
	}
	/* One line: within texts JSON has no line feed. */
	for (size_t i = 0; i + 1 < out->len; i++)
		if (out->body[i] == '\n')
			out->body[i] = ' ';
	return 0;
}

void event_fini(struct event *e)
{
	free(e->body);
	e->body = NULL;
}
