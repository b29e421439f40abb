/* SPDX-License-Identifier: Apache-2.0 */
/* score_table.c - parses the text of the score's table; score.h describes its lines. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "score.h"

enum { FIELDS = 5, TEXT_MAX = 1 << 16, CODE_MAX = sizeof(((struct vd_finding *)0)->code) - 1 };

/* The table that comes with the program. */
static const char bundled[] =
#include "score_tsv.inc"
	;

/* A line that is being parsed, and what is wrong with it. */
struct line {
	char *field[FIELDS]; /* the fields behind the word */
	unsigned int fields;
	const char *fault; /* NULL: none */
	const char *at;    /* the field at fault */
};

/* The lines that must be there once. */
enum { HAS_MODEL = 1, HAS_LESS = 2, HAS_NEW = 4, HAS_FURTHER = 8, HAS_ALL = 15 };

struct parser {
	struct vd_model *model;
	unsigned int has;
	unsigned int levels;
	unsigned int number; /* the number of the current line */
};

static void fault(struct line *l, unsigned int field, const char *text)
{
	if (l->fault != NULL)
		return;
	l->fault = text;
	l->at = l->field[field];
}

/* ---- fields ---- */

static uint16_t number(struct line *l, unsigned int field, uint16_t most)
{
	const char *text = l->field[field];
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n > most)
		fault(l, field,
		      most == 100 ? "expected a number up to 100" : "expected a number up to 3650");
	return (uint16_t)n;
}

static uint8_t points(struct line *l, unsigned int field)
{
	return (uint8_t)number(l, field, 100);
}

static const char *code(struct line *l, unsigned int field)
{
	const char *text = l->field[field];

	if (text[0] == '\0' || strlen(text) > CODE_MAX ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-/.") != strlen(text))
		fault(l, field, "expected 1 to 31 of a-z 0-9 - / .");
	return text;
}

static void once(struct line *l, struct parser *p, unsigned int what)
{
	if (p->has & what)
		fault(l, 0, "it is there twice");
	p->has |= what;
}

/* Read the value of "cvss>=9.0" or "epss>=0.5": 0 < value <= @most. */
static float threshold(struct line *l, const char *term, float most)
{
	const char *text = term + strlen("cvss>=");
	char *end;
	float value = strtof(text, &end);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || !(value > 0 && value <= most)) {
		fault(l, 2, "expected a number above 0, up to 10 for cvss and 1 for epss");
		return most;
	}
	return value;
}

static void condition(struct line *l, struct score_verdict *v)
{
	char *save = NULL, *text = l->field[2];

	if (text[0] == '\0')
		fault(l, 2, "expected kev, cvss>=N or epss>=N");
	for (char *term = strtok_r(text, " ", &save); term != NULL && l->fault == NULL;
	     term = strtok_r(NULL, " ", &save)) {
		if (strcmp(term, "kev") == 0)
			v->kev = true;
		else if (strncmp(term, "cvss>=", 6) == 0)
			v->cvss_x10 = (uint8_t)(threshold(l, term, 10) * 10 + 0.5F);
		else if (strncmp(term, "epss>=", 6) == 0)
			v->epss = threshold(l, term, 1);
		else
			fault(l, 2, "expected kev, cvss>=N or epss>=N");
	}
}

/* ---- lines ---- */

static void take_model(struct parser *p, struct line *l)
{
	once(l, p, HAS_MODEL);
	p->model->name = code(l, 0);
}

static void take_verdict(struct parser *p, struct line *l)
{
	struct score_verdict v = {code(l, 0), code(l, 1), false, 0, 0, points(l, 3)};

	if (p->model->verdicts == SCORE_VERDICTS)
		fault(l, 0, "more than 64 verdicts");
	condition(l, &v);
	if (l->fault == NULL)
		p->model->verdict[p->model->verdicts++] = v;
}

static void take_less(struct parser *p, struct line *l)
{
	once(l, p, HAS_LESS);
	p->model->possible_less = points(l, 0);
}

static void take_fixed_less(struct parser *p, struct line *l)
{
	if (p->model->fixed_less > 0)
		fault(l, 0, "it is there twice");
	p->model->fixed_less = points(l, 0);
}

static void take_exposure(struct parser *p, struct line *l)
{
	struct score_weight w = {code(l, 0), points(l, 1)};
	uint8_t base;

	if (p->model->exposures == SCORE_CLASSES)
		fault(l, 0, "more than 64 classes");
	if (score_class(p->model, w.code, &base))
		fault(l, 0, "it is there twice");
	if (l->fault == NULL)
		p->model->exposure[p->model->exposures++] = w;
}

static void take_service(struct parser *p, struct line *l)
{
	static const char *const names[] = {"known", "usual-port", "unusual-port"};
	unsigned int i = 0;

	while (i < SCORE_SERVICES && strcmp(names[i], l->field[0]) != 0)
		i++;
	if (i == SCORE_SERVICES)
		fault(l, 0, "expected known, usual-port or unusual-port");
	else if (p->model->service[i].code != NULL)
		fault(l, 0, "it is there twice");
	else
		p->model->service[i] = (struct score_weight){code(l, 1), points(l, 2)};
}

static void take_new(struct parser *p, struct line *l)
{
	once(l, p, HAS_NEW);
	p->model->new_days = number(l, 0, 3650);
	p->model->new_more = points(l, 1);
}

static void take_further(struct parser *p, struct line *l)
{
	once(l, p, HAS_FURTHER);
	p->model->further_from = points(l, 0);
	p->model->further_each = points(l, 1);
	p->model->further_most = points(l, 2);
}

static void take_level(struct parser *p, struct line *l)
{
	unsigned int n = p->levels;
	uint8_t top = points(l, 1);

	if (n == SCORE_LEVELS || strcmp(l->field[0], vd_level_name((uint8_t)n)) != 0)
		fault(l, 0,
		      "the levels are Safe, Low, Moderate, Dangerous, Critical, in this order");
	else if (n > 0 && top <= p->model->top[n - 1])
		fault(l, 1, "it is not above the level before");
	else
		p->model->top[p->levels++] = top;
}

static const struct {
	const char *word;
	unsigned int fields;
	void (*take)(struct parser *p, struct line *l);
} words[] = {
	{"model", 1, take_model},           {"verdict", 4, take_verdict},
	{"possible-less", 1, take_less},    {"exposure", 2, take_exposure},
	{"service", 3, take_service},       {"new-port", 2, take_new},
	{"further", 3, take_further},       {"level", 2, take_level},
	{"fixed-less", 1, take_fixed_less},
};

static void take_line(struct parser *p, char *text, struct line *l)
{
	char *word = strsep(&text, "\t");

	while (l->fields < FIELDS && text != NULL)
		l->field[l->fields++] = strsep(&text, "\t");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		if (l->fields == words[i].fields && text == NULL) {
			words[i].take(p, l);
		} else {
			l->fault = "another number of fields than this word has";
			l->at = word;
		}
		return;
	}
	l->fault = "no word of the score's table";
	l->at = word;
}

/* What is missing at the end of the table, or NULL. */
static const char *missing(const struct parser *p)
{
	if (p->has != HAS_ALL)
		return "one of model, possible-less, new-port, further is missing";
	if (p->levels != SCORE_LEVELS)
		return "a level is missing";
	for (int i = 0; i < SCORE_SERVICES; i++)
		if (p->model->service[i].code == NULL)
			return "one of service known, usual-port, unusual-port is missing";
	return p->model->verdicts > 0 ? NULL : "there is no verdict";
}

/* Parse the table's text @rest, which is cut up. Returns NULL, or what is wrong in the line
 * p->number, with its *@column. */
static const char *parse(struct parser *p, char *rest, unsigned int *column)
{
	char *text;

	while ((text = strsep(&rest, "\n")) != NULL) {
		struct line l = {.fields = 0};

		p->number++;
		if (text[0] == '\0' || text[0] == '#')
			continue;
		take_line(p, text, &l);
		*column = (unsigned int)(l.at - text) + 1;
		if (l.fault != NULL)
			return l.fault;
	}
	*column = 1;
	return missing(p);
}

int score_table_open(const char *name, const char *text, size_t len, struct vd_model **out,
                     struct error *err)
{
	struct vd_model *m = calloc(1, sizeof(*m));
	struct parser p = {.model = m};
	unsigned int column = 1;
	const char *why;

	if (m != NULL && len < TEXT_MAX) {
		m->text = strndup(len > 0 ? text : "", len);
		m->words = strndup(len > 0 ? text : "", len);
	}
	if (m == NULL || (len < TEXT_MAX && (m->text == NULL || m->words == NULL))) {
		vd_model_close(m);
		return -ENOMEM;
	}
	why = len < TEXT_MAX ? parse(&p, m->words, &column) : "larger than 64 KiB";
	if (why == NULL) {
		*out = m;
		return 0;
	}
	vd_model_close(m);
	return error_set(err, -EINVAL, "%.300s:%u:%u: %s", name, p.number, column, why);
}

int vd_model_open(const char *text, size_t len, struct vd_model **out)
{
	return score_table_open("score.tsv", text, len, out, NULL);
}

int vd_model_bundled(struct vd_model **out)
{
	return vd_model_open(bundled, sizeof(bundled) - 1, out);
}

void vd_model_close(struct vd_model *m)
{
	if (m == NULL)
		return;
	free(m->text);
	free(m->words);
	free(m);
}

bool score_class(const struct vd_model *m, const char *name, uint8_t *base)
{
	for (size_t i = 0; i < m->exposures; i++) {
		if (strcmp(m->exposure[i].code, name) != 0)
			continue;
		*base = m->exposure[i].base;
		return true;
	}
	return false;
}
