/* SPDX-License-Identifier: Apache-2.0 */
/* format_impl.h - what encoders share. Private to format*.c. */
#ifndef SONDE_FORMAT_IMPL_H
#define SONDE_FORMAT_IMPL_H

#include "field.h"
#include "format.h"
#include "json.h"
#include "values.h"
#include "vuln_json.h"

enum { FORMAT_COLUMNS = 64 };

/* An encoder. A function that is NULL has nothing to do. */
struct format_ops {
	struct format_info info;
	const char *services, *hosts; /* the fields of rows unless somebody names some */
	void (*begin)(struct format *f);
	void (*row)(struct format *f, const struct store_host *h, const struct record *r);
	void (*end)(struct format *f);
	void (*trailer)(struct format *f, const struct format_sum *sum);
};

struct format {
	const struct format_ops *ops;
	struct format_config config;
	struct bytes *out; /* not owned */
	const struct field *columns[FORMAT_COLUMNS];
	size_t column_count;
	struct json *json; /* appends to @out */
	struct vuln_texts *texts;
	struct values values;
	struct bytes cell;
	uint64_t rows; /* since format_begin() */
	bool any;      /* format_masscan.c: an object was written since then */
	/* format_nmap.c: the host that is open, and how many there were */
	struct dp_addr addr;
	bool is_open;
	uint64_t hosts;
};

extern const struct format_ops format_csv, format_elastic, format_json, format_masscan,
	format_ndjson, format_nmap, format_shadowserver, format_shodan;

/* Append a text that ends with a NUL. */
void format_put(struct format *f, const char *text);
/* Append printf text of at most 255 bytes: words and numbers of the program. */
void format_putf(struct format *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append the row as one JSON object without a line feed: the columns that somebody named, or the whole
 * document. */
void format_object(struct format *f, const struct store_host *h, const struct record *r);

#endif
