/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format.h - the formats of exports: services or hosts in, bytes out.
 *
 * An encoder knows no file, no store and no clock. It appends to a buffer of its caller, which may
 * take the bytes away and empty the buffer after every call. What it appended between format_begin()
 * and format_end() is a whole text in its format; an encoder can begin another one afterwards. Only
 * one thread uses an encoder. A new format is a file format_NAME.c and a row in format.c.
 */
#ifndef SONDE_FORMAT_H
#define SONDE_FORMAT_H

#include "bytes.h"
#include "store.h"

enum format_unit { FORMAT_SERVICES = 1, FORMAT_HOSTS = 2 };

/* What the words of a user can change in a format. */
enum format_takes {
	FORMAT_FIELDS = 1,   /* which fields a row has */
	FORMAT_VERDICTS = 2, /* which verdicts it has */
	FORMAT_TRAILER = 4,  /* a last line that proves the text whole */
	FORMAT_INDEX = 8,    /* the name of an index */
	FORMAT_LINES = 16,   /* nothing: rows stand alone, so that a stream can go on and on */
};

struct format_info {
	const char *name;   /* "ndjson" */
	const char *suffix; /* of files, "ndjson" */
	unsigned units;     /* bits of enum format_unit: what a row can be */
	unsigned unit;      /* what it is unless somebody says so */
	unsigned takes;     /* bits of enum format_takes */
	const char *help;   /* a sentence without its full stop, for the manual */
};

enum format_flags {
	FORMAT_BANNER_RAW = 1, /* JSON: the bytes of banners in base64, too */
	FORMAT_ALL_STATES = 2, /* rows of hosts show what is not open, too */
};

struct format_config {
	unsigned unit;      /* enum format_unit */
	unsigned flags;     /* enum format_flags */
	unsigned kinds;     /* the verdicts that documents have, see service_json.h */
	const char *fields; /* "ip,port,http.title"; NULL: the usual ones of the format */
	const char *index;  /* FORMAT_INDEX; NULL: "sonde-services", "sonde-hosts" */
	const char *query;  /* for formats that say what they hold; NULL: everything */
	int64_t now_us;     /* likewise: when the export began */
};

/* What a trailer says. */
struct format_sum {
	uint64_t rows;
	uint64_t cursor; /* the number of the last change that the rows include */
	char sha256[65]; /* of all bytes before the trailer, in hex */
};

/* Format number @i; NULL behind the last. Static. */
const struct format_info *format_at(unsigned i);
/* NULL: there is no format of that name. Static. */
const struct format_info *format_named(const char *name);

struct format;

/* Create an encoder that appends to @out, which outlives it. The texts of @config are kept by
 * reference. 0, -ENOMEM, or -EINVAL with @err: a field is unknown or cannot be shown, or there are too
 * many; err->column is the place in the list. */
int format_open(const struct format_info *info, const struct format_config *config,
                struct bytes *out, struct format **f, struct error *err);
void format_close(struct format *f); /* NULL is fine */

/* Leave out of documents the verdicts of other kinds than @kinds (service_json.h). */
void format_keep_verdicts(struct format *f, unsigned kinds);

void format_begin(struct format *f);
/* Append a row: the service @r of @h, or the host @h if @r is NULL. Rows come by address. */
void format_row(struct format *f, const struct store_host *h, const struct record *r);
void format_end(struct format *f);
/* Append what proves the text whole; only of a format with FORMAT_TRAILER, after format_end(). */
void format_trailer(struct format *f, const struct format_sum *sum);

/* False if memory was short, so that something is missing in what was appended. */
bool format_whole(const struct format *f);

#endif
