/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - one service as one scan saw it: what travels from the pipeline to the store.
 *
 * A record owns its facts and verdicts; record_new/record_free. Serialised by record_encode, which
 * draws the format.
 */
#ifndef SONDE_RECORD_H
#define SONDE_RECORD_H

#include "dp_types.h"
#include "vulndb.h"

enum record_state { RECORD_OPEN = 1, RECORD_MISSING, RECORD_CLOSED, RECORD_FILTERED };

/* The parts of the TCP reply worth keeping. */
struct record_reply {
	uint8_t reason;      /* enum dp_reply */
	uint8_t ttl;
	uint8_t wscale;      /* 255 = absent */
	uint16_t window;
	uint16_t mss;
	uint32_t tcp_options;
	uint32_t rtt_us;
};

struct record {
	struct dp_addr addr;
	uint16_t port;
	uint8_t transport;   /* enum dp_transport */
	uint8_t state;       /* enum record_state */
	bool grabbed;        /* false: port state only, the stored identity stays as it is;
				when read: it was grabbed once */
	bool truncated;      /* the banner was cut */
	struct record_reply reply;
	int64_t seen_us;     /* when this scan saw it, microseconds since 1970 */

	/* Filled from the store when read; ignored when written. */
	int64_t first_seen_us, last_seen_us, last_changed_us;
	int64_t opened_us;   /* since when it has been open without a break that was seen */
	uint32_t misses;
	char scan[32];       /* the scan that saw it last */

	struct vd_identity identity;
	struct vd_facts *facts;        /* owned, may be NULL */
	struct vd_verdict *verdicts;   /* owned */
	int64_t *verdict_first_seen_us;/* owned; parallel to verdicts when read, NULL when written */
	uint32_t verdict_count;
	uint32_t exposure_count;
	struct vd_exposure exposures[VD_EXPOSURES_MAX];
};

struct record *record_new(void); /* all zero, facts allocated; NULL: no memory */
void record_free(struct record *r);

#endif
