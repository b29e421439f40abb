/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.c - reads and writes facts in compact form: lines of fields divided by tabs. */
#include "bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cve_id.h"
#include "feed.h"

enum { FIELDS = 8, KINDS = 10, DATE = 10 };

struct facts {
	struct feed f;
	bool header;
	uint64_t counts[KINDS];
	/* of the fixes, as a line "S" names it; "": Debian's */
	char fix_source[24], fix_licence[32];
};

/* Split at tabs; missing fields are "". */
static void split(char *line, char *field[FIELDS])
{
	static char none[1];

	for (int i = 0; i < FIELDS; i++) {
		field[i] = line != NULL ? line : none;
		line = line != NULL ? strchr(line, '\t') : NULL;
		if (line != NULL)
			*line++ = '\0';
	}
}

static bool cve_id(const char *text, uint32_t *year, uint32_t *number)
{
	return cve_id_parse(text, strlen(text), year, number);
}

/* M flags name start end: flags of "v" (vulnerable), "s", "e" (start, end open). */
static int read_match(struct build *b, char *field[FIELDS])
{
	char name[1024];
	struct build_match m = {
		.criteria = name,
		.start = field[3][0] != '\0' ? field[3] : NULL,
		.end = field[4][0] != '\0' ? field[4] : NULL,
		.vulnerable = strchr(field[1], 'v') != NULL,
		.start_open = strchr(field[1], 's') != NULL,
		.end_open = strchr(field[1], 'e') != NULL,
	};

	if (snprintf(name, sizeof(name), "cpe:2.3:%s", field[2]) >= (int)sizeof(name))
		return -EINVAL;
	return build_match(b, &m);
}

static int read_node(struct build *b, char *field[FIELDS])
{
	return build_node(b, field[1][0] == '&', strchr(field[1], '!') != NULL);
}

static int read_conf(struct build *b, char *field[FIELDS])
{
	return build_conf(b, field[1][0] == '&', strchr(field[1], '!') != NULL);
}

/* C id cvss-version score-x10 vector weaknesses ssvc; the last two may be missing */
static int read_cve(struct build *b, char *field[FIELDS])
{
	struct build_cve c = {
		.cvss_version = (uint8_t)strtoul(field[2], NULL, 10),
		.cvss_x10 = (uint8_t)strtoul(field[3], NULL, 10),
		.vector = field[4],
		.cwes = field[5],
		.ssvc = (uint8_t)strtoul(field[6], NULL, 10),
	};

	return cve_id(field[1], &c.year, &c.number) ? build_cve(b, &c) : -EINVAL;
}

/* K id date name; the name may be missing */
static int read_kev(struct build *b, char *field[FIELDS])
{
	uint32_t year, number, date = build_date(field[2], strlen(field[2]));

	if (!cve_id(field[1], &year, &number) || date == 0)
		return -EINVAL;
	return build_kev(b, year, number, date, field[3]);
}

/* E id probability */
static int read_epss(struct build *b, char *field[FIELDS])
{
	uint32_t year, number;
	float value = strtof(field[2], NULL);

	if (!cve_id(field[1], &year, &number) || !(value >= 0 && value <= 1))
		return -EINVAL;
	return build_epss(b, year, number, value);
}

/* V id vector */
static int read_vector(struct build *b, char *field[FIELDS])
{
	uint32_t year, number;

	if (!cve_id(field[1], &year, &number))
		return -EINVAL;
	return build_vector(b, year, number, field[2]);
}

/* F id distribution release package introduced fixed flags */
static int read_fix(struct build *b, char *field[FIELDS])
{
	struct build_fix fix = {
		.distro = build_text(b, field[2]),
		.release = build_text(b, field[3]),
		.package = build_text(b, field[4]),
		.introduced = build_text(b, field[5]),
		.fixed = build_text(b, field[6]),
		.flags = (uint32_t)strtoul(field[7], NULL, 10),
	};

	if (!cve_id(field[1], &fix.year, &fix.number) || fix.distro == 0 || fix.package == 0)
		return -EINVAL;
	return build_fix(b, &fix);
}

/* A name canonical-name */
static int read_alias(struct build *b, char *field[FIELDS])
{
	struct build_alias *a = vec_push(&b->aliases);

	if (a == NULL)
		return -ENOMEM;
	*a = (struct build_alias){build_text(b, field[1]), build_text(b, field[2])};
	return a->name != 0 && a->canonical != 0 ? 0 : -EINVAL;
}

/* P name packages */
static int read_package(struct build *b, char *field[FIELDS])
{
	struct build_package *p = vec_push(&b->packages);

	if (p == NULL)
		return -ENOMEM;
	*p = (struct build_package){build_text(b, field[1]), build_text(b, field[2])};
	return p->name != 0 && p->packages != 0 ? 0 : -EINVAL;
}

static const struct {
	char key;
	int (*read)(struct build *b, char *field[FIELDS]);
	/* how the list of sources names them; NULL: they are not listed */
	const char *source, *licence;
} kinds[KINDS] = {
	{'M', read_match, NULL, NULL},
	{'N', read_node, NULL, NULL},
	{'O', read_conf, NULL, NULL},
	{'C', read_cve, "bundled NVD", "public domain"},
	{'K', read_kev, "bundled KEV", "CC0"},
	{'E', read_epss, "bundled EPSS", "FIRST terms"},
	{'F', read_fix, "bundled Debian", "Debian"},
	{'A', read_alias, NULL, NULL},
	{'P', read_package, NULL, NULL},
	{'V', read_vector, NULL, NULL},
};

static int take_date(struct facts *s, const char *date)
{
	if (build_date(date, strlen(date)) == 0)
		return feed_refuse(&s->f, "a date that is none");
	snprintf(s->f.date, sizeof(s->f.date), "%.*s", DATE, date);
	return 0;
}

/* S name licence: whose fixes follow */
static void take_source(struct facts *s, char *field[FIELDS])
{
	snprintf(s->fix_source, sizeof(s->fix_source), "%.23s", field[1]);
	snprintf(s->fix_licence, sizeof(s->fix_licence), "%.31s", field[2]);
}

static int line(void *state, char *text, size_t len)
{
	struct facts *s = state;
	char *field[FIELDS];
	int ret;

	if (!s->header) {
		s->header = strcmp(text, BUNDLE_HEADER) == 0;
		return s->header ? 0 : feed_refuse(&s->f, "the header of a fact file is missing");
	}
	if (len == 0 || text[0] == '#')
		return 0;
	split(text, field);
	if (strcmp(field[0], "D") == 0)
		return take_date(s, field[1]);
	if (strcmp(field[0], "S") == 0) {
		take_source(s, field);
		return 0;
	}
	for (size_t i = 0; i < KINDS; i++) {
		if (field[0][0] != kinds[i].key || field[0][1] != '\0')
			continue;
		s->counts[i]++;
		ret = kinds[i].read(s->f.b, field);
		return ret == -EINVAL ? feed_refuse(&s->f, "a fact that is not in its form") : ret;
	}
	return feed_refuse(&s->f, "a line of an unknown kind");
}

static int end(void *state)
{
	const struct facts *s = state;

	for (size_t i = 0; i < KINDS; i++) {
		struct build_source about = {.count = s->counts[i]};
		bool named;

		if (s->counts[i] == 0 || kinds[i].source == NULL)
			continue;
		named = kinds[i].key == 'F' && s->fix_source[0] != '\0';
		snprintf(about.name, sizeof(about.name), "%s",
		         named ? s->fix_source : kinds[i].source);
		snprintf(about.date, sizeof(about.date), "%s", s->f.date);
		snprintf(about.licence, sizeof(about.licence), "%s",
		         named ? s->fix_licence : kinds[i].licence);
		build_source(s->f.b, &about);
	}
	return 0;
}

const struct feed_kind feed_facts = {
	.name = "facts",
	.licence = "",
	.state_size = sizeof(struct facts),
	.line = line,
	.end = end,
};

/* ---- writing ---- */

static void write_crit(FILE *out, const struct build *b, const struct db_crit *c)
{
	const struct db_qual *q = vec_at(&b->quals, c->qual);
	const char *version = c->flags & DB_C_NA ? "-" : "*";
	bool na_update = (c->flags & DB_C_EXACT) && strcmp(pool_get(&b->pool, q->update), "0") == 0;
	const uint32_t rest[] = {q->edition, q->language, q->sw_edition, q->target_sw,
	                         q->target_hw};
	size_t last = 0;

	fprintf(out, "M\t%s%s%s\t%s:", c->flags & DB_C_VULNERABLE ? "v" : "",
	        c->flags & DB_C_LO_OPEN ? "s" : "", c->flags & DB_C_HI_OPEN ? "e" : "",
	        pool_get(&b->pool, c->name));
	if (c->flags & DB_C_EXACT) {
		for (const char *p = pool_get(&b->pool, c->lo_text); *p != '\0'; p++)
			fprintf(out, strchr(":*?\\", *p) != NULL ? "\\%c" : "%c", *p);
	} else {
		fputs(version, out);
	}
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		last = rest[i] != 0 ? i + 1 : last;
	if (last > 0 || na_update)
		fprintf(out, ":%s", na_update ? "-" : "*");
	for (size_t i = 0; i < last; i++)
		fprintf(out, ":%s", rest[i] != 0 ? pool_get(&b->pool, rest[i]) : "*");
	fprintf(out, "\t%s\t%s\n", c->flags & DB_C_LO ? pool_get(&b->pool, c->lo_text) : "",
	        c->flags & DB_C_HI ? pool_get(&b->pool, c->hi_text) : "");
}

static void write_conf(FILE *out, const struct build *b, const struct db_conf *conf)
{
	for (uint32_t n = conf->node; n < conf->node + conf->nodes; n++) {
		const struct db_node *node = vec_at(&b->nodes, n);

		for (uint32_t i = 0; i < node->crits; i++)
			write_crit(out, b, vec_at(&b->crits, node->crit + i));
		fprintf(out, "N\t%s%s\n", node->op == DB_AND ? "&" : "", node->negate ? "!" : "");
	}
	fprintf(out, "O\t%s%s\n", conf->op == DB_AND ? "&" : "", conf->negate ? "!" : "");
}

static void write_cves(FILE *out, const struct build *b)
{
	for (size_t i = 0; i < b->cves.count; i++) {
		const struct db_cve *c = vec_at(&b->cves, i);

		if (c->flags & DB_CVE_REJECTED)
			continue;
		for (uint32_t n = 0; n < c->confs; n++)
			write_conf(out, b, vec_at(&b->confs, c->conf + n));
		fprintf(out, "C\tCVE-%04u-%04u\t%u\t%u\t%s", c->year, c->number, c->cvss_version,
		        c->cvss_x10, pool_get(&b->pool, c->vector));
		if (c->cwes != 0 || c->ssvc != 0)
			fprintf(out, "\t%s", pool_get(&b->pool, c->cwes));
		if (c->ssvc != 0)
			fprintf(out, "\t%u", c->ssvc);
		putc('\n', out);
	}
}

static void write_kev(FILE *out, const struct build *b)
{
	for (size_t i = 0; i < b->kevs.count; i++) {
		const struct build_kev *k = vec_at(&b->kevs, i);

		fprintf(out, "K\tCVE-%04u-%04u\t%04u-%02u-%02u\t%s\n", k->year, k->number,
		        k->date / 10000, k->date / 100 % 100, k->date % 100,
		        pool_get(&b->pool, k->name));
	}
}

/* Write the probabilities of CVEs that the build has. */
static void write_epss(FILE *out, const struct build *b)
{
	struct map known = {0};
	bool fresh;

	for (size_t i = 0; i < b->cves.count; i++) {
		const struct db_cve *c = vec_at(&b->cves, i);

		map_put(&known, (uint64_t)c->year << 32 | c->number, &fresh);
	}
	for (size_t i = 0; i < b->fixes.count; i++) {
		const struct build_fix *f = vec_at(&b->fixes, i);

		map_put(&known, (uint64_t)f->year << 32 | f->number, &fresh);
	}
	for (size_t i = 0; i < b->epss.count; i++) {
		const struct build_epss *e = vec_at(&b->epss, i);

		if (map_get(&known, (uint64_t)e->year << 32 | e->number) != NULL)
			fprintf(out, "E\tCVE-%04u-%04u\t%g\n", e->year, e->number, (double)e->epss);
	}
	map_fini(&known);
}

static void write_fixes(FILE *out, const struct build *b)
{
	for (size_t i = 0; i < b->fixes.count; i++) {
		const struct build_fix *f = vec_at(&b->fixes, i);

		fprintf(out, "F\tCVE-%04u-%04u\t%s\t%s\t%s\t%s\t%s\t%u\n", f->year, f->number,
		        pool_get(&b->pool, f->distro), pool_get(&b->pool, f->release),
		        pool_get(&b->pool, f->package), pool_get(&b->pool, f->introduced),
		        pool_get(&b->pool, f->fixed), f->flags);
	}
	for (size_t i = 0; i < b->vectors.count; i++) {
		const struct build_vector *v = vec_at(&b->vectors, i);

		fprintf(out, "V\tCVE-%04u-%04u\t%s\n", v->year, v->number,
		        pool_get(&b->pool, v->vector));
	}
}

static void write_date(FILE *out, const struct build *b, const char *source)
{
	for (size_t i = 0; i < b->sources.count; i++) {
		const struct build_source *s = vec_at(&b->sources, i);

		if (strcmp(s->name, source) == 0 && s->date[0] != '\0')
			fprintf(out, "D\t%.*s\n", DATE, s->date);
	}
}

int bundle_write(const struct build *b, const char *kind, FILE *out)
{
	static const struct {
		const char *kind, *source;
		void (*write)(FILE *out, const struct build *b);
		const char *label; /* the line "S"; NULL: the default of the kind */
	} writers[] = {
		{"cve", "NVD", write_cves, NULL},
		{"kev", "KEV", write_kev, NULL},
		{"epss", "EPSS", write_epss, NULL},
		{"fix", "OSV", write_fixes, NULL},
		{"fix-ubuntu", "OSV", write_fixes, "bundled Ubuntu\tCC-BY-SA-4.0"},
		{"fix-alma", "OSV", write_fixes, "bundled AlmaLinux\tMIT"},
		{"fix-rocky", "OSV", write_fixes, "bundled Rocky Linux\tBSD"},
		{"fix-redhat", "OSV", write_fixes, "bundled Red Hat\tCC-BY-4.0"},
		{"fix-alpine", "OSV", write_fixes, "bundled Alpine\tnone stated"},
	};

	fprintf(out, BUNDLE_HEADER "\n");
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++) {
		if (strcmp(kind, writers[i].kind) != 0)
			continue;
		write_date(out, b, writers[i].source);
		if (writers[i].label != NULL)
			fprintf(out, "S\t%s\n", writers[i].label);
		writers[i].write(out, b);
	}
	return ferror(out) ? -EIO : 0;
}
