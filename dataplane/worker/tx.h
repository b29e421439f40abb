/* SPDX-License-Identifier: Apache-2.0 */
/* tx.h - a worker's sending half: the walk's next probes into the NIC, at the rate. Hot. */
#ifndef SONDE_TX_H
#define SONDE_TX_H

#include <stdbool.h>
#include <stdint.h>

struct worker;

/* Before the first step: settle what every buffer begins with. */
void tx_init(struct worker *w);

/* Send what is due, at most one burst. Returns the frames that the NIC took. */
unsigned tx_step(struct worker *w, uint64_t tsc);

/* Drop the burst in hand; its targets do not count as done. */
void tx_abandon(struct worker *w);

#endif
