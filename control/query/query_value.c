/* SPDX-License-Identifier: Apache-2.0 */
/* query_value.c - parses the values of a query by the type of the field: numbers, dates, prefixes,
 * patterns. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "query_tree.h"
#include "timetext.h"

static int bad(const struct query_value *v, struct error *err, const struct field *f,
               const char *wanted)
{
	return error_at(err, -EINVAL, v->column, "\"%.60s\" is no value of %s: %s", v->text,
	                f->name, wanted);
}

/* Splits "a..b" into @low and @high. Returns false, with both empty, if @v is quoted, too long or
 * no range. */
static bool split_range(const struct query_value *v, char low[128], char high[128])
{
	const char *dots = v->quoted ? NULL : strstr(v->text, "..");

	high[0] = low[0] = '\0';
	if (dots == NULL || v->len >= 128 || v->len == 2)
		return false;
	memcpy(low, v->text, (size_t)(dots - v->text));
	low[dots - v->text] = '\0';
	strcpy(high, dots + 2);
	return true;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool parse_number(const struct field *f, const char *text, double *out)
{
	char *end;

	if (!isdigit((unsigned char)text[text[0] == '-']) || strpbrk(text, "xXnNpP") != NULL)
		return false;
	*out = strtod(text, &end);
	if (*end != '\0' || !isfinite(*out))
		return false;
	return (f->type != FIELD_INT || *out == floor(*out)) &&
	       (f->max == 0 || (*out >= 0 && *out <= f->max));
}

static int read_number(struct query_value *v, const struct field *f, struct error *err)
{
	char low[128], high[128], wanted[80];
	bool ok;

	v->low = f->max > 0 ? 0 : -INFINITY;
	v->high = INFINITY;
	if (split_range(v, low, high))
		ok = (low[0] == '\0' || parse_number(f, low, &v->low)) &&
		     (high[0] == '\0' || parse_number(f, high, &v->high)) && v->low <= v->high;
	else if ((ok = parse_number(f, v->text, &v->low)))
		v->high = v->low;
	if (ok)
		return 0;
	if (f->max > 0)
		snprintf(wanted, sizeof(wanted), "write a number of 0 to %g, or a range as 1..%g",
		         f->max, f->max);
	else
		snprintf(wanted, sizeof(wanted), "write a number, or a range as 10..20");
	return bad(v, err, f, wanted);
}

static int read_bool(struct query_value *v, const struct field *f, struct error *err)
{
	static const char *const yes[] = {"true", "yes", "1"}, *const no[] = {"false", "no", "0"};

	for (int i = 0; i < 3; i++) {
		if (strcasecmp(v->text, yes[i]) == 0)
			v->low = v->high = 1;
		else if (strcasecmp(v->text, no[i]) == 0)
			v->low = v->high = 0;
		else
			continue;
		return 0;
	}
	return bad(v, err, f, "write true or false");
}

/* ---- time ------------------------------------------------------------------------------------ */

/* Parses a time into the first and the last microsecond of the day or second that it names. */
static bool parse_span(const char *text, int64_t now_us, double *first, double *last)
{
	bool is_date;
	int64_t us;

	if (!timetext_parse_relative(text, now_us, &us, &is_date))
		return false;
	*first = (double)us;
	*last = (double)us + (is_date ? 86400e6 : 1e6) - 1;
	return true;
}

/* ":now-7d" is the time since then, ":now+7d" the time from now until then. For other operators it
 * is the moment itself. */
static void read_moment(struct query_value *v, enum query_op op, int64_t now_us)
{
	v->high = v->low;
	if (op != QUERY_HAS)
		return;
	if (v->low <= (double)now_us)
		v->high = INFINITY;
	else
		v->low = (double)now_us;
}

static int read_time(struct query_value *v, const struct field *f, enum query_op op, int64_t now_us,
                     struct error *err)
{
	char low[128], high[128];
	double other;
	bool ok;

	v->low = 0;
	v->high = INFINITY;
	if (split_range(v, low, high)) {
		ok = (low[0] == '\0' || parse_span(low, now_us, &v->low, &other)) &&
		     (high[0] == '\0' || parse_span(high, now_us, &other, &v->high)) &&
		     v->low <= v->high;
	} else {
		ok = parse_span(v->text, now_us, &v->low, &v->high);
		if (ok && strncmp(v->text, "now", 3) == 0 && op == QUERY_EQ)
			return error_at(err, -EINVAL, v->column,
			                "%s is a moment; write %s:%s for the time since then",
			                v->text, f->name, v->text);
		if (strncmp(v->text, "now", 3) == 0)
			read_moment(v, op, now_us);
	}
	if (ok)
		return 0;
	return bad(v, err, f,
	           "write 2026-11-22, 2026-11-22T10:00:00Z or now-7d, or a range of them");
}

/* ---- addresses ------------------------------------------------------------------------------- */

static void span_of(const struct dp_addr *a, unsigned bits, struct dp_addr *first,
                    struct dp_addr *last)
{
	*first = *last = *a;
	for (unsigned i = 0; i < 16; i++) {
		unsigned keep = bits >= 8 * i + 8 ? 8 : bits <= 8 * i ? 0 : bits - 8 * i;
		uint8_t host = (uint8_t)(0xff >> keep);

		first->b[i] &= (uint8_t)~host;
		last->b[i] |= host;
	}
}

static bool parse_prefix(const char *text, struct dp_addr *first, struct dp_addr *last)
{
	const char *slash = strchr(text, '/');
	size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
	unsigned long bits, max;
	struct dp_addr a;
	char host[64];
	char *end;

	if (len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (dp_addr_parse(host, &a) != 0)
		return false;
	max = dp_addr_is_v4(&a, NULL) ? 32 : 128;
	bits = max;
	if (slash != NULL) {
		if (!isdigit((unsigned char)slash[1]))
			return false;
		bits = strtoul(slash + 1, &end, 10);
		if (*end != '\0' || bits > max)
			return false;
	}
	span_of(&a, (unsigned)(bits + 128 - max), first, last);
	return true;
}

static int read_addr(struct query_value *v, const struct field *f, struct error *err)
{
	char low[128], high[128];

	struct dp_addr other;
	bool ok;

	if (split_range(v, low, high))
		ok = parse_prefix(low, &v->first, &other) && parse_prefix(high, &other, &v->last) &&
		     dp_addr_compare(&v->first, &v->last) <= 0 &&
		     dp_addr_is_v4(&v->first, NULL) == dp_addr_is_v4(&v->last, NULL);
	else
		ok = parse_prefix(v->text, &v->first, &v->last);
	/* ::ffff:192.0.2.1 is an IPv4 address. */
	v->v6_only = ok && strchr(v->text, ':') != NULL && !dp_addr_is_v4(&v->first, NULL);
	return ok ? 0
	          : bad(v, err, f,
	                "write 192.0.2.1, 192.0.2.0/24, 2001:db8::/32 or 192.0.2.1..192.0.2.9");
}

/* ---- points ---------------------------------------------------------------------------------- */

static int read_point(struct query_value *v, const struct field *f, struct error *err)
{
	double *const parts[] = {&v->low, &v->high, &v->radius_km};
	static const double most[] = {90, 180, 20040};
	const char *text = v->text;
	char *end;

	for (int i = 0; i < 3; i++) {
		*parts[i] = strtod(text, &end);
		if (end == text || !isfinite(*parts[i]) || fabs(*parts[i]) > most[i] ||
		    *end != (i < 2 ? ',' : '\0') || strpbrk(v->text, "xXnNpP ") != NULL)
			break;
		text = end + 1;
		if (i == 2 && v->radius_km >= 0)
			return 0;
	}
	return bad(v, err, f, "write LATITUDE,LONGITUDE,KM, such as 35.68,139.76,50");
}

/* ---- words and patterns ---------------------------------------------------------------------- */

static int read_word(struct query_value *v, const struct field *f, struct error *err)
{
	int at = field_word_at(f, v->text, v->len);
	const char *near;
	char all[100] = "";

	v->low = v->high = at;
	if (at >= 0)
		return 0;
	for (size_t i = 0; f->words[i] != NULL; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i > 0 ? ", " : "",
		         f->words[i]);
	near = field_nearest(v->text, f->words);
	if (near != NULL)
		return error_at(err, -EINVAL, v->column,
		                "\"%.60s\" is no %s; did you mean %s? (%s)", v->text, f->name, near,
		                all);
	return error_at(err, -EINVAL, v->column, "\"%.60s\" is no %s; there are %s", v->text,
	                f->name, all);
}

/* Whether a pattern is cheap enough. Repetitions multiply the size of the compiled pattern, and
 * back references take exponential time. */
static bool pattern_is_tame(const char *p)
{
	unsigned long product = 1;

	for (; *p != '\0'; p++) {
		if (*p == '\\' && isdigit((unsigned char)p[1]))
			return false;
		if (*p == '\\' && p[1] != '\0') {
			p++;
		} else if (*p == '{') {
			const char *comma = p + 1 + strspn(p + 1, "0123456789");
			unsigned long low = strtoul(p + 1, NULL, 10);
			unsigned long high = *comma == ',' ? strtoul(comma + 1, NULL, 10) : low;
			unsigned long times = (low > high ? low : high) + 1;

			if (times > 256)
				return false;
			product *= times;
			if (product > 4096)
				return false;
		}
	}
	return true;
}

/* What one value may cost: a pattern that needs more does not match. */
enum { PATTERN_STEPS = 100000, PATTERN_DEPTH = 1000, PATTERN_KIB = 1024 };

static int read_pattern(struct query_value *v, struct error *err)
{
	PCRE2_UCHAR why[120];
	PCRE2_SIZE at;
	int code;

	if (v->len > 256 || !pattern_is_tame(v->text))
		return error_at(err, -EINVAL, v->column,
		                "this pattern may take too long: at most 256 bytes, no back "
		                "references, no big repetitions");
	v->pattern = pcre2_compile((PCRE2_SPTR)v->text, v->len,
	                           PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C, &code, &at,
	                           NULL);
	if (v->pattern == NULL) {
		pcre2_get_error_message(code, why, sizeof(why));
		return error_at(err, -EINVAL, v->column,
		                "\"%.60s\" is no pattern: %s (quote what has "
		                "blanks, commas or parentheses)",
		                v->text, (const char *)why);
	}
	v->limits = pcre2_match_context_create(NULL);
	if (v->limits == NULL)
		return -ENOMEM;
	pcre2_set_match_limit(v->limits, PATTERN_STEPS);
	pcre2_set_depth_limit(v->limits, PATTERN_DEPTH);
	pcre2_set_heap_limit(v->limits, PATTERN_KIB);
	return 0;
}

static int read_text(struct query_value *v, const struct field *f, struct error *err)
{
	char low[128], high[128];

	if (v->len == 0)
		return error_at(err, -EINVAL, v->column,
		                "an empty value fits nothing; -%s:* asks "
		                "for services without one",
		                f->name);
	if (!v->quoted && strchr(v->text, '*') != NULL)
		return error_at(
			err, -EINVAL, v->column,
			"* stands alone; \":\" finds \"%.40s\" anywhere in a value already, "
			"\":~\" takes a pattern, quotes make it a star",
			v->text[0] == '*' ? v->text + 1 : v->text);
	if (f->type != FIELD_VERSION || !split_range(v, low, high))
		return 0;
	v->range = true;
	v->high_text = strdup(high);
	v->text[strlen(low)] = '\0';
	v->len = strlen(low);
	return v->high_text == NULL ? -ENOMEM : 0;
}

int query_value_read(struct query_value *v, const struct field *f, enum query_op op, int64_t now_us,
                     struct error *err)
{
	v->exists = !v->quoted && strcmp(v->text, "*") == 0;
	if (v->exists)
		return op == QUERY_HAS || op == QUERY_EQ
		               ? 0
		               : error_at(err, -EINVAL, v->column, "* goes with \":\" only");
	if (op == QUERY_RE)
		return read_pattern(v, err);
	switch (f->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
		return read_number(v, f, err);
	case FIELD_BOOL:
		return read_bool(v, f, err);
	case FIELD_TIME:
		return read_time(v, f, op, now_us, err);
	case FIELD_ADDR:
		return read_addr(v, f, err);
	case FIELD_POINT:
		return read_point(v, f, err);
	case FIELD_WORD:
		return read_word(v, f, err);
	default:
		return read_text(v, f, err);
	}
}
