/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_queue.c - claims about whose turn it is among waiting grabs. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "grab_queue.h"

static struct grab_request request(uint8_t host, uint16_t port)
{
	return (struct grab_request){
	    .addr = {{[10] = 0xff, [11] = 0xff, [12] = 198, [13] = 18, [15] = host}},
	    .port = port,
	    .transport = DP_TRANSPORT_TCP,
	};
}

static void push(struct grab_queue *q, uint8_t host, uint16_t port)
{
	struct grab_request r = request(host, port);

	ck_assert_int_eq(grab_queue_push(q, &r), 0);
}

START_TEST(queue_refuses_beyond_its_bound)
{
	struct grab_queue *q = grab_queue_new(2, 1);
	struct grab_request r = request(1, 3);

	push(q, 1, 1);
	push(q, 2, 2);
	ck_assert_int_eq(grab_queue_push(q, &r), -EAGAIN);
	ck_assert(grab_queue_pop(q, &r));
	push(q, 1, 3);
	ck_assert_uint_eq(grab_queue_waiting(q), 2);
	grab_queue_free(q);
}
END_TEST

START_TEST(queue_lets_hosts_take_turns)
{
	static const uint8_t order[] = {1, 2, 1, 2, 1, 1};
	struct grab_queue *q = grab_queue_new(100, 10);
	struct grab_request r;

	for (uint16_t port = 1; port <= 4; port++)
		push(q, 1, port);
	push(q, 2, 1);
	push(q, 2, 2);
	for (size_t i = 0; i < sizeof(order); i++) {
		ck_assert(grab_queue_pop(q, &r));
		ck_assert_uint_eq(r.addr.b[15], order[i]);
	}
	ck_assert(!grab_queue_pop(q, &r));
	grab_queue_free(q);
}
END_TEST

/* Against a naive count: no host is ever over its limit, nothing is lost, nothing comes twice. */
START_TEST(queue_keeps_the_limit_of_each_host)
{
	enum { HOSTS = 5, PER_HOST = 3, ALL = 500 };
	struct grab_queue *q = grab_queue_new(ALL, PER_HOST);
	unsigned out[HOSTS] = {0}, seen = 0, total = 0;
	bool came[ALL + 1] = {false};
	struct grab_request r;

	srand(7);
	for (uint16_t i = 1; i <= ALL; i++)
		push(q, (uint8_t)(rand() % HOSTS), i);
	while (seen < ALL || total > 0) {
		unsigned host = (unsigned)rand() % HOSTS;

		if (rand() % 2 == 0 && out[host] > 0) {
			r = request((uint8_t)host, 1);
			grab_queue_done(q, &r.addr);
			out[host]--;
			total--;
		} else if (grab_queue_pop(q, &r)) {
			ck_assert_uint_lt(out[r.addr.b[15]]++, PER_HOST);
			ck_assert(!came[r.port]);
			came[r.port] = true;
			seen++;
			total++;
		}
	}
	ck_assert_uint_eq(grab_queue_waiting(q), 0);
	grab_queue_free(q);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grab_queue");
	TCase *tc = tcase_create("core");
	SRunner *r;
	int failed;

	tcase_add_test(tc, queue_refuses_beyond_its_bound);
	tcase_add_test(tc, queue_lets_hosts_take_turns);
	tcase_add_test(tc, queue_keeps_the_limit_of_each_host);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
