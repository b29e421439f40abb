/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vulndb.h - the vulnerability database: turns the bytes of a service into facts, an identity and
 * verdicts.
 *
 * The steps from an answer to a score:
 *
 *   raw bytes --vd_decode--> facts --vulndb_identify--> identity --vulndb_match--> hits
 *   identities of a host --vd_host_hints--> hint --vulndb_hint--> identity, before it is matched
 *   facts + identity --vulndb_expose--> exposures;  hits + exposures --vd_score--> score
 *
 * Nothing here uses the network or a clock: a function that depends on the time takes it as an
 * argument. A struct vulndb is read-only and may be used by any number of threads, each with its
 * own struct vd_scratch.
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
	const char *value; /* @len bytes, followed by a NUL */
	size_t len;
};

/* The facts about one service: a growing list that owns its memory. Not thread-safe. */
struct vd_facts;

enum {
	VD_FACTS_MAX = 160,        /* facts in one list; more are refused */
	VD_FACT_VALUE_MAX = 65536, /* longer values are cut */
	VD_FACT_NAME_MAX = 47,
	VD_BANNER_MAX = 4096, /* the fact "banner" has no more bytes */
};

/* An empty list; NULL: no memory. vd_facts_free(NULL) is fine. vd_facts_clear() empties a list and
 * keeps its memory. */
struct vd_facts *vd_facts_new(void);
void vd_facts_free(struct vd_facts *f);
void vd_facts_clear(struct vd_facts *f);
/* Append a copy. 0, -EINVAL (bad name), -ENOSPC (VD_FACTS_MAX), -ENOMEM. */
int vd_facts_add(struct vd_facts *f, const char *name, const void *value, size_t len);
/* False if memory was short for a fact since the list was created or cleared. */
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
 * Decode the first bytes that a service sent into facts. @service is the service that the caller
 * expects ("http", "ssh", ...) or NULL: then the bytes alone decide. Always adds "banner" (capped
 * at VD_BANNER_MAX bytes) and, if the protocol is recognised, its fields; adds nothing if @len is 0. @data
 * is hostile. Returns the service's name (static text) or NULL if the bytes identify no service.
 */
const char *vd_decode(const char *service, const void *data, size_t len, struct vd_facts *out);

/* The service that is usual on a port ("ssh" for 22/tcp), or NULL. @transport: IANA number. */
const char *vd_port_service(uint16_t port, uint8_t transport);

/* ---- fragile devices ------------------------------------------------------------------------- */

enum vd_fragile_kind {
	VD_FRAGILE_PRINTER = 1, /* prints what it is sent */
	VD_FRAGILE_CONTROLLER,  /* controls or measures something: a plant, a building, a grid */
};

enum vd_fragile_ask {
	VD_FRAGILE_ASKED = 1, /* every device on the port is known to tolerate the request */
	/* some devices do not tolerate it: sent only if the operator says so */
	VD_FRAGILE_ON_REQUEST,
};

/* The ports @first to @last, which fragile devices use over TCP and over UDP. */
struct vd_fragile {
	uint16_t first, last;
	uint8_t kind;        /* enum vd_fragile_kind */
	uint8_t ask;         /* enum vd_fragile_ask */
	const char *service; /* the service that usually listens on these ports */
	/* The protocols whose identification request is the only thing that may be sent; NULL:
	 * nothing may be sent. */
	const char *tcp, *udp;
	const char *source; /* the source that assigns the port to such a device */
};

/* All rows, *@n of them, sorted by port. Static. */
const struct vd_fragile *vd_fragile_table(size_t *n);
/* The row of a port, or NULL if no fragile device uses the port. @transport: IANA number. Static.
 * Pure. */
const struct vd_fragile *vd_fragile_port(uint16_t port, uint8_t transport);
/* The protocol whose request may be sent to such a port, or NULL if none may. @transport: IANA
 * number. @on_request: the operator allows VD_FRAGILE_ON_REQUEST. Pure. */
const char *vd_fragile_request(const struct vd_fragile *f, uint8_t transport, bool on_request);
/* Whether only fragile devices offer a service. The service must have been recognised by its bytes,
 * not by its port. Pure. */
bool vd_fragile_service(const char *service);

/* ---- ports ----------------------------------------------------------------------------------- */

/* Write the @n most commonly open TCP ports to @out, most common first: 1 <= @n <=
 * vd_top_ports(NULL, 0), which is the number of known ports. Returns how many were written. */
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
	char sources[1024];        /* one line per feed: name, date, count, licence */
	bool hyperscan;
	/* how often a pattern was stopped by its match limit since open */
	uint64_t match_limit_hits;
};

/* What the file holds and where it comes from. Any thread. */
void vulndb_describe(const struct vulndb *db, struct vulndb_info *out);

/* A digest of the rules, exposures and score weights. Files with the same digest identify the same
 * services, find the same exposures and weigh alike, whatever CVEs they hold. */
void vulndb_digest(const struct vulndb *db, uint8_t out[16]);

/* ---- identity -------------------------------------------------------------------------------- */

enum { VD_CPE_LEN = 192, VD_CPES = 4 };

/* What another port of a host tells of the distribution that the host runs. distro "": nothing. */
struct vd_hint {
	char distro[16], release[16]; /* "debian", "12" */
	uint16_t port;                /* the one that tells */
	uint8_t transport;            /* its IP protocol number */
};

/* Which product answers. Empty text = not known. Texts are sanitised UTF-8 and always
 * terminated. */
struct vd_identity {
	char service[32];
	/* what shows the service: "banner", "tls", "guess" (a weak sign), "port" (its number),
	 * "import" (another tool says so) */
	char service_source[12];
	uint8_t confidence; /* 0-100, of product and version */
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
	/* How the product was recognised. */
	char rule[64];                    /* the rule's id */
	char match_field[32];             /* the fact it matched on */
	uint32_t match_offset, match_len; /* which bytes of that fact */
	/* The host's hint, where it counts: vulndb_hint(). vulndb_identify() leaves it empty. */
	struct vd_hint hint;
};

/*
 * Identify the product that answers by its facts. Facts that hint at the OS ("tcp.window",
 * "tcp.ttl", "tcp.options", "tcp.mss") are used as well. Returns 1 if a product was found, 0 if
 * none was, or -ENOMEM if a fact or a rule is missing for want of memory. *@out is always filled
 * with what was found: at least the service, if a fact shows it.
 */
int vulndb_identify(const struct vulndb *db, struct vd_scratch *scratch,
                    const struct vd_facts *facts, struct vd_identity *out);

/*
 * Whether the identity of a service shows that its host is a fragile device. A service name that
 * only the port gave (service_source "port") does not count. Pure.
 */
bool vd_fragile_identity(const struct vd_identity *id);
/*
 * Whether it shows that the host is an ordinary one: a product names itself that is made for computers.
 * One that is built into devices as well, such as a small web server, shows nothing. Pure.
 */
bool vd_plain_identity(const struct vd_identity *id);

/* ---- verdicts -------------------------------------------------------------------------------- */

enum vd_verdict_kind { VD_AFFECTED = 1, VD_POSSIBLE, VD_FIXED };
enum vd_severity { VD_SEV_NONE, VD_SEV_LOW, VD_SEV_MEDIUM, VD_SEV_HIGH, VD_SEV_CRITICAL };
enum vd_precision { VD_EXACT = 1, VD_BOUNDED, VD_UNBOUNDED, VD_PRODUCT_ONLY };

/* One hit: handles into the database that it came from, meaningless with any other. */
struct vd_hit {
	uint32_t cve, match, fix, aux;
	uint8_t kind;       /* enum vd_verdict_kind */
	uint8_t confidence; /* 0-100 */
	uint8_t precision;  /* enum vd_precision */
	uint8_t flags;
};

/* A hit as text, as it is stored and shown. */
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
	char version[64];   /* the stated version that was compared */
	char range[96];     /* ">=6.2 <8.8", "=9.2p1", "any" */
	char fixed_by[160]; /* "debian:bookworm openssh 1:9.2p1-2+deb12u3" */
	/* what is not known, or why it is fixed; behind it the port that told of the distribution,
	 * where another one did: "22/tcp tells debian:bookworm" */
	char why[128];
	char source[12]; /* "nvd", "debian" */
};

/* ---- honeypots ---- */

enum { VD_HONEYPOT_TEXT = 96 };

/*
 * Whether the facts of a TCP service show that it only pretends to be what it says: words that a
 * honeypot is delivered with, or a contradiction, such as an OpenSSH with an algorithm that is newer.
 * Writes why, for a person, to @why; "" if they do not. Pure.
 */
bool vd_honeypot(const struct vd_facts *facts, uint16_t port, char why[VD_HONEYPOT_TEXT]);
/* Make the verdict of a service of a honeypot's host: one that is affected becomes possible, and says
 * why. Others stay as they are. Pure. */
void vd_verdict_doubt(struct vd_verdict *v);
/* Whether vd_verdict_doubt() has changed it. Pure. */
bool vd_verdict_is_doubted(const struct vd_verdict *v);

/* ---- hits ---- */

/*
 * Find all hits for an identity, each CVE once: affected first, then possible, then fixed, each by
 * CVE id. Returns how many there are, of which at most @cap are written to @out, or -ENOMEM; a list
 * is never cut short in silence. Deterministic.
 */
int vulndb_match(const struct vulndb *db, struct vd_scratch *scratch,
                 const struct vd_identity *identity, struct vd_hit *out, size_t cap);
/* How many CVEs name the product that answers, in whatever version, if none is known: such an identity
 * has no hits. 0 where a version is known, or no CVE names it. -ENOMEM. */
int vulndb_candidates(const struct vulndb *db, const struct vd_identity *identity);
/* Write a hit as text to @out. @hit comes from a vulndb_match() of this @db and @identity. */
void vulndb_verdict(const struct vulndb *db, const struct vd_identity *identity,
                    const struct vd_hit *hit, struct vd_verdict *out);

/* ---- what a host tells ----------------------------------------------------------------------- */

/* A service, as the other services of its host and exposure rules look at it. */
struct vd_subject {
	const struct vd_identity *identity;
	const struct vd_facts *facts;
	uint16_t port;
	uint8_t transport; /* IP protocol number */
};

/* A host with more services tells nothing: it answers on every port, or is many machines. */
enum { VD_HOST_SERVICES = 256 };

/*
 * Find out what a host tells each of its @n services, all that are open: the distribution and the
 * release that a package names on another port of the same machine. out[i] is for services[i]; it is
 * empty where no package names one or the packages differ, where another system or a package of
 * another maker answers too, and for a service that names its own package, whose answer passed a
 * proxy, or that answers from another machine (its packets took another number of hops). The order
 * of @services does not matter. Pure.
 */
void vd_host_hints(const struct vd_subject *services, size_t n, struct vd_hint *out);

/*
 * Set the hint of @id to @hint if that release ships the very version of @id; otherwise it becomes
 * empty. The verdicts on @id depend on it. @id: as vulndb_identify() found it. 0 or -ENOMEM.
 */
int vulndb_hint(const struct vulndb *db, struct vd_scratch *scratch, struct vd_identity *id,
                const struct vd_hint *hint);

/* ---- exposures and the score ----------------------------------------------------------------- */

/* A finding that needs no CVE. */
struct vd_exposure {
	char id[40];      /* "redis-no-auth" */
	uint8_t severity; /* enum vd_severity */
	uint8_t base;     /* weight in the score, 0-100 */
	char title[96];
};

enum { VD_EXPOSURES_MAX = 16 };

/* Find the exposures of one service; returns how many. @now_us, in microseconds since 1970, is
 * compared with certificate and end-of-life dates. Pure. */
size_t vulndb_expose(const struct vulndb *db, const struct vd_subject *service, int64_t now_us,
                     struct vd_exposure out[VD_EXPOSURES_MAX]);

/* Whether exposures depend on the date that a fact of this name states. They also depend on the
 * @eol of an identity, which is not a fact. */
bool vd_fact_is_date(const char *name, size_t len);
/* Whether such a date begins or ends between @then_us and @now_us, so that exposures may change.
 * @date is RFC 3339 or the beginning of it: "2024-10-04" is a whole day. Both moments are in
 * microseconds since 1970. Pure. */
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
 * The score table: how much findings weigh, from data/score.tsv. Read-only once it is open; any
 * number of threads. Every vulndb file contains one. Without a file, use a text that was kept from
 * one (vd_model_text()) or the table that comes with the program.
 */
struct vd_model;

const struct vd_model *vulndb_model(const struct vulndb *db); /* lives as long as @db */
/* Parse a table, or the one that comes with the program. 0, -EINVAL, -ENOMEM. @text is copied. The
 * caller closes *@out. */
int vd_model_open(const char *text, size_t len, struct vd_model **out);
int vd_model_bundled(struct vd_model **out);
/* Free a table; NULL is fine. Not for the one of vulndb_model(), which the file owns. */
void vd_model_close(struct vd_model *m);
const char *vd_model_name(const struct vd_model *m); /* "exposure/1" */
const char *vd_model_text(const struct vd_model *m); /* the text it was parsed from */

/* The numbers of a table that explain a score. */
struct vd_model_rules {
	/* subtracted if a hit is only possible; vd_model_less() says by how much for a hit */
	uint8_t possible_less;
	uint8_t further_from; /* further findings add to the score from this base on */
	int64_t new_port_us;  /* how long a port counts as new, in microseconds */
};
struct vd_model_rules vd_model_rules(const struct vd_model *m);
/* How much is subtracted from the finding of a verdict because it is only possible: more where a
 * distribution has the fix in a revision that the banner does not show. Pure. */
uint8_t vd_model_less(const struct vd_model *m, const struct vd_verdict *v);

/* Where a finding is, and the moment at which it is weighed, in microseconds since 1970. Findings
 * on a new port weigh more. @opened_us: since when the port has been open; 0: it is not new. */
struct vd_spot {
	uint16_t port;
	uint8_t transport;
	int64_t opened_us, now_us;
};

/* Weigh one verdict or one exposure; base 0 = no finding. Pure. */
struct vd_finding vd_finding_verdict(const struct vd_model *m, const struct vd_verdict *v,
                                     const struct vd_spot *at);
struct vd_finding vd_finding_exposure(const struct vd_model *m, const struct vd_exposure *e,
                                      const struct vd_spot *at);
/* The finding that every open port has. It depends on whether the service is known and, if not, on
 * whether the port number is a usual one. @id may be NULL. Pure. */
struct vd_finding vd_finding_service(const struct vd_model *m, const struct vd_identity *id,
                                     const struct vd_spot *at);

/* Compute the score: the highest base plus what further findings add, at most the table's highest
 * value. Pure. */
void vd_score(const struct vd_model *m, const struct vd_finding *findings, size_t n,
              struct vd_score *out);
const char *vd_level_name(uint8_t level);       /* "Critical" */
const char *vd_severity_name(uint8_t severity); /* "critical" */
const char *vd_kind_name(uint8_t kind);         /* "affected" */

/* ---- versions -------------------------------------------------------------------------------- */

/* Compare two upstream versions in the order that people expect ("1.9" < "1.10", "8.2p1" > "8.2",
 * "2.0-rc1" < "2.0"): <0, 0, >0. Pure; any text is a version. */
int vd_version_compare(const char *a, const char *b);

/* ---- building and asking --------------------------------------------------------------------- */

/* What `vulndb build` and `vulndb update` read, from directories or files. Members that are NULL
 * are left out. */
struct vulndb_sources {
	const char *rules_dir;    /* the program's own rules (*.rules), exposures.tsv, score.tsv */
	const char *facts_dir;    /* the bundled facts in compact form */
	const char *const *feeds; /* NVD, KEV, EPSS, Debian/OSV, Recog: recognised by content */
	size_t feed_count;
	/* The present file, which the feeds update; NULL = build from the other sources alone. Its
	 * rules are kept unless @rules_dir is given. Its exposures and its score table are kept
	 * unless one of the folders has its own. It may be the path that is built. */
	const char *base;
	int64_t now_us;
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *progress_arg;
	/* Called for a file in a folder or an archive that is not a feed; its name is hostile. NULL
	 * = not called. */
	void (*passed_over)(void *arg, const char *path);
	void *passed_over_arg;
};

/* Build the file @path and put it in place by rename: a reader that has the old file open keeps it.
 * A broken feed leaves the old file untouched, and @err says where the feed is broken. 0 or
 * -errno. */
int vulndb_build(const char *path, const struct vulndb_sources *sources, struct error *err);

/* Check a rule file and run its examples. A file whose name ends in ".tsv" is checked as a table of
 * exposures or of the score instead. Each complaint is one line "file:line:column: text" on @out.
 * Returns the number of complaints, or -errno. */
int vulndb_lint(const char *path, FILE *out);

/* Turn a CPE 2.3 (or 2.2 URI) name into an identity to match. 0 or -EINVAL with @err. */
int vd_identity_from_cpe(const char *cpe, struct vd_identity *out, struct error *err);

/* What the file states about one CVE. Texts behind pointers live as long as the file is open, all
 * else until the callback returns. */
struct vd_cve {
	uint8_t cvss_x10;         /* 98 = 9.8 */
	uint8_t cvss_version_x10; /* 31 = CVSS 3.1; 0: no score */
	uint8_t severity;         /* enum vd_severity */
	const char *vector;       /* the CVSS vector */
	/* since when it is known to be exploited, "2024-01-31"; "": it is not known to be */
	char kev_date[12];
	const char *kev_name; /* what the list of those calls it; "": it does not say */
	float epss;           /* < 0: not known */
	const char *cwes;     /* its weaknesses, "CWE-22 CWE-77"; "": none is stated */
	/* the decision points of SSVC; "": not stated */
	const char *exploitation; /* "none", "poc" (there is a proof of concept), "active" */
	const char *automatable;  /* "no", "yes" */
	const char *impact;       /* "partial", "total" */
};

/* A product and its versions. */
struct vd_cve_criterion {
	bool vulnerable; /* the product is affected; false: an affected product must run with it */
	const char *cpe; /* the CPE name without "cpe:2.3:" */
	char range[96];  /* ">=6.2 <8.8", "any" */
};

enum vd_cve_state { VD_CVE_FIXED, VD_CVE_NOT_FIXED, VD_CVE_NOT_AFFECTED };

/* The state of the CVE in one release of a distribution. */
struct vd_cve_fix {
	enum vd_cve_state state;
	char release[64]; /* "debian:bookworm" */
	const char *package;
	const char *version; /* the version of the package that has the fix */
};

/* The functions that vulndb_cve() calls; each may be NULL. */
struct vd_cve_visitor {
	void *arg;
	void (*head)(void *arg, const struct vd_cve *cve);
	void (*criterion)(void *arg, const struct vd_cve_criterion *c);
	void (*fix)(void *arg, const struct vd_cve_fix *f);
};

/* ---- packages ---- */

/* The distribution whose data judges the packages of @distro: a rebuild has that of its source
 * ("centos" -> "rhel"), others their own. Static text, or @distro. Pure. */
const char *vd_distro_source(const char *distro);

/* The release of a distribution by number or codename ("bookworm" -> "12"), in @out. A release that
 * has no codename here is taken as it is; both are folded to lower case. Pure. */
void vd_release(const char *distro, const char *name, char out[16]);
/* Whether the name is one of a distribution that banners or feeds name. Pure. */
bool vd_distro(const char *name);

/* Call @each with each source package of which the file has fixes, by distribution, until it returns
 * false. The texts live as long as the file is open. */
void vulndb_packages(const struct vulndb *db,
                     bool (*each)(void *arg, const char *distro, const char *release,
                                  const char *package),
                     void *arg);

/* ---- CVEs ---- */

/* Pass all that the file states about the CVE @id to @v: the head, each criterion, each fix. 0,
 * -EINVAL (@id is not a CVE id), -ENOENT (the file does not have it). */
int vulndb_cve(const struct vulndb *db, const char *id, const struct vd_cve_visitor *v);

#endif
