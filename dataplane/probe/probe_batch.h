/* SPDX-License-Identifier: Apache-2.0 */
/* probe_batch.h - cookie_batch_plain() for vectors. The CPU must have the instruction set in the
 * name. */
#ifndef SONDE_PROBE_BATCH_H
#define SONDE_PROBE_BATCH_H

#include "cookie.h"

/* Compute the cookies of a batch of IPv4 targets, as cookie_batch_plain() does. Pure. */
void cookie_batch_scalar(const struct cookie_key *k, struct cookie_batch *c);
void cookie_batch_avx2(const struct cookie_key *k, struct cookie_batch *c);
void cookie_batch_vaes(const struct cookie_key *k, struct cookie_batch *c);
void cookie_batch_avx512(const struct cookie_key *k, struct cookie_batch *c);

#endif
