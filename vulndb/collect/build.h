/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build.h - the facts of all feeds in memory, on their way into a vulndb file.
 *
 * A record is told from the inside out, so that a feed may give its members in any order: criteria,
 * then the node that holds them, then the configuration, then the CVE. All calls return 0, -EINVAL
 * (the record is refused), -E2BIG (a cap of the whole build) or -ENOMEM. One thread.
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
	uint32_t introduced, fixed; /* "" = from the first / not fixed */
	uint32_t flags;             /* enum db_fix_flag */
	uint32_t present;           /* 1: of the file in use: gives way to what a feed says */
};

struct build_epss {
	uint32_t year, number;
	float epss;
};

struct build_kev {
	uint32_t year, number, date;
};

/* The CVSS vector that a feed of packages gives a CVE. */
struct build_vector {
	uint32_t year, number, vector;
};

struct build_alias {
	uint32_t name, canonical; /* "a:vendor:product" */
};

/* A dictionary's name of a product, and the product it gave way to; 0 = it stands, or gave way to
 * none. */
struct build_rename {
	uint32_t name, target; /* "a:vendor:product" */
};

/* The packages that a product is shipped in. */
struct build_package {
	uint32_t name, packages; /* "a:vendor:product", "openssh openssh-ssh1" */
};

/* What was read of one kind of feed. */
struct build_source {
	char name[24], date[32], licence[32];
	uint64_t count;
	uint32_t files;
};

struct build {
	struct pool pool;
	struct vec cves; /* struct db_cve in order of arrival */
	struct vec confs, nodes, crits, quals;
	struct vec kevs, epss, fixes, aliases, packages;
	struct vec vectors;           /* struct build_vector */
	struct vec renames;           /* struct build_rename */
	struct hash_table qual_index; /* where in @quals one stands */
	/* What the record in progress has begun with. */
	size_t open_conf, open_node, open_crit;
	char *exposures; /* the text of exposures.tsv */
	char *score;     /* the text of score.tsv */
	uint32_t exposure_count;
	void *rules; /* a compiled rule set */
	size_t rules_len;
	struct vec sources;                               /* struct build_source */
	void (*passed_over)(void *arg, const char *path); /* as in struct vulndb_sources */
	void *passed_over_arg;
	char *old_sources;   /* the lines of the file in use */
	struct map modified; /* year << 32 | number -> the present record's last change */
	/* uint64_t: build_place() of packages of which a feed told everything */
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
	bool rejected;     /* there is no such vulnerability any more */
};

/* An empty build, and its end. 0 or -ENOMEM. One thread. */
int build_init(struct build *b);
void build_fini(struct build *b);

/*
 * A CVE from the inside out: its matches, then the node that holds them, then the configuration that
 * holds the nodes, last the CVE itself, to which all since the CVE before belong. Texts are copied. 0,
 * -EINVAL (not a CPE name), -E2BIG (more than the file can hold), -ENOMEM.
 */
int build_match(struct build *b, const struct build_match *m);
int build_node(struct build *b, bool and, bool negate);
int build_conf(struct build *b, bool and, bool negate);
int build_cve(struct build *b, const struct build_cve *c);
/* Forget what was begun since the last CVE. */
void build_drop(struct build *b);

/* What other feeds know of a CVE: exploited since @date (yyyymmdd), the probability that it will be (0 to
 * 1), a fix of a distribution. The order of feeds does not matter. 0, -E2BIG, -ENOMEM. */
int build_kev(struct build *b, uint32_t year, uint32_t number, uint32_t date);
int build_epss(struct build *b, uint32_t year, uint32_t number, float epss);
int build_fix(struct build *b, const struct build_fix *fix);
/* A CVSS vector for a CVE that has no score of its own; what is none is passed over. */
int build_vector(struct build *b, uint32_t year, uint32_t number, const char *vector);
/* What a dictionary says of one name: @target is the product that replaced it, 0 where none did. */
int build_rename(struct build *b, uint32_t name, uint32_t target);
/* "a:vendor:product" of a CPE name as a pool offset; 0 where it is too long, or without memory. */
uint32_t build_name(struct build *b, const struct cpe *c);
/* Text of a feed for people and terminals: what is not printable ASCII becomes "?". Cut to 255
 * bytes. */
uint32_t build_text(struct build *b, const char *text);
/* The index of a set of qualifiers; equal sets share one. */
uint32_t build_qual(struct build *b, const struct db_qual *q);
/* Note that a file of a kind was read: the newest date and the sum count. */
void build_source(struct build *b, const struct build_source *s);
/* Lines "what, date, count, licence" for people: of this build, then those of the file in use. */
void build_sources_text(const struct build *b, char *out, size_t size);
/* A number for (distribution, release, package), all pool offsets. */
uint64_t build_place(uint32_t distro, uint32_t release, uint32_t package);
/* Of this package of a release the feed tells everything: what the file in use says of it is
 * dropped. */
int build_whole(struct build *b, const struct build_fix *fix);
/* Whether the present record of a CVE is as new as one changed at @modified. */
bool build_is_known(const struct build *b, uint32_t year, uint32_t number, uint32_t modified);

/* "2021-11-03..." -> 20211103, 0 where it is none. */
uint32_t build_date(const char *text, size_t len);
/* "2021-11-03T10:11:12..." -> seconds since 1970, 0 where it is none. */
uint32_t build_time(const char *text, size_t len);
/* Severity by the bands of the CVSS version. */
uint8_t build_severity(uint8_t cvss_x10, uint8_t cvss_version);

/* The tables of exposures and of the score: of the folders, where they have none of the file in
 * use, else the program's own weights; checked. 0 or -errno with @err. */
int build_tables(struct build *b, const struct vulndb_sources *s, struct error *err);

#endif
