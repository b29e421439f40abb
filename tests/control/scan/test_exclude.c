/* SPDX-License-Identifier: Apache-2.0 */
/* test_exclude.c - claims about exclusions that are added while a scan runs. The file has its own
 * dp_exclude(). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exclude.h"
#include "suite.h"

static struct config config;
static struct exclude exclusions;
static char dir[] = "/tmp/sonde-excl-XXXXXX", file[64];
static struct error err;

/* The ranges that dp_exclude() got last, how often it was called, and what it returns. */
static struct dp_addr_range given[64];
static size_t given_count;
static unsigned calls;
static int answer;

int __wrap_dp_exclude(struct dp *dp, const struct dp_addr_range *ranges, size_t n);
int __wrap_dp_exclude(struct dp *dp, const struct dp_addr_range *ranges, size_t n)
{
	(void)dp;
	ck_assert_uint_le(n, 64);
	calls++;
	if (answer == 0 && n > 0)
		memcpy(given, ranges, n * sizeof(*ranges));
	given_count = answer == 0 ? n : given_count;
	return answer;
}

static void setup(void)
{
	strcpy(dir, "/tmp/sonde-excl-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(file, sizeof(file), "%s/list", dir);
	config_init(&config);
	exclude_init(&exclusions, dir, "s-20261122-01", &config);
	given_count = calls = 0;
	answer = 0;
}

static void teardown(void)
{
	unlink(file);
	unlink(exclusions.path);
	rmdir(dir);
}

static void write_file(const char *text)
{
	FILE *f = fopen(file, "w");

	fputs(text, f);
	fclose(f);
}

static bool is_given(const char *first, const char *last)
{
	char a[DP_ADDR_TEXT], b[DP_ADDR_TEXT];

	for (size_t i = 0; i < given_count; i++)
		if (strcmp(dp_addr_format(&given[i].first, a), first) == 0 &&
		    strcmp(dp_addr_format(&given[i].last, b), last) == 0)
			return true;
	return false;
}

static size_t lines_with(const char *word)
{
	FILE *f = fopen(exclusions.path, "r");
	char line[512];
	size_t n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		n += strstr(line, word) != NULL;
	if (f != NULL)
		fclose(f);
	return n;
}

START_TEST(what_is_added_is_in_force_and_kept)
{
	struct exclude later;

	ck_assert(!exclude_exists(&exclusions));
	ck_assert_int_eq(exclude_add(&exclusions, NULL, "198.18.1.0/24", &err), 0);
	ck_assert_int_eq(exclude_add(&exclusions, NULL, "198.18.2.7,2001:db8::/64", &err), 0);
	ck_assert_uint_eq(given_count, 3);
	ck_assert(is_given("198.18.1.0", "198.18.1.255"));
	ck_assert(is_given("198.18.2.7", "198.18.2.7"));
	ck_assert(is_given("2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"));
	ck_assert(exclude_exists(&exclusions));
	ck_assert_uint_eq(lines_with("while the scan ran"), 2);
	/* The next run of the scan reads them again. */
	given_count = 0;
	exclude_init(&later, dir, "s-20261122-01", &config);
	ck_assert_int_eq(exclude_reload(&later, NULL, &err), 0);
	ck_assert_uint_eq(given_count, 3);
	ck_assert_uint_eq(later.ranges, 3);
	/* Another scan does not. */
	exclude_init(&later, dir, "s-20261122-02", &config);
	ck_assert_int_eq(exclude_reload(&later, NULL, &err), 0);
	ck_assert_uint_eq(given_count, 0);
}
END_TEST

/* A scope from the standard input cannot be read again; it must not become an empty one. */
START_TEST(the_standard_input_is_not_read_again)
{
	config.scope_file = "-";
	config.exclude_files = (struct option_list){{"/dev/stdin"}, 1};
	ck_assert_int_eq(exclude_add(&exclusions, NULL, "198.18.1.0/24", &err), 0);
	ck_assert_uint_eq(given_count, 1);
}
END_TEST

START_TEST(what_is_not_understood_changes_nothing)
{
	ck_assert_int_eq(exclude_add(&exclusions, NULL, "198.18.1.0/24", &err), 0);
	ck_assert_int_eq(exclude_add(&exclusions, NULL, "198.18.2.0/24,nonsense!", &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "nonsense!"));
	ck_assert_int_eq(exclude_add(&exclusions, NULL, "", &err), -EINVAL);
	ck_assert_str_ne(err.text, "");
	ck_assert_int_eq(exclude_add(&exclusions, NULL, "# a remark", &err), -EINVAL);
	ck_assert_uint_eq(calls, 1);
	ck_assert_uint_eq(given_count, 1);
	ck_assert_uint_eq(lines_with("198.18.2"), 0);
}
END_TEST

START_TEST(files_are_read_as_they_are_now)
{
	config.exclude_files.items[config.exclude_files.count++] = file;
	write_file("198.18.3.0/24\n");
	ck_assert_int_eq(exclude_reread(&exclusions, NULL, &err), 0);
	ck_assert(is_given("198.18.3.0", "198.18.3.255"));
	write_file("198.18.4.0/24\n198.18.5.0/24\n");
	ck_assert_int_eq(exclude_reread(&exclusions, NULL, &err), 0);
	ck_assert_uint_eq(given_count, 2);
	ck_assert(!is_given("198.18.3.0", "198.18.3.255"));
	ck_assert_uint_eq(lines_with("its lists were read again: 2 ranges excluded"), 1);
	write_file("198.18.4.0/24\n198.18.5.0/44\n");
	ck_assert_int_eq(exclude_reread(&exclusions, NULL, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "list:2:12: "));
	ck_assert_uint_eq(given_count, 2);
	unlink(file);
	ck_assert_int_eq(exclude_reread(&exclusions, NULL, &err), -ENOENT);
	ck_assert_ptr_nonnull(strstr(err.text, file));
	ck_assert_uint_eq(given_count, 2);
}
END_TEST

START_TEST(all_outside_of_a_scope_is_excluded)
{
	config.scope_file = file;
	write_file("198.18.1.0/24\n");
	ck_assert_int_eq(exclude_reload(&exclusions, NULL, &err), 0);
	ck_assert(is_given("198.18.2.0", "255.255.255.255") ||
	          is_given("198.18.2.0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
	for (size_t i = 0; i < given_count; i++) {
		struct dp_addr inside = dp_addr_v4(0xc6120107);

		ck_assert(memcmp(&inside, &given[i].first, 16) < 0 ||
		          memcmp(&inside, &given[i].last, 16) > 0);
	}
}
END_TEST

/* What configuration files exclude since the scan began is kept once, however often it goes on. */
START_TEST(late_exclusions_are_kept_once)
{
	ck_assert_int_eq(exclude_late(&exclusions, &err), 0);
	ck_assert(!exclude_exists(&exclusions));
	config.late_excludes = (struct option_list){{"198.18.6.0/24,2001:db8::7"}, 1};
	config.late_exclude_files = (struct option_list){{file}, 1};
	write_file("198.18.7.0/25\n");
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(exclude_late(&exclusions, &err), 0);
		ck_assert_int_eq(exclude_reload(&exclusions, NULL, &err), 0);
		ck_assert_uint_eq(given_count, 3);
		ck_assert(is_given("198.18.6.0", "198.18.6.255"));
		ck_assert(is_given("2001:db8::7", "2001:db8::7"));
		ck_assert(is_given("198.18.7.0", "198.18.7.127"));
		ck_assert_uint_eq(lines_with("when the scan went on"), 1);
	}
	config.late_excludes.items[0] = "198.18.6.0/24,nonsense!";
	ck_assert_int_eq(exclude_late(&exclusions, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "nonsense!"));
}
END_TEST

START_TEST(what_the_dataplane_refuses_is_said)
{
	answer = -ENOMEM;
	ck_assert_int_eq(exclude_reload(&exclusions, NULL, &err), -ENOMEM);
	ck_assert_str_eq(err.text, "the exclusions: Cannot allocate memory");
	ck_assert_uint_eq(exclusions.ranges, 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("exclude");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_added_is_in_force_and_kept);
	tcase_add_test(tc, the_standard_input_is_not_read_again);
	tcase_add_test(tc, what_is_not_understood_changes_nothing);
	tcase_add_test(tc, files_are_read_as_they_are_now);
	tcase_add_test(tc, all_outside_of_a_scope_is_excluded);
	tcase_add_test(tc, late_exclusions_are_kept_once);
	tcase_add_test(tc, what_the_dataplane_refuses_is_said);
	return suite_run("exclude", tc);
}
