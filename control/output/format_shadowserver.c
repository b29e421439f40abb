/* SPDX-License-Identifier: Apache-2.0 */
/* format_shadowserver.c - CSV with the columns that reports of the Shadowserver Foundation have in
 * common. */
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "csv.h"
#include "format_impl.h"
#include "hostname.h"

static void head(struct format *f)
{
	format_put(f, "timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,region,city,naics,"
	              "sector,service,device_vendor,device_type,product,version,banner,cve\r\n");
}

static void cell(struct format *f, const char *text)
{
	format_put(f, ",");
	csv_cell(f->out, text, strlen(text));
}

static const char *severity(const struct record *r)
{
	static const char *const names[] = {"info", "low", "medium", "high", "critical"};

	return r->state == RECORD_OPEN && r->score.level <= VD_CRITICAL ? names[r->score.level]
	                                                                : "info";
}

static void put_time(struct format *f, int64_t us)
{
	char text[CALENDAR_TEXT];

	calendar_format(us, text);
	text[10] = ' ';
	text[19] = '\0';
	format_put(f, text);
}

static bool put_name(void *arg, const char *name, size_t len, const char *source)
{
	struct bytes *cell = arg;

	(void)source;
	bytes_put(cell, name, len);
	return false;
}

/* Append a joined cell and empty it. */
static void put_joined(struct format *f)
{
	format_put(f, ",");
	csv_cell(f->out, f->cell.len > 0 ? (const char *)f->cell.data : "", f->cell.len);
	bytes_clear(&f->cell);
}

static void join(struct format *f, const char *text)
{
	if (f->cell.len > 0)
		bytes_put(&f->cell, ";", 1);
	bytes_put(&f->cell, text, strlen(text));
}

static void row(struct format *f, const struct store_host *h, const struct record *r)
{
	const struct vd_fact *b = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");
	const struct vd_identity *id = &r->identity;
	char addr[DP_ADDR_TEXT];

	bytes_clear(&f->cell);
	put_time(f, r->last_seen_us);
	cell(f, severity(r));
	cell(f, dp_addr_format(&h->addr, addr));
	cell(f, record_transport_name(r->transport));
	format_putf(f, ",%u", r->port);
	hostname_each(r, put_name, &f->cell);
	put_joined(f);
	if (id->service[0] != '\0')
		join(f, id->service);
	for (uint32_t i = 0; r->state == RECORD_OPEN && i < r->exposure_count; i++)
		join(f, r->exposures[i].id);
	put_joined(f);
	format_put(f, ",,,,,,"); /* asn to sector: no data */
	cell(f, id->service);
	cell(f, id->vendor);
	cell(f, id->device);
	cell(f, id->product);
	cell(f, id->version);
	format_put(f, ",");
	csv_cell(f->out, b != NULL ? b->value : "", b != NULL ? b->len : 0);
	for (uint32_t i = 0; r->state == RECORD_OPEN && i < r->verdict_count; i++)
		if (r->verdicts[i].kind != VD_FIXED &&
		    (f->config.kinds >> r->verdicts[i].kind & 1) != 0)
			join(f, r->verdicts[i].cve);
	put_joined(f);
	format_put(f, "\r\n");
}

const struct format_ops format_shadowserver = {
	.info = {"shadowserver", "csv", FORMAT_SERVICES, FORMAT_SERVICES, FORMAT_VERDICTS,
                 "CSV with the columns of the reports that CERTs know"},
	.begin = head,
	.row = row,
};
