/* SPDX-License-Identifier: Apache-2.0 */
/* stats.c - counts services and hosts by the values of fields. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "field_column.h"
#include "json.h"
#include "page.h"
#include "stats.h"
#include "term.h"
#include "values.h"

struct value_count {
	char *value; /* owned */
	double number;
	uint64_t count;
	uint64_t host, service; /* numbers of the last host and service that had the value */
};

struct facet {
	const struct field *field;
	size_t limit;
	void *tree; /* tsearch() tree of struct value_count, by value */
	struct value_count **sorted;
	size_t n;
};

struct stats {
	enum stats_by by;
	struct facet facets[STATS_FACETS_MAX];
	size_t facet_count;
	uint64_t services, hosts;
	uint64_t lists; /* of values that the index gave, so far */
	struct dp_addr last;
	/* the facet whose values are being counted */
	struct facet *at;
	bool failed;
};

/* What is counted where nobody says what. */
static const char *const overview =
	"transport,port,service,product,vuln.severity,vuln,exposure,level,kev";
static const char *const host_overview =
	"transport,port,service,product,vuln.severity,vuln,exposure,host_level,kev";

static int by_value(const void *a, const void *b)
{
	return strcmp(((const struct value_count *)a)->value,
	              ((const struct value_count *)b)->value);
}

static void free_count(void *p)
{
	struct value_count *e = p;

	free(e->value);
	free(e);
}

void stats_free(struct stats *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->facet_count; i++) {
		tdestroy(s->facets[i].tree, free_count);
		free(s->facets[i].sorted);
	}
	free(s);
}

/* ---- which ----------------------------------------------------------------------------------- */

static int add_facet(struct stats *s, const char *spec, unsigned column, struct error *err)
{
	struct facet *f = &s->facets[s->facet_count];
	char name[64];
	size_t len = strcspn(spec, ":");
	char *end;

	snprintf(name, sizeof(name), "%.*s", (int)len, spec);
	f->field = field_find(name);
	f->limit = STATS_TOP;
	if (f->field == NULL)
		return field_unknown(name, column, err);
	if ((f->field->flags & FIELD_NO_DATA) != 0)
		return error_at(err, -EINVAL, column, "%s: %s", f->field->name, f->field->help);
	if ((f->field->flags & FIELD_FACET) == 0)
		return error_at(err, -EINVAL, column, "%s: its values are too many to count",
		                f->field->name);
	if (spec[len] == ':') {
		f->limit = strtoul(spec + len + 1, &end, 10);
		if (spec[len + 1] < '0' || spec[len + 1] > '9' || *end != '\0' || f->limit == 0 ||
		    f->limit > 100000)
			return error_at(err, -EINVAL, column + (unsigned)len + 1,
			                "%s: how many? 1 to 100000", spec);
	}
	s->facet_count++;
	return 0;
}

int stats_new(const char *facets, enum stats_by by, struct stats **out, struct error *err)
{
	struct stats *s = calloc(1, sizeof(*s));
	const char *list = facets != NULL ? facets : by == STATS_BY_HOST ? host_overview : overview;
	int ret = 0;

	if (s == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	s->by = by;
	for (const char *p = list; ret == 0;) {
		size_t len = strcspn(p, ",");
		char spec[96];

		snprintf(spec, sizeof(spec), "%.*s", (int)(len < 95 ? len : 95), p);
		ret = s->facet_count == STATS_FACETS_MAX
		              ? error_at(err, -EINVAL, (unsigned)(p - list) + 1,
		                         "%s: too many facets", spec)
		              : add_facet(s, spec, (unsigned)(p - list) + 1, err);
		if (p[len] == '\0')
			break;
		p += len + 1;
	}
	if (ret != 0)
		stats_free(s);
	else
		*out = s;
	return ret;
}

/* ---- counting -------------------------------------------------------------------------------- */

static struct value_count *count_of(struct facet *f, const char *text, size_t len)
{
	struct value_count *e = calloc(1, sizeof(*e));
	struct value_count **node;

	if (e == NULL)
		return NULL;
	e->value = strndup(text, len);
	node = e->value == NULL ? NULL : tsearch(e, &f->tree, by_value);
	if (node != NULL && *node == e) {
		f->n++;
		return e;
	}
	free_count(e);
	return node == NULL ? NULL : *node;
}

static bool count_value(void *arg, const struct field_value *v)
{
	struct stats *s = arg;
	struct field_text text;
	struct value_count *e;

	field_format(s->at->field, v, &text);
	e = count_of(s->at, text.text, text.len);
	if (e == NULL) {
		s->failed = true;
		return false;
	}
	e->number = v->number;
	if (s->by == STATS_BY_HOST ? e->host != s->hosts : e->service != s->services)
		e->count++;
	e->host = s->hosts;
	e->service = s->services;
	return true;
}

int stats_add(struct stats *s, const struct store_host *h, const struct record *r)
{
	if (s->services++ == 0 || dp_addr_compare(&s->last, &h->addr) != 0)
		s->hosts++;
	s->last = h->addr;
	for (size_t i = 0; i < s->facet_count; i++) {
		s->at = &s->facets[i];
		field_each(s->at->field, h, r, count_value, s);
	}
	return s->failed ? -ENOMEM : 0;
}

/* ---- by the index ---------------------------------------------------------------------------- */

struct asking {
	struct stats *s;
	uint64_t services; /* that have the list of values */
};

static bool add_value(void *arg, const struct field_value *v)
{
	struct asking *a = arg;
	struct stats *s = a->s;
	struct field_text text;
	struct value_count *e;

	field_format(s->at->field, v, &text);
	e = count_of(s->at, text.text, text.len);
	if (e == NULL) {
		s->failed = true;
		return false;
	}
	e->number = v->number;
	if (e->service != s->lists)
		e->count += a->services;
	e->service = s->lists;
	return true;
}

static void add_values(void *arg, size_t facet, const void *data, size_t len, uint64_t services)
{
	struct asking a = {arg, services};

	a.s->lists++;
	a.s->at = &a.s->facets[facet];
	field_column_each(a.s->at->field, data, len, add_value, &a);
}

static int ask_index(struct stats *s, struct store *store, const struct query *q)
{
	const struct field *fields[STATS_FACETS_MAX];
	struct query_facets f = {fields, s->facet_count, add_values, s};
	struct query_totals totals;
	int ret;

	if (s->by == STATS_BY_HOST)
		return -ENOTSUP;
	for (size_t i = 0; i < s->facet_count; i++)
		fields[i] = s->facets[i].field;
	ret = query_facets(store, q, &f, &totals);
	if (ret != 0)
		return ret;
	s->services = totals.services;
	s->hosts = totals.hosts;
	return s->failed ? -ENOMEM : 0;
}

struct reading {
	struct stats *s;
	int error;
};

static bool add_service(void *arg, const struct store_host *h, const struct record *r)
{
	struct reading *reading = arg;

	reading->error = stats_add(reading->s, h, r);
	return reading->error == 0;
}

int stats_ask(struct stats *s, struct store *store, const struct query *q)
{
	struct reading reading = {.s = s};
	struct query_page page = {0};
	int ret = ask_index(s, store, q);

	if (ret != -ENOTSUP)
		return ret;
	ret = query_services(store, q, &page, add_service, &reading);
	return ret != 0 ? ret : reading.error;
}

/* ---- writing --------------------------------------------------------------------------------- */

static int by_count(const void *a, const void *b)
{
	const struct value_count *x = *(struct value_count *const *)a,
				 *y = *(struct value_count *const *)b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->value, y->value);
}

struct gather {
	struct facet *f;
	size_t n;
};

static void gather(const void *node, VISIT visit, void *arg)
{
	struct gather *g = arg;

	if (visit == postorder || visit == leaf)
		g->f->sorted[g->n++] = *(struct value_count *const *)node;
}

static int sort(struct facet *f)
{
	struct gather g = {.f = f};

	free(f->sorted);
	f->sorted = malloc((f->n + 1) * sizeof(*f->sorted));
	if (f->sorted == NULL)
		return -EIO;
	twalk_r(f->tree, gather, &g);
	if (f->n > 1)
		qsort(f->sorted, f->n, sizeof(*f->sorted), by_count);
	return 0;
}

static size_t shown(const struct facet *f)
{
	return f->n < f->limit ? f->n : f->limit;
}

/* Write the object of the facets as the member @key. */
static void put_facets(const struct stats *s, struct json *j, const char *key)
{
	json_open_object(j, key);
	for (size_t i = 0; i < s->facet_count; i++) {
		json_open_array(j, s->facets[i].field->name);
		for (size_t k = 0; k < shown(&s->facets[i]); k++) {
			const struct value_count *e = s->facets[i].sorted[k];

			json_open_object(j, NULL);
			values_json_text(j, "value", s->facets[i].field, e->value,
			                 strlen(e->value));
			json_int(j, "count", (int64_t)e->count);
			json_close_object(j);
		}
		json_close_array(j);
	}
	json_close_object(j);
}

static int write_json(const struct stats *s, FILE *out)
{
	struct json *j = json_begin(out, false);

	if (j == NULL)
		return -EIO;
	json_open_object(j, NULL);
	json_int(j, "hosts", (int64_t)s->hosts);
	json_int(j, "services", (int64_t)s->services);
	json_text(j, "count_by", s->by == STATS_BY_HOST ? "host" : "service");
	put_facets(s, j, "facets");
	json_close_object(j);
	return json_done(j);
}

int stats_write_facets(struct stats *s, FILE *out)
{
	struct json *j;

	for (size_t i = 0; i < s->facet_count; i++)
		if (sort(&s->facets[i]) != 0)
			return -EIO;
	j = json_begin(out, false);
	if (j == NULL)
		return -EIO;
	put_facets(s, j, NULL);
	return json_done(j);
}

uint64_t stats_services(const struct stats *s)
{
	return s->services;
}

uint64_t stats_hosts(const struct stats *s)
{
	return s->hosts;
}

static int write_ndjson(FILE *out, const struct field *f, const struct value_count *e)
{
	struct json *j = json_begin(out, false);

	if (j == NULL)
		return -EIO;
	json_open_object(j, NULL);
	json_text(j, "facet", f->name);
	values_json_text(j, "value", f, e->value, strlen(e->value));
	json_int(j, "count", (int64_t)e->count);
	json_close_object(j);
	return json_done(j);
}

static int write_csv(FILE *out, const struct field *f, const struct value_count *e)
{
	struct bytes line = {0};
	int ret;

	csv_cell(&line, f->name, strlen(f->name));
	bytes_put(&line, ",", 1);
	csv_cell(&line, e->value, strlen(e->value));
	ret = line.failed || fwrite(line.data, 1, line.len, out) != line.len ||
	                      fprintf(out, ",%llu\r\n", (unsigned long long)e->count) < 0
	              ? -EIO
	              : 0;
	bytes_fini(&line);
	return ret;
}

/* "        12  nginx", cut at the width of the terminal. */
static void print_row(struct page *p, const struct value_count *e)
{
	page_words(p, "%10llu  ", (unsigned long long)e->count);
	page_bytes(p, NULL, e->value, strlen(e->value), 4096);
	page_end_line(p);
}

static int print_facet(const struct facet *f, FILE *out)
{
	struct page p = {.out = out, .width = term_width(out)};

	if (f->n > 0)
		fprintf(out, "\n%s\n", f->field->name);
	for (size_t i = 0; i < shown(f); i++)
		print_row(&p, f->sorted[i]);
	return page_fini(&p);
}

static int write_facet(const struct facet *f, FILE *out, enum output_format format)
{
	int ret = 0;

	if (format == OUTPUT_TABLE)
		return print_facet(f, out);
	for (size_t i = 0; i < shown(f) && ret == 0; i++)
		ret = format == OUTPUT_NDJSON ? write_ndjson(out, f->field, f->sorted[i])
		                              : write_csv(out, f->field, f->sorted[i]);
	return ret;
}

int stats_write(struct stats *s, FILE *out, enum output_format format)
{
	int ret = 0;

	for (size_t i = 0; i < s->facet_count && ret == 0; i++)
		ret = sort(&s->facets[i]);
	if (ret != 0)
		return ret;
	if (format == OUTPUT_JSON)
		return write_json(s, out);
	if (format == OUTPUT_TABLE)
		fprintf(out, "%llu host%s, %llu service%s\n", (unsigned long long)s->hosts,
		        s->hosts == 1 ? "" : "s", (unsigned long long)s->services,
		        s->services == 1 ? "" : "s");
	if (format == OUTPUT_CSV)
		fprintf(out, "facet,value,count\r\n");
	for (size_t i = 0; i < s->facet_count && ret == 0; i++)
		ret = write_facet(&s->facets[i], out, format);
	return ret != 0 || ferror(out) ? -EIO : 0;
}
