/* SPDX-License-Identifier: Apache-2.0 */
/*
 * population.h - a network that exists only on paper, for benchmarks and tests of the database: the
 * same seed gives the same services, whatever their number.
 *
 * 45 kinds of services with products, versions and shares as scans of the Internet find them. Hosts
 * have one to nine open ports (2.46 in the middle). Banners have a median of some 120 bytes and a long
 * tail; facts are what vd_decode() finds in them, and a certificate where the kind speaks TLS. Equal
 * versions share one set of verdicts. The first scan sees the services over 90 days; each scan after
 * it a week later, within six hours. In each of these one service in a hundred has changed: another
 * version, or another certificate.
 */
#ifndef SONDE_POPULATION_H
#define SONDE_POPULATION_H

#include "record.h"

struct population;

/* A population of @services services; NULL: no memory. */
struct population *population_new(uint64_t seed, size_t services);
void population_free(struct population *p);
size_t population_count(const struct population *p);

/*
 * Fill @r, which population_record_new() made, with service number @i (0: the one with the lowest
 * address) as scan number @scan saw it: a grabbed record with its verdicts. The scans are numbered
 * from 0. A few microseconds. Aborts where memory is short.
 */
void population_fill(const struct population *p, size_t i, unsigned scan, struct record *r);
/* A record for population_fill(). Its verdicts belong to the population, therefore it is freed by
 * population_record_free() and by nothing else. Aborts where memory is short. */
struct record *population_record_new(void);
void population_record_free(struct record *r);
/* The reply of the port of service number @i in that scan, without a grab. */
void population_sight(const struct population *p, size_t i, unsigned scan,
                      struct record_sighting *out);
/* Whether the service changed in scan number @scan; never in scan 0. Pure. */
bool population_changed(const struct population *p, size_t i, unsigned scan);
/* The service that a scan in random order sees as number @n: each number below the count gives
 * another one. Pure. */
size_t population_order(const struct population *p, size_t n);
/* When scan number @scan began, in microseconds since 1970. Pure. */
int64_t population_start_us(unsigned scan);
/* How many bytes the banner of @r has. Pure. */
size_t population_banner_len(const struct record *r);

#endif
