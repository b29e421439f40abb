/* SPDX-License-Identifier: Apache-2.0 */
/* coverage.c - a set of open ports with the passes that saw them, and the estimate of the rest. */
#include "coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FIRST_SLOTS = 1024, MASK_BITS = 16 };

static const double z = 2.5758; /* standard normal quantile for a two-sided 99 % interval */

/* A slot has 48 bits of key and one bit for each of 16 passes; 0 = empty. The key of an IPv4 port
 * is its address and number, that of an IPv6 port is a hash of them. */
struct coverage {
	uint64_t *slots;
	size_t mask, used;
	uint64_t salt;
	struct coverage_counts counts;
};

struct coverage *coverage_new(unsigned passes)
{
	struct coverage *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->slots = calloc(FIRST_SLOTS, sizeof(*c->slots));
	if (c->slots == NULL || getrandom(&c->salt, sizeof(c->salt), 0) != sizeof(c->salt)) {
		coverage_free(c);
		return NULL;
	}
	c->mask = FIRST_SLOTS - 1;
	c->counts.passes = passes;
	return c;
}

void coverage_free(struct coverage *c)
{
	if (c == NULL)
		return;
	free(c->slots);
	free(c);
}

static uint64_t mix(uint64_t h)
{
	h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
	h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
	return h ^ (h >> 32);
}

/* The key of a port, in the upper 48 bits; never 0. */
static uint64_t key_of(const struct coverage *c, const struct dp_addr *addr, uint16_t port)
{
	uint64_t hi, lo, key;

	memcpy(&hi, addr->b, 8);
	memcpy(&lo, addr->b + 8, 8);
	if (hi == 0 && memcmp(addr->b + 8, "\0\0\xff\xff", 4) == 0)
		key = (lo >> 32 << 32) | ((uint64_t)port << MASK_BITS);
	else
		key = mix(mix(mix(hi ^ c->salt) ^ lo) ^ port) >> MASK_BITS << MASK_BITS;
	return key != 0 ? key : (uint64_t)1 << MASK_BITS;
}

static uint64_t *find(const struct coverage *c, uint64_t key)
{
	for (size_t i = mix((key >> MASK_BITS) ^ c->salt);; i++) {
		uint64_t *s = &c->slots[i & c->mask];

		if (*s == 0 || *s >> MASK_BITS == key >> MASK_BITS)
			return s;
	}
}

static bool grow(struct coverage *c)
{
	uint64_t *old = c->slots;
	size_t n = c->mask + 1;

	c->slots = calloc(2 * n, sizeof(*c->slots));
	if (c->slots == NULL) {
		c->slots = old;
		return false;
	}
	c->mask = 2 * n - 1;
	for (size_t i = 0; i < n; i++)
		if (old[i] != 0)
			*find(c, old[i]) = old[i];
	free(old);
	return true;
}

/* The slot of a port; it is added if the port is new. NULL: no room. */
static uint64_t *take(struct coverage *c, const struct dp_addr *addr, uint16_t port, bool *is_new)
{
	uint64_t key = key_of(c, addr, port), *s = find(c, key);

	*is_new = *s == 0;
	if (*s != 0)
		return s;
	c->counts.seen++;
	if (c->used >= COVERAGE_PORTS || (2 * (c->used + 1) > c->mask + 1 && !grow(c))) {
		c->counts.unknown = "more open ports than are remembered";
		return NULL;
	}
	c->used++;
	s = find(c, key);
	*s = key;
	return s;
}

bool coverage_note(struct coverage *c, const struct dp_addr *addr, uint16_t port, unsigned pass)
{
	struct coverage_counts *n = &c->counts;
	uint64_t bit = (uint64_t)1 << pass, *s;
	unsigned times;
	bool is_new;

	s = take(c, addr, port, &is_new);
	if (s == NULL || pass >= n->passes || (*s & bit) != 0)
		return is_new;
	times = (unsigned)__builtin_popcountll(*s & ((1u << MASK_BITS) - 1));
	if (times > 0)
		n->times[times]--;
	n->times[times + 1]++;
	n->by_pass[pass]++;
	*s |= bit;
	return is_new;
}

void coverage_known(struct coverage *c, const struct dp_addr *addr, uint16_t port)
{
	bool is_new;

	take(c, addr, port, &is_new);
	c->counts.unknown = "an earlier run found some of the ports";
}

void coverage_counts(const struct coverage *c, struct coverage_counts *out)
{
	*out = c->counts;
}

/* Estimate the missed ports from two passes, with the variance of the estimate. */
static double chapman(const struct coverage_counts *c, double *variance)
{
	double a = (double)c->by_pass[0], b = (double)c->by_pass[1], both = (double)c->times[2];

	*variance = (a + 1) * (b + 1) * (a - both) * (b - both) /
	            ((both + 1) * (both + 1) * (both + 2));
	return (a + 1) * (b + 1) / (both + 1) - 1 - (double)c->seen;
}

static double chao(const struct coverage_counts *c, double *variance)
{
	double once = (double)c->times[1], twice = (double)c->times[2] + 1;
	double t = ((double)c->passes - 1) / (double)c->passes;
	double missed = t * once * (once - 1) / (2 * twice);

	*variance = missed + t * t * once * (2 * once - 1) * (2 * once - 1) / (4 * twice * twice) +
	            t * t * once * once * (twice - 1) * (once - 1) * (once - 1) /
	                    (4 * twice * twice * twice * twice);
	return missed;
}

bool coverage_estimate(const struct coverage_counts *c, struct coverage_estimate *out)
{
	double missed, variance, c_factor;

	if (c->passes < 2 || c->unknown != NULL || c->seen == 0)
		return false;
	missed = c->passes == 2 ? chapman(c, &variance) : chao(c, &variance);
	if (missed <= 0.005 || variance <= 0) {
		/* Hardly any port was seen by one pass only. The upper bound is the number of
		 * missed ports with which one scan in a hundred would still look like this (4.6 =
		 * ln 100). */
		*out = (struct coverage_estimate){0, 0, ceil(4.6 / (double)c->seen) - 1};
		if (c->times[1] > 0)
			out->high += ceil(z);
		return true;
	}
	c_factor = exp(z * sqrt(log1p(variance / (missed * missed))));
	*out = (struct coverage_estimate){missed, floor(missed / c_factor),
	                                  ceil(missed * c_factor)};
	return true;
}
