/* SPDX-License-Identifier: Apache-2.0 */
/* test_memory.c - claims about short memory: an answer is complete or says that it is not; findings
 * are never lost in silence. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "short_memory.h"
#include "rule_pattern.h"
#include "vulndb.h"
#include "suite.h"

enum { CAP = 4096 };

static struct vulndb *db;
static struct vd_hit whole[CAP], hits[CAP];

/* ---- PCRE2 has its own allocations: it says that they fail when a test says so ---- */

static bool no_patterns;

pcre2_code *__real_pcre2_compile_8(PCRE2_SPTR8 pattern, PCRE2_SIZE len, uint32_t options,
                                   int *error, PCRE2_SIZE *offset, pcre2_compile_context *context);
pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR8 pattern, PCRE2_SIZE len, uint32_t options,
                                   int *error, PCRE2_SIZE *offset, pcre2_compile_context *context);

pcre2_code *__wrap_pcre2_compile_8(PCRE2_SPTR8 pattern, PCRE2_SIZE len, uint32_t options,
                                   int *error, PCRE2_SIZE *offset, pcre2_compile_context *context)
{
	if (!no_patterns)
		return __real_pcre2_compile_8(pattern, len, options, error, offset, context);
	*error = PCRE2_ERROR_HEAP_FAILED;
	return NULL;
}

static void open_bundle(void)
{
	struct error err;

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
}

static void close_bundle(void)
{
	vulndb_close(db);
}

/* Many candidates and hits; half a version, so that runs are merged; a package of a
 * distribution. */
static const struct {
	const char *cpe, *distro, *release, *package, *version;
} asked[] = {
	{"cpe:2.3:a:php:php:7.4.3", "", "", "", ""},
	{"cpe:2.3:a:openbsd:openssh:7", "", "", "", ""},
	{"cpe:2.3:a:openbsd:openssh:9.2:p1", "debian", "12", "openssh", "1:9.2p1-2"},
};

static struct vd_identity identity(int i)
{
	struct vd_identity id;
	struct error err;

	ck_assert_msg(vd_identity_from_cpe(asked[i].cpe, &id, &err) == 0, "%s", err.text);
	strcpy(id.distro, asked[i].distro);
	strcpy(id.distro_release, asked[i].release);
	strcpy(id.package, asked[i].package);
	strcpy(id.package_version, asked[i].version);
	return id;
}

/* Match with a new scratch while only the first @left allocations succeed; *@failed: one was
 * refused. Returns what vulndb_match() returns. */
static int match(const struct vd_identity *id, unsigned left, bool *failed)
{
	struct vd_scratch *s = vd_scratch_new(db);
	int n;

	ck_assert_ptr_nonnull(s);
	short_memory_begin(left);
	n = vulndb_match(db, s, id, hits, CAP);
	*failed = short_memory_end();
	vd_scratch_free(s);
	return n;
}

START_TEST(a_match_is_whole_or_says_that_memory_was_short)
{
	struct vd_identity id = identity(_i);
	struct vd_scratch *s = vd_scratch_new(db);
	int n = vulndb_match(db, s, &id, whole, CAP);
	unsigned refused = 0;
	bool failed;

	ck_assert_int_gt(n, 5);
	for (unsigned left = 0;; left++) {
		int found = match(&id, left, &failed);

		if (found == n) {
			ck_assert_mem_eq(hits, whole, (size_t)n * sizeof(*hits));
			if (!failed)
				break;
			continue; /* what failed was the copy for the cache */
		}
		ck_assert_int_eq(found, -ENOMEM);
		ck_assert(failed);
		refused++;
	}
	ck_assert_uint_ge(refused, 2);
	vd_scratch_free(s);
}
END_TEST

START_TEST(a_short_answer_is_not_remembered)
{
	struct vd_identity id = identity(0);
	struct vd_scratch *s = vd_scratch_new(db), *fresh = vd_scratch_new(db);
	int n = vulndb_match(db, fresh, &id, whole, CAP), short_of;

	short_memory_begin(1);
	short_of = vulndb_match(db, s, &id, hits, CAP);
	ck_assert(short_memory_end());
	ck_assert_int_eq(short_of, -ENOMEM);
	ck_assert_int_eq(vulndb_match(db, s, &id, hits, CAP), n);
	vd_scratch_free(s);
	vd_scratch_free(fresh);
}
END_TEST

START_TEST(facts_say_that_one_is_missing)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_scratch *s = vd_scratch_new(db);
	struct vd_identity id;
	static const char page[65536];
	int added;

	ck_assert_int_eq(vd_facts_addf(facts, "http.server", "nginx/1.18.0"), 0);
	ck_assert(vd_facts_complete(facts));
	ck_assert_int_eq(vulndb_identify(db, s, facts, &id), 1);
	short_memory_begin(0);
	added = vd_facts_add(facts, "http.body", page, sizeof(page));
	ck_assert(short_memory_end());
	ck_assert_int_eq(added, -ENOMEM);
	ck_assert(!vd_facts_complete(facts));
	ck_assert_int_eq(vulndb_identify(db, s, facts, &id), -ENOMEM);
	ck_assert_str_eq(id.product, "nginx"); /* found by the facts that are there */
	vd_facts_clear(facts);
	ck_assert(vd_facts_complete(facts));
	vd_facts_free(facts);
	vd_scratch_free(s);
}
END_TEST

START_TEST(a_pattern_without_memory_is_no_pattern_that_does_not_match)
{
	struct vd_facts *facts = vd_facts_new();
	struct vd_scratch *s = vd_scratch_new(db);
	struct vd_identity id;

	vd_facts_addf(facts, "ssh.banner", "OpenSSH_9.2p1 Debian-2+deb12u3");
	no_patterns = true;
	ck_assert_int_eq(vulndb_identify(db, s, facts, &id), -ENOMEM);
	ck_assert_str_eq(id.product, "");
	no_patterns = false;
	/* The pattern is compiled again when there is memory. */
	ck_assert_int_eq(vulndb_identify(db, s, facts, &id), 1);
	ck_assert_str_eq(id.product, "OpenSSH");
	vd_facts_free(facts);
	vd_scratch_free(s);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("memory");

	tcase_add_checked_fixture(t, open_bundle, close_bundle);
	tcase_add_loop_test(t, a_match_is_whole_or_says_that_memory_was_short, 0,
	                    sizeof(asked) / sizeof(asked[0]));
	tcase_add_test(t, a_short_answer_is_not_remembered);
	tcase_add_test(t, facts_say_that_one_is_missing);
	tcase_add_test(t, a_pattern_without_memory_is_no_pattern_that_does_not_match);
	return suite_run("memory", t);
}
