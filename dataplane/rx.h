/* SPDX-License-Identifier: Apache-2.0 */
/* rx.h - a worker's receiving half: frames to validated, unique results in the ring. Hot. */
#ifndef SONDE_RX_H
#define SONDE_RX_H

#include <stdint.h>

struct worker;

/* Take at most one burst from the NIC. Returns the frames taken. */
unsigned rx_step(struct worker *w, uint64_t tsc);

#endif
