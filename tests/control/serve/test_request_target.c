/* SPDX-License-Identifier: Apache-2.0 */
/* test_request_target.c - claims about the targets of requests. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "request_target.h"
#include "suite.h"

START_TEST(a_target_is_split_and_decoded)
{
	struct request_target t;
	struct error err;

	ck_assert_int_eq(
		request_target_parse("/v1/search?query=port%3A22+a%2Bb&limit=5&&x", &t, &err), 0);
	ck_assert_str_eq(t.path, "/v1/search");
	ck_assert_uint_eq(t.count, 3);
	ck_assert_str_eq(t.params[0].name, "query");
	ck_assert_str_eq(t.params[0].value, "port:22 a+b");
	ck_assert_str_eq(t.params[1].value, "5");
	ck_assert_str_eq(t.params[2].name, "x");
	ck_assert_str_eq(t.params[2].value, "");
	request_target_fini(&t);
}
END_TEST

static const struct {
	const char *raw, *path; /* NULL: refused */
} cases[] = {
	{"/", "/"},
	{"*", "*"},
	{"http://x/v1/health", "/v1/health"},
	{"HTTPS://x:1/a?b=c", "/a"},
	{"/v1/hosts/2001:db8::1", "/v1/hosts/2001:db8::1"},
	{"/a%20b", "/a b"},
	{"/a+b", "/a+b"},
	{"/%e3%81%82", "/\xe3\x81\x82"},
	{"", NULL},
	{"v1/health", NULL},
	{"http://x", NULL},
	{"/a%2fb", NULL},
	{"/a%00b", NULL},
	{"/a%", NULL},
	{"/a%4", NULL},
	{"/a%zz", NULL},
	{"/a%ff", NULL},
	{"/a\xff", NULL},
	{"/a?b=%00", NULL},
	{"/a?b=%1b", NULL},
	{"/a?b=1&b=2", NULL},
	{"/a?%62=1&b=2", NULL},
};

START_TEST(what_is_no_target_is_refused)
{
	struct request_target t;
	struct error err = {""};
	int ret = request_target_parse(cases[_i].raw, &t, &err);

	if (cases[_i].path != NULL) {
		ck_assert_int_eq(ret, 0);
		ck_assert_str_eq(t.path, cases[_i].path);
	} else {
		ck_assert_int_eq(ret, -EINVAL);
		ck_assert_str_ne(err.text, "");
	}
	request_target_fini(&t);
}
END_TEST

START_TEST(too_many_parameters_are_refused)
{
	char raw[1024] = "/a?";
	struct request_target t;
	struct error err;

	for (int i = 0; i <= REQUEST_TARGET_PARAMS; i++)
		snprintf(raw + strlen(raw), 16, "p%d=1&", i);
	ck_assert_int_eq(request_target_parse(raw, &t, &err), -EINVAL);
	request_target_fini(&t);
}
END_TEST

START_TEST(what_is_shown_is_printable)
{
	struct request_target t;
	struct error err;

	request_target_parse("/a\x01\x1b[2J b", &t, &err);
	ck_assert_str_eq(t.shown, "/a??[2J?b");
	request_target_fini(&t);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("target");

	tcase_add_test(t, a_target_is_split_and_decoded);
	tcase_add_loop_test(t, what_is_no_target_is_refused, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, too_many_parameters_are_refused);
	tcase_add_test(t, what_is_shown_is_printable);
	return suite_run("request_target", t);
}
