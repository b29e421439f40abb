/* SPDX-License-Identifier: Apache-2.0 */
/* match_query.h - prepares an identity for the comparison with the file's criteria and fixes. */
#ifndef SONDE_VULNDB_MATCH_QUERY_H
#define SONDE_VULNDB_MATCH_QUERY_H

#include "cpe.h"
#include "db.h"
#include "version.h"

enum {
	MATCH_QUERY_PACKAGES = 48,
	MATCH_QUERY_FAMILIES = 24,
	/* the confidence from which on an operating system counts, if the service does not name it */
	MATCH_QUERY_OS_SURE = 75,
};

/* Why a verdict is "possible" or "fixed"; texts in verdict.c. */
enum match_why {
	WHY_NOTHING,
	WHY_PLATFORM,
	WHY_EDITION,
	WHY_OPEN_RANGE,
	WHY_EVERY_VERSION,
	WHY_HALF_VERSION,
	WHY_ODD_BOUND,
	WHY_REVISION,
	WHY_RELEASE,
	WHY_NOT_TRACKED,
	WHY_NO_DATA,
	WHY_UNIMPORTANT,
	WHY_NOT_AFFECTED,
	WHY_BACKPORT,
	WHY_NOT_HERE,
	WHY_SHIPPED,
	WHY_FORK,
	WHY_NEWER,
	WHY_PORTABLE,
	WHY_NOT_CONFIRMED,
	WHY_UNFIXED,
	WHY_COUNT
};

struct twins;

enum truth { TRUTH_NO, TRUTH_UNKNOWN, TRUTH_YES };

/* A product of the query: one of the identity's CPE names. */
struct match_query_product {
	const struct db_group *group;
	uint32_t group_index;
	/* the index of its name in the identity: 0 is what answers, the others are its components */
	uint32_t number;
	struct version version;
	bool has_version; /* a version was stated */
	bool ordered;     /* the version can be ordered */
	bool half;        /* the version stands for all that begin with it */
	bool cut;         /* of a guess: a release ships one that begins with it */
	bool fork;        /* what answers is a fork of this product */
	/* the release that another port of the host names ships this version */
	bool shipped;
	uint32_t lo, hi; /* its ordinals; equal unless half */
	/* the version as it is compared, "9.2p1"; "": none was stated */
	char text[VERSION_BASE + VERSION_UPDATE];
	struct cpe cpe; /* last, because its text is not cleared */
};

enum os_family { OS_UNKNOWN, OS_WINDOWS, OS_LINUX, OS_UNIX };

/* A package of the distribution and where the stated version lies in its order. */
struct match_query_package {
	const struct db_pkg *pkg;
	uint32_t product; /* the number of the product that it contains */
	uint32_t index;   /* in DB_PKG */
	uint32_t ord;     /* 0: the version is not known; UINT32_MAX: before the first */
	uint32_t cursor;  /* rows below it belong to lower CVEs */
	uint32_t scan;    /* rows below it belong to lower CVEs or can only say "fixed" */
	/* of a guessed package: the indices of its versions that are of the stated upstream version */
	uint32_t first, last;
	bool ships; /* without a release: this one ships the stated version */
};

struct match_query {
	const struct vulndb *db;
	const struct vd_identity *id; /* with the distribution filled in */
	struct match_query_product product[VD_CPES];
	size_t products;
	enum os_family os;
	bool has_firmware; /* one of the products is an operating system or firmware */
	bool has_fork;     /* what answers is a fork of one of the products */
	bool has_distro;
	bool has_release;
	bool guessed;    /* no distribution was named: the packages are those it may come from */
	bool hinted;     /* another port of the host named the release: see the products' shipped */
	bool tracks_all; /* a CVE that the data does not name does not affect the package */
	const char *data_distro; /* whose data is used: distro_source() */
	version_order order;     /* of its packages */
	const char *release;     /* of the packages; "": not known */
	struct version stated;   /* what answers, if @hinted */
	const struct db_family *family[MATCH_QUERY_FAMILIES];
	uint32_t family_product[MATCH_QUERY_FAMILIES]; /* as in struct match_query_package */
	/* cursor into the family's CVEs: those below it are lower */
	uint32_t known[MATCH_QUERY_FAMILIES];
	size_t families;
	struct match_query_package package[MATCH_QUERY_PACKAGES];
	size_t packages;
	struct twins *twins; /* not owned */
	bool failed;         /* memory was short: packages are missing */
};

/* Prepare @q. @db, @id and @twins must outlive it. */
void match_query_init(struct match_query *q, const struct vulndb *db, const struct vd_identity *id,
                      struct twins *twins);
/* Find the packages of @q: those of the release that the banner or another port of the host names, or,
 * without a sign of a distribution, of any that ships the version. Its products and its system must
 * be known. */
void match_query_packages(struct match_query *q);
/* The family of a distribution's packages whose name begins with the @len bytes at @name; NULL: the
 * file has none. Pure. */
const struct db_family *match_query_family(const struct vulndb *db, const char *distro,
                                           const char *name, size_t len);
/* The product of @q that belongs to a group, or NULL. */
const struct match_query_product *match_query_product_of(const struct match_query *q,
                                                         uint32_t group);
/* The group of the product that a CPE name of an identity names, or UINT32_MAX where the file has
 * none. *@c: the name, parsed. Pure. */
uint32_t match_query_group(const struct vulndb *db, const char *name, struct cpe *c);
/* Write the version that is compared for the CPE name number @i of @id to @out; "" where none was
 * stated. *@c: that name, parsed. Pure. */
void match_query_version(const struct vd_identity *id, size_t i, const struct cpe *c,
                         char out[VERSION_BASE + VERSION_UPDATE]);

#endif
