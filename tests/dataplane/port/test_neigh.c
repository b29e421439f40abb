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
#include "neigh6.h"
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
	io = (struct neigh_io){.progress = &progress, .fd = pair[0], .source = NET + 1};
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
	close(io.fd);
}

static struct dp_space *space(uint32_t first, uint32_t last)
{
	struct dp_space *s = dp_space_new();
	struct dp_addr a = dp_addr_v4(first), b = dp_addr_v4(last);
	struct dp_space_info info;

	ck_assert_int_eq(dp_space_include(s, &a, &b), 0);
	ck_assert_int_eq(dp_space_add_ports(s, 80, 80), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	return s;
}

static void check_known(const struct neigh *n, unsigned first, unsigned last)
{
	for (unsigned i = 0; i < 256; i++) {
		const uint8_t *mac = neigh_lookup(n, NET + i);
		uint8_t expected[6];

		ck_assert_int_eq(mac != NULL, odd((uint8_t)i) && i >= first && i <= last && i != 1);
		mac_of((uint8_t)i, expected);
		if (mac != NULL)
			ck_assert_mem_eq(mac, expected, 6);
	}
}

/* No request goes to our own address, to the network's own addresses, or to an address that is no
 * target. */
START_TEST(a_sweep_finds_who_answers_and_asks_for_targets_only)
{
	struct dp_space *s = space(NET, NET + 99);
	struct neigh n;

	world.babbles = true;
	start();
	ck_assert_int_eq(neigh_init(&n, NET + 7, 24), 0);
	ck_assert_int_eq(neigh_sweep(&n, &io, s, 1e6), 49);
	check_known(&n, 2, 99);
	for (unsigned i = 0; i < 256; i++) {
		unsigned asked = atomic_load(&world.asked[i]);

		/* A silent neighbour is asked three times, one that answers once. */
		ck_assert_uint_eq(asked, i < 2 || i > 99 ? 0 : odd((uint8_t)i) ? 1 : 3);
	}
	ck_assert_uint_eq(atomic_load(&progress.wanted), 98);
	ck_assert_uint_eq(atomic_load(&progress.known), 49);
	ck_assert_ptr_null(neigh_lookup(&n, NET + 256));
	neigh_fini(&n);
	dp_space_free(s);
}
END_TEST

START_TEST(who_misses_a_question_is_asked_again)
{
	struct dp_space *s = space(NET + 10, NET + 20);
	struct neigh n;

	world.silent = 2;
	start();
	ck_assert_int_eq(neigh_init(&n, NET, 24), 0);
	ck_assert_int_eq(neigh_sweep(&n, &io, s, 1e6), 5);
	check_known(&n, 10, 20);
	neigh_fini(&n);
	dp_space_free(s);
}
END_TEST

START_TEST(one_address_is_resolved_or_reported)
{
	uint8_t mac[6], expected[6];

	world.babbles = true;
	start();
	ck_assert_int_eq(neigh_resolve(&io, NET + 5, mac), 0);
	mac_of(5, expected);
	ck_assert_mem_eq(mac, expected, 6);
	ck_assert_int_eq(neigh_resolve(&io, NET + 6, mac), -EHOSTUNREACH);
	ck_assert_uint_eq(atomic_load(&world.asked[6]), 3);
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
	struct dp_space *s = space(NET + 10, NET + 20);
	int64_t took = INT64_MAX;

	world.lives = nobody;
	start();
	for (int try = 0; try < 3 && took > 200000; try++) {
		struct neigh n;
		pthread_t stopper;

		ck_assert_int_eq(neigh_init(&n, NET, 24), 0);
		atomic_store(&progress.stop, false);
		atomic_store(&progress.asked, 0);
		ck_assert_int_eq(pthread_create(&stopper, NULL, stop_soon, NULL), 0);
		took = clock_monotonic_us();
		ck_assert_int_eq(neigh_sweep(&n, &io, s, 0.1), -ECANCELED);
		took = clock_monotonic_us() - took;
		pthread_join(stopper, NULL);
		neigh_fini(&n);
	}
	ck_assert_int_le(took, 200000);
	dp_space_free(s);
}
END_TEST

START_TEST(an_ipv6_sweep_finds_who_answers)
{
	struct dp_addr own = {{0x20, 1, 0xd, 0xb8, [15] = 1}}, a = own;
	struct neigh6 n;

	world.silent = 1;
	start();
	ck_assert_int_eq(neigh6_init(&n, 100), 0);
	for (unsigned i = 2; i < 102; i++) {
		a.b[15] = (uint8_t)i;
		neigh6_add(&n, &a);
	}
	ck_assert_uint_eq(neigh6_sweep(&n, &io, &own, 1e6), 50);
	for (unsigned i = 0; i < 256; i++) {
		const uint8_t *mac;
		uint8_t expected[6];

		a.b[15] = (uint8_t)i;
		mac = neigh6_lookup(&n, a.b);
		ck_assert_int_eq(mac != NULL, i >= 2 && i < 102 && odd((uint8_t)i));
		mac_of((uint8_t)i, expected);
		if (mac != NULL)
			ck_assert_mem_eq(mac, expected, 6);
	}
	neigh6_fini(&n);
}
END_TEST

START_TEST(networks_that_need_no_table_have_none)
{
	static const unsigned without[] = {0, 8, 15, 31, 32};
	struct neigh n;

	start();
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
		ck_assert_int_eq(neigh_init(&n, NET, without[i]), 0);
		ck_assert_uint_eq(n.size, 0);
		ck_assert_ptr_null(neigh_lookup(&n, NET));
		neigh_fini(&n);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("neigh");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, a_sweep_finds_who_answers_and_asks_for_targets_only);
	tcase_add_test(tc, who_misses_a_question_is_asked_again);
	tcase_add_test(tc, one_address_is_resolved_or_reported);
	tcase_add_test(tc, a_stop_ends_a_slow_sweep_at_once);
	tcase_add_test(tc, an_ipv6_sweep_finds_who_answers);
	tcase_add_test(tc, networks_that_need_no_table_have_none);
	return suite_run("neigh", tc);
}
