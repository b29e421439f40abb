/* SPDX-License-Identifier: Apache-2.0 */
/* test_status.c - claims about what the status of a scan says of the NIC, as JSON and in the final
 * report. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"
#include "suite.h"

static struct status of(struct dp_stats run)
{
	struct status s = {.scan = "s1",
	                   .state = "sending",
	                   .run = run,
	                   .seconds_left = -1,
	                   .rate_reason = "as asked"};

	status_sum(&s);
	return s;
}

/* Write the status and parse it with another library. */
static json_t *read_back(const struct status *s)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct json *j = json_begin(out, false);
	json_t *root;

	json_open_object(j, NULL);
	status_json(j, s);
	json_close_object(j);
	ck_assert_int_eq(json_done(j), 0);
	fclose(out);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(root != NULL, "%s", text);
	free(text);
	return root;
}

static json_int_t number(const json_t *root, const char *object, const char *key)
{
	const json_t *v = json_object_get(json_object_get(root, object), key);

	ck_assert_msg(json_is_integer(v), "%s.%s", object, key);
	return json_integer_value(v);
}

START_TEST(status_tells_the_nics_losses_apart)
{
	struct status s = of((struct dp_stats){.link_up = true,
	                                       .link_mbps = 10000,
	                                       .nic_missed = 7,
	                                       .nic_no_buffer = 2,
	                                       .nic_rx_errors = 3,
	                                       .nic_errors = 4});
	json_t *j = read_back(&s);

	ck_assert_ptr_nonnull(j);
	ck_assert(json_is_true(json_object_get(json_object_get(j, "nic"), "link_up")));
	ck_assert_int_eq(number(j, "nic", "link_mbps"), 10000);
	ck_assert_int_eq(number(j, "nic", "rx_missed"), 5);
	ck_assert_int_eq(number(j, "nic", "rx_no_buffer"), 2);
	ck_assert_int_eq(number(j, "nic", "rx_errors"), 3);
	ck_assert_int_eq(number(j, "nic", "tx_errors"), 4);
	ck_assert_int_eq(number(j, "losses", "nic_missed"), 7);
	ck_assert_uint_eq(json_object_size(json_object_get(j, "xstats")), 0);
	json_decref(j);
}
END_TEST

START_TEST(status_has_no_speed_where_none_is_known)
{
	struct status s = of((struct dp_stats){.link_up = false});
	json_t *j = read_back(&s), *nic = json_object_get(j, "nic");

	ck_assert(json_is_null(json_object_get(nic, "link_mbps")));
	ck_assert(json_is_false(json_object_get(nic, "link_up")));
	json_decref(j);
}
END_TEST

START_TEST(status_names_the_drivers_counters_and_how_many_found_no_room)
{
	struct status s = of((struct dp_stats){.link_up = true});
	json_t *j;

	for (unsigned i = 0; i < DP_NIC_COUNTERS; i++) {
		snprintf(s.nic[i].name, sizeof(s.nic[i].name), "counter_%u", i);
		s.nic[i].value = i + 1;
	}
	s.nic_count = DP_NIC_COUNTERS + 3;
	j = read_back(&s);
	ck_assert_int_eq(number(j, "xstats", "counter_0"), 1);
	ck_assert_int_eq(number(j, "xstats", "counter_63"), 64);
	ck_assert_int_eq(number(j, "xstats", "left_out"), 3);
	ck_assert_uint_eq(json_object_size(json_object_get(j, "xstats")), DP_NIC_COUNTERS + 1);
	json_decref(j);
}
END_TEST

/* The losses of a resumed scan include those of its earlier runs. The link is that of this run. */
START_TEST(status_sums_losses_over_runs_but_not_the_link)
{
	struct status s = {.run = {.link_up = true, .link_mbps = 1000, .nic_missed = 1},
	                   .before = {.link_mbps = 10, .nic_missed = 2, .nic_errors = 3}};

	status_sum(&s);
	ck_assert_uint_eq(status_losses(&s), 6);
	ck_assert_uint_eq(s.dp.link_mbps, 1000);
}
END_TEST

/* Every row of DP_COUNTERS is in the object that the row names, as the sum over the runs of the
 * scan. */
START_TEST(status_shows_every_counter_of_all_runs)
{
	static const char *const names[] = {"probes", "replies", "losses"};
	enum { PROBES, REPLIES, LOSSES };
	struct status s = {
		.scan = "s1", .state = "sending", .seconds_left = -1, .rate_reason = "as asked"};
	uint64_t n = 1;
	json_t *j;

#define SET(name, object) s.run.name = n, s.before.name = 1000 * n++;
	DP_COUNTERS(SET)
#undef SET
	status_sum(&s);
	j = read_back(&s);
	n = 1;
#define SHOWN(name, object)                                                                        \
	ck_assert_int_eq(number(j, names[object], #name), (json_int_t)(1001 * n++));
	DP_COUNTERS(SHOWN)
#undef SHOWN
	json_decref(j);
}
END_TEST

static const struct {
	struct dp_stats run;
	const char *line;
} reports[] = {
	{{.link_up = true, .link_mbps = 40000, .nic_rx_errors = 1},
         "link      up, 40000 Mb/s; 1 receive error\n"},
	{{.link_up = false}, "link      down\n"},
	{{.link_up = false, .link_mbps = 1000, .nic_rx_errors = 9},
         "link      down, 1000 Mb/s; 9 receive errors\n"},
};

START_TEST(status_report_says_how_the_link_is)
{
	struct status s = of(reports[_i].run);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	status_summary(out, &s);
	fclose(out);
	ck_assert_msg(strstr(text, reports[_i].line) != NULL, "%s", text);
	free(text);
}
END_TEST

/* The closing report of @s; valid until the next call. */
static const char *summary(const struct status *s, void (*print)(FILE *out, const struct status *s))
{
	static char text[8192];
	FILE *out = fmemopen(text, sizeof(text), "w");

	text[0] = '\0';
	print(out, s);
	fclose(out);
	return text;
}

/* A scan of which there is nothing to tell but that it is done. */
static struct status plain(void)
{
	struct status s =
		of((struct dp_stats){.link_up = true, .targets = 2, .sent = 2, .closed = 1});

	s.state = "done";
	s.complete = true;
	s.done = 2;
	s.elapsed_us = 8000000;
	s.sending_us = 100000;
	return s;
}

START_TEST(status_report_is_silent_about_what_did_not_happen)
{
	struct status s = plain();

	ck_assert_str_eq(summary(&s, status_summary), "scan s1: done\n"
	                                              "  probed    2 of 2 (100.00%)\n"
	                                              "  took      8s\n"
	                                              "  answers   0 open, 1 closed\n"
	                                              "  stored    0 records\n");
	ck_assert_str_eq(summary(&s, status_trouble), "");
}
END_TEST

/* Percentages are those of the counts beside them: what was skipped is not probed. */
START_TEST(status_report_counts_no_skipped_target_as_probed)
{
	struct status s = plain();
	const char *text;

	s.dp.skipped_noroute = 2;
	s.written = 1;
	text = summary(&s, status_summary);
	ck_assert_msg(strstr(text, "  probed    0 of 2 (0.00%)\n") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "  skipped   2 without a next hop\n") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "  stored    1 record\n") != NULL, "%s", text);
	text = summary(&s, status_trouble);
	ck_assert_str_eq(text, "scan s1: done\n  skipped   2 without a next hop\n");
}
END_TEST

START_TEST(status_report_gives_no_rate_of_a_moment)
{
	struct status s = plain();

	ck_assert_ptr_null(strstr(summary(&s, status_summary), "packets/s"));
	s.run.sent = 3000;
	s.sending_us = 3000000;
	s.resumed = true;
	ck_assert_ptr_nonnull(
		strstr(summary(&s, status_summary),
	               "took      8s in this run, 3s of it sending 1.00k packets/s\n"));
}
END_TEST

START_TEST(status_report_tells_what_is_new_and_what_is_worst)
{
	struct status s = plain();
	const char *text;

	s.news.counts = (struct news_counts){.opened = 1, .findings = 2};
	text = summary(&s, status_summary);
	ck_assert_msg(strstr(text, "  new ") == NULL, "%s", text);
	strcpy(s.since, "s-20261129-01");
	s.worst_count = 1;
	s.worst[0] = (struct news_line){.addr = dp_addr_v4(0xc6120001),
	                                .port = 6379,
	                                .value = 90,
	                                .level = VD_CRITICAL,
	                                .words = "Redis\x1b[31m",
	                                .finding = "redis-no-auth"};
	text = summary(&s, status_summary);
	ck_assert_msg(strstr(text, "  new       1 port opened, 2 new findings, since "
	                           "s-20261129-01\n") != NULL,
	              "%s", text);
	ck_assert_msg(strstr(text, "  worst     Critical 90  198.18.0.1:6379  redis-no-auth  "
	                           "Redis\\x1b[31m\n") != NULL,
	              "%s", text);
}
END_TEST

static const struct {
	unsigned width;
	const char *line;
} lines[] = {
	{80, "sending 34.0%  3m20s left  12 open  9.90k packets/s  grabs 2+3  sent 3.40k"},
	{60, "sending 34.0%  3m20s left  12 open  9.90k packets/s"},
	{40, "sending 34.0%  3m20s left  12 open"},
	{25, "sending 34.0%  3m20s left"},
	{20, "sending 34.0%"},
};

/* The most important parts come first, and no part is cut. */
START_TEST(status_line_fits_the_terminal)
{
	struct status s = of((struct dp_stats){
		.targets = 10000, .sent = 3400, .open = 12, .sending = true, .rate_pps = 10000});
	char line[STATUS_LINE];

	s.done = 3400;
	s.seconds_left = 200;
	s.rate_wanted = 10000;
	s.rate_measured = 9900;
	s.grab = (struct grab_stats){.active = 2, .waiting = 3};
	ck_assert_str_eq(status_line(&s, lines[_i].width, line), lines[_i].line);
}
END_TEST

START_TEST(status_line_tells_the_rest_of_the_cooldown)
{
	struct status s = of((struct dp_stats){.targets = 10, .sent = 10});
	char line[STATUS_LINE];

	s.state = "cooldown";
	s.done = 10;
	s.seconds_left = 5;
	ck_assert_str_eq(status_line(&s, 40, line), "cooldown 100.0%  5s left  0 open");
}
END_TEST

START_TEST(status_shows_what_each_stage_does)
{
	struct status s = of((struct dp_stats){.link_up = true});
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	json_t *j, *stages;

	status_summary(out, &s);
	fflush(out);
	ck_assert_ptr_null(strstr(text, "stages"));
	s.grab = (struct grab_stats){.waiting = 5, .active = 3, .quiet = 2, .finished = 40};
	s.lanes = (struct lanes_stats){.identified = 30, .judged = 39, .threads = 2};
	s.rates = (struct status_rates){10, 9, 8, 7, 6};
	s.writer_most = 83;
	j = read_back(&s);
	stages = json_object_get(j, "stages");
	ck_assert_int_eq(json_integer_value(json_object_get(stages, "waiting")), 5);
	ck_assert_int_eq(json_integer_value(json_object_get(stages, "quiet")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(stages, "judged")), 39);
	ck_assert_double_eq(json_number_value(json_object_get(stages, "asked_per_s")), 9);
	ck_assert_double_eq(json_number_value(json_object_get(stages, "committed_per_s")), 6);
	json_decref(j);
	status_summary(out, &s);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text,
	                             "  stages    40 asked, 30 identified, 39 judged; fullest: "
	                             "ring 0 %, grabs 0 %, writer 83 %\n"));
}
END_TEST

START_TEST(status_counts_forged_answers)
{
	struct status s = of((struct dp_stats){.link_up = true});
	char text[4096] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	json_t *j;

	status_summary(out, &s);
	fflush(out);
	ck_assert_ptr_null(strstr(text, "outside"));
	s.outside = 7;
	j = read_back(&s);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "outside")), 7);
	json_decref(j);
	status_summary(out, &s);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, "  outside   7 answers"));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("status");

	tcase_add_test(tc, status_report_is_silent_about_what_did_not_happen);
	tcase_add_test(tc, status_report_counts_no_skipped_target_as_probed);
	tcase_add_test(tc, status_report_gives_no_rate_of_a_moment);
	tcase_add_test(tc, status_report_tells_what_is_new_and_what_is_worst);
	tcase_add_loop_test(tc, status_line_fits_the_terminal, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(tc, status_line_tells_the_rest_of_the_cooldown);
	tcase_add_test(tc, status_shows_what_each_stage_does);
	tcase_add_test(tc, status_counts_forged_answers);
	tcase_add_test(tc, status_tells_the_nics_losses_apart);
	tcase_add_test(tc, status_has_no_speed_where_none_is_known);
	tcase_add_test(tc, status_shows_every_counter_of_all_runs);
	tcase_add_test(tc, status_names_the_drivers_counters_and_how_many_found_no_room);
	tcase_add_test(tc, status_sums_losses_over_runs_but_not_the_link);
	tcase_add_loop_test(tc, status_report_says_how_the_link_is, 0,
	                    sizeof(reports) / sizeof(reports[0]));
	return suite_run("status", tc);
}
