/* SPDX-License-Identifier: Apache-2.0 */
/* test_uri.c - claims about URIs of web pages, mail addresses and telephone numbers. */
#include <stdlib.h>
#include <string.h>

#include "uri.h"
#include "suite.h"

#define LABEL_63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
	const char *text, *path; /* NULL: @text is not a URI that uri_web() accepts */
} webs[] = {
	{"https://scanner.example.org", ""},
	{"https://scanner.example.org/.well-known/probing.txt", "/.well-known/probing.txt"},
	{"https://scanner.example.org:8443/a?b=c&d#e", "/a?b=c&d#e"},
	{"https://192.0.2.1/", "/"},
	{"https://[2001:db8::1]:443/x", "/x"},
	{"https://" LABEL_63 ".example.org/%C3%A9", "/%C3%A9"},
	{"https://scanner.example.org?a", "?a"},
	{"", NULL},
	{"https", NULL},
	{"https://", NULL},
	{"https:///path", NULL},
	{"https://./", NULL},
	{"https://a..example.org/", NULL},
	{"https://example.org./", NULL},
	{"https://.example.org/", NULL},
	{"https://a" LABEL_63 ".example.org/", NULL},
	{"http://scanner.example.org/", NULL},
	{"HTTPS://scanner.example.org/", NULL},
	{" https://scanner.example.org/", NULL},
	{"https://user@scanner.example.org/", NULL},
	{"https://user:word@scanner.example.org/", NULL},
	{"https://scanner.example.org:/", NULL},
	{"https://scanner.example.org:0/", NULL},
	{"https://scanner.example.org:65536/", NULL},
	{"https://scanner.example.org:4x/", NULL},
	{"https://scanner.example.org:+4/", NULL},
	{"https://[2001:db8::1/", NULL},
	{"https://[2001:db8::1]x/", NULL},
	{"https://[]/", NULL},
	{"https://[192.0.2.1]/", NULL},
	{"https://[2001:db8:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:1]/", NULL},
	{"https://scanner.example.org/a b", NULL},
	{"https://scanner.example.org/\n", NULL},
	{"https://scanner.example.org/\r\nX: y", NULL},
	{"https://scanner.example.org/\x7f", NULL},
	{"https://scanner.example.org/\xc3\xa9", NULL},
	{"https://scanner.example.org/\"", NULL},
	{"https://scanner.example.org/<a>", NULL},
	{"https://scanner.example.org/\\", NULL},
	{"https://scanner.example.org/[a]", NULL},
	{"https://scanner.example.org/%", NULL},
	{"https://scanner.example.org/%4", NULL},
	{"https://scanner.example.org/%4g", NULL},
	{"https://scanner.example.org/#a#b", NULL},
	{"https://sc%61nner.example.org/", NULL},
};

START_TEST(uri_web_takes_hosts_and_nothing_that_breaks_a_line)
{
	const char *path = "untouched";
	bool ok = uri_web(webs[_i].text, "https", &path);

	ck_assert_msg(ok == (webs[_i].path != NULL), "%s", webs[_i].text);
	ck_assert_str_eq(path, ok ? webs[_i].path : "untouched");
}
END_TEST

static const struct {
	const char *text;
	bool mail, phone;
} reached[] = {
	{"mailto:scanner@example.org", true, false},
	{"mailto:security%2Buri%2Bencoded@example.org", true, false},
	{"mailto:scanner@example.org?subject=a%20probe", true, false},
	{"tel:+1-201-555-0123", false, true},
	{"tel:+1(201)555.0123", false, true},
	{"tel:+12015550123;ext=7", false, true},
	{"mailto:", false, false},
	{"mailto:@example.org", false, false},
	{"mailto:scanner", false, false},
	{"mailto:scanner@", false, false},
	{"mailto:a@b@example.org", false, false},
	{"mailto:a b@example.org", false, false},
	{"mailto:a,b@example.org", false, false},
	{"mailto:a@example.org,b@example.org", false, false},
	{"mailto:a@example.org\nContact: mailto:b@example.org", false, false},
	{"mailto:a@example.org?subject=a b", false, false},
	{"mailto:?to=a@example.org", false, false},
	{"mailto:a%@example.org", false, false},
	{"MAILTO:a@example.org", false, false},
	{"scanner@example.org", false, false},
	{"tel:", false, false},
	{"tel:+", false, false},
	{"tel:+-", false, false},
	{"tel:201-555-0123", false, false},
	{"tel:+1 201", false, false},
	{"tel:+1201\n", false, false},
	{"tel:+1201;ext=\n", false, false},
	{"", false, false},
};

START_TEST(uri_tells_mail_and_telephone_from_the_rest)
{
	ck_assert_msg(uri_mail(reached[_i].text) == reached[_i].mail, "%s", reached[_i].text);
	ck_assert_msg(uri_phone(reached[_i].text) == reached[_i].phone, "%s", reached[_i].text);
}
END_TEST

#define LOCAL_64 "a" LABEL_63

static const struct {
	const char *address, *uri; /* NULL: @address is not a mail address */
} mails[] = {
	{"scanner@example.org", "mailto:scanner@example.org"},
	{"scan+all.x_y@mail.example.org", "mailto:scan+all.x_y@mail.example.org"},
	{"a/b%2B?c&d=e#f@example.org", "mailto:a%2Fb%252B%3Fc%26d%3De%23f@example.org"},
	{"{|}~^`@example.org", "mailto:%7B%7C%7D~%5E%60@example.org"},
	{LOCAL_64 "@example.org", "mailto:" LOCAL_64 "@example.org"},
	{"a" LOCAL_64 "@example.org", NULL},
	{"", NULL},
	{"@", NULL},
	{"@example.org", NULL},
	{"a@", NULL},
	{"example.org", NULL},
	{".a@example.org", NULL},
	{"a.@example.org", NULL},
	{"a..b@example.org", NULL},
	{"a@b@example.org", NULL},
	{"a b@example.org", NULL},
	{"a@example.org ", NULL},
	{"a@example.org\n", NULL},
	{"a\r@example.org", NULL},
	{"\"a b\"@example.org", NULL},
	{"A <a@example.org>", NULL},
	{"mailto:a@example.org", NULL},
	{"\xc3\xa9@example.org", NULL},
	{"a@[192.0.2.1]", NULL},
};

START_TEST(uri_from_mail_encodes_what_means_something_in_a_uri)
{
	char out[URI_MAIL_MAX] = "untouched";
	bool ok = uri_from_mail(mails[_i].address, out);

	ck_assert_msg(ok == (mails[_i].uri != NULL), "%s", mails[_i].address);
	ck_assert_str_eq(out, ok ? mails[_i].uri : "untouched");
	ck_assert(!ok || uri_mail(out));
}
END_TEST

START_TEST(uri_from_mail_has_room_for_the_longest_address)
{
	char address[400], out[URI_MAIL_MAX];
	size_t n = 64;

	memset(address, '/', n);
	address[n++] = '@';
	for (int i = 0; i < 3; i++) {
		memcpy(address + n, LABEL_63 ".", 64);
		n += 64;
	}
	memcpy(address + n, LABEL_63, 61);
	address[n + 61] = '\0';
	ck_assert(uri_from_mail(address, out));
	ck_assert_uint_eq(strlen(out), 7 + 3 * 64 + 1 + 253);
	ck_assert(uri_mail(out));
	memcpy(address + n, LABEL_63, 62);
	address[n + 62] = '\0';
	ck_assert(!uri_from_mail(address, out));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, uri_web_takes_hosts_and_nothing_that_breaks_a_line, 0,
	                    sizeof(webs) / sizeof(webs[0]));
	tcase_add_loop_test(tc, uri_tells_mail_and_telephone_from_the_rest, 0,
	                    sizeof(reached) / sizeof(reached[0]));
	tcase_add_loop_test(tc, uri_from_mail_encodes_what_means_something_in_a_uri, 0,
	                    sizeof(mails) / sizeof(mails[0]));
	tcase_add_test(tc, uri_from_mail_has_room_for_the_longest_address);
	return suite_run("uri", tc);
}
