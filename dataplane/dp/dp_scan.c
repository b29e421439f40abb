/* SPDX-License-Identifier: Apache-2.0 */
/* dp_scan.c - runs a scan's workers, from their launch to their end. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_launch.h>

#include "dp_source.h"
#include "eal.h"
#include "clock.h"
#include "error.h"
#include "idle_sleep.h"
#include "post.h"
#include "ring.h"
#include "slots.h"
#include "space.h"

enum { DEDUP_MIN = 1 << 12, DEDUP_MAX = 1 << 20 };

static const double rate_min = 0.1;

/* The number of replies to remember, to recognise duplicates: enough for all answers if there are
 * few targets, else for those of a second. */
static uint64_t dedup_capacity(uint64_t targets)
{
	uint64_t n = DEDUP_MIN;

	while (n < DEDUP_MAX && n < targets)
		n *= 2;
	return n;
}

static struct worker_clock read_clock(void)
{
	struct worker_clock c = {.hz = rte_get_tsc_hz()};

	c.base_us = (uint64_t)clock_now_us();
	c.base_tsc = rte_rdtsc();
	c.us_per_tick = 1e6 / (double)c.hz;
	return c;
}

/* Put into the templates what all frames of a family have in common: the gateway's link-layer
 * address, if there is one gateway. Else each frame gets its next hop in the worker. */
static void put_hops(const struct dp_way *w, struct probe_config *p)
{
	unsigned hop;
	uint64_t mac;

	p->direct4 = !hops_is_one_gateway(&w->hops, false, &hop);
	if (!p->direct4) {
		mac = atomic_load(&w->hops.hop[hop].mac);
		memcpy(p->gateway_mac, &mac, 6);
	}
	p->direct6 = !hops_is_one_gateway(&w->hops, true, &hop);
	if (!p->direct6) {
		mac = atomic_load(&w->hops.hop[hop].mac);
		memcpy(p->gateway6_mac, &mac, 6);
	}
}

/* Whether the hop of a target has to be asked for its source: a family has several. */
static bool has_choice(const struct dp_way *w)
{
	unsigned v4 = 0;

	for (unsigned i = 0; i < w->source_count; i++)
		v4 += dp_addr_is_v4(&w->source[i], NULL);
	return w->by_hop && (v4 > 1 || w->source_count - v4 > 1);
}

static int make_probe(struct dp *dp, const struct dp_scan_config *c, struct error *err)
{
	struct probe_config p = {
		.space = c->space,
		.sources = dp->way.source,
		.source_count = dp->way.source_count,
		.source_port_first = dp->set.port_first,
		.source_port_last = dp->set.port_last,
		.passes = c->passes + (c->extra || c->conns ? DP_EXTRAS : 0) +
	                  (c->conns ? DP_CONN_ATTEMPTS : 0),
		.kind = probe_kinds[c->probe],
		.payloads = c->payloads,
		.payload_count = c->payload_count,
		.vlan = dp->set.vlan,
		.hops = has_choice(&dp->way) ? &dp->way.hops : NULL,
	};

	memcpy(p.key, c->key, sizeof(p.key));
	memcpy(p.secret, c->secret, sizeof(p.secret));
	memcpy(p.src_mac, dp->port.mac, 6);
	put_hops(&dp->way, &p);
	dp->probe = probe_new(&p);
	if (dp->probe)
		return 0;
	return error_set(err, -errno,
	                 errno == EADDRNOTAVAIL
	                         ? "targets of an address family in which %s has no source address"
	                         : "probes cannot be prepared for %s",
	                 dp->set.name);
}

static void own_alone(const struct dp *dp, struct responder_self *own)
{
	for (unsigned i = 0; i < dp->set.source_count; i++)
		if (dp->set.unshared >> i & 1)
			own->addr[own->count++] = dp->set.source[i];
	memcpy(own->mac, dp->port.mac, 6);
}

/* Whether the kernel gets the SYN-ACKs, too. It has no connection for them, so it answers with a
 * RST. */
static bool kernel_hears(const struct dp *dp)
{
	return dp->link.index != 0 && !dp->xdp && dp->set.unshared == 0;
}

/* On a port of one's own, the worker sends the questions to gateways and hears the answers. */
static int make_post(struct dp *dp, unsigned i)
{
	if (dp->link.index != 0)
		return 0;
	dp->post[i] = aligned_alloc(64, sizeof(*dp->post[i]));
	if (dp->post[i] == NULL)
		return -ENOMEM;
	memset(dp->post[i], 0, sizeof(*dp->post[i]));
	return 0;
}

static int prepare(struct dp *dp, const struct dp_scan_config *c, unsigned i)
{
	struct walk_config walk = {
		space_map(c->space)->size, c->shard, c->shards, i, dp->workers, c->passes};
	struct worker *w = &dp->worker[i];
	uint64_t capacity;
	int ret = make_post(dp, i);

	if (ret)
		return ret;
	*w = (struct worker){
		.port_id = dp->port.queue[i].id,
		.queue_id = dp->port.queue[i].index,
		.want_closed = c->want_closed,
		.resets = !kernel_hears(dp),
		.passes = (uint16_t)c->passes,
		.known_open = c->known_open,
		.responds = dp->set.unshared != 0,
		.cooldown_ticks = rte_get_tsc_hz() / 1000 * c->cooldown_ms,
		.probe = dp->probe,
		.hops = &dp->way.hops,
		.neigh = &dp->way.neigh,
		.post = dp->post[i],
		.pool = dp->port.queue[i].pool,
		.shared = &dp->shared,
		.clock = read_clock(),
		.step = c->resume ? c->resume[i] : 0,
	};
	own_alone(dp, &w->own);
	ret = walk_init(&w->walk, &walk);
	if (ret)
		return ret;
	if (w->step > w->walk.steps)
		w->step = w->walk.steps;
	w->counters.steps = w->step;
	dp->targets += w->walk.steps;
	capacity = dedup_capacity(walk.n);
	dp->dedup[i] = aligned_alloc(64, dedup_size(capacity));
	w->results = dp->ring[i] = ring_new();
	if (probe_kind_of(dp->probe)->carries)
		w->slots = dp->slots[i] = slots_new();
	if (c->cap.pps > 0)
		w->caps = dp->caps[i] = caps_new(&c->cap, dp->workers, w->clock.hz, c->secret);
	if (!dp->dedup[i] || !dp->ring[i] || (!w->caps && c->cap.pps > 0) ||
	    (!w->slots && probe_kind_of(dp->probe)->carries))
		return -ENOMEM;
	dedup_init(&w->dedup, dp->dedup[i], capacity, c->secret);
	return dp_conn_prepare(dp, i);
}

static int prepare_all(struct dp *dp, struct error *err)
{
	const struct dp_scan_config *c = &dp->scan;
	int ret = make_probe(dp, c, err);

	if (ret)
		return ret;
	dp->worker = aligned_alloc(64, dp->workers * sizeof(*dp->worker));
	if (!dp->worker)
		return error_set(err, -ENOMEM, "no memory for %u workers", dp->workers);
	if (dp->xdp && (dp->way.by_hop || dp->set.conns != c->conns)) {
		dp->set.conns = c->conns;
		ret = dp_iface_steer(dp, dp->way.source, dp->way.source_count, err);
	}
	if (ret)
		return ret;
	dp->places = dp_places_new(dp->workers);
	if (!dp->places)
		return error_set(err, -ENOMEM, "no memory for %u workers", dp->workers);
	for (unsigned i = 0; i < dp->workers && ret == 0; i++)
		ret = prepare(dp, c, i);
	if (ret)
		return error_set(err, ret, "a worker cannot be prepared: %s", strerror(-ret));
	return 0;
}

static int check(const struct dp *dp, const struct dp_scan_config *c, struct error *err)
{
	uint32_t running = atomic_load(&dp->shared.running);

	if (running || dp->resolve.running)
		return error_set(err, -EBUSY, "a scan is running on %s", dp->set.name);
	if (space_map(c->space)->size == 0)
		return error_set(err, -EINVAL, "there is nothing to probe");
	if (c->probe >= probe_kind_count)
		return error_set(err, -EINVAL, "there is no such probe");
	if (!(c->rate_pps > 0) || c->passes == 0 || c->shards == 0 || c->shard >= c->shards)
		return error_set(err, -EINVAL, "rate, passes or shards out of range");
	if (c->workers && c->workers != dp->set.queues)
		return error_set(err, -EINVAL,
		                 "%u workers wanted, but %s has %u "
		                 "queues and each needs one",
		                 c->workers, dp->set.name, dp->set.queues);
	return 0;
}

static int launch(struct dp *dp, struct error *err)
{
	dp->watch = (struct dp_link_watch){.flaps_counted = false};
	if (dp->link.index != 0)
		dp->watch.flaps_counted = link_flaps(&dp->link, &dp->watch.flaps);
	dp_places_note(dp, clock_monotonic_us());
	atomic_store(&dp->shared.sending, dp->workers);
	atomic_store(&dp->shared.running, dp->workers);
	for (unsigned i = 0; i < dp->workers; i++) {
		unsigned lcore = eal_worker_lcore(i);

		if (rte_eal_remote_launch(worker_run, &dp->worker[i], lcore) == 0)
			continue;
		atomic_fetch_sub(&dp->shared.running, dp->workers - i);
		dp_stop(dp);
		return error_set(err, -EBUSY, "lcore %u is taken by another scan of this process",
		                 lcore);
	}
	return 0;
}

uint64_t dp_own_targets(const struct dp *dp, struct dp_addr *out, unsigned n)
{
	uint64_t count = dp->worker != NULL ? dp->way.own_count : 0;

	for (uint64_t i = 0; i < count && i < n; i++)
		out[i] = dp->way.own[i];
	return count;
}

bool dp_extra(struct dp *dp, const struct dp_addr *addr, uint16_t port, enum dp_extra kind)
{
	struct extra_target t = {*addr, port, (uint16_t)(dp->scan.passes + kind)};

	if (dp->worker == NULL || !dp->scan.extra || !dp_space_contains(dp->scan.space, addr))
		return false;
	dp->next_extra = (dp->next_extra + 1) % dp->workers;
	return extra_put(&dp->worker[dp->next_extra].extra, &t);
}

static void *resolve(void *arg)
{
	struct dp *dp = arg;
	struct dp_resolve *r = &dp->resolve;

	r->ret = dp_hops_find(dp, &r->err);
	atomic_store(&r->ended, true);
	return NULL;
}

int dp_begin(struct dp *dp, const struct dp_scan_config *scan, struct error *err)
{
	int ret = check(dp, scan, err);

	if (ret)
		return ret;
	dp_scan_free(dp);
	dp->scan = *scan;
	memset(&dp->shared, 0, sizeof(dp->shared));
	memset(&dp->resolve, 0, sizeof(dp->resolve));
	atomic_store(&dp->shared.deny.now, dp->deny);
	dp->workers = dp->set.queues;
	dp->loss = port_loss(&dp->port);
	dp_set_rate(dp, scan->rate_pps);
	ret = pthread_create(&dp->resolve.thread, NULL, resolve, dp);
	if (ret)
		return error_set(err, -ret, "no thread to resolve next hops: %s", strerror(ret));
	dp->resolve.running = true;
	return 0;
}

static void join(struct dp *dp)
{
	if (dp->resolve.running)
		pthread_join(dp->resolve.thread, NULL);
	dp->resolve.running = false;
}

int dp_launch(struct dp *dp, struct error *err)
{
	struct dp_resolve *r = &dp->resolve;
	int ret;

	if (dp->worker)
		return 0;
	if (r->running && !atomic_load(&r->ended))
		return -EAGAIN;
	join(dp);
	*err = r->err;
	ret = atomic_load(&r->progress.stop) ? -ECANCELED : r->ret;
	if (ret == 0)
		ret = prepare_all(dp, err);
	if (ret == 0)
		ret = launch(dp, err);
	if (ret)
		dp_scan_free(dp);
	return ret;
}

void dp_scan_free(struct dp *dp)
{
	for (unsigned i = 0; i < dp->workers; i++) {
		free(dp->dedup[i]);
		ring_free(dp->ring[i]);
		slots_free(dp->slots[i]);
		dp_conn_free(dp, i);
		free(dp->post[i]);
		dp->post[i] = NULL;
		caps_free(dp->caps[i]);
		dp->caps[i] = NULL;
		dp->slots[i] = NULL;
		dp->borrowed[i] = 0;
		dp->dedup[i] = NULL;
		dp->ring[i] = NULL;
	}
	free(dp->worker);
	dp_places_free(dp->places);
	dp->places = NULL;
	dp->again_us = 0;
	probe_free(dp->probe);
	dp_way_fini(&dp->way);
	dp->gateways_us = 0;
	dp->moves = 0;
	dp->worker = NULL;
	dp->probe = NULL;
	dp->workers = 0;
	dp->targets = 0;
}

void dp_set_rate(struct dp *dp, double pps)
{
	dp->rate_pps = pps < rate_min ? rate_min : pps;
	atomic_store(&dp->shared.worker_pps, dp->rate_pps / (dp->workers ? dp->workers : 1));
	/* Release: a worker that sees the new @rate_turn sees the new rate. */
	atomic_fetch_add_explicit(&dp->shared.rate_turn, 1, memory_order_release);
}

void dp_pause(struct dp *dp, bool paused)
{
	atomic_store(&dp->shared.paused, paused);
}

void dp_stop_sending(struct dp *dp)
{
	atomic_store(&dp->shared.stop_sending, true);
}

void dp_stop(struct dp *dp)
{
	atomic_store(&dp->shared.quit, true);
	atomic_store(&dp->resolve.progress.stop, true);
	join(dp);
	for (unsigned i = 0; i < dp->workers && dp->worker; i++)
		rte_eal_wait_lcore(eal_worker_lcore(i));
}
