/* SPDX-License-Identifier: Apache-2.0 */
/* param.c - the table of parameters, and how their values are read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "nearest.h"
#include "option.h"
#include "param.h"
#include "query.h"
#include "service_json.h"
#include "timetext.h"

static const char *const rows_words[] = {"services", "hosts", NULL};
static const char *const sort_words[] = {"ip", "port", "score", "last_seen", NULL};
static const char *const by_words[] = {"service", "host", NULL};
static const char *const order_words[] = {"newest", "oldest", NULL};
static const char *const format_words[] = {"ndjson", "csv", NULL};

static const struct param table[PARAM_COUNT] = {
	[PARAM_IP] = {"ip", PARAM_ADDR, .help = "the address of a host"},
	[PARAM_ID] = {"id", PARAM_TEXT, 1, 40, .help = "the id of a scan; `last`: the newest"},
	[PARAM_CVE] = {"cve", PARAM_CVE_NAME, .help = "the name of a CVE"},
	[PARAM_QUERY] = {"query", PARAM_TEXT, 0, 4096,
                         .help = "what to look for, in the language of `sonde search`; without it "
                                 "all that is open"},
	[PARAM_LIMIT] = {"limit", PARAM_NUMBER, 1, 1000, 100, .help = "at most so many matches"},
	[PARAM_CURSOR] = {"cursor", PARAM_TEXT, 1, 400,
                          .help = "go on behind a page: the `next` that it ended with"},
	[PARAM_AFTER] = {"after", PARAM_NUMBER, 0, INT64_MAX,
                         .help = "only changes with a higher sequence number, the oldest first"},
	[PARAM_FACETS] = {"facets", PARAM_TEXT, 1, 1024,
                          .help = "count values of fields: `port:10,product:20`"},
	[PARAM_FIELDS] = {"fields", PARAM_TEXT, 1, 2048,
                          .help = "rows of these fields instead of whole ones: "
                                  "`ip,port,http.title`"},
	[PARAM_ROWS] = {"rows", PARAM_WORD, .words = rows_words, .help = "what a row is"},
	[PARAM_SORT] = {"sort", PARAM_WORD, .words = sort_words,
                        .help = "the order; only that by `ip` has further pages"},
	[PARAM_VERDICTS] = {"verdicts", PARAM_VERDICT, .standard = SERVICE_JSON_ALL,
                            .help = "the CVEs that documents show: some of affected, possible, "
                                    "fixed, or `none`"},
	[PARAM_HISTORY] = {"history", PARAM_BOOL,
                           .help = "also what each port was, as intervals in `history`"},
	[PARAM_COUNT_BY] = {"count_by", PARAM_WORD, .words = by_words,
                            .help = "what is counted; a host counts once for a value"},
	[PARAM_TYPES] = {"types", PARAM_CHANGES,
                         .help = "types of changes, or groups of them: `port,vuln.added`"},
	[PARAM_SINCE] = {"since", PARAM_TIME,
                         .help = "from then on: `24h`, `7d`, a date or an RFC 3339 time"},
	[PARAM_UNTIL] = {"until", PARAM_TIME, .help = "before then"},
	[PARAM_ADDRESS] = {"address", PARAM_RANGE,
                           .help = "of these addresses: one, a prefix or a range"},
	[PARAM_ORDER] = {"order", PARAM_WORD, .words = order_words, .help = "which come first"},
	[PARAM_FORMAT] = {"format", PARAM_WORD, .words = format_words,
                          .help = "NDJSON ends with a line that says it is whole"},
};

const struct param *param_at(unsigned id)
{
	return &table[id];
}

/* ---- values ---------------------------------------------------------------------------------- */

static int refuse(const struct param *p, const char *text, const char *expected, struct error *err)
{
	return error_set(err, -EINVAL, "%s: `%.60s`: expected %s", p->name, text, expected);
}

static int read_text(const struct param *p, const char *text, struct error *err)
{
	size_t len = strlen(text);

	if (len >= p->least && len <= p->most)
		return 0;
	return error_set(err, -EINVAL, "%s: expected %llu to %llu bytes", p->name,
	                 (unsigned long long)p->least, (unsigned long long)p->most);
}

static int read_word(const struct param *p, const char *text, uint64_t *out, struct error *err)
{
	char expected[120] = "";

	for (unsigned i = 0; p->words[i] != NULL; i++) {
		size_t n = strlen(expected);

		if (strcmp(p->words[i], text) == 0) {
			*out = i;
			return 0;
		}
		snprintf(expected + n, sizeof(expected) - n, "%s%s", i > 0 ? ", " : "",
		         p->words[i]);
	}
	return refuse(p, text, expected, err);
}

static int read_number(const struct param *p, const char *text, uint64_t *out, struct error *err)
{
	char expected[64], *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (ascii_is_digit(text[0]) && *end == '\0' && errno == 0 && n >= p->least &&
	    n <= p->most) {
		*out = n;
		return 0;
	}
	snprintf(expected, sizeof(expected), "a number from %llu to %llu",
	         (unsigned long long)p->least, (unsigned long long)p->most);
	return refuse(p, text, expected, err);
}

static int read_time(const struct param *p, const char *text, uint64_t *out, struct error *err)
{
	int64_t now_us = (int64_t)*out, us;
	struct error unused;
	uint64_t span;

	if (option_duration(text, &span, &unused) == 0 && span < (uint64_t)now_us)
		us = now_us - (int64_t)span;
	else if (!timetext_parse(text, &us) || us < 0)
		return refuse(p, text, "24h, 7d, 2026-11-22 or 2026-11-22T02:10:44Z", err);
	*out = (uint64_t)us;
	return 0;
}

static int read_changes(const struct param *p, const char *text, uint64_t *out, struct error *err)
{
	*out = 0;
	for (const char *at = text;; at++) {
		size_t len = strcspn(at, ",");
		uint32_t bits = store_change_type(at, len);

		if (bits == 0)
			return refuse(p, text, "types such as port, vuln.added, score", err);
		*out |= bits;
		at += len;
		if (*at == '\0')
			return 0;
	}
}

static int read_verdicts(const struct param *p, const char *text, uint64_t *out, struct error *err)
{
	*out = SERVICE_JSON_NONE;
	for (const char *at = text; strcmp(text, "none") != 0; at++) {
		size_t len = strcspn(at, ",");
		uint64_t before = *out;

		for (unsigned k = VD_AFFECTED; k <= VD_FIXED; k++)
			if (strlen(vd_kind_name((uint8_t)k)) == len &&
			    strncmp(at, vd_kind_name((uint8_t)k), len) == 0)
				*out |= UINT64_C(1) << k;
		if (*out == before)
			return refuse(p, text, "none, or some of affected,possible,fixed", err);
		at += len;
		if (*at == '\0')
			break;
	}
	return 0;
}

static int read_cve(const struct param *p, const char *text, char out[32], struct error *err)
{
	size_t n = strlen(text), digits = n > 9 ? strspn(text + 9, "0123456789") : 0;

	if (n >= 32 || strncasecmp(text, "CVE-", 4) != 0 || strspn(text + 4, "0123456789") != 4 ||
	    text[8] != '-' || digits < 4 || 9 + digits != n)
		return refuse(p, text, "a name such as CVE-2024-6387", err);
	snprintf(out, 32, "CVE%.27s", text + 3);
	return 0;
}

static int read_value(unsigned id, struct params *out, struct error *err)
{
	const struct param *p = &table[id];
	struct param_value *v = &out->v[id];

	switch (p->type) {
	case PARAM_WORD:
		return read_word(p, v->text, &v->number, err);
	case PARAM_NUMBER:
		return read_number(p, v->text, &v->number, err);
	case PARAM_BOOL:
		v->number = strcmp(v->text, "true") == 0;
		return v->number == 1 || strcmp(v->text, "false") == 0
		               ? 0
		               : refuse(p, v->text, "true or false", err);
	case PARAM_TIME:
		return read_time(p, v->text, &v->number, err);
	case PARAM_ADDR:
		if (dp_addr_parse(v->text, &out->range.first) != 0)
			return refuse(p, v->text, "an address such as 192.0.2.10", err);
		return 0;
	case PARAM_RANGE:
		return addr_range_parse(v->text, &out->range)
		               ? 0
		               : refuse(p, v->text, "192.0.2.1, 192.0.2.0/24 or first-last", err);
	case PARAM_CHANGES:
		return read_changes(p, v->text, &v->number, err);
	case PARAM_VERDICT:
		return read_verdicts(p, v->text, &v->number, err);
	case PARAM_CVE_NAME:
		return read_cve(p, v->text, out->cve, err);
	default:
		return read_text(p, v->text, err);
	}
}

static int unknown(const char *name, uint32_t known, struct error *err)
{
	size_t len = strlen(name);
	struct nearest n = nearest_to(name, len, nearest_slips(len));
	char list[300] = "";

	for (unsigned id = PARAM_PATHS; id < PARAM_COUNT; id++) {
		size_t used = strlen(list);

		if ((known >> id & 1) == 0)
			continue;
		nearest_consider(&n, table[id].name, strlen(table[id].name), table[id].name);
		snprintf(list + used, sizeof(list) - used, "%s%s", used > 0 ? ", " : "",
		         table[id].name);
	}
	if (n.best != NULL)
		return error_set(err, -EINVAL, "`%.60s`: no such parameter; did you mean %s?", name,
		                 n.best);
	return error_set(err, -EINVAL, "`%.60s`: no such parameter; there %s%s", name,
	                 list[0] == '\0' ? "are none" : "are ", list);
}

static int place_of(const char *name, uint32_t known, struct error *err)
{
	for (unsigned id = PARAM_PATHS; id < PARAM_COUNT; id++)
		if ((known >> id & 1) != 0 && strcmp(table[id].name, name) == 0)
			return (int)id;
	return unknown(name, known, err);
}

int params_read(const struct request_target *target, uint32_t known, int64_t now_us,
                struct params *out, struct error *err)
{
	int ret = 0;

	for (unsigned i = 0; i < target->count; i++) {
		int id = place_of(target->params[i].name, known, err);

		if (id < 0)
			return id;
		out->v[id].text = target->params[i].value;
	}
	for (unsigned id = 0; id < PARAM_COUNT && ret == 0; id++) {
		if ((known >> id & 1) == 0)
			continue;
		out->v[id].number = table[id].type == PARAM_TIME && out->v[id].text != NULL
		                            ? (uint64_t)now_us
		                            : table[id].standard;
		if (out->v[id].text != NULL)
			ret = read_value(id, out, err);
	}
	return ret;
}
