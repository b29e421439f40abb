/* SPDX-License-Identifier: Apache-2.0 */
/* test_probing.c - claims about the probe description file (RFC 9511 3.2, RFC 9116 4). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probing.h"
#include "suite.h"

#define PLACE "https://scanner.example.org/.well-known/probing.txt"

enum { LONG = 2 * PROBING_VALUE_MAX };

static const int64_t second = 1000000;
static const int64_t now = 1795996800ll * 1000000; /* 2026-11-30T00:00:00Z */

static struct probing simple(void)
{
	return (struct probing){
		.canonicals = {{PLACE}, 1},
		.contacts = {{"scanner@example.org"}, 1},
		.descriptions = {{"Research."}, 1},
		.expires_us = 1798675200ll * 1000000, /* 2026-12-31T00:00:00Z */
	};
}

START_TEST(probing_writes_each_field_on_its_line)
{
	struct probing p = simple();
	char out[PROBING_SIZE];

	p.canonicals.items[1] = "https://[2001:db8::1]/.well-known/probing.txt";
	p.canonicals.count = 2;
	p.contacts.items[1] = "tel:+1-201-555-0123";
	p.contacts.items[2] = "https://scanner.example.org/contact";
	p.contacts.count = 3;
	p.languages = "en , ja,zh-Hant";
	p.descriptions.items[1] = "\xe6\x8e\xa2\xe6\x9f\xbb \\ %s";
	p.descriptions.count = 2;
	ck_assert_int_eq(probing_write(&p, out), (int)strlen(out));
	ck_assert_str_eq(out, "Canonical: " PLACE "\n"
	                      "Canonical: https://[2001:db8::1]/.well-known/probing.txt\n"
	                      "Contact: mailto:scanner@example.org\n"
	                      "Contact: tel:+1-201-555-0123\n"
	                      "Contact: https://scanner.example.org/contact\n"
	                      "Expires: 2026-12-31T00:00:00Z\n"
	                      "Preferred-Languages: en, ja, zh-Hant\n"
	                      "Description: Research.\n"
	                      "Description: \xe6\x8e\xa2\xe6\x9f\xbb \\ %s\n");
}
END_TEST

START_TEST(probing_describes_itself_in_english_where_nothing_is_said)
{
	struct probing p = simple();
	char out[PROBING_SIZE];
	const char *line;

	p.descriptions.count = 0;
	ck_assert_int_gt(probing_write(&p, out), 0);
	ck_assert_ptr_nonnull(strstr(out, "\nPreferred-Languages: en\n"));
	line = strstr(out, "\nDescription: Sonde ");
	ck_assert_ptr_nonnull(line);
	ck_assert_ptr_nonnull(strstr(line, "does not log in"));
	ck_assert_str_eq(strchr(line + 1, '\n'), "\n");
	ck_assert_uint_lt(strlen(line), PROBING_VALUE_MAX);
}
END_TEST

typedef int (*check_fn)(const char *text, struct error *err);

static const struct {
	check_fn check;
	const char *text;
	bool ok;
} values[] = {
	{probing_check_canonical, PLACE, true},
	{probing_check_canonical, "https://192.0.2.1/.well-known/probing.txt", true},
	{probing_check_canonical, "", false},
	{probing_check_canonical, "http://scanner.example.org/.well-known/probing.txt", false},
	{probing_check_canonical, "https:///.well-known/probing.txt", false},
	{probing_check_canonical, "https://scanner.example.org/probing.txt", false},
	{probing_check_canonical, "https://scanner.example.org/a/.well-known/probing.txt", false},
	{probing_check_canonical, PLACE "?a", false},
	{probing_check_canonical, PLACE "#a", false},
	{probing_check_canonical, PLACE "\n", false},
	{probing_check_canonical, PLACE " ", false},
	{probing_check_canonical, "https://scanner.example.org\n/.well-known/probing.txt", false},
	{probing_check_contact, "scanner@example.org", true},
	{probing_check_contact, "mailto:scanner@example.org", true},
	{probing_check_contact, "tel:+1-201-555-0123", true},
	{probing_check_contact, "https://scanner.example.org/contact", true},
	{probing_check_contact, "", false},
	{probing_check_contact, "Jane Doe", false},
	{probing_check_contact, "http://scanner.example.org/contact", false},
	{probing_check_contact, "ftp://scanner.example.org/", false},
	{probing_check_contact, "+1-201-555-0123", false},
	{probing_check_contact, "scanner@example.org\r\nContact: mailto:x@example.net", false},
	{probing_check_contact, "scanner@example.org\n", false},
	{probing_check_contact, "a,b@example.org", false},
	{probing_check_description, "One line.", true},
	{probing_check_description, "\xe6\x8e\xa2\xe6\x9f\xbb", true},
	{probing_check_description, "C:\\probes\\x00", true},
	{probing_check_description, "", false},
	{probing_check_description, "   ", false},
	{probing_check_description, "two\nlines", false},
	{probing_check_description, "two\rlines", false},
	{probing_check_description, "end\n", false},
	{probing_check_description, "a\ttab", false},
	{probing_check_description, "\x1b[31m", false},
	{probing_check_description, "\x7f", false},
	{probing_check_description, "\xc2\x85 next line", false},
	{probing_check_description, "\xe2\x80\xa8 line separator", false},
	{probing_check_description, "\xe2\x80\xae turned round", false},
	{probing_check_description, "\xff\xfe", false},
	{probing_check_description, "cut \xe6\x8e", false},
	{probing_check_description, "\xc0\x8a", false},
	{probing_check_languages, "en", true},
	{probing_check_languages, "en,ja", true},
	{probing_check_languages, "en, zh-Hant-TW , de-CH-1996", true},
	{probing_check_languages, "", false},
	{probing_check_languages, ",", false},
	{probing_check_languages, "en,", false},
	{probing_check_languages, "en, ", false},
	{probing_check_languages, ",en", false},
	{probing_check_languages, "en,,ja", false},
	{probing_check_languages, "e", false},
	{probing_check_languages, "english-language-of-england", true},
	{probing_check_languages, "languages9", false},
	{probing_check_languages, "abcdefghi", false},
	{probing_check_languages, "en-abcdefghi", false},
	{probing_check_languages, "en-", false},
	{probing_check_languages, "-en", false},
	{probing_check_languages, "en--us", false},
	{probing_check_languages, "en_US", false},
	{probing_check_languages, "en ja", false},
	{probing_check_languages, "en\nja", false},
	{probing_check_languages, "en\tja", false},
	{probing_check_languages, "4n", false},
	{probing_check_languages, "e4", false},
};

START_TEST(probing_refuses_what_would_break_a_line)
{
	struct error err = {""};
	int ret = values[_i].check(values[_i].text, &err);

	ck_assert_msg((ret == 0) == values[_i].ok, "%d: %s", _i, values[_i].text);
	ck_assert((err.text[0] == '\0') == (ret == 0));
}
END_TEST

START_TEST(probing_refuses_values_that_readers_may_refuse)
{
	char text[LONG + 1];
	struct error err;

	memset(text, 'a', LONG);
	text[LONG] = '\0';
	memcpy(text, "https://scanner.example.org/", 28);
	ck_assert_int_lt(probing_check_contact(text, &err), 0);
	ck_assert_int_lt(probing_check_canonical(text, &err), 0);
	ck_assert_int_lt(probing_check_description(text, &err), 0);
	ck_assert_int_lt(probing_check_languages(text, &err), 0);
	text[PROBING_VALUE_MAX] = '\0';
	ck_assert_int_eq(probing_check_contact(text, &err), 0);
	ck_assert_int_eq(probing_check_description(text, &err), 0);
}
END_TEST

/* No file is written with a value that its check refuses, even if the caller did not check it. */
START_TEST(probing_never_writes_a_hostile_value)
{
	struct probing p = simple();
	const char *text = values[_i].text;
	char out[PROBING_SIZE];

	if (values[_i].check == probing_check_canonical)
		p.canonicals.items[0] = text;
	else if (values[_i].check == probing_check_contact)
		p.contacts.items[0] = text;
	else if (values[_i].check == probing_check_description)
		p.descriptions.items[0] = text;
	else
		p.languages = text;
	if (values[_i].ok)
		ck_assert_int_gt(probing_write(&p, out), 0);
	else
		ck_assert_int_eq(probing_write(&p, out), -EINVAL);
}
END_TEST

START_TEST(probing_needs_a_place_and_a_contact)
{
	struct probing p = simple();
	char out[PROBING_SIZE];

	p.canonicals.count = 0;
	ck_assert_int_eq(probing_write(&p, out), -EINVAL);
	p = simple();
	p.contacts.count = 0;
	ck_assert_int_eq(probing_write(&p, out), -EINVAL);
}
END_TEST

START_TEST(probing_says_when_the_file_gets_too_large)
{
	struct probing p = simple();
	char out[PROBING_SIZE], text[PROBING_VALUE_MAX + 1];

	memset(text, 'a', PROBING_VALUE_MAX);
	text[PROBING_VALUE_MAX] = '\0';
	for (p.descriptions.count = 0; p.descriptions.count < 16;)
		p.descriptions.items[p.descriptions.count++] = text;
	ck_assert_int_gt(probing_write(&p, out), 16 * PROBING_VALUE_MAX);
	p.descriptions.items[p.descriptions.count++] = text;
	ck_assert_int_eq(probing_write(&p, out), -ENOBUFS);
}
END_TEST

static const struct {
	const char *text;
	int64_t after_s; /* seconds after now; 0: refused */
} moments[] = {
	{"90d", 90 * 86400},
	{"36h", 36 * 3600},
	{"2w", 14 * 86400},
	{"1s", 1},
	{"2026-11-30", 86400},
	{"2026-12-01T00:00:00Z", 86400},
	{"2026-12-01T09:00:00+09:00", 86400},
	{"2026-11-30T00:00:01Z", 1},
	{"2026-11-30T00:00:00Z", 0},
	{"2026-11-29", 0},
	{"1999-12-31", 0},
	{"0d", 0},
	{"-1d", 0},
	{"+1d", 0},
	{"90", 0},
	{"d", 0},
	{"90x", 0},
	{"90d ", 0},
	{"", 0},
	{"now", 0},
	{"tomorrow", 0},
	{"2026-02-30", 0},
	{"2027-13-01", 0},
	{"9999-12-31", 0},
	{"10000-01-01", 0},
	{"2027-01-01\n", 0},
	{"99999999999999999999999999d", 0},
};

START_TEST(probing_takes_moments_that_lie_ahead)
{
	struct error err = {""};
	int64_t us = -1;
	int ret = probing_parse_expires(moments[_i].text, now, &us, &err);

	ck_assert_msg((ret == 0) == (moments[_i].after_s > 0), "%s", moments[_i].text);
	ck_assert_int_eq(us, ret == 0 ? now + moments[_i].after_s * second : -1);
	ck_assert((err.text[0] == '\0') == (ret == 0));
}
END_TEST

int main(void)
{
	const int count = (int)(sizeof(values) / sizeof(values[0]));
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, probing_writes_each_field_on_its_line);
	tcase_add_test(tc, probing_describes_itself_in_english_where_nothing_is_said);
	tcase_add_loop_test(tc, probing_refuses_what_would_break_a_line, 0, count);
	tcase_add_test(tc, probing_refuses_values_that_readers_may_refuse);
	tcase_add_loop_test(tc, probing_never_writes_a_hostile_value, 0, count);
	tcase_add_test(tc, probing_needs_a_place_and_a_contact);
	tcase_add_test(tc, probing_says_when_the_file_gets_too_large);
	tcase_add_loop_test(tc, probing_takes_moments_that_lie_ahead, 0,
	                    sizeof(moments) / sizeof(moments[0]));
	return suite_run("probing", tc);
}
