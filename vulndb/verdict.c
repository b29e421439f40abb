/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - hits and CVEs in words. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "distro.h"
#include "hit.h"
#include "range.h"

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
};

uint8_t hit_why_confidence(uint8_t why)
{
	return why < WHY_COUNT ? whys[why].confidence : 0;
}

/* The package whose rows hold a fix, or the one that aux names. */
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
		snprintf(out->range, sizeof(out->range), fixed[0] != '\0' ? "<%.90s" : "not fixed",
			 fixed);
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

void vulndb_verdict(const struct vulndb *db, const struct vd_identity *identity,
		    const struct vd_hit *hit, struct vd_verdict *out)
{
	uint8_t why = (uint8_t)hit->aux;
	bool by_package = hit->flags & HIT_BY_DISTRO && identity->package_version[0] != '\0';

	memset(out, 0, sizeof(*out));
	out->epss = -1;
	out->kind = hit->kind;
	out->confidence = hit->confidence;
	out->precision = hit->precision;
	say_cve(db, hit, out);
	snprintf(out->source, sizeof(out->source), "nvd");
	snprintf(out->version, sizeof(out->version), "%s",
		 by_package ? identity->package_version : identity->version);
	if (hit->match > 0 && hit->match <= db->table[DB_CRIT].count) {
		const struct db_crit *c = &db_crits(db)[hit->match - 1];

		snprintf(out->cpe, sizeof(out->cpe), "cpe:2.3:%.80s", db_text(db, c->name));
		range_text(db, c, out->range, sizeof(out->range));
	} else if (identity->cpe_count > 0) {
		snprintf(out->cpe, sizeof(out->cpe), "%.95s", identity->cpe[0]);
	}
	if (hit->kind != VD_AFFECTED && why < WHY_COUNT)
		snprintf(out->why, sizeof(out->why), "%s", whys[why].text);
	say_fix(db, hit, out);
}

/* ---- one CVE ---- */

struct telling {
	const struct vulndb *db;
	void (*line)(void *arg, const char *key, const char *value);
	void *arg;
};

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

static void tell_head(const struct telling *t, const struct db_cve *c)
{
	char text[160];

	if (c->cvss_version != 0) {
		snprintf(text, sizeof(text), "%u.%u (CVSS %u.%u, %s)", c->cvss_x10 / 10,
			 c->cvss_x10 % 10, c->cvss_version / 10, c->cvss_version % 10,
			 vd_severity_name(c->severity));
		t->line(t->arg, "score", text);
		t->line(t->arg, "vector", db_text(t->db, c->vector));
	}
	if (c->flags & DB_CVE_KEV) {
		snprintf(text, sizeof(text), "%04u-%02u-%02u", c->kev_date / 10000,
			 c->kev_date / 100 % 100, c->kev_date % 100);
		t->line(t->arg, "exploited since", text);
	}
	if (c->flags & DB_CVE_EPSS) {
		snprintf(text, sizeof(text), "%.5f", (double)c->epss);
		t->line(t->arg, "epss", text);
	}
}

static void tell_criteria(const struct telling *t, const struct db_cve *c)
{
	const struct db_conf *confs = db_confs(t->db) + c->conf;

	for (uint32_t i = 0; i < c->confs; i++) {
		const struct db_node *first = db_nodes(t->db) + confs[i].node;
		const struct db_node *last = first + confs[i].nodes - 1;

		for (uint32_t k = first->crit; k < last->crit + last->crits; k++) {
			const struct db_crit *crit = &db_crits(t->db)[k];
			char range[96], text[360];

			range_text(t->db, crit, range, sizeof(range));
			snprintf(text, sizeof(text), "cpe:2.3:%.200s %s",
				 db_text(t->db, crit->name), range);
			t->line(t->arg, crit->flags & DB_C_VULNERABLE ? "affects" : "with", text);
		}
	}
}

static void tell_fix(const struct telling *t, const struct db_pkg *pkg, const struct db_fix *f)
{
	const char *distro = db_text(t->db, pkg->distro), *fixed = db_text(t->db, f->fixed);
	char text[360];

	snprintf(text, sizeof(text), "%s:%s %s %s", distro,
		 distro_codename(distro, db_text(t->db, pkg->release)),
		 db_text(t->db, pkg->package), fixed);
	if (f->flags & DB_F_NEVER)
		t->line(t->arg, "not affected", text);
	else
		t->line(t->arg, f->flags & DB_F_UNFIXED ? "not fixed" : "fixed by", text);
}

static void tell_fixes(const struct telling *t, uint32_t cve)
{
	const struct db_pkg *pkgs = t->db->table[DB_PKG].data;
	const struct db_fix *fixes = t->db->table[DB_FIX].data;

	for (uint32_t i = 0; i < t->db->table[DB_PKG].count; i++) {
		uint32_t lo = pkgs[i].fix, end = lo + pkgs[i].fixes, hi = end;

		while (lo < hi) {
			uint32_t mid = lo + (hi - lo) / 2;

			if (fixes[mid].cve < cve)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < end && fixes[lo].cve == cve; lo++)
			tell_fix(t, &pkgs[i], &fixes[lo]);
	}
}

int vulndb_cve(const struct vulndb *db, const char *cve,
	       void (*line)(void *arg, const char *key, const char *value), void *arg)
{
	struct telling t = {db, line, arg};
	uint32_t year, number;
	int64_t at;

	if (!build_cve_id(cve, strlen(cve), &year, &number))
		return -EINVAL;
	at = find_cve(db, year, number);
	if (at < 0)
		return (int)at;
	tell_head(&t, &db_cves(db)[at]);
	tell_criteria(&t, &db_cves(db)[at]);
	tell_fixes(&t, (uint32_t)at);
	return 0;
}
