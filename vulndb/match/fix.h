/* SPDX-License-Identifier: Apache-2.0 */
/* fix.h - finds what the distribution itself says about a CVE in its package. */
#ifndef SONDE_VULNDB_FIX_H
#define SONDE_VULNDB_FIX_H

#include "match_query.h"

struct fix_answer {
	uint8_t kind; /* enum vd_verdict_kind, 0 = the data says nothing */
	uint8_t why;  /* enum match_why */
	uint32_t fix; /* index in DB_FIX + 1 */
	uint32_t pkg; /* index in DB_PKG + 1 */
};

/* What the distribution says about one CVE in the packages of the product number @product. Ask in
 * ascending order of CVEs: the query keeps a cursor. */
struct fix_answer fix_about(struct match_query *q, uint32_t product, uint32_t cve);
/*
 * For a banner that names no distribution: look for a release whose package is of the stated
 * version. The service may be that package, and have a fix of it: kind is VD_POSSIBLE then. It is 0
 * where none ships the version, or where the fix is in a later version. Ask in ascending order of
 * CVEs, as above.
 */
struct fix_answer fix_backported(struct match_query *q, uint32_t product, uint32_t cve);
/*
 * For a service whose release another port of the host names, and which ships the stated version: its
 * revision is not known. VD_AFFECTED: the fix is in a later upstream version. VD_FIXED: every revision
 * has it, or the release never had the CVE. VD_POSSIBLE: a later revision has the fix, or none is
 * known. Ask in ascending order of CVEs, as above.
 */
struct fix_answer fix_hinted(struct match_query *q, uint32_t product, uint32_t cve);
/* The lowest CVE from @cve on that may give a hit in the packages of the first product; UINT32_MAX
 * at the end. Ask in ascending order of CVEs, as above. */
uint32_t fix_next(struct match_query *q, uint32_t cve);

#endif
