/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build.h - the facts of all feeds in memory, on their way into a vulndb file.
 *
 * A record is told from the inside out, so that a feed may give its members in any order: criteria,
 * then the node that holds them, then the configuration, then the CVE. All calls return 0, -EINVAL (the
 * record is refused), -E2BIG (a cap of the whole build) or -ENOMEM. One thread.
 */
#ifndef SONDE_VULNDB_BUILD_H
#define SONDE_VULNDB_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "pool.h"

enum {
	BUILD_CVES_MAX = 4000000,
	BUILD_CRITS_MAX = 64000000,
	BUILD_FIXES_MAX = 32000000,
};

/* One row of a package's history: vulnerable from @introduced to below @fixed. Texts are pool offsets. */
struct build_fix {
	uint32_t distro, release, package;
	uint32_t year, number;
	uint32_t introduced, fixed; /* "" = from the first / not fixed */
	uint32_t flags;             /* enum db_fix_flag */
};

struct build_epss {
	uint32_t year, number;
	float epss;
};

struct build_kev {
	uint32_t year, number, date;
};

struct build_alias {
	uint32_t name, canonical; /* "a:vendor:product" */
};

/* The packages that a product is shipped in. */
struct build_package {
	uint32_t name, packages; /* "a:vendor:product", "openssh openssh-ssh1" */
};

struct build {
	struct pool pool;
	struct vec cves;   /* struct db_cve in order of arrival */
	struct vec confs, nodes, crits, quals;
	struct vec kevs, epss, fixes, aliases, packages;
	struct map qual_index;
	/* What the record in progress has begun with. */
	size_t open_conf, open_node, open_crit;
	char *exposures;   /* the text of exposures.tsv */
	uint32_t exposure_count;
	void *rules;       /* a compiled rule set */
	size_t rules_len;
	char sources[1024];
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
};

int build_init(struct build *b);
void build_fini(struct build *b);

int build_match(struct build *b, const struct build_match *m);
int build_node(struct build *b, bool and, bool negate);
int build_conf(struct build *b, bool and, bool negate);
int build_cve(struct build *b, const struct build_cve *c);
/* Forget what was begun since the last CVE. */
void build_drop(struct build *b);

int build_kev(struct build *b, uint32_t year, uint32_t number, uint32_t date);
int build_epss(struct build *b, uint32_t year, uint32_t number, float epss);
int build_fix(struct build *b, const struct build_fix *fix);
/* A line "what, date, count, licence" for people. */
void build_source(struct build *b, const char *line);

/* "CVE-2014-0160" -> year, number. False where it is none. */
bool build_cve_id(const char *text, size_t len, uint32_t *year, uint32_t *number);
/* "2021-11-03..." -> 20211103, 0 where it is none. */
uint32_t build_date(const char *text, size_t len);
/* Severity by the bands of the CVSS version. */
uint8_t build_severity(uint8_t cvss_x10, uint8_t cvss_version);

/* A package's name without its version: "php8.2" -> "php", "postgresql-15" -> "postgresql". */
size_t build_family(const char *package);

/* Bring everything into the tables' order and write the file. */
int build_write(struct build *b, const char *path, const struct vulndb_sources *s,
		struct vd_error *err);

#endif
