/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.h - the vulndb file: tables of fixed layout, used in place through one read-only mapping.
 *
 * The file is an LMDB environment without sub-directory. Each table is one value under its own key,
 * an array of the records below (little endian, no pointers, texts are offsets into the "str"
 * table). Where a record refers to several records of another table, it has the index of the first
 * and their number, such as @conf and @confs. A file is written once and replaced by rename;
 * nothing in it is parsed when it is opened.
 */
#ifndef SONDE_VULNDB_DB_H
#define SONDE_VULNDB_DB_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vulndb.h"

enum {
	DB_FORMAT = 5,         /* raised whenever a record below changes */
	DB_NONE = 0,           /* offset of the empty text */
	DB_MAGIC = 0x44564453, /* "SDVD" */
};

/* The tables of the file; db.c has their keys. */
enum db_table_id {
	DB_META,   /* one struct db_meta */
	DB_STR,    /* NUL-terminated texts; offset 0 is "" */
	DB_CVE,    /* struct db_cve, by id */
	DB_CONF,   /* struct db_conf, by CVE */
	DB_NODE,   /* struct db_node, by configuration */
	DB_CRIT,   /* struct db_crit, by node */
	DB_QUAL,   /* struct db_qual, distinct */
	DB_NAME,   /* struct db_name: open-addressing hash, a power of two of slots */
	DB_GROUP,  /* struct db_group */
	DB_VER,    /* struct db_ver: version keys, by group then order */
	DB_EXACT,  /* struct db_exact, by group, version, criterion */
	DB_RANGE,  /* struct db_range, by group, criterion */
	DB_PKG,    /* struct db_pkg, by distribution, family, release, package */
	DB_FAMILY, /* struct db_family: open-addressing hash over (distro, family) */
	DB_FAMCVE, /* uint32_t: indices of CVEs that any release of the family names, ascending */
	DB_FIX,    /* struct db_fix, by package, CVE */
	DB_FIXVER, /* uint32_t text offsets of package versions, by package then order */
	DB_EXPO,   /* the exposure rules' text */
	DB_RULES,  /* the compiled identification rules */
	DB_SPARE,  /* struct db_spare: probabilities of CVEs that have no record in DB_CVE */
	DB_SCORE,  /* the text of the score's table */
	DB_BLOCK,  /* struct db_block, one for every DB_BLOCK_RANGES records of DB_RANGE */
	DB_TABLES
};

struct db_meta {
	uint32_t magic, format;
	int64_t built_us;
	uint64_t file_size;        /* how many bytes the whole file has at least */
	uint64_t bytes[DB_TABLES]; /* true length of each table */
	uint32_t cves, matches, kev, epss, fixes, exposures;
	char sources[1024];
};

enum db_cve_flag { DB_CVE_KEV = 1, DB_CVE_EPSS = 2, DB_CVE_REJECTED = 4 /* while building */ };

struct db_cve {
	uint32_t year, number; /* CVE-year-number */
	uint32_t vector;       /* CVSS vector text */
	uint32_t conf, confs;  /* its configurations in DB_CONF */
	uint32_t kev_date;     /* yyyymmdd, 0 = not listed */
	float epss;            /* < 0: not known */
	uint8_t cvss_x10, severity;
	uint8_t cvss_version; /* 20, 30, 31, 40; 0 = none */
	uint8_t flags;
	uint32_t modified; /* seconds since 1970 of the record's last change, 0 = not known */
	uint32_t kev_name; /* text: what the list of exploited ones calls it */
	uint32_t cwes;     /* text: its weaknesses, "CWE-22 CWE-77" */
	uint8_t ssvc;      /* see below */
	uint8_t pad[3];
};
static_assert(sizeof(struct db_cve) == 48, "db_cve is part of the file format");

/* The decision points of SSVC, CISA's way to say what to do first. Two bits each, 0 = not stated. */
enum db_ssvc {
	DB_SSVC_EXPLOITATION = 0, /* 1 none, 2 poc, 3 active */
	DB_SSVC_AUTOMATABLE = 2,  /* 1 no, 2 yes */
	DB_SSVC_IMPACT = 4,       /* 1 partial, 2 total */
};

enum db_op { DB_OR, DB_AND };

struct db_conf {
	uint32_t cve;
	uint32_t node, nodes;
	uint8_t op, negate, pad[2];
};
static_assert(sizeof(struct db_conf) == 16, "db_conf is part of the file format");

struct db_node {
	uint32_t conf;
	uint32_t crit, crits;
	uint8_t op, negate, pad[2];
};
static_assert(sizeof(struct db_node) == 16, "db_node is part of the file format");

enum db_crit_flag {
	DB_C_VULNERABLE = 1 << 0,
	DB_C_ANY = 1 << 1,       /* version "*" and no bound */
	DB_C_NA = 1 << 2,        /* version "-" */
	DB_C_EXACT = 1 << 3,     /* one stated version */
	DB_C_LO = 1 << 4,        /* has a lower bound */
	DB_C_HI = 1 << 5,        /* has an upper bound */
	DB_C_LO_OPEN = 1 << 6,   /* the lower bound itself is outside */
	DB_C_HI_OPEN = 1 << 7,   /* the upper bound itself is outside */
	DB_C_ODD = 1 << 8,       /* a bound is no version, a date, or understood in part only */
	DB_C_QUAL = 1 << 9,      /* update, edition or target restricts: look at the qualifiers */
	DB_C_SHADOWED = 1 << 10, /* "-" beside versions or bounds of the same CVE and product */
	DB_C_BOUND_UPDATE = 1 << 11, /* a bound has an update: compare the texts, too */
	/* an exact version without an update beside the same one with an update in the same CVE: it
	 * means this release alone */
	DB_C_BARE = 1 << 12,
	/* the bits from here on are the number of the platform that it names: cve_platform() */
	DB_C_PLATFORM = 1 << 16,
};

/*
 * One CPE match criterion. A version's ordinal within its group is 2i+1 for the i-th known version
 * and 2i for the gap before it. @lo and @hi are such ordinals, and both lie inside the range.
 */
struct db_crit {
	uint32_t cve, node, group;
	uint32_t name; /* "a:vendor:product" as the criterion spells it */
	uint32_t lo, hi;
	uint32_t lo_text, hi_text; /* the bounds, or the exact version in lo_text */
	uint32_t qual;
	uint32_t flags;
};
static_assert(sizeof(struct db_crit) == 40, "db_crit is part of the file format");

struct db_qual {
	uint32_t update, edition, language, sw_edition, target_sw, target_hw;
};

struct db_name {
	uint32_t text; /* "a:vendor:product"; 0 = free */
	uint32_t group;
};

/* Names that mean one product share a group. */
struct db_group {
	uint32_t ver, vers;
	uint32_t exact, exacts;
	uint32_t range, ranges;
	uint32_t comps;    /* how many numbers a full version of it usually has */
	uint32_t packages; /* source packages that contain it: "netkit-telnet inetutils" */
};

/* The key of a version. Most keys differ in @head already, so that few texts are compared. */
struct db_ver {
	uint64_t head; /* the first eight bytes, the first one highest; zeros behind the end */
	uint32_t text, pad;
};
static_assert(sizeof(struct db_ver) == 16, "db_ver is part of the file format");

/* The head of @text: two heads that differ compare as their texts do. */
static inline uint64_t db_ver_head(const char *text)
{
	uint64_t head = 0;
	int i = 0;

	for (; i < 8 && text[i] != '\0'; i++)
		head = head << 8 | (unsigned char)text[i];
	return i == 0 ? 0 : head << 8 * (8 - i);
}

/*
 * DB_EXACT and DB_RANGE list the vulnerable criteria by product. Each record holds what it takes to
 * judge its criterion, so that most are judged without a look at DB_CRIT. DB_S_PLAIN: the criterion
 * stands alone, without qualifier, platform, AND or negation.
 */
enum db_sure {
	DB_S_PLAIN = 1,
	DB_S_LO = 2,      /* the lower bound itself is inside, whatever its update */
	DB_S_HI = 4,      /* the upper bound likewise */
	DB_S_BOUNDED = 8, /* it has an upper bound */
	/* the bits from here on are the tag of an exact version's update, 0 = none:
	 * db_update_tag() */
	DB_S_UPDATE = 256,
};

/* A tag of 24 bits, never 0, for an update. Updates with different tags differ. */
static inline uint32_t db_update_tag(const char *update)
{
	uint32_t hash = 2166136261u;

	for (; *update != '\0'; update++)
		hash = (hash ^ (unsigned char)*update) * 16777619u;
	return (hash ^ hash >> 24) & 0xffffff ? (hash ^ hash >> 24) & 0xffffff : 1;
}

struct db_exact {
	uint32_t ord, crit, cve;
	uint32_t sure; /* enum db_sure */
};

struct db_range {
	uint32_t lo, hi, crit, cve;
	uint32_t sure;
};

/* The ordinals that the ranges of a block cover all together. The ranges of a product are in the
 * order of their CVEs, so most blocks lie below or above a given version and are skipped as a
 * whole. */
enum { DB_BLOCK_RANGES = 16 };
struct db_block {
	uint32_t lo, hi;
};

struct db_family {
	uint32_t distro, family; /* texts; 0 = free */
	uint32_t pkg, pkgs;
	uint32_t cve, cves; /* into DB_FAMCVE */
};

struct db_pkg {
	uint32_t distro, release, package;
	uint32_t fix, fixes;
	uint32_t ver, vers;
};

enum db_fix_flag {
	DB_F_UNFIXED = 1,
	DB_F_UNIMPORTANT = 2,
	DB_F_NEVER = 4,
	/* from a source that knows this release only: it says nothing of the others */
	DB_F_PARTIAL = 8,
};

/* A package is vulnerable from @lo to below @hi (ordinals within the package's versions). */
struct db_fix {
	uint32_t cve;
	uint32_t lo, hi;
	uint32_t fixed; /* text of the fixed version, 0 = none */
	uint32_t flags;
};

struct db_spare {
	uint32_t year, number;
	float epss;
};

struct db_table {
	const void *data;
	uint32_t count; /* records */
};

struct rules;
struct rules_scratch;
struct match_scratch;

struct vulndb {
	void *env, *txn; /* LMDB's, owned */
	struct db_table table[DB_TABLES];
	const struct db_meta *meta;
	struct rules *rules;              /* owned; NULL where the file has none */
	struct exposure_table *exposures; /* owned */
	struct vd_model *model;           /* owned */
	uint64_t size_bytes;
	char path[512];
};

struct vd_scratch {
	struct rules_scratch *rules; /* NULL where the file has no rules */
	struct match_scratch *match;
};

/*
 * Map the file @path and set the tables of *@db, which must be zeroed. 0 or -errno: -EINVAL (not a
 * vulndb file, or cut short), -EPROTONOSUPPORT (another format). Call db_close() in either case.
 */
int db_open(struct vulndb *db, const char *path);
void db_close(struct vulndb *db);

/* The text at an offset of DB_STR; "" where the offset lies outside the table. */
static inline const char *db_text(const struct vulndb *db, uint32_t offset)
{
	if (offset >= db->table[DB_STR].count)
		return "";
	return (const char *)db->table[DB_STR].data + offset;
}

static inline const struct db_cve *db_cves(const struct vulndb *db)
{
	return db->table[DB_CVE].data;
}

static inline const struct db_conf *db_confs(const struct vulndb *db)
{
	return db->table[DB_CONF].data;
}

static inline const struct db_node *db_nodes(const struct vulndb *db)
{
	return db->table[DB_NODE].data;
}

static inline const struct db_crit *db_crits(const struct vulndb *db)
{
	return db->table[DB_CRIT].data;
}

static inline const struct db_group *db_groups(const struct vulndb *db)
{
	return db->table[DB_GROUP].data;
}

/*
 * Write @tables into a temporary file beside @path, sync it, and rename it to @path. @bytes[i] is
 * the length of @tables[i] in bytes; db_write() fills in the magic, format, lengths and size of
 * @meta. 0 or -errno with @err.
 */
int db_write(const char *path, const void *const tables[DB_TABLES], const uint64_t bytes[DB_TABLES],
             struct db_meta *meta, struct error *err);

#endif
