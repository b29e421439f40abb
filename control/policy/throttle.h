/* SPDX-License-Identifier: Apache-2.0 */
/*
 * throttle.h - the sending rate, from the rate that is wanted and the fill of the later stages.
 *
 * Pure: signals in, a rate out. A full stage lowers the rate before it has to drop anything; losses
 * of the NIC lower it as well. The rate recovers by itself.
 */
#ifndef SONDE_THROTTLE_H
#define SONDE_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

struct throttle_signal {
	unsigned ring_percent;   /* the dataplane's result ring */
	unsigned grab_percent;   /* requests waiting for the grabber */
	unsigned writer_percent; /* records waiting for the store */
	uint64_t received;       /* frames since the start */
	uint64_t lost;           /* NIC misses and ring drops since the start */
	uint64_t sent;           /* probes since the start */
	uint64_t capped;         /* times that sending waited for a prefix's cap, since the start */
	int64_t now_us;          /* monotonic */
};

struct throttle {
	double factor;                   /* 0.01..1: what losses leave of the rate */
	uint64_t received, lost, capped; /* at the last update */
	uint64_t sent;
	int64_t now_us;
	/* the most probes a second measured; if more are wanted, the factor applies to this
	 * figure */
	double reached;
	bool hindered;      /* the rate is below what was wanted */
	const char *reason; /* static text: why the rate is what it is */
};

/* Begin with the whole rate. Pure. */
void throttle_init(struct throttle *t);

/* The rate to set if @wanted packets a second are wanted. Call it about ten times a second.
 * Pure. */
double throttle_rate(struct throttle *t, double wanted, const struct throttle_signal *s);

#endif
