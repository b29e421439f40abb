/* SPDX-License-Identifier: Apache-2.0 */
/* rule_check.c - checks the names in a rule: a template must refer to something that exists, and a
 * capture must be used. */
#include <stdio.h>
#include <string.h>

#include "rule.h"

/* A name that a template refers to. */
struct reference {
	const char *name;
	size_t len;
};

static bool is_name(const char *name, struct reference r)
{
	return strlen(name) == r.len && memcmp(name, r.name, r.len) == 0;
}

/* Find the next {name} at or after *@at, and move *@at behind it. */
static bool next_reference(const char **at, struct reference *out)
{
	const char *open = strchr(*at, '{'), *close = open != NULL ? strchr(open, '}') : NULL;

	if (close == NULL)
		return false;
	*out = (struct reference){open + 1, (size_t)(close - open) - 1};
	*at = close + 1;
	return true;
}

static bool captured(const struct rule *rule, struct reference r)
{
	for (const struct rule_match *m = rule->matches; m != NULL; m = m->next)
		for (uint32_t i = 0; i < m->capture_count; i++)
			if (is_name(m->captures[i].name, r))
				return true;
	return false;
}

static bool said(const struct rule *rule, const struct rule_param *by, struct reference r)
{
	for (const struct rule_param *p = rule->params; p != NULL; p = p->next)
		if (p != by && is_name(p->name, r))
			return true;
	return false;
}

static int check_templates(const struct rule *rule, rule_complain complain, void *arg)
{
	struct reference r;
	char text[200];
	int faults = 0;

	for (const struct rule_param *p = rule->params; p != NULL; p = p->next) {
		for (const char *at = p->value; next_reference(&at, &r);) {
			if (captured(rule, r) || said(rule, p, r))
				continue;
			snprintf(text, sizeof(text), "no match of rule %s captures \"%.*s\"",
			         rule->id, (int)(r.len > 47 ? 47 : r.len), r.name);
			complain(arg, p->line, p->column + (uint32_t)(r.name - 1 - p->value), text);
			faults++;
		}
	}
	return faults;
}

static bool taken(const struct rule *rule, const char *name)
{
	struct reference r;

	for (const struct rule_param *p = rule->params; p != NULL; p = p->next)
		for (const char *at = p->value; next_reference(&at, &r);)
			if (is_name(name, r))
				return true;
	for (const struct rule_example *e = rule->examples; e != NULL; e = e->next)
		for (const struct rule_expect *x = e->expects; x != NULL; x = x->next)
			if (strcmp(x->name, name) == 0)
				return true;
	return false;
}

/* The offset of the group @name in the pattern: (?<name> or (?P<name> or (?'name'; 0 if it is not
 * found. */
static uint32_t group_offset(const char *pattern, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = strstr(pattern, name); at != NULL; at = strstr(at + 1, name))
		if (at > pattern && (at[-1] == '<' || at[-1] == '\'') &&
		    (at[len] == '>' || at[len] == '\''))
			return (uint32_t)(at - pattern);
	return 0;
}

static int check_captures(const struct rule *rule, rule_complain complain, void *arg)
{
	char text[200];
	int faults = 0;

	for (const struct rule_match *m = rule->matches; m != NULL; m = m->next) {
		for (uint32_t i = 0; i < m->capture_count; i++) {
			const char *name = m->captures[i].name;

			if (m->captures[i].key != RULE_OTHER || taken(rule, name))
				continue;
			snprintf(text, sizeof(text),
			         "\"%.47s\" is no value that a rule gives, and nothing takes it",
			         name);
			complain(arg, m->line, m->column + group_offset(m->pattern, name), text);
			faults++;
		}
	}
	return faults;
}

int rule_check_names(const struct rule *rule, rule_complain complain, void *arg)
{
	return check_templates(rule, complain, arg) + check_captures(rule, complain, arg);
}
