/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - puts hits and CVEs into words. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cve_id.h"
#include "distro.h"
#include "hit.h"
#include "version_range.h"

static const struct {
	const char *text;
	uint8_t confidence; /* of a possible hit */
} whys[WHY_COUNT] = {
	[WHY_NOTHING] = {"", 50},
	[WHY_PLATFORM] = {"the platform it needs was not seen", 40},
	[WHY_EDITION] = {"the edition it needs is not known", 40},
	[WHY_OPEN_RANGE] = {"the range has no end", 40},
	[WHY_EVERY_VERSION] = {"no versions are stated", 20},
	[WHY_HALF_VERSION] = {"only a part of the version is known", 30},
	[WHY_ODD_BOUND] = {"the range's bound is no version", 20},
	[WHY_REVISION] = {"the package's revision is not known", 40},
	[WHY_RELEASE] = {"the distribution's release is not known", 40},
	[WHY_NOT_TRACKED] = {"the distribution's data does not name it", 30},
	[WHY_NO_DATA] = {"the distribution may have fixed it", 40},
	[WHY_UNIMPORTANT] = {"the distribution calls it unimportant", 30},
	[WHY_NOT_AFFECTED] = {"not affected in this release", 90},
	[WHY_BACKPORT] = {"a distribution's package of this very version has the fix", 40},
	[WHY_NOT_HERE] = {"a distribution's package of this very version is not affected", 40},
	[WHY_SHIPPED] = {"a distribution ships this very version and may have fixed it", 40},
	[WHY_FORK] = {"the range is that of the product it was forked from", 40},
	[WHY_PORTABLE] = {"whether it is the portable release is not known", 40},
	[WHY_NOT_CONFIRMED] = {"the distribution has neither fixed nor confirmed it", 30},
	[WHY_NEWER] = {"the package is newer than the distribution's data", 40},
	[WHY_UNFIXED] = {"the distribution's data knows no fix", 40},
};

uint8_t hit_why_confidence(uint8_t why)
{
	return why < WHY_COUNT ? whys[why].confidence : 0;
}

bool hit_weighs_nothing(const struct vd_verdict *v)
{
	const char *unimportant = whys[WHY_UNIMPORTANT].text;

	return v->precision == VD_PRODUCT_ONLY ||
	       strncmp(v->why, unimportant, strlen(unimportant)) == 0;
}

/* The package that the aux of a hit names, or NULL. */
static const struct db_pkg *package_of(const struct vulndb *db, const struct vd_hit *hit)
{
	uint32_t index = hit->aux >> 8;

	if (index == 0 || index > db->table[DB_PKG].count)
		return NULL;
	return (const struct db_pkg *)db->table[DB_PKG].data + index - 1;
}

static void say_fix(const struct vulndb *db, const struct vd_hit *hit, struct vd_verdict *out)
{
	const struct db_pkg *pkg = package_of(db, hit);
	const struct db_fix *fix = NULL;
	const char *distro, *codename, *fixed = "";

	if (pkg == NULL)
		return;
	if (hit->fix > 0 && hit->fix <= db->table[DB_FIX].count)
		fix = (const struct db_fix *)db->table[DB_FIX].data + hit->fix - 1;
	distro = db_text(db, pkg->distro);
	codename = distro_codename(distro, db_text(db, pkg->release));
	if (fix != NULL)
		fixed = db_text(db, fix->fixed);
	if (fixed[0] != '\0')
		snprintf(out->fixed_by, sizeof(out->fixed_by), "%s:%s %s %s", distro, codename,
		         db_text(db, pkg->package), fixed);
	else if (hit->kind == VD_FIXED)
		snprintf(out->fixed_by, sizeof(out->fixed_by), "%s:%s %s is not affected", distro,
		         codename, db_text(db, pkg->package));
	if (hit->flags & HIT_DISTRO_ONLY) {
		snprintf(out->source, sizeof(out->source), "%.11s", distro);
		/* The last version without a fix, not the first one with it. */
		if (fixed[0] == '>')
			snprintf(out->range, sizeof(out->range), "<=%.90s", fixed + 1);
		else
			snprintf(out->range, sizeof(out->range),
			         fixed[0] != '\0' ? "<%.90s" : "not fixed", fixed);
	}
}

static void say_cve(const struct vulndb *db, const struct vd_hit *hit, struct vd_verdict *out)
{
	const struct db_cve *c;

	if (hit->cve >= db->table[DB_CVE].count)
		return;
	c = &db_cves(db)[hit->cve];
	snprintf(out->cve, sizeof(out->cve), "CVE-%04u-%04u", c->year, c->number);
	out->severity = c->severity;
	out->kev = c->flags & DB_CVE_KEV;
	out->cvss_x10 = c->cvss_x10;
	if (c->cvss_version != 0)
		snprintf(out->cvss_version, sizeof(out->cvss_version), "%u.%u",
		         c->cvss_version / 10 % 10, c->cvss_version % 10);
	out->epss = c->epss;
}

/* Whether the CPE name @cpe begins with @name, "a:vendor:product". */
static bool has_name(const char *cpe, const char *name)
{
	const char *at = cpe + strlen("cpe:2.3:");
	size_t len = strlen(name);

	return strlen(cpe) > strlen("cpe:2.3:") && strncmp(at, name, len) == 0 && at[len] == ':';
}

/* The index of the identity's CPE name that a criterion applies to: by its own name, else by that
 * of its group. */
static size_t subject_of(const struct vulndb *db, const struct vd_identity *id,
                         const struct db_crit *crit)
{
	const char *name = db_text(db, crit->name);
	struct cpe c;

	for (size_t i = 0; i < id->cpe_count && i < VD_CPES; i++)
		if (has_name(id->cpe[i], name))
			return i;
	for (size_t i = 0; i < id->cpe_count && i < VD_CPES; i++)
		if (match_query_group(db, id->cpe[i], &c) == crit->group)
			return i;
	return 0;
}

/* Write the version that was compared: that of the product that the criterion names. */
static void say_version(const struct vulndb *db, const struct vd_identity *id,
                        const struct vd_hit *hit, struct vd_verdict *out)
{
	bool by_package = hit->flags & HIT_BY_DISTRO && id->package_version[0] != '\0';
	char text[VERSION_BASE + VERSION_UPDATE];
	struct cpe c;
	size_t i = 0;

	if (id->cpe_count > 1 && hit->match > 0 && hit->match <= db->table[DB_CRIT].count)
		i = subject_of(db, id, &db_crits(db)[hit->match - 1]);
	if (i == 0 || cpe_parse(id->cpe[i], strlen(id->cpe[i]), &c) != 0) {
		snprintf(out->version, sizeof(out->version), "%s",
		         by_package ? id->package_version : id->version);
		return;
	}
	match_query_version(id, i, &c, text);
	snprintf(out->version, sizeof(out->version), "%.63s", text);
}

/* Write what is not known and, behind it, which port told of the distribution. */
static void say_why(const struct vd_identity *id, const struct vd_hit *hit, struct vd_verdict *out)
{
	uint8_t why = (uint8_t)hit->aux;
	const char *text = hit->kind != VD_AFFECTED && why < WHY_COUNT ? whys[why].text : "";
	const struct vd_hint *h = &id->hint;

	if (!(hit->flags & HIT_HINTED)) {
		snprintf(out->why, sizeof(out->why), "%s", text);
		return;
	}
	snprintf(out->why, sizeof(out->why), "%.64s%s%u/%s tells %.15s:%.15s", text,
	         text[0] != '\0' ? "; " : "", h->port, h->transport == 17 ? "udp" : "tcp",
	         h->distro, distro_codename(h->distro, h->release));
}

void vulndb_verdict(const struct vulndb *db, const struct vd_identity *identity,
                    const struct vd_hit *hit, struct vd_verdict *out)
{
	memset(out, 0, sizeof(*out));
	out->epss = -1;
	out->kind = hit->kind;
	out->confidence = hit->confidence;
	out->precision = hit->precision;
	say_cve(db, hit, out);
	snprintf(out->source, sizeof(out->source), "nvd");
	say_version(db, identity, hit, out);
	if (hit->match > 0 && hit->match <= db->table[DB_CRIT].count) {
		const struct db_crit *c = &db_crits(db)[hit->match - 1];

		snprintf(out->cpe, sizeof(out->cpe), "cpe:2.3:%.80s", db_text(db, c->name));
		version_range_text(db, c, out->range, sizeof(out->range));
	} else if (identity->cpe_count > 0) {
		snprintf(out->cpe, sizeof(out->cpe), "%.95s", identity->cpe[0]);
	}
	say_why(identity, hit, out);
	say_fix(db, hit, out);
}

/* ---- one CVE ---- */

static int64_t find_cve(const struct vulndb *db, uint32_t year, uint32_t number)
{
	const struct db_cve *all = db_cves(db);
	size_t lo = 0, hi = db->table[DB_CVE].count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (all[mid].year < year || (all[mid].year == year && all[mid].number < number))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == db->table[DB_CVE].count || all[lo].year != year || all[lo].number != number)
		return -ENOENT;
	return (int64_t)lo;
}

/* The word for a decision point of SSVC, of three; "" where it is not stated. */
static const char *ssvc_word(const struct db_cve *c, enum db_ssvc point)
{
	static const char *const words[][4] = {
		{"", "none", "poc", "active"},
		{"", "no", "yes", ""},
		{"", "partial", "total", ""},
	};

	return words[point / 2][c->ssvc >> point & 3];
}

static void visit_head(const struct vulndb *db, const struct db_cve *c,
                       const struct vd_cve_visitor *v)
{
	struct vd_cve head = {
		.kev_name = db_text(db, c->kev_name),
		.cwes = db_text(db, c->cwes),
		.exploitation = ssvc_word(c, DB_SSVC_EXPLOITATION),
		.automatable = ssvc_word(c, DB_SSVC_AUTOMATABLE),
		.impact = ssvc_word(c, DB_SSVC_IMPACT),
		.cvss_x10 = c->cvss_x10,
		.cvss_version_x10 = c->cvss_version,
		.severity = c->severity,
		.vector = db_text(db, c->vector),
		.epss = c->flags & DB_CVE_EPSS ? c->epss : -1,
	};

	if (c->flags & DB_CVE_KEV)
		snprintf(head.kev_date, sizeof(head.kev_date), "%04u-%02u-%02u",
		         c->kev_date / 10000 % 10000, c->kev_date / 100 % 100, c->kev_date % 100);
	v->head(v->arg, &head);
}

static void visit_criteria(const struct vulndb *db, const struct db_cve *c,
                           const struct vd_cve_visitor *v)
{
	const struct db_conf *confs = db_confs(db) + c->conf;

	for (uint32_t i = 0; i < c->confs; i++) {
		const struct db_node *first = db_nodes(db) + confs[i].node;
		const struct db_node *last = first + confs[i].nodes - 1;

		for (uint32_t k = first->crit; k < last->crit + last->crits; k++) {
			const struct db_crit *crit = &db_crits(db)[k];
			struct vd_cve_criterion one = {
				.vulnerable = crit->flags & DB_C_VULNERABLE,
				.cpe = db_text(db, crit->name),
			};

			version_range_text(db, crit, one.range, sizeof(one.range));
			v->criterion(v->arg, &one);
		}
	}
}

static void visit_fix(const struct vulndb *db, const struct db_pkg *pkg, const struct db_fix *f,
                      const struct vd_cve_visitor *v)
{
	const char *distro = db_text(db, pkg->distro);
	struct vd_cve_fix one = {
		.state = f->flags & DB_F_NEVER     ? VD_CVE_NOT_AFFECTED
	                 : f->flags & DB_F_UNFIXED ? VD_CVE_NOT_FIXED
	                                           : VD_CVE_FIXED,
		.package = db_text(db, pkg->package),
		.version = db_text(db, f->fixed),
	};

	snprintf(one.release, sizeof(one.release), "%.30s:%.30s", distro,
	         distro_codename(distro, db_text(db, pkg->release)));
	v->fix(v->arg, &one);
}

static void visit_fixes(const struct vulndb *db, uint32_t cve, const struct vd_cve_visitor *v)
{
	const struct db_pkg *pkgs = db->table[DB_PKG].data;
	const struct db_fix *fixes = db->table[DB_FIX].data;

	for (uint32_t i = 0; i < db->table[DB_PKG].count; i++) {
		uint32_t lo = pkgs[i].fix, end = lo + pkgs[i].fixes, hi = end;

		while (lo < hi) {
			uint32_t mid = lo + (hi - lo) / 2;

			if (fixes[mid].cve < cve)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < end && fixes[lo].cve == cve; lo++)
			visit_fix(db, &pkgs[i], &fixes[lo], v);
	}
}

int vulndb_cve(const struct vulndb *db, const char *id, const struct vd_cve_visitor *v)
{
	uint32_t year, number;
	int64_t at;

	if (!cve_id_parse(id, strlen(id), &year, &number))
		return -EINVAL;
	at = find_cve(db, year, number);
	if (at < 0)
		return (int)at;
	if (v->head != NULL)
		visit_head(db, &db_cves(db)[at], v);
	if (v->criterion != NULL)
		visit_criteria(db, &db_cves(db)[at], v);
	if (v->fix != NULL)
		visit_fixes(db, (uint32_t)at, v);
	return 0;
}
