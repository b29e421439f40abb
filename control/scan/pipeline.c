/* SPDX-License-Identifier: Apache-2.0 */
/* pipeline.c - carries results from stage to stage. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "clock.h"
#include "grab_policy.h"
#include "host_check.h"
#include "pending.h"
#include "pipeline.h"
#include "pool.h"
#include "result_record.h"

enum {
	BURST = 256,
	PENDING_US = 300000, /* the longest wait for a host's check; delays checkpoints as much */
};

struct pipeline {
	struct pipeline_config config;
	struct lanes_stats lanes; /* as of the last step */
	int64_t emptied_us;
	struct pending pending;
	/* struct dp_result of open ports of the interrupted run that are still to be grabbed, and
	 * how many of them were queued */
	struct vec recalled;
	size_t recalled_queued;
	struct host_check check;
	uint32_t slowest_us; /* since pipeline_slowest_us() was last called */
	struct pipeline_counts counts;
	bool hurry;
};

struct pipeline *pipeline_new(const struct pipeline_config *config)
{
	struct pipeline *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->config = *config;
	p->recalled.item = sizeof(struct dp_result);
	if (pending_init(&p->pending) == 0)
		return p;
	free(p);
	return NULL;
}

void pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	pending_fini(&p->pending);
	vec_fini(&p->recalled);
	free(p);
}

static int put_state(struct pipeline *p, const struct dp_result *r, bool middlebox,
                     enum record_ask ask)
{
	struct record_sighting seen = result_sighting(r);

	seen.middlebox = middlebox;
	seen.ask = (uint8_t)ask;
	return writer_sight(p->config.writer, &seen);
}

/* Queue a grab; may_receive() keeps room for it. */
static void schedule(struct pipeline *p, const struct dp_result *r)
{
	if (p->config.lanes != NULL && !p->hurry && lanes_submit(p->config.lanes, r) < 0)
		p->counts.unjudged++;
}

/* Derive identity, exposures and verdicts from the facts of a record. If memory is short for that,
 * or was short for the facts (@incomplete), the record says so, and the scan goes on. */
static void judge_record(struct pipeline *p, struct record *r, bool incomplete)
{
	incomplete |= !vd_facts_complete(r->facts);
	r->truncated |= incomplete;
	if (p->config.enricher != NULL)
		incomplete |= enrich_record(p->config.enricher, r, clock_now_us()) < 0;
	if (!incomplete)
		return;
	r->ask = RECORD_ASKED_UNJUDGED;
	p->counts.unjudged++;
}

/* Ask a host with care from this answer on, if the answer shows that the host is a fragile device. */
static void mind(struct pipeline *p, const struct record *r, const char *service)
{
	if (p->config.lanes != NULL &&
	    (vd_fragile_identity(&r->identity) || (service != NULL && vd_fragile_service(service))))
		lanes_care(p->config.lanes, &r->addr, GRAB_CARE_FRAGILE);
}

/* Store an open port to which nothing may be sent, with the name of the service that usually runs
 * on it. */
static int put_unasked(struct pipeline *p, const struct dp_result *r)
{
	struct record *record = result_record(r);

	if (record == NULL)
		return -ENOMEM;
	p->counts.unasked++;
	lanes_care(p->config.lanes, &r->addr, GRAB_CARE_ONE);
	record->ask = RECORD_UNASKED_FRAGILE;
	enrich_by_port(record);
	return writer_put(p->config.writer, record);
}

/* Store an open port of UDP or ICMP. Its facts come from the reply itself; no connection
 * follows. */
static int put_answer(struct pipeline *p, const struct dp_result *r)
{
	struct record *record = result_record(r);
	size_t len = 0;
	const void *data = dp_data(p->config.dp, r, &len);

	if (record == NULL)
		return -ENOMEM;
	record->ask = RECORD_ASKED;
	if (data != NULL) {
		const char *service = vd_port_service(r->port, r->transport);

		service = vd_decode(service, data, len, record->facts);
		record->truncated = len == DP_DATA_MAX || len > VD_BANNER_MAX;
		record->grabbed = true;
		judge_record(p, record, false);
		mind(p, record, service);
	}
	return writer_put(p->config.writer, record);
}

static bool may_ask(const struct pipeline *p, uint16_t port)
{
	return !grab_policy_is_fragile(port) ||
	       grab_policy_request(port, p->config.ask_fragile) != NULL;
}

/* Whether a grab that is due cannot go the way of the probes. */
static bool has_no_way(const struct pipeline *p, const struct dp_addr *addr)
{
	return p->config.lanes != NULL &&
	       (dp_addr_is_v4(addr, NULL) ? p->config.no_way_v4 : p->config.no_way_v6);
}

/* Whether the port was asked, for its first record. If the port is grabbed, the identity follows as
 * a second record. */
static enum record_ask ask_of(const struct pipeline *p, enum grab_admission_verdict v)
{
	if (v == ADMISSION_MIDDLEBOX || v == ADMISSION_RECORD)
		return RECORD_UNASKED_CROWDED;
	if (p->config.lanes == NULL)
		return RECORD_UNASKED_OFF;
	return v == ADMISSION_FRESH ? RECORD_ASKED : RECORD_ASK_UNKNOWN;
}

/* Store an open port as the verdict @v of the admission says, and queue its grab if it is to have
 * one. */
static int settle_open(struct pipeline *p, const struct dp_result *r, enum grab_admission_verdict v)
{
	int ret;

	if (v == ADMISSION_IGNORE || v == ADMISSION_REPEATED)
		return 0;
	/* Loss probes hit the same port again and again, so fragile devices are left out. */
	if (p->config.loss_probes != NULL && v != ADMISSION_MIDDLEBOX &&
	    !grab_policy_is_fragile(r->port))
		loss_probe_add(p->config.loss_probes, &r->addr, r->port);
	if (r->transport != DP_TRANSPORT_TCP)
		return put_answer(p, r);
	if (v == ADMISSION_GRAB && p->config.lanes != NULL && !may_ask(p, r->port))
		return put_unasked(p, r);
	if (v == ADMISSION_GRAB && has_no_way(p, &r->addr)) {
		p->counts.no_way++;
		return put_state(p, r, false, RECORD_UNASKED_WAY);
	}
	ret = put_state(p, r, v == ADMISSION_MIDDLEBOX, ask_of(p, v));
	if (ret == 0 && v == ADMISSION_GRAB)
		schedule(p, r);
	return ret;
}

/* Whether each lane has room for @n further grabs. */
static bool has_room(const struct pipeline *p, unsigned n)
{
	return p->config.lanes == NULL || p->hurry || lanes_have_room(p->config.lanes, n);
}

/* Take out the pending results whose host has its verdict or that have waited long enough. Returns
 * how many, or the store's error. */
static int release(struct pipeline *p, int64_t now_us)
{
	const struct pending_result *h;
	int n = 0, ret = 0;

	while (ret == 0 && (h = pending_first(&p->pending)) != NULL && has_room(p, 1)) {
		struct dp_result r = h->result;
		bool now = p->hurry || now_us - h->since_us >= PENDING_US;
		enum grab_admission_verdict v =
			grab_admission_release(p->config.admission, &r.addr, r.port, now);

		if (v == ADMISSION_PENDING)
			break;
		pending_drop(&p->pending);
		ret = settle_open(p, &r, v);
		n++;
	}
	return ret < 0 ? ret : n;
}

static int answer_control(struct pipeline *p, const struct dp_result *r)
{
	enum middlebox_event event = middlebox_answer(grab_admission_hosts(p->config.admission),
	                                              &r->addr, r->port, r->reply == DP_REPLY_OPEN);

	return event == MIDDLEBOX_NOTHING
	               ? 0
	               : writer_flag(p->config.writer, &r->addr, event == MIDDLEBOX_CONFIRMED);
}

/* Handle the answer to an extra probe. It changes no port's state. */
static int handle_extra(struct pipeline *p, const struct dp_result *r)
{
	if (r->pass == p->config.passes + DP_EXTRA_CONTROL)
		return answer_control(p, r);
	if (p->config.loss_probes != NULL)
		loss_probe_answer(p->config.loss_probes, &r->addr, r->port, r->rtt_us);
	return 0;
}

/* Whether the scan can have sent the probe that @r answers. Control probes go to ports that the plan
 * has not. A result that fails here is forged: somebody guessed a cookie, which for UDP is no more
 * than a source port. */
static bool is_of_plan(const struct pipeline *p, const struct dp_result *r)
{
	if (p->config.plan == NULL)
		return true;
	if (r->pass == p->config.passes + DP_EXTRA_CONTROL)
		return dp_space_contains(p->config.plan->space, &r->addr);
	return plan_covers(p->config.plan, &r->addr, r->port);
}

static int handle(struct pipeline *p, const struct dp_result *r)
{
	enum grab_admission_verdict v;

	if (!is_of_plan(p, r)) {
		p->counts.outside++;
		return 0;
	}
	if (r->rtt_us > p->slowest_us)
		p->slowest_us = r->rtt_us;
	if (r->pass >= p->config.passes && r->pass != p->config.passes + DP_EXTRA_KNOWN)
		return handle_extra(p, r);
	if (p->config.revisit != NULL)
		revisit_answer(p->config.revisit, &r->addr, r->port);
	if (r->reply != DP_REPLY_OPEN)
		return put_state(p, r, false, RECORD_ASK_UNKNOWN);
	if (p->config.coverage != NULL &&
	    !coverage_note(p->config.coverage, &r->addr, r->port, r->pass))
		return 0;
	v = grab_admission_open(p->config.admission, &r->addr, r->port);
	if (v == ADMISSION_PENDING) {
		if (pending_put(&p->pending, r, clock_monotonic_us()))
			return 0;
		v = grab_admission_release(p->config.admission, &r->addr, r->port, true);
	}
	return settle_open(p, r, v);
}

int pipeline_check_hosts(struct pipeline *p, double pps, bool sending)
{
	const struct host_check_to to = {grab_admission_hosts(p->config.admission), p->config.dp,
	                                 p->config.writer};

	return host_check_run(&p->check, &to, pps, sending);
}

/* The reply to the probe that found the port, as the record has it. */
static struct dp_result result_of(const struct record *r)
{
	return (struct dp_result){
		.addr = r->addr,
		.from = r->addr,
		.time_us = (uint64_t)r->last_seen_us,
		.rtt_us = r->reply.rtt_us,
		.tcp_options = r->reply.tcp_options,
		.port = r->port,
		.window = r->reply.window,
		.mss = r->reply.mss,
		.transport = r->transport,
		.reply = DP_REPLY_OPEN,
		.ttl = r->reply.ttl,
		.wscale = r->reply.wscale,
	};
}

static int recall_later(struct pipeline *p, const struct dp_result *result)
{
	struct dp_result *later = vec_push(&p->recalled);

	if (later == NULL)
		return -ENOMEM;
	*later = *result;
	return 0;
}

int pipeline_refresh(struct pipeline *p, const struct record *r)
{
	struct dp_result result = result_of(r);
	enum grab_admission_verdict v = grab_admission_open(p->config.admission, &r->addr, r->port);

	if (v == ADMISSION_PENDING)
		v = grab_admission_release(p->config.admission, &r->addr, r->port, true);
	if (v != ADMISSION_GRAB || !may_ask(p, r->port))
		return 0;
	if (has_no_way(p, &r->addr)) {
		p->counts.no_way++;
		return 0;
	}
	result.pass = LANES_REFRESH;
	return recall_later(p, &result);
}

int pipeline_recall(struct pipeline *p, const struct record *r)
{
	struct dp_result result = result_of(r);
	enum grab_admission_verdict v;

	if (p->config.revisit != NULL)
		revisit_answer(p->config.revisit, &r->addr, r->port);
	if (p->config.coverage != NULL)
		coverage_known(p->config.coverage, &r->addr, r->port);
	v = grab_admission_open(p->config.admission, &r->addr, r->port);
	if (v == ADMISSION_PENDING)
		v = grab_admission_release(p->config.admission, &r->addr, r->port, true);
	if (v != ADMISSION_GRAB || r->grabbed ||
	    (r->ask != RECORD_ASK_UNKNOWN && r->ask != RECORD_UNASKED_WAY))
		return 0;
	if (has_no_way(p, &r->addr))
		return settle_open(p, &result, v);
	return recall_later(p, &result);
}

/* Queue grabs of recalled ports as long as there is room. */
static void queue_recalled(struct pipeline *p)
{
	while (p->recalled_queued < p->recalled.count && has_room(p, BURST))
		schedule(p, vec_at(&p->recalled, p->recalled_queued++));
	if (p->recalled_queued == p->recalled.count) {
		vec_fini(&p->recalled);
		p->recalled_queued = 0;
	}
}

static int receive(struct pipeline *p)
{
	struct dp_result results[BURST];
	int64_t now_us = clock_monotonic_us();
	unsigned n;

	/* Without room for a whole burst, the results stay in the dataplane's ring. */
	if (!has_room(p, BURST))
		return 0;
	n = dp_receive(p->config.dp, results, BURST);
	for (unsigned i = 0; i < n; i++) {
		int ret = handle(p, &results[i]);

		if (ret < 0)
			return ret;
	}
	if (n < BURST)
		p->emptied_us = now_us;
	return (int)n;
}

static void doze(int ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static int step_lanes(struct pipeline *p, int wait_ms)
{
	int done = 0;

	if (p->config.lanes == NULL) {
		if (wait_ms > 0)
			doze(wait_ms);
		return 0;
	}
	done = lanes_step(p->config.lanes, wait_ms);
	lanes_stats(p->config.lanes, &p->lanes);
	return done;
}

int pipeline_step(struct pipeline *p, int wait_ms)
{
	int received, grabbed, released;

	queue_recalled(p);
	received = receive(p);
	if (received < 0)
		return received;
	released = release(p, clock_monotonic_us());
	if (released < 0)
		return released;
	received += released;
	grabbed = step_lanes(p, received > 0 ? 0 : wait_ms);
	return grabbed < 0 ? grabbed : received + grabbed;
}

bool pipeline_idle(const struct pipeline *p)
{
	return pending_first(&p->pending) == NULL &&
	       (p->hurry || (p->lanes.load == 0 && p->recalled.count == 0));
}

struct pipeline_counts pipeline_counts(const struct pipeline *p)
{
	struct pipeline_counts counts = p->counts;

	counts.unjudged += p->lanes.unjudged;
	return counts;
}

unsigned pipeline_grab_percent(const struct pipeline *p)
{
	return p->lanes.percent;
}

int64_t pipeline_emptied_us(const struct pipeline *p)
{
	const struct pending_result *h = pending_first(&p->pending);

	return h != NULL && h->since_us < p->emptied_us ? h->since_us : p->emptied_us;
}

uint32_t pipeline_slowest_us(struct pipeline *p)
{
	uint32_t slowest = p->slowest_us;

	p->slowest_us = 0;
	return slowest;
}

void pipeline_hurry(struct pipeline *p)
{
	p->hurry = true;
}
