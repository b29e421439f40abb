/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tcp_peer.c - grabs of known bytes by the own TCP from the kernel's, over a wire that is as bad as said.
 *
 * usage: tcp_peer TUN GRABS AT-ONCE LOSS REORDER TWICE DAMAGE DELAY-MS 4|6 [OPTIONS]
 *
 * The kernel end is the TUN device, with the addresses 198.18.0.2 and 2001:db8::2; ours are .1 and ::1.
 * OPTIONS of the SYN: t timestamps, s SACK, w scale; "tsw" if not given. Prints a line of figures, and
 * exits 1 if a byte was wrong or a grab did not end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cksum.h"
#include "dp_addr.h"
#include "packet_sum.h"
#include "reset.h"
#include "splitmix.h"
#include "tcp.h"
#include "tcp_peer.h"

enum {
	AT_ONCE = 4096,
	FIRST_PORT = 20000,
	LEAST = 200,
	MOST = 65536,
	SYN_US = 1000000,
	STUCK_US = 240000000
};

enum state { IDLE, DIALLING, HEARING };

struct grab {
	enum state state;
	uint32_t isn, conn, want, seed, got;
	uint64_t began_us, dial_us;
	bool wrong;
};

static struct {
	struct tcp *tcp;
	int tun;
	bool v6;
	const char *options;
	struct peer_wire *in, *out;
	struct grab grab[AT_ONCE];
	unsigned at_once;
	uint32_t begun, done, wrong, failed, goal;
	uint64_t bytes, state, now_us, damaged;
	struct dp_addr own, peer;
	uint8_t frame[PEER_FRAME];
	uint32_t spare[AT_ONCE], spares;
} it;

static uint64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint8_t *take(void *arg)
{
	(void)arg;
	return it.frame;
}

static void give(void *arg, uint8_t *frame, uint16_t len)
{
	(void)arg;
	peer_wire_put(it.out, frame, len, it.now_us);
}

static struct grab *find(uint32_t conn)
{
	for (unsigned i = 0; i < it.at_once; i++)
		if (it.grab[i].state == HEARING && it.grab[i].conn == conn)
			return &it.grab[i];
	return NULL;
}

static void finish(struct grab *g)
{
	it.wrong += g->wrong || g->got != g->want;
	it.done++;
	it.bytes += g->got;
	g->state = IDLE;
}

static void say(struct grab *g)
{
	uint32_t number = it.spare[--it.spares];
	struct tcp_slab *s = tcp_slab(it.tcp, number);
	const struct peer_request r = {htonl(g->want), htonl(g->seed)};

	memcpy(s->bytes, &r, sizeof(r));
	s->len = sizeof(r);
	tcp_say(it.tcp, g->conn, number, it.now_us);
}

static void hear(struct grab *g, uint32_t slab)
{
	const struct tcp_slab *s = tcp_slab(it.tcp, slab);

	for (uint32_t i = 0; i < s->len && g != NULL; i++)
		g->wrong |= s->bytes[i] != peer_byte(g->seed, g->got++);
}

static void on_event(void *arg, const struct tcp_event *e)
{
	struct grab *g = e->kind == TCP_OFFER ? &it.grab[e->own_port - FIRST_PORT] : find(e->conn);

	(void)arg;
	if (e->kind == TCP_SENT)
		it.spare[it.spares++] = e->slab;
	if (e->kind == TCP_OFFER) {
		g->state = HEARING;
		g->conn = e->conn;
	}
	if (e->kind == TCP_DATA)
		hear(g, e->slab);
	if (e->kind == TCP_FIN && g != NULL)
		finish(g);
	if (e->kind == TCP_DEAD && g != NULL) {
		it.failed++;
		finish(g);
	}
}

/* Events come while the core works; what follows from them is done afterwards. */
static struct tcp_event waiting[1 << 16];
static unsigned waiting_count;

static void event(void *arg, const struct tcp_event *e)
{
	(void)arg;
	if (waiting_count < sizeof(waiting) / sizeof(waiting[0]))
		waiting[waiting_count++] = *e;
}

static void follow_events(void)
{
	for (unsigned i = 0; i < waiting_count; i++) {
		const struct tcp_event e = waiting[i];

		on_event(NULL, &e);
		if (e.kind == TCP_OFFER)
			say(&it.grab[e.own_port - FIRST_PORT]);
		if (e.kind == TCP_DATA)
			tcp_return(it.tcp, e.conn, e.slab, it.now_us);
		if (e.kind == TCP_FIN)
			tcp_close(it.tcp, e.conn, e.conn % 2, it.now_us);
	}
	waiting_count = 0;
}

static size_t put_options(uint8_t *at)
{
	uint8_t *o = at;

	memcpy(o, (const uint8_t[]){2, 4, 0x05, 0xb4}, 4);
	o += 4;
	if (strchr(it.options, 's') != NULL) {
		memcpy(o, (const uint8_t[]){1, 1, 4, 2}, 4);
		o += 4;
	}
	if (strchr(it.options, 't') != NULL) {
		memcpy(o, (const uint8_t[]){1, 1, 8, 10}, 4);
		put_be32(o + 4, (uint32_t)it.now_us);
		put_be32(o + 8, 0);
		o += 12;
	}
	if (strchr(it.options, 'w') != NULL) {
		memcpy(o, (const uint8_t[]){1, 3, 3, 7}, 4);
		o += 4;
	}
	return (size_t)(o - at);
}

static void dial(struct grab *g)
{
	uint8_t f[128] = {[12] = it.v6 ? 0x86 : 0x08, it.v6 ? 0xdd : 0}, *ip = f + PEER_LINK;
	uint8_t *h = ip + (it.v6 ? 40 : 20);
	size_t l4 = 20 + put_options(h + 20), alen = it.v6 ? 16 : 4;
	uint16_t port = (uint16_t)(FIRST_PORT + (g - it.grab));

	if (it.v6) {
		ip[0] = 0x60;
		put_be16(ip + 4, (uint16_t)l4);
		ip[6] = DP_TRANSPORT_TCP;
		ip[7] = 64;
		memcpy(ip + 8, it.own.b, 16);
		memcpy(ip + 24, it.peer.b, 16);
	} else {
		memcpy(ip, (const uint8_t[]){0x45, 0, 0, (uint8_t)(20 + l4), 0, 0, 0x40, 0, 64, 6},
		       10);
		memcpy(ip + 12, it.own.b + 12, 4);
		memcpy(ip + 16, it.peer.b + 12, 4);
		put_be16(ip + 10, cksum_finish(cksum_add(0, ip, 20)));
	}
	put_be16(h, port);
	put_be16(h + 2, PEER_PORT);
	put_be32(h + 4, g->isn);
	h[12] = (uint8_t)(l4 / 4 << 4);
	h[13] = PACKET_SYN;
	put_be16(h + 14, 64240);
	put_be16(h + 16, cksum_finish(cksum_add(cksum_pseudo(h - 2 * alen, h - alen, alen,
	                                                     DP_TRANSPORT_TCP, (uint32_t)l4),
	                                        h, l4)));
	g->dial_us = it.now_us;
	peer_wire_put(it.out, f, (size_t)(h - f) + l4, it.now_us);
}

static void begin(struct grab *g)
{
	static uint16_t round;

	*g = (struct grab){.state = DIALLING, .began_us = it.now_us};
	g->isn = (uint32_t)splitmix(&it.state);
	g->want = LEAST + (uint32_t)(splitmix(&it.state) % (MOST - LEAST + 1));
	if (round++ % 4 != 0) /* most are short */
		g->want = LEAST + g->want % 2000;
	g->seed = (uint32_t)splitmix(&it.state);
	it.begun++;
	dial(g);
}

/* The kernel answers a SYN that came late or twice: no connection waits for that (RFC 9293 3.10.7.1). */
static void turn_away(const uint8_t *frame, size_t len)
{
	uint8_t f[PEER_FRAME];

	memcpy(f, frame, len);
	peer_wire_put(it.out, f, reset_frame(f, len), it.now_us);
}

/* A segment from the kernel. */
static void arrive(const uint8_t *frame, size_t len)
{
	struct packet p;
	struct grab *g;

	if (packet_parse(frame, len, &p) != PACKET_TCP)
		return;
	if (!packet_sums_fit(&p)) {
		it.damaged++;
		return;
	}
	if (p.dport < FIRST_PORT || p.dport >= FIRST_PORT + it.at_once ||
	    tcp_input(it.tcp, &p, it.now_us))
		return;
	g = &it.grab[p.dport - FIRST_PORT];
	if (g->state == DIALLING && (p.flags & 0x17) == (PACKET_SYN | PACKET_ACK) &&
	    p.ack == g->isn + 1)
		tcp_accept(it.tcp, &p, 0, it.now_us);
	else if ((p.flags & 0x17) == (PACKET_SYN | PACKET_ACK))
		turn_away(frame, len);
}

static void read_tun(void)
{
	uint8_t f[PEER_FRAME] = {0};
	ssize_t n;

	for (int i = 0; i < 256 && (n = read(it.tun, f + PEER_LINK, sizeof(f) - PEER_LINK)) > 0;
	     i++) {
		f[12] = f[PEER_LINK] >> 4 == 6 ? 0x86 : 0x08;
		f[13] = f[PEER_LINK] >> 4 == 6 ? 0xdd : 0x00;
		peer_wire_put(it.in, f, (size_t)n + PEER_LINK, it.now_us);
	}
}

static void pump(void)
{
	const uint8_t *f;
	size_t len;

	read_tun();
	while ((f = peer_wire_next(it.in, &len, it.now_us)) != NULL)
		arrive(f, len);
	follow_events();
	tcp_tick(it.tcp, it.now_us);
	tcp_flush(it.tcp, it.now_us);
	follow_events();
	tcp_flush(it.tcp, it.now_us);
	while ((f = peer_wire_next(it.out, &len, it.now_us)) != NULL) {
		size_t ip = f[PEER_LINK] >> 4 == 4 ? packet_be16(f + PEER_LINK + 2)
		                                   : 40u + packet_be16(f + PEER_LINK + 4);

		if (ip > len - PEER_LINK) /* damaged */
			ip = len - PEER_LINK;
		if (write(it.tun, f + PEER_LINK, ip) < 0 && errno != EINVAL && errno != EAGAIN)
			perror("tun");
	}
}

static bool is_stuck(void)
{
	for (unsigned i = 0; i < it.at_once; i++)
		if (it.grab[i].state != IDLE && it.now_us - it.grab[i].began_us > STUCK_US)
			return true;
	return false;
}

static void run(void)
{
	struct pollfd fd = {it.tun, POLLIN, 0};

	while (it.done < it.goal && !is_stuck()) {
		poll(&fd, 1, 1);
		it.now_us = clock_us();
		for (unsigned i = 0; i < it.at_once; i++) {
			struct grab *g = &it.grab[i];

			if (g->state == IDLE && it.begun < it.goal)
				begin(g);
			else if (g->state == DIALLING && it.now_us - g->dial_us > SYN_US)
				dial(g);
		}
		pump();
	}
}

static void open_tun(const char *name)
{
	struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	it.tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (it.tun < 0 || ioctl(it.tun, TUNSETIFF, &r) < 0) {
		perror(name);
		exit(2);
	}
}

static const struct tcp_ops ops = {take, give, event};

static void set_up(char **argv)
{
	struct peer_faults faults = {.loss = (unsigned)atoi(argv[4]),
	                             .reorder = (unsigned)atoi(argv[5]),
	                             .twice = (unsigned)atoi(argv[6]),
	                             .damage = (unsigned)atoi(argv[7]),
	                             .delay_ms = (unsigned)atoi(argv[8]) / 2,
	                             .seed = 7};
	struct tcp_config c = {.conns = AT_ONCE,
	                       .rx_slabs = 4 * AT_ONCE,
	                       .tx_slabs = AT_ONCE,
	                       .own = &it.own,
	                       .own_count = 1,
	                       .ops = &ops};

	it.v6 = argv[9][0] == '6';
	it.goal = (uint32_t)atoi(argv[2]);
	it.at_once = (unsigned)atoi(argv[3]) < AT_ONCE ? (unsigned)atoi(argv[3]) : AT_ONCE;
	it.options = argv[10] != NULL ? argv[10] : "tsw";
	c.syn_wscale = strchr(it.options, 'w') != NULL ? 7 : 0;
	dp_addr_parse(it.v6 ? "2001:db8::1" : "198.18.0.1", &it.own);
	dp_addr_parse(it.v6 ? "2001:db8::2" : "198.18.0.2", &it.peer);
	it.in = peer_wire_new(&faults);
	faults.seed = 8;
	it.out = peer_wire_new(&faults);
	it.tcp = tcp_new(&c);
	it.state = 9;
	for (uint32_t i = 0; i < AT_ONCE; i++)
		it.spare[it.spares++] = c.rx_slabs + 1 + i;
	if (it.tcp == NULL)
		abort();
}

int main(int argc, char **argv)
{
	struct tcp_stats stats;
	uint64_t start;
	pid_t server;

	if (argc < 10 || argc > 11) {
		fprintf(stderr,
		        "usage: tcp_peer TUN GRABS AT-ONCE LOSS REORDER TWICE DAMAGE DELAY-MS 4|6 [OPTIONS]\n");
		return 2;
	}
	set_up(argv);
	open_tun(argv[1]);
	server = fork();
	if (server == 0)
		peer_serve();
	start = it.now_us = clock_us();
	run();
	kill(server, SIGKILL);
	tcp_read_stats(it.tcp, &stats);
	printf("grabs %u of %u, wrong %u, failed %u, bytes %llu, damaged %llu, resent %llu, refused %llu, seconds %.1f\n",
	       it.done, it.goal, it.wrong, it.failed, (unsigned long long)it.bytes,
	       (unsigned long long)it.damaged, (unsigned long long)stats.resent,
	       (unsigned long long)stats.refused, (double)(it.now_us - start) / 1e6);
	return it.done == it.goal && it.wrong == 0 && it.failed == 0 ? 0 : 1;
}
