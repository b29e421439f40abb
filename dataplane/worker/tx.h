/* SPDX-License-Identifier: Apache-2.0 */
/* tx.h - the sending half of a worker: gives the walk's next probes to the NIC, at the rate.
 * Hot. */
#ifndef SONDE_TX_H
#define SONDE_TX_H

#include <stdbool.h>
#include <stdint.h>

struct worker;

/* Prepare the values that the fields of every mbuf get. Call it before the first tx_step(). */
void tx_init(struct worker *w);

/* Send what is due, at most one burst. Returns the number of frames that the NIC took, or 1 if
 * steps were done without sending a frame. */
unsigned tx_step(struct worker *w, uint64_t tsc);

/* Send one frame that is no probe. It is dropped if the NIC does not take it. */
void tx_frame(struct worker *w, const uint8_t *frame, uint16_t len);

/* The link-layer address of the next hop of an IP frame of ours, as one word of which the first six
 * bytes count; 0: nothing can be sent to it. */
uint64_t tx_next_hop(const struct worker *w, const uint8_t *frame);

/* Drop the burst in hand; its targets do not count as done. */
void tx_abandon(struct worker *w);

#endif
