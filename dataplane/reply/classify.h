/* SPDX-License-Identifier: Apache-2.0 */
/*
 * classify.h - turns received frames with a valid cookie into results about targets of this scan.
 */
#ifndef SONDE_CLASSIFY_H
#define SONDE_CLASSIFY_H

#include "probe.h"

enum { CLASSIFY_BURST = COOKIE_BATCH };

enum classify_verdict {
	CLASSIFY_FOREIGN, /* well formed, not an answer to a probe of this scan */
	CLASSIFY_MALFORMED,
	CLASSIFY_ARP, /* for the responder */
	/* ICMP that is neither an error nor an answer: echo and neighbour discovery, for the
	 * responder */
	CLASSIFY_ICMP,
	CLASSIFY_RESULT, /* a valid answer to a probe of this scan */
	CLASSIFY_TAKEN,  /* not given by classify(): it belongs to a connection (conns.h) */
	CLASSIFY_VERDICTS,
};

struct classify_batch {
	/* in; at most CLASSIFY_BURST */
	unsigned n;
	const uint8_t *frame[CLASSIFY_BURST];
	uint16_t len[CLASSIFY_BURST];
	/* bit i: nobody has verified the checksums of frame i. An answer of TCP with a wrong one counts
	 * as malformed. */
	uint64_t unsummed;
	/* out, by frame */
	/* not set for frames of the usual form (packet_fast.h) */
	struct packet packet[CLASSIFY_BURST];
	uint8_t kind[CLASSIFY_BURST];    /* enum packet_kind */
	uint8_t verdict[CLASSIFY_BURST]; /* enum classify_verdict */
	unsigned seen[CLASSIFY_VERDICTS];
	/* out: a result for each CLASSIFY_RESULT, in any order; time_us is the @now_us of
	 * classify() */
	struct dp_result result[CLASSIFY_BURST]; /* [seen[CLASSIFY_RESULT]] */
	uint8_t source[CLASSIFY_BURST];          /* the frame that each result came from */
};

/*
 * Judge a burst. Hostile input: nothing beyond the frames' lengths is read. Stateless and pure; any
 * thread. Duplicates are not looked for: see dedup.h.
 */
void classify(const struct probe *p, uint64_t now_us, struct classify_batch *b);

#endif
