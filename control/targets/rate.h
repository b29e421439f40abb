/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.h - parses a sending rate as people write it: "10k", "1.5M" packets or "1G" bits a second.
 *
 * Pure. Suffixes are decimal (k = 1000) and may be in either case.
 */
#ifndef SONDE_RATE_H
#define SONDE_RATE_H

#include "dp_types.h"

enum {
	RATE_DEFAULT_PPS = 10000,
	RATE_MIN_FRAME = 60, /* Ethernet without FCS */
	/* preamble 8, FCS 4, inter-frame gap 12: a minimal frame is 84 bytes */
	RATE_WIRE_EXTRA = 24,
};

/* Parse a positive number with an optional suffix k, M, G or T, or e and an exponent, from 0.1 to
 * 10^12. 0 or -EINVAL
 * with @err. */
int rate_parse(const char *text, double *out, struct error *err);

/* The packets a second that fill @bits_per_second with frames of @frame_len bytes on average,
 * without FCS. Counts shorter frames as RATE_MIN_FRAME bytes, and adds RATE_WIRE_EXTRA to each. */
double rate_of_bandwidth(double bits_per_second, double frame_len);

/* rate_parse() for option tables; the member is a double. */
int option_rate(const char *text, void *field, struct error *err);

/* The same, or "auto": RATE_AUTO. */
#define RATE_AUTO (-1.0)
int option_rate_or_auto(const char *text, void *field, struct error *err);

#endif
