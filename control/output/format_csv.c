/* SPDX-License-Identifier: Apache-2.0 */
/* format_csv.c - CSV (RFC 4180) with a header line, safe against formulas. */
#include <string.h>

#include "csv.h"
#include "format_impl.h"

static void head(struct format *f)
{
	for (size_t i = 0; i < f->column_count; i++) {
		const char *name = f->columns[i]->name;

		if (i > 0)
			format_put(f, ",");
		csv_cell(f->out, name, strlen(name));
	}
	format_put(f, "\r\n");
}

static bool is_number(const struct field *f)
{
	return f->type == FIELD_INT || f->type == FIELD_NUMBER;
}

static void row(struct format *f, const struct store_host *h, const struct record *r)
{
	bool all = (f->config.flags & FORMAT_ALL_STATES) != 0;

	for (size_t i = 0; i < f->column_count; i++) {
		if (i > 0)
			format_put(f, ",");
		values_read(&f->values, f->columns[i], h, r, all);
		if (f->values.count == 1 && is_number(f->columns[i])) {
			values_join(&f->values, f->out);
			continue;
		}
		bytes_clear(&f->cell);
		values_join(&f->values, &f->cell);
		csv_cell(f->out, f->cell.len == 0 ? "" : (const char *)f->cell.data, f->cell.len);
	}
	format_put(f, "\r\n");
}

const struct format_ops format_csv = {
	.info = {"csv", "csv", FORMAT_SERVICES | FORMAT_HOSTS, FORMAT_SERVICES, FORMAT_FIELDS,
                 "a row a service (RFC 4180), with a header, safe against formulas"},
	.services = "ip,port,transport,state,service,product,version,vuln,level,score,host_level,"
		    "host_score,last_seen",
	.hosts = "ip,port,port_count,host_level,host_score,hostname,os",
	.begin = head,
	.row = row,
};
