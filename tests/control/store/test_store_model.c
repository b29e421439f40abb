/* SPDX-License-Identifier: Apache-2.0 */
/* test_store_model.c - compares the store with a simple model after many random scans. */
#include <errno.h>
#include <stdint.h>

#include "store_dir.h"
#include "suite.h"

enum { HOSTS = 3, PORTS = 3, SCANS = 14, INTERVALS = 64, EVENTS = 2048, DAY = 86400 };

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */
static const uint16_t ports[PORTS] = {22, 80, 31337};
static const char *const products[] = {"", "nginx", "httpd"};

struct interval {
	int64_t start_us, end_us;
	int product;
};

struct service {
	uint8_t state; /* 0 = never seen */
	int64_t first_us, last_us, opened_us, judged_us;
	uint32_t misses;
	int product; /* 0 = not known */
	int scan;
	bool unlogged; /* it opened in this scan, and nothing is known of it yet */
	struct interval list[INTERVALS];
	int intervals;
};

struct host {
	struct service services[PORTS];
	bool known, middlebox;
	int scan;       /* the last one that saw the host */
	bool was_known; /* before this scan */
	int was_open;   /* ports, before this scan */
};

static struct {
	struct host hosts[HOSTS];
	char events[EVENTS][32];
	int event_count;
	int scan;
} model;

static struct store_dir dir;
static uint64_t state;

static unsigned pick(unsigned n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(state >> 33) % n;
}

/* ---- the model ------------------------------------------------------------------------------- */

static void event(const char *type, int port)
{
	ck_assert_int_lt(model.event_count, EVENTS);
	snprintf(model.events[model.event_count++], 32, "%s %d", type, port);
}

static bool is_up(const struct service *s)
{
	return s->state == RECORD_OPEN ||
	       (s->state == RECORD_MISSING && s->misses < RECORD_MISSES_GONE);
}

static int open_ports(const struct host *h)
{
	int n = 0;

	for (int i = 0; i < PORTS; i++)
		n += is_up(&h->services[i]);
	return n;
}

static void begin_interval(struct service *s, int64_t t)
{
	ck_assert_int_lt(s->intervals, INTERVALS);
	s->list[s->intervals++] = (struct interval){t, 0, s->product};
}

static void model_opened(struct service *s, int port)
{
	if (s->unlogged)
		event("port.opened", port);
	s->unlogged = false;
}

/* @up: whether the service counted before. */
static void model_down(struct service *s, int port, bool up)
{
	if (!up || is_up(s))
		return;
	model_opened(s, port);
	event("port.closed", port);
	s->list[s->intervals - 1].end_us = s->last_us;
}

static void model_up(struct host *h, struct service *s, int port, int64_t t)
{
	if (!is_up(s)) {
		h->known = true;
		if (s->state == 0)
			s->unlogged = true;
		else
			event("port.reopened", port);
		if (s->state == 0)
			s->first_us = t;
		s->opened_us = t;
		begin_interval(s, t);
	}
	s->state = RECORD_OPEN;
	s->misses = 0;
}

static void model_product(struct service *s, int port, int64_t t, int64_t was_last_us, int product)
{
	struct interval *last = &s->list[s->intervals - 1];

	if (!s->unlogged && s->product != product) {
		event(s->product == 0 ? "service.identified" : "service.changed", port);
		if (last->start_us != t) {
			last->end_us = was_last_us;
			begin_interval(s, t);
			last = &s->list[s->intervals - 1];
		}
	}
	s->product = last->product = product;
	model_opened(s, port);
}

static void model_see(const struct record_sighting *in, int host, int port, int product)
{
	struct host *h = &model.hosts[host];
	struct service *s = &h->services[port];
	int64_t was_last_us = s->last_us;

	if (in->state != RECORD_OPEN && (s->state == 0 || in->seen_us < s->last_us))
		return;
	s->scan = h->scan = model.scan;
	if (in->state != RECORD_OPEN) {
		bool up = is_up(s);

		s->state = in->state;
		model_down(s, ports[port], up);
		return;
	}
	h->middlebox |= in->middlebox;
	model_up(h, s, ports[port], in->seen_us);
	if (in->seen_us > s->last_us)
		s->last_us = in->seen_us;
	if (product != 0)
		model_product(s, ports[port], in->seen_us, was_last_us, product);
	s->judged_us = in->seen_us;
}

/* What is logged when a scan has ended. */
static void model_settle(struct host *h)
{
	int open = open_ports(h);

	for (int k = 0; k < PORTS; k++)
		model_opened(&h->services[k], ports[k]);
	if (h->known && (!h->was_known || (h->was_open == 0 && open > 0)))
		event("host.new", 0);
	if (h->known && open == 0 && (h->was_open > 0 || !h->was_known))
		event("host.gone", 0);
	h->was_known = h->known;
	h->was_open = open;
}

static void model_finish(int64_t end_us)
{
	for (int i = 0; i < HOSTS; i++) {
		struct host *h = &model.hosts[i];
		/* Only a sample of such a host's ports is kept, so none counts as a miss. */
		bool is_sample = h->middlebox && h->scan == model.scan;

		for (int k = 0; k < PORTS && !is_sample; k++) {
			struct service *s = &h->services[k];
			bool up;

			if (s->state == 0 || s->scan == model.scan)
				continue;
			up = is_up(s);
			s->misses++;
			if (s->state == RECORD_OPEN)
				s->state = RECORD_MISSING;
			s->judged_us = end_us;
			model_down(s, ports[k], up);
		}
	}
}

/* ---- the same to both ------------------------------------------------------------------------ */

enum { BATCH = 64 };

struct batch {
	struct record_sighting sightings[BATCH];
	struct record *records[BATCH];
	size_t n, grabs;
};

static void model_batch(const struct batch *b, int host, int port)
{
	struct dp_addr addr = dp_addr_v4(NET + (uint32_t)host);

	for (size_t i = 0; i < b->n; i++)
		if (dp_addr_compare(&b->sightings[i].addr, &addr) == 0 &&
		    b->sightings[i].port == ports[port])
			model_see(&b->sightings[i], host, port, 0);
	for (size_t i = 0; i < b->grabs; i++) {
		const struct record *r = b->records[i];
		struct record_sighting in = {.state = RECORD_OPEN, .seen_us = r->seen_us};

		if (dp_addr_compare(&r->addr, &addr) == 0 && r->port == ports[port])
			model_see(&in, host, port, r->identity.product[0] == 'n' ? 1 : 2);
	}
}

/* The @i-th time from @now_us on. Some lie before the preceding one; no two are the same. */
static int64_t moment(int64_t now_us, size_t i)
{
	return now_us + ((int64_t)i + 1 - pick(2)) * BATCH + (int64_t)i;
}

static void fill(struct batch *b, int64_t now_us)
{
	b->n = 1 + pick(12);
	b->grabs = pick(5);
	for (size_t i = 0; i < b->n; i++)
		b->sightings[i] = (struct record_sighting){
			.addr = dp_addr_v4(NET + pick(HOSTS)),
			.port = ports[pick(PORTS)],
			.transport = DP_TRANSPORT_TCP,
			.state = pick(5) == 0 ? RECORD_CLOSED : RECORD_OPEN,
			.middlebox = pick(20) == 0,
			.reply = {.reason = DP_REPLY_OPEN},
			.seen_us = moment(now_us, i),
		};
	for (size_t i = 0; i < b->grabs; i++) {
		b->records[i] = store_dir_record(NET + pick(HOSTS), ports[pick(PORTS)],
		                                 moment(now_us, b->n + i));
		store_dir_grab(b->records[i], products[1 + pick(2)], "1.0");
	}
}

static void put(const char *scan, int64_t now_us)
{
	static struct batch b;
	struct store_batch batch = {.sightings = b.sightings, .records = b.records};

	fill(&b, now_us);
	batch.sighting_count = b.n;
	batch.record_count = b.grabs;
	ck_assert_int_eq(store_put_batch(dir.s, scan, &batch), 0);
	for (int i = 0; i < HOSTS; i++) {
		for (int k = 0; k < PORTS; k++)
			model_batch(&b, i, k);
	}
	for (size_t i = 0; i < b.grabs; i++)
		record_free(b.records[i]);
}

/* ---- are they equal -------------------------------------------------------------------------- */

static bool compare_event(void *arg, const struct store_change *c)
{
	int *n = arg;
	char text[64];

	if (strncmp(c->type, "score.", 6) == 0)
		return true;
	ck_assert_int_lt(*n, model.event_count);
	snprintf(text, sizeof(text), "%s %d", c->type, c->port);
	ck_assert_str_eq(text, model.events[*n]);
	++*n;
	return true;
}

struct walk {
	const struct host *host;
	int port, interval;
};

static bool compare_interval(void *arg, const struct store_interval *i)
{
	struct walk *w = arg;
	const struct interval *is;

	while (w->port < PORTS && w->interval == w->host->services[w->port].intervals) {
		w->port++;
		w->interval = 0;
	}
	ck_assert_int_lt(w->port, PORTS);
	is = &w->host->services[w->port].list[w->interval++];
	ck_assert_uint_eq(i->port, ports[w->port]);
	ck_assert_int_eq(i->start_us, is->start_us);
	ck_assert_int_eq(i->end_us, is->end_us);
	ck_assert_str_eq(i->product, products[is->product]);
	return true;
}

static int by_start(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return (x->start_us > y->start_us) - (x->start_us < y->start_us);
}

/* The store orders intervals by their start; a late sighting may begin one before the last. */
static void sort_intervals(struct host *h)
{
	for (int k = 0; k < PORTS; k++)
		qsort(h->services[k].list, (size_t)h->services[k].intervals,
		      sizeof(struct interval), by_start);
}

static void compare_service(const struct record *r, const struct service *s)
{
	ck_assert_uint_eq(r->state, s->state);
	ck_assert_int_eq(r->first_seen_us, s->first_us);
	ck_assert_int_eq(r->last_seen_us, s->last_us);
	ck_assert_int_eq(r->opened_us, s->opened_us);
	ck_assert_uint_eq(r->misses, s->misses);
	ck_assert_str_eq(r->identity.product, products[s->product]);
	ck_assert_int_eq(r->grabbed, s->product != 0);
}

static void compare_host(const struct host *now, const struct dp_addr *addr)
{
	struct host sorted = *now;
	const struct host *h = &sorted;
	struct walk w = {.host = h};
	struct vd_finding findings[PORTS];
	struct vd_score score;
	struct store_host got;
	size_t n = 0, open = 0;

	sort_intervals(&sorted);
	ck_assert_int_eq(store_host_get(dir.s, addr, &got), h->known ? 0 : -ENOENT);
	if (!h->known)
		return;
	for (int k = 0; k < PORTS; k++) {
		const struct service *s = &h->services[k];

		if (s->state == 0)
			continue;
		ck_assert_uint_lt(n, got.service_count);
		compare_service(got.services[n], s);
		if (is_up(s))
			findings[open++] =
				vd_finding_service(got.model, &got.services[n]->identity,
			                           &(struct vd_spot){ports[k], DP_TRANSPORT_TCP,
			                                             s->opened_us, s->judged_us});
		n++;
	}
	ck_assert_uint_eq(n, got.service_count);
	vd_score(got.model, findings, open, &score);
	ck_assert_uint_eq(got.score.value, score.value);
	ck_assert_uint_eq(got.score.reason_count, score.reason_count);
	ck_assert_uint_eq(got.middlebox, h->middlebox);
	store_host_fini(&got);
	ck_assert_int_eq(store_each_interval(dir.s, addr, compare_interval, &w), 0);
	for (; w.port < PORTS; w.port++, w.interval = 0)
		ck_assert_int_eq(w.interval, h->services[w.port].intervals);
}

static void compare(void)
{
	int events = 0;

	ck_assert_int_eq(store_each_change(dir.s, 0, 0, compare_event, &events), 0);
	ck_assert_int_eq(events, model.event_count);
	for (int i = 0; i < HOSTS; i++) {
		struct dp_addr addr = dp_addr_v4(NET + (uint32_t)i);

		compare_host(&model.hosts[i], &addr);
	}
}

static bool yes(void *arg, const struct dp_addr *a, uint16_t port, uint8_t transport)
{
	(void)arg, (void)a, (void)port, (void)transport;
	return true;
}

START_TEST(random_scans_leave_what_the_naive_model_says)
{
	state = (uint64_t)_i + 1;
	memset(&model, 0, sizeof(model));
	store_dir_open(&dir);
	for (model.scan = 1; model.scan <= SCANS; model.scan++) {
		struct store_scan scan = {0};
		int64_t now_us = (1700000000 + (int64_t)model.scan * 3 * DAY) * 1000000;

		snprintf(scan.id, sizeof(scan.id), "s-%d", model.scan);
		for (unsigned n = 1 + pick(3); n > 0; n--, now_us += 10000)
			put(scan.id, now_us);
		scan.end_us = now_us;
		scan.stats.ring_drops = pick(3) == 0;
		ck_assert_int_eq(store_finish(dir.s, &scan, yes, NULL), scan.stats.ring_drops > 0);
		if (scan.stats.ring_drops == 0)
			model_finish(now_us);
		ck_assert_int_eq(store_settle(dir.s, now_us), 0);
		for (int i = 0; i < HOSTS; i++)
			model_settle(&model.hosts[i]);
		compare();
	}
	store_dir_remove(&dir);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, random_scans_leave_what_the_naive_model_says, 0, 40);
	return suite_run("store_model", tc);
}
