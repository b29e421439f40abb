/* SPDX-License-Identifier: Apache-2.0 */
/* test_outlet.c - claims about output to readers who read, who stop and who go away. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "outlet.h"
#include "suite.h"

enum { LIMIT = 1 << 20 };

static int ends[2]; /* of a pipe: where the test reads, where the outlet writes */
static struct outlet *o;
static size_t left;

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(outlet_open(ends[1], LIMIT, &o), 0);
}

static void teardown(void)
{
	close(ends[0]);
	close(ends[1]);
}

static void expect(const char *text)
{
	char got[256];
	size_t n = 0, want = strlen(text);

	while (n < want) {
		ssize_t k = read(ends[0], got + n, want - n);

		ck_assert_int_gt(k, 0);
		n += (size_t)k;
	}
	ck_assert_mem_eq(got, text, want);
}

START_TEST(outlet_writes_in_order_and_ends_with_the_last_text)
{
	ck_assert(outlet_put(o, "one\n", 4));
	ck_assert(outlet_put(o, "two\n", 4));
	ck_assert_int_eq(outlet_close(o, "]\n", 1000, &left), 0);
	expect("one\ntwo\n]\n");
}
END_TEST

START_TEST(outlet_keeps_a_footer_below_the_texts)
{
	outlet_footer(o, "50%");
	expect("50%");
	ck_assert(outlet_put(o, "found\n", 6));
	expect("\r\033[Kfound\n50%");
	ck_assert_int_eq(outlet_close(o, NULL, 1000, &left), 0);
	expect("\r\033[K");
}
END_TEST

/* A reader who stops holds nobody up: texts are refused once the buffer is full, and the end does not
 * wait for ever. */
START_TEST(outlet_refuses_what_a_stopped_reader_leaves_no_room_for)
{
	static char text[4096];
	unsigned taken = 0;

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	while (outlet_put(o, text, sizeof(text)))
		taken++;
	ck_assert_uint_ge(taken, LIMIT / sizeof(text));
	ck_assert_uint_le(taken, 3 * LIMIT / sizeof(text));
	ck_assert_int_eq(outlet_close(o, NULL, 50, &left), -ETIMEDOUT);
	/* A pipe holds 16 of them. */
	ck_assert_uint_ge(left, taken - 20);
	ck_assert_uint_le(left, taken);
}
END_TEST

START_TEST(outlet_takes_everything_when_the_reader_is_gone)
{
	static char text[4096];

	close(ends[0]);
	for (int i = 0; i < 1000; i++)
		outlet_put(o, text, sizeof(text));
	ck_assert_int_eq(outlet_close(o, NULL, 10000, &left), -EPIPE);
	ends[0] = dup(ends[1]);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("outlet");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, outlet_writes_in_order_and_ends_with_the_last_text);
	tcase_add_test(tc, outlet_keeps_a_footer_below_the_texts);
	tcase_add_test(tc, outlet_refuses_what_a_stopped_reader_leaves_no_room_for);
	tcase_add_test(tc, outlet_takes_everything_when_the_reader_is_gone);
	return suite_run("outlet", tc);
}
