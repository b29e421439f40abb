/* SPDX-License-Identifier: Apache-2.0 */
/* format_masscan.c - JSON as masscan 1.3 writes it: an object a port, and one more for its banner. */
#include <inttypes.h>
#include <string.h>

#include "format_impl.h"

static void begin(struct format *f)
{
	f->any = false;
	format_put(f, "[\n");
}

static void end(struct format *f)
{
	format_put(f, "]\n");
}

/* A byte that is no printable ASCII is \u00NN there, whatever the character is. */
static void put_bytes(struct format *f, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)data[i];

		if (c < 0x20 || c > 0x7e || strchr("\"\\<>&", c) != NULL)
			format_putf(f, "\\u%04x", c);
		else
			bytes_put(f->out, &data[i], 1);
	}
}

static void begin_object(struct format *f, const struct store_host *h, const struct record *r)
{
	char addr[DP_ADDR_TEXT];

	format_putf(f,
	            "{   \"ip\": \"%s\",   \"timestamp\": \"%" PRId64
	            "\", \"ports\": [ {\"port\": %u, \"proto\": \"%s\", ",
	            dp_addr_format(&h->addr, addr), r->last_seen_us / 1000000, r->port,
	            record_transport_name(r->transport));
}

static void row(struct format *f, const struct store_host *h, const struct record *r)
{
	const struct vd_fact *b = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");

	if (record_is_ping(r->transport))
		return;
	if (f->any)
		format_put(f, ",\n");
	f->any = true;
	begin_object(f, h, r);
	format_putf(f, "\"status\": \"%s\", \"reason\": \"%s\", \"ttl\": %u} ] }\n",
	            r->state == RECORD_OPEN ? "open" : "closed",
	            record_reason_name(r->transport, r->reply.reason), r->reply.ttl);
	if (b == NULL)
		return;
	format_put(f, ",\n");
	begin_object(f, h, r);
	format_put(f, "\"service\": {\"name\": \"");
	put_bytes(f, r->identity.service, strlen(r->identity.service));
	format_put(f, "\", \"banner\": \"");
	put_bytes(f, b->value, b->len);
	format_put(f, "\"} } ] }\n");
}

const struct format_ops format_masscan = {
	.info = {"masscan", "json", FORMAT_SERVICES, FORMAT_SERVICES, 0,
                 "JSON as masscan writes it, with banners"},
	.begin = begin,
	.row = row,
	.end = end,
};
