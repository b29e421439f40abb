/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_neigh.c - claims about resolving the neighbours of a network.
 *
 * The network is a thread behind a pair of sockets.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "dp_addr.h"
#include "nd.h"
#include "neigh.h"
#include "packet.h"
#include "probe.h"
#include "suite.h"

#define NET 0xc6120000u /* 198.18.0.0 */
static const uint8_t own_mac[6] = {2, 0, 0, 0, 0, 1};

/* The network at the far end: neighbour n has the MAC 02:aa:00:00:0n:0n. */
struct network {
	int fd;
	_Atomic bool stop;
	_Atomic unsigned asked[256];
	unsigned silent; /* requests to each neighbour that get no answer */
	bool babbles;    /* sends frames that are no answer before each answer */
	bool (*lives)(uint8_t n);
};

static bool odd(uint8_t n)
{
	return n % 2 == 1;
}

static bool nobody(uint8_t n)
{
	(void)n;
	return false;
}

static void mac_of(uint8_t n, uint8_t mac[6])
{
	memcpy(mac, (uint8_t[]){2, 0xaa, 0, 0, n, n}, 6);
}

static void answer_arp(struct network *w, const struct packet *p)
{
	uint32_t target = packet_be32(p->l3 + 24), asker = packet_be32(p->l3 + 14);
	struct probe_arp a = {.src = target, .target = asker, .reply = true};
	uint8_t n = (uint8_t)target, frame[PROBE_FRAME_MAX];
	uint16_t len;

	ck_assert_uint_eq(target & 0xffffff00, NET);
	if (atomic_fetch_add(&w->asked[n], 1) < w->silent || !w->lives(n))
		return;
	mac_of(n, a.src_mac);
	memcpy(a.dst_mac, own_mac, 6);
	len = probe_arp_frame(&a, frame);
	if (w->babbles) {
		struct probe_arp other = a;
		uint8_t noise[PROBE_FRAME_MAX];

		other.target = asker + 1; /* an answer to somebody else */
		other.src_mac[5] ^= 0xff;
		send(w->fd, noise, probe_arp_frame(&other, noise), 0);
		other = a;
		other.src_mac[0] = 1; /* a group address belongs to no single host */
		send(w->fd, noise, probe_arp_frame(&other, noise), 0);
		send(w->fd, frame, len / 2, 0); /* cut short */
	}
	send(w->fd, frame, len, 0);
}

static void answer_nd(struct network *w, uint8_t *frame, size_t len, const struct packet *p,
                      enum packet_kind kind)
{
	const uint8_t *target = nd_asked(kind, p);
	uint8_t n, mac[6];

	if (target == NULL)
		return;
	n = target[15];
	if (atomic_fetch_add(&w->asked[n], 1) < w->silent || !w->lives(n))
		return;
	mac_of(n, mac);
	ck_assert(nd_answer(frame, p, mac));
	send(w->fd, frame, len, 0);
}

static void *far_end(void *arg)
{
	struct network *w = arg;

	while (!atomic_load(&w->stop)) {
		struct pollfd ready = {.fd = w->fd, .events = POLLIN};
		uint8_t frame[512];
		enum packet_kind kind;
		struct packet p;
		ssize_t len;

		if (poll(&ready, 1, 20) <= 0)
			continue;
		len = recv(w->fd, frame, sizeof(frame), 0);
		if (len <= 0)
			continue;
		kind = packet_parse(frame, (size_t)len, &p);
		if (kind == PACKET_ARP)
			answer_arp(w, &p);
		else
			answer_nd(w, frame, (size_t)len, &p, kind);
	}
	return NULL;
}

static struct network world;
static struct neigh_progress progress;

static const struct dp_addr *source(const void *arg, const struct dp_addr *to)
{
	static struct dp_addr own4, own6 = {{0x20, 1, 0xd, 0xb8, [15] = 1}};

	(void)arg;
	own4 = dp_addr_v4(NET + 1);
	return dp_addr_is_v4(to, NULL) ? &own4 : &own6;
}

static struct neigh_io io;
static pthread_t thread;

static void begin(void)
{
	int pair[2], size = 1 << 20;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	memset(&world, 0, sizeof(world));
	memset(&progress, 0, sizeof(progress));
	world.fd = pair[1];
	world.lives = odd;
	io = (struct neigh_io){.fd4 = pair[0], .fd6 = pair[0], .source = source};
	memcpy(io.mac, own_mac, 6);
}

static void start(void)
{
	ck_assert_int_eq(pthread_create(&thread, NULL, far_end, &world), 0);
}

static void end(void)
{
	atomic_store(&world.stop, true);
	pthread_join(thread, NULL);
	close(world.fd);
	close(io.fd4);
}

static struct dp_addr v4(unsigned i)
{
	return dp_addr_v4(NET + i);
}

static struct dp_addr v6(unsigned i)
{
	struct dp_addr a = {{0x20, 1, 0xd, 0xb8, [15] = (uint8_t)i}};

	return a;
}

/* A table of neighbours @first to @last. */
static void make(struct neigh *n, struct dp_addr (*address)(unsigned i), unsigned first,
                 unsigned last)
{
	ck_assert_int_eq(neigh_init(n, last - first + 1), 0);
	for (unsigned i = first; i <= last; i++) {
		struct dp_addr a = address(i);

		neigh_add(n, &a);
	}
}

static void check_known(const struct neigh *n, struct dp_addr (*address)(unsigned i),
                        unsigned first, unsigned last)
{
	for (unsigned i = 0; i < 256; i++) {
		struct dp_addr a = address(i);
		const uint8_t *mac = neigh_lookup(n, a.b);
		uint8_t expected[6];

		ck_assert_int_eq(mac != NULL, odd((uint8_t)i) && i >= first && i <= last);
		mac_of((uint8_t)i, expected);
		if (mac != NULL)
			ck_assert_mem_eq(mac, expected, 6);
	}
}

START_TEST(a_sweep_finds_who_answers_and_asks_nobody_else)
{
	struct neigh n;

	world.babbles = true;
	start();
	make(&n, v4, 2, 99);
	ck_assert_int_eq(neigh_sweep(&n, &io, &progress, 1e6), 49);
	check_known(&n, v4, 2, 99);
	for (unsigned i = 0; i < 256; i++) {
		unsigned asked = atomic_load(&world.asked[i]);

		/* A silent neighbour is asked three times, one that answers once. */
		ck_assert_uint_eq(asked, i < 2 || i > 99 ? 0 : odd((uint8_t)i) ? 1 : 3);
	}
	ck_assert_uint_eq(atomic_load(&progress.wanted), 98);
	ck_assert_uint_eq(atomic_load(&progress.known), 49);
	neigh_fini(&n);
}
END_TEST

START_TEST(who_misses_a_question_is_asked_again)
{
	struct neigh n;

	world.silent = 2;
	start();
	make(&n, v4, 10, 20);
	ck_assert_int_eq(neigh_sweep(&n, &io, &progress, 1e6), 5);
	check_known(&n, v4, 10, 20);
	neigh_fini(&n);
}
END_TEST

START_TEST(who_is_known_is_not_asked)
{
	static const uint8_t mac[6] = {2, 7, 7, 7, 7, 7};
	struct dp_addr a = v4(10), stranger = v4(30);
	struct neigh n;

	start();
	make(&n, v4, 10, 11);
	ck_assert(neigh_set(&n, &a, mac));
	ck_assert(!neigh_set(&n, &a, own_mac));
	ck_assert(!neigh_set(&n, &stranger, mac));
	ck_assert_int_eq(neigh_sweep(&n, &io, &progress, 1e6), 1);
	ck_assert_mem_eq(neigh_lookup(&n, a.b), mac, 6);
	ck_assert_uint_eq(atomic_load(&world.asked[10]), 0);
	neigh_fini(&n);
}
END_TEST

static void *stop_soon(void *arg)
{
	(void)arg;
	while (atomic_load(&progress.asked) == 0)
		usleep(1000);
	atomic_store(&progress.stop, true);
	return NULL;
}

/* At one request in ten seconds, a stop does not wait for the next request. Tried three times,
 * since the machine may be busy. */
START_TEST(a_stop_ends_a_slow_sweep_at_once)
{
	int64_t took = INT64_MAX;

	world.lives = nobody;
	start();
	for (int try = 0; try < 3 && took > 200000; try++) {
		struct neigh n;
		pthread_t stopper;

		make(&n, v4, 10, 20);
		atomic_store(&progress.stop, false);
		atomic_store(&progress.asked, 0);
		ck_assert_int_eq(pthread_create(&stopper, NULL, stop_soon, NULL), 0);
		took = clock_monotonic_us();
		ck_assert_int_eq(neigh_sweep(&n, &io, &progress, 0.1), -ECANCELED);
		took = clock_monotonic_us() - took;
		pthread_join(stopper, NULL);
		neigh_fini(&n);
	}
	ck_assert_int_le(took, 200000);
}
END_TEST

START_TEST(an_ipv6_sweep_finds_who_answers)
{
	struct neigh n;

	world.silent = 1;
	start();
	make(&n, v6, 2, 101);
	ck_assert_int_eq(neigh_sweep(&n, &io, &progress, 1e6), 50);
	check_known(&n, v6, 2, 101);
	neigh_fini(&n);
}
END_TEST

/* ---- what a frame tells ---------------------------------------------------------------------- */

/* The news of an ARP packet from neighbour 5 about @target. */
static bool arp_news(uint32_t target, bool reply, struct neigh_news *out)
{
	struct probe_arp a = {.src = NET + 5, .target = target, .reply = reply};
	uint8_t frame[PROBE_FRAME_MAX];
	uint16_t len;

	mac_of(5, a.src_mac);
	memcpy(a.dst_mac, own_mac, 6);
	len = probe_arp_frame(&a, frame);
	return neigh_read(&io, frame, len, out);
}

START_TEST(only_an_answer_to_us_is_an_answer)
{
	struct dp_addr five = v4(5);
	struct neigh_news n;

	start();
	ck_assert(arp_news(NET + 1, true, &n) && n.is_answer);
	ck_assert_int_eq(dp_addr_compare(&n.addr, &five), 0);
	ck_assert(arp_news(NET + 9, true, &n) && !n.is_answer);  /* to somebody else */
	ck_assert(arp_news(NET + 5, false, &n) && !n.is_answer); /* an announcement */
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("neigh");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, a_sweep_finds_who_answers_and_asks_nobody_else);
	tcase_add_test(tc, who_misses_a_question_is_asked_again);
	tcase_add_test(tc, who_is_known_is_not_asked);
	tcase_add_test(tc, a_stop_ends_a_slow_sweep_at_once);
	tcase_add_test(tc, an_ipv6_sweep_finds_who_answers);
	tcase_add_test(tc, only_an_answer_to_us_is_an_answer);
	return suite_run("neigh", tc);
}
