/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_sink.h - what a parser of a file hands on: services, and what it skipped and why.
 *
 * A parser takes the record of import_begin(), fills it, and passes it to import_take(). One thread
 * uses a sink. Everything that a parser reads is hostile.
 */
#ifndef SONDE_IMPORT_SINK_H
#define SONDE_IMPORT_SINK_H

#include "record.h"

enum { IMPORT_REASONS = 24 };

/* Why rows were skipped: the text is static. */
struct import_reason {
	const char *why;
	uint64_t count, first_line;
};

struct import_report {
	char format[24];           /* "nmap XML"; "" = not recognised */
	uint64_t found;            /* services that the file states as open or closed */
	uint64_t taken;            /* that were written */
	uint64_t unchanged;        /* that are known already, by the same observation */
	uint64_t older;            /* of which something newer is known */
	uint64_t skipped;          /* rows, or parts of them */
	uint64_t bytes;            /* read, unpacked */
	int64_t first_us, last_us; /* times of the observations */
	bool file_time;            /* some rows had no time: that of the file stands for it */
	struct import_reason reasons[IMPORT_REASONS];
	unsigned reason_count;
};

struct import_sink {
	/* set by the owner */
	struct record *record;
	void (*take)(void *arg, struct record *r); /* keeps what it needs of @r */
	void *arg;
	struct import_report *report;
	int64_t file_us;  /* for rows without a time */
	int64_t now_us;   /* later times are wrong */
	uint16_t port;    /* for rows without a port; 0: none */
	const char *tool; /* "nmap"; static */
	/* set by the reader: the line at which the current row begins */
	uint64_t line;
	void *state; /* of the format, zeroed before a file */
};

/* An empty record, open, without a time. */
struct record *import_begin(struct import_sink *s);

/*
 * Hand on the record of import_begin(): checks address, port and time, and adds the fact
 * "import.tool" where other facts are. What cannot be taken is counted as skipped.
 */
void import_take(struct import_sink *s);

/* Count a row, or a part of it, that is not taken. @why is static. */
void import_skip(struct import_sink *s, const char *why);

/* Set the address, or the port, of the current record from a text. False: the text is none. */
bool import_set_addr(struct record *r, const char *text, size_t len);
bool import_set_port(struct record *r, const char *text, size_t len);
/* The transport: "tcp" or "udp". False: another one, of which a database knows no ports. */
bool import_set_transport(struct record *r, const char *text, size_t len);
/* The time: seconds since 1970, or RFC 3339, with or without its zone. False: none of these. */
bool import_set_time(struct record *r, const char *text, size_t len);

/* Read a number without a sign, at most 19 digits. False: the text is none. Pure. */
bool import_number(const char *text, size_t len, uint64_t *out);

#endif
