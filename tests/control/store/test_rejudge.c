/* SPDX-License-Identifier: Apache-2.0 */
/* test_rejudge.c - claims about judging a database again: what is read, written and logged. */
#include "accept.h"
#include "store_dir.h"
#include "suite.h"

#define DAY_US (86400 * INT64_C(1000000))

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */
static const int64_t T0 = 1000 * DAY_US;

static struct store_dir dir;

/* ---- a knowledge by which every service gets the verdicts of one record ---- */

static struct {
	struct record *verdicts;
	struct store_set set;
	struct record *other; /* the verdicts of the product "other"; NULL: as all others */
	struct store_set other_set;
	const char *version; /* the version that identities get; NULL: theirs stays */
	unsigned identified;
	const char *table; /* the table of weights; NULL: the bundled one */
} today;

static int judge_identify(void *arg, struct record *r)
{
	(void)arg;
	today.identified++;
	if (today.version != NULL)
		snprintf(r->identity.version, sizeof(r->identity.version), "%s", today.version);
	return 0;
}

static const struct store_set *judge_set(void *arg, const uint8_t *identity, size_t len, bool list)
{
	struct vd_identity id;

	(void)arg;
	(void)list;
	ck_assert_int_eq(record_decode_identity(identity, len, &id), 0);
	return today.other != NULL && strcmp(id.product, "other") == 0 ? &today.other_set
	                                                               : &today.set;
}

static void setup(void)
{
	store_dir_open(&dir);
	memset(&today, 0, sizeof(today));
	today.verdicts = record_new();
}

static void teardown(void)
{
	record_free(today.verdicts);
	store_dir_remove(&dir);
}

/* Stamp the database with the knowledge @number, as a scan does before it writes. */
static void know(uint8_t number)
{
	struct store_stamp k = {.digest = {number}};
	struct vd_model *model;

	if (today.table != NULL)
		ck_assert_int_eq(vd_model_open(today.table, strlen(today.table), &model), 0);
	else
		ck_assert_int_eq(vd_model_bundled(&model), 0);
	k.model = model;
	ck_assert_int_eq(store_stamp(dir.s, &k), 0);
	vd_model_close(model);
}

static struct store_set set_of(const struct record *r)
{
	const struct record_verdicts v = {r->verdicts, r->verdict_count, r->candidates};
	struct store_set set = {.list = v.list, .count = v.count, .candidates = v.candidates};

	ck_assert_int_eq(record_verdict_key(&v, set.digest), 0);
	return set;
}

static struct store_rejudged again(int64_t now_us, uint8_t knowledge)
{
	const struct store_judge source = {.identify = judge_identify, .set = judge_set};
	struct store_rejudged done = {0};

	today.set = set_of(today.verdicts);
	if (today.other != NULL)
		today.other_set = set_of(today.other);
	today.identified = 0;
	know(knowledge);
	ck_assert_int_eq(store_rejudge(dir.s, now_us, &source, &done), 0);
	return done;
}

static void put_product(uint32_t v4, const char *product, const char *cve, const char *fact)
{
	struct record *r = store_dir_record(v4, 80, T0);

	store_dir_grab(r, product, "1.18.0");
	if (cve != NULL)
		store_dir_vuln(r, cve, VD_AFFECTED, 98);
	if (fact != NULL)
		vd_facts_addf(r->facts, "ssl.not_after", "%s", fact);
	store_dir_put(&dir, "s-1", r);
}

static void put(uint32_t v4, const char *cve, const char *fact)
{
	put_product(v4, "nginx", cve, fact);
}

/* ---- the log --------------------------------------------------------------------------------- */

struct count {
	unsigned added, resolved, level;
};

static bool count(void *arg, const struct store_change *c)
{
	struct count *n = arg;

	if (strcmp(c->cause, "db") != 0)
		return true;
	n->added += strcmp(c->type, "vuln.added") == 0;
	n->resolved += strcmp(c->type, "vuln.resolved") == 0;
	n->level += strcmp(c->type, "score.level_changed") == 0;
	return true;
}

static void expect_log(unsigned added, unsigned resolved, unsigned level)
{
	struct count n = {0};

	ck_assert_int_eq(store_each_change(dir.s, 0, 0, count, &n), 0);
	ck_assert_uint_eq(n.added, added);
	ck_assert_uint_eq(n.resolved, resolved);
	ck_assert_uint_eq(n.level, level);
}

static struct vd_verdict verdict_of(uint32_t v4)
{
	struct dp_addr addr = dp_addr_v4(v4);
	struct vd_verdict v;
	struct store_host h;

	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.services[0]->verdict_count, 1);
	ck_assert_int_eq(h.services[0]->verdict_first_seen_us[0], T0);
	v = h.services[0]->verdicts[0];
	store_host_fini(&h);
	return v;
}

/* ---- claims ---------------------------------------------------------------------------------- */

START_TEST(judging_again_logs_the_cause_db)
{
	put(NET + 1, NULL, NULL);
	store_dir_vuln(today.verdicts, "CVE-2025-0009", VD_AFFECTED, 98);
	ck_assert_uint_eq(again(T0 + 9000, 1).whole, 1);
	expect_log(1, 0, 1);
	today.verdicts->verdict_count = 0;
	ck_assert_uint_eq(again(T0 + 10000, 1).whole, 1);
	expect_log(1, 1, 2);
	ck_assert_uint_eq(again(T0 + 11000, 1).whole, 0);
}
END_TEST

/* If a probability changes within its row of the score table, the verdict set is rewritten, but no
 * record. */
START_TEST(restated_verdicts_change_where_they_stand)
{
	struct store_rejudged done;

	put(NET + 1, "CVE-2024-0001", NULL);
	put(NET + 2, "CVE-2024-0001", NULL);
	store_dir_vuln(today.verdicts, "CVE-2024-0001", VD_AFFECTED, 98);
	strcpy(today.verdicts->verdicts[0].version, "1.18.0");
	ck_assert_uint_eq(again(T0 + 1, 1).restated, 0);
	today.verdicts->verdicts[0].epss = 0.25F;
	done = again(T0 + 2, 1);
	ck_assert_uint_eq(done.restated, 1);
	ck_assert_uint_eq(done.whole, 0);
	expect_log(0, 0, 0);
	ck_assert(verdict_of(NET + 1).epss == 0.25F);
	ck_assert(verdict_of(NET + 2).epss == 0.25F);
	/* A scan by older knowledge stores what that knowledge says. */
	put(NET + 3, "CVE-2024-0001", NULL);
	ck_assert(verdict_of(NET + 3).epss < 0);
	ck_assert(verdict_of(NET + 1).epss == 0.25F);
	again(T0 + 3, 1);
	ck_assert(verdict_of(NET + 3).epss == 0.25F);
	ck_assert_uint_eq(again(T0 + 4, 1).restated, 0);
}
END_TEST

static uint32_t candidates_of(uint32_t v4)
{
	struct dp_addr addr = dp_addr_v4(v4);
	struct store_host h;
	uint32_t n;

	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.services[0]->verdict_count, 0);
	n = h.services[0]->candidates;
	store_host_fini(&h);
	return n;
}

/* Of products without a version; "other" has as many candidates as the rest at first, and so shares
 * their set. */
START_TEST(the_number_of_candidates_follows_the_knowledge_without_an_event)
{
	struct store_rejudged done;

	put(NET + 1, NULL, NULL);
	put_product(NET + 2, "other", NULL, NULL);
	ck_assert_uint_eq(candidates_of(NET + 1), 0); /* as an older version wrote it */
	today.other = record_new();
	today.verdicts->candidates = today.other->candidates = 131;
	ck_assert_uint_eq(again(T0 + 1, 1).whole, 2);
	ck_assert_uint_eq(candidates_of(NET + 1), 131);
	ck_assert_uint_eq(candidates_of(NET + 2), 131);
	ck_assert_uint_eq(again(T0 + 2, 1).whole, 0);
	today.verdicts->candidates = 140;
	done = again(T0 + 3, 1);
	ck_assert_uint_eq(done.restated, 1);
	ck_assert_uint_eq(candidates_of(NET + 1), 140);
	ck_assert_uint_eq(candidates_of(NET + 2), 131);
	today.verdicts->candidates = 0;
	again(T0 + 4, 1);
	ck_assert_uint_eq(candidates_of(NET + 1), 0);
	ck_assert_uint_eq(candidates_of(NET + 2), 131);
	expect_log(0, 0, 0);
	record_free(today.other);
}
END_TEST

/* If a verdict moves to another row of the score table, it is another finding, and the score
 * changes. */
START_TEST(verdicts_of_another_weight_are_judged_whole)
{
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct store_host h;

	put(NET + 1, "CVE-2024-0001", NULL);
	store_dir_vuln(today.verdicts, "CVE-2024-0001", VD_AFFECTED, 98);
	today.verdicts->verdicts[0].kev = true;
	ck_assert_uint_eq(again(T0 + 30 * DAY_US, 1).whole, 1);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.score.value, 82);
	ck_assert_str_eq(h.score.reasons[0].code, "kev-affected");
	store_host_fini(&h);
}
END_TEST

START_TEST(identities_are_asked_only_where_they_are_in_doubt)
{
	know(1);
	put(NET + 1, NULL, NULL);
	again(T0 + 1, 1);
	ck_assert_uint_eq(today.identified, 0);
	today.version = "1.18.1";
	again(T0 + 2, 2); /* other rules */
	ck_assert_uint_eq(today.identified, 2);
	again(T0 + 3, 2);
	ck_assert_uint_eq(today.identified, 0);
	know(3);
	put(NET + 2, NULL, NULL); /* a scan by yet other rules */
	again(T0 + 4, 2);
	ck_assert_uint_ge(today.identified, 2);
}
END_TEST

/* While the rules are the same, only a date that has come changes exposures. */
START_TEST(a_date_that_has_come_is_looked_at_once)
{
	know(1);
	put(NET + 1, NULL, "1972-10-05T00:00:00Z"); /* day 1008 */
	again(T0 + DAY_US, 1);
	ck_assert_uint_eq(today.identified, 0);
	again(T0 + 9 * DAY_US, 1);
	ck_assert_uint_eq(today.identified, 1);
	again(T0 + 10 * DAY_US, 1);
	ck_assert_uint_eq(today.identified, 0);
}
END_TEST

/* A port is judged once more when it has been open for seven days, and then not again. */
START_TEST(a_port_that_is_no_longer_new_is_weighed_again)
{
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct store_host h;

	know(1);
	put(NET + 1, NULL, NULL);
	ck_assert_uint_eq(again(T0 + 6 * DAY_US, 1).whole, 0);
	ck_assert_uint_eq(again(T0 + 8 * DAY_US, 1).whole, 1);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.score.value, 10);
	store_host_fini(&h);
	ck_assert_uint_eq(again(T0 + 9 * DAY_US, 1).whole, 0);
}
END_TEST

/* The bundled table with one weight changed: every finding is weighed again, once. */
START_TEST(another_table_weighs_everything_again)
{
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct vd_model *model;
	struct store_host h;
	char *text;

	know(1);
	put(NET + 1, NULL, NULL);
	ck_assert_int_eq(vd_model_bundled(&model), 0);
	text = strdup(vd_model_text(model));
	vd_model_close(model);
	memcpy(strstr(text, "known\tservice\t10") + strlen("known\tservice\t"), "15", 2);
	today.table = text;
	ck_assert_uint_eq(again(T0 + 30 * DAY_US, 2).whole, 1);
	ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
	ck_assert_uint_eq(h.score.value, 15);
	store_host_fini(&h);
	ck_assert_uint_eq(again(T0 + 31 * DAY_US, 2).whole, 0);
	free(text);
}
END_TEST

/* Nothing is written when an acceptance expires: the next pass counts the finding again. */
START_TEST(accepted_findings_come_back_after_their_date)
{
	struct dp_addr addr = dp_addr_v4(NET + 1);
	struct store_accept a;
	struct error err;
	struct store_host h;

	know(1);
	put(NET + 1, "CVE-2024-0001", NULL);
	store_dir_vuln(today.verdicts, "CVE-2024-0001", VD_AFFECTED, 98);
	strcpy(today.verdicts->verdicts[0].version, "1.18.0");
	ck_assert_int_eq(accept_parse(&(struct accept_words){"198.18.0.1:80", "CVE-2024-0001",
	                                                     "1972-11-30", "why not"},
	                              T0, &a, &err),
	                 0);
	ck_assert_int_eq(store_accept_put(dir.s, &a), 0);
	for (int day = 30; day <= 90; day += 60) {
		again(T0 + day * DAY_US, 1);
		ck_assert_int_eq(store_host_get(dir.s, &addr, &h), 0);
		ck_assert_uint_eq(h.score.value, day == 30 ? 10 : 70);
		ck_assert_uint_eq(h.services[0]->verdict_count, 1);
		ck_assert_uint_eq(h.accept_count, 1);
		store_host_fini(&h);
	}
}
END_TEST

/* A transaction takes 20,000 services, and those of the host at its end. */
START_TEST(many_services_are_judged_in_several_transactions)
{
	enum { SERVICES = 70000, BATCH = 5000 };
	static struct record *list[BATCH];
	struct store_rejudged done;

	know(1);
	for (uint32_t n = 0; n < SERVICES; n += BATCH) {
		for (uint32_t i = 0; i < BATCH; i++) {
			list[i] = store_dir_record(NET + (n + i) / 2, (uint16_t)(80 + (n + i) % 2),
			                           T0);
			if ((n + i) % 7 == 0)
				store_dir_grab(list[i], "nginx", "1.18.0");
		}
		ck_assert_int_eq(store_dir_put_all(&dir, "s-1", list, BATCH), 0);
		for (uint32_t i = 0; i < BATCH; i++)
			record_free(list[i]);
	}
	store_dir_vuln(today.verdicts, "CVE-2025-0009", VD_AFFECTED, 50);
	done = again(T0 + 1, 1);
	ck_assert_uint_eq(done.services, SERVICES);
	ck_assert_uint_eq(done.whole, SERVICES / 7);
	expect_log(SERVICES / 7, 0, SERVICES / 7);
	ck_assert_uint_eq(again(T0 + 2, 1).whole, 0);
}
END_TEST

/* Two identities share a stored set, and then get sets that differ only in texts and figures: the
 * first service decides what the shared set says, and the second gets another set. */
START_TEST(a_set_says_what_its_first_service_gets)
{
	struct store_rejudged done;

	know(1);
	put(NET + 1, "CVE-2024-0001", NULL);
	put_product(NET + 2, "other", "CVE-2024-0001", NULL);
	store_dir_vuln(today.verdicts, "CVE-2024-0001", VD_AFFECTED, 98);
	strcpy(today.verdicts->verdicts[0].version, "1.18.0");
	ck_assert_uint_eq(again(T0 + 1, 1).whole, 0);
	today.other = record_new();
	store_dir_vuln(today.other, "CVE-2024-0001", VD_AFFECTED, 98);
	strcpy(today.other->verdicts[0].version, "1.18.0");
	today.other->verdicts[0].epss = 0.5F;
	today.verdicts->verdicts[0].epss = 0.25F;
	done = again(T0 + 2, 1);
	ck_assert_uint_eq(done.restated, 1);
	ck_assert_uint_eq(done.whole, 1);
	ck_assert(verdict_of(NET + 1).epss == 0.25F);
	ck_assert(verdict_of(NET + 2).epss == 0.5F);
	expect_log(0, 0, 0);
	ck_assert_uint_eq(again(T0 + 3, 1).whole, 0);
	record_free(today.other);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("rejudge");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, judging_again_logs_the_cause_db);
	tcase_add_test(t, restated_verdicts_change_where_they_stand);
	tcase_add_test(t, the_number_of_candidates_follows_the_knowledge_without_an_event);
	tcase_add_test(t, verdicts_of_another_weight_are_judged_whole);
	tcase_add_test(t, identities_are_asked_only_where_they_are_in_doubt);
	tcase_add_test(t, a_date_that_has_come_is_looked_at_once);
	tcase_add_test(t, a_port_that_is_no_longer_new_is_weighed_again);
	tcase_add_test(t, another_table_weighs_everything_again);
	tcase_add_test(t, accepted_findings_come_back_after_their_date);
	tcase_add_test(t, many_services_are_judged_in_several_transactions);
	tcase_add_test(t, a_set_says_what_its_first_service_gets);
	return suite_run("rejudge", t);
}
