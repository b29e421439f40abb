/* SPDX-License-Identifier: Apache-2.0 */
/* test_change.c - claims about the states before and after a change. */
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "suite.h"

static const struct {
	const char *state, *words;
} cases[] = {
	{"", ""},
	{"state\topen\n", "open"},
	{"state\topen\nservice\tssh\n", "ssh"},
	{"state\topen\nservice\thttp\nproduct\tnginx\nversion\t1.18.0\n", "nginx 1.18.0 (http)"},
	{"product\tnginx\n", "nginx"},
	{"id\tCVE-2021-41617\nverdict\taffected\nseverity\thigh\ncvss\t7.0\nkev\ttrue\n",
         "CVE-2021-41617 affected high 7.0 kev"},
	{"id\tredis-no-auth\nseverity\tcritical\ntitle\tRedis answers\n",
         "redis-no-auth critical: Redis answers"},
	{"level\tDangerous\nscore\t70\n", "Dangerous (70)"},
	{"ports\t3\naffected\t0\npossible\t2\nexposures\t1\nlevel\tLow\nscore\t30\n",
         "3 open, 2 possible, 1 exposed, Low (30)"},
	{"ports\t0\n", "0 open"},
	{"cn\texample.test\nnot_after\t2027-01-01\nsha256\t0123456789abcdef0123\n",
         "CN=example.test, to 2027-01-01, sha256 0123456789abcdef"},
	{"text\tfirst seen\n", "first seen"},
};

START_TEST(a_state_is_said_in_words)
{
	char words[CHANGE_WORDS];

	change_state_words(cases[_i].state, words);
	ck_assert_str_eq(words, cases[_i].words);
}
END_TEST

/* Values from the network must not look like lines of a state. */
START_TEST(a_hostile_value_adds_no_line)
{
	struct record r = {.state = RECORD_OPEN};
	char state[CHANGE_STATE], words[CHANGE_WORDS];
	struct change_value v;
	const char *at = state;

	snprintf(r.identity.product, sizeof(r.identity.product), "a\nkev\ttrue\x1b[2J");
	change_port_state(&r, RECORD_OPEN, state);
	ck_assert(change_next(&at, &v));
	ck_assert_str_eq(v.name, "state");
	ck_assert(change_next(&at, &v));
	ck_assert_str_eq(v.name, "product");
	ck_assert_str_eq(v.value, "a?kev?true?[2J");
	ck_assert(!change_next(&at, &v));
	change_state_words(state, words);
	ck_assert_str_eq(words, "a?kev?true?[2J");
}
END_TEST

START_TEST(the_longest_values_fit_or_are_cut)
{
	struct record r = {.state = RECORD_OPEN};
	char state[CHANGE_STATE], words[CHANGE_WORDS];

	memset(r.identity.service, 's', sizeof(r.identity.service) - 1);
	memset(r.identity.product, 'p', sizeof(r.identity.product) - 1);
	memset(r.identity.version, 'v', sizeof(r.identity.version) - 1);
	change_port_state(&r, RECORD_OPEN, state);
	ck_assert_uint_lt(strlen(state), sizeof(state));
	ck_assert_int_eq(state[strlen(state) - 1], '\n');
	change_state_words(state, words);
	ck_assert_uint_lt(strlen(words), sizeof(words));
}
END_TEST

static const struct {
	struct vd_identity was, now;
	bool learned;
} pairs[] = {
	{{.service = "redis", .product = "Redis"},
         {.service = "redis", .product = "Redis", .version = "7.0.15"},
         true},
	{{.service = "smb", .service_source = "port"},
         {.service = "microsoft-ds", .product = "Samba"},
         true},
	{{.service = "ftp", .service_source = "guess"},
         {.service = "smtp", .product = "Postfix"},
         true},
	{{.service = "http"}, {.service = "http", .product = "nginx"}, true},
	{{.service = "http", .product = "nginx", .version = "1.18.0"},
         {.service = "http", .product = "nginx", .version = "1.22.1"},
         false},
	{{.service = "http", .product = "nginx"}, {.service = "http", .product = "Apache"}, false},
	{{.service = "http", .product = "nginx", .version = "1.18.0"},
         {.service = "http", .product = "nginx"},
         false},
	{{.service = "ssh", .product = "OpenSSH"},
         {.service = "http", .product = "OpenSSH"},
         false},
};

START_TEST(more_of_the_same_service_is_learned_not_changed)
{
	ck_assert(change_is_learned(&pairs[_i].was, &pairs[_i].now) == pairs[_i].learned);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, a_state_is_said_in_words, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, a_hostile_value_adds_no_line);
	tcase_add_test(tc, the_longest_values_fit_or_are_cut);
	tcase_add_loop_test(tc, more_of_the_same_service_is_learned_not_changed, 0,
	                    sizeof(pairs) / sizeof(pairs[0]));
	return suite_run("change", tc);
}
