/* SPDX-License-Identifier: Apache-2.0 */
/* test_recog.c - claims about the importer of Recog's files, checked against the files' own
 * examples. */

#include "engine.h"
#include "recog_cpe.h"
#include "shared_data.h"
#include "suite.h"

enum { EXAMPLES_MIN = 7520, EXIT_SKIP = 77 };

static struct rule_set *set;
static bool all_read = true;

static void read_file(void *arg, const char *name, const char *text, size_t len)
{
	struct error err = {""};
	size_t n = strlen(name);

	if (n <= 4 || strcmp(name + n - 4, ".xml") != 0 ||
	    rules_read_recog(set, name, text, len, &err) == 0)
		return;
	fprintf(stderr, "%s\n", err.text);
	*(bool *)arg = false;
}

/* Whether the first rule that matches in the file of @r gives what the example states. */
static bool holds(const struct rules *rules, struct rules_scratch *scratch, const struct rule *r,
                  const struct rule_example *e)
{
	struct engine_hit hits[ENGINE_HITS_MAX];
	size_t n =
		engine_match(rules, scratch, engine_field(rules, e->field), e->text, e->len, hits);
	const struct engine_hit *hit = NULL;
	char value[2048];

	for (size_t i = 0; i < n; i++)
		if (hits[i].group == r->group)
			hit = &hits[i];
	if (hit == NULL)
		return false;
	for (const struct rule_expect *x = e->expects; x != NULL; x = x->next)
		if (!engine_value(rules, hit, x->name, "-", value, sizeof(value)) ||
		    strcmp(value, x->value) != 0)
			return false;
	return true;
}

struct run_counts {
	uint32_t total, good;
	uint64_t sum; /* a hash of which rule matched what */
};

static void run(const struct rules *rules, struct run_counts *t, bool tell)
{
	struct rules_scratch *scratch = rules_scratch_new(rules);

	for (const struct rule *r = rule_set_first(set); r != NULL; r = r->next) {
		for (const struct rule_example *e = r->examples; e != NULL; e = e->next) {
			struct engine_hit hits[ENGINE_HITS_MAX];
			size_t n = engine_match(rules, scratch, engine_field(rules, e->field),
			                        e->text, e->len, hits);
			bool good = holds(rules, scratch, r, e);

			t->total++;
			t->good += good;
			for (size_t i = 0; i < n; i++)
				t->sum =
					(t->sum ^ hits[i].pattern ^ (uint64_t)hits[i].offset << 40 ^
				         (uint64_t)hits[i].len << 20) *
					1099511628211ULL;
			if (!good && tell)
				fprintf(stderr, "%s:%u: does not hold: %.60s\n", r->source, e->line,
				        e->text);
		}
	}
	rules_scratch_free(scratch);
}

START_TEST(examples_give_their_parameters_with_and_without_hyperscan)
{
	struct run_counts fast = {0}, slow = {0};
	struct error err = {""};
	struct rules *rules;
	void *blob;
	size_t len;

	ck_assert(all_read);
	ck_assert_msg(rules_serialise(set, true, &blob, &len, &err) == 0, "%s", err.text);
	ck_assert_msg(rules_open(blob, len, &rules, &err) == 0, "%s", err.text);
	fprintf(stderr, "%zu rules, %zu products, %zu bytes, hyperscan %d\n", rules_count(rules),
	        rules_products(rules), len, rules_hyperscan(rules));
	run(rules, &fast, true);
	rules_close(rules);
	free(blob);
	ck_assert_msg(rules_serialise(set, false, &blob, &len, &err) == 0, "%s", err.text);
	ck_assert_msg(rules_open(blob, len, &rules, &err) == 0, "%s", err.text);
	ck_assert(!rules_hyperscan(rules));
	run(rules, &slow, false);
	fprintf(stderr, "%u of %u examples hold\n", fast.good, fast.total);
	ck_assert_uint_ge(fast.good, EXAMPLES_MIN);
	ck_assert_uint_eq(slow.good, fast.good);
	ck_assert(slow.sum == fast.sum);
	rules_close(rules);
	free(blob);
}
END_TEST

static const struct {
	const char *uri, *own;
} names[] = {
	{"cpe:/a:openbsd:openssh:{service.version}", "a:openbsd:openssh:{service.version}"},
	{"cpe:/a:microsoft:iis:7.5", "a:microsoft:internet_information_services:7.5"},
	{"cpe:/a:a:b%2bc:1", "a:a:b\\+c:1"},
	{"cpe:/o:debian:debian_linux:-", "o:debian:debian_linux:-"},
	{"cpe:/x:a:b", NULL},
	{"nginx", NULL},
};

START_TEST(uris_become_own_names)
{
	char own[VD_CPE_LEN];

	if (names[_i].own == NULL) {
		ck_assert(!recog_cpe(names[_i].uri, own, sizeof(own)));
		return;
	}
	ck_assert(recog_cpe(names[_i].uri, own, sizeof(own)));
	ck_assert_str_eq(own, names[_i].own);
}
END_TEST

static const char *const broken[] = {
	"<fingerprints><fingerprint pattern='('/></fingerprints>",
	"<fingerprints><fingerprint pattern='a'>",
	"<!DOCTYPE x [<!ENTITY a 'b'>]><fingerprints/>",
	"<fingerprints><param pos='0' name='a' value='b'/></fingerprints>",
	("<fingerprints><fingerprint pattern='a'><param pos='99' "
         "name='a'/></fingerprint></fingerprints>"),
	"nothing",
};

START_TEST(broken_files_are_refused_with_their_place)
{
	struct rule_set *own = rule_set_new();
	struct error err = {""};

	ck_assert_int_ne(rules_read_recog(own, "x.xml", broken[_i], strlen(broken[_i]), &err), 0);
	ck_assert_int_eq(strncmp(err.text, "x.xml:1:", 8), 0);
	rule_set_free(own);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core"), *data = NULL;
	size_t len;
	char *tar;
	int ret;

	tcase_add_loop_test(tc, uris_become_own_names, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_loop_test(tc, broken_files_are_refused_with_their_place, 0,
	                    sizeof(broken) / sizeof(broken[0]));
	set = rule_set_new();
	tar = shared_data("recog-xml.tar.zst", &len);
	if (tar != NULL) {
		data = tcase_create("data");
		tar_each(tar, len, read_file, &all_read);
		tcase_add_test(data, examples_give_their_parameters_with_and_without_hyperscan);
	}
	ret = suite_run("recog", tc, data);
	rule_set_free(set);
	free(tar);
	return ret == EXIT_SUCCESS && data == NULL ? EXIT_SKIP : ret;
}
