/* SPDX-License-Identifier: Apache-2.0 */
/* test_agent.c - claims about the User-Agent that servers get. */
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "vd_proto.h"
#include "suite.h"

START_TEST(agent_puts_the_contact_into_its_comment)
{
	static const char begin[] = "Mozilla/5.0 (compatible; Sonde/";
	char out[AGENT_SIZE];

	ck_assert_ptr_eq(agent_with_contact("https://scanner.example.org/%20s", out), out);
	ck_assert(strncmp(out, begin, strlen(begin)) == 0);
	ck_assert_str_eq(strchr(out + strlen(begin), ';'), "; +https://scanner.example.org/%20s)");
}
END_TEST

static const struct {
	const char *text;
	bool ok;
} contacts[] = {
	{"https://scanner.example.org/", true},
	{"http://192.0.2.1:8080/who", true},
	{"mailto:scanner@example.org", true},
	{"https://[2001:db8::1]/", true},
	{"https://scanner.example.org/a%20b", true},
	{"", false},
	{"scanner@example.org", false},
	{"scanner.example.org", false},
	{"https://", false},
	{"ftp://scanner.example.org/", false},
	{"javascript:alert", false},
	{"tel:+1-201-555-0123", false},
	{"https://scanner.example.org/ ", false},
	{"https://scanner.example.org/(a)", false},
	{"https://scanner.example.org/a)", false},
	{"https://scanner.example.org/'", false},
	{"https://scanner.example.org/\"", false},
	{"https://scanner.example.org/\\", false},
	{"https://scanner.example.org/\r\nX: y", false},
	{"https://scanner.example.org/\t", false},
	{"https://scanner.example.org/\x01", false},
	{"https://scanner.example.org/\x7f", false},
	{"https://scanner.example.org/\xe3\x81\x82", false},
	{"mailto:a(b)@example.org", false},
};

START_TEST(agent_takes_contacts_that_a_comment_can_hold)
{
	const char *field = NULL;
	struct error err = {""};
	int ret = option_contact(contacts[_i].text, &field, &err);

	ck_assert_msg((ret == 0) == contacts[_i].ok, "%s", contacts[_i].text);
	ck_assert_ptr_eq(field, ret == 0 ? contacts[_i].text : NULL);
	ck_assert((err.text[0] == '\0') == (ret == 0));
}
END_TEST

static const struct {
	const char *text;
	bool ok;
} agents[] = {
	{"probe/1.0 (of example.org)", true},
	{"probe \"of\" ours", true},
	{"\xe6\x8e\xa2\xe6\x9f\xbb", true},
	{"", false},
	{"probe\r\nX: y", false},
	{"probe\n", false},
	{"probe\r", false},
	{"probe\t", false},
	{"\x1b[31mprobe", false},
	{"probe\x7f", false},
};

START_TEST(agent_refuses_what_would_add_lines_to_a_request)
{
	const char *field = NULL;
	struct error err = {""};
	int ret = option_agent(agents[_i].text, &field, &err);

	ck_assert_msg((ret == 0) == agents[_i].ok, "%s", agents[_i].text);
	ck_assert_ptr_eq(field, ret == 0 ? agents[_i].text : NULL);
}
END_TEST

START_TEST(agent_bounds_both_by_length)
{
	char contact[AGENT_CONTACT_MAX + 2] = "https://scanner.example.org/",
					 agent[AGENT_SIZE + 1] = "";
	const char *field = NULL;
	struct error err;
	size_t n = strlen(contact);

	memset(contact + n, 'a', AGENT_CONTACT_MAX - n);
	ck_assert_int_eq(option_contact(contact, &field, &err), 0);
	contact[AGENT_CONTACT_MAX] = 'a';
	ck_assert_int_lt(option_contact(contact, &field, &err), 0);
	memset(agent, 'a', AGENT_SIZE - 1);
	ck_assert_int_eq(option_agent(agent, &field, &err), 0);
	agent[AGENT_SIZE - 1] = 'a';
	ck_assert_int_lt(option_agent(agent, &field, &err), 0);
}
END_TEST

static const char *const speakers[] = {"http", "docker", "sip"};

/* Each protocol has a buffer for its request, in which the longest User-Agent must find room. */
START_TEST(agent_of_any_length_leaves_requests_whole)
{
	const char *const end = "\r\n\r\n";
	char agent[AGENT_SIZE] = "", line[AGENT_SIZE + 20];
	struct vd_dialog d = {
		.authority = "[2001:db8:ffff:ffff:ffff:ffff:255.255.255.255]:65535",
		.user_agent = agent,
	};
	const struct vd_proto *p;
	bool tls;

	memset(agent, 'a', AGENT_SIZE - 1);
	snprintf(line, sizeof(line), "\r\nUser-Agent: %s\r\n", agent);
	p = vd_proto_find(speakers[_i], &tls);
	ck_assert_ptr_nonnull(p);
	vd_dialog_greet(p, &d);
	ck_assert_ptr_nonnull(memmem(d.out, d.out_len, line, strlen(line)));
	ck_assert_mem_eq(d.out + d.out_len - 4, end, 4);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, agent_puts_the_contact_into_its_comment);
	tcase_add_loop_test(tc, agent_takes_contacts_that_a_comment_can_hold, 0,
	                    sizeof(contacts) / sizeof(contacts[0]));
	tcase_add_loop_test(tc, agent_refuses_what_would_add_lines_to_a_request, 0,
	                    sizeof(agents) / sizeof(agents[0]));
	tcase_add_test(tc, agent_bounds_both_by_length);
	tcase_add_loop_test(tc, agent_of_any_length_leaves_requests_whole, 0,
	                    sizeof(speakers) / sizeof(speakers[0]));
	return suite_run("agent", tc);
}
