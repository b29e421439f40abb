/* SPDX-License-Identifier: Apache-2.0 */
/* hit.h - the private meaning of the members of a struct vd_hit. */
#ifndef SONDE_VULNDB_HIT_H
#define SONDE_VULNDB_HIT_H

#include <stdbool.h>
#include <stdint.h>

#include "match_query.h"

/* vd_hit.match and .fix are indices + 1, 0 = none. .aux is the reason (enum match_why) in its low 8
 * bits and the package's index + 1 above them. */
enum hit_flag {
	HIT_BY_DISTRO = 1,   /* the distribution's data decided */
	HIT_DISTRO_ONLY = 2, /* the distribution names the CVE, the version ranges do not */
	HIT_HINTED = 4,      /* another port of the host named the distribution */
};

static inline uint32_t hit_aux(uint8_t why, uint32_t pkg)
{
	return (uint32_t)why | pkg << 8;
}

/* The confidence of a possible hit, by its reason (enum match_why). */
uint8_t hit_why_confidence(uint8_t why);
/* Whether a possible verdict is shown but weighs nothing: its record states no versions, or the
 * distribution calls it unimportant. Pure. */
bool hit_weighs_nothing(const struct vd_verdict *v);

#endif
