/* SPDX-License-Identifier: Apache-2.0 */
/* test_engine.c - claims about which patterns match and which match wins. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "suite.h"

static void ignore(void *arg, uint32_t line, uint32_t column, const char *text)
{
	(void)arg;
	fprintf(stderr, "%u:%u: %s\n", line, column, text);
}

struct fixture {
	void *blob;
	size_t len;
	struct rules *rules;
	struct rules_scratch *scratch;
};

static void setup(struct fixture *f, const char *text, bool hyperscan)
{
	struct rule_set *set = rule_set_new();
	struct error err = {""};

	ck_assert_int_eq(rule_parse(set, "test", text, strlen(text), ignore, NULL), 0);
	ck_assert_int_eq(rules_serialise(set, hyperscan, &f->blob, &f->len, &err), 0);
	ck_assert_int_eq(rules_open(f->blob, f->len, &f->rules, &err), 0);
	f->scratch = rules_scratch_new(f->rules);
	rule_set_free(set);
}

static void teardown(struct fixture *f)
{
	rules_scratch_free(f->scratch);
	rules_close(f->rules);
	free(f->blob);
}

static const char *winner(struct fixture *f, const char *text)
{
	struct engine_hit hits[ENGINE_HITS_MAX];
	const struct engine_parts *parts = engine_parts(f->rules);
	int field = engine_field(f->rules, "http.server");

	if (engine_match(f->rules, f->scratch, field, text, strlen(text), hits) == 0)
		return "";
	return parts->strings + parts->rules[hits[0].rule].id;
}

static const char settling[] =
	"rule weak\n\tservice http\n\tproduct A\n\tconfidence 50\n"
	"\tmatch http.server ^abc.*\n"
	"rule short\n\tservice http\n\tproduct B\n\tmatch http.server ^ab\n"
	"rule long\n\tservice http\n\tproduct C\n\tmatch http.server ^abc\n"
	"rule capture\n\tservice http\n\tproduct D\n\tmatch http.server ^ab(?<version>c)\n"
	"rule late\n\tservice http\n\tproduct E\n\tmatch http.server ^ab(?<extra>c)\n"
	"rule back\n\tservice http\n\tproduct F\n\tconfidence 95\n"
	"\tmatch http.server ^(x+)y\\1$\n";

static const struct {
	const char *text, *rule;
} settled[] = {
	{"abcd", "capture"}, /* confidence, then length, then captures, then order */
	{"abx", "short"},    {"xxyxx", "back"}, {"xxyx", ""}, {"none", ""}, {"", ""},
};

START_TEST(the_more_certain_then_the_longer_match_wins)
{
	struct fixture fast, slow;

	setup(&fast, settling, true);
	setup(&slow, settling, false);
	ck_assert_str_eq(winner(&fast, settled[_i].text), settled[_i].rule);
	ck_assert_str_eq(winner(&slow, settled[_i].text), settled[_i].rule);
	teardown(&fast);
	teardown(&slow);
}
END_TEST

START_TEST(a_bad_pattern_is_stopped_and_counted)
{
	static const char text[] =
		"rule bad\n\tservice http\n\tproduct A\n\tmatch http.server ^(?:a+)+[bd]$\n"
		"rule good\n\tservice http\n\tproduct B\n\tconfidence 10\n"
		"\tmatch http.server c$\n";
	char bytes[2001];
	struct fixture f;

	memset(bytes, 'a', sizeof(bytes) - 1);
	memcpy(bytes + sizeof(bytes) - 2, "c", 2);
	setup(&f, text, false);
	ck_assert_str_eq(winner(&f, bytes), "good");
	ck_assert_uint_gt(rules_limit_hits(f.rules), 0);
	teardown(&f);
}
END_TEST

/* Patterns that are slow, each for another reason; the text ends such that none of them can
 * match. */
static const struct {
	const char *pattern, *unit, *end;
} slow_patterns[] = {
	{"^(?:a+)+[bd]$", "a", "c"},  /* nested repeats: exponential */
	{"(?:a|aa)+[bd]$", "a", "c"}, /* alternatives that overlap */
	{"(a*)*[bd]", "a", "c"},
	{"[^x]*[yz][yz]", "a", "y"},   /* quadratic, and PCRE2 counts no step of it */
	{"[^x]*[^x]*y[zw]", "a", "y"}, /* cubic, and PCRE2 counts few of its steps */
	{"[^x]*[^x]*[^x]*[^x]*y[zw]", "a", "y"},
	{"(a+)\\1+b\\1c", "a", "bb"}, /* references to a group that is retried */
	{"(((a+)+)+\\3)+\\2d", "a", "c"},
	{"(?:.{0,4000}q){2}[yz]", "ab", "q"}, /* huge bounded repeats */
	{"(?:a{0,200}){0,200}[bd]$", "a", "c"},
	{"(?=[^x]*[yz])a[^y]*[bd]", "a", "y"}, /* quadratic twice over */
	{"(?:[^x]*,)*[yz][yz]", "a", "y"},
	{"(?:(?=(a+))a)*[bd]", "a", "c"}, /* a look-ahead at each position */
	{"(?<=a)(?:[ab]*,)*[yz]", "ab,", "y,"},
};

/* The processor time of a match in seconds, which other load does not change. The bound of the test
 * is many times what a match takes. */
static double seconds_of(const struct fixture *f, const char *text, size_t len)
{
	struct engine_hit hits[ENGINE_HITS_MAX];
	clock_t start = clock();

	engine_match(f->rules, f->scratch, engine_field(f->rules, "http.server"), text, len, hits);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

START_TEST(no_pattern_however_bad_stalls)
{
	enum { LONG = 65536 };
	static const size_t lengths[] = {300, 3000, 20000, 45000, LONG};
	const char *unit = slow_patterns[_i].unit, *end = slow_patterns[_i].end;
	char rule[400], *text = malloc(LONG);
	struct fixture f;

	snprintf(rule, sizeof(rule),
	         "rule bad\n\tservice http\n\tproduct A\n\tmatch http.server %s\n",
	         slow_patterns[_i].pattern);
	setup(&f, rule, false);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		double took;

		for (size_t at = 0; at < lengths[i]; at++)
			text[at] = unit[at % strlen(unit)];
		memcpy(text + lengths[i] - strlen(end), end, strlen(end));
		took = seconds_of(&f, text, lengths[i]);
		ck_assert_msg(took < 1, "%s: %.1f s for %zu bytes", slow_patterns[_i].pattern, took,
		              lengths[i]);
	}
	teardown(&f);
	free(text);
}
END_TEST

START_TEST(what_is_stopped_is_counted_and_the_others_still_answer)
{
	static const char rules[] =
		"rule bad\n\tservice http\n\tproduct A\n\tmatch http.server [^x]*[^x]*y[zw]\n"
		"rule good\n\tservice http\n\tproduct B\n\tconfidence 95\n"
		"\tmatch http.server ^a+y$\n";
	struct engine_hit hits[ENGINE_HITS_MAX];
	char *text = malloc(60000);
	struct fixture f;

	memset(text, 'a', 60000);
	text[59999] = 'y';
	setup(&f, rules, false);
	ck_assert_uint_eq(rules_limit_hits(f.rules), 0);
	ck_assert_uint_eq(engine_match(f.rules, f.scratch, engine_field(f.rules, "http.server"),
	                               text, 60000, hits),
	                  1);
	ck_assert_uint_eq(hits[0].len, 60000);
	/* a rule of lower confidence in the same group is not even run */
	ck_assert_uint_eq(rules_limit_hits(f.rules), 0);
	text[0] = 'b';
	ck_assert_uint_eq(engine_match(f.rules, f.scratch, engine_field(f.rules, "http.server"),
	                               text, 60000, hits),
	                  0);
	ck_assert_uint_eq(rules_limit_hits(f.rules), 1);
	teardown(&f);
	free(text);
}
END_TEST

START_TEST(damaged_blobs_are_refused)
{
	struct rules *rules;
	struct error err;
	struct fixture f;
	char *copy;

	setup(&f, settling, false);
	for (size_t cut = 0; cut < f.len; cut += 8)
		ck_assert_int_eq(rules_open(f.blob, cut, &rules, &err), -EINVAL);
	/* Whichever byte is changed, rules_open() either refuses the blob or its use stays within
	 * bounds (for sanitizers). */
	copy = malloc(f.len);
	for (size_t i = 0; i < f.len; i++) {
		struct rules_scratch *scratch;
		struct vd_facts *facts = vd_facts_new();
		struct vd_identity id;

		memcpy(copy, f.blob, f.len);
		copy[i] = (char)(copy[i] ^ 0x81);
		vd_facts_addf(facts, "http.server", "abcd");
		if (rules_open(copy, f.len, &rules, &err) == 0) {
			scratch = rules_scratch_new(rules);
			rules_identify(rules, scratch, facts, &id);
			rules_scratch_free(scratch);
			rules_close(rules);
		}
		vd_facts_free(facts);
	}
	free(copy);
	teardown(&f);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, the_more_certain_then_the_longer_match_wins, 0,
	                    sizeof(settled) / sizeof(settled[0]));
	tcase_add_test(tc, a_bad_pattern_is_stopped_and_counted);
	tcase_add_loop_test(tc, no_pattern_however_bad_stalls, 0,
	                    sizeof(slow_patterns) / sizeof(slow_patterns[0]));
	tcase_add_test(tc, what_is_stopped_is_counted_and_the_others_still_answer);
	tcase_add_test(tc, damaged_blobs_are_refused);
	return suite_run("engine", tc);
}
