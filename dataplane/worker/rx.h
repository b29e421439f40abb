/* SPDX-License-Identifier: Apache-2.0 */
/* rx.h - the receiving half of a worker: turns frames into validated, unique results in the ring.
 * Hot. */
#ifndef SONDE_RX_H
#define SONDE_RX_H

#include <stdbool.h>
#include <stdint.h>

struct worker;

/* Receive at most one burst from the NIC and process it. Returns the number of frames received. */
unsigned rx_step(struct worker *w, uint64_t tsc);

/* Send the waiting RSTs if they have waited for a millisecond, or if the worker is @idle. */
void rx_end_turn(struct worker *w, uint64_t tsc, bool idle);

#endif
