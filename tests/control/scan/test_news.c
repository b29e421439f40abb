/* SPDX-License-Identifier: Apache-2.0 */
/* test_news.c - claims about what a scan's batches say is new, and is worst. */
#include <stdlib.h>
#include <string.h>

#include "news.h"
#include "store_dir.h"
#include "suite.h"

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */
static const char FIRST[] = "s-20261130-01", SECOND[] = "s-20261130-02";

static struct store_dir dir;
static struct news *news;

/* What was told, as text: "open 1:22 new last", a line an item. */
static char told[2048];

static void note(void *arg, const struct news_item *item)
{
	const struct record *r = item->record;
	size_t n = strlen(told);
	char words[NEWS_WORDS];

	(void)arg;
	news_words(&r->identity, words);
	snprintf(told + n, sizeof(told) - n, "%s %u:%u %s%s%s%s%s%s\n",
	         item->named ? "service" : "open", r->addr.b[15], r->port, words,
	         r->verdict_count > 0 ? " " : "",
	         r->verdict_count > 0 ? vd_kind_name(r->verdicts[0].kind) : "",
	         item->marks & NEWS_NEW ? " new" : "", item->marks & NEWS_CHANGED ? " changed" : "",
	         item->last && item->corrected ? " again"
	         : item->last                  ? " last"
	                                       : "");
}

static void begin(const char *scan)
{
	const struct news_config c = {.store = dir.s, .scan = scan, .each = note};

	ck_assert_int_eq(news_new(&c, &news), 0);
	told[0] = '\0';
}

static void setup(void)
{
	store_dir_open(&dir);
}

static void teardown(void)
{
	news_free(news);
	news = NULL;
	store_dir_remove(&dir);
}

/* The scan saw an open port. */
static void sight(const char *scan, uint32_t host, uint16_t port, int64_t seen_us, uint8_t ask)
{
	const struct record_sighting s = {.addr = dp_addr_v4(NET + host),
	                                  .port = port,
	                                  .transport = DP_TRANSPORT_TCP,
	                                  .state = RECORD_OPEN,
	                                  .ask = ask,
	                                  .seen_us = seen_us};
	bool opened[1];
	const struct store_batch b = {.sightings = &s, .sighting_count = 1, .opened = opened};

	ck_assert_int_eq(store_put_batch(dir.s, scan, &b), 0);
	news_batch(news, &b);
}

/* The scan grabbed it. */
static void grab(const char *scan, struct record *r)
{
	struct record *const list[] = {r};
	bool opened[1], traps[1];
	const struct store_batch b = {
		.records = list, .record_count = 1, .opened = opened, .traps = traps};

	r->ask = RECORD_ASKED;
	ck_assert_int_eq(store_put_batch(dir.s, scan, &b), 0);
	news_batch(news, &b);
	record_free(r);
}

static struct record *nginx(uint32_t host, int64_t seen_us, const char *version)
{
	struct record *r = store_dir_record(NET + host, 80, seen_us);

	store_dir_grab(r, "nginx", version);
	return r;
}

START_TEST(a_port_is_told_when_found_and_when_named)
{
	begin(FIRST);
	sight(FIRST, 1, 80, 1000, RECORD_ASK_UNKNOWN);
	grab(FIRST, nginx(1, 2000, "1.18.0"));
	sight(FIRST, 2, 22, 3000, RECORD_UNASKED_OFF);
	ck_assert_msg(strstr(told, "open 1:80  new\nservice 1:80 nginx 1.18.0") == told, "%s",
	              told);
	ck_assert_msg(strstr(told, " new last\nopen 2:22  new last\n") != NULL, "%s", told);
}
END_TEST

START_TEST(only_what_differs_from_the_last_scan_is_marked)
{
	struct news_digest d;

	begin(FIRST);
	grab(FIRST, nginx(1, 1000, "1.18.0"));
	grab(FIRST, nginx(2, 1000, "1.18.0"));
	news_free(news);
	begin(SECOND);
	grab(SECOND, nginx(1, 5000, "1.18.0"));
	grab(SECOND, nginx(2, 5000, "1.20.0"));
	grab(SECOND, nginx(3, 5000, "1.20.0"));
	ck_assert_ptr_null(strstr(strchr(told, '1'), "1.18.0 new"));
	ck_assert_ptr_nonnull(strstr(told, "changed last\n"));
	news_read(news, &d);
	ck_assert_uint_eq(d.counts.opened, 1);
	ck_assert_uint_eq(d.counts.changed, 1);
	ck_assert_uint_eq(d.recent_count, 3);
	ck_assert_uint_eq(d.recent[0].addr.b[15], 3);
	ck_assert_uint_eq(d.recent[0].marks, NEWS_NEW);
	ck_assert_uint_eq(d.recent[2].marks, 0);
}
END_TEST

/* A service with a CVE; @trap: its facts are a honeypot's. */
static struct record *hole(uint32_t host, uint16_t port, int64_t seen_us, bool trap)
{
	struct record *r = nginx(host, seen_us, "1.18.0");

	r->port = port;
	if (trap)
		vd_facts_addf(r->facts, "s7.system", "Technodrome");
	store_dir_vuln(r, "CVE-2021-23017", VD_AFFECTED, 77);
	return r;
}

/* What came before the honeypot showed is told again, once; what came with it or after it is in
 * doubt from the beginning. */
START_TEST(services_of_a_honeypot_are_told_again)
{
	struct record *const list[] = {hole(1, 81, 3000, false), hole(1, 82, 3000, true),
	                               hole(1, 83, 3000, false)};
	bool opened[3], traps[3];
	const struct store_batch b = {
		.records = list, .record_count = 3, .opened = opened, .traps = traps};
	struct news_line worst[NEWS_WORST];

	begin(FIRST);
	grab(FIRST, hole(1, 80, 1000, false));
	grab(FIRST, hole(2, 80, 1000, false));
	ck_assert_msg(strstr(told, "service 1:80 nginx 1.18.0 (http) affected") != NULL, "%s",
	              told);
	told[0] = '\0';
	for (int i = 0; i < 3; i++)
		list[i]->ask = RECORD_ASKED;
	ck_assert_int_eq(store_put_batch(dir.s, FIRST, &b), 0);
	ck_assert(!traps[0] && traps[1] && !traps[2]);
	news_batch(news, &b);
	ck_assert_ptr_null(strstr(told, "affected"));
	ck_assert_ptr_nonnull(strstr(told, "service 1:81 nginx 1.18.0 (http) possible new last\n"));
	ck_assert_ptr_nonnull(
		strstr(told, "service 1:80 nginx 1.18.0 (http) possible new again\n"));
	ck_assert_ptr_eq(strstr(told, "again"), strrchr(told, 'g') - 1);
	told[0] = '\0';
	grab(FIRST, hole(1, 84, 4000, true));
	ck_assert_ptr_nonnull(strstr(told, "service 1:84 nginx 1.18.0 (http) possible"));
	ck_assert_ptr_null(strstr(told, "again"));
	/* The worst is what still holds. */
	ck_assert_uint_ge(news_worst(news, worst), 2);
	ck_assert_uint_eq(worst[0].addr.b[15], 2);
	ck_assert_uint_gt(worst[0].value, worst[1].value);
	for (int i = 0; i < 3; i++)
		record_free(list[i]);
}
END_TEST

static struct record *exposed(uint32_t host, uint8_t base)
{
	struct record *r = nginx(host, 1000, "1.18.0");

	r->exposure_count = 1;
	snprintf(r->exposures[0].id, sizeof(r->exposures[0].id), "exposure-%u", base);
	r->exposures[0].base = base;
	return r;
}

START_TEST(the_worst_services_come_first_and_accepted_ones_do_not)
{
	struct store_accept accept = {.addr = dp_addr_v4(NET + 2),
	                              .port = 80,
	                              .id = "exposure-88",
	                              .until_us = INT64_MAX,
	                              .made_us = 2000};
	struct news_line worst[NEWS_WORST];

	begin(FIRST);
	grab(FIRST, exposed(1, 70));
	grab(FIRST, exposed(2, 88));
	grab(FIRST, exposed(3, 80));
	ck_assert_uint_eq(news_worst(news, worst), 3);
	ck_assert_str_eq(worst[0].finding, "exposure-88");
	ck_assert_int_eq(store_accept_put(dir.s, &accept), 0);
	ck_assert_uint_eq(news_worst(news, worst), 2);
	ck_assert_str_eq(worst[0].finding, "exposure-80");
	ck_assert_str_eq(worst[1].finding, "exposure-70");
}
END_TEST

/* The store takes the findings of a grab that answered; so what is shown of a silent port is what the
 * database says, too. */
START_TEST(a_silent_port_has_no_findings_but_its_own)
{
	struct record *r = exposed(1, 88);
	struct news_digest d;

	r->grabbed = false;
	begin(FIRST);
	grab(FIRST, r);
	news_read(news, &d);
	ck_assert_str_ne(d.recent[0].finding, "exposure-88");
	ck_assert_uint_lt(d.recent[0].value, 88);
}
END_TEST

START_TEST(a_name_that_the_service_has_not_shown_is_marked)
{
	struct vd_identity id = {.service = "smb", .service_source = "port"};
	char words[NEWS_WORDS];

	news_words(&id, words);
	ck_assert_str_eq(words, "smb?");
	strcpy(id.service_source, "guess");
	news_words(&id, words);
	ck_assert_str_eq(words, "smb?");
	strcpy(id.service_source, "banner");
	news_words(&id, words);
	ck_assert_str_eq(words, "smb");
	strcpy(id.product, "Samba");
	strcpy(id.version, "4.17");
	news_words(&id, words);
	ck_assert_str_eq(words, "Samba 4.17 (smb)");
	strcpy(id.service_source, "guess");
	news_words(&id, words);
	ck_assert_str_eq(words, "Samba 4.17 (smb?)");
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("news");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_port_is_told_when_found_and_when_named);
	tcase_add_test(tc, services_of_a_honeypot_are_told_again);
	tcase_add_test(tc, only_what_differs_from_the_last_scan_is_marked);
	tcase_add_test(tc, the_worst_services_come_first_and_accepted_ones_do_not);
	tcase_add_test(tc, a_silent_port_has_no_findings_but_its_own);
	tcase_add_test(tc, a_name_that_the_service_has_not_shown_is_marked);
	return suite_run("news", tc);
}
