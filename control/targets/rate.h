/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.h - a sending rate as a person writes it: "10k", "1.5M" packets or "1G" bits a second.
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

/* A positive number with an optional suffix k, M or G, from 0.1 to 10^12. 0 or -EINVAL with
 * @err. */
int rate_parse(const char *text, double *out, struct error *err);

/* Packets a second that fill @bits_per_second with frames of @frame_len bytes on average (without
 * FCS). */
double rate_of_bandwidth(double bits_per_second, double frame_len);

/* For option tables: the member is a double. */
int option_rate(const char *text, void *field, struct error *err);

/* The same, or "auto": RATE_AUTO. */
#define RATE_AUTO (-1.0)
int option_rate_or_auto(const char *text, void *field, struct error *err);

#endif
