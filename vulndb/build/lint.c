/* SPDX-License-Identifier: Apache-2.0 */
/* lint.c - checks a rule file by its own examples. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "identify.h"
#include "lint_table.h"
#include "rule_hyperscan.h"
#include "rule_read.h"

struct lint {
	const char *path;
	FILE *out;
	struct rule_set *set;
	struct rules *rules;
	struct rules_scratch *scratch;
	int faults;
};

/* Print a text from a file such that it cannot control a terminal. */
static void print_safe(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		fprintf(out, *text >= ' ' && *text <= '~' ? "%c" : "\\x%02x", (unsigned char)*text);
}

static void complain(void *arg, uint32_t line, uint32_t column, const char *text)
{
	struct lint *l = arg;

	l->faults++;
	fprintf(l->out, "%s:%u:%u: ", l->path, line, column);
	print_safe(l->out, text);
	fputc('\n', l->out);
}

__attribute__((format(printf, 3, 4))) static void complainf(struct lint *l, uint32_t line,
                                                            const char *format, ...)
{
	char text[600];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	complain(l, line, 2, text);
}

/* The members of an identity that an example may expect. */
static const struct {
	const char *name;
	size_t offset;
} members[] = {
	{"service", offsetof(struct vd_identity, service)},
	{"product", offsetof(struct vd_identity, product)},
	{"vendor", offsetof(struct vd_identity, vendor)},
	{"version", offsetof(struct vd_identity, version)},
	{"extra", offsetof(struct vd_identity, version_extra)},
	{"os", offsetof(struct vd_identity, os)},
	{"os_version", offsetof(struct vd_identity, os_version)},
	{"os_cpe", offsetof(struct vd_identity, os_cpe)},
	{"device", offsetof(struct vd_identity, device)},
	{"eol", offsetof(struct vd_identity, eol)},
	{"distro", offsetof(struct vd_identity, distro)},
	{"distro_release", offsetof(struct vd_identity, distro_release)},
	{"package", offsetof(struct vd_identity, package)},
	{"package_version", offsetof(struct vd_identity, package_version)},
	{"cpe", offsetof(struct vd_identity, cpe)},
};

static const char *member(const struct vd_identity *id, const char *name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (strcmp(members[i].name, name) == 0)
			return (const char *)id + members[i].offset;
	return NULL;
}

/* Check an expectation. Its name may mean a member of the identity, or a capture as it stands in
 * the text. */
static void check_expect(struct lint *l, const struct rule_expect *e, const struct engine_hit *hit,
                         const struct vd_identity *id)
{
	char value[512];
	const char *is = member(id, e->name);
	bool captured = engine_value(l->rules, hit, e->name, "", value, sizeof(value));

	if ((is != NULL && strcmp(is, e->value) == 0) || (captured && strcmp(value, e->value) == 0))
		return;
	if (is == NULL && !captured)
		complainf(l, e->line, "nothing gives \"%s\", expected is \"%s\"", e->name,
		          e->value);
	else
		complainf(l, e->line, "%s is \"%s\", expected is \"%s\"", e->name,
		          is != NULL ? is : value, e->value);
}

/* Check which rule answers if the example is the only fact: the example's own rule, or at least one
 * that names the same product. */
static void check_winner(struct lint *l, const struct rule *rule, const struct rule_example *e)
{
	struct vd_facts *facts = vd_facts_new();
	const struct rule_param *product = rule_param(rule, RULE_PRODUCT);
	struct vd_identity id;

	if (facts != NULL && product != NULL && strchr(product->value, '{') == NULL &&
	    vd_facts_add(facts, e->field, e->text, e->len) == 0) {
		rules_identify(l->rules, l->scratch, facts, &id);
		if (strcmp(id.rule, rule->id) != 0 && strcmp(id.product, product->value) != 0)
			complainf(l, e->line, "rule %s answers this example of %s", id.rule,
			          rule->id);
	}
	vd_facts_free(facts);
}

static void run_example(struct lint *l, const struct rule *rule, uint32_t number,
                        const struct rule_example *e)
{
	struct vd_identity id;
	struct engine_hit hit;
	bool matched =
		engine_match_rule(l->rules, l->scratch, number, e->field, e->text, e->len, &hit);

	if (matched == e->none) {
		complainf(l, e->line,
		          e->none ? "the rule matches its counter-example"
		                  : "the rule does not match its example");
		return;
	}
	if (!matched)
		return;
	memset(&id, 0, sizeof(id));
	identify_from_hit(l->rules, &hit, e->field, &id);
	identify_distro(&id);
	for (const struct rule_expect *x = e->expects; x != NULL; x = x->next)
		check_expect(l, x, &hit, &id);
	check_winner(l, rule, e);
}

static void run_examples(struct lint *l)
{
	uint32_t number = 0;

	for (const struct rule *r = rule_set_first(l->set); r != NULL; r = r->next, number++) {
		if (r->examples == NULL)
			complainf(l, r->line, "rule %s has no example", r->id);
		for (const struct rule_example *e = r->examples; e != NULL; e = e->next)
			run_example(l, r, number, e);
	}
}

/* Complain about patterns that Hyperscan cannot search for: each costs a run of PCRE2 on every
 * text. */
static void check_patterns(struct lint *l)
{
	for (const struct rule *r = rule_set_first(l->set); r != NULL; r = r->next) {
		for (const struct rule_match *m = r->matches; m != NULL; m = m->next) {
			struct hyperscan_pattern pattern = {m->pattern, m->options, false};
			char *bytes = NULL;
			size_t len;

			if (hyperscan_compile(&pattern, 1, &bytes, &len) == 0 && pattern.always)
				complainf(l, r->line, "rule %s: Hyperscan cannot look for %s",
				          r->id, m->pattern);
			free(bytes);
		}
	}
}

static int lint_compiled(struct lint *l)
{
	struct error err = {""};
	void *blob = NULL;
	size_t len = 0;
	int result = rules_serialise(l->set, false, &blob, &len, &err);

	if (result == -EINVAL) {
		l->faults++;
		print_safe(l->out, err.text);
		fputc('\n', l->out);
		return 0;
	}
	if (result == 0)
		result = rules_open(blob, len, &l->rules, &err);
	if (result == 0) {
		l->scratch = rules_scratch_new(l->rules);
		result = l->scratch != NULL ? 0 : -ENOMEM;
	}
	if (result == 0) {
		check_patterns(l);
		run_examples(l);
	}
	rules_scratch_free(l->scratch);
	rules_close(l->rules);
	free(blob);
	return result;
}

int vulndb_lint(const char *path, FILE *out)
{
	struct lint l = {.path = path, .out = out};
	const char *slash = strrchr(path, '/');
	char *text = NULL;
	size_t len = 0;
	int result;

	if (lint_is_table(path))
		return lint_table(path, out);
	result = rule_read_text(path, &text, &len);
	if (result != 0)
		return result;
	l.set = rule_set_new();
	result = l.set == NULL ? -ENOMEM
	                       : rule_parse(l.set, slash != NULL ? slash + 1 : path, text, len,
	                                    complain, &l);
	if (result == 0)
		result = lint_compiled(&l);
	rule_set_free(l.set);
	free(text);
	return result < 0 ? result : l.faults;
}
