/* SPDX-License-Identifier: Apache-2.0 */
/* test_rule.c - claims about rule files: where which fault is refused, and that the bundled files
 * have none. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "rule_read.h"
#include "suite.h"

#define GOOD "rule a\n\tservice http\n\tmatch http.server ^x\n"

static const struct {
	const char *text;
	uint32_t line, column; /* of the first fault; 0: none */
} cases[] = {
	{GOOD, 0, 0},
	{"# comment\n\n" GOOD "\r\n", 0, 0},
	{"rule A\n", 1, 6},
	{"rule a b\n\tservice x\n", 1, 6},
	{"rule a\n\tservice http\n", 1, 1},
	{"rule a\n\tmatch http.server ^x\n", 1, 1},
	{"service http\n", 1, 1},
	{"\tservice http\n", 1, 1},
	{GOOD "\tservice http\n", 4, 2},
	{GOOD "\tcolour red\n", 4, 2},
	{GOOD "\tvendor\n", 4, 2},
	{GOOD "\tmatch http.server (a\n", 4, 22},
	{GOOD "\tmatch nothing a\n", 4, 8},
	{GOOD "\tcpe a:b\n", 4, 6},
	{GOOD "\tcpe a:b:c:{version\n", 4, 12},
	{GOOD "\tconfidence 0\n", 4, 13},
	{GOOD "\teol 1.2 tomorrow\n", 4, 10},
	{GOOD "\teol 1.2 2024-13-01\n", 4, 10},
	{GOOD "\teol 1.2 2024-04-31\n", 4, 10},
	{GOOD "\teol 1.2 2023-02-29\n", 4, 10},
	{GOOD "\teol 1.2 2024-02-29\n", 0, 0},
	{GOOD "\tversion {2}\n", 4, 10},
	{GOOD "\tcpe a:x:y:{version}\n", 4, 12},
	{GOOD "\tversion 1\n\tcpe a:x:y:{version}\n", 0, 0},
	{GOOD "\tversion 1{version}\n", 4, 11},
	{GOOD "\tmatch http.server ^x(?<vresion>1)\n", 4, 25},
	{GOOD "\tmatch http.server ^x(?<own>1)\n\tversion 2.{own}\n", 0, 0},
	{GOOD "\tmatch http.server ^x\\2\n", 4, 23},
	{"rule a\n\tservice http\n\tmatch http.server ^x\0y\n", 3, 1},
	{GOOD "\texpect version 1\n", 4, 9},
	{GOOD "\texample http.server a\\z\n", 4, 23},
};

struct first {
	uint32_t line, column;
};

static void keep_first(void *arg, uint32_t line, uint32_t column, const char *text)
{
	struct first *first = arg;

	(void)text;
	if (first->line == 0)
		*first = (struct first){line, column};
}

START_TEST(faults_are_named_with_line_and_column)
{
	struct rule_set *set = rule_set_new();
	struct first first = {0, 0};
	size_t len = strlen(cases[_i].text);
	int faults;

	if (strchr("xy", cases[_i].text[len - 1]) != NULL) /* a NUL stands inside */
		len += strlen(cases[_i].text + len + 1) + 1;
	faults = rule_parse(set, "t", cases[_i].text, len, keep_first, &first);

	ck_assert_int_eq(faults > 0, cases[_i].line > 0);
	ck_assert_uint_eq(first.line, cases[_i].line);
	ck_assert_uint_eq(first.column, cases[_i].column);
	rule_set_free(set);
}
END_TEST

START_TEST(bundled_rules_pass_their_own_examples)
{
	const char *folder = SONDE_SOURCE_ROOT "/vulndb/rules";
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[4096];

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (strstr(entry->d_name, ".rules") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		ck_assert_msg(vulndb_lint(path, stderr) == 0, "%s", path);
	}
	closedir(dir);
}
END_TEST

/* Identify the service that has this example as its only fact. */
static void answer(const struct rules *rules, struct rules_scratch *scratch,
                   const struct rule_example *e, struct vd_identity *out)
{
	struct vd_facts *facts = vd_facts_new();

	vd_facts_add(facts, e->field, e->text, e->len);
	rules_identify(rules, scratch, facts, out);
	vd_facts_free(facts);
}

START_TEST(examples_get_the_same_answers_without_hyperscan)
{
	struct rule_set *set = rule_set_new();
	struct vd_identity fast, slow;
	struct rules *rules, *plain;
	struct rules_scratch *scratch, *plain_scratch;
	struct error err = {""};
	void *blob, *plain_blob;
	size_t len, examples = 0;

	ck_assert_msg(rules_read_dir(set, SONDE_SOURCE_ROOT "/vulndb/rules", &err) == 0, "%s",
	              err.text);
	ck_assert_int_eq(rules_serialise(set, true, &blob, &len, &err), 0);
	ck_assert_int_eq(rules_open(blob, len, &rules, &err), 0);
	ck_assert_int_eq(rules_serialise(set, false, &plain_blob, &len, &err), 0);
	ck_assert_int_eq(rules_open(plain_blob, len, &plain, &err), 0);
	scratch = rules_scratch_new(rules);
	plain_scratch = rules_scratch_new(plain);
	for (const struct rule *r = rule_set_first(set); r != NULL; r = r->next) {
		for (const struct rule_example *e = r->examples; e != NULL;
		     e = e->next, examples++) {
			answer(rules, scratch, e, &fast);
			answer(plain, plain_scratch, e, &slow);
			ck_assert_msg(memcmp(&fast, &slow, sizeof(fast)) == 0, "%s: %s and %s",
			              e->text, fast.rule, slow.rule);
		}
	}
	ck_assert_uint_gt(examples, rule_set_count(set));
	ck_assert_uint_eq(rules_limit_hits(rules) + rules_limit_hits(plain), 0);
	rules_scratch_free(scratch);
	rules_scratch_free(plain_scratch);
	rules_close(rules);
	rules_close(plain);
	free(blob);
	free(plain_blob);
	rule_set_free(set);
}
END_TEST

START_TEST(an_id_may_stand_once)
{
	struct rule_set *set = rule_set_new();
	struct first first = {0, 0};
	struct error err = {""};
	void *blob;
	size_t len;

	ck_assert_int_eq(rule_parse(set, "t", GOOD GOOD, strlen(GOOD GOOD), keep_first, &first), 0);
	ck_assert_int_lt(rules_serialise(set, false, &blob, &len, &err), 0);
	ck_assert_str_eq(err.text, "t:4:6: rule a stands at t:1 already");
	rule_set_free(set);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, faults_are_named_with_line_and_column, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, bundled_rules_pass_their_own_examples);
	tcase_add_test(tc, examples_get_the_same_answers_without_hyperscan);
	tcase_add_test(tc, an_id_may_stand_once);
	return suite_run("rule", tc);
}
