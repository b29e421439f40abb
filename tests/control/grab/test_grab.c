/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab.c - claims about the whole grabber: limits, outcomes and ends, over the kernel's sockets
 * and with servers of the test on 127.0.0.1. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "dp_addr.h"
#include "grab.h"
#include "suite.h"

enum { SERVERS = 8, CLIENTS = 64, RESULTS = 64 };
static const int64_t patience_us = 60000000; /* nothing here takes more than a second */

/* A server that greets whoever connects, and hangs up if it is told to. */
struct server {
	int listener;
	uint16_t port;
	const char *greeting; /* NULL: it says nothing */
	bool hangs_up;
	int clients[CLIENTS];
	unsigned count, gone; /* of the clients: all that came, those that went */
};

static struct server servers[SERVERS];
static unsigned server_count;
static struct grabber *g;
static struct grab_result results[RESULTS];
static size_t result_count;

static struct server *serve(const char *greeting, bool hangs_up)
{
	struct server *s = &servers[server_count++];
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(own);

	*s = (struct server){.greeting = greeting, .hangs_up = hangs_up};
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(s->listener, 0);
	ck_assert_int_eq(bind(s->listener, (const struct sockaddr *)&own, len), 0);
	ck_assert_int_eq(listen(s->listener, CLIENTS), 0);
	ck_assert_int_eq(getsockname(s->listener, (struct sockaddr *)&own, &len), 0);
	s->port = ntohs(own.sin_port);
	return s;
}

static void greet(struct server *s, int fd)
{
	if (s->greeting != NULL)
		ck_assert_int_eq(send(fd, s->greeting, strlen(s->greeting), MSG_NOSIGNAL),
		                 (ssize_t)strlen(s->greeting));
	ck_assert_uint_lt(s->count, CLIENTS);
	s->clients[s->count++] = fd;
	if (!s->hangs_up)
		return;
	close(fd);
	s->clients[s->count - 1] = -1;
	s->gone++;
}

/* Accept who has come, and notice who has gone. */
static void step(struct server *s)
{
	char bytes[4096];
	int fd;

	while ((fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		greet(s, fd);
	for (unsigned i = 0; i < s->count; i++) {
		ssize_t n = 1;

		while (s->clients[i] >= 0 && n > 0)
			n = recv(s->clients[i], bytes, sizeof(bytes), 0);
		if (s->clients[i] < 0 || (n < 0 && errno == EAGAIN))
			continue;
		close(s->clients[i]);
		s->clients[i] = -1;
		s->gone++;
	}
}

static void step_all(void)
{
	for (unsigned i = 0; i < server_count; i++)
		step(&servers[i]);
}

static void start(const struct grab_config *c)
{
	server_count = 0;
	result_count = 0;
	ck_assert_int_eq(grabber_new(c, &g), 0);
}

static void stop(void)
{
	for (size_t i = 0; i < result_count; i++)
		vd_facts_free(results[i].facts);
	grabber_free(g);
	for (unsigned i = 0; i < server_count; i++) {
		for (unsigned k = 0; k < servers[i].count; k++)
			if (servers[i].clients[k] >= 0)
				close(servers[i].clients[k]);
		close(servers[i].listener);
	}
}

static struct grab_request request(uint16_t port, void *tag)
{
	return (struct grab_request){
		.addr = dp_addr_v4(INADDR_LOOPBACK),
		.port = port,
		.transport = DP_TRANSPORT_TCP,
		.tag = tag,
	};
}

static void submit(uint16_t port, void *tag)
{
	const struct grab_request r = request(port, tag);

	ck_assert_int_eq(grabber_submit(g, &r), 0);
}

static void turn(void)
{
	step_all();
	ck_assert_int_eq(grabber_run(g, 5), 0);
	result_count += grabber_take(g, results + result_count, RESULTS - result_count);
}

/* Run until there are @n results. */
static void finish(size_t n)
{
	int64_t end = clock_monotonic_us() + patience_us;

	while (result_count < n) {
		ck_assert_msg(clock_monotonic_us() < end, "%zu of %zu grabs are over", result_count,
		              n);
		turn();
	}
}

/* Run until @s has had @n clients. */
static void await_clients(const struct server *s, unsigned n)
{
	int64_t end = clock_monotonic_us() + patience_us;

	while (s->count < n) {
		ck_assert_msg(clock_monotonic_us() < end, "%u of %u clients have come", s->count,
		              n);
		turn();
	}
}

/* A port of 127.0.0.1 on which nobody listens. */
static uint16_t closed_port(void)
{
	struct server *s = serve(NULL, false);

	close(s->listener);
	server_count--;
	return s->port;
}

/* Short waits for servers that say nothing. */
static const struct grab_config quick = {.server_first_ms = 60, .read_timeout_ms = 60};

START_TEST(what_the_server_says_comes_with_the_request_s_tag)
{
	struct grab_stats st;
	int tag;

	start(&quick);
	submit(serve("SSH-2.0-Test_1.0\r\n", true)->port, &tag);
	finish(1);
	ck_assert_int_eq(results[0].status, GRAB_OK);
	ck_assert_ptr_eq(results[0].request.tag, &tag);
	ck_assert_str_eq(results[0].service, "ssh");
	ck_assert_str_eq(vd_facts_get(results[0].facts, "banner")->value, "SSH-2.0-Test_1.0\r\n");
	ck_assert(!results[0].incomplete);
	grabber_stats(g, &st);
	ck_assert_uint_eq(st.submitted, 1);
	ck_assert_uint_eq(st.finished, 1);
	ck_assert_uint_eq(st.ok, 1);
	ck_assert_uint_eq(st.active + st.waiting, 0);
	ck_assert_uint_ge(st.bytes_in, 18);
	stop();
}
END_TEST

START_TEST(each_end_has_its_own_name)
{
	struct grab_stats st;

	start(&quick);
	submit(closed_port(), NULL);
	finish(1);
	ck_assert_int_eq(results[0].status, GRAB_REFUSED);
	submit(serve(NULL, false)->port, NULL);
	finish(2);
	ck_assert_int_eq(results[1].status, GRAB_SILENT);
	grabber_stats(g, &st);
	ck_assert_uint_eq(st.refused, 1);
	ck_assert_uint_eq(st.silent, 1);
	ck_assert_uint_eq(st.finished, 2);
	stop();
}
END_TEST

START_TEST(a_host_gets_no_more_connections_at_once_than_allowed)
{
	const struct grab_config c = {
		.max_per_host = 3, .server_first_ms = 100, .read_timeout_ms = 100};
	struct server *s;

	start(&c);
	s = serve(NULL, false);
	for (int i = 0; i < 9; i++)
		submit(s->port, NULL);
	while (result_count < 9) {
		turn();
		step(s);
		ck_assert_uint_le(s->count - s->gone, 3);
	}
	ck_assert_uint_ge(s->count, 9);
	stop();
}
END_TEST

START_TEST(there_are_no_more_connections_at_all_than_allowed)
{
	const struct grab_config c = {
		.max_total = 2, .server_first_ms = 100, .read_timeout_ms = 100};
	struct grab_stats st;
	struct server *s;

	start(&c);
	ck_assert_uint_eq(grabber_most(g), 2);
	s = serve(NULL, false);
	for (int i = 0; i < 6; i++)
		submit(s->port, NULL);
	while (result_count < 6) {
		turn();
		grabber_stats(g, &st);
		ck_assert_uint_le(st.active, 2);
	}
	stop();
}
END_TEST

/* Two may be lively; those that wait for a server that says nothing are not. */
START_TEST(silent_servers_take_no_turn_from_the_others)
{
	const struct grab_config c = {.max_total = 8,
	                              .max_lively = 2,
	                              .max_per_host = 8,
	                              .server_first_ms = 5000,
	                              .total_timeout_ms = 5000};
	struct grab_stats st = {0};
	uint16_t silent, greets;

	start(&c);
	silent = serve(NULL, false)->port;
	greets = serve("SSH-2.0-Test_1.0\r\n", true)->port;
	for (int i = 0; i < 4; i++)
		submit(silent, NULL);
	submit(greets, NULL);
	while (result_count < 1) {
		turn();
		grabber_stats(g, &st);
		ck_assert_uint_le(st.active, 8);
	}
	ck_assert_uint_eq(results[0].request.port, greets);
	ck_assert_uint_eq(st.quiet, 4);
	stop();
}
END_TEST

START_TEST(a_full_queue_says_so_and_goes_on_later)
{
	const struct grab_config c = {
		.queue_limit = 4, .max_total = 1, .server_first_ms = 20, .read_timeout_ms = 20};
	struct grab_request r;
	unsigned taken = 0;

	start(&c);
	r = request(serve(NULL, false)->port, NULL);
	while (grabber_submit(g, &r) == 0)
		ck_assert_uint_le(++taken, 4);
	ck_assert_int_eq(grabber_submit(g, &r), -EAGAIN);
	finish(1);
	ck_assert_int_eq(grabber_submit(g, &r), 0);
	finish(taken + 1);
	stop();
}
END_TEST

START_TEST(what_may_not_be_asked_is_refused)
{
	struct grab_request r = request(9100, NULL);

	start(&quick);
	ck_assert_int_eq(grabber_submit(g, &r), -EPERM);
	r.port = 0;
	ck_assert_int_eq(grabber_submit(g, &r), -EINVAL);
	r = request(53, NULL);
	r.transport = DP_TRANSPORT_UDP;
	ck_assert_int_eq(grabber_submit(g, &r), -EINVAL);
	ck_assert_int_eq(grabber_run(g, 0), 0);
	ck_assert_uint_eq(grabber_take(g, results, RESULTS), 0);
	stop();
}
END_TEST

START_TEST(a_host_asked_with_care_gets_one_connection_at_a_time)
{
	const struct grab_config c = {.server_first_ms = 40, .read_timeout_ms = 40};
	const struct dp_addr host = dp_addr_v4(INADDR_LOOPBACK);
	struct server *s;

	start(&c);
	s = serve(NULL, false);
	grabber_care(g, &host, GRAB_CARE_ONE);
	for (int i = 0; i < 4; i++)
		submit(s->port, NULL);
	while (result_count < 4) {
		turn();
		step(s);
		ck_assert_uint_le(s->count - s->gone, 1);
	}
	stop();
}
END_TEST

/* A fragile device's unknown port is only listened to: no byte is sent there. */
START_TEST(a_fragile_host_s_unknown_port_gets_no_question)
{
	const struct dp_addr host = dp_addr_v4(INADDR_LOOPBACK);
	struct grab_stats st;

	start(&quick);
	grabber_care(g, &host, GRAB_CARE_FRAGILE);
	submit(serve(NULL, false)->port, NULL);
	finish(1);
	ck_assert_int_eq(results[0].status, GRAB_SILENT);
	grabber_stats(g, &st);
	ck_assert_uint_eq(st.bytes_out, 0);
	stop();
}
END_TEST

START_TEST(an_endless_answer_is_cut)
{
	static char flood[8000];
	const struct grab_config c = {
		.max_bytes = 1000, .server_first_ms = 60, .read_timeout_ms = 60};

	memset(flood, 'x', sizeof(flood) - 1);
	start(&c);
	submit(serve(flood, false)->port, NULL);
	finish(1);
	ck_assert_int_eq(results[0].status, GRAB_OK);
	ck_assert(results[0].truncated);
	ck_assert_uint_le(vd_facts_get(results[0].facts, "banner")->len, 1000);
	stop();
}
END_TEST

/* Who ends the grabber leaves no connection behind: the servers see the end of each. */
START_TEST(the_end_of_the_grabber_ends_its_connections)
{
	struct server *s;
	int64_t end;

	start(&(const struct grab_config){.server_first_ms = 60000});
	s = serve(NULL, false);
	for (int i = 0; i < 3; i++)
		submit(s->port, NULL);
	await_clients(s, 3);
	grabber_free(g);
	g = NULL;
	end = clock_monotonic_us() + patience_us;
	while (s->gone < 3) {
		ck_assert(clock_monotonic_us() < end);
		step(s);
	}
	stop();
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("grab");

	tcase_add_test(tc, what_the_server_says_comes_with_the_request_s_tag);
	tcase_add_test(tc, each_end_has_its_own_name);
	tcase_add_test(tc, a_host_gets_no_more_connections_at_once_than_allowed);
	tcase_add_test(tc, there_are_no_more_connections_at_all_than_allowed);
	tcase_add_test(tc, silent_servers_take_no_turn_from_the_others);
	tcase_add_test(tc, a_full_queue_says_so_and_goes_on_later);
	tcase_add_test(tc, what_may_not_be_asked_is_refused);
	tcase_add_test(tc, a_host_asked_with_care_gets_one_connection_at_a_time);
	tcase_add_test(tc, a_fragile_host_s_unknown_port_gets_no_question);
	tcase_add_test(tc, an_endless_answer_is_cut);
	tcase_add_test(tc, the_end_of_the_grabber_ends_its_connections);
	return suite_run("grab", tc);
}
