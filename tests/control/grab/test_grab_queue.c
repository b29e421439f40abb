/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_queue.c - claims about the order in which waiting grabs are handed out. */
#include <errno.h>
#include <stdlib.h>

#include "dp.h"
#include "grab_queue.h"
#include "suite.h"

/* The time at which requests are queued, and the time from which all of them may be handed out. */
static const uint64_t before = 5000000, now = 5000000 + GRAB_QUEUE_GRACE_US;

static struct grab_ticket request(uint8_t host, uint16_t port)
{
	return (struct grab_ticket){
		.request = {
			.addr = {{[10] = 0xff, [11] = 0xff, [12] = 198, [13] = 18, [15] = host}},
			.port = port,
			.transport = DP_TRANSPORT_TCP,
		}};
}

static void push(struct grab_queue *q, uint8_t host, uint16_t port)
{
	struct grab_ticket r = request(host, port);

	ck_assert_int_eq(grab_queue_push(q, &r, before), 0);
}

START_TEST(queue_refuses_beyond_its_bound)
{
	struct grab_queue *q = grab_queue_new(2, 1);
	struct grab_ticket r = request(1, 3);

	push(q, 1, 1);
	push(q, 2, 2);
	ck_assert_int_eq(grab_queue_push(q, &r, before), -EAGAIN);
	ck_assert(grab_queue_pop(q, &r, now));
	push(q, 1, 3);
	ck_assert_uint_eq(grab_queue_waiting(q), 2);
	grab_queue_free(q);
}
END_TEST

START_TEST(queue_lets_hosts_take_turns)
{
	static const uint8_t order[] = {1, 2, 1, 2, 1, 1};
	struct grab_queue *q = grab_queue_new(100, 10);
	struct grab_ticket r;

	for (uint16_t port = 1; port <= 4; port++)
		push(q, 1, port);
	push(q, 2, 1);
	push(q, 2, 2);
	for (size_t i = 0; i < sizeof(order); i++) {
		ck_assert(grab_queue_pop(q, &r, now));
		ck_assert_uint_eq(r.request.addr.b[15], order[i]);
	}
	ck_assert(!grab_queue_pop(q, &r, now));
	grab_queue_free(q);
}
END_TEST

/* Compared with a simple count: no host exceeds its limit, no request is lost or handed out
 * twice. */
START_TEST(queue_keeps_the_limit_of_each_host)
{
	enum { HOSTS = 5, PER_HOST = 3, ALL = 500 };
	struct grab_queue *q = grab_queue_new(ALL, PER_HOST);
	unsigned out[HOSTS] = {0}, known[HOSTS] = {0}, seen = 0, total = 0;
	bool came[ALL + 1] = {false};
	struct grab_ticket r;

	srand(7);
	for (uint16_t i = 1; i <= ALL; i++)
		push(q, (uint8_t)(rand() % HOSTS), i);
	while (seen < ALL || total > 0) {
		unsigned host = (unsigned)rand() % HOSTS;

		if (rand() % 2 == 0 && out[host] > 0) {
			r = request((uint8_t)host, 1);
			grab_queue_done(q, &r.request.addr, known[host] > 0);
			known[host] -= known[host] > 0;
			out[host]--;
			total--;
		} else if (grab_queue_pop(q, &r, now)) {
			ck_assert_uint_lt(out[r.request.addr.b[15]]++, PER_HOST);
			known[r.request.addr.b[15]] += r.known;
			ck_assert(!came[r.request.port]);
			came[r.request.port] = true;
			seen++;
			total++;
		}
	}
	ck_assert_uint_eq(grab_queue_waiting(q), 0);
	grab_queue_free(q);
}
END_TEST

START_TEST(queue_gives_a_host_in_care_one_at_a_time)
{
	struct grab_queue *q = grab_queue_new(100, 4);
	struct grab_ticket r;

	for (uint16_t port = 1; port <= 3; port++)
		push(q, 1, 8000 + port);
	ck_assert(grab_queue_pop(q, &r, now));
	grab_queue_care(q, &r.request.addr, GRAB_CARE_ONE);
	ck_assert(!grab_queue_pop(q, &r, now)); /* the host was queued when its limit fell */
	grab_queue_done(q, &r.request.addr, r.known);
	ck_assert(grab_queue_pop(q, &r, now));
	ck_assert(!grab_queue_pop(q, &r, now));
	grab_queue_done(q, &r.request.addr, r.known);
	ck_assert(grab_queue_pop(q, &r, now));
	grab_queue_done(q, &r.request.addr, r.known);
	/* The host has left the queue. The care for it stays. */
	push(q, 1, 8010);
	push(q, 1, 8011);
	ck_assert(grab_queue_pop(q, &r, now));
	ck_assert(!grab_queue_pop(q, &r, now));
	ck_assert_uint_eq(grab_queue_care_of(q, &r.request.addr), GRAB_CARE_ONE);
	grab_queue_free(q);
}
END_TEST

START_TEST(queue_hands_out_fragile_ports_first_and_unknown_ones_last)
{
	static const uint16_t order[] = {502, 8000, 80, 12345, 23456};
	struct grab_queue *q = grab_queue_new(100, 10);
	struct grab_ticket r;

	push(q, 1, 12345);
	push(q, 1, 8000);
	push(q, 1, 23456);
	push(q, 1, 80);
	push(q, 1, 502);
	for (size_t i = 0; i < 5; i++) {
		ck_assert(grab_queue_pop(q, &r, now));
		ck_assert_uint_eq(r.request.port, order[i]);
	}
	ck_assert(!grab_queue_pop(q, &r, now));
	grab_queue_free(q);
}
END_TEST

/* Known ports are handed out at once. An unknown one waits, because a fragile port of the same host
 * may be queued meanwhile. */
START_TEST(queue_lets_unknown_ports_wait)
{
	struct grab_queue *q = grab_queue_new(100, 4);
	struct grab_ticket r;

	push(q, 1, 12345);
	push(q, 1, 80);
	push(q, 2, 23456);
	ck_assert(grab_queue_pop(q, &r, before));
	ck_assert_uint_eq(r.request.port, 80);
	ck_assert(!grab_queue_pop(q, &r, now - 1));
	ck_assert(grab_queue_pop(q, &r, now));
	ck_assert(grab_queue_pop(q, &r, now));
	ck_assert(!grab_queue_pop(q, &r, now));
	ck_assert_uint_eq(grab_queue_waiting(q), 0);
	grab_queue_free(q);
}
END_TEST

/* An answer that names an ordinary service spares the unknown ports of its host the wait, as soon as no
 * answer of a known port is still to come. */
START_TEST(queue_lets_unknown_ports_of_a_plain_host_go_at_once)
{
	struct grab_queue *q = grab_queue_new(100, 4);
	struct grab_ticket r, known, other;

	push(q, 1, 80);
	push(q, 1, 22);
	push(q, 1, 12345);
	ck_assert(grab_queue_pop(q, &known, before));
	ck_assert(grab_queue_pop(q, &other, before));
	ck_assert(known.known && other.known);
	grab_queue_plain(q, &known.request.addr);
	grab_queue_done(q, &known.request.addr, known.known);
	ck_assert(!grab_queue_is_plain(q, &known.request.addr));
	ck_assert(!grab_queue_pop(q, &r, before)); /* the other one may be a printer's page */
	grab_queue_done(q, &other.request.addr, other.known);
	ck_assert(grab_queue_is_plain(q, &known.request.addr));
	ck_assert(grab_queue_pop(q, &r, before));
	ck_assert(!r.known);
	grab_queue_done(q, &r.request.addr, r.known);
	/* The host has left the queue, and is remembered. */
	push(q, 1, 23456);
	ck_assert(grab_queue_pop(q, &r, before));
	grab_queue_free(q);
}
END_TEST

START_TEST(queue_takes_no_host_in_care_for_a_plain_one)
{
	struct grab_queue *q = grab_queue_new(100, 4);
	struct grab_ticket r = request(1, 12345);

	push(q, 1, 12345);
	grab_queue_plain(q, &r.request.addr);
	ck_assert(grab_queue_is_plain(q, &r.request.addr));
	grab_queue_care(q, &r.request.addr, GRAB_CARE_ONE);
	ck_assert(!grab_queue_is_plain(q, &r.request.addr));
	ck_assert(!grab_queue_pop(q, &r, now - 1));
	ck_assert(grab_queue_pop(q, &r, now));
	grab_queue_done(q, &r.request.addr, r.known);
	ck_assert(!grab_queue_is_plain(q, &r.request.addr)); /* nor once it has left the queue */
	grab_queue_free(q);
}
END_TEST

/* When the queue cannot remember another host, all hosts get one connection at a time, also a
 * queued host that has a connection already. */
START_TEST(queue_lowers_the_limit_of_hosts_in_line)
{
	enum { REMEMBERED = 1 << 20 };
	struct grab_queue *q = grab_queue_new(100, 4);
	struct grab_ticket r;

	push(q, 1, 80);
	push(q, 1, 81);
	ck_assert(grab_queue_pop(q, &r, now));
	for (uint32_t i = 0; i <= REMEMBERED; i++) {
		struct dp_addr a = dp_addr_v4(0x0a000000 + i);

		grab_queue_care(q, &a, GRAB_CARE_ONE);
	}
	ck_assert(!grab_queue_pop(q, &r, now));
	grab_queue_done(q, &r.request.addr, r.known);
	ck_assert(grab_queue_pop(q, &r, now));
	grab_queue_free(q);
}
END_TEST

START_TEST(queue_cares_for_all_where_it_cannot_remember_more)
{
	enum { REMEMBERED = 1 << 20 };
	struct grab_queue *q = grab_queue_new(100, 4);
	struct grab_ticket r = request(1, 80);

	for (uint32_t i = 0; i <= REMEMBERED; i++) {
		struct dp_addr a = dp_addr_v4(0x0a000000 + i);

		ck_assert_uint_eq(grab_queue_care_of(q, &r.request.addr), 0);
		grab_queue_care(q, &a, GRAB_CARE_FRAGILE);
	}
	ck_assert_uint_eq(grab_queue_care_of(q, &r.request.addr), GRAB_CARE_FRAGILE);
	push(q, 1, 80);
	push(q, 1, 81);
	ck_assert(grab_queue_pop(q, &r, now));
	ck_assert(!grab_queue_pop(q, &r, now));
	grab_queue_free(q);
}
END_TEST

/* A grab whose first attempt gave nothing waits behind the known ports of its host. */
START_TEST(queue_puts_further_attempts_behind_first_ones)
{
	struct grab_queue *q = grab_queue_new(100, 1);
	struct grab_ticket r, begun;

	push(q, 1, 443);
	push(q, 1, 80);
	ck_assert(grab_queue_pop(q, &begun, before));
	ck_assert_uint_eq(begun.request.port, 443);
	ck_assert_ptr_null(begun.begun);
	begun.begun = q;
	ck_assert_int_eq(grab_queue_push(q, &begun, before), 0);
	grab_queue_done(q, &begun.request.addr, begun.known);
	ck_assert(grab_queue_pop(q, &r, now));
	ck_assert_uint_eq(r.request.port, 80);
	grab_queue_done(q, &r.request.addr, r.known);
	ck_assert(grab_queue_pop(q, &r, now));
	ck_assert_ptr_eq(r.begun, q);
	grab_queue_free(q);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, queue_refuses_beyond_its_bound);
	tcase_add_test(tc, queue_lets_hosts_take_turns);
	tcase_add_test(tc, queue_gives_a_host_in_care_one_at_a_time);
	tcase_add_test(tc, queue_hands_out_fragile_ports_first_and_unknown_ones_last);
	tcase_add_test(tc, queue_lets_unknown_ports_wait);
	tcase_add_test(tc, queue_lets_unknown_ports_of_a_plain_host_go_at_once);
	tcase_add_test(tc, queue_takes_no_host_in_care_for_a_plain_one);
	tcase_add_test(tc, queue_puts_further_attempts_behind_first_ones);
	tcase_add_test(tc, queue_lowers_the_limit_of_hosts_in_line);
	tcase_add_test(tc, queue_cares_for_all_where_it_cannot_remember_more);
	tcase_add_test(tc, queue_keeps_the_limit_of_each_host);
	return suite_run("grab_queue", tc);
}
