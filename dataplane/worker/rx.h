/* SPDX-License-Identifier: Apache-2.0 */
/* rx.h - a worker's receiving half: frames to validated, unique results in the ring. Hot. */
#ifndef SONDE_RX_H
#define SONDE_RX_H

#include <stdbool.h>
#include <stdint.h>

struct worker;

/* Take at most one burst from the NIC. Returns the frames taken. */
unsigned rx_step(struct worker *w, uint64_t tsc);

/* Send the RSTs that wait, where they have waited for a millisecond or nothing else is to be
 * done. */
void rx_end_turn(struct worker *w, uint64_t tsc, bool idle);

#endif
