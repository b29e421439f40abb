/* SPDX-License-Identifier: Apache-2.0 */
/* test_targets.c - claims about lists of addresses. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "targets.h"
#include "suite.h"

struct seen {
	struct target_range ranges[16];
	uint16_t ports[16];
	unsigned count;
};

static int collect(void *arg, const struct target_range *r, const struct target_place *at)
{
	struct seen *s = arg;

	ck_assert_uint_lt(s->count, 16);
	s->ports[s->count] = at->port;
	s->ranges[s->count++] = *r;
	return 0;
}

/* Read @text as a list of targets, and its names by @names. */
static int read_with(const char *text, struct names *names, bool probes, struct seen *s,
                     struct error *err)
{
	const struct targets_taker to = {collect, s, names, probes};

	return targets_text("t", text, strlen(text), &to, err);
}

/* The same with the sink @sink, and without names. */
static int read_list(const char *text, size_t len, targets_sink sink, void *arg, struct error *err)
{
	const struct targets_taker to = {.sink = sink, .arg = arg};

	return targets_text("list.txt", text, len, &to, err);
}

static void expect_range(const struct target_range *r, const char *first, const char *last)
{
	char text[DP_ADDR_TEXT];

	ck_assert_str_eq(dp_addr_format(&r->first, text), first);
	ck_assert_str_eq(dp_addr_format(&r->last, text), last);
}

static const struct {
	const char *word, *first, *last;
} good[] = {
	{"192.0.2.7", "192.0.2.7", "192.0.2.7"},
	{"192.0.2.0/24", "192.0.2.0", "192.0.2.255"},
	{"192.0.2.77/24", "192.0.2.0", "192.0.2.255"},
	{"192.0.2.1/32", "192.0.2.1", "192.0.2.1"},
	{"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
	{"192.0.2.1-192.0.2.20", "192.0.2.1", "192.0.2.20"},
	{"192.0.2.1-20", "192.0.2.1", "192.0.2.20"},
	{"192.0.2.9-9", "192.0.2.9", "192.0.2.9"},
	{"198.18.255.250-198.19.0.5", "198.18.255.250", "198.19.0.5"},
	{"2001:db8::1", "2001:db8::1", "2001:db8::1"},
	{"2001:db8::/120", "2001:db8::", "2001:db8::ff"},
	{"2001:db8::1-2001:db8::9", "2001:db8::1", "2001:db8::9"},
	{"10.0.0.*", "10.0.0.0", "10.0.0.255"},
	{"10.0-1.*.*", "10.0.0.0", "10.1.255.255"},
	{"[2001:db8::1]", "2001:db8::1", "2001:db8::1"},
};

START_TEST(targets_understand_every_form)
{
	struct error err = {""};
	struct seen s = {.count = 0};
	const char *word = good[_i].word;

	ck_assert_msg(read_list(word, strlen(word), collect, &s, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(s.count, 1);
	expect_range(&s.ranges[0], good[_i].first, good[_i].last);
}
END_TEST

static const struct {
	const char *word;
	unsigned column;
} bad[] = {
	{"192.0.2", 1},
	{"192.0.2.256", 1},
	{"192.0.2.0/33", 11},
	{"192.0.2.0/", 11},
	{"192.0.2.0/-1", 11},
	{"192.0.2.0/8x", 11},
	{"192.0.2.9-8", 11},
	{"192.0.2.1-256", 11},
	{"192.0.2.1-", 11},
	{"192.0.2.1-2001:db8::1", 11},
	{"example.net", 1},
	{"/24", 1},
	{"-", 1},
	{"010.0.0.1", 1},
	{"2001:db8::/129", 12},
	{"2001:db8::1-5", 13},
	{"192.0.2.1;192.0.2.2", 1},
	{"::ffff:1.2.3.4/24/3", 16},
};

START_TEST(targets_refuse_with_the_column)
{
	struct target_range r;
	const char *expected;
	size_t column = 0;

	ck_assert_int_eq(targets_word(bad[_i].word, strlen(bad[_i].word), &r, &column, &expected),
	                 -EINVAL);
	ck_assert_uint_eq(column, bad[_i].column);
	ck_assert(expected[0] != '\0');
}
END_TEST

START_TEST(targets_read_comments_blanks_and_several_a_line)
{
	static const char text[] =
		"# office\r\n192.0.2.1, 192.0.2.3\t192.0.2.5#end\n\n\n 192.0.2.7";
	struct error err;
	struct seen s = {.count = 0};

	ck_assert_int_eq(read_list(text, sizeof(text) - 1, collect, &s, &err), 0);
	ck_assert_uint_eq(s.count, 4);
	expect_range(&s.ranges[3], "192.0.2.7", "192.0.2.7");
}
END_TEST

START_TEST(targets_name_file_line_and_column)
{
	static const char text[] = "192.0.2.1\n# x\n 192.0.2.2 192.0.2.0/40\n";
	struct error err = {""};
	struct seen s = {.count = 0};

	ck_assert_int_eq(read_list(text, sizeof(text) - 1, collect, &s, &err), -EINVAL);
	ck_assert_msg(strncmp(err.text, "list.txt:3:22: expected a prefix length from 0 to 32",
	                      52) == 0,
	              "%s", err.text);
}
END_TEST

START_TEST(targets_stop_at_a_nul_byte)
{
	static const char text[] = "192.0.2.1\0x";
	struct error err;
	struct seen s = {.count = 0};

	ck_assert_int_eq(read_list(text, sizeof(text) - 1, collect, &s, &err), -EINVAL);
}
END_TEST

START_TEST(targets_missing_file_is_named)
{
	struct error err = {""};
	struct seen s = {.count = 0};
	const struct targets_taker to = {.sink = collect, .arg = &s};

	ck_assert_int_eq(targets_argument("target", "@/nonexistent/list", &to, &err), -ENOENT);
	ck_assert(strstr(err.text, "/nonexistent/list") != NULL);
	ck_assert_int_eq(targets_argument("target", "@/tmp", &to, &err), -EINVAL);
	ck_assert_str_eq(err.text, "/tmp is a folder; name a file in it");
}
END_TEST

/* Whether @a lies in one of the ranges. */
static bool inside(const struct target_range *r, size_t n, const struct dp_addr *a)
{
	for (size_t i = 0; i < n; i++)
		if (dp_addr_compare(&r[i].first, a) <= 0 && dp_addr_compare(a, &r[i].last) <= 0)
			return true;
	return false;
}

/* Ends the reading at the range of 198.51.100.0, and keeps the place of its word. */
static int end_at_second(void *arg, const struct target_range *r, const struct target_place *at)
{
	struct target_place *place = arg;
	char first[DP_ADDR_TEXT];

	if (strcmp(dp_addr_format(&r->first, first), "198.51.100.0") != 0)
		return 0;
	*place = *at;
	return 1;
}

START_TEST(targets_end_where_the_sink_says_and_tell_the_place)
{
	static const char text[] =
		"192.0.2.1\n# a comment\n192.0.2.2, 198.51.100.0/24 no-address\n";
	struct target_place place = {0};
	struct error err = {"untouched"};

	ck_assert_int_eq(read_list(text, sizeof(text) - 1, end_at_second, &place, &err), 1);
	ck_assert_str_eq(place.source, "list.txt");
	ck_assert_uint_eq(place.line, 3);
	ck_assert_uint_eq(place.column, 12);
	ck_assert_uint_eq(place.len, 15);
	ck_assert(strncmp(place.word, "198.51.100.0/24", place.len) == 0);
	ck_assert_str_eq(err.text, "untouched");
}
END_TEST

START_TEST(targets_outside_is_the_complement)
{
	struct target_list list = {0}, outside = {0};
	uint32_t seed = 1 + (uint32_t)_i;

	for (int i = 0; i < 8; i++) {
		uint32_t first = (seed = seed * 1664525 + 1013904223) >> 24;
		uint32_t len = (seed = seed * 1664525 + 1013904223) >> 28;
		struct target_range r = {dp_addr_v4(first), dp_addr_v4(first + len)};

		ck_assert_int_eq(target_list_add(&list, &r, NULL), 0);
	}
	ck_assert_int_eq(target_list_outside(&list, target_list_add, &outside), 0);
	for (uint32_t v = 0; v < 300; v++) {
		struct dp_addr a = dp_addr_v4(v);

		ck_assert(inside(list.ranges, list.count, &a) !=
		          inside(outside.ranges, outside.count, &a));
	}
	target_list_fini(&list);
	target_list_fini(&outside);
}
END_TEST

/* Words in IPv6 that cover the mapped IPv4 addresses, and how many ranges they leave. */
static const struct {
	const char *word, *first, *last;
	unsigned ranges;
} wide[] = {
	{"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2},
	{"::/64", "::", "::ffff:ffff:ffff:ffff", 2},
	{"::1-2001::", "::1", "2001::", 2},
	{"::fffe:0:0/95", "::fffe:0:0", "::fffe:ffff:ffff", 1},
	{"::1:0:0:0-2001::", "::1:0:0:0", "2001::", 1},
	{"0:0:0:0:0-1:fffe-ffff:0:1-2", "::fffe:0:1", "::1:ffff:0:2", 3},
};

START_TEST(targets_in_ipv6_name_no_ipv4_address)
{
	const struct dp_addr low = dp_addr_v4(0), high = dp_addr_v4(UINT32_MAX);
	const char *word = wide[_i].word;
	struct error err = {""};
	struct seen s = {.count = 0};

	ck_assert_int_eq(read_list(word, strlen(word), collect, &s, &err), 0);
	ck_assert_uint_eq(s.count, wide[_i].ranges);
	for (unsigned i = 0; i < s.count; i++)
		ck_assert(dp_addr_compare(&s.ranges[i].last, &low) < 0 ||
		          dp_addr_compare(&s.ranges[i].first, &high) > 0);
	s.ranges[0].last = s.ranges[s.count - 1].last;
	expect_range(&s.ranges[0], wide[_i].first, wide[_i].last);
}
END_TEST

static int end_at_first(void *arg, const struct target_range *r, const struct target_place *at)
{
	(void)r;
	(void)at;
	*(unsigned *)arg += 1;
	return 1;
}

START_TEST(targets_outside_end_where_the_sink_says)
{
	struct target_list list = {0};
	unsigned calls = 0;

	for (uint32_t i = 0; i < 4; i++) {
		struct target_range r = {dp_addr_v4(0xc6120000 + 16 * i),
		                         dp_addr_v4(0xc6120003 + 16 * i)};

		ck_assert_int_eq(target_list_add(&list, &r, NULL), 0);
	}
	ck_assert_int_eq(target_list_outside(&list, end_at_first, &calls), 1);
	ck_assert_uint_eq(calls, 1);
	target_list_fini(&list);
}
END_TEST

/* ---- ports and names ------------------------------------------------------------------------- */

static const struct {
	const char *word, *first, *last;
	uint16_t port;
} with_port[] = {
	{"192.0.2.1:80", "192.0.2.1", "192.0.2.1", 80},
	{"192.0.2.0/24:443", "192.0.2.0", "192.0.2.255", 443},
	{"192.0.2.1-9:22", "192.0.2.1", "192.0.2.9", 22},
	{"[2001:db8::1]:443", "2001:db8::1", "2001:db8::1", 443},
	{"[2001:db8::/120]:65535", "2001:db8::", "2001:db8::ff", 65535},
	{"https://192.0.2.1:8443/x", "192.0.2.1", "192.0.2.1", 8443},
	{"https://192.0.2.1", "192.0.2.1", "192.0.2.1", 443},
	{"HTTP://192.0.2.1/a:b@c", "192.0.2.1", "192.0.2.1", 80},
	{"https://[2001:db8::1]/", "2001:db8::1", "2001:db8::1", 443},
	{"ssh://192.0.2.1", "192.0.2.1", "192.0.2.1", 22},
	{"x://192.0.2.1:7", "192.0.2.1", "192.0.2.1", 7},
	{"http://192.0.2.1?q", "192.0.2.1", "192.0.2.1", 80},
};

START_TEST(targets_may_name_a_port)
{
	struct error err = {""};
	struct seen s = {.count = 0};

	ck_assert_msg(read_with(with_port[_i].word, NULL, true, &s, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(s.count, 1);
	ck_assert_uint_eq(s.ports[0], with_port[_i].port);
	expect_range(&s.ranges[0], with_port[_i].first, with_port[_i].last);
	ck_assert_int_eq(read_with(with_port[_i].word, NULL, false, &s, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, "without a port") != NULL, "%s", err.text);
}
END_TEST

static const struct {
	const char *word, *place;
} bad_port[] = {
	{"192.0.2.1:0", "t:1:11: expected a port"},
	{"192.0.2.1:65536", "t:1:11: expected a port"},
	{"192.0.2.1:", "t:1:11: expected a port"},
	{"192.0.2.1:8x", "t:1:11: expected a port"},
	{" [2001:db8::1]:x", "t:1:16: expected a port"},
	{"[2001:db8::1", "t:1:1: expected `]`"},
	{"[2001:db8::1]80", "t:1:14: expected `:`"},
	{"https://me@192.0.2.1/", "t:1:9: expected a host without"},
	{"nosuch://192.0.2.1/", "t:1:19: expected a port"},
	{"https://192.0.2.300/", "t:1:9: expected an address"},
	{"https:///", "t:1:9: expected an address"},
	{"[]:80", "t:1:2: expected an address"},
};

START_TEST(targets_refuse_bad_ports_with_the_column)
{
	struct error err = {""};
	struct seen s = {.count = 0};

	ck_assert_int_eq(read_with(bad_port[_i].word, NULL, true, &s, &err), -EINVAL);
	ck_assert_msg(strncmp(err.text, bad_port[_i].place, strlen(bad_port[_i].place)) == 0, "%s",
	              err.text);
}
END_TEST

static const char *look_up(struct name *out)
{
	if (strstr(out->text, "nowhere") != NULL)
		return "there is no such name";
	out->addr[0] = dp_addr_v4(0xc0000201);
	ck_assert_int_eq(dp_addr_parse("2001:db8::1", &out->addr[1]), 0);
	out->addr[2] = dp_addr_v4(0xc0000221);
	out->count = 3;
	out->away = 2; /* no route to the IPv6 address */
	return NULL;
}

static const struct {
	const char *words;
	bool probes;
	unsigned count;
	const char *first, *last; /* of the last range */
} named[] = {
	{"www.example.org", true, 2, "192.0.2.33", "192.0.2.33"},
	{"www.example.org", false, 3, "192.0.2.33", "192.0.2.33"},
	{"www.example.org/28", true, 2, "192.0.2.32", "192.0.2.47"},
	{"www.example.org/120", false, 1, "2001:db8::", "2001:db8::ff"},
	{"www.example.org:80", true, 2, "192.0.2.33", "192.0.2.33"},
	{"https://www.example.org:8443/x", true, 2, "192.0.2.33", "192.0.2.33"},
	{"localhost", true, 2, "192.0.2.33", "192.0.2.33"},
	{"WWW.example.org www.EXAMPLE.org", true, 4, "192.0.2.33", "192.0.2.33"},
};

START_TEST(targets_take_the_addresses_of_names)
{
	struct error err = {""};
	struct seen s = {.count = 0};
	struct names names;

	names_init(&names, look_up);
	ck_assert_msg(read_with(named[_i].words, &names, named[_i].probes, &s, &err) == 0, "%s",
	              err.text);
	ck_assert_uint_eq(s.count, named[_i].count);
	expect_range(&s.ranges[s.count - 1], named[_i].first, named[_i].last);
	ck_assert_uint_eq(names.count, 1);
	names_fini(&names);
}
END_TEST

START_TEST(targets_refuse_names_without_an_address)
{
	struct error err = {""};
	struct seen s = {.count = 0};
	struct names names;

	names_init(&names, look_up);
	ck_assert_int_eq(read_with("192.0.2.1\n nowhere.example.org", &names, true, &s, &err),
	                 -EINVAL);
	ck_assert_str_eq(err.text,
	                 "t:2:2: `nowhere.example.org` has no address: there is no such name");
	ck_assert_int_eq(read_with("www.example.org/129", &names, true, &s, &err), -EINVAL);
	ck_assert_int_eq(read_with("www.example.org/120", &names, true, &s, &err), -EINVAL);
	ck_assert_int_eq(read_with("www.example.org", NULL, true, &s, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, "no host name") != NULL, "%s", err.text);
	names_fini(&names);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, targets_understand_every_form, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, targets_refuse_with_the_column, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_loop_test(tc, targets_in_ipv6_name_no_ipv4_address, 0,
	                    sizeof(wide) / sizeof(wide[0]));
	tcase_add_test(tc, targets_read_comments_blanks_and_several_a_line);
	tcase_add_test(tc, targets_name_file_line_and_column);
	tcase_add_test(tc, targets_stop_at_a_nul_byte);
	tcase_add_test(tc, targets_missing_file_is_named);
	tcase_add_test(tc, targets_end_where_the_sink_says_and_tell_the_place);
	tcase_add_test(tc, targets_outside_end_where_the_sink_says);
	tcase_add_loop_test(tc, targets_outside_is_the_complement, 0, 50);
	tcase_add_loop_test(tc, targets_may_name_a_port, 0,
	                    sizeof(with_port) / sizeof(with_port[0]));
	tcase_add_loop_test(tc, targets_refuse_bad_ports_with_the_column, 0,
	                    sizeof(bad_port) / sizeof(bad_port[0]));
	tcase_add_loop_test(tc, targets_take_the_addresses_of_names, 0,
	                    sizeof(named) / sizeof(named[0]));
	tcase_add_test(tc, targets_refuse_names_without_an_address);
	return suite_run("targets", tc);
}
