/* SPDX-License-Identifier: Apache-2.0 */
/* test_guard.c - claims about what protects a server that a browser can reach, and about cursors. */
#include <string.h>

#include "cursor.h"
#include "guard.h"
#include "suite.h"

static const char *const names[] = {"sonde.example.org", NULL};

static const struct {
	const char *host;
	bool fits;
} hosts[] = {
	{"127.0.0.1", true},
	{"127.0.0.1:8080", true},
	{"[::1]:8080", true},
	{"[2001:db8::1]", true},
	{"localhost", true},
	{"LOCALHOST:80", true},
	{"sonde.example.org", true},
	{"Sonde.Example.org:443", true},
	{"evil.example", false},
	{"127.0.0.1.evil.example", false},
	{"localhost.evil.example", false},
	{"", false},
	{":80", false},
	{"[::1", false},
	{"127.0.0.1:80x", false},
	{"localhost:80:80", false},
	{"sonde.example.org.", false},
};

START_TEST(host_names_this_server)
{
	ck_assert_msg(guard_host_fits(hosts[_i].host, names) == hosts[_i].fits, "%s",
	              hosts[_i].host);
}
END_TEST

START_TEST(cookies_are_found)
{
	char out[8];

	ck_assert(guard_cookie("a=1; sonde=abc; b=2", "sonde", out, sizeof(out)));
	ck_assert_str_eq(out, "abc");
	ck_assert(guard_cookie("sonde=x", "sonde", out, sizeof(out)));
	ck_assert(!guard_cookie("xsonde=x; sonde2=y; sond=z", "sonde", out, sizeof(out)));
	ck_assert(!guard_cookie("sonde=12345678", "sonde", out, sizeof(out)));
	ck_assert(!guard_cookie("", "sonde", out, sizeof(out)));
	ck_assert(!guard_cookie(";;; ;", "sonde", out, sizeof(out)));
	ck_assert_str_eq(guard_bearer("bearer  k"), "k");
	ck_assert_ptr_null(guard_bearer("Basic k"));
}
END_TEST

static const struct {
	const char *site, *type;
	bool changes, body;
	enum caller_by by;
	bool allowed;
} requests[] = {
	{NULL, NULL, false, false, CALLER_NOBODY, true},
	{NULL, NULL, true, false, CALLER_NOBODY, true},
	{NULL, "application/json", true, true, CALLER_NOBODY, true},
	{NULL, "application/json; charset=utf-8", true, true, CALLER_NOBODY, true},
	{NULL, "text/plain", true, true, CALLER_NOBODY, false},
	{NULL, NULL, true, true, CALLER_NOBODY, false},
	{NULL, "application/jsonx", true, true, CALLER_NOBODY, false},
	{"cross-site", NULL, false, false, CALLER_NOBODY, false},
	{"same-site", NULL, false, false, CALLER_COOKIE, false},
	{"cross-site", NULL, false, false, CALLER_COOKIE, false},
	{"none", NULL, false, false, CALLER_COOKIE, true},
	{"none", NULL, true, false, CALLER_COOKIE, false},
	{NULL, NULL, true, false, CALLER_COOKIE, false},
	{"same-origin", NULL, true, false, CALLER_COOKIE, true},
	{"same-origin", "text/plain", true, true, CALLER_COOKIE, false},
	{"same-origin", "application/json", true, true, CALLER_COOKIE, true},
	{"cross-site", "text/plain", true, true, CALLER_KEY, true},
};

START_TEST(other_sites_are_kept_out)
{
	const struct guard_request r = {requests[_i].site, requests[_i].type, requests[_i].changes,
	                                requests[_i].body};
	const char *why = NULL;

	ck_assert_int_eq(guard_allows(&r, requests[_i].by, &why), requests[_i].allowed);
	ck_assert(requests[_i].allowed || why != NULL);
}
END_TEST

/* ---- cursors --------------------------------------------------------------------------------- */

static const uint8_t secret[CURSOR_SECRET] = {1, 2, 3}, other_secret[CURSOR_SECRET] = {1, 2, 4};

START_TEST(a_cursor_comes_back_as_it_was)
{
	const struct cursor c = {.total = 1234567890123,
	                         .exact = true,
	                         .question = 42,
	                         .place = "2001:db8::1/6/443"};
	char text[CURSOR_TEXT];
	struct cursor back;

	ck_assert(cursor_write(&c, secret, text));
	ck_assert_uint_eq(
		strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"),
		strlen(text));
	ck_assert(cursor_read(text, secret, &back));
	ck_assert_uint_eq(back.total, c.total);
	ck_assert(back.exact);
	ck_assert_uint_eq(back.question, 42);
	ck_assert_str_eq(back.place, c.place);
	ck_assert(!cursor_read(text, other_secret, &back));
}
END_TEST

START_TEST(a_changed_cursor_is_refused)
{
	const struct cursor c = {.total = 7, .place = "192.0.2.1/6/22"};
	char text[CURSOR_TEXT];
	struct cursor back;
	size_t len;

	ck_assert(cursor_write(&c, secret, text));
	len = strlen(text);
	/* The last character has bits that are no part of a byte. */
	for (size_t i = 0; i + 1 < len; i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		ck_assert_msg(!cursor_read(text, secret, &back), "at %zu", i);
		text[i] = was;
	}
	for (size_t n = 0; n < len; n++) {
		char was = text[n];

		text[n] = '\0';
		ck_assert(!cursor_read(text, secret, &back));
		text[n] = was;
	}
	ck_assert(!cursor_read("====", secret, &back));
	ck_assert(!cursor_read("", secret, &back));
}
END_TEST

START_TEST(places_of_any_length_fit_or_are_refused)
{
	struct cursor c = {0}, back;
	char text[CURSOR_TEXT];

	for (size_t n = 0; n + 1 < CURSOR_PLACE; n++) {
		memset(c.place, 'x', n);
		c.place[n] = '\0';
		ck_assert(cursor_write(&c, secret, text));
		ck_assert(cursor_read(text, secret, &back));
		ck_assert_str_eq(back.place, c.place);
	}
}
END_TEST

START_TEST(questions_differ)
{
	const char *const a[] = {"ab", "c"}, *const b[] = {"a", "bc"}, *const c[] = {"ab", NULL},
			  *const d[] = {"ab", ""};

	ck_assert_uint_ne(cursor_question(a, 2), cursor_question(b, 2));
	ck_assert_uint_ne(cursor_question(c, 2), cursor_question(d, 2));
	ck_assert_uint_eq(cursor_question(a, 2), cursor_question(a, 2));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("guard");

	tcase_add_loop_test(t, host_names_this_server, 0, sizeof(hosts) / sizeof(hosts[0]));
	tcase_add_test(t, cookies_are_found);
	tcase_add_loop_test(t, other_sites_are_kept_out, 0, sizeof(requests) / sizeof(requests[0]));
	tcase_add_test(t, a_cursor_comes_back_as_it_was);
	tcase_add_test(t, a_changed_cursor_is_refused);
	tcase_add_test(t, places_of_any_length_fit_or_are_refused);
	tcase_add_test(t, questions_differ);
	return suite_run("guard", t);
}
