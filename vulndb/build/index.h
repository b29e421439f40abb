/* SPDX-License-Identifier: Apache-2.0 */
/* index.h - makes the tables of the file from the collected facts. */
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

/* Set up an empty index, and free it. Call index_fini() after any error, too. */
void index_init(struct index *x);
void index_fini(struct index *x);

/* Sort the CVEs by id. Of several records of one id the one changed last wins, among equals the
 * last to arrive. Add KEV, EPSS and the CVEs that only packages name. Frees the CVE records of @b.
 * This function and those below return 0 or -ENOMEM. */
int index_cves(struct index *x, struct build *b);
/* Group the names that mean one product, by aliases and renames, however they are chained. After
 * index_cves(). */
int index_names(struct index *x, struct build *b);
/* Sort the versions of each product, and list the criteria by product. After index_names(). */
int index_products(struct index *x, struct build *b);
/* List the packages and their fixes. After index_cves(). */
int index_packages(struct index *x, struct build *b);

#endif
