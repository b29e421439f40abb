/* SPDX-License-Identifier: Apache-2.0 */
/* exposure.c - finds exposures, which need no CVE, by a table of conditions. */
#include "exposure.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendar.h"
#include "db.h"
#include "distro.h"
#include "score.h"

enum { RULES_MAX = 512, TERMS_MAX = 8 };

/* The service that is judged. */
struct subject {
	const struct vd_identity *id;
	const struct vd_facts *facts;
	uint16_t port;
	uint8_t transport;
	char now[CALENDAR_TEXT]; /* RFC 3339 */
	char port_text[8];
};

struct term;
typedef bool (*term_test)(const struct term *t, const struct subject *s);

struct term {
	term_test test;
	const char *name, *value; /* both point into the table's text */
	bool negated;
};

struct rule {
	const char *id, *title;
	uint8_t severity, base, terms;
	struct term term[TERMS_MAX];
};

struct exposure_table {
	char *text;
	size_t count;
	struct rule rule[RULES_MAX];
};

/* ---- terms ---- */

/* Does @value begin with the @n bytes at @want, in any case? */
static bool begins(const char *value, const char *want, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (value[i] != want[i] &&
		    tolower((unsigned char)value[i]) != tolower((unsigned char)want[i]))
			return false;
	return true;
}

/* Whether @value is one of the alternatives of @list, which "|" separates. A "*" at the end of an
 * alternative stands for any rest. */
static bool in_list(const char *list, const char *value)
{
	for (;;) {
		const char *end = strchrnul(list, '|');
		bool prefix = end > list && end[-1] == '*';
		size_t want = (size_t)(end - list) - prefix;

		if (begins(value, list, want) && (prefix || value[want] == '\0'))
			return true;
		if (*end == '\0')
			return false;
		list = end + 1;
	}
}

static bool is_service(const struct term *t, const struct subject *s)
{
	return in_list(t->value, s->id->service);
}

static bool is_product(const struct term *t, const struct subject *s)
{
	return s->id->product[0] != '\0' && in_list(t->value, s->id->product);
}

static bool is_device(const struct term *t, const struct subject *s)
{
	return s->id->device[0] != '\0' && in_list(t->value, s->id->device);
}

static bool is_port(const struct term *t, const struct subject *s)
{
	return in_list(t->value, s->port_text);
}

static bool is_transport(const struct term *t, const struct subject *s)
{
	return in_list(t->value, s->transport == 17 ? "udp" : s->transport == 6 ? "tcp" : "");
}

/* Whether @date has passed. RFC 3339 UTC and plain dates sort as text. */
static bool past(const char *date, const struct subject *s)
{
	return date[0] >= '0' && date[0] <= '9' && strncmp(date, s->now, strlen(date)) < 0;
}

static bool is_eol(const struct term *t, const struct subject *s)
{
	(void)t;
	/* The end of the vendor's support says nothing about a package that a distribution
	 * maintains. */
	if (s->id->distro[0] != '\0' &&
	    distro_is_supported(s->id->distro, s->id->distro_release, s->now))
		return false;
	if (s->id->hint.distro[0] != '\0' &&
	    distro_is_supported(s->id->hint.distro, s->id->hint.release, s->now))
		return false;
	return past(s->id->eol, s);
}

static const char *fact(const struct subject *s, const char *name)
{
	const struct vd_fact *f = s->facts != NULL ? vd_facts_get(s->facts, name) : NULL;

	return f != NULL ? f->value : "";
}

static bool is_expired(const struct term *t, const struct subject *s)
{
	(void)t;
	return past(fact(s, "ssl.not_after"), s);
}

static bool is_not_yet(const struct term *t, const struct subject *s)
{
	const char *from = fact(s, "ssl.not_before");

	(void)t;
	return from[0] >= '0' && from[0] <= '9' && strncmp(from, s->now, strlen(from)) > 0;
}

static bool below(const struct term *t, const struct subject *s)
{
	const char *text = fact(s, t->name);
	char *end;
	unsigned long have = strtoul(text, &end, 10);

	return end != text && have < strtoul(t->value, NULL, 10);
}

static bool has_fact(const struct term *t, const struct subject *s)
{
	return s->facts != NULL && vd_facts_get(s->facts, t->name) != NULL;
}

/* Whether any fact of that name fits: there may be several ("ssl.san"). */
static bool fact_is(const struct term *t, const struct subject *s)
{
	for (size_t i = 0; s->facts != NULL && i < vd_facts_count(s->facts); i++) {
		const struct vd_fact *f = vd_facts_at(s->facts, i);

		if (strcmp(f->name, t->name) == 0 && in_list(t->value, f->value))
			return true;
	}
	return false;
}

static const struct {
	const char *name;
	term_test test;
	bool value;
} named_terms[] = {
	{"service", is_service, true},     {"product", is_product, true},
	{"device", is_device, true},       {"port", is_port, true},
	{"transport", is_transport, true}, {"eol", is_eol, false},
	{"expired", is_expired, false},    {"not-yet-valid", is_not_yet, false},
};

/* ---- the table's text ---- */

static bool parse_term(char *text, struct term *t)
{
	char *sign;

	t->negated = text[0] == '!';
	text += t->negated;
	sign = strpbrk(text, "=<");
	t->name = text;
	t->test = sign == NULL ? has_fact : *sign == '<' ? below : fact_is;
	if (sign != NULL) {
		*sign = '\0';
		t->value = sign + 1;
	}
	for (size_t i = 0; i < sizeof(named_terms) / sizeof(named_terms[0]); i++)
		if (strcmp(named_terms[i].name, text) == 0) {
			t->test = named_terms[i].test;
			return named_terms[i].value == (sign != NULL);
		}
	return text[0] != '\0' && strchr(text, '.') != NULL &&
	       (sign == NULL || t->value[0] != '\0');
}

static bool parse_severity(const char *text, uint8_t *out)
{
	for (uint8_t i = VD_SEV_NONE; i <= VD_SEV_CRITICAL; i++) {
		*out = i;
		if (strcmp(vd_severity_name(i), text) == 0)
			return true;
	}
	return false;
}

/* Read the weight of a rule: a class of the score table, or a number of its own. */
static bool parse_weight(const char *text, const struct vd_model *model, uint8_t *base)
{
	char *end;
	unsigned long own = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)text[0]))
		return score_class(model, text, base);
	*base = (uint8_t)own;
	return *end == '\0' && own <= 100;
}

/* Parse a condition into the terms of @r. Returns NULL, or what is wrong; *@at is the place of the
 * fault. */
static const char *parse_condition(char *text, struct rule *r, const char **at)
{
	char *save = NULL;

	*at = text;
	for (char *word = strtok_r(text, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		*at = word;
		if (r->terms == TERMS_MAX)
			return "more than 8 terms";
		if (!parse_term(word, &r->term[r->terms++]))
			return "a term that is not understood";
	}
	return r->terms > 0 ? NULL : "the condition is missing";
}

static const char *parse_rule(char *line, const struct vd_model *model, struct rule *r,
                              const char **at)
{
	char *field[5];

	*at = line;
	for (int i = 0; i < 5; i++) {
		field[i] = strsep(&line, "\t");
		if (field[i] == NULL || field[i][0] == '\0')
			return "five fields divided by tabs are wanted";
	}
	r->id = field[0];
	r->title = field[3];
	*at = field[1];
	if (!parse_severity(field[1], &r->severity))
		return "the severity is none of none, low, medium, high, critical";
	*at = field[2];
	if (!parse_weight(field[2], model, &r->base))
		return "no class of the score's table and no number up to 100";
	return parse_condition(field[4], r, at);
}

/* Where a fault is. */
struct place {
	unsigned int line, column;
};

static const char *parse(struct exposure_table *t, const struct vd_model *model, struct place *p)
{
	char *rest = t->text, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *why, *at;

		p->line++;
		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (t->count == RULES_MAX)
			return "more than 512 rules";
		why = parse_rule(line, model, &t->rule[t->count++], &at);
		p->column = (unsigned int)(at - line) + 1;
		if (why != NULL)
			return why;
	}
	return NULL;
}

int exposure_open(const char *text, size_t len, const struct vd_model *model,
                  struct exposure_table **out, struct error *err)
{
	struct exposure_table *t = calloc(1, sizeof(*t));
	struct place place = {0, 1};
	const char *why;

	if (t != NULL)
		t->text = strndup(len > 0 ? text : "", len);
	if (t == NULL || t->text == NULL) {
		exposure_close(t);
		return -ENOMEM;
	}
	why = parse(t, model, &place);
	if (why != NULL) {
		exposure_close(t);
		return error_set(err, -EINVAL, "exposures.tsv:%u:%u: %s", place.line, place.column,
		                 why);
	}
	*out = t;
	return 0;
}

void exposure_close(struct exposure_table *t)
{
	if (t == NULL)
		return;
	free(t->text);
	free(t);
}

size_t exposure_count(const struct exposure_table *t)
{
	return t->count;
}

/* ---- judging ---- */

/* Write @value as @n digits to @out; returns what follows them. */
static char *digits(char *out, unsigned int value, unsigned int n)
{
	for (unsigned int i = n; i > 0; i--, value /= 10)
		out[i - 1] = (char)('0' + value % 10);
	return out + n;
}

bool vd_fact_is_date(const char *name, size_t len)
{
	static const char *const names[] = {"ssl.not_after", "ssl.not_before"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return true;
	return false;
}

/* Compare a date with a moment, as far as the date's text goes: -1 before it, 0 at it, 1 after
 * it. */
static int date_cmp(const char *date, size_t len, int64_t us)
{
	char text[CALENDAR_TEXT];
	int d;

	calendar_format(us > 0 ? us : 0, text);
	d = strncmp(date, text, len < sizeof(text) ? len : sizeof(text));
	return (d > 0) - (d < 0);
}

bool vd_date_reached(const char *date, size_t len, int64_t then_us, int64_t now_us)
{
	int now = date_cmp(date, len, now_us);

	/* Most dates lie in the future: one comparison is enough for them. */
	return now <= 0 && date_cmp(date, len, then_us) != now;
}

static void write_port(uint16_t port, char out[8])
{
	unsigned int n = 1;

	for (unsigned int rest = port / 10U; rest > 0; rest /= 10)
		n++;
	*digits(out, port, n) = '\0';
}

static void copy(char *out, size_t size, const char *text)
{
	size_t len = strnlen(text, size - 1);

	memcpy(out, text, len);
	out[len] = '\0';
}

static bool holds(const struct rule *r, const struct subject *s)
{
	for (uint8_t i = 0; i < r->terms; i++)
		if (r->term[i].test(&r->term[i], s) == r->term[i].negated)
			return false;
	return true;
}

static bool listed(const struct vd_exposure *out, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(out[i].id, id) == 0)
			return true;
	return false;
}

size_t vulndb_expose(const struct vulndb *db, const struct vd_subject *service, int64_t now_us,
                     struct vd_exposure out[VD_EXPOSURES_MAX])
{
	const struct exposure_table *t = db->exposures;
	struct subject s = {
		service->identity, service->facts, service->port, service->transport, "", ""};
	size_t n = 0;

	calendar_format(now_us > 0 ? now_us : 0, s.now);
	write_port(service->port, s.port_text);
	for (size_t i = 0; i < t->count && n < VD_EXPOSURES_MAX; i++) {
		const struct rule *r = &t->rule[i];

		if (listed(out, n, r->id) || !holds(r, &s))
			continue;
		out[n] = (struct vd_exposure){.severity = r->severity, .base = r->base};
		copy(out[n].id, sizeof(out[n].id), r->id);
		copy(out[n].title, sizeof(out[n].title), r->title);
		n++;
	}
	return n;
}

static bool term_reads(const struct term *t, const char *name)
{
	return strcmp(t->name, name) == 0 ||
	       (t->test == is_expired && strcmp(name, "ssl.not_after") == 0) ||
	       (t->test == is_not_yet && strcmp(name, "ssl.not_before") == 0);
}

bool exposure_reads(const struct exposure_table *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		for (uint8_t k = 0; k < t->rule[i].terms; k++)
			if (term_reads(&t->rule[i].term[k], name))
				return true;
	return false;
}
