/* SPDX-License-Identifier: Apache-2.0 */
/* hit.h - the private meaning of the members of a struct vd_hit. */
#ifndef SONDE_VULNDB_HIT_H
#define SONDE_VULNDB_HIT_H

#include <stdint.h>

#include "match_query.h"

/* vd_hit.match and .fix are indices + 1; .aux is the reason and the package's index + 1. */
enum hit_flag {
	HIT_BY_DISTRO = 1,   /* the distribution's data decided */
	HIT_DISTRO_ONLY = 2, /* the version ranges miss it */
};

static inline uint32_t hit_aux(uint8_t why, uint32_t pkg)
{
	return (uint32_t)why | pkg << 8;
}

/* How sure a possible hit is, by what is not known. */
uint8_t hit_why_confidence(uint8_t why);

#endif
