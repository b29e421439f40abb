/* SPDX-License-Identifier: Apache-2.0 */
/* index.h - the lookup tables by product, made from the collected facts. */
#ifndef SONDE_VULNDB_INDEX_H
#define SONDE_VULNDB_INDEX_H

#include "build.h"

/* The tables of a file while they are made. */
struct index {
	struct vec cves, confs, nodes, crits; /* in CVE order */
	struct vec names, groups, vers, exacts, ranges, blocks;
	struct vec pkgs, families, famcves, fixes, fixvers;
	struct vec spares;
	struct map cve_index; /* year << 32 | number -> index + 1 */
	uint32_t kev, epss;
};

/* An empty index, and its end; index_fini() after any error, too. */
void index_init(struct index *x);
void index_fini(struct index *x);

/* CVEs by id; of one id the record changed last wins, of equals the last to arrive; KEV, EPSS and
 * CVEs that only packages know added. */
int index_cves(struct index *x, struct build *b);
/* Which names mean one product: aliases and renames, however they are chained. After index_cves. */
int index_names(struct index *x, struct build *b);
/* The products' versions in order, and the criteria by product. After index_names. */
int index_products(struct index *x, struct build *b);
/* Packages and their fixes. After index_cves. */
int index_packages(struct index *x, struct build *b);

#endif
