/* SPDX-License-Identifier: Apache-2.0 */
/* neigh.c - resolves link-layer addresses of the own network by ARP. */
#include "neigh.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "clock.h"
#include "dp_addr.h"
#include "dp_space.h"
#include "idle_sleep.h"
#include "packet.h"
#include "port.h"
#include "probe.h"

enum {
	TRIES = 3,
	/* the wait for an answer to a request; RFC 1122 2.3.2.1 recommends at most one request a
	 * second */
	WAIT_US = 500000,
	POLL_US = 200,
	ARP_REPLY = 2,
	ARP_LEN = 28,
};

bool neigh_stopped(const struct neigh_io *io)
{
	return atomic_load_explicit(&io->progress->stop, memory_order_relaxed);
}

int neigh_init(struct neigh *n, uint32_t addr, unsigned len)
{
	*n = (struct neigh){.size = 0};
	if (len < NEIGH_MIN_LEN || len > 30)
		return 0;
	n->size = 1U << (32 - len);
	n->base = addr & ~(n->size - 1);
	n->entry = calloc(n->size, sizeof(*n->entry));
	return n->entry ? 0 : -ENOMEM;
}

void neigh_fini(struct neigh *n)
{
	free(n->entry);
	*n = (struct neigh){.size = 0};
}

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

int neigh_send(const struct neigh_io *io, const uint8_t *frame, uint16_t len)
{
	struct rte_mbuf *m;
	char *room;

	if (io->fd >= 0)
		return send(io->fd, frame, len, 0) == len ? 0 : -errno;
	m = rte_pktmbuf_alloc(io->port->queue[0].pool);
	if (!m)
		return -EAGAIN;
	room = rte_pktmbuf_append(m, RTE_MAX(len, 60));
	if (room) {
		memset(room, 0, RTE_MAX(len, 60));
		memcpy(room, frame, len);
	}
	if (room && rte_eth_tx_burst(io->port->queue[0].id, 0, &m, 1) == 1)
		return 0;
	rte_pktmbuf_free(m);
	return -EAGAIN;
}

static int request(const struct neigh_io *io, uint32_t addr)
{
	struct probe_arp a = {.src = io->source, .target = addr, .vlan = io->vlan};
	uint8_t frame[PROBE_FRAME_MAX];

	memcpy(a.src_mac, io->mac, 6);
	return neigh_send(io, frame, probe_arp_frame(&a, frame));
}

/* Read an ARP reply to us: *@addr is the sender's address, *@mac points to its MAC address in the
 * frame. Returns false if the frame is no such reply. */
static bool read_reply(const struct neigh_io *io, const uint8_t *frame, size_t len, uint32_t *addr,
                       const uint8_t **mac)
{
	struct packet p;

	if (packet_parse(frame, len, &p) != PACKET_ARP)
		return false;
	if (packet_be16(p.l3 + 6) != ARP_REPLY || packet_be32(p.l3 + 24) != io->source)
		return false;
	*mac = p.l3 + 8;
	*addr = packet_be32(p.l3 + 14);
	return !((*mac)[0] & 1); /* a group address belongs to no single host */
}

size_t neigh_receive(const struct neigh_io *io, uint8_t frame[NEIGH_FRAME_MAX])
{
	struct rte_mbuf *m;
	size_t len;

	if (io->fd >= 0) {
		ssize_t n = recv(io->fd, frame, NEIGH_FRAME_MAX, 0);

		return n > 0 ? (size_t)n : 0;
	}
	if (rte_eth_rx_burst(io->port->queue[0].id, 0, &m, 1) == 0)
		return 0;
	len = RTE_MIN(m->data_len, NEIGH_FRAME_MAX);
	memcpy(frame, rte_pktmbuf_mtod(m, void *), len);
	rte_pktmbuf_free(m);
	return len;
}

/* Take the next reply that has already arrived. Returns false if there is none. */
static bool next_reply(const struct neigh_io *io, uint32_t *addr, uint8_t mac[6])
{
	uint8_t frame[NEIGH_FRAME_MAX];
	const uint8_t *at;
	size_t len;

	while ((len = neigh_receive(io, frame)) > 0) {
		if (!read_reply(io, frame, len, addr, &at))
			continue;
		memcpy(mac, at, 6);
		return true;
	}
	return false;
}

int neigh_resolve(const struct neigh_io *io, uint32_t addr, uint8_t mac[6])
{
	uint8_t from_mac[6];
	uint32_t from;

	for (int i = 0; i < TRIES; i++) {
		int64_t end = clock_monotonic_us() + WAIT_US;
		int ret = request(io, addr);

		if (ret && ret != -EAGAIN && ret != -ENOBUFS)
			return ret;
		while (clock_monotonic_us() < end && !neigh_stopped(io)) {
			if (!next_reply(io, &from, from_mac)) {
				idle_sleep(POLL_US);
			} else if (from == addr) {
				memcpy(mac, from_mac, 6);
				return 0;
			}
		}
	}
	return neigh_stopped(io) ? -ECANCELED : -EHOSTUNREACH;
}

static unsigned mark_wanted(struct neigh *n, uint32_t own, const struct dp_space *space)
{
	unsigned wanted = 0;

	for (uint32_t i = 1; i + 1 < n->size; i++) { /* without network and broadcast address */
		struct dp_addr a = dp_addr_v4(n->base + i);

		n->entry[i].wanted = n->base + i != own && dp_space_contains(space, &a);
		wanted += n->entry[i].wanted;
	}
	return wanted;
}

static uint32_t collect(void *arg, const struct neigh_io *io)
{
	struct neigh *n = arg;
	uint32_t found = 0, addr;
	uint8_t mac[6];

	while (next_reply(io, &addr, mac)) {
		uint32_t offset = addr - n->base;

		if (offset >= n->size || !n->entry[offset].wanted || n->entry[offset].known)
			continue;
		memcpy(n->entry[offset].mac, mac, 6);
		n->entry[offset].known = 1;
		found++;
	}
	return found;
}

static bool is_missing(const void *arg, uint32_t i)
{
	const struct neigh *n = arg;

	return n->entry[i].wanted && !n->entry[i].known;
}

static int ask(void *arg, const struct neigh_io *io, uint32_t i)
{
	const struct neigh *n = arg;

	return request(io, n->base + i);
}

static uint32_t collect_more(const struct neigh_asker *a, const struct neigh_io *io)
{
	uint32_t found = a->collect(a->arg, io);

	atomic_fetch_add(&io->progress->known, found);
	return found;
}

/* Send one request for each missing address and wait for the last answers. Returns how many
 * came. */
static uint32_t ask_round(const struct neigh_asker *a, const struct neigh_io *io, double pps)
{
	int64_t start = clock_monotonic_us(), end;
	uint32_t found = 0, asked = 0;

	atomic_store(&io->progress->asked, 0);
	for (uint32_t i = 0; i < a->count && !neigh_stopped(io); i++) {
		if (!a->is_missing(a->arg, i))
			continue;
		while (!neigh_stopped(io) &&
		       (double)(clock_monotonic_us() - start) * pps < 1e6 * asked) {
			found += collect_more(a, io);
			idle_sleep(POLL_US);
		}
		if (neigh_stopped(io))
			break;
		if (a->ask(a->arg, io, i) == 0)
			asked++;
		atomic_store(&io->progress->asked, asked);
	}
	end = clock_monotonic_us() + WAIT_US;
	while (asked > found && clock_monotonic_us() < end && !neigh_stopped(io)) {
		found += collect_more(a, io);
		idle_sleep(POLL_US);
	}
	return found;
}

uint32_t neigh_ask(const struct neigh_asker *a, const struct neigh_io *io, uint32_t wanted,
                   double pps)
{
	uint32_t found = 0;

	atomic_fetch_add(&io->progress->wanted, wanted);
	for (int i = 0; i < TRIES && found < wanted && !neigh_stopped(io); i++)
		found += ask_round(a, io, pps);
	return found;
}

int neigh_sweep(struct neigh *n, const struct neigh_io *io, const struct dp_space *space,
                double pps)
{
	struct neigh_asker a = {n, n->size, is_missing, ask, collect};
	uint32_t found = neigh_ask(&a, io, mark_wanted(n, io->source, space), pps);

	return neigh_stopped(io) ? -ECANCELED : (int)found;
}
