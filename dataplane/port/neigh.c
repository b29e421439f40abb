/* SPDX-License-Identifier: Apache-2.0 */
/* neigh.c - asks for link-layer addresses and reads the answers. */
#include "neigh.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "clock.h"
#include "dp_addr.h"
#include "idle_sleep.h"
#include "nd.h"
#include "packet.h"
#include "port.h"
#include "probe.h"

enum {
	TRIES = 3,
	WAIT_US = 1000000, /* the wait for an answer to a request */
	POLL_US = 200,
	ARP_REPLY = 2,
};

/* ---- the table ------------------------------------------------------------------------------- */

int neigh_init(struct neigh *n, uint32_t count)
{
	uint32_t size = 4;

	while (size < 2 * count)
		size *= 2;
	*n = (struct neigh){.entry = calloc(size, sizeof(*n->entry)), .mask = size - 1};
	return n->entry ? 0 : -ENOMEM;
}

void neigh_fini(struct neigh *n)
{
	free(n->entry);
	*n = (struct neigh){.entry = NULL};
}

void neigh_add(struct neigh *n, const struct dp_addr *addr)
{
	struct neigh_entry *e = neigh_place(n, addr->b);

	n->count += !e->used;
	e->used = 1;
	e->addr = *addr;
}

bool neigh_set(struct neigh *n, const struct dp_addr *addr, const uint8_t mac[6])
{
	struct neigh_entry *e = n->entry ? neigh_place(n, addr->b) : NULL;

	if (!e || !e->used || e->known)
		return false;
	memcpy(e->mac, mac, 6);
	e->known = 1;
	return true;
}

/* ---- sockets and frames ---------------------------------------------------------------------- */

/* Let in only frames of @ether_type. The kernel has removed VLAN tags before the filter runs. */
static int filter(int fd, uint16_t ether_type)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct ethhdr, h_proto)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ether_type, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, NEIGH_FRAME_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

int neigh_socket(int index, uint16_t ether_type)
{
	/* Bind to all types: only such a socket also sees frames that a bridge or a VLAN on top of
	 * the interface takes. */
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = index};
	int size = 4 << 20;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int ret;

	if (fd < 0)
		return -errno;
	if (filter(fd, ether_type) || bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		ret = -errno;
		close(fd);
		return ret;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

int neigh_join(int fd, int index, const struct dp_addr *addr)
{
	/* The multicast MAC of its solicited-node address (RFC 4291 2.7.1, RFC 2464 7). */
	struct packet_mreq m = {.mr_ifindex = index,
	                        .mr_type = PACKET_MR_MULTICAST,
	                        .mr_alen = 6,
	                        .mr_address = {0x33, 0x33, 0xff}};

	memcpy(m.mr_address + 3, addr->b + 13, 3);
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)) ? -errno : 0;
}

static int send_by_port(const struct port *port, const uint8_t *frame, uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(port->queue[0].pool);
	char *room;

	if (!m)
		return -EAGAIN;
	room = rte_pktmbuf_append(m, RTE_MAX(len, 60));
	if (room) {
		memset(room, 0, RTE_MAX(len, 60));
		memcpy(room, frame, len);
	}
	if (room && rte_eth_tx_burst(port->queue[0].id, 0, &m, 1) == 1)
		return 0;
	rte_pktmbuf_free(m);
	return -EAGAIN;
}

static size_t receive_by_port(const struct port *port, uint8_t frame[NEIGH_FRAME_MAX])
{
	struct rte_mbuf *m;
	size_t len;

	if (rte_eth_rx_burst(port->queue[0].id, 0, &m, 1) == 0)
		return 0;
	len = RTE_MIN(m->data_len, NEIGH_FRAME_MAX);
	memcpy(frame, rte_pktmbuf_mtod(m, void *), len);
	rte_pktmbuf_free(m);
	return len;
}

static size_t receive(const struct neigh_io *io, uint8_t frame[NEIGH_FRAME_MAX])
{
	ssize_t n = -1;

	if (io->port != NULL)
		return receive_by_port(io->port, frame);
	if (io->fd4 >= 0)
		n = recv(io->fd4, frame, NEIGH_FRAME_MAX, 0);
	if (n <= 0 && io->fd6 >= 0)
		n = recv(io->fd6, frame, NEIGH_FRAME_MAX, 0);
	return n > 0 ? (size_t)n : 0;
}

uint16_t neigh_question(const struct neigh_io *io, const struct dp_addr *addr,
                        uint8_t frame[NEIGH_FRAME_MAX])
{
	static_assert((int)NEIGH_FRAME_MAX >= (int)PROBE_FRAME_MAX &&
	                      (int)NEIGH_FRAME_MAX >= (int)ND_FRAME_MAX,
	              "a frame holds either question");
	const struct dp_addr *source = io->source(io->arg, addr);
	struct nd_ask nd = {.target = *addr, .vlan = io->vlan};
	struct probe_arp arp = {.vlan = io->vlan};

	if (source == NULL)
		return 0;
	if (dp_addr_is_v4(addr, &arp.target)) {
		dp_addr_is_v4(source, &arp.src);
		memcpy(arp.src_mac, io->mac, 6);
		return probe_arp_frame(&arp, frame);
	}
	nd.source = *source;
	memcpy(nd.mac, io->mac, 6);
	return nd_ask_frame(&nd, frame);
}

int neigh_ask(const struct neigh_io *io, const struct dp_addr *addr)
{
	uint8_t frame[NEIGH_FRAME_MAX];
	uint16_t len = neigh_question(io, addr, frame);
	int fd = dp_addr_is_v4(addr, NULL) ? io->fd4 : io->fd6;

	if (len == 0)
		return -EADDRNOTAVAIL;
	if (io->port != NULL)
		return send_by_port(io->port, frame, len);
	return send(fd, frame, len, 0) == len ? 0 : -errno;
}

static bool read_arp(const struct neigh_io *io, const struct packet *p, struct neigh_news *out)
{
	const uint8_t *mac = p->l3 + 8;
	const struct dp_addr *own;
	struct dp_addr to;

	out->addr = dp_addr_v4(packet_be32(p->l3 + 14));
	memcpy(out->mac, mac, 6);
	to = dp_addr_v4(packet_be32(p->l3 + 24));
	own = io->source(io->arg, &out->addr);
	out->is_answer = packet_be16(p->l3 + 6) == ARP_REPLY && own != NULL &&
	                 dp_addr_compare(own, &to) == 0;
	return !(mac[0] & 1); /* a group address belongs to no single host */
}

bool neigh_read(const struct neigh_io *io, const uint8_t *frame, size_t len, struct neigh_news *out)
{
	const uint8_t *mac;
	struct packet p;
	enum packet_kind kind = packet_parse(frame, len, &p);

	if (kind == PACKET_ARP)
		return read_arp(io, &p, out);
	if (!nd_read_answer(kind, &p, &out->addr, &mac))
		return false;
	memcpy(out->mac, mac, 6);
	out->is_answer = true;
	return true;
}

bool neigh_hear(const struct neigh_io *io, struct neigh_news *out)
{
	uint8_t frame[NEIGH_FRAME_MAX];
	size_t len;

	while ((len = receive(io, frame)) > 0)
		if (neigh_read(io, frame, len, out))
			return true;
	return false;
}

/* ---- the sweep ------------------------------------------------------------------------------- */

/* One resolution of a table. */
struct sweep {
	struct neigh *n;
	const struct neigh_io *io;
	struct neigh_progress *progress;
	double pps;
	uint32_t found;
};

static bool is_stopped(const struct sweep *s)
{
	return atomic_load_explicit(&s->progress->stop, memory_order_relaxed);
}

static void collect(struct sweep *s)
{
	struct neigh_news news;

	while (neigh_hear(s->io, &news)) {
		if (!news.is_answer || !neigh_set(s->n, &news.addr, news.mac))
			continue;
		s->found++;
		atomic_fetch_add(&s->progress->known, 1);
	}
}

/* Send one request for each missing address and wait for the last answers. */
static void ask_round(struct sweep *s)
{
	int64_t start = clock_monotonic_us(), end;
	uint32_t asked = 0, before = s->found;

	atomic_store(&s->progress->asked, 0);
	for (uint32_t i = 0; i <= s->n->mask && !is_stopped(s); i++) {
		const struct neigh_entry *e = &s->n->entry[i];

		if (!e->used || e->known)
			continue;
		while (!is_stopped(s) &&
		       (double)(clock_monotonic_us() - start) * s->pps < 1e6 * asked) {
			collect(s);
			idle_sleep(POLL_US);
		}
		if (is_stopped(s))
			break;
		asked += neigh_ask(s->io, &e->addr) == 0;
		atomic_store(&s->progress->asked, asked);
	}
	end = clock_monotonic_us() + WAIT_US;
	while (asked > s->found - before && clock_monotonic_us() < end && !is_stopped(s)) {
		collect(s);
		idle_sleep(POLL_US);
	}
}

int neigh_sweep(struct neigh *n, const struct neigh_io *io, struct neigh_progress *progress,
                double pps)
{
	struct sweep s = {n, io, progress, pps, 0};
	uint32_t wanted = 0;

	for (uint32_t i = 0; i <= n->mask; i++)
		wanted += n->entry[i].used && !n->entry[i].known;
	atomic_fetch_add(&progress->wanted, wanted);
	for (int i = 0; i < TRIES && s.found < wanted && !is_stopped(&s); i++)
		ask_round(&s);
	return is_stopped(&s) ? -ECANCELED : (int)s.found;
}
