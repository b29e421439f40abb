/* SPDX-License-Identifier: Apache-2.0 */
/* cve.h - decides whether a criterion holds for a query, alone and within its NVD configuration. */
#ifndef SONDE_VULNDB_CVE_H
#define SONDE_VULNDB_CVE_H

#include "match_query.h"

/* Whether a criterion holds, how precisely, and why not for certain. */
struct cve_fit {
	enum truth truth;
	uint8_t precision; /* enum vd_precision */
	uint8_t why;       /* enum match_why, if the truth is not known */
	/* bits of the editions that together are all: 1 community, 2 enterprise */
	uint8_t edition;
};

/* The number, from 1, of the platform that "o:vendor:product" names; 0 if it is not a known one. */
uint32_t cve_platform(const char *name);
/* Whether "o:vendor:product" is a general operating system, on which services run. A hypervisor is
 * a product of its own. Pure. */
bool cve_is_general_system(const char *name);
/* Judge a criterion alone, against the product @p of @q that it names. Pure. */
struct cve_fit cve_criterion(const struct match_query *q, const struct match_query_product *p,
                             const struct db_crit *c);
/* Judge it within its configuration: AND, negation, platforms. Pure. */
struct cve_fit cve_configuration(const struct match_query *q, const struct match_query_product *p,
                                 const struct db_crit *c);

#endif
