/* SPDX-License-Identifier: Apache-2.0 */
/* test_key.c - claims about keys, their file, quotas, sessions and what a key sees. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "caller.h"
#include "query.h"
#include "session.h"
#include "suite.h"

static const int64_t now_us = 1795305600000000, second = 1000000, day = 86400ll * 1000000;
static char dir[64], path[80];

static void make_dir(void)
{
	strcpy(dir, "/tmp/sonde-key-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/keys", dir);
}

static void remove_dir(void)
{
	static const char *const ends[] = {"", ".secret", ".lock", ".new"};
	char name[96];

	for (size_t i = 0; i < 4; i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	rmdir(dir);
}

START_TEST(a_key_is_32_letters_and_digits_and_each_slip_shows)
{
	char text[KEY_TEXT], other[KEY_TEXT];

	ck_assert_int_eq(key_make(text), 0);
	ck_assert_uint_eq(strlen(text), 32);
	ck_assert(key_is_whole(text));
	for (int i = 0; i < 32; i++) {
		memcpy(other, text, KEY_TEXT);
		other[i] = other[i] == 'x' ? 'y' : 'x';
		ck_assert(!key_is_whole(other));
	}
	ck_assert(!key_is_whole(""));
	ck_assert(!key_is_whole("snd"));
	text[31] = '\0';
	ck_assert(!key_is_whole(text));
	key_make(other);
	ck_assert_str_ne(text, other);
}
END_TEST

static struct key add(const char *name, uint8_t scopes, char text[KEY_TEXT])
{
	struct key k = {.scopes = scopes, .created_us = now_us};
	struct error err;

	snprintf(k.name, sizeof(k.name), "%s", name);
	ck_assert_int_eq(key_file_add(path, &k, text, &err), 0);
	return k;
}

START_TEST(the_file_finds_a_key_by_its_text_alone)
{
	char one[KEY_TEXT], two[KEY_TEXT], none[KEY_TEXT], line[4096];
	struct key_list l;
	struct error err;
	struct stat st;
	FILE *in;

	make_dir();
	ck_assert_int_eq(key_list_load(path, &l, &err), 0);
	ck_assert_uint_eq(l.count, 0);
	ck_assert(!key_list_is_old(path, &l));
	add("one", KEY_READ, one);
	ck_assert(key_list_is_old(path, &l));
	add("two", KEY_READ | KEY_SCAN, two);
	key_list_fini(&l);
	ck_assert_int_eq(key_list_load(path, &l, &err), 0);
	ck_assert_str_eq(key_list_find(&l, one)->name, "one");
	ck_assert_int_eq(key_list_find(&l, two)->scopes, KEY_READ | KEY_SCAN);
	key_make(none);
	ck_assert_ptr_null(key_list_find(&l, none));
	ck_assert_ptr_null(key_list_find(&l, ""));
	in = fopen(path, "r");
	while (fgets(line, sizeof(line), in) != NULL)
		ck_assert(strstr(line, one) == NULL && strstr(line, two) == NULL);
	fclose(in);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07, 0);
	key_list_fini(&l);
	remove_dir();
}
END_TEST

START_TEST(a_revoked_key_is_kept_and_not_valid)
{
	char text[KEY_TEXT];
	struct key_list l;
	struct error err;
	struct key k = {.scopes = KEY_READ, .name = "a", .created_us = now_us};

	make_dir();
	add("a", KEY_READ, text);
	ck_assert_int_eq(key_file_add(path, &k, text, &err), -EEXIST);
	ck_assert_int_eq(key_file_revoke(path, "b", now_us, &err), -ENOENT);
	ck_assert_int_eq(key_file_revoke(path, "a", now_us, &err), 0);
	ck_assert_int_eq(key_file_revoke(path, "a", now_us, &err), -ENOENT);
	ck_assert_int_eq(key_list_load(path, &l, &err), 0);
	ck_assert_uint_eq(l.count, 1);
	ck_assert(!key_is_valid(&l.keys[0], now_us));
	key_list_fini(&l);
	add("a", KEY_READ, text); /* the name is free again */
	ck_assert_int_eq(key_list_load(path, &l, &err), 0);
	ck_assert_uint_eq(l.count, 2);
	ck_assert(key_is_valid(key_list_find(&l, text), now_us));
	key_list_fini(&l);
	remove_dir();
}
END_TEST

START_TEST(a_damaged_file_is_refused_with_its_line)
{
	char text[KEY_TEXT];
	struct key_list l;
	struct error err;
	FILE *out;

	make_dir();
	add("a", KEY_READ, text);
	out = fopen(path, "a");
	fputs("{\"id\":\"k-1\"}\n", out);
	fclose(out);
	ck_assert_int_eq(key_list_load(path, &l, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "keys:2: "));
	remove_dir();
}
END_TEST

START_TEST(scopes_and_names_are_checked)
{
	struct error err;
	uint8_t scopes;

	ck_assert_int_eq(key_scopes_parse("read,export", &scopes, &err), 0);
	ck_assert_int_eq(scopes, KEY_READ | KEY_EXPORT);
	ck_assert_int_eq(key_scopes_parse("", &scopes, &err), -EINVAL);
	ck_assert_int_eq(key_scopes_parse("read,", &scopes, &err), -EINVAL);
	ck_assert_int_eq(key_scopes_parse("rea", &scopes, &err), -EINVAL);
	ck_assert(key_is_name("a-b.c_d@e"));
	ck_assert(!key_is_name(""));
	ck_assert(!key_is_name("-a"));
	ck_assert(!key_is_name("a b"));
	ck_assert(!key_is_name("a\n"));
}
END_TEST

/* ---- quotas ---------------------------------------------------------------------------------- */

START_TEST(a_bucket_gives_its_rate_and_no_more)
{
	struct quota *q = quota_new(10, 0, now_us);
	unsigned given = 0;

	for (int i = 0; i < 30; i++)
		given += quota_take(q, now_us) == 0;
	ck_assert_uint_eq(given, 10);
	ck_assert_uint_eq(quota_take(q, now_us), 1);
	for (int64_t ms = 1; ms <= 3000; ms++)
		given += quota_take(q, now_us + ms * 1000) == 0;
	ck_assert_uint_ge(given, 39);
	ck_assert_uint_le(given, 40);
	ck_assert_uint_eq(quota_take(q, now_us - second), 1); /* a clock that was set back */
	quota_drop(q);
}
END_TEST

START_TEST(rows_count_from_midnight)
{
	struct quota *q = quota_new(0, 100, now_us);
	unsigned wait = 0;
	char policy[QUOTA_TEXT], left[QUOTA_TEXT];

	ck_assert(quota_has_rows(q, now_us, &wait));
	ck_assert(quota_count(q, now_us, 60));
	quota_fields(q, now_us + second, policy, left);
	ck_assert_str_eq(policy, "\"rows\";q=100;w=86400");
	ck_assert_str_eq(left, "\"rows\";r=40;t=86400");
	ck_assert(!quota_count(q, now_us, 60));
	ck_assert(!quota_has_rows(q, now_us + day - second, &wait));
	ck_assert_uint_eq(wait, 2);
	ck_assert(quota_has_rows(q, now_us + day, &wait));
	ck_assert(quota_count(NULL, now_us, 5));
	quota_drop(q);
}
END_TEST

/* ---- what a key sees ------------------------------------------------------------------------- */

static struct caller limited(void)
{
	struct caller c = {.range_count = 2};

	ck_assert(addr_range_parse("192.0.2.0/25", &c.ranges[0]));
	ck_assert(addr_range_parse("2001:db8::/64", &c.ranges[1]));
	return c;
}

static const char *const queries[] = {
	NULL,
	"",
	"*",
	" * ",
	"port:22",
	"port:22 OR port:23",
	"-port:22",
	"port:22) OR (port:23",
	"ip:198.51.100.1",
	"host:(port:22)",
	"state:*",
	"\"a) OR ip:0.0.0.0/0 OR (b\"",
};

/* Whatever the query says, nothing outside of the prefixes matches. */
START_TEST(no_query_leads_out_of_the_prefixes)
{
	const struct caller c = limited();
	char text[QUERY_TEXT_MAX];
	struct record *r = record_new();
	struct record *list[1] = {r};
	struct store_host host = {.services = list, .service_count = 1};
	struct query *q, *alone;
	struct error err;

	r->state = RECORD_OPEN;
	r->port = 22;
	r->transport = DP_TRANSPORT_TCP;
	ck_assert(caller_query(&c, queries[_i], text, sizeof(text)));
	if (queries[_i] == NULL || query_parse(queries[_i], now_us, &alone, &err) == 0) {
		ck_assert_msg(query_parse(text, now_us, &q, &err) == 0, "%s: %s", text, err.text);
		host.addr = r->addr = dp_addr_v4(0xc6336401); /* 198.51.100.1 */
		ck_assert_msg(!query_match(q, &host, r), "%s", text);
		host.addr = r->addr = dp_addr_v4(0xc0000280); /* 192.0.2.128 */
		ck_assert(!query_match(q, &host, r));
		host.addr = r->addr = dp_addr_v4(0xc0000201); /* 192.0.2.1 */
		if (queries[_i] == NULL || strchr(queries[_i], '2') == NULL)
			ck_assert(_i == 8 || _i == 11 || query_match(q, &host, r));
		query_free(q);
		if (queries[_i] != NULL)
			query_free(alone);
	} else {
		ck_assert_int_eq(_i, 7); /* refused by itself, so it is never put together */
	}
	record_free(r);
}
END_TEST

START_TEST(a_caller_sees_its_prefixes)
{
	const struct caller c = limited(), all = {0};
	struct dp_addr in = dp_addr_v4(0xc000027f), out = dp_addr_v4(0xc0000280);
	const struct dp_addr_range across = {in, out};

	ck_assert(caller_sees(&c, &in));
	ck_assert(!caller_sees(&c, &out));
	ck_assert(!caller_sees_range(&c, &across));
	ck_assert(caller_sees(&all, &out));
	ck_assert(caller_sees_range(&all, &across));
}
END_TEST

/* ---- sessions -------------------------------------------------------------------------------- */

START_TEST(a_session_lives_twelve_hours)
{
	struct sessions *s = calloc(1, sizeof(*s));
	char cookie[SESSION_TEXT], other[SESSION_TEXT];
	const int64_t end = now_us + SESSION_HOURS * 3600 * second;

	ck_assert_int_eq(session_begin(s, "k-1", now_us, cookie), 0);
	ck_assert_int_eq(session_begin(s, "k-2", now_us, other), 0);
	ck_assert_str_eq(session_find(s, cookie, now_us), "k-1");
	ck_assert_str_eq(session_find(s, other, end - 1), "k-2");
	ck_assert_ptr_null(session_find(s, other, end));
	ck_assert_ptr_null(session_find(s, "", now_us));
	session_end(s, cookie);
	ck_assert_ptr_null(session_find(s, cookie, now_us));
	for (int i = 0; i < SESSION_MOST; i++)
		ck_assert_int_eq(session_begin(s, "k-3", now_us + 1 + i, cookie), 0);
	ck_assert_ptr_null(session_find(s, other, now_us)); /* the oldest made room */
	ck_assert_str_eq(session_find(s, cookie, now_us), "k-3");
	free(s);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("key");

	tcase_add_test(t, a_key_is_32_letters_and_digits_and_each_slip_shows);
	tcase_add_test(t, the_file_finds_a_key_by_its_text_alone);
	tcase_add_test(t, a_revoked_key_is_kept_and_not_valid);
	tcase_add_test(t, a_damaged_file_is_refused_with_its_line);
	tcase_add_test(t, scopes_and_names_are_checked);
	tcase_add_test(t, a_bucket_gives_its_rate_and_no_more);
	tcase_add_test(t, rows_count_from_midnight);
	tcase_add_loop_test(t, no_query_leads_out_of_the_prefixes, 0,
	                    sizeof(queries) / sizeof(queries[0]));
	tcase_add_test(t, a_caller_sees_its_prefixes);
	tcase_add_test(t, a_session_lives_twelve_hours);
	return suite_run("key", t);
}
