/* SPDX-License-Identifier: Apache-2.0 */
/* status_figures.h - figures that follow from the status of a scan. Pure. */
#ifndef SONDE_STATUS_FIGURES_H
#define SONDE_STATUS_FIGURES_H

#include "status.h"

/* Positions that were done without a probe, and with one. */
uint64_t status_skipped(const struct status *s);
uint64_t status_probed(const struct status *s);

/* Estimate how many open ports were missed. Returns NULL with the estimate in *@out, or the reason
 * why there is none; a static text. */
const char *status_estimate(const struct status *s, struct coverage_estimate *out);

/* Whether all grabs can go the way of the probes. */
bool status_has_way(const struct status *s);

/* @part of @whole; 0 of nothing. */
double status_share(uint64_t part, uint64_t whole);

/* Open ports for each probe of the walk. */
double status_hit_rate(const struct status *s);

#endif
