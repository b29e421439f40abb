/* SPDX-License-Identifier: Apache-2.0 */
/* cve.h - NVD's configurations: does a criterion hold for a query, and the logic around it? */
#ifndef SONDE_VULNDB_CVE_H
#define SONDE_VULNDB_CVE_H

#include "match_query.h"

/* How far a criterion holds. */
struct cve_fit {
	enum truth truth;
	uint8_t precision; /* enum vd_precision */
	uint8_t why;       /* enum match_why, where the truth is not known */
	uint8_t edition;   /* bits of editions that cover each other: 1 community, 2 enterprise */
};

/* The number of the platform that "o:vendor:product" is, from 1; 0 where it is none of those
 * known. */
uint32_t cve_platform(const char *name);
/* A criterion alone, against the product of @q that it names. Pure. */
struct cve_fit cve_criterion(const struct match_query *q, const struct match_query_product *p,
                             const struct db_crit *c);
/* The same within its configuration: AND, negation, platforms. */
struct cve_fit cve_configuration(const struct match_query *q, const struct match_query_product *p,
                                 const struct db_crit *c);

#endif
