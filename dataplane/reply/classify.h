/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classify.h - turns a received frame into a result about a target of this scan, if its cookie is right.
 */
#ifndef SONDE_CLASSIFY_H
#define SONDE_CLASSIFY_H

#include "probe.h"

enum { CLASSIFY_BURST = COOKIE_BATCH };

enum classify_verdict {
	CLASSIFY_FOREIGN, /* well formed, not an answer to a probe of this scan */
	CLASSIFY_MALFORMED,
	CLASSIFY_ARP, /* for the neighbour module */
	/* ICMP that is no error: echo and neighbour discovery on an own address */
	CLASSIFY_ICMP,
	CLASSIFY_RESULT, /* a valid answer to a probe of this scan */
	CLASSIFY_VERDICTS,
};

struct classify_batch {
	/* in; at most CLASSIFY_BURST */
	unsigned n;
	const uint8_t *frame[CLASSIFY_BURST];
	uint16_t len[CLASSIFY_BURST];
	/* out, by frame */
	struct packet packet[CLASSIFY_BURST]; /* but not of the form that packet_fast.h tells */
	uint8_t kind[CLASSIFY_BURST];         /* enum packet_kind */
	uint8_t verdict[CLASSIFY_BURST];      /* enum classify_verdict */
	unsigned seen[CLASSIFY_VERDICTS];
	/* out: what CLASSIFY_RESULT stands for, in no order; time_us = @now_us */
	struct dp_result result[CLASSIFY_BURST]; /* [seen[CLASSIFY_RESULT]] */
	uint8_t source[CLASSIFY_BURST];          /* the frame each came from */
};

/*
 * Judge a burst. Hostile input: nothing beyond the frames' lengths is read. Stateless and pure; any
 * thread. Duplicates are not looked for: see dedup.h.
 */
void classify(const struct probe *p, uint64_t now_us, struct classify_batch *b);

#endif
