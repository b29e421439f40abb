/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_policy.c - claims about the requests that are sent to ports of fragile devices. */
#include <stdlib.h>
#include <string.h>

#include "grab_policy.h"
#include "suite.h"

enum { TCP = 6, UDP = 17 };

/* Parts of the requests of other protocols. */
static const char *const foreign[] = {"GET ", "HTTP/1",  "HELP",    "EHLO",
                                      "QUIT", "OPTIONS", "\x16\x03"};

START_TEST(each_request_is_a_dialog_of_its_own_protocol)
{
	size_t n;
	const struct vd_fragile *table = vd_fragile_table(&n);

	for (size_t i = 0; i < n; i++) {
		const struct vd_proto *p = grab_policy_request(table[i].first, true);
		struct vd_dialog d = {.authority = "198.18.0.1:502", .user_agent = "agent"};

		ck_assert(grab_policy_is_fragile(table[i].first));
		if (table[i].tcp == NULL) {
			ck_assert_ptr_null(p);
			continue;
		}
		ck_assert_ptr_nonnull(p);
		ck_assert_str_eq(vd_proto_name(p), table[i].tcp);
		vd_dialog_greet(p, &d);
		ck_assert_msg(d.out_len > 0, "%s says nothing first", table[i].tcp);
		for (size_t k = 0; k < sizeof(foreign) / sizeof(foreign[0]); k++)
			ck_assert_msg(memmem(d.out, d.out_len, foreign[k], strlen(foreign[k])) ==
			                      NULL,
			              "%s", table[i].tcp);
	}
}
END_TEST

START_TEST(printers_are_asked_on_request_only)
{
	for (uint16_t port = 9100; port <= 9107; port++) {
		ck_assert_ptr_null(grab_policy_request(port, false));
		ck_assert_str_eq(vd_proto_name(grab_policy_request(port, true)), "pjl");
	}
	ck_assert_ptr_null(grab_policy_request(515, false));
	ck_assert_ptr_null(grab_policy_request(80, false));
	ck_assert(!grab_policy_is_fragile(80));
}
END_TEST

static const struct {
	uint16_t port;
	uint8_t transport;
	const char *says;
} words[] = {
	{80, TCP, ""},
	{9100, TCP,
         "port 9100 belongs to printers (jetdirect), which print what they are sent: only "
         "--ask-fragile sends it the identification request of pjl"},
	{502, TCP,
         "port 502 belongs to controllers (modbus), which may stop at a question that they do not "
         "know: it gets the identification request of modbus and nothing else"},
	{9600, UDP,
         "port 9600 belongs to controllers (fins), which may stop at a question that they do not "
         "know: nothing is sent to it"},
};

START_TEST(words_say_what_is_asked_and_why)
{
	char text[GRAB_POLICY_TEXT];

	ck_assert_str_eq(grab_policy_explain(words[_i].port, words[_i].transport, text),
	                 words[_i].says);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, each_request_is_a_dialog_of_its_own_protocol);
	tcase_add_test(tc, printers_are_asked_on_request_only);
	tcase_add_loop_test(tc, words_say_what_is_asked_and_why, 0,
	                    sizeof(words) / sizeof(words[0]));
	return suite_run("grab_policy", tc);
}
