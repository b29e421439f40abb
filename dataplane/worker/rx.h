/* SPDX-License-Identifier: Apache-2.0 */
/* rx.h - the receiving half of a worker: turns frames into validated, unique results in the ring.
 * Hot. */
#ifndef SONDE_RX_H
#define SONDE_RX_H

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;
struct worker;

/* Receive at most one burst from the NIC and process it. Returns the number of frames received. */
unsigned rx_step(struct worker *w, uint64_t tsc);

/* Send the waiting RSTs if they have waited for a millisecond, or if the worker is @idle. */
void rx_end_turn(struct worker *w, uint64_t tsc, bool idle);

/* Turn the segment in *@m into the RST that answers it, which waits to be sent, or free it. *@m becomes
 * NULL. */
void rx_reset(struct worker *w, uint64_t tsc, struct rte_mbuf **m);

/* Whether the NIC found the checksums of a frame right, or its sender left them to hardware. */
bool rx_is_summed(const struct rte_mbuf *m);

#endif
