/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build.h - collects the facts of all feeds in memory, from which a vulndb file is made.
 *
 * A feed adds a record from the inside out, so that it may give its members in any order: criteria,
 * then the node that holds them, then the configuration, then the CVE. Calls that can fail return
 * 0, -EINVAL (the record is refused), -E2BIG (a cap of the whole build) or -ENOMEM. One thread.
 */
#ifndef SONDE_VULNDB_BUILD_H
#define SONDE_VULNDB_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "pool.h"

struct cpe;

enum {
	BUILD_CVES_MAX = 4000000,
	BUILD_CRITS_MAX = 64000000,
	BUILD_FIXES_MAX = 32000000,
	BUILD_NAMES_MAX = 16000000,
};

/* One row of a package's history: vulnerable from @introduced to below @fixed. Texts are pool
 * offsets. */
struct build_fix {
	uint32_t distro, release, package;
	uint32_t year, number;
	uint32_t introduced, fixed; /* offset 0: from the first version / not fixed */
	uint32_t flags;             /* enum db_fix_flag */
	/* 1: it is from the file in use, and a feed's row replaces it */
	uint32_t present;
};

struct build_epss {
	uint32_t year, number;
	float epss;
};

struct build_kev {
	uint32_t year, number, date;
	uint32_t name; /* text; 0: none */
};

/* The CVSS vector that a feed of packages states for a CVE. */
struct build_vector {
	uint32_t year, number, vector;
};

struct build_alias {
	uint32_t name, canonical; /* "a:vendor:product" */
};

/* A product's name in the CPE dictionary, and the product that replaced it; @target 0: the name is
 * valid, or nothing replaced it. */
struct build_rename {
	uint32_t name, target; /* "a:vendor:product" */
};

/* The packages that a product is shipped in. */
struct build_package {
	uint32_t name, packages; /* "a:vendor:product", "openssh openssh-ssh1" */
};

/* What was read from all feeds of one kind. */
struct build_source {
	char name[24], date[32], licence[32];
	uint64_t count;
	uint32_t files;
};

struct build {
	struct pool pool;
	struct vec cves; /* struct db_cve, in order of arrival */
	struct vec confs, nodes, crits, quals;
	struct vec kevs, epss, fixes, aliases, packages;
	struct vec vectors;           /* struct build_vector */
	struct vec renames;           /* struct build_rename */
	struct hash_table qual_index; /* struct db_qual -> its index in @quals */
	/* Where the members of the record in progress begin. */
	size_t open_conf, open_node, open_crit;
	char *exposures; /* the text of exposures.tsv */
	char *score;     /* the text of score.tsv */
	uint32_t exposure_count;
	void *rules; /* a compiled rule set */
	size_t rules_len;
	struct vec sources;                               /* struct build_source */
	void (*passed_over)(void *arg, const char *path); /* as in struct vulndb_sources */
	void *passed_over_arg;
	char *old_sources; /* the source lines of the file in use */
	/* when the file that is being read was last changed: the date of a feed that states none */
	char file_date[32];
	/* year << 32 | number -> when the record in the file in use last changed */
	struct map modified;
	/* uint64_t: build_place() of each package whose feed tells everything about it */
	struct vec whole;
};

/* A CPE match of a feed; NULL bounds are absent. */
struct build_match {
	const char *criteria;
	const char *start, *end;
	bool start_open, end_open; /* the bound itself is outside */
	bool vulnerable;
};

struct build_cve {
	uint32_t year, number;
	uint8_t cvss_x10, cvss_version;
	const char *vector;
	uint32_t kev_date; /* 0 = not listed */
	uint32_t modified; /* seconds since 1970, 0 = not known */
	bool rejected;     /* NVD has rejected the record */
	const char *cwes;  /* "CWE-22 CWE-77"; NULL: none */
	uint8_t ssvc;      /* as in struct db_cve */
};

/* Make an empty build, and free it. 0 or -ENOMEM. One thread. */
int build_init(struct build *b);
void build_fini(struct build *b);

/*
 * Add a CVE from the inside out: its matches, then the node that holds them, then the configuration
 * that holds the nodes, last the CVE itself, which takes all configurations since the CVE before.
 * Texts are copied. 0, -EINVAL (not a CPE name), -E2BIG (more than the file can hold), -ENOMEM.
 */
int build_match(struct build *b, const struct build_match *m);
int build_node(struct build *b, bool and, bool negate);
int build_conf(struct build *b, bool and, bool negate);
int build_cve(struct build *b, const struct build_cve *c);
/* Drop all that was added since the last CVE. */
void build_drop(struct build *b);

/* Add what other feeds know of a CVE: that it is exploited since @date (yyyymmdd) and how the list of
 * those calls it (NULL or "": it does not say), the probability
 * that it will be (0 to 1), a fix of a distribution. The order of feeds does not matter. 0, -E2BIG,
 * -ENOMEM. */
int build_kev(struct build *b, uint32_t year, uint32_t number, uint32_t date, const char *name);
int build_epss(struct build *b, uint32_t year, uint32_t number, float epss);
int build_fix(struct build *b, const struct build_fix *fix);
/* Add a CVSS vector for a CVE that has no score of its own; a vector that cvss_base() cannot score
 * is skipped. 0, -E2BIG, -ENOMEM. */
int build_vector(struct build *b, uint32_t year, uint32_t number, const char *vector);
/* Add what a dictionary says of one name: @target is the product that replaced it, 0 where none
 * did. 0, -E2BIG, -ENOMEM. */
int build_rename(struct build *b, uint32_t name, uint32_t target);
/* Add "a:vendor:product" of a CPE name to the pool. Returns its offset; 0 where it is too long, or
 * without memory. */
uint32_t build_name(struct build *b, const struct cpe *c);
/* Add a feed's text, for people and terminals, to the pool: characters that are not printable ASCII
 * become "?", and it is cut to 255 bytes. Returns its offset; 0 for "" or without memory. */
uint32_t build_text(struct build *b, const char *text);
/* The index of a set of qualifiers, which is added where it is new; equal sets share one. */
uint32_t build_qual(struct build *b, const struct db_qual *q);
/* Note that a file of a kind was read. Of each kind, the newest date and the sum of @count stay. */
void build_source(struct build *b, const struct build_source *s);
/* Write lines "what, date, count, licence" for people to @out, cut to @size: those of this build,
 * then those of the file in use for kinds that this build did not read. */
void build_sources_text(const struct build *b, char *out, size_t size);
/* A hash of distribution, release and package, which are all pool offsets; never 0. Pure. */
uint64_t build_place(uint32_t distro, uint32_t release, uint32_t package);
/* Note that the feed tells everything about the package of @fix in its release, so that the build
 * drops what the file in use says of it. 0 or -ENOMEM. */
int build_whole(struct build *b, const struct build_fix *fix);
/* Whether the file in use has a record of the CVE that is at least as new as one changed at
 * @modified (seconds since 1970, 0 = not known). */
bool build_is_known(const struct build *b, uint32_t year, uint32_t number, uint32_t modified);

/* "2021-11-03..." -> 20211103, 0 where it is none. */
uint32_t build_date(const char *text, size_t len);
/* "2021-11-03T10:11:12..." -> seconds since 1970, 0 where it is none. */
uint32_t build_time(const char *text, size_t len);
/* The severity (enum vd_severity) of a score by the bands of its CVSS version. Pure. */
uint8_t build_severity(uint8_t cvss_x10, uint8_t cvss_version);

/* Set the tables of exposures and of the score: from the folders, else from the file in use; for
 * the score, else the program's own weights. Checks both. 0 or -errno with @err. */
int build_tables(struct build *b, const struct vulndb_sources *s, struct error *err);

#endif
