/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vulndb.h - the knowledge: bytes from a service in, facts and verdicts out.
 *
 * The way of one answer:
 *
 *   raw bytes --vd_decode--> facts --vulndb_identify--> identity --vulndb_match--> hits
 *   facts + identity --vulndb_expose--> exposures;  hits + exposures --vd_score--> score
 *
 * Needs no network and no clock: where time matters it is an argument. A struct vulndb is read-only
 * and may be used by any number of threads, each with its own struct vd_scratch.
 */
#ifndef SONDE_VULNDB_H
#define SONDE_VULNDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "error.h"

/* ---- facts ----------------------------------------------------------------------------------- */

/*
 * One named value. Names are lower case and dotted, and mean the same in a rule, in JSON, in a CSV
 * column and in a query: "banner", "ssh.banner", "http.server", "http.title", "ssl.cn", ...
 * Values are bytes; numbers are decimal text, flags "true"/"false", times RFC 3339 UTC.
 * A name may occur several times ("ssl.san").
 */
struct vd_fact {
	const char *name;
	const char *value; /* @len bytes and a NUL behind them */
	size_t len;
};

/* What is known about one service: a growing list with its own memory. Not thread-safe. */
struct vd_facts;

enum {
	VD_FACTS_MAX = 128,        /* facts in one list; more are refused */
	VD_FACT_VALUE_MAX = 65536, /* longer values are cut */
	VD_FACT_NAME_MAX = 47,
};

/* An empty list; NULL: no memory. vd_facts_free(NULL) is fine; vd_facts_clear() empties a list and keeps
 * its memory. */
struct vd_facts *vd_facts_new(void);
void vd_facts_free(struct vd_facts *f);
void vd_facts_clear(struct vd_facts *f);
/* Append a copy. 0, -EINVAL (bad name), -ENOSPC (VD_FACTS_MAX), -ENOMEM. */
int vd_facts_add(struct vd_facts *f, const char *name, const void *value, size_t len);
/* False where memory was short for a fact since the list was new or cleared. */
bool vd_facts_complete(const struct vd_facts *f);
/* Append printf text, cut at 1023 bytes. */
int vd_facts_addf(struct vd_facts *f, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
size_t vd_facts_count(const struct vd_facts *f);
/* Fact number @i; valid until the list is changed. */
const struct vd_fact *vd_facts_at(const struct vd_facts *f, size_t i);
/* The first fact of that name, or NULL. */
const struct vd_fact *vd_facts_get(const struct vd_facts *f, const char *name);

/*
 * Take the first bytes a service sent apart into facts. @service is what the caller knows ("http",
 * "ssh", ...) or NULL: then the bytes themselves decide. Always adds "banner" (capped at 4096
 * bytes) and, where the protocol is recognised, its fields. @data is hostile. Returns the service's
 * name (static text) or NULL where the bytes say nothing.
 */
const char *vd_decode(const char *service, const void *data, size_t len, struct vd_facts *out);

/* The likely service of a port by custom ("ssh" for 22/tcp), or NULL. @transport: IANA number. */
const char *vd_port_service(uint16_t port, uint8_t transport);

/* ---- fragile devices ------------------------------------------------------------------------- */

enum vd_fragile_kind {
	VD_FRAGILE_PRINTER = 1, /* prints what it is sent */
	VD_FRAGILE_CONTROLLER,  /* controls or measures something: a plant, a building, a grid */
};

enum vd_fragile_ask {
	VD_FRAGILE_ASKED = 1,  /* every device there is known to take the request */
	VD_FRAGILE_ON_REQUEST, /* some devices are upset by it: only where the operator says so */
};

/* The ports @first to @last, which belong to fragile devices over TCP and over UDP. */
struct vd_fragile {
	uint16_t first, last;
	uint8_t kind;        /* enum vd_fragile_kind */
	uint8_t ask;         /* enum vd_fragile_ask */
	const char *service; /* the one that usually has these ports */
	/* The protocols whose identification request is all that may be sent; NULL: nothing may
	 * be. */
	const char *tcp, *udp;
	const char *source; /* who says that the port is such a device's */
};

/* All rows, by port. Static. */
const struct vd_fragile *vd_fragile_table(size_t *n);
/* The row of a port, or NULL: no fragile device's. @transport: IANA number. Static. Pure. */
const struct vd_fragile *vd_fragile_port(uint16_t port, uint8_t transport);
/* The protocol that may be asked there, or NULL: none. @on_request: the operator said so. Pure. */
const char *vd_fragile_request(const struct vd_fragile *f, uint8_t transport, bool on_request);
/* Whether a service that showed itself by its bytes is one that only fragile devices offer.
 * Pure. */
bool vd_fragile_service(const char *service);

/* ---- ports ----------------------------------------------------------------------------------- */

/* The @n most commonly open TCP ports, most common first: 1 <= n <= vd_top_ports(NULL, 0). */
size_t vd_top_ports(uint16_t *out, size_t n);

/* ---- the file -------------------------------------------------------------------------------- */

struct vulndb;
struct vd_scratch; /* per-thread working memory */

/*
 * Open a vulndb file read-only. @path NULL: $SONDE_VULNDB, else the installed one, else the one
 * beside the build. 0 or -errno (@err says which file and how to make one).
 */
int vulndb_open(const char *path, struct vulndb **out, struct error *err);
void vulndb_close(struct vulndb *db); /* NULL is fine */
struct vd_scratch *vd_scratch_new(const struct vulndb *db);
void vd_scratch_free(struct vd_scratch *s);

struct vulndb_info {
	char path[512];
	uint32_t format;
	int64_t built_us; /* microseconds since 1970, 0 = unknown */
	uint64_t size_bytes;
	uint32_t rules, products;  /* identification rules, distinct products in them */
	uint32_t cves, matches;    /* CVE records, CPE match criteria */
	uint32_t kev, epss, fixes; /* entries by feed; fixes: (CVE, release, package) rows */
	uint32_t exposures;        /* exposure rules */
	char model[32];            /* the score's model */
	char sources[1024];        /* one line a feed: name, date, count, licence */
	bool hyperscan;
	uint64_t match_limit_hits; /* patterns stopped by their match limit since open */
};

/* What the file holds and where it comes from. Any thread. */
void vulndb_describe(const struct vulndb *db, struct vulndb_info *out);

/* A digest of the rules, exposures and weights: files of which it is the same say the same of who a
 * service is and what is exposed, whatever they say of CVEs. */
void vulndb_digest(const struct vulndb *db, uint8_t out[16]);

/* ---- identity -------------------------------------------------------------------------------- */

enum { VD_CPE_LEN = 192, VD_CPES = 4 };

/* Who answers. Empty text = not known. Texts are sanitised UTF-8 and always terminated. */
struct vd_identity {
	char service[32];
	char service_source[12]; /* "banner", "tls", "port" */
	uint8_t confidence;      /* 0-100, of product and version */
	char product[96];
	char vendor[64];
	char version[64];
	char version_extra[96]; /* "Debian-2+deb12u3" */
	uint8_t cpe_count;
	char cpe[VD_CPES][VD_CPE_LEN]; /* CPE 2.3 formatted strings, the product's first */
	char os[64];
	char os_version[32];
	char os_cpe[VD_CPE_LEN];
	uint8_t os_confidence;
	char device[32]; /* "printer", "router", "camera", ... */
	char eol[12];    /* end-of-life date, YYYY-MM-DD */
	/* The distribution's package, as far as the banner names it. */
	char distro[16];          /* "debian", "ubuntu", "alpine", "rhel", ... */
	char distro_release[16];  /* "12", "22.04" */
	char package[64];         /* source package: "openssh" */
	char package_version[64]; /* "1:9.2p1-2+deb12u3" */
	/* How it is known. */
	char rule[64];                    /* the rule's id */
	char match_field[32];             /* the fact it matched on */
	uint32_t match_offset, match_len; /* which bytes of that fact */
};

/*
 * Say who answers from the facts. Facts that name an OS hint ("tcp.window", "tcp.ttl",
 * "tcp.options", "tcp.mss") are used as well. Returns 1 where a product was found, 0 where none
 * was, or -ENOMEM where a fact or a rule is missing for want of memory. *@out is always filled with
 * what was found (service at least, where a fact shows it).
 */
int vulndb_identify(const struct vulndb *db, struct vd_scratch *scratch,
                    const struct vd_facts *facts, struct vd_identity *out);

/*
 * Whether what was seen of a service shows that its host is a fragile device. A name that only the
 * port gave (service_source "port") shows nothing. Pure.
 */
bool vd_fragile_identity(const struct vd_identity *id);

/* ---- verdicts -------------------------------------------------------------------------------- */

enum vd_verdict_kind { VD_AFFECTED = 1, VD_POSSIBLE, VD_FIXED };
enum vd_severity { VD_SEV_NONE, VD_SEV_LOW, VD_SEV_MEDIUM, VD_SEV_HIGH, VD_SEV_CRITICAL };
enum vd_precision { VD_EXACT = 1, VD_BOUNDED, VD_UNBOUNDED, VD_PRODUCT_ONLY };

/* One hit: handles into the db it came from, meaningless with any other. */
struct vd_hit {
	uint32_t cve, match, fix, aux;
	uint8_t kind;       /* enum vd_verdict_kind */
	uint8_t confidence; /* 0-100 */
	uint8_t precision;  /* enum vd_precision */
	uint8_t flags;
};

/* A hit in words; what is stored and shown. */
struct vd_verdict {
	char cve[24];
	uint8_t kind; /* enum vd_verdict_kind */
	uint8_t confidence;
	uint8_t severity;  /* enum vd_severity */
	uint8_t precision; /* enum vd_precision */
	bool kev;
	uint8_t cvss_x10;     /* 98 = 9.8; 0 = no score */
	char cvss_version[4]; /* "3.1" */
	float epss;           /* < 0: not known */
	/* Evidence. */
	char cpe[96];       /* the criterion: "cpe:2.3:a:openbsd:openssh" */
	char version[64];   /* what was compared */
	char range[96];     /* ">=6.2 <8.8", "=9.2p1", "any" */
	char fixed_by[160]; /* "debian:bookworm openssh 1:9.2p1-2+deb12u3" */
	char why[96];       /* for possible: what is not known */
	char source[12];    /* "nvd", "debian" */
};

/*
 * All verdicts for an identity, affected first, then by CVE id; each CVE once. Returns how many
 * there are, of which at most @cap are written, or -ENOMEM: never fewer than there are.
 * Deterministic.
 */
int vulndb_match(const struct vulndb *db, struct vd_scratch *scratch,
                 const struct vd_identity *identity, struct vd_hit *out, size_t cap);
void vulndb_verdict(const struct vulndb *db, const struct vd_identity *identity,
                    const struct vd_hit *hit, struct vd_verdict *out);

/* ---- exposures and the score ----------------------------------------------------------------- */

/* A finding that needs no CVE. */
struct vd_exposure {
	char id[40];      /* "redis-no-auth" */
	uint8_t severity; /* enum vd_severity */
	uint8_t base;     /* of the score table */
	char title[96];
};

enum { VD_EXPOSURES_MAX = 16 };

/* A service as exposures see it. */
struct vd_subject {
	const struct vd_identity *identity;
	const struct vd_facts *facts;
	uint16_t port;
	uint8_t transport; /* IP protocol number */
};

/* The exposures of one service; returns how many. @now_us: microseconds since 1970 (certificate and
 * end-of-life dates). Pure. */
size_t vulndb_expose(const struct vulndb *db, const struct vd_subject *service, int64_t now_us,
                     struct vd_exposure out[VD_EXPOSURES_MAX]);

/* Whether exposures hang on the date that a fact of this name states; an identity's @eol is one,
 * too. */
bool vd_fact_is_date(const char *name, size_t len);
/* Whether such a date, of RFC 3339 or its beginning, lies in what has passed from @then_us to
 * @now_us. Pure. */
bool vd_date_reached(const char *date, size_t len, int64_t then_us, int64_t now_us);

enum vd_level { VD_SAFE, VD_LOW, VD_MODERATE, VD_DANGEROUS, VD_CRITICAL };

/* One finding as the score sees it. */
struct vd_finding {
	char code[32]; /* "kev-affected", "cvss-high", "exposure", "new-port", ... */
	char ref[40];  /* CVE or exposure id */
	uint16_t port;
	uint8_t transport;
	uint8_t base; /* 0-100 */
};

enum { VD_REASONS_MAX = 8 };

struct vd_score {
	uint8_t value; /* 0-100 */
	uint8_t level; /* enum vd_level */
	uint8_t reason_count;
	struct vd_finding reasons[VD_REASONS_MAX]; /* the highest first */
};

/*
 * The score's table: what findings weigh, from data/score.tsv. Read-only once it is open; any
 * number of threads. Every vulndb file has one; where there is no file at hand, a text kept from
 * one (vd_model_text()) or the one that comes with the program serve.
 */
struct vd_model;

const struct vd_model *vulndb_model(const struct vulndb *db); /* lives as long as @db */
/* Parse a table. 0, -EINVAL, -ENOMEM. */
int vd_model_open(const char *text, size_t len, struct vd_model **out);
int vd_model_bundled(struct vd_model **out);
void vd_model_close(struct vd_model *m);             /* NULL is fine; not of a file's */
const char *vd_model_name(const struct vd_model *m); /* "exposure/1" */
const char *vd_model_text(const struct vd_model *m); /* what it was read from */

/* The numbers of a table that explain a score. */
struct vd_model_rules {
	uint8_t possible_less; /* taken off where a hit is only possible */
	uint8_t further_from;  /* further findings count from this base on */
	int64_t new_port_us;   /* how long a port is new */
};
struct vd_model_rules vd_model_rules(const struct vd_model *m);

/* Where a finding is, and when that is asked. A new port's findings weigh more; @opened_us 0: not
 * new. */
struct vd_spot {
	uint16_t port;
	uint8_t transport;
	int64_t opened_us, now_us;
};

/* The finding of one verdict or exposure; base 0 = no finding. Pure. */
struct vd_finding vd_finding_verdict(const struct vd_model *m, const struct vd_verdict *v,
                                     const struct vd_spot *at);
struct vd_finding vd_finding_exposure(const struct vd_model *m, const struct vd_exposure *e,
                                      const struct vd_spot *at);
/* The finding that every open port has, by whether its service is known and its number usual. */
struct vd_finding vd_finding_service(const struct vd_model *m, const struct vd_identity *id,
                                     const struct vd_spot *at);

/* The highest and what further ones add, at most the table's top. Pure. */
void vd_score(const struct vd_model *m, const struct vd_finding *findings, size_t n,
              struct vd_score *out);
const char *vd_level_name(uint8_t level);       /* "Critical" */
const char *vd_severity_name(uint8_t severity); /* "critical" */
const char *vd_kind_name(uint8_t kind);         /* "affected" */

/* ---- versions -------------------------------------------------------------------------------- */

/* Order of two upstream versions as people mean it ("1.9" < "1.10", "8.2p1" > "8.2", "2.0-rc1" <
 * "2.0"): <0, 0, >0. Pure; any text is a version. */
int vd_version_compare(const char *a, const char *b);

/* ---- building and asking --------------------------------------------------------------------- */

/* What `vulndb build`/`update` reads; NULL members are left out. Directories or files. */
struct vulndb_sources {
	const char *rules_dir;    /* own rules (*.rules), exposures.tsv and score.tsv */
	const char *facts_dir;    /* the bundled facts in compact form */
	const char *const *feeds; /* NVD, KEV, EPSS, Debian/OSV, Recog: recognised by content */
	size_t feed_count;
	/* The file in use, to lay over what the feeds have newer; NULL = build afresh. Its rules
	 * are kept unless @rules_dir is given, its exposures and score where the folders have none.
	 * It may be the path that is built. */
	const char *base;
	int64_t now_us;
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *progress_arg;
	/* A file in a folder or an archive that is no feed; its name is hostile. NULL = nobody
	 * asks. */
	void (*passed_over)(void *arg, const char *path);
	void *passed_over_arg;
};

/* Build @path afresh and put it in place by rename: whoever has the old one open keeps it. A broken
 * feed changes nothing and @err says where it broke. 0 or -errno. */
int vulndb_build(const char *path, const struct vulndb_sources *sources, struct error *err);

/* Check a rule file and run its examples, or a table of exposures or of the score where the name
 * ends in ".tsv"; every complaint is one line "file:line:column: text" on @out. Returns the number
 * of complaints, or -errno. */
int vulndb_lint(const char *path, FILE *out);

/* Turn a CPE 2.3 (or 2.2 URI) name into an identity to match. 0 or -EINVAL with @err. */
int vd_identity_from_cpe(const char *cpe, struct vd_identity *out, struct error *err);

/* What the file says of one CVE. Texts live as long as the file is open, or until the callback
 * returns. */
struct vd_cve {
	uint8_t cvss_x10;         /* 98 = 9.8 */
	uint8_t cvss_version_x10; /* 31 = CVSS 3.1; 0: no score */
	uint8_t severity;         /* enum vd_severity */
	const char *vector;       /* of CVSS */
	/* since when it is known to be exploited, "2024-01-31"; "": it is not */
	char kev_date[12];
	float epss; /* < 0: not known */
};

/* A product and its versions. */
struct vd_cve_criterion {
	bool vulnerable; /* it is affected; false: it is what an affected product must run with */
	const char *cpe; /* behind "cpe:2.3:" */
	char range[96];  /* ">=6.2 <8.8", "any" */
};

enum vd_cve_state { VD_CVE_FIXED, VD_CVE_NOT_FIXED, VD_CVE_NOT_AFFECTED };

/* What a release of a distribution did about it. */
struct vd_cve_fix {
	enum vd_cve_state state;
	char release[64]; /* "debian:bookworm" */
	const char *package;
	const char *version; /* of the package that has the fix */
};

/* Takes what is known of a CVE; a member may be NULL. */
struct vd_cve_visitor {
	void *arg;
	void (*head)(void *arg, const struct vd_cve *cve);
	void (*criterion)(void *arg, const struct vd_cve_criterion *c);
	void (*fix)(void *arg, const struct vd_cve_fix *f);
};

/* Tell @v all about the CVE of that id: the head, each criterion, each fix. 0, -EINVAL (no CVE id),
 * -ENOENT. */
int vulndb_cve(const struct vulndb *db, const char *id, const struct vd_cve_visitor *v);

#endif
