/* SPDX-License-Identifier: Apache-2.0 */
/* neigh6.c - asking the own network for its link-layer addresses by neighbour discovery. */
#include "neigh6.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "idle_sleep.h"
#include "nd.h"

enum {
	TRIES = 3,
	WAIT_US = 500000,
	POLL_US = 200,
};

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

static uint32_t collect(struct neigh6 *n, const struct neigh_io *io)
{
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
		e = neigh6_place(n, target.b);
		if (!e->used || e->known)
			continue;
		memcpy(e->mac, mac, 6);
		e->known = 1;
		found++;
	}
	atomic_fetch_add(&io->progress->known, found);
	return found;
}

/* Ask once for all that are missing. */
static uint32_t sweep_round(struct neigh6 *n, const struct neigh_io *io, struct nd_ask *ask,
                            double pps)
{
	uint64_t start = neigh_now_us();
	uint32_t found = 0, asked = 0;
	uint8_t frame[ND_FRAME_MAX];

	atomic_store(&io->progress->asked, 0);
	for (uint32_t i = 0; i <= n->mask && !neigh_stopped(io); i++) {
		if (!n->entry[i].used || n->entry[i].known)
			continue;
		while (!neigh_stopped(io) && (double)(neigh_now_us() - start) * pps < 1e6 * asked) {
			found += collect(n, io);
			idle_sleep(POLL_US);
		}
		if (neigh_stopped(io))
			break;
		ask->target = n->entry[i].addr;
		if (neigh_send(io, frame, nd_ask_frame(ask, frame)) == 0)
			asked++;
		atomic_store(&io->progress->asked, asked);
	}
	for (uint64_t end = neigh_now_us() + WAIT_US;
	     asked > found && neigh_now_us() < end && !neigh_stopped(io); idle_sleep(POLL_US))
		found += collect(n, io);
	return found;
}

uint32_t neigh6_sweep(struct neigh6 *n, const struct neigh_io *io, const struct dp_addr *source,
                      double pps)
{
	struct nd_ask ask = {.source = *source, .vlan = io->vlan};
	uint32_t found = 0;

	memcpy(ask.mac, io->mac, 6);
	atomic_fetch_add(&io->progress->wanted, n->count);
	for (int i = 0; i < TRIES && found < n->count && !neigh_stopped(io); i++)
		found += sweep_round(n, io, &ask, pps);
	return found;
}

int neigh6_join(int fd, int index, const struct dp_addr *addr)
{
	/* The group of its solicited-node address, RFC 4291 2.7.1, RFC 2464 7. */
	struct packet_mreq m = {.mr_ifindex = index,
	                        .mr_type = PACKET_MR_MULTICAST,
	                        .mr_alen = 6,
	                        .mr_address = {0x33, 0x33, 0xff}};

	memcpy(m.mr_address + 3, addr->b + 13, 3);
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)) ? -errno : 0;
}
