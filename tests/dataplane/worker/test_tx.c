/* SPDX-License-Identifier: Apache-2.0 */
/* test_tx.c - claims about the frames that leave the port while a scan is paused, slowed,
 * restricted, stopped or cut off. */
#include "tx_bed.h"

#include <string.h>
#include <unistd.h>

#include "range.h"
#include "splitmix.h"

static struct bed bed; /* its workers are too large for a stack */

static struct dp_addr address(const char *text)
{
	struct dp_addr a;

	ck_assert_int_eq(dp_addr_parse(text, &a), 0);
	return a;
}

static void between(struct dp_space *s, const char *first, unsigned from, unsigned count,
                    int (*add)(struct dp_space *, const struct dp_addr *, const struct dp_addr *))
{
	struct dp_addr base = address(first);
	struct dp_addr a = dp_addr_add(&base, from), b = dp_addr_add(&a, count - 1);

	ck_assert_int_eq(add(s, &a, &b), 0);
}

/* Some thousands of targets of both families, with holes. */
static struct dp_space *make_space(uint64_t *seed)
{
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	uint16_t port = (uint16_t)(1 + splitmix(seed) % 60000);

	ck_assert_ptr_nonnull(s);
	between(s, "198.18.0.0", 0, 300 + splitmix(seed) % 1500, dp_space_include);
	if (splitmix(seed) % 2 == 0)
		between(s, "2001:db8:1::", 5, 1 + splitmix(seed) % 800, dp_space_include);
	for (int i = 0; i < 5; i++)
		between(s, "198.18.0.0", splitmix(seed) % 1500, 1 + splitmix(seed) % 20,
		        dp_space_exclude);
	ck_assert_int_eq(dp_space_add_ports(s, port, (uint16_t)(port + splitmix(seed) % 6)), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	return s;
}

static struct bed_config make_config(uint64_t *seed)
{
	struct bed_config c = {
		.shards = 1 + (uint32_t)(splitmix(seed) % 4),
		.workers = 1 + (uint32_t)(splitmix(seed) % BED_WORKERS),
		.passes = 1 + (uint32_t)(splitmix(seed) % 2),
		.pps = (double)(2000 + splitmix(seed) % 200000),
		.cooldown_ms = 1,
	};

	for (int i = 0; i < 16; i++)
		c.key[i] = (uint8_t)splitmix(seed);
	if (splitmix(seed) % 3 == 0)
		c.cap = (struct dp_rate_cap){
			.pps = (double)(2000 + splitmix(seed) % 5000), .len4 = 24, .len6 = 120};
	return c;
}

static void begin(uint64_t *seed)
{
	bed.space = make_space(seed);
	bed.visits = calloc(space_map(bed.space)->size, 1);
	ck_assert_ptr_nonnull(bed.visits);
}

static void finish(void)
{
	scope_free((struct scope *)(uintptr_t)bed.shared.deny.now);
	bed.shared.deny.now = NULL;
	free((void *)(uintptr_t)bed.visits);
	dp_space_free((struct dp_space *)(uintptr_t)bed.space);
}

static void expect_each(unsigned times)
{
	for (uint64_t i = 0; i < space_map(bed.space)->size; i++)
		if (bed.visits[i] != times)
			ck_abort_msg("target %lu was probed %u times instead of %u",
			             (unsigned long)i, bed.visits[i], times);
}

/* ---- orders that may cost neither a target nor a second probe -------------------------------- */

static void disturb(uint64_t *seed)
{
	switch (splitmix(seed) % 4) {
	case 0:
		bed_rate(&bed, (double)(1000 + splitmix(seed) % 300000));
		break;
	case 1:
		bed.shared.paused = !bed.shared.paused;
		break;
	case 2:
		bed.nic.picky = !bed.nic.picky;
		break;
	default:
		bed.nic.stalled = true;
		usleep((useconds_t)(splitmix(seed) % 2000));
		bed.nic.stalled = false;
	}
	usleep((useconds_t)(splitmix(seed) % 1500));
}

static void calm(void)
{
	bed.nic.stalled = false;
	bed.nic.losing = false;
	bed.shared.paused = false;
	bed_rate(&bed, 1e7);
}

/* Run one shard to its end. It is stopped and resumed @stops times on the way. */
static void run_shard(struct bed_config *c, unsigned stops, uint64_t *seed)
{
	uint64_t steps[BED_WORKERS] = {0};

	for (unsigned i = 0; i <= stops; i++) {
		bed_start(&bed, c, steps);
		for (unsigned n = (unsigned)(splitmix(seed) % 6); n > 0; n--)
			disturb(seed);
		if (i < stops) {
			bed.shared.stop_sending = true;
			for (unsigned ms = 0; bed.shared.sending > 0 && ms < 60000; ms++)
				usleep(1000);
			bed_quit(&bed, steps);
			continue;
		}
		calm();
		bed_wait(&bed);
	}
}

START_TEST(tx_probes_each_target_once_a_pass_whatever_it_is_told)
{
	uint64_t seed = 4711 + (uint64_t)_i;

	bed_open(&bed);
	for (int i = 0; i < 24; i++) {
		struct bed_config c = make_config(&seed);

		begin(&seed);
		for (c.shard = 0; c.shard < c.shards; c.shard++)
			run_shard(&c, (unsigned)(splitmix(&seed) % 4), &seed);
		expect_each(c.passes);
		finish();
	}
}
END_TEST

/* ---- an end at any moment -------------------------------------------------------------------- */

/* The next run begins at the progress that was read during the run. The progress must never be
 * ahead of the frames that were sent: targets would be skipped. */
START_TEST(tx_leaves_no_gap_behind_any_progress_that_was_read)
{
	uint64_t seed = 1147;

	bed_open(&bed);
	for (int i = 0; i < 18; i++) {
		struct bed_config c = make_config(&seed);
		uint64_t mark[BED_WORKERS] = {0}, end[BED_WORKERS], again = 0, sum = 0;

		begin(&seed);
		c.shards = 1;
		for (int kills = 0; kills < 5; kills++) {
			bed_start(&bed, &c, mark);
			for (unsigned n = (unsigned)(splitmix(&seed) % 4); n > 0; n--)
				disturb(&seed);
			for (unsigned w = 0; w < c.workers; w++)
				mark[w] = counter_read(&bed.worker[w].counters.steps);
			disturb(&seed);
			bed_quit(&bed, end);
			for (unsigned w = 0; w < c.workers; w++)
				again += end[w] - mark[w] + PROBE_BURST;
		}
		bed_start(&bed, &c, mark);
		calm();
		bed_wait(&bed);
		for (uint64_t t = 0; t < space_map(bed.space)->size; t++) {
			ck_assert_uint_ge(bed.visits[t], c.passes);
			sum += bed.visits[t] - c.passes;
		}
		ck_assert_uint_le(sum, again);
		finish();
	}
}
END_TEST

/* ---- exclusions that come while it runs ------------------------------------------------------ */

static struct scope *deny_some(uint64_t *seed, struct range_set *set)
{
	struct dp_addr first = dp_addr_v4(0xc6120000 + (uint32_t)(splitmix(seed) % 1000));
	struct dp_addr last = dp_addr_add(&first, splitmix(seed) % 300);
	struct dp_addr net = address("2001:db8:1::"), end = dp_addr_add(&net, splitmix(seed) % 500);
	struct scope *s;

	ck_assert_int_eq(range_add(set, &first, &last), 0);
	ck_assert_int_eq(range_add(set, &net, &end), 0);
	range_normalise(set);
	s = scope_new(set);
	ck_assert_ptr_nonnull(s);
	return s;
}

static bool is_denied(const struct range_set *set, uint64_t position)
{
	struct dp_addr a;
	uint16_t port;

	dp_space_ordered(bed.space, bed.config.key, position, &a, &port);
	return range_contains(set, range_from_addr(&a));
}

/* Bring the workers into one of six states: sending, held up by a picky or stalled NIC, paused, or
 * slower than a packet a minute. */
static void take_state(int which)
{
	bed.nic.picky = which == 1;
	bed.shared.paused = which == 2;
	if (which == 3)
		bed_rate(&bed, 0.001);
	bed.nic.stalled = which == 4 || which == 5;
	usleep(3000);
	if (which == 5)
		bed.shared.paused = true;
}

START_TEST(tx_sends_nothing_to_what_was_excluded_before_it_obeyed)
{
	uint64_t seed = 99;

	bed_open(&bed);
	for (int i = 0; i < 18; i++) {
		struct bed_config c = make_config(&seed);
		struct range_set set = {0};
		uint8_t *before;
		uint64_t n;

		begin(&seed);
		c.shards = 1;
		c.pps = 20000;
		n = space_map(bed.space)->size;
		before = malloc(n);
		ck_assert_ptr_nonnull(before);
		bed_start(&bed, &c, NULL);
		usleep((useconds_t)(splitmix(&seed) % 4000));
		take_state(i % 6);
		bed_deny(&bed, deny_some(&seed, &set));
		for (uint64_t t = 0; t < n; t++)
			before[t] = bed.visits[t];
		calm();
		bed_wait(&bed);
		for (uint64_t t = 0; t < n; t++) {
			if (is_denied(&set, t))
				ck_assert_uint_eq(bed.visits[t], before[t]);
			else
				ck_assert_uint_eq(bed.visits[t], c.passes);
		}
		free(before);
		range_fini(&set);
		finish();
	}
}
END_TEST

/* ---- a link that goes ------------------------------------------------------------------------ */

/* Frames are lost from some time before the end of the link is noticed. With @_i 1 the link ends
 * after the last probe. */
START_TEST(tx_probes_again_what_went_out_as_the_link_went_down)
{
	uint64_t seed = 31 + (uint64_t)_i;

	bed_open(&bed);
	for (int i = 0; i < 8; i++) {
		struct bed_config c = make_config(&seed);

		begin(&seed);
		c.shards = 1;
		c.cap.pps = 0;
		c.cooldown_ms = 2000;
		c.pps = _i == 0 ? 2000 : 1e6;
		bed_start(&bed, &c, NULL);
		usleep((useconds_t)(10000 + splitmix(&seed) % 40000));
		if (_i == 1) /* all is sent, and the link ends before the answers arrive */
			usleep(1000);
		bed_mark(&bed);
		bed.nic.losing = true;
		usleep(400000 / BED_SPEED);
		bed.shared.link_down = true;
		bed_back(&bed);
		usleep((useconds_t)(splitmix(&seed) % 50000));
		bed.nic.losing = false;
		bed.shared.link_down = false;
		calm();
		bed_wait(&bed);
		for (uint64_t t = 0; t < space_map(bed.space)->size; t++)
			ck_assert_uint_ge(bed.visits[t], c.passes);
		finish();
	}
}
END_TEST

/* The answers to the last probes need the link as well. */
START_TEST(tx_goes_back_where_the_link_goes_down_after_the_last_probe)
{
	uint64_t seed = 5;
	struct bed_config c = make_config(&seed);

	bed_open(&bed);
	begin(&seed);
	c.shards = 1;
	c.cap.pps = 0;
	c.cooldown_ms = 5000;
	c.pps = 1e7;
	bed.nic.losing = true;
	bed_start(&bed, &c, NULL);
	memset(bed.mark, 0, sizeof(bed.mark));
	for (unsigned ms = 0; bed.shared.sending > 0 && ms < 60000; ms++)
		usleep(100);
	ck_assert_uint_gt(bed.nic.frames, 0);
	bed.shared.link_down = true;
	bed_back(&bed);
	usleep(5000);
	bed.nic.losing = false;
	bed.shared.link_down = false;
	bed_wait(&bed);
	expect_each(c.passes);
	finish();
}
END_TEST

/* Skipped targets are counted once, however often the walk passes them. */
START_TEST(tx_counts_a_skipped_target_once_if_it_goes_back)
{
	uint64_t seed = 77, skipped = 0;
	struct bed_config c = make_config(&seed);
	struct dp_addr first = address("198.18.0.10"), last = address("198.18.0.59");
	struct range_set set = {0};

	bed_open(&bed);
	begin(&seed);
	c.shards = 1;
	c.cap.pps = 0;
	c.cooldown_ms = 5000;
	c.pps = 1e6;
	ck_assert_int_eq(range_add(&set, &first, &last), 0);
	range_normalise(&set);
	bed.shared.deny.now = scope_new(&set);
	range_fini(&set);
	bed_start(&bed, &c, NULL);
	memset(bed.mark, 0, sizeof(bed.mark));
	for (unsigned ms = 0; bed.shared.sending > 0 && ms < 60000; ms++)
		usleep(100);
	for (unsigned i = 0; i < c.workers; i++)
		skipped += counter_read(&bed.worker[i].counters.skipped_scope);
	ck_assert_uint_gt(skipped, 0);
	bed_back(&bed);
	for (unsigned ms = 0; !(bed_is_back(&bed) && bed_is_through(&bed)) && ms < 60000; ms++)
		usleep(100);
	for (unsigned i = 0; i < c.workers; i++) {
		const struct counters *n = &bed.worker[i].counters;

		ck_assert_uint_eq(counter_read(&n->again), bed.worker[i].walk.steps);
		skipped -= counter_read(&n->skipped_scope);
	}
	ck_assert_uint_eq(skipped, 0);
	bed_wait(&bed);
	finish();
}
END_TEST

/* ---- extra probes ---------------------------------------------------------------------------- */

enum { EXTRA_PORT = 7, QUARTERS = 4 };

/* Where in their bursts extra probes left. */
struct places {
	_Atomic uint64_t quarter[QUARTERS];
	_Atomic uint64_t alone; /* in bursts without a probe of the walk */
	_Atomic uint64_t seen;
};

static bool is_extra(const struct rte_mbuf *m)
{
	struct dp_addr addr;
	uint16_t port;

	bed_read_target(m, &addr, &port);
	return port == EXTRA_PORT;
}

static void note_places(void *arg, struct rte_mbuf *const *m, unsigned n)
{
	struct places *p = arg;
	unsigned extras = 0;

	for (unsigned i = 0; i < n; i++)
		extras += is_extra(m[i]);
	for (unsigned i = 0; i < n && n >= PROBE_BURST / 2; i++) {
		if (!is_extra(m[i]))
			continue;
		p->quarter[i * QUARTERS / n]++;
		p->alone += extras == n;
		p->seen++;
	}
}

/* A full queue drops the end of a burst. A probe that measures losses must be anywhere in it. */
START_TEST(tx_mixes_extra_probes_into_the_walks_bursts)
{
	const struct extra_target t = {address("198.18.0.0"), EXTRA_PORT, 1};
	struct dp_addr first = dp_addr_v4(0xc6120000), last = dp_addr_v4(0xc613ffff);
	struct bed_config c = {
		.shards = 1, .workers = 1, .passes = 2, .pps = 1e7, .cooldown_ms = 1};
	struct dp_space *s = dp_space_new();
	struct places p = {.seen = 0};
	struct dp_space_info info;
	uint64_t steps[BED_WORKERS];

	ck_assert_int_eq(dp_space_include(s, &first, &last), 0);
	ck_assert_int_eq(dp_space_add_ports(s, 1000, 2000), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	bed_open(&bed);
	bed.space = s;
	bed.note_burst = note_places;
	bed.note_arg = &p;
	bed_start(&bed, &c, NULL);
	for (unsigned i = 0; p.seen < 1000 && i < 60000; i++) {
		for (int n = 0; n < 3; n++)
			extra_put(&bed.worker[0].extra, &t);
		usleep(1000);
	}
	bed_quit(&bed, steps);
	ck_assert_uint_ge(p.seen, 1000);
	ck_assert_uint_eq(p.alone, 0);
	for (int i = 0; i < QUARTERS; i++) /* 250 are expected, with a deviation of 14 */
		ck_assert_uint_ge(p.quarter[i] * 1000 / p.seen, 150);
	bed.note_burst = NULL;
	dp_space_free(s);
}
END_TEST

/* ---- a space that no test can walk ----------------------------------------------------------- */

struct sample {
	uint64_t step[BED_WORKERS]; /* the step that each worker's next frame must belong to */
	_Atomic uint64_t seen;
};

static void check_visit(void *arg, unsigned worker, const struct dp_addr *addr, uint16_t port)
{
	struct sample *s = arg;
	const struct dp_space_order order = {bed.space, bed.config.key, bed.config.shards,
	                                     bed.config.workers};
	struct dp_visit v;

	ck_assert_int_eq(dp_space_visit(&order, addr, port, &v), 0);
	ck_assert_uint_eq(v.shard, bed.config.shard);
	ck_assert_uint_eq(v.worker, worker);
	ck_assert_uint_eq(v.step, s->step[worker]);
	s->step[worker]++;
	s->seen++;
}

/* dp_space_visit() is a function: a target that is probed at its own step of its own worker can be
 * at no other. */
START_TEST(tx_sends_each_sampled_target_of_2_to_the_48_at_its_own_step)
{
	struct dp_addr first = dp_addr_v4(0), last = dp_addr_v4(UINT32_MAX);
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	uint64_t seed = 48;

	ck_assert_int_eq(dp_space_include(s, &first, &last), 0);
	ck_assert_int_eq(dp_space_add_ports(s, 0, 65535), 0);
	ck_assert_int_eq(dp_space_seal(s, &info), 0);
	ck_assert_uint_gt(info.size, (uint64_t)1 << 47);
	bed_open(&bed);
	bed.space = s;
	bed.note_visit = check_visit;
	for (int i = 0; i < 20; i++) {
		struct bed_config c = make_config(&seed);
		struct sample sample = {.seen = 0};
		uint64_t steps[BED_WORKERS];

		c.cap.pps = 0;
		c.workers = 1 + (uint32_t)(splitmix(&seed) % 2);
		c.shard = (uint32_t)(splitmix(&seed) % c.shards);
		for (unsigned w = 0; w < c.workers; w++)
			sample.step[w] = steps[w] =
				splitmix(&seed) % (info.size / (c.shards * c.workers) - 100000);
		bed.note_arg = &sample;
		bed.nic.picky = i % 2 == 0;
		bed_start(&bed, &c, steps);
		for (unsigned ms = 0; sample.seen < 100 && ms < 20000; ms++)
			usleep(1000);
		bed_quit(&bed, steps);
		for (unsigned w = 0; w < c.workers; w++)
			ck_assert_uint_le(sample.step[w] - steps[w], PROBE_BURST);
		ck_assert_uint_ge(sample.seen, 100);
	}
	bed.note_visit = NULL;
	bed.shared.deny.now = NULL;
	dp_space_free(s);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, tx_probes_each_target_once_a_pass_whatever_it_is_told, 0, 2);
	tcase_add_test(tc, tx_leaves_no_gap_behind_any_progress_that_was_read);
	tcase_add_test(tc, tx_sends_nothing_to_what_was_excluded_before_it_obeyed);
	tcase_add_loop_test(tc, tx_probes_again_what_went_out_as_the_link_went_down, 0, 2);
	tcase_add_test(tc, tx_goes_back_where_the_link_goes_down_after_the_last_probe);
	tcase_add_test(tc, tx_counts_a_skipped_target_once_if_it_goes_back);
	tcase_add_test(tc, tx_mixes_extra_probes_into_the_walks_bursts);
	tcase_add_test(tc, tx_sends_each_sampled_target_of_2_to_the_48_at_its_own_step);
	return suite_run("tx", tc);
}
