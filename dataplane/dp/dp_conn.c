/* SPDX-License-Identifier: Apache-2.0 */
/* dp_conn.c - the control thread's side of the workers' connections. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "conns.h"
#include "dp_private.h"
#include "probe_impl.h"

static_assert((int)DP_CONN_BYTES == (int)TCP_SLAB_BYTES, "a slab is a slab");
static_assert((int)DP_CONN_OFFER == TCP_OFFER && (int)DP_CONN_DATA == TCP_DATA &&
                      (int)DP_CONN_SENT == TCP_SENT && (int)DP_CONN_FIN == TCP_FIN &&
                      (int)DP_CONN_DEAD == TCP_DEAD,
              "events have the numbers of the core");
static_assert((int)DP_CONN_RESET == TCP_END_RESET &&
                      (int)DP_CONN_UNANSWERED == TCP_END_UNANSWERED &&
                      (int)DP_CONN_LATE == TCP_END_LATE &&
                      (int)DP_CONN_OVERFLOW == TCP_END_OVERFLOW,
              "ends, too");

/* Several queues over which the NIC does not spread by addresses and ports: the segments of a connection
 * may come by another one than its SYN-ACK. */
static bool is_scattered(const struct dp *dp)
{
	return dp->set.queues > 1 && !dp->port.rss;
}

bool dp_conn_possible(const struct dp *dp, char why[DP_CONN_WHY])
{
	why[0] = '\0';
	if (dp->link.index != 0 && !dp->xdp && dp->set.unshared == 0)
		snprintf(
			why, DP_CONN_WHY,
			"through AF_PACKET the kernel answers for '%.64s', too; give an address of the "
			"scan's own (--source-ip)",
			dp->set.name);
	else if (is_scattered(dp))
		snprintf(why, DP_CONN_WHY,
		         "'%.64s' has %u queues, and does not keep the segments of a connection in "
		         "one; `ethtool -L` makes it one queue",
		         dp->set.name, dp->set.queues);
	return why[0] == '\0';
}

int dp_conn_prepare(struct dp *dp, unsigned i)
{
	const struct conns_config c = {.worker = &dp->worker[i],
	                               .own = dp->way.source,
	                               .own_count = dp->way.source_count,
	                               .mac = dp->port.mac,
	                               .secret = dp->scan.secret,
	                               .never = dp->scan.never,
	                               .vlan = dp->set.vlan,
	                               .ts_offset = dp->probe->clock_offset};

	if (!dp->scan.conns)
		return 0;
	dp->worker[i].conns = dp->conns[i] = conns_new(&c);
	return dp->conns[i] != NULL ? 0 : -ENOMEM;
}

void dp_conn_free(struct dp *dp, unsigned i)
{
	conns_free(dp->conns[i]);
	dp->conns[i] = NULL;
}

int dp_conn_dial(struct dp *dp, const struct dp_addr *addr, uint16_t port, unsigned attempt)
{
	struct extra_target t = {*addr, port, 0};

	if (dp->worker == NULL || !dp->scan.conns || atomic_load(&dp->shared.running) == 0)
		return -ENOTCONN;
	if (!dp_space_contains(dp->scan.space, addr))
		return -EINVAL;
	t.pass = (uint16_t)(dp->scan.passes + DP_EXTRAS + attempt % DP_CONN_ATTEMPTS);
	dp->next_dial = (dp->next_dial + 1) % dp->workers;
	return extra_put(&dp->worker[dp->next_dial].dial, &t) ? 0 : -EAGAIN;
}

static void translate(const struct dp *dp, uint32_t worker, const struct tcp_event *from,
                      struct dp_conn_event *to)
{
	unsigned dialled = dp->scan.passes + DP_EXTRAS;

	*to = (struct dp_conn_event){.id = {from->conn, worker},
	                             .kind = from->kind,
	                             .end = from->end,
	                             .attempt = DP_CONN_ATTEMPTS,
	                             .port = from->port,
	                             .slab = from->slab,
	                             .rtt_us = from->rtt_us,
	                             .addr = from->addr};
	if (from->kind == TCP_DATA || from->kind == TCP_SENT)
		to->len = tcp_slab(dp->conns[worker]->tcp, from->slab)->len;
	if (from->pass >= dialled)
		to->attempt = (uint8_t)(from->pass - dialled);
	if (from->kind == CONNS_REFUSED)
		to->kind = DP_CONN_REFUSED;
	if (from->kind == CONNS_UNREACHED)
		to->kind = DP_CONN_UNREACHED;
}

/* Take the events of one worker. */
static unsigned take(struct dp *dp, unsigned worker, struct dp_conn_event *out, unsigned n)
{
	enum { BURST = 64 };
	struct conns *c = dp->conns[worker];
	struct tcp_event e[BURST];
	unsigned got = rte_ring_sc_dequeue_burst_elem(c->events, e, sizeof(e[0]),
	                                              n < BURST ? n : BURST, NULL);

	for (unsigned i = 0; i < got; i++) {
		translate(dp, worker, &e[i], &out[i]);
		if (e[i].kind == TCP_SENT)
			c->spare[c->spare_count++] = e[i].slab;
	}
	return got;
}

unsigned dp_conn_events(struct dp *dp, struct dp_conn_event *out, unsigned n)
{
	unsigned got = 0, quiet = 0, more;

	if (dp->worker == NULL || !dp->scan.conns)
		return 0;
	while (got < n && quiet < dp->workers) {
		more = take(dp, dp->next_conns, out + got, n - got);
		dp->next_conns = (dp->next_conns + 1) % dp->workers;
		quiet = more > 0 ? 0 : quiet + 1;
		got += more;
	}
	return got;
}

const void *dp_conn_data(const struct dp *dp, const struct dp_conn_event *e, size_t *len)
{
	const struct tcp_slab *s = tcp_slab(dp->conns[e->id.worker]->tcp, e->slab);

	*len = s->len;
	return s->bytes;
}

/* Give an order. The ring has room for all that there can be; if it has not, the worker has ended. */
static bool order(struct dp *dp, const struct dp_conn_id *id, enum conns_order_kind kind,
                  uint32_t slab)
{
	const struct conns_order o = {id->conn, slab, kind};

	if (dp->worker == NULL || id->worker >= dp->workers || dp->conns[id->worker] == NULL)
		return false;
	return rte_ring_sp_enqueue_elem(dp->conns[id->worker]->orders, (void *)(uintptr_t)&o,
	                                sizeof(o)) == 0;
}

void dp_conn_return(struct dp *dp, const struct dp_conn_event *e)
{
	order(dp, &e->id, CONNS_RETURN, e->slab);
}

size_t dp_conn_say(struct dp *dp, const struct dp_conn_id *id, const void *data, size_t len)
{
	struct conns *c = dp->worker != NULL ? dp->conns[id->worker] : NULL;
	const uint8_t *bytes = data;
	size_t done = 0;

	while (c != NULL && done < len && c->spare_count > 0) {
		uint32_t number = c->spare[c->spare_count - 1];
		struct tcp_slab *s = tcp_slab(c->tcp, number);
		size_t n = len - done < TCP_SLAB_BYTES ? len - done : TCP_SLAB_BYTES;

		memcpy(s->bytes, bytes + done, n);
		s->len = (uint16_t)n;
		if (!order(dp, id, CONNS_SAY, number))
			break;
		c->spare_count--;
		done += n;
	}
	return done;
}

void dp_conn_listen(struct dp *dp, const struct dp_conn_id *id)
{
	order(dp, id, CONNS_LISTEN, 0);
}

void dp_conn_close(struct dp *dp, const struct dp_conn_id *id, bool fin)
{
	order(dp, id, fin ? CONNS_FINISH : CONNS_CLOSE, 0);
}

unsigned dp_conn_most(const struct dp *dp)
{
	return CONNS / 2 * (dp->set.queues > 0 ? dp->set.queues : 1);
}
