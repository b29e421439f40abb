/* SPDX-License-Identifier: Apache-2.0 */
/* test_lanes.c - claims about the threads that ask open ports: nothing is lost, and nobody is asked twice. */
#include <stdlib.h>

#include "lanes.h"
#include "mem_wire.h"
#include "store_dir.h"
#include "suite.h"

static const uint32_t NET = 0x0a000000;

enum { HOSTS = 400, PORTS = 5, ALL = HOSTS * PORTS };

/* Ports of the recordings, and one on which nobody answers. */
static const uint16_t ports[PORTS] = {80, 22, 8080, 21, 4242};

static struct mem_wire_world world;
static struct store_dir dir;
static struct vulndb *db;
static struct writer *writer;
static struct lanes *lanes;

static void set_up(void)
{
	struct error err;

	world.count = recordings_read(SONDE_SOURCE_ROOT, &world.recordings);
	ck_assert_uint_gt(world.count, 50);
	ck_assert_int_eq(vulndb_open(getenv("VULNDB_FILE"), &db, &err), 0);
	store_dir_open(&dir);
}

static void tear_down(void)
{
	store_dir_remove(&dir);
	vulndb_close(db);
}

static void start(unsigned threads)
{
	const struct lanes_config c = {
		.grab = {.new_wire = mem_wire_new, .wire_arg = &world, .any_port = true},
		.threads = threads};

	ck_assert_int_eq(writer_new(dir.s, "s-20261201-01", &writer), 0);
	ck_assert_int_eq(lanes_new(&c, &lanes), 0);
	ck_assert_int_eq(lanes_start(lanes, &(struct lanes_to){db, writer}), 0);
}

static void stop(void)
{
	lanes_stop(lanes);
	ck_assert_int_eq(writer_close(writer), 0);
	lanes_free(lanes);
}

static void submit(unsigned i)
{
	const struct dp_result r = {.addr = dp_addr_v4(NET + i / PORTS),
	                            .port = ports[i % PORTS],
	                            .transport = DP_TRANSPORT_TCP,
	                            .reply = DP_REPLY_OPEN,
	                            .ttl = 64,
	                            .wscale = 255,
	                            .time_us = 1796000000000000ull + i};

	ck_assert_int_eq(lanes_submit(lanes, &r), 0);
}

struct sum {
	unsigned all, named;
};

static bool count(void *arg, const struct record *r)
{
	struct sum *s = arg;

	s->all++;
	s->named += r->grabbed && r->identity.service[0] != '\0';
	ck_assert_uint_eq(r->ask, RECORD_ASKED);
	return true;
}

static const unsigned thread_counts[] = {0, 1, 4};

START_TEST(each_port_ends_once_in_the_database)
{
	struct lanes_stats st;
	struct sum sum = {0};
	uint64_t done = 0;
	unsigned sent = 0;

	start(thread_counts[_i]);
	while (done < ALL) {
		int n;

		for (unsigned k = 0; sent < ALL && k < 64 && lanes_have_room(lanes, 1); k++)
			submit(sent++);
		n = lanes_step(lanes, 1);
		ck_assert_int_ge(n, 0);
		done += (uint64_t)n;
	}
	lanes_stats(lanes, &st);
	ck_assert_uint_eq(st.load, 0);
	ck_assert_uint_eq(done, ALL);
	ck_assert_uint_eq(st.threads, thread_counts[_i]);
	stop();
	ck_assert_int_eq(store_each(dir.s, NULL, count, &sum), 0);
	ck_assert_uint_eq(sum.all, ALL);
	ck_assert_uint_eq(sum.named, ALL - HOSTS);
	ck_assert_uint_eq(st.identified, ALL - HOSTS);
}
END_TEST

/* What is not finished stays as it was recorded, and no thread is left behind. */
START_TEST(a_stop_ends_all_lanes_at_once)
{
	struct sum sum = {0};

	start(4);
	for (unsigned i = 0; i < ALL; i++)
		submit(i);
	lanes_step(lanes, 0);
	stop();
	ck_assert_int_eq(store_each(dir.s, NULL, count, &sum), 0);
	ck_assert_uint_le(sum.all, ALL);
}
END_TEST

START_TEST(a_full_lane_says_so)
{
	start(2);
	lanes_stop(lanes); /* nobody takes anything */
	ck_assert(lanes_have_room(lanes, LANES_QUEUE / 2));
	ck_assert(!lanes_have_room(lanes, LANES_QUEUE / 2 + 1));
	for (unsigned i = 0; i < ALL; i++)
		submit(i);
	ck_assert(!lanes_have_room(lanes, LANES_QUEUE / 2));
	stop();
}
END_TEST

/* The care for a host may come at any time, from the thread that reads the answers. */
START_TEST(care_for_hosts_comes_while_lanes_run)
{
	uint64_t done = 0;

	start(4);
	for (unsigned i = 0; i < ALL; i++) {
		const struct dp_addr a = dp_addr_v4(NET + i / PORTS);

		submit(i);
		if (i % 7 == 0)
			lanes_care(lanes, &a, GRAB_CARE_ONE);
		if (i % 64 == 0)
			done += (uint64_t)lanes_step(lanes, 0);
	}
	while (done < ALL)
		done += (uint64_t)lanes_step(lanes, 1);
	stop();
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("lanes");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, each_port_ends_once_in_the_database, 0,
	                    sizeof(thread_counts) / sizeof(thread_counts[0]));
	tcase_add_test(tc, a_stop_ends_all_lanes_at_once);
	tcase_add_test(tc, a_full_lane_says_so);
	tcase_add_test(tc, care_for_hosts_comes_while_lanes_run);
	return suite_run("lanes", tc);
}
