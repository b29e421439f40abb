/* SPDX-License-Identifier: Apache-2.0 */
/* fix.c - finds what the distribution itself says about a CVE in its package. */
#include "fix.h"

#include <string.h>

#include "distro.h"
#include "release.h"

static const struct db_fix *rows(const struct match_query *q, const struct match_query_package *p)
{
	return (const struct db_fix *)q->db->table[DB_FIX].data + p->pkg->fix;
}

static void advance(const struct match_query *q, struct match_query_package *p, uint32_t cve)
{
	const struct db_fix *r = rows(q, p);

	while (p->cursor < p->pkg->fixes && r[p->cursor].cve < cve)
		p->cursor++;
}

/* Whether a row can only say "fixed". That is no hit of its own if the query has a product whose
 * version ranges do not name the CVE. */
static bool is_over(const struct match_query *q, const struct match_query_package *p,
                    const struct db_fix *r)
{
	uint32_t ord = p->ord == UINT32_MAX ? 0 : p->ord;

	if (r->flags & DB_F_NEVER)
		return true;
	if (q->products == 0)
		return false;
	return p->ord != 0 && !(r->flags & DB_F_UNFIXED) && (ord < r->lo || ord >= r->hi);
}

uint32_t fix_next(struct match_query *q, uint32_t cve)
{
	uint32_t next = UINT32_MAX;

	for (size_t i = 0; i < q->packages; i++) {
		struct match_query_package *p = &q->package[i];
		const struct db_fix *r = rows(q, p);

		if (p->product != 0)
			continue;
		while (p->scan < p->pkg->fixes &&
		       (r[p->scan].cve < cve || is_over(q, p, &r[p->scan])))
			p->scan++;
		if (p->scan < p->pkg->fixes && r[p->scan].cve < next)
			next = r[p->scan].cve;
	}
	return next;
}

/* Whether a row is about another stream of a module than the stated version is of. */
static bool is_other_stream(const struct match_query *q, const struct db_fix *r)
{
	const char *stated = q->id->package_version[0] != '\0' ? q->id->package_version
	                                                       : q->id->version;

	return r->fixed != 0 && stated[0] != '\0' && q->order == version_rpm_cmp &&
	       !version_rpm_same_stream(stated, db_text(q->db, r->fixed));
}

/* Whether the stated version is older than the one with which the CVE came. */
static bool precedes(const struct match_query *q, const struct match_query_package *p,
                     const struct db_fix *r)
{
	const uint32_t *vers = (const uint32_t *)q->db->table[DB_FIXVER].data + p->pkg->ver;
	uint32_t at = r->lo / 2;

	return r->lo % 2 == 1 && at < p->pkg->vers &&
	       version_package_cmp(q->id->version, db_text(q->db, vers[at])) < 0;
}

/* The verdict on a package whose revision is not known: the upstream version decides, if it differs
 * from that of the fix. A component may come from elsewhere than its host, so that nothing
 * decides. */
static uint8_t by_upstream(const struct match_query *q, const struct match_query_package *p,
                           const struct db_fix *r)
{
	int d;

	if (q->id->version[0] == '\0' || p->product != 0)
		return VD_POSSIBLE;
	d = version_package_cmp(q->id->version, db_text(q->db, r->fixed));
	if (d == 0)
		return q->order == version_freebsd_cmp &&
		                       version_freebsd_is_first(db_text(q->db, r->fixed))
		               ? VD_FIXED
		               : VD_POSSIBLE;
	if (d < 0 && q->order == version_freebsd_cmp && precedes(q, p, r))
		return VD_FIXED;
	return d > 0 ? VD_FIXED : VD_AFFECTED;
}

/* The verdict where the data knows no fix: it is as old as the newest version in it, and a later
 * revision may have the fix. */
static void unfixed_answer(const struct match_query *q, const struct match_query_package *p,
                           const struct db_fix *r, struct fix_answer *a)
{
	if (p->ord != 0 && (p->ord == UINT32_MAX ? r->lo > 0 : p->ord < r->lo)) {
		a->kind = VD_FIXED;
	} else if (!distro_confirms_open(q->data_distro)) {
		a->kind = VD_POSSIBLE;
		a->why = WHY_NOT_CONFIRMED;
	} else if (p->ord == 0) {
		a->kind = VD_POSSIBLE;
		a->why = WHY_REVISION;
	} else if (p->ord != UINT32_MAX && p->ord >= 2 * p->pkg->vers) {
		a->kind = VD_POSSIBLE;
		a->why = WHY_NEWER;
	} else {
		a->kind = VD_AFFECTED;
	}
}

/* What a distribution calls unimportant is that in every revision. */
static void note_unimportant(const struct db_fix *r, struct fix_answer *a)
{
	if (a->kind == VD_FIXED || !(r->flags & DB_F_UNIMPORTANT))
		return;
	a->kind = VD_POSSIBLE;
	a->why = WHY_UNIMPORTANT;
}

static uint32_t number_of(const struct match_query *q, const struct db_fix *r)
{
	return (uint32_t)(r - (const struct db_fix *)q->db->table[DB_FIX].data) + 1;
}

static struct fix_answer row_answer(const struct match_query *q,
                                    const struct match_query_package *p, const struct db_fix *r)
{
	struct fix_answer a = {.fix = number_of(q, r), .pkg = p->index + 1};

	if (r->flags & DB_F_NEVER) {
		a.kind = VD_FIXED;
		a.why = WHY_NOT_AFFECTED;
	} else if (r->flags & DB_F_UNFIXED) {
		unfixed_answer(q, p, r, &a);
	} else if (p->ord == 0) {
		a.kind = by_upstream(q, p, r);
		a.why = a.kind == VD_POSSIBLE ? WHY_REVISION : WHY_NOTHING;
	} else {
		uint32_t ord = p->ord == UINT32_MAX ? 0 : p->ord;

		a.kind = ord >= r->lo && ord < r->hi ? VD_AFFECTED : VD_FIXED;
	}
	note_unimportant(r, &a);
	return a;
}

/* Of two answers the one that is worse for the host. */
static struct fix_answer worse(struct fix_answer a, struct fix_answer b)
{
	if (a.kind == 0)
		return b;
	return b.kind != 0 && b.kind < a.kind ? b : a;
}

static bool family_knows(struct match_query *q, uint32_t product, uint32_t cve)
{
	for (size_t i = 0; i < q->families; i++) {
		const struct db_family *f = q->family[i];
		const uint32_t *list = (const uint32_t *)q->db->table[DB_FAMCVE].data + f->cve;
		uint32_t at = q->known[i];

		if (q->family_product[i] != product)
			continue;
		while (at < f->cves && list[at] < cve)
			at++;
		q->known[i] = at;
		if (at < f->cves && list[at] == cve)
			return true;
	}
	return false;
}

/* What the data says about a CVE in one package: its rows or, if the distribution's data is
 * complete, their absence. */
static struct fix_answer package_answer(struct match_query *q, struct match_query_package *p,
                                        uint32_t cve)
{
	struct fix_answer a = {0};
	const struct db_fix *r = rows(q, p);

	advance(q, p, cve);
	for (uint32_t i = p->cursor; i < p->pkg->fixes && r[i].cve == cve; i++)
		if (!is_other_stream(q, &r[i]))
			a = worse(a, row_answer(q, p, &r[i]));
	if (a.kind == 0 && q->tracks_all && family_knows(q, p->product, cve))
		a = (struct fix_answer){VD_FIXED, WHY_NOT_AFFECTED, 0, p->index + 1};
	return a;
}

struct fix_answer fix_about(struct match_query *q, uint32_t product, uint32_t cve)
{
	struct fix_answer all = {0};
	bool agree = true, first = true, stated = false;

	for (size_t i = 0; i < q->packages; i++) {
		struct fix_answer a;

		if (q->package[i].product != product)
			continue;
		stated = stated || q->package[i].ships || q->package[i].ord != 0;
		a = package_answer(q, &q->package[i], cve);
		agree = agree && (first || a.kind == all.kind);
		all = worse(all, a);
		first = false;
	}
	/* Nothing says which release it is, and they disagree, or it is one that the data does not know:
	 * none of those there ships the version. */
	if (!q->has_release && all.kind != 0 && (!agree || (all.kind == VD_AFFECTED && !stated))) {
		all.kind = VD_POSSIBLE;
		all.why = WHY_RELEASE;
	}
	return all;
}

/* What the rows about a CVE in a package that ships the stated version say. kind 0: the fix is in a
 * later version, so that this one does not have it; *@later is set then. */
static struct fix_answer twin_answer(const struct match_query *q, struct match_query_package *p,
                                     uint32_t cve, bool *later)
{
	const struct db_fix *r = rows(q, p);
	struct fix_answer a = {0};

	advance(q, p, cve);
	for (uint32_t at = p->cursor; at < p->pkg->fixes && r[at].cve == cve; at++) {
		if (r[at].flags & DB_F_NEVER)
			a = (struct fix_answer){VD_POSSIBLE, WHY_NOT_HERE, 0, p->index + 1};
		else if (r[at].flags & DB_F_UNFIXED)
			a = (struct fix_answer){VD_POSSIBLE, WHY_SHIPPED, 0, p->index + 1};
		else if (r[at].hi / 2 > p->last || db_text(q->db, r[at].fixed)[0] == '>')
			*later = true;
		else
			return (struct fix_answer){VD_POSSIBLE, WHY_BACKPORT, number_of(q, &r[at]),
			                           p->index + 1};
	}
	return a;
}

struct fix_answer fix_backported(struct match_query *q, uint32_t product, uint32_t cve)
{
	struct fix_answer best = {0};
	bool later = false, shipped = false;

	for (size_t i = 0; i < q->packages; i++) {
		struct fix_answer a;

		if (q->package[i].product != product)
			continue;
		shipped = shipped ||
		          !distro_follows_makers(db_text(q->db, q->package[i].pkg->distro));
		a = twin_answer(q, &q->package[i], cve, &later);
		if (a.why == WHY_BACKPORT)
			return a;
		if (best.kind == 0)
			best = a;
	}
	if (best.kind == 0 && shipped && !later)
		best = (struct fix_answer){VD_POSSIBLE, WHY_SHIPPED, 0, 0};
	return best;
}

/* ---- a release that another port names ---- */

/* Whether a row that fixes the stated version is about a revision that the release began with, so that
 * every package of this version has the fix. Debian and Ubuntu mark what they upload later:
 * "9.2p1-2+deb12u3", "3ubuntu13.3". */
static bool is_first_revision(const struct match_query *q, const char *fixed)
{
	static const char *const later[] = {"+deb", "~deb", "~bpo", "esm"};
	static const char *const counted[] = {"ubuntu", "build"};

	if (q->order != version_dpkg_cmp)
		return false;
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (strstr(fixed, later[i]) != NULL)
			return false;
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		const char *at = strstr(fixed, counted[i]);

		if (at != NULL && strchr(at, '.') != NULL)
			return false;
	}
	return true;
}

/* Whether the stated version may lie before the one with which the CVE came. */
static bool may_precede(const struct match_query *q, const struct match_query_package *p,
                        const struct db_fix *r)
{
	const uint32_t *vers = (const uint32_t *)q->db->table[DB_FIXVER].data + p->pkg->ver;
	uint32_t at = r->lo / 2;

	return r->lo % 2 == 1 && at < p->pkg->vers &&
	       version_stated_cmp(&q->stated, db_text(q->db, vers[at])) <= 0;
}

static struct fix_answer hinted_row(const struct match_query *q,
                                    const struct match_query_package *p, const struct db_fix *r)
{
	struct fix_answer a = {VD_POSSIBLE, WHY_REVISION, number_of(q, r), p->index + 1};
	const char *fixed = db_text(q->db, r->fixed);
	int d;

	if (r->flags & DB_F_NEVER) {
		bool sure = q->order != version_rpm_cmp ||
		            !release_has_branches(q->data_distro, q->release,
		                                  db_text(q->db, p->pkg->package));

		/* A row that says so of a module does not say of which stream. */
		a.kind = sure ? VD_FIXED : VD_POSSIBLE;
		a.why = sure ? WHY_NOT_AFFECTED : WHY_NOT_HERE;
		return a;
	}
	if (r->flags & DB_F_UNFIXED) {
		a.why = distro_confirms_open(q->data_distro) ? WHY_UNFIXED : WHY_NOT_CONFIRMED;
		note_unimportant(r, &a);
		return a;
	}
	d = version_stated_cmp(&q->stated, fixed);
	if (d > 0 || (d == 0 && is_first_revision(q, fixed))) {
		a.kind = VD_FIXED;
		a.why = WHY_NOTHING;
	} else if (d < 0 && !may_precede(q, p, r) && !distro_has_sold_fixes(q->id->hint.distro)) {
		a.kind = VD_AFFECTED;
		a.why = WHY_NOTHING;
	}
	note_unimportant(r, &a);
	return a;
}

/* Of two answers the one that both bear out: where they differ, nothing is certain, and a fix that
 * some revision has says more than none. */
static struct fix_answer agreed(struct fix_answer a, struct fix_answer b)
{
	if (a.kind == 0)
		return b;
	if (b.kind == a.kind && (a.kind != VD_POSSIBLE || a.why == WHY_REVISION))
		return a;
	if (a.kind == VD_POSSIBLE && b.why != WHY_REVISION)
		return a;
	if (b.kind == VD_POSSIBLE)
		return b;
	a.kind = VD_POSSIBLE;
	a.why = WHY_REVISION;
	return a;
}

static struct fix_answer hinted_package(struct match_query *q, struct match_query_package *p,
                                        uint32_t cve)
{
	struct fix_answer a = {0};
	const struct db_fix *r = rows(q, p);
	bool elsewhere = false, here = false;

	advance(q, p, cve);
	for (uint32_t i = p->cursor; i < p->pkg->fixes && r[i].cve == cve; i++) {
		if (is_other_stream(q, &r[i])) {
			elsewhere = true;
			continue;
		}
		here = here || r[i].fixed != 0;
		a = agreed(a, hinted_row(q, p, &r[i]));
	}
	if (a.kind == 0 && !elsewhere && q->tracks_all && family_knows(q, p->product, cve))
		a = (struct fix_answer){VD_FIXED, WHY_NOT_AFFECTED, 0, p->index + 1};
	/* That one stream of a module never had it may not hold for the others. */
	if (a.kind == VD_FIXED && elsewhere && !here) {
		a.kind = VD_POSSIBLE;
		a.why = WHY_REVISION;
	}
	return a;
}

struct fix_answer fix_hinted(struct match_query *q, uint32_t product, uint32_t cve)
{
	struct fix_answer all = {0};

	for (size_t i = 0; i < q->packages; i++) {
		struct fix_answer a;

		if (q->package[i].product != product)
			continue;
		a = hinted_package(q, &q->package[i], cve);
		if (a.kind != 0)
			all = agreed(all, a);
	}
	return all;
}
