/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dp_claim.h - the source ports of a scan over a kernel interface: no socket's, no other scan's.
 *
 * Scans on one interface work side by side if one of them at most uses AF_XDP and none has source
 * ports of another. A process announces its ports (announce.h) before it opens the interface.
 */
#ifndef SONDE_DP_CLAIM_H
#define SONDE_DP_CLAIM_H

#include "dp_private.h"

/*
 * Settle the source ports of @dp, whose sources and interface are known: check those that are
 * given, or choose at least @least. Announces them until dp_claim_drop(). Control thread; blocks
 * while it reads /proc, and at most 2 s while another scan on the interface starts.
 *
 * Returns 0, -EADDRINUSE (a given port is taken, or too few are free), -EBUSY (another scan has
 * the interface by AF_XDP) or -errno; @err in words.
 */
int dp_claim(struct dp *dp, unsigned least, struct error *err);

/* Take the standard source ports if none are given, where no kernel shares the addresses. */
void dp_claim_standard(struct dp *dp);

/* Announce that the interface was opened through AF_PACKET after all. Returns 0 or -errno. */
int dp_claim_packet(struct dp *dp);

/* Take the announcement back. Idempotent. */
void dp_claim_drop(struct dp *dp);

#endif
