/* SPDX-License-Identifier: Apache-2.0 */
/* test_enrich.c - claims about what a record gets from its facts, with the bundled knowledge. */
#include <stdlib.h>
#include <string.h>

#include "enrich.h"
#include "suite.h"
#include "vd_key.h"

#define NOW INT64_C(1795305600000000) /* 2026-11-22 */

static struct vulndb *db;
static struct enricher *enricher;
static struct record *record;

static void setup(void)
{
	struct error err = {""};

	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &db, &err) == 0, "%s", err.text);
	ck_assert_int_eq(enricher_new(db, &enricher), 0);
	record = record_new();
	record->port = 22;
	record->transport = DP_TRANSPORT_TCP;
}

static void teardown(void)
{
	record_free(record);
	enricher_free(enricher);
	enricher_free(NULL);
	vulndb_close(db);
}

static void hear(const char *service, const char *bytes)
{
	vd_facts_clear(record->facts);
	vd_decode(service, bytes, strlen(bytes), record->facts);
}

START_TEST(a_banner_becomes_identity_verdicts_and_exposures)
{
	hear("ssh", "SSH-2.0-OpenSSH_7.4\r\n");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_str_eq(record->identity.service, "ssh");
	ck_assert_str_eq(record->identity.service_source, "banner");
	ck_assert_str_eq(record->identity.product, "OpenSSH");
	ck_assert_uint_gt(record->verdict_count, 0);
	ck_assert_uint_gt(record->exposure_count, 0);
}
END_TEST

/* A record is used for one service after the other: nothing of one may remain for the next. */
START_TEST(what_was_there_is_replaced)
{
	hear("ssh", "SSH-2.0-OpenSSH_7.4\r\n");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	record->port = 60001; /* no service usually has this port */
	hear(NULL, "\x01\x02\x03");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_str_eq(record->identity.product, "");
	ck_assert_str_eq(record->identity.service, "");
	ck_assert_uint_eq(record->identity.cpe_count, 0);
	ck_assert_uint_eq(record->verdict_count, 0);
	ck_assert_ptr_null(record->verdicts);
}
END_TEST

START_TEST(what_says_nothing_is_named_by_its_port)
{
	hear(NULL, "\x01\x02\x03");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_str_eq(record->identity.service, "ssh");
	ck_assert_str_eq(record->identity.service_source, "port");
	ck_assert_uint_gt(record->identity.confidence, 0);
	ck_assert_uint_le(record->identity.confidence, 20);
	/* If the bytes name the service, the port does not matter. */
	hear("http", "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\n\r\n");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_str_eq(record->identity.service, "http");
	ck_assert_str_ne(record->identity.service_source, "port");
}
END_TEST

#define PAGE(server, date, cookie, end)                                                            \
	"HTTP/1.1 200 OK\r\nServer: " server "\r\nDate: Sun, 22 Nov 2026 " date                    \
	" GMT\r\nSet-Cookie: id=" cookie "; path=/\r\n\r\n<title>Shop</title>" end

/* The first answer, another one, and whether both have one key. */
static const struct {
	const char *first, *other;
	bool same;
} answers[] = {
	{PAGE("nginx/1.18.0", "10:11:12", "0123456789abcdef", ""),
         PAGE("nginx/1.18.0", "23:59:01", "fedcba9876543210", ""), true},
	{PAGE("nginx/1.18.0", "10:11:12", "0123456789abcdef", ""),
         PAGE("nginx/1.18.1", "10:11:12", "0123456789abcdef", ""), false},
	{PAGE("nginx/1.18.0", "10:11:12", "0123456789abcdef", ""),
         PAGE("nginx/1.18.0", "10:11:12", "0123456789abcdefa", ""), false},
	{PAGE("nginx/1.18.0", "10:11:12", "0123456789abcdef", ""),
         PAGE("nginx/1.18.0", "10:11:12", "0123456789abcdef", "<p>WordPress</p>"), false},
	{"SSH-2.0-OpenSSH_7.4\r\n", "SSH-2.0-OpenSSH_7.5\r\n", false},
	{"220 mx ESMTP Exim 4.96 Sun, 22 Nov 2026 10:11:12 +0000\r\n",
         "220 mx ESMTP Exim 4.96 Sun, 22 Nov 2026 01:02:03 +0000\r\n", true},
	{"220 mx ESMTP Exim 4.96 Sun, 22 Nov 2026 10:11:12 +0000\r\n",
         "220 mx ESMTP Exim 4.97 Sun, 22 Nov 2026 10:11:12 +0000\r\n", false},
};

START_TEST(what_changes_at_each_answer_is_no_part_of_the_key)
{
	struct vd_keyer *keyer = vd_keyer_new(db), *other = vd_keyer_new(db);
	uint8_t first[VD_KEY_LEN], second[VD_KEY_LEN];

	hear(NULL, answers[_i].first);
	ck_assert_int_eq(vd_keyer_key(keyer, record->facts, first), 0);
	ck_assert_int_eq(vd_keyer_key(other, record->facts, second), 0);
	ck_assert_mem_ne(first, second, VD_KEY_LEN); /* nobody can tell a key beforehand */
	hear(NULL, answers[_i].other);
	ck_assert_int_eq(vd_keyer_key(keyer, record->facts, second), 0);
	ck_assert((memcmp(first, second, VD_KEY_LEN) == 0) == answers[_i].same);
	vd_keyer_free(keyer);
	vd_keyer_free(other);
}
END_TEST

START_TEST(facts_that_nobody_reads_and_hops_are_no_part_of_the_key)
{
	struct vd_keyer *keyer = vd_keyer_new(db);
	uint8_t keys[4][VD_KEY_LEN];
	static const char *const facts[4][2] = {
		{"tcp.ttl", "57"}, {"tcp.ttl", "61"}, {"tcp.ttl", "120"}, {"ssh.none_reads", "a"}};

	for (size_t i = 0; i < 4; i++) {
		vd_facts_clear(record->facts);
		vd_facts_addf(record->facts, facts[i][0], "%s", facts[i][1]);
		vd_keyer_key(keyer, record->facts, keys[i]);
	}
	ck_assert_mem_eq(keys[0], keys[1], VD_KEY_LEN);
	ck_assert_mem_ne(keys[0], keys[2], VD_KEY_LEN);
	vd_facts_clear(record->facts);
	vd_facts_addf(record->facts, "ssh.none_reads", "b");
	vd_keyer_key(keyer, record->facts, keys[0]);
	ck_assert_mem_eq(keys[0], keys[3], VD_KEY_LEN);
	vd_keyer_free(keyer);
}
END_TEST

/* The second of two services that say the same gets what was found for the first, to the byte. */
START_TEST(what_is_kept_is_what_would_be_found)
{
	struct vd_identity id;
	struct enricher *fresh;
	struct record_set *set;

	record->port = 8080;
	hear("http", answers[0].first);
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	set = record->set;
	ck_assert_ptr_nonnull(set);
	hear("http", answers[0].other);
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_ptr_eq(record->set, set); /* shared */
	id = record->identity;
	ck_assert_int_eq(enricher_new(db, &fresh), 0);
	ck_assert_int_eq(enrich_record(fresh, record, NOW), 0);
	ck_assert_mem_eq(&record->identity, &id, sizeof(id));
	ck_assert_uint_eq(record->verdict_count, set->count);
	ck_assert_mem_eq(record->verdicts, set->list, set->count * sizeof(*set->list));
	enricher_free(fresh);
	ck_assert_int_eq(record_own_verdicts(record), 0);
	ck_assert_ptr_null(record->set);
	ck_assert_mem_eq(record->verdicts, set->list, set->count * sizeof(*set->list));
}
END_TEST

/* An exposure that depends on the date is found anew in the next minute. */
START_TEST(what_a_date_decides_is_not_kept_for_long)
{
	hear("ssh", "SSH-2.0-OpenSSH_7.4\r\n");
	vd_facts_addf(record->facts, "ssl.not_after", "2026-11-22T00:00:30Z");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	for (uint32_t i = 0; i < record->exposure_count; i++)
		ck_assert_ptr_null(strstr(record->exposures[i].id, "expired"));
	ck_assert_int_eq(enrich_record(enricher, record, NOW + 86400 * INT64_C(1000000)), 0);
	ck_assert_uint_gt(record->exposure_count, 0);
}
END_TEST

START_TEST(the_halves_together_are_the_whole)
{
	struct vd_identity whole;
	uint32_t verdicts;

	hear("http", "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0 (Ubuntu)\r\n\r\n");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	whole = record->identity;
	verdicts = record->verdict_count;
	ck_assert_uint_gt(verdicts, 0);
	ck_assert_int_eq(enrich_identity(enricher, record, NOW), 0);
	ck_assert_mem_eq(&record->identity, &whole, sizeof(whole));
	ck_assert_int_eq(enrich_judge(enricher, record), 0);
	ck_assert_uint_eq(record->verdict_count, verdicts);
}
END_TEST

/* Of a product without a version there is a number instead of a list. */
START_TEST(a_product_without_a_version_has_a_number_of_candidates)
{
	hear("http", "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_str_eq(record->identity.product, "nginx");
	ck_assert_uint_eq(record->verdict_count, 0);
	ck_assert_uint_eq(record->candidates, (uint32_t)vulndb_candidates(db, &record->identity));
	ck_assert_uint_gt(record->candidates, 0);
	hear("http", "HTTP/1.1 200 OK\r\nServer: nginx/1.18.0\r\n\r\n");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_uint_gt(record->verdict_count, 0);
	ck_assert_uint_eq(record->candidates, 0);
	/* A library beside it has the version and the verdicts of its own. */
	hear("http", "HTTP/1.1 200 OK\r\nServer: Apache\r\nX-Powered-By: PHP/5.4.1\r\n\r\n");
	ck_assert_int_eq(enrich_record(enricher, record, NOW), 0);
	ck_assert_str_eq(record->identity.product, "Apache HTTP Server");
	ck_assert_uint_gt(record->verdict_count, 0);
	ck_assert_uint_gt(record->candidates, 0);
}
END_TEST

/* The options in the order of the packet, each an enum dp_tcp_option of four bits, the first one
 * lowest: MSS 2, SACK 4, timestamps 5, NOP 1, window scale 3. */
START_TEST(a_reply_tells_of_the_stack)
{
	record->reply = (struct record_reply){.reason = DP_REPLY_OPEN,
	                                      .ttl = 64,
	                                      .window = 65160,
	                                      .mss = 1460,
	                                      .tcp_options = 0x31542};
	enrich_reply_facts(record);
	ck_assert_str_eq(vd_facts_get(record->facts, "tcp.ttl")->value, "64");
	ck_assert_str_eq(vd_facts_get(record->facts, "tcp.window")->value, "65160");
	ck_assert_str_eq(vd_facts_get(record->facts, "tcp.mss")->value, "1460");
	ck_assert_str_eq(vd_facts_get(record->facts, "tcp.options")->value, "MSTNW");
	vd_facts_clear(record->facts);
	record->reply.reason = DP_REPLY_CLOSED;
	enrich_reply_facts(record);
	ck_assert_uint_eq(vd_facts_count(record->facts), 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("enrich");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_banner_becomes_identity_verdicts_and_exposures);
	tcase_add_test(tc, what_was_there_is_replaced);
	tcase_add_test(tc, what_says_nothing_is_named_by_its_port);
	tcase_add_loop_test(tc, what_changes_at_each_answer_is_no_part_of_the_key, 0,
	                    sizeof(answers) / sizeof(answers[0]));
	tcase_add_test(tc, facts_that_nobody_reads_and_hops_are_no_part_of_the_key);
	tcase_add_test(tc, what_is_kept_is_what_would_be_found);
	tcase_add_test(tc, what_a_date_decides_is_not_kept_for_long);
	tcase_add_test(tc, the_halves_together_are_the_whole);
	tcase_add_test(tc, a_product_without_a_version_has_a_number_of_candidates);
	tcase_add_test(tc, a_reply_tells_of_the_stack);
	return suite_run("enrich", tc);
}
