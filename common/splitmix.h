/* SPDX-License-Identifier: Apache-2.0 */
/* splitmix.h - a small generator of random numbers: splitmix64 (Steele, Lea and Flood, "Fast
 * Splittable Pseudorandom Number Generators", 2014). Not for keys. */
#ifndef SONDE_SPLITMIX_H
#define SONDE_SPLITMIX_H

#include <stdint.h>

/* Advance *@state and return the next number. Any seed may be the first *@state. Pure otherwise. */
static inline uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

#endif
