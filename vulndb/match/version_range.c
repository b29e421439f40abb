/* SPDX-License-Identifier: Apache-2.0 */
/* version_range.c - decides whether a stated version lies within the versions of a criterion. */
#include "version_range.h"

#include <stdio.h>
#include <string.h>

static struct cve_fit fit(enum truth truth, uint8_t precision, uint8_t why)
{
	return (struct cve_fit){.truth = truth, .precision = precision, .why = why};
}

/* Whether the stated version, which has the same release as a bound, lies outside of it: the
 * updates decide. @side: -1 upper, 1 lower bound. @open: the bound itself is outside. */
static bool beyond_update(const struct match_query *q, const struct match_query_product *p,
                          uint32_t text, bool open, int side)
{
	const char *bound = db_text(q->db, text);
	struct version v;
	int d;

	version_parse(bound, strlen(bound), &v);
	d = strcmp(p->version.update, v.update) * side;
	/* A closed bound without an update includes every update of its release. */
	if (!open)
		return version_has_update(&v) && d < 0;
	return d <= 0;
}

/* Whether a bound is "9.8p1" and the stated version "9.8": OpenSSH's portable release, which all but
 * OpenBSD have, ends in p1, and some systems leave that out of the banner. */
static bool is_portable(const struct match_query *q, const struct match_query_product *p,
                        const struct db_crit *c, uint32_t text)
{
	const char *bound = db_text(q->db, text);
	size_t len = strlen(bound);

	return !version_has_update(&p->version) && len > 2 && strcmp(bound + len - 2, "p1") == 0 &&
	       strncmp(db_text(q->db, c->name), "a:openbsd:openssh", 17) == 0;
}

/* Whether the portable release of the stated version lies on the other side of a bound than the
 * version itself. */
static bool hangs_on_portable(const struct match_query *q, const struct match_query_product *p,
                              const struct db_crit *c)
{
	if (p->half || !(c->flags & DB_C_BOUND_UPDATE))
		return false;
	return ((c->flags & DB_C_LO) && p->lo == c->lo && !(c->flags & DB_C_LO_OPEN) &&
	        is_portable(q, p, c, c->lo_text)) ||
	       ((c->flags & DB_C_HI) && p->lo == c->hi && (c->flags & DB_C_HI_OPEN) &&
	        is_portable(q, p, c, c->hi_text));
}

static bool outside(const struct match_query *q, const struct match_query_product *p,
                    const struct db_crit *c)
{
	if (p->hi < c->lo || p->lo > c->hi)
		return true;
	if (p->half)
		return false;
	if ((c->flags & DB_C_LO) && p->lo == c->lo &&
	    (c->flags & (DB_C_LO_OPEN | DB_C_BOUND_UPDATE)) &&
	    beyond_update(q, p, c->lo_text, c->flags & DB_C_LO_OPEN, 1))
		return true;
	return (c->flags & DB_C_HI) && p->lo == c->hi &&
	       (c->flags & (DB_C_HI_OPEN | DB_C_BOUND_UPDATE)) &&
	       beyond_update(q, p, c->hi_text, c->flags & DB_C_HI_OPEN, -1);
}

/* Whether a criterion covers all that half a version may stand for, a part of it (unknown), or
 * nothing. */
static enum truth covered(const struct match_query_product *p, const struct db_crit *c)
{
	uint32_t lo = c->lo + ((c->flags & DB_C_LO_OPEN) && c->lo != 0);
	uint32_t hi = c->hi - ((c->flags & DB_C_HI_OPEN) && c->hi != UINT32_MAX);

	if (p->hi < lo || p->lo > hi)
		return TRUTH_NO;
	return lo <= p->lo && p->hi <= hi ? TRUTH_YES : TRUTH_UNKNOWN;
}

static struct cve_fit exact_fit(const struct match_query *q, const struct match_query_product *p,
                                const struct db_crit *c)
{
	const struct db_qual *qual = (const struct db_qual *)q->db->table[DB_QUAL].data + c->qual;

	if (!p->half && qual->update != 0 &&
	    strcmp(db_text(q->db, qual->update), p->version.update) != 0)
		return fit(TRUTH_NO, VD_EXACT, WHY_NOTHING);
	if (!p->half && (c->flags & DB_C_BARE) && version_has_update(&p->version))
		return fit(TRUTH_NO, VD_EXACT, WHY_NOTHING);
	if (p->half && p->lo != p->hi)
		return fit(TRUTH_UNKNOWN, VD_EXACT, WHY_HALF_VERSION);
	return fit(TRUTH_YES, VD_EXACT, WHY_NOTHING);
}

struct cve_fit version_range_fit(const struct match_query *q, const struct match_query_product *p,
                                 const struct db_crit *c)
{
	uint8_t precision = c->flags & DB_C_HI ? VD_BOUNDED : VD_UNBOUNDED;

	if (c->flags & DB_C_SHADOWED)
		return fit(TRUTH_NO, VD_PRODUCT_ONLY, WHY_NOTHING);
	if (c->flags & (DB_C_ANY | DB_C_NA))
		return fit(TRUTH_UNKNOWN, VD_PRODUCT_ONLY, WHY_EVERY_VERSION);
	if (!p->has_version || p->hi < c->lo || p->lo > c->hi)
		return fit(TRUTH_NO, precision, WHY_NOTHING);
	if (c->flags & DB_C_EXACT)
		return exact_fit(q, p, c);
	if (p->ordered && hangs_on_portable(q, p, c))
		return fit(TRUTH_UNKNOWN, precision, WHY_PORTABLE);
	if (!p->ordered || outside(q, p, c))
		return fit(TRUTH_NO, precision, WHY_NOTHING);
	if (p->half && covered(p, c) != TRUTH_YES)
		return fit(covered(p, c), precision, WHY_HALF_VERSION);
	if (c->flags & DB_C_ODD)
		return fit(TRUTH_UNKNOWN, precision, WHY_ODD_BOUND);
	if (precision == VD_UNBOUNDED)
		return fit(TRUTH_UNKNOWN, precision, WHY_OPEN_RANGE);
	return fit(TRUTH_YES, precision, WHY_NOTHING);
}

void version_range_text(const struct vulndb *db, const struct db_crit *c, char *out, size_t size)
{
	const char *lo = db_text(db, c->lo_text), *hi = db_text(db, c->hi_text);
	bool both = (c->flags & DB_C_LO) && (c->flags & DB_C_HI);

	if (c->flags & DB_C_EXACT)
		snprintf(out, size, "=%s", lo);
	else if (c->flags & DB_C_NA)
		snprintf(out, size, "not stated");
	else if (!(c->flags & (DB_C_LO | DB_C_HI)))
		snprintf(out, size, "any");
	else
		snprintf(out, size, "%s%s%s%s%s",
		         c->flags & DB_C_LO ? (c->flags & DB_C_LO_OPEN ? ">" : ">=") : "",
		         c->flags & DB_C_LO ? lo : "", both ? " " : "",
		         c->flags & DB_C_HI ? (c->flags & DB_C_HI_OPEN ? "<" : "<=") : "",
		         c->flags & DB_C_HI ? hi : "");
}
