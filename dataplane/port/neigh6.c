/* SPDX-License-Identifier: Apache-2.0 */
/* neigh6.c - resolves link-layer addresses of the own network by neighbour discovery. */
#include "neigh6.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "nd.h"

int neigh6_init(struct neigh6 *n, uint32_t count)
{
	uint32_t size = 4;

	while (size < 2 * count)
		size *= 2;
	*n = (struct neigh6){.entry = calloc(size, sizeof(*n->entry)), .mask = size - 1};
	return n->entry ? 0 : -ENOMEM;
}

void neigh6_fini(struct neigh6 *n)
{
	free(n->entry);
	*n = (struct neigh6){.entry = NULL};
}

void neigh6_add(struct neigh6 *n, const struct dp_addr *addr)
{
	struct neigh6_entry *e = neigh6_place(n, addr->b);

	n->count += !e->used;
	e->used = 1;
	e->addr = *addr;
}

struct sweep6 {
	struct neigh6 *n;
	struct nd_ask ask;
};

static uint32_t collect(void *arg, const struct neigh_io *io)
{
	const struct sweep6 *s = arg;
	uint8_t frame[NEIGH_FRAME_MAX];
	uint32_t found = 0;
	size_t len;

	while ((len = neigh_receive(io, frame)) > 0) {
		struct packet p;
		enum packet_kind kind = packet_parse(frame, len, &p);
		struct neigh6_entry *e;
		struct dp_addr target;
		const uint8_t *mac;

		if (!nd_read_answer(kind, &p, &target, &mac))
			continue;
		e = neigh6_place(s->n, target.b);
		if (!e->used || e->known)
			continue;
		memcpy(e->mac, mac, 6);
		e->known = 1;
		found++;
	}
	return found;
}

static bool is_missing(const void *arg, uint32_t i)
{
	const struct neigh6_entry *e = &((const struct sweep6 *)arg)->n->entry[i];

	return e->used && !e->known;
}

static int ask(void *arg, const struct neigh_io *io, uint32_t i)
{
	struct sweep6 *s = arg;
	uint8_t frame[ND_FRAME_MAX];

	s->ask.target = s->n->entry[i].addr;
	return neigh_send(io, frame, nd_ask_frame(&s->ask, frame));
}

uint32_t neigh6_sweep(struct neigh6 *n, const struct neigh_io *io, const struct dp_addr *source,
                      double pps)
{
	struct sweep6 s = {n, {.source = *source, .vlan = io->vlan}};
	struct neigh_asker a = {&s, n->mask + 1, is_missing, ask, collect};

	memcpy(s.ask.mac, io->mac, 6);
	return neigh_ask(&a, io, n->count, pps);
}

int neigh6_join(int fd, int index, const struct dp_addr *addr)
{
	/* The multicast MAC of its solicited-node address (RFC 4291 2.7.1, RFC 2464 7). */
	struct packet_mreq m = {.mr_ifindex = index,
	                        .mr_type = PACKET_MR_MULTICAST,
	                        .mr_alen = 6,
	                        .mr_address = {0x33, 0x33, 0xff}};

	memcpy(m.mr_address + 3, addr->b + 13, 3);
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)) ? -errno : 0;
}
