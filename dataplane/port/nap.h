/* SPDX-License-Identifier: Apache-2.0 */
/* nap.h - let a worker that has nothing to do give its core away. Cold. */
#ifndef SONDE_NAP_H
#define SONDE_NAP_H

#include <stdint.h>

/* Sleep for about @us microseconds, at most 1000. */
void nap(uint64_t us);

#endif
