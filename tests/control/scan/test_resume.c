/* SPDX-License-Identifier: Apache-2.0 */
/* test_resume.c - claims about which options may differ when a scan is resumed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "list_files.h"
#include "resume.h"
#include "store_dir.h"
#include "suite.h"

enum { LINE = 1024, WORDS = 64 };

static char exclude_file[] = "/tmp/test_resume.XXXXXX";

/* A parsed command line and its plan. */
struct asked {
	char line[LINE];
	char *words[WORDS];
	struct config config;
	struct plan plan;
};

static void understand(struct asked *a, const uint8_t *key, const char *line)
{
	struct error err = {""};
	int n;

	snprintf(a->line, sizeof(a->line), "%s", line);
	n = config_words(a->line, a->words, WORDS - 1);
	ck_assert_int_gt(n, 0);
	a->words[n] = NULL;
	config_init(&a->config);
	a->config.key = key;
	ck_assert_msg(config_parse(&a->config, n, a->words, &err) == 0, "%s", err.text);
	ck_assert_msg(plan_make(&a->config, &a->plan, &err) == 0, "%s", err.text);
}

/* The record of a scan that was started with the command line @line. */
static struct store_scan record_of(const char *line)
{
	static struct asked a;
	struct store_scan scan = {.workers = 2};

	understand(&a, NULL, line);
	snprintf(scan.command, sizeof(scan.command), "%s", line);
	memcpy(scan.key, a.plan.key, sizeof(scan.key));
	scan.space_digest = a.plan.info.digest;
	scan.shard = a.config.shard.index;
	scan.shards = a.config.shard.count;
	scan.passes = a.config.passes;
	plan_fini(&a.plan);
	return scan;
}

/* The words of a command line, as the store keeps them. */
static struct scan_words words_of(const char *line)
{
	char text[LINE], *argv[WORDS];
	struct store_words kept;
	struct scan_words words;

	snprintf(text, sizeof(text), "%s", line);
	ck_assert_int_eq(scan_words_join(config_words(text, argv, WORDS), argv, &kept), 0);
	ck_assert_int_eq(scan_words_split(kept.text, kept.len, &words), 0);
	return words;
}

/* What differs if the scan @before is resumed with the command line @now. */
static const char *differs(const struct store_scan *before, const char *now)
{
	static char out[RESUME_TEXT];
	static struct asked a;
	struct scan_words words;
	bool any;

	understand(&a, before->key, now);
	words = words_of(before->command);
	any = resume_differs(before, &words, &a.config, &a.plan, out);
	scan_words_fini(&words);
	ck_assert(any == (out[0] != '\0'));
	plan_fini(&a.plan);
	return out;
}

#define FIRST "scan 192.0.2.0/28 2001:db8::/120 -p 22,80 --exclude 192.0.2.3 --seed 7 --passes 2"

/* Options behind those of FIRST: a later value replaces an earlier one, and lists grow. */
static const struct {
	const char *more, *differs;
} changes[] = {
	{"", ""},
	{" --rate 5k --cooldown 1s --no-grab --grab-per-host 1 --fresh 1d", ""},
	{" --workers 2", ""},
	{" --seed 7", ""},
	{" --workers 3", "--workers"},
	{" --shard 2/3", "--shard"},
	{" --passes 3", "--passes"},
	{" --seed 8", "--seed"},
	{" -p 443", "the ports"},
	{" 198.51.100.1", "the targets"},
	{" --exclude 192.0.2.4", "the exclusions"},
	{" --exclude 198.51.100.1", ""}, /* excludes no target */
	{" --ipv6-budget 10", "--ipv6-budget"},
	{" --probe udp", "--probe"},
	{" --shard 1/2 --passes 1 -p 81 203.0.113.9", "--shard, --passes, the targets, the ports"},
};

START_TEST(resume_names_what_differs)
{
	struct store_scan before = record_of(FIRST);
	char now[LINE];

	snprintf(now, sizeof(now), "%s%s", FIRST, changes[_i].more);
	ck_assert_str_eq(differs(&before, now), changes[_i].differs);
}
END_TEST

static void write_exclusions(const char *text)
{
	FILE *f = fopen(exclude_file, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

/* The command line is the same, but a list that it names has changed. */
START_TEST(resume_names_a_list_that_has_changed)
{
	char line[LINE], expected[LINE];
	struct store_scan before;

	close(mkstemp(exclude_file));
	snprintf(line, sizeof(line), "scan 192.0.2.0/28 -p 22 --exclude-file %s", exclude_file);
	write_exclusions("192.0.2.1\n");
	before = record_of(line);
	ck_assert_str_eq(differs(&before, line), "");
	write_exclusions("192.0.2.2\n");
	snprintf(expected, sizeof(expected), "what %s says", exclude_file);
	ck_assert_str_eq(differs(&before, line), expected);
	unlink(exclude_file);
}
END_TEST

START_TEST(resume_tells_whether_the_standard_input_is_needed)
{
	static struct asked a;

	understand(&a, NULL, FIRST);
	ck_assert(!list_files_need_input(&a.config));
	plan_fini(&a.plan);
	config_init(&a.config);
	a.config.targets = (const char *const[]){"@-"};
	a.config.target_count = 1;
	ck_assert(list_files_need_input(&a.config));
}
END_TEST

/* The command line of a scan that an older version wrote stands in its record. */
START_TEST(resume_reads_the_records_of_older_versions)
{
	struct store_scan scan = {.state = STORE_SCAN_STOPPED, .command = "'scan' 'a b' '-p' '22'"};
	struct scan_words words;
	struct store_dir dir;

	store_dir_open(&dir);
	ck_assert_int_eq(store_scan_begin(dir.s, &scan, NULL, 1795305600000000), 0);
	ck_assert_int_eq(scan_words_load(dir.s, &scan, &words), 0);
	ck_assert_int_eq(words.count, 4);
	ck_assert_str_eq(words.v[1], "a b");
	scan_words_fini(&words);
	strcpy(scan.command, "scan (too long to keep)");
	ck_assert_int_eq(scan_words_load(dir.s, &scan, &words), -ENOENT);
	strcpy(scan.command, "'scan");
	ck_assert_int_eq(scan_words_load(dir.s, &scan, &words), -ENOENT);
	store_dir_remove(&dir);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("resume");

	tcase_add_loop_test(tc, resume_names_what_differs, 0, sizeof(changes) / sizeof(changes[0]));
	tcase_add_test(tc, resume_names_a_list_that_has_changed);
	tcase_add_test(tc, resume_tells_whether_the_standard_input_is_needed);
	tcase_add_test(tc, resume_reads_the_records_of_older_versions);
	return suite_run("resume", tc);
}
