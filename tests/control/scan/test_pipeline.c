/* SPDX-License-Identifier: Apache-2.0 */
/* test_pipeline.c - claims about the path of a result from the dataplane to the database. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "pipeline.h"
#include "rematch.h"
#include "store_dir.h"
#include "suite.h"

static const uint32_t NET = 0xc6120000; /* 198.18.0.0 */
static const char SCAN[] = "s-20261130-01";

/* ---- the dataplane: what a test puts here is what comes in ---- */

static struct {
	struct dp_result results[16];
	const void *data[16];
	size_t len[16];
	unsigned count, taken;
} wire;

unsigned __wrap_dp_receive(struct dp *dp, struct dp_result *out, unsigned n);
const void *__wrap_dp_data(const struct dp *dp, const struct dp_result *r, size_t *len);

unsigned __wrap_dp_receive(struct dp *dp, struct dp_result *out, unsigned n)
{
	unsigned k = 0;

	(void)dp;
	for (; k < n && wire.taken < wire.count; k++)
		out[k] = wire.results[wire.taken++];
	return k;
}

const void *__wrap_dp_data(const struct dp *dp, const struct dp_result *r, size_t *len)
{
	(void)dp;
	if (r->data == 0)
		return NULL;
	*len = wire.len[r->data - 1];
	return wire.data[r->data - 1];
}

/* ---- the knowledge: out of memory where a test says so ---- */

static bool no_memory;

int __real_vulndb_match(const struct vulndb *db, struct vd_scratch *scratch,
                        const struct vd_identity *identity, struct vd_hit *out, size_t cap);
int __wrap_vulndb_match(const struct vulndb *db, struct vd_scratch *scratch,
                        const struct vd_identity *identity, struct vd_hit *out, size_t cap);

int __wrap_vulndb_match(const struct vulndb *db, struct vd_scratch *scratch,
                        const struct vd_identity *identity, struct vd_hit *out, size_t cap)
{
	return no_memory ? -ENOMEM : __real_vulndb_match(db, scratch, identity, out, cap);
}

/* ---- the grabber: a queue of as many grabs as the real one has, none of which brings anything ---- */

static struct {
	bool is_used, no_way;
	struct grab_request waiting[LANES_QUEUE];
	unsigned first, count; /* a ring */
	unsigned submitted, refused;
} grabs;

int __wrap_grabber_new(const struct grab_config *config, struct grabber **out);
void __wrap_grabber_free(struct grabber *g);
int __wrap_grabber_submit(struct grabber *g, const struct grab_request *request);
int __wrap_grabber_run(struct grabber *g, int timeout_ms);
size_t __wrap_grabber_take(struct grabber *g, struct grab_result *out, size_t n);
void __wrap_grabber_stats(const struct grabber *g, struct grab_stats *out);

int __wrap_grabber_new(const struct grab_config *config, struct grabber **out)
{
	(void)config;
	*out = (struct grabber *)&grabs;
	return 0;
}

void __wrap_grabber_free(struct grabber *g)
{
	(void)g;
}

int __wrap_grabber_submit(struct grabber *g, const struct grab_request *request)
{
	(void)g;
	if (grabs.count == LANES_QUEUE) {
		grabs.refused++;
		return -EAGAIN;
	}
	grabs.waiting[(grabs.first + grabs.count++) % LANES_QUEUE] = *request;
	grabs.submitted++;
	return 0;
}

int __wrap_grabber_run(struct grabber *g, int timeout_ms)
{
	(void)g;
	(void)timeout_ms;
	return 0;
}

size_t __wrap_grabber_take(struct grabber *g, struct grab_result *out, size_t n)
{
	size_t k = 0;

	(void)g;
	for (; k < n && grabs.count > 0; k++, grabs.count--) {
		out[k] = (struct grab_result){.request = grabs.waiting[grabs.first],
		                              .status = GRAB_CANCELLED};
		grabs.first = (grabs.first + 1) % LANES_QUEUE;
	}
	return k;
}

void __wrap_grabber_stats(const struct grabber *g, struct grab_stats *out)
{
	(void)g;
	*out = (struct grab_stats){.waiting = grabs.count};
}

/* ---- the disk: full where a test says so ---- */

static int disk_error;

int __real_store_put_batch(struct store *s, const char *scan, const struct store_batch *batch);
int __wrap_store_put_batch(struct store *s, const char *scan, const struct store_batch *batch);

int __wrap_store_put_batch(struct store *s, const char *scan, const struct store_batch *batch)
{
	return disk_error != 0 ? disk_error : __real_store_put_batch(s, scan, batch);
}

/* ---- a pipeline and all that it stands on ---- */

static struct {
	struct store_dir dir;
	struct vulndb *db;
	struct enricher *enricher;
	struct grab_admission *admission;
	struct coverage *coverage;
	struct writer *writer;
	struct lanes *lanes;
	struct pipeline *p;
	int64_t now_us;
} bed;

static void set_up(void)
{
	struct error err;

	memset(&wire, 0, sizeof(wire));
	memset(&grabs, 0, sizeof(grabs));
	memset(&bed, 0, sizeof(bed));
	no_memory = false;
	disk_error = 0;
	bed.now_us = clock_now_us();
	store_dir_open(&bed.dir);
	ck_assert_msg(vulndb_open(getenv("VULNDB_FILE"), &bed.db, &err) == 0, "%s", err.text);
	ck_assert_int_eq(enricher_new(bed.db, &bed.enricher), 0);
}

/* What the scan probes; NULL: anything. */
static const struct plan *plan;

/* Start the pipeline; with @passes > 1, a struct coverage counts which pass saw which port. */
static void start(uint32_t passes)
{
	struct pipeline_config c = {.enricher = bed.enricher,
	                            .plan = plan,
	                            .passes = passes,
	                            .no_way_v4 = grabs.no_way};
	struct grab_admission_config sc = {.middlebox.ports = 1};

	bed.admission = c.admission = grab_admission_new(&sc);
	ck_assert_ptr_nonnull(bed.admission);
	ck_assert_int_eq(writer_new(bed.dir.s, SCAN, &bed.writer), 0);
	c.writer = bed.writer;
	if (grabs.is_used) {
		ck_assert_int_eq(lanes_new(&(struct lanes_config){.threads = 0}, &bed.lanes), 0);
		ck_assert_int_eq(lanes_start(bed.lanes, &(struct lanes_to){bed.db, bed.writer}), 0);
		c.lanes = bed.lanes;
	}
	if (passes > 1)
		bed.coverage = c.coverage = coverage_new(passes);
	bed.p = pipeline_new(&c);
	ck_assert_ptr_nonnull(bed.p);
}

/* Process all results until they are in the database, then free the pipeline. Returns the error of
 * the writer. */
static int finish(void)
{
	int ret;

	while (pipeline_step(bed.p, 0) > 0)
		;
	ret = writer_close(bed.writer);
	pipeline_free(bed.p);
	lanes_free(bed.lanes);
	bed.lanes = NULL;
	grab_admission_free(bed.admission);
	coverage_free(bed.coverage);
	bed.coverage = NULL;
	bed.admission = NULL;
	bed.p = NULL;
	return ret;
}

static void tear_down(void)
{
	enricher_free(bed.enricher);
	vulndb_close(bed.db);
	store_dir_remove(&bed.dir);
}

static struct dp_result *arrive(uint32_t v4, uint16_t port, uint8_t transport, uint8_t reply)
{
	struct dp_result *r = &wire.results[wire.count++];

	*r = (struct dp_result){.addr = dp_addr_v4(v4),
	                        .from = dp_addr_v4(v4),
	                        .port = port,
	                        .transport = transport,
	                        .reply = reply,
	                        .time_us = (uint64_t)bed.now_us++,
	                        .wscale = 255,
	                        .ttl = 64};
	return r;
}

/* The answer of BIND to a query for its version, in the class CHAOS (RFC 1035). */
static const uint8_t bind_answer[] = "\x12\x34\x84\x00\x00\x01\x00\x01\x00\x00\x00\x00"
				     "\x07version\x04"
				     "bind\x00\x00\x10\x00\x03"
				     "\xc0\x0c\x00\x10\x00\x03\x00\x00\x00\x00\x00\x07\x06"
				     "9.16.1";

static void arrive_bind(uint32_t v4)
{
	struct dp_result *r = arrive(v4, 53, DP_TRANSPORT_UDP, DP_REPLY_OPEN);

	wire.data[wire.count - 1] = bind_answer;
	wire.len[wire.count - 1] = sizeof(bind_answer) - 1;
	r->data = (uint16_t)wire.count;
}

/* ---- what is in the database ---- */

static struct store_host host;

/* The only service of a host, valid until the next call. NULL: the host is not in the database. */
static const struct record *service(uint32_t v4)
{
	struct dp_addr a = dp_addr_v4(v4);

	store_host_fini(&host);
	memset(&host, 0, sizeof(host));
	if (store_host_get(bed.dir.s, &a, &host) != 0)
		return NULL;
	ck_assert_uint_eq(host.service_count, 1);
	return host.services[0];
}

START_TEST(a_result_outside_of_the_plan_becomes_no_record)
{
	static const char *const targets[] = {"198.18.0.0/29"};
	struct config c;
	struct plan p;
	struct error err;

	config_init(&c);
	c.targets = targets;
	c.target_count = 1;
	c.ports = (struct option_list){{"443"}, 1};
	ck_assert_int_eq(plan_make(&c, &p, &err), 0);
	plan = &p;
	start(1);
	plan = NULL;
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN);
	arrive(NET + 2, 444, DP_TRANSPORT_TCP, DP_REPLY_OPEN)->rtt_us = 500000;
	arrive(NET + 9, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN);
	arrive(NET + 3, 40000, DP_TRANSPORT_TCP, DP_REPLY_CLOSED)->pass = 1 + DP_EXTRA_CONTROL;
	arrive(NET + 9, 40000, DP_TRANSPORT_TCP, DP_REPLY_OPEN)->pass = 1 + DP_EXTRA_CONTROL;
	arrive(NET + 4, 444, DP_TRANSPORT_TCP, DP_REPLY_OPEN)->pass = 1 + DP_EXTRA_LOSS;
	ck_assert_int_ge(pipeline_step(bed.p, 0), 1);
	ck_assert_uint_eq(pipeline_counts(bed.p).outside, 4);
	ck_assert_uint_eq(pipeline_slowest_us(bed.p), 0);
	ck_assert_int_eq(finish(), 0);
	plan_fini(&p);
	ck_assert_ptr_nonnull(service(NET + 1));
	ck_assert_ptr_null(service(NET + 2));
	ck_assert_ptr_null(service(NET + 9));
}
END_TEST

START_TEST(an_open_port_is_stored_with_why_it_was_not_asked)
{
	const struct record *r;

	start(1);
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN)->rtt_us = 1234;
	ck_assert_int_eq(pipeline_step(bed.p, 0), 1);
	ck_assert(pipeline_idle(bed.p));
	ck_assert_int_eq(finish(), 0);
	r = service(NET + 1);
	ck_assert_ptr_nonnull(r);
	ck_assert_int_eq(r->state, RECORD_OPEN);
	ck_assert_int_eq(r->ask, RECORD_UNASKED_OFF);
	ck_assert_uint_eq(r->reply.rtt_us, 1234);
	ck_assert_str_eq(r->scan, SCAN);
}
END_TEST

START_TEST(a_port_is_not_asked_where_grabs_cannot_go_the_way_of_the_probe)
{
	grabs.is_used = grabs.no_way = true;
	start(1);
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN);
	ck_assert_int_eq(pipeline_step(bed.p, 0), 1);
	ck_assert_uint_eq(pipeline_counts(bed.p).no_way, 1);
	ck_assert_int_eq(finish(), 0);
	ck_assert_uint_eq(grabs.submitted, 0);
	ck_assert_int_eq(service(NET + 1)->ask, RECORD_UNASKED_WAY);
}
END_TEST

START_TEST(a_resumed_scan_asks_as_soon_as_there_is_a_way)
{
	grabs.is_used = grabs.no_way = true;
	start(1);
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN);
	ck_assert_int_eq(finish(), 0);
	start(1);
	ck_assert_int_eq(pipeline_recall(bed.p, service(NET + 1)), 0);
	ck_assert_int_eq(finish(), 0);
	ck_assert_uint_eq(grabs.submitted, 0);
	grabs.no_way = false;
	start(1);
	ck_assert_int_eq(pipeline_recall(bed.p, service(NET + 1)), 0);
	ck_assert_int_eq(finish(), 0);
	ck_assert_uint_eq(grabs.submitted, 1);
}
END_TEST

START_TEST(a_port_that_was_never_open_is_not_stored_and_one_that_was_closes)
{
	start(1);
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN);
	arrive(NET + 2, 443, DP_TRANSPORT_TCP, DP_REPLY_CLOSED);
	ck_assert_int_eq(finish(), 0);
	start(1);
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_CLOSED);
	ck_assert_int_eq(finish(), 0);
	ck_assert_ptr_null(service(NET + 2));
	ck_assert_int_eq(service(NET + 1)->state, RECORD_CLOSED);
}
END_TEST

START_TEST(a_later_pass_stores_nothing_again)
{
	struct coverage_counts counts;

	start(2);
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN);
	arrive(NET + 1, 443, DP_TRANSPORT_TCP, DP_REPLY_OPEN)->pass = 1;
	ck_assert_int_eq(pipeline_step(bed.p, 0), 2);
	coverage_counts(bed.coverage, &counts);
	ck_assert_uint_eq(counts.seen, 1);
	ck_assert_uint_eq(counts.by_pass[1], 1);
	ck_assert_int_eq(writer_finish(bed.writer), 0);
	ck_assert_uint_eq(writer_written(bed.writer), 1);
	ck_assert_int_eq(finish(), 0);
}
END_TEST

START_TEST(an_answer_is_named_and_judged)
{
	const struct record *r;

	start(1);
	arrive_bind(NET + 1);
	ck_assert_int_eq(finish(), 0);
	r = service(NET + 1);
	ck_assert_ptr_nonnull(r);
	ck_assert_int_eq(r->ask, RECORD_ASKED);
	ck_assert_str_eq(r->identity.product, "BIND");
	ck_assert_uint_gt(r->verdict_count, 0);
}
END_TEST

/* Without memory, a service gets no verdicts: its record says so, the scan counts it, and a rematch
 * adds the verdicts. */
START_TEST(without_memory_a_service_is_stored_as_not_judged)
{
	struct rematch_result result;
	const struct record *r;

	start(1);
	no_memory = true;
	arrive_bind(NET + 1);
	ck_assert_int_eq(pipeline_step(bed.p, 0), 1);
	no_memory = false;
	arrive_bind(NET + 2);
	ck_assert_int_eq(pipeline_step(bed.p, 0), 1); /* the scan goes on */
	ck_assert_uint_eq(pipeline_counts(bed.p).unjudged, 1);
	ck_assert_int_eq(finish(), 0);
	r = service(NET + 1);
	ck_assert_int_eq(r->ask, RECORD_ASKED_UNJUDGED);
	ck_assert_str_eq(r->identity.product, "BIND");
	ck_assert_uint_eq(r->verdict_count, 0);
	ck_assert_int_eq(service(NET + 2)->ask, RECORD_ASKED);

	/* The port is seen again, but not asked again. */
	start(1);
	arrive(NET + 1, 53, DP_TRANSPORT_UDP, DP_REPLY_OPEN);
	ck_assert_int_eq(finish(), 0);
	ck_assert_int_eq(service(NET + 1)->ask, RECORD_ASKED_UNJUDGED);

	ck_assert_int_eq(rematch(bed.dir.s, bed.db, bed.now_us, NULL, &result), 0);
	r = service(NET + 1);
	ck_assert_int_eq(r->ask, RECORD_ASKED);
	ck_assert_uint_gt(r->verdict_count, 0);
	ck_assert_uint_eq(r->verdict_count, service(NET + 2)->verdict_count);
}
END_TEST

/* More ports of an interrupted scan than the queue of the grabber holds. */
START_TEST(every_port_that_was_not_asked_before_an_interruption_is_asked)
{
	enum { PORTS = LANES_QUEUE + 5000 };
	struct record *r = store_dir_record(NET, 80, bed.now_us);

	grabs.is_used = true;
	start(1);
	for (uint32_t i = 0; i < PORTS; i++) {
		r->addr = dp_addr_v4(NET + i);
		ck_assert_int_eq(pipeline_recall(bed.p, r), 0);
	}
	ck_assert(!pipeline_idle(bed.p));
	for (int i = 0; i < PORTS && !pipeline_idle(bed.p); i++)
		ck_assert_int_ge(pipeline_step(bed.p, 0), 0);
	ck_assert_uint_eq(grabs.submitted, PORTS);
	ck_assert_uint_eq(grabs.refused, 0);
	record_free(r);
	ck_assert_int_eq(finish(), 0);
}
END_TEST

START_TEST(a_full_disk_ends_the_pipeline)
{
	int ret = 0;

	start(1);
	disk_error = -ENOSPC;
	/* No more than the queue of the writer holds: when it is full, the pipeline waits. */
	for (uint32_t i = 0; ret >= 0 && i <= WRITER_QUEUE; i++) {
		wire.count = wire.taken = 0;
		arrive(NET + i, 80, DP_TRANSPORT_TCP, DP_REPLY_OPEN);
		ret = pipeline_step(bed.p, 0);
	}
	ck_assert_int_eq(ret, -ENOSPC);
	ck_assert_uint_gt(writer_lost(bed.writer), 0);
	ck_assert_int_eq(finish(), -ENOSPC);
	disk_error = 0;
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("pipeline");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, a_result_outside_of_the_plan_becomes_no_record);
	tcase_add_test(t, an_open_port_is_stored_with_why_it_was_not_asked);
	tcase_add_test(t, a_port_is_not_asked_where_grabs_cannot_go_the_way_of_the_probe);
	tcase_add_test(t, a_resumed_scan_asks_as_soon_as_there_is_a_way);
	tcase_add_test(t, a_port_that_was_never_open_is_not_stored_and_one_that_was_closes);
	tcase_add_test(t, a_later_pass_stores_nothing_again);
	tcase_add_test(t, an_answer_is_named_and_judged);
	tcase_add_test(t, without_memory_a_service_is_stored_as_not_judged);
	tcase_add_test(t, every_port_that_was_not_asked_before_an_interruption_is_asked);
	tcase_add_test(t, a_full_disk_ends_the_pipeline);
	return suite_run("pipeline", t);
}
