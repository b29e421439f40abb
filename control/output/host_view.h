/* SPDX-License-Identifier: Apache-2.0 */
/* host_view.h - one host as the JSON document host/1, or as a page for a person. */
#ifndef SONDE_HOST_VIEW_H
#define SONDE_HOST_VIEW_H

#include <stdio.h>

#include "store.h"

enum host_view_flags {
	HOST_VIEW_COLOUR = 1,     /* table: ANSI colours */
	HOST_VIEW_BANNER_RAW = 2, /* JSON: the banner's bytes in base64 as banner_raw */
	HOST_VIEW_PRETTY = 4,     /* JSON: indented; else one line */
	HOST_VIEW_FIXED = 8,      /* table: list fixed CVEs too, not only count them */
};

/* Write the document of @h, followed by a line feed. 0 or -EIO. */
int host_view_json(FILE *out, const struct store_host *h, unsigned flags);

/* Write a page for a person; it is safe on a terminal whatever the network sent. 0 or -EIO. */
int host_view_table(FILE *out, const struct store_host *h, unsigned flags);

#endif
