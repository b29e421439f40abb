/* SPDX-License-Identifier: Apache-2.0 */
/* test_names.c - claims about host names and the table of their addresses. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "suite.h"

static const struct {
	const char *word;
	bool fits;
} words[] = {
	{"example.org", true},
	{"localhost", true},
	{"a", true},
	{"www.example.org.", true},
	{"xn--bcher-kva.example", true},
	{"a_b.example", true},
	{"1.example", true},
	{"192.0.2.1", false},
	{"192.0.2.7x", false},
	{"", false},
	{".", false},
	{"a..b", false},
	{".a", false},
	{"-a.example", false},
	{"a b", false},
	{"a/b", false},
	{"2001:db8::1", false},
	{"example.1", false},
	{"a\x1b.b", false},
};

START_TEST(names_are_told_from_addresses)
{
	ck_assert_int_eq(names_fits(words[_i].word, strlen(words[_i].word)), words[_i].fits);
}
END_TEST

START_TEST(names_longer_than_the_dns_allows_are_none)
{
	char text[300];

	memset(text, 'a', sizeof(text));
	ck_assert(names_fits(text, 252));
	ck_assert(!names_fits(text, 254));
	ck_assert(!names_fits(text, 300));
}
END_TEST

static unsigned asked;

static const char *look_up(struct name *out)
{
	asked++;
	if (strcmp(out->text, "empty.example") == 0)
		return NULL;
	ck_assert_int_eq(dp_addr_parse("192.0.2.1", &out->addr[0]), 0);
	ck_assert_int_eq(dp_addr_parse("2001:db8::1", &out->addr[1]), 0);
	out->count = 2;
	out->away = 2;
	return NULL;
}

/* What the resolver said is kept as text, and read back without asking again. */
START_TEST(names_survive_being_kept)
{
	const struct name *found;
	struct names n, again;
	struct error err = {""};
	const char *why;
	char *text;

	asked = 0;
	names_init(&n, look_up);
	ck_assert_int_eq(names_add(&n, "given.example=192.0.2.9", &err), 0);
	ck_assert_int_eq(names_find(&n, "given.example", 13, &found, &why), 0);
	ck_assert_uint_eq(asked, 0);
	ck_assert_int_eq(names_find(&n, "a.example", 9, &found, &why), 0);
	ck_assert_int_eq(names_find(&n, "A.EXAMPLE", 9, &found, &why), 0);
	ck_assert_int_eq(names_find(&n, "b.example", 9, &found, &why), 0);
	ck_assert_uint_eq(asked, 2);
	text = names_text(&n);
	ck_assert_str_eq(text, "a.example=192.0.2.1,!2001:db8::1 b.example=192.0.2.1,!2001:db8::1");
	names_init(&again, NULL);
	ck_assert_int_eq(names_add(&again, text, &err), 0);
	ck_assert_int_eq(names_find(&again, "b.example", 9, &found, &why), 0);
	ck_assert_uint_eq(found->count, 2);
	ck_assert_uint_eq(found->away, 2);
	ck_assert_int_eq(names_find(&again, "c.example", 9, &found, &why), -ENOENT);
	ck_assert_ptr_null(names_text(&again));
	free(text);
	names_fini(&n);
	names_fini(&again);
}
END_TEST

START_TEST(names_without_addresses_are_not_found)
{
	const struct name *found;
	struct names n;
	const char *why;

	names_init(&n, look_up);
	ck_assert_int_eq(names_find(&n, "empty.example", 13, &found, &why), -ENOENT);
	ck_assert_str_eq(why, "it has no address");
	names_fini(&n);
}
END_TEST

static const char *const bad[] = {
	"x",
	"x=",
	"=192.0.2.1",
	"x=192.0.2.300",
	"x=y",
	"x=192.0.2.1/24",
	"x=192.0.2.1,,192.0.2.2",
	"192.0.2.1=192.0.2.2",
	"x=!",
	"a=192.0.2.1 b",
};

START_TEST(names_refuse_what_is_no_entry)
{
	struct error err = {""};
	struct names n;

	names_init(&n, NULL);
	ck_assert_int_eq(names_add(&n, bad[_i], &err), -EINVAL);
	ck_assert_msg(strstr(err.text, "NAME=ADDRESS") != NULL, "%s", err.text);
	names_fini(&n);
}
END_TEST

/* The machine's own hosts file is all that this asks. */
START_TEST(names_ask_the_resolver)
{
	struct name n = {.text = "localhost"};
	bool found = false;

	ck_assert_ptr_null(names_ask(&n));
	for (unsigned i = 0; i < n.count; i++)
		found |= dp_addr_forbidden(&n.addr[i], NULL);
	ck_assert(found);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, names_are_told_from_addresses, 0, sizeof(words) / sizeof(words[0]));
	tcase_add_test(tc, names_longer_than_the_dns_allows_are_none);
	tcase_add_test(tc, names_survive_being_kept);
	tcase_add_test(tc, names_without_addresses_are_not_found);
	tcase_add_loop_test(tc, names_refuse_what_is_no_entry, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, names_ask_the_resolver);
	return suite_run("names", tc);
}
