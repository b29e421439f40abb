/* SPDX-License-Identifier: Apache-2.0 */
/* port_count.c - reads the link state and the counters of a DPDK port. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>

#include "idle_sleep.h"
#include "port.h"

enum { LINK_POLL_US = 1000 };

bool port_link(const struct port *p, uint32_t *mbps)
{
	struct rte_eth_link link;

	if (p->queues == 0 || rte_eth_link_get_nowait(p->queue[0].id, &link))
		return false;
	if (mbps)
		*mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed;
	return link.link_status == RTE_ETH_LINK_UP;
}

bool port_link_wait(const struct port *p, unsigned ms)
{
	bool up = port_link(p, NULL);

	for (unsigned i = 0; i < ms && !up; i++) {
		idle_sleep(LINK_POLL_US);
		up = port_link(p, NULL);
	}
	return up;
}

/* Whether @queue is the first of its device, which represents the device. */
static bool is_device(const struct port *p, uint16_t queue)
{
	return p->queue[queue].index == 0;
}

struct port_loss port_loss(const struct port *p)
{
	struct port_loss sum = {.missed = 0};
	struct rte_eth_stats s;

	for (uint16_t i = 0; i < p->queues; i++) {
		if (!is_device(p, i) || rte_eth_stats_get(p->queue[i].id, &s))
			continue;
		sum.missed += s.imissed;
		sum.no_buffer += s.rx_nombuf;
		sum.rx_errors += s.ierrors;
		sum.tx_errors += s.oerrors;
	}
	return sum;
}

/* "rx_q3_bytes", "tx_q0_good_packets" */
static bool is_of_a_queue(const char *name)
{
	return strlen(name) > 4 && strncmp(name + 2, "_q", 2) == 0 && name[4] >= '0' &&
	       name[4] <= '9';
}

struct reading {
	struct rte_eth_xstat *value;
	struct rte_eth_xstat_name *name;
	int count;
};

/* Add @value to the counter of that name if another device has put it there. Returns false if none
 * has. */
static bool add(struct dp_counter *out, unsigned found, const char *name, uint64_t value)
{
	for (unsigned i = 0; i < found; i++) {
		if (strcmp(out[i].name, name) != 0)
			continue;
		out[i].value += value;
		return true;
	}
	return false;
}

/* Append the counters that are not zero to the @found ones in @out: those of queues if @of_queue,
 * else those of the device. Returns how many there are. */
static unsigned choose(const struct reading *r, bool of_queue, unsigned found,
                       struct dp_counter *out, unsigned n)
{
	for (int i = 0; i < r->count; i++) {
		const char *name = r->name[r->value[i].id].name;

		if (r->value[i].value == 0 || is_of_a_queue(name) != of_queue ||
		    add(out, found < n ? found : n, name, r->value[i].value))
			continue;
		if (found < n) {
			snprintf(out[found].name, sizeof(out[found].name), "%s", name);
			out[found].value = r->value[i].value;
		}
		found++;
	}
	return found;
}

/* Read the counters of device @id. If the driver's list grows between two calls, @r stays empty. */
static void read_counters(uint16_t id, struct reading *r)
{
	int room = rte_eth_xstats_get_names(id, NULL, 0);

	if (room <= 0)
		return;
	r->name = calloc((size_t)room, sizeof(*r->name));
	r->value = calloc((size_t)room, sizeof(*r->value));
	if (!r->name || !r->value || rte_eth_xstats_get_names(id, r->name, (unsigned)room) != room)
		return;
	r->count = rte_eth_xstats_get(id, r->value, (unsigned)room);
	if (r->count > room)
		r->count = 0;
}

static unsigned of_all_devices(const struct port *p, bool of_queue, unsigned found,
                               struct dp_counter *out, unsigned n)
{
	for (uint16_t i = 0; i < p->queues; i++) {
		struct reading r = {.count = 0};

		if (!is_device(p, i))
			continue;
		read_counters(p->queue[i].id, &r);
		found = choose(&r, of_queue, found, out, n);
		free(r.name);
		free(r.value);
	}
	return found;
}

unsigned port_counters(const struct port *p, struct dp_counter *out, unsigned n)
{
	return of_all_devices(p, true, of_all_devices(p, false, 0, out, n), out, n);
}
