/* SPDX-License-Identifier: Apache-2.0 */
/* rule_parse.c - parses the text format of rule files. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "calendar.h"
#include "rule.h"
#include "rule_pattern.h"

/* A part of the current line. */
struct piece {
	const char *text;
	size_t len;
};

struct parser {
	struct rule_set *set;
	const char *source;
	struct piece line;
	uint32_t line_number;
	rule_complain complain;
	void *arg;
	int faults;
	bool rule_faulty; /* the current rule has a fault */
	bool out_of_memory;
	struct rule *rule;            /* NULL before the first good one */
	struct rule_example *example; /* the one that the next "expect" belongs to */
	/* bit set of the keys that the current rule has used, by index in keys[] */
	uint32_t seen;
};

static uint32_t column_of(const struct parser *p, const char *at)
{
	return (uint32_t)(at - p->line.text) + 1;
}

__attribute__((format(printf, 3, 4))) static void fault(struct parser *p, const char *at,
                                                        const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	p->faults++;
	p->rule_faulty = true;
	p->complain(p->arg, p->line_number, column_of(p, at), text);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cut the next word off @rest, together with the blanks behind it. */
static struct piece word(struct piece *rest)
{
	struct piece w = {rest->text, 0};

	while (w.len < rest->len && !is_blank(rest->text[w.len]))
		w.len++;
	rest->text += w.len;
	rest->len -= w.len;
	while (rest->len > 0 && is_blank(*rest->text)) {
		rest->text++;
		rest->len--;
	}
	return w;
}

static bool valid_chars(struct piece w, const char *extra)
{
	for (size_t i = 0; i < w.len; i++)
		if (!islower((unsigned char)w.text[i]) && !isdigit((unsigned char)w.text[i]) &&
		    (w.text[i] == '\0' || strchr(extra, w.text[i]) == NULL))
			return false;
	return w.len > 0;
}

/* Check a name and copy it to @name. */
static bool take_name(struct parser *p, struct piece w, char name[static VD_FACT_NAME_MAX + 1])
{
	if (w.len == 0 || w.len > VD_FACT_NAME_MAX || !valid_chars(w, "._-")) {
		fault(p, w.text,
		      "a name of a-z, 0-9, '.', '_' of at most %d characters belongs here",
		      VD_FACT_NAME_MAX);
		return false;
	}
	memcpy(name, w.text, w.len);
	name[w.len] = '\0';
	return true;
}

static bool take_field(struct parser *p, struct piece *rest, char name[static VD_FACT_NAME_MAX + 1])
{
	struct piece w = word(rest);

	if (!take_name(p, w, name))
		return false;
	if (!rule_field_known(name)) {
		fault(p, w.text, "no fact is called \"%s\"", name);
		return false;
	}
	return true;
}

/* Check that each brace of a template is closed and encloses a name. */
static bool check_template(struct parser *p, struct piece value)
{
	for (size_t i = 0; i < value.len; i++) {
		size_t start = i;

		if (value.text[i] != '{')
			continue;
		while (i < value.len && value.text[i] != '}')
			i++;
		if (i == value.len || i == start + 1) {
			fault(p, value.text + start, "a '{' needs a name and a '}'");
			return false;
		}
	}
	return true;
}

static void add_param(struct parser *p, const char *key, struct piece value)
{
	struct rule_param *param;

	if (!check_template(p, value))
		return;
	param = rule_add_param(p->set, p->rule, key, value.text, value.len);
	if (param == NULL) {
		p->out_of_memory = true;
		return;
	}
	param->line = p->line_number;
	param->column = column_of(p, value.text);
}

static void take_service(struct parser *p, const char *key, struct piece value)
{
	if (!valid_chars(value, "-_") || value.len > 31)
		fault(p, value.text, "a service is a word of a-z, 0-9, '-', '_'");
	else
		add_param(p, key, value);
}

static bool component_ends(struct piece value, size_t i)
{
	return value.text[i] == ':' && (i == 0 || value.text[i - 1] != '\\');
}

static void take_cpe(struct parser *p, const char *key, struct piece value)
{
	size_t colons = 0;
	bool empty = false;

	for (size_t i = 0; i < value.len; i++) {
		if (!component_ends(value, i))
			continue;
		colons++;
		empty |= i + 1 == value.len || value.text[i + 1] == ':';
	}
	if (value.len < 2 || strchr("aoh", value.text[0]) == NULL || value.text[1] != ':')
		fault(p, value.text, "a CPE begins with a:, o: or h:");
	else if (colons < 2 || colons > 10 || empty)
		fault(p, value.text, "a CPE is PART:VENDOR:PRODUCT[:VERSION...]");
	else if (value.len >= VD_CPE_LEN)
		fault(p, value.text, "a CPE of at most %d characters belongs here", VD_CPE_LEN - 1);
	else
		add_param(p, key, value);
}

static void take_confidence(struct parser *p, const char *key, struct piece value)
{
	unsigned n = 0;

	(void)key;
	for (size_t i = 0; i < value.len && n <= 100; i++)
		n = isdigit((unsigned char)value.text[i]) ? n * 10 + (unsigned)(value.text[i] - '0')
		                                          : 101;
	if (n < 1 || n > 100)
		fault(p, value.text, "a confidence is a number from 1 to 100");
	else
		p->rule->confidence = (uint8_t)n;
}

static bool is_date(struct piece w)
{
	struct calendar_date date;

	return w.len == strlen("2026-11-22") && calendar_read(w.text, w.len, &date);
}

static void take_eol(struct parser *p, const char *key, struct piece value)
{
	struct piece rest = value, prefix = word(&rest);

	if (prefix.len == 0 || !is_date(rest))
		fault(p, rest.text, "an end of life is VERSION_PREFIX YYYY-MM-DD, or * YYYY-MM-DD");
	else
		add_param(p, key, value);
}

static void take_tag(struct parser *p, const char *key, struct piece value)
{
	if (!valid_chars(value, "-_"))
		fault(p, value.text, "a tag is a word of a-z, 0-9, '-', '_'");
	else
		add_param(p, key, value);
}

static void take_match(struct parser *p, const char *key, struct piece value)
{
	char field[VD_FACT_NAME_MAX + 1], why[200];
	struct rule_match *match;
	size_t offset;

	(void)key;
	if (!take_field(p, &value, field))
		return;
	if (value.len == 0 || value.len > RULE_PATTERN_MAX) {
		fault(p, value.text, "a pattern of 1 to %d characters belongs here",
		      RULE_PATTERN_MAX);
		return;
	}
	match = rule_add_match(p->set, p->rule, field, value.text, value.len);
	if (match == NULL) {
		p->out_of_memory = true;
		return;
	}
	match->line = p->line_number;
	match->column = column_of(p, value.text);
	if (rule_pattern_name_captures(p->set, match, &offset, why, sizeof(why)) != 0)
		fault(p, value.text + (offset < value.len ? offset : value.len), "%s", why);
}

/* Decode the C escape at @in[*@at], which is behind the backslash. Returns the byte, or -1. */
static int unescape(struct piece in, size_t *at)
{
	static const char names[] = "rnt\\0ae\"", bytes[] = "\r\n\t\\\0\a\033\"";
	const char *found;
	int high, low;

	if (*at == in.len)
		return -1;
	if (in.text[*at] == 'x') {
		if (in.len - *at < 3)
			return -1;
		high = ascii_hex(in.text[*at + 1]);
		low = ascii_hex(in.text[*at + 2]);
		*at += 3;
		return high < 0 || low < 0 ? -1 : high * 16 + low;
	}
	found = memchr(names, in.text[*at], sizeof(names) - 1);
	if (found == NULL)
		return -1;
	*at += 1;
	return (unsigned char)bytes[found - names];
}

static void take_example(struct parser *p, const char *key, struct piece value)
{
	char field[VD_FACT_NAME_MAX + 1], *text;
	size_t len = 0;

	(void)key;
	p->example = NULL;
	if (!take_field(p, &value, field))
		return;
	text = rule_set_alloc(p->set, value.len + 1);
	if (text == NULL) {
		p->out_of_memory = true;
		return;
	}
	for (size_t i = 0; i < value.len;) {
		const char *at = value.text + i;
		int byte = (unsigned char)value.text[i++];

		if (byte == '\\')
			byte = unescape(value, &i);
		if (byte < 0) {
			fault(p, at, "the escapes are \\r \\n \\t \\0 \\\\ and \\xNN");
			return;
		}
		text[len++] = (char)byte;
	}
	p->example = rule_add_example(p->set, p->rule, field, text, len);
	if (p->example == NULL)
		p->out_of_memory = true;
	else
		p->example->line = p->line_number;
}

static void take_expect(struct parser *p, const char *key, struct piece value)
{
	struct piece w = word(&value);
	struct rule_expect *expect, **end;
	char name[VD_FACT_NAME_MAX + 1];

	(void)key;
	if (p->example == NULL) {
		fault(p, w.text, "an \"expect\" belongs to an example above it");
		return;
	}
	if (w.len == 4 && memcmp(w.text, "none", 4) == 0 && value.len == 0) {
		p->example->none = true;
		return;
	}
	if (!take_name(p, w, name))
		return;
	expect = rule_set_alloc(p->set, sizeof(*expect));
	if (expect == NULL) {
		p->out_of_memory = true;
		return;
	}
	expect->line = p->line_number;
	expect->name = rule_set_text(p->set, name, strlen(name));
	expect->value = rule_set_text(p->set, value.text, value.len);
	p->out_of_memory |= expect->name == NULL || expect->value == NULL;
	for (end = &p->example->expects; *end != NULL;)
		end = &(*end)->next;
	*end = expect;
}

static const struct key {
	const char *name;
	void (*take)(struct parser *p, const char *key, struct piece value);
	bool once;
} keys[] = {
	{"service", take_service, true},
	{"product", add_param, true},
	{"vendor", add_param, true},
	{"device", add_param, true},
	{"os", add_param, true},
	{"os_version", add_param, true},
	{"cpe", take_cpe, false},
	{"os_cpe", take_cpe, true},
	{"package", add_param, true},
	{"version", add_param, true},
	{"extra", add_param, true},
	{"distro", add_param, true},
	{"confidence", take_confidence, true},
	{"eol", take_eol, false},
	{"tag", take_tag, false},
	{"match", take_match, false},
	{"example", take_example, false},
	{"expect", take_expect, false},
};

static void take_key(struct parser *p)
{
	struct piece rest = p->line, name;

	word(&rest); /* skip the blanks in front */
	name = word(&rest);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i].name) != name.len ||
		    memcmp(keys[i].name, name.text, name.len) != 0)
			continue;
		if (rest.len == 0)
			fault(p, name.text, "\"%s\" needs a value", keys[i].name);
		else if (keys[i].once && (p->seen & 1U << i) != 0)
			fault(p, name.text, "\"%s\" stands twice in this rule", keys[i].name);
		else
			keys[i].take(p, keys[i].name, rest);
		p->seen |= 1U << i;
		return;
	}
	fault(p, name.text, "no key is called \"%.*s\"", (int)(name.len > 40 ? 40 : name.len),
	      name.text);
}

/* Check at the end of a rule that it has everything that it needs. */
static void finish_rule(struct parser *p)
{
	const struct rule *rule = p->rule;

	if (rule == NULL)
		return;
	p->line = (struct piece){"", 0};
	p->line_number = rule->line;
	if (rule_param(rule, RULE_SERVICE) == NULL)
		fault(p, p->line.text, "rule %s has no service", rule->id);
	if (rule->matches == NULL)
		fault(p, p->line.text, "rule %s has no match", rule->id);
	if (rule_param(rule, RULE_PRODUCT) == NULL)
		p->rule->group = RULE_GROUP_OTHER;
	else if (rule_is_component(rule))
		p->rule->group = rule_set_next_group(p->set);
	/* A pattern that is missing or does not compile has no captures to check the names
	 * against. */
	if (!p->rule_faulty)
		p->faults += rule_check_names(rule, p->complain, p->arg);
}

static void take_rule(struct parser *p, uint32_t line_number)
{
	struct piece line = p->line, rest, id;

	finish_rule(p);
	p->line = rest = line;
	p->line_number = line_number;
	p->rule = NULL;
	p->rule_faulty = false;
	p->example = NULL;
	p->seen = 0;
	word(&rest);
	id = word(&rest);
	if (!valid_chars(id, ".-_") || id.len > 63 || rest.len > 0) {
		fault(p, id.text, "a rule needs one id of a-z, 0-9, '.', '-', '_'");
		return;
	}
	p->rule = rule_set_add(p->set, p->source, id.text, id.len);
	if (p->rule == NULL)
		p->out_of_memory = true;
	else
		p->rule->line = line_number;
}

static void take_line(struct parser *p, uint32_t line_number)
{
	p->line_number = line_number;
	while (p->line.len > 0 &&
	       (is_blank(p->line.text[p->line.len - 1]) || p->line.text[p->line.len - 1] == '\r'))
		p->line.len--;
	if (p->line.len == 0 || p->line.text[0] == '#')
		return;
	if (memchr(p->line.text, '\0', p->line.len) != NULL) {
		fault(p, p->line.text, "a NUL byte stands in this line");
		return;
	}
	if (p->line.len > 5 && memcmp(p->line.text, "rule", 4) == 0 && is_blank(p->line.text[4]))
		take_rule(p, line_number);
	else if (!is_blank(p->line.text[0]))
		fault(p, p->line.text, "\"rule ID\" or a key behind a tab belongs here");
	else if (p->rule != NULL)
		take_key(p);
	else if (p->faults == 0)
		fault(p, p->line.text, "a key stands before the first rule");
}

/* Six parameters: a text with its name and length, and who takes the complaints. */
int rule_parse(struct rule_set *set, const char *source, const char *text, size_t len,
               rule_complain complain, void *arg)
{
	struct parser p = {.set = set, .source = source, .complain = complain, .arg = arg};
	const char *end = text + len;
	uint32_t line_number = 0;

	while (text < end && !p.out_of_memory) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline != NULL ? newline : end;

		p.line = (struct piece){text, (size_t)(stop - text)};
		take_line(&p, ++line_number);
		text = newline != NULL ? newline + 1 : end;
	}
	if (!p.out_of_memory)
		finish_rule(&p);
	return p.out_of_memory ? -ENOMEM : p.faults;
}
