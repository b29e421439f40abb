/* SPDX-License-Identifier: Apache-2.0 */
/* feed_nvd.c - NVD 2.0 CVE records: API pages, year feeds, single records, lines of {"cve":
 * ...}. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cve_id.h"
#include "cvss.h"
#include "feed.h"

enum { TEXT = 512, NODES_MAX = 16 };

struct logic {
	bool and, negate;
};

struct metric {
	unsigned int rank;
	uint8_t cvss_x10, cvss_version;
	char vector[256]; /* a vector of version 4 with all its metrics has up to 190 bytes */
};

struct nvd {
	struct feed f;
	unsigned int base; /* depth of a record's members; 0 = none open */
	bool has_id, rejected;
	bool known; /* the file in use has this record as new: the rest is skipped */
	struct build_cve cve;
	struct metric best, now;
	bool primary;
	char cwes[128];
	/* The match, nodes and configuration being read. */
	char criteria[TEXT], start[TEXT], end[TEXT];
	bool has_start, has_end, start_open, end_open, vulnerable;
	struct logic node[NODES_MAX], conf;
	unsigned int nodes;
};

struct metric_kind {
	const char *name;
	uint8_t version;
	/* The highest rank is kept: the newest version and, within it, NVD's own metric. */
	uint8_t rank;
};

static const struct metric_kind metric_kinds[] = {
	{"cvssMetricV31", 31, 8},
	{"cvssMetricV30", 30, 6},
	{"cvssMetricV40", 40, 10},
	{"cvssMetricV2", 20, 2},
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void copy(char *out, size_t size, const struct sax_event *e)
{
	size_t n = e->len < size - 1 ? e->len : size - 1;

	memcpy(out, e->text, n);
	out[n] = '\0';
}

static void begin_record(struct nvd *n, unsigned int depth)
{
	n->base = depth;
	n->has_id = n->rejected = n->known = false;
	n->cve = (struct build_cve){0};
	n->best = (struct metric){0};
	n->cwes[0] = '\0';
}

static int end_record(struct nvd *n)
{
	n->base = 0;
	if (!n->has_id)
		return feed_refuse(&n->f, "a CVE record without a CVE id");
	if (n->known || n->rejected)
		build_drop(n->f.b);
	if (n->known)
		return 0;
	n->cve.rejected = n->rejected;
	n->cve.cvss_x10 = n->best.cvss_x10;
	n->cve.cvss_version = n->best.cvss_version;
	n->cve.vector = n->best.vector;
	n->cve.cwes = n->cwes;
	n->f.count += !n->rejected;
	return build_cve(n->f.b, &n->cve);
}

static int end_match(struct nvd *n)
{
	struct build_match m = {
		.criteria = n->criteria,
		.start = n->has_start ? n->start : NULL,
		.end = n->has_end ? n->end : NULL,
		.start_open = n->start_open,
		.end_open = n->end_open,
		.vulnerable = n->vulnerable,
	};
	int ret = build_match(n->f.b, &m);

	return ret == -EINVAL ? feed_refuse(&n->f, "a criterion that is no CPE name") : ret;
}

static int end_node(struct nvd *n)
{
	struct logic l = n->nodes > 0 ? n->node[--n->nodes] : (struct logic){0};
	bool parent = n->nodes == 0;

	/* An outer node without criteria of its own states the operator of the configuration. */
	if (parent && l.and &&n->f.b->crits.count == n->f.b->open_crit)
		n->conf.and = true;
	return build_node(n->f.b, l.and, l.negate);
}

static int end_metric(struct nvd *n)
{
	uint8_t x10, version;

	/* One without a score and without a whole vector rates nothing. */
	if (n->now.cvss_x10 == 0 && !cvss_base(n->now.vector, &x10, &version))
		return 0;
	if (n->now.rank > 0)
		n->now.rank += n->primary;
	if (n->now.rank > n->best.rank)
		n->best = n->now;
	return 0;
}

static const struct metric_kind *metric_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(metric_kinds) / sizeof(metric_kinds[0]); i++)
		if (is(metric_kinds[i].name, name))
			return &metric_kinds[i];
	return NULL;
}

static int on_object(struct nvd *n, const struct sax_event *e)
{
	const struct metric_kind *kind;

	if (n->base == 0) {
		/* A record is wrapped in "cve", or stands bare at the top. */
		if (is(e->key, "cve") || e->depth == 0 || (e->depth == 1 && e->key[0] == '\0'))
			begin_record(n, e->depth + 1);
		return 0;
	}
	if (is(e->key, "cve") && n->base < e->depth + 1 && !n->has_id &&
	    n->f.b->crits.count == n->f.b->open_crit) {
		begin_record(n, e->depth + 1);
	} else if (is(e->key, "cpeMatch") || is(e->key, "cpe_match")) {
		n->criteria[0] = '\0';
		n->has_start = n->has_end = n->start_open = n->end_open = n->vulnerable = false;
	} else if (is(e->key, "nodes") || is(e->key, "children")) {
		if (n->nodes == NODES_MAX)
			return feed_refuse(&n->f, "nodes are nested too deep");
		n->node[n->nodes++] = (struct logic){0};
	} else if (is(e->key, "configurations")) {
		n->conf = (struct logic){0};
	} else if ((kind = metric_kind(e->key)) != NULL) {
		n->now = (struct metric){.rank = kind->rank, .cvss_version = kind->version};
		n->primary = false;
	}
	return 0;
}

static int on_object_end(struct nvd *n, const struct sax_event *e)
{
	if (n->base == 0)
		return 0;
	if (e->depth + 1 == n->base) {
		/* This object is no record but a page or wrapper, which holds its records in
		 * "cve". */
		if (!n->has_id && e->depth == 0 && n->f.b->crits.count == n->f.b->open_crit) {
			n->base = 0;
			return 0;
		}
		return end_record(n);
	}
	if (is(e->key, "cpeMatch") || is(e->key, "cpe_match"))
		return end_match(n);
	if (is(e->key, "nodes") || is(e->key, "children"))
		return end_node(n);
	if (is(e->key, "configurations"))
		return build_conf(n->f.b, n->conf.and, n->conf.negate);
	return metric_kind(e->key) != NULL ? end_metric(n) : 0;
}

static void bound(char *out, bool *has, bool *open, const struct sax_event *e)
{
	copy(out, TEXT, e);
	*has = true;
	*open = strstr(e->key, "Excluding") != NULL;
}

static void on_match_text(struct nvd *n, const struct sax_event *e)
{
	if (is(e->key, "criteria") || is(e->key, "cpe23Uri"))
		copy(n->criteria, sizeof(n->criteria), e);
	else if (strncmp(e->key, "versionStart", 12) == 0)
		bound(n->start, &n->has_start, &n->start_open, e);
	else if (strncmp(e->key, "versionEnd", 10) == 0)
		bound(n->end, &n->has_end, &n->end_open, e);
}

static void on_modified(struct nvd *n, const struct sax_event *e)
{
	n->cve.modified = build_time(e->text, e->len);
	if (n->cve.modified != 0 && strcmp(e->text, n->f.date) > 0)
		snprintf(n->f.date, sizeof(n->f.date), "%.19s", e->text);
}

static void on_record_text(struct nvd *n, const struct sax_event *e)
{
	if (is(e->key, "id"))
		n->has_id = cve_id_parse(e->text, e->len, &n->cve.year, &n->cve.number);
	else if (is(e->key, "vulnStatus"))
		n->rejected = is(e->text, "Rejected");
	else if (is(e->key, "cisaExploitAdd"))
		n->cve.kev_date = build_date(e->text, e->len);
	else if (is(e->key, "lastModified"))
		on_modified(n, e);
	n->known = n->has_id && build_is_known(n->f.b, n->cve.year, n->cve.number, n->cve.modified);
}

/* Add a weakness, "CWE-79", unless it stands there already. "NVD-CWE-Other" names none. */
static void take_cwe(struct nvd *n, const char *text)
{
	size_t used = strlen(n->cwes), len = strlen(text);
	const char *at;

	if (strncmp(text, "CWE-", 4) != 0 || len == 4 ||
	    strspn(text + 4, "0123456789") != len - 4 || used + len + 2 > sizeof(n->cwes))
		return;
	for (at = strstr(n->cwes, text); at != NULL; at = strstr(at + 1, text))
		if (at[len] == '\0' || at[len] == ' ')
			return;
	snprintf(n->cwes + used, sizeof(n->cwes) - used, "%s%s", used > 0 ? " " : "", text);
}

/* Note a decision point of SSVC. */
static void take_ssvc(struct nvd *n, const struct sax_event *e)
{
	static const struct {
		const char *point, *value;
		unsigned int shift, number;
	} points[] = {
		{"exploitation", "none", DB_SSVC_EXPLOITATION, 1},
		{"exploitation", "poc", DB_SSVC_EXPLOITATION, 2},
		{"exploitation", "active", DB_SSVC_EXPLOITATION, 3},
		{"automatable", "no", DB_SSVC_AUTOMATABLE, 1},
		{"automatable", "yes", DB_SSVC_AUTOMATABLE, 2},
		{"technicalImpact", "partial", DB_SSVC_IMPACT, 1},
		{"technicalImpact", "total", DB_SSVC_IMPACT, 2},
	};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		if (is(points[i].point, e->key) && is(points[i].value, e->text))
			n->cve.ssvc = (uint8_t)((n->cve.ssvc & ~(3U << points[i].shift)) |
			                        points[i].number << points[i].shift);
}

static void on_string(struct nvd *n, const struct sax_event *e)
{
	if (e->depth == n->base)
		on_record_text(n, e);
	else if (is(e->parent, "cpeMatch") || is(e->parent, "cpe_match"))
		on_match_text(n, e);
	else if ((is(e->parent, "nodes") || is(e->parent, "children")) && is(e->key, "operator"))
		n->node[n->nodes > 0 ? n->nodes - 1 : 0].and = is(e->text, "AND");
	else if (is(e->parent, "configurations") && is(e->key, "operator"))
		n->conf.and = is(e->text, "AND");
	else if (is(e->parent, "cvssData") && is(e->key, "vectorString"))
		copy(n->now.vector, sizeof(n->now.vector), e);
	else if (is(e->key, "type") && metric_kind(e->parent) != NULL)
		n->primary = is(e->text, "Primary");
	else if (is(e->key, "value") && is(e->parent, "description"))
		take_cwe(n, e->text);
	else if (is(e->parent, "options"))
		take_ssvc(n, e);
}

static void on_bool(struct nvd *n, const struct sax_event *e)
{
	if (is(e->key, "vulnerable"))
		n->vulnerable = e->truth;
	else if (!is(e->key, "negate"))
		return;
	else if (is(e->parent, "configurations"))
		n->conf.negate = e->truth;
	else
		n->node[n->nodes > 0 ? n->nodes - 1 : 0].negate = e->truth;
}

static int event(void *state, const struct sax_event *e)
{
	struct nvd *n = state;

	if (n->known && e->depth > n->base)
		return 0;
	switch (e->type) {
	case SAX_OBJECT:
		return on_object(n, e);
	case SAX_OBJECT_END:
		return on_object_end(n, e);
	case SAX_STRING:
		if (is(e->key, "timestamp") && e->depth == 1)
			snprintf(n->f.date, sizeof(n->f.date), "%.19s", e->text);
		on_string(n, e);
		return 0;
	case SAX_BOOL:
		on_bool(n, e);
		return 0;
	case SAX_NUMBER:
		if (is(e->key, "baseScore") && is(e->parent, "cvssData")) {
			double score = strtod(e->text, NULL) * 10 + 0.5;

			n->now.cvss_x10 = score >= 0 && score <= 100.5 ? (uint8_t)score : 0;
		}
		return 0;
	default:
		return 0;
	}
}

const struct feed_kind feed_nvd = {
	.name = "NVD",
	.licence = "public domain",
	.state_size = sizeof(struct nvd),
	.event = event,
};
