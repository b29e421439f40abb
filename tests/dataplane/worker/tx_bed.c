/* SPDX-License-Identifier: Apache-2.0 */
/* tx_bed.c - runs workers without a scan around them. */
#include "tx_bed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "splitmix.h"

void bed_read_target(const struct rte_mbuf *m, struct dp_addr *addr, uint16_t *port)
{
	const uint8_t *ip = rte_pktmbuf_mtod(m, const uint8_t *) + 14;
	bool v4 = ip[0] >> 4 == 4;

	if (v4)
		*addr = dp_addr_v4(packet_be32(ip + 16));
	else
		memcpy(addr, ip + 24, sizeof(*addr));
	*port = packet_be16(ip + (v4 ? 20 : 40) + 2);
}

static void note(struct bed *b, unsigned worker, const struct rte_mbuf *m)
{
	const struct dp_space_order order = {b->space, b->config.key, b->config.shards,
	                                     b->config.workers};
	struct dp_addr addr;
	struct dp_visit v;
	uint16_t port;

	bed_read_target(m, &addr, &port);
	if (b->note_visit != NULL)
		b->note_visit(b->note_arg, worker, &addr, port);
	if (b->visits == NULL)
		return;
	if (dp_space_visit(&order, &addr, port, &v) != 0)
		ck_abort_msg("a frame to what is no target");
	b->visits[v.position]++;
}

/* A rte_tx_callback_fn. The driver tells the worker that frames which it does not let through were
 * not taken. */
static uint16_t on_burst(uint16_t port, uint16_t queue, struct rte_mbuf **m, uint16_t n, void *arg)
{
	static _Thread_local uint64_t seed = 77;
	struct bed *b = arg;
	uint16_t taken = n;

	(void)port;
	if (b->nic.stalled)
		return 0;
	if (b->nic.picky)
		taken = (uint16_t)(splitmix(&seed) % (n + 1u));
	b->nic.frames += taken;
	if (b->note_burst != NULL)
		b->note_burst(b->note_arg, m, taken);
	for (uint16_t i = 0; i < taken && !b->nic.losing; i++)
		note(b, queue, m[i]);
	return taken;
}

void bed_open(struct bed *b)
{
	const struct eal_config c = {.workers = 1};
	struct error err = {""};

	memset(b, 0, sizeof(*b));
	ck_assert_msg(eal_start(&c, &err) == 0, "%s", err.text);
	ck_assert_msg(port_open(&b->port, "net_null_bed,no-rx=1", BED_WORKERS, &err) == 0, "%s",
	              err.text);
	for (uint16_t q = 0; q < BED_WORKERS; q++)
		ck_assert_ptr_nonnull(rte_eth_add_tx_callback(b->port.queue[q].id,
		                                              b->port.queue[q].index, on_burst, b));
}

static void make_probe(struct bed *b)
{
	struct dp_addr sources[2] = {dp_addr_v4(0xc6120001)};
	struct probe_config p = {
		.space = b->space,
		.sources = sources,
		.source_count = 2,
		.source_port_first = 61000,
		.source_port_last = 65531,
		.passes = b->config.passes,
	};

	ck_assert_int_eq(dp_addr_parse("2001:db8::1", &sources[1]), 0);
	memcpy(p.key, b->config.key, sizeof(p.key));
	memcpy(p.secret, b->config.key, sizeof(p.secret));
	b->probe = probe_new(&p);
	ck_assert_ptr_nonnull(b->probe);
}

static struct hops no_hops; /* the probes have the gateway's address */

static void prepare(struct bed *b, unsigned i, uint64_t step)
{
	const struct bed_config *c = &b->config;
	const struct walk_config lane = {
		space_map(b->space)->size, c->shard, c->shards, i, c->workers, c->passes};
	struct worker *w = &b->worker[i];
	uint64_t hz = rte_get_tsc_hz() / BED_SPEED;

	*w = (struct worker){
		.hops = &no_hops,
		.port_id = b->port.queue[i].id,
		.queue_id = b->port.queue[i].index,
		.passes = (uint16_t)c->passes,
		.cooldown_ticks = hz / 1000 * c->cooldown_ms,
		.probe = b->probe,
		.pool = b->port.queue[i].pool,
		.shared = &b->shared,
		.clock = {rte_rdtsc(), 1700000000000000, hz, 1e6 / (double)hz},
		.step = step,
	};
	w->counters.steps = step;
	ck_assert_int_eq(walk_init(&w->walk, &lane), 0);
	if (c->cap.pps > 0) {
		w->caps = b->caps[i] = caps_new(&c->cap, c->workers, hz, c->key);
		ck_assert_ptr_nonnull(w->caps);
	}
}

static void *run(void *arg)
{
	worker_run(arg);
	return NULL;
}

void bed_start(struct bed *b, const struct bed_config *c, const uint64_t *resume)
{
	const struct scope *deny = b->shared.deny.now;

	b->config = *c;
	memset(&b->shared, 0, sizeof(b->shared));
	b->shared.deny.now = deny;
	b->shared.sending = b->shared.running = c->workers;
	bed_rate(b, c->pps);
	make_probe(b);
	b->worker = aligned_alloc(64, c->workers * sizeof(*b->worker));
	ck_assert_ptr_nonnull(b->worker);
	for (unsigned i = 0; i < c->workers; i++)
		prepare(b, i, resume != NULL ? resume[i] : 0);
	for (unsigned i = 0; i < c->workers; i++)
		ck_assert_int_eq(pthread_create(&b->thread[i], NULL, run, &b->worker[i]), 0);
}

static void end(struct bed *b)
{
	for (unsigned i = 0; i < b->config.workers; i++) {
		pthread_join(b->thread[i], NULL);
		caps_free(b->caps[i]);
		b->caps[i] = NULL;
	}
	probe_free(b->probe);
	free(b->worker);
}

void bed_wait(struct bed *b)
{
	for (unsigned ms = 0; b->shared.running > 0; ms++) {
		if (ms == 60000)
			ck_abort_msg("the workers do not end");
		usleep(1000);
	}
	end(b);
}

void bed_quit(struct bed *b, uint64_t *out)
{
	b->shared.quit = true;
	for (unsigned ms = 0; b->shared.running > 0 && ms < 60000; ms++)
		usleep(1000);
	for (unsigned i = 0; i < b->config.workers; i++)
		out[i] = counter_read(&b->worker[i].counters.steps);
	end(b);
}

void bed_rate(struct bed *b, double pps)
{
	b->shared.worker_pps = pps;
	b->shared.rate_turn++;
}

void bed_deny(struct bed *b, struct scope *deny)
{
	uint64_t epoch;
	const struct scope *old = scope_swap(&b->shared.deny, deny, &epoch);

	for (unsigned i = 0; i < b->config.workers; i++)
		for (unsigned ms = 0; !scope_passed(&b->worker[i].reader, epoch); ms++) {
			if (ms == 60000)
				ck_abort_msg("a worker keeps the former list");
			usleep(1000);
		}
	scope_free((struct scope *)(uintptr_t)old);
}

void bed_mark(struct bed *b)
{
	for (unsigned i = 0; i < b->config.workers; i++) {
		const struct counters *c = &b->worker[i].counters;

		b->mark[i] = (struct worker_place){counter_read(&c->steps),
		                                   counter_read(&c->skipped_scope),
		                                   counter_read(&c->skipped_noroute)};
	}
}

void bed_back(struct bed *b)
{
	for (unsigned i = 0; i < b->config.workers; i++)
		b->worker[i].back = b->mark[i];
	b->shared.back_turn++;
}

bool bed_is_back(const struct bed *b)
{
	for (unsigned i = 0; i < b->config.workers; i++)
		if (b->worker[i].back_turn != b->shared.back_turn)
			return false;
	return true;
}

bool bed_is_through(const struct bed *b)
{
	for (unsigned i = 0; i < b->config.workers; i++) {
		const struct worker *w = &b->worker[i];

		if (__atomic_load_n(&w->counters.steps, __ATOMIC_ACQUIRE) != w->walk.steps)
			return false;
	}
	return true;
}
