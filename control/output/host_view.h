/* SPDX-License-Identifier: Apache-2.0 */
/* host_view.h - one host as the JSON document host/2, or as a page for a person. */
#ifndef SONDE_HOST_VIEW_H
#define SONDE_HOST_VIEW_H

#include <stdio.h>

#include "store.h"

struct vuln_texts;

enum host_view_flags {
	HOST_VIEW_COLOUR = 1,     /* page: ANSI colours */
	HOST_VIEW_BANNER_RAW = 2, /* JSON: the banner's bytes in base64 as banner_raw */
	HOST_VIEW_PRETTY = 4,     /* JSON: indented; else one line */
	HOST_VIEW_FIXED = 8,      /* page: list fixed CVEs too, not only count them */
	HOST_VIEW_EVERY = 16,     /* page: list every CVE, not only the worst */
};

struct host_view_config {
	unsigned flags;           /* HOST_VIEW_* */
	unsigned kinds;           /* the verdicts that are shown, see service_json.h */
	unsigned width;           /* page: of the terminal; 0 = none, nothing is cut */
	int port;                 /* page and JSON: this port only; -1 or 0 = all */
	struct vuln_texts *texts; /* JSON: of vuln_json.h, for many hosts; NULL: none */
	int64_t scanned_us; /* of a host of which nothing is known: when it was scanned; 0 = no */
};

/* Write the document of @h as an object. */
struct json;
void host_json(struct json *j, const struct store_host *h, const struct host_view_config *config);
/* Write the document of @h, followed by a line feed. 0 or -EIO. */
int host_view_json(FILE *out, const struct store_host *h, const struct host_view_config *config);

/* Write a page for a person; it is safe on a terminal whatever the network sent. 0, -EIO or
 * -ENOMEM. */
int host_view_table(FILE *out, const struct store_host *h, const struct host_view_config *config);

#endif
