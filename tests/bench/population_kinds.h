/* SPDX-License-Identifier: Apache-2.0 */
/* population_kinds.h - the kinds of services that a population has. */
#ifndef SONDE_POPULATION_KINDS_H
#define SONDE_POPULATION_KINDS_H

#include <stddef.h>
#include <stdint.h>

struct population_kind {
	unsigned share; /* how many of 1000 services are of this kind */
	uint16_t port;
	uint8_t transport; /* 0: TCP, 1: UDP */
	uint8_t tls;       /* of 100 services, how many have a certificate */
	uint8_t cves;      /* of its oldest version, a third of them */
	const char *service, *product, *vendor, *cpe;
	const char *versions; /* separated by spaces, the most common first */
	const char *os;       /* "" or the system that its banner names */
	const char *exposure; /* "" or the finding that some of its services have */
	/*
	 * The banner. %v version, %h the host's name, %x 16 hexadecimal digits, %n a number, %t a
	 * title, %d a date, %p padding as long as the tail of the distribution says.
	 */
	const char *banner;
};

extern const struct population_kind population_kinds[];
extern const size_t population_kind_count;
extern const char *const population_titles[];
extern const size_t population_title_count;

#endif
