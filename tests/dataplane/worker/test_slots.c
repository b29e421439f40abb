/* SPDX-License-Identifier: Apache-2.0 */
/* test_slots.c - claims about the data of replies on its way from a worker to the control
 * thread. */
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "slots.h"
#include "suite.h"

START_TEST(a_slot_keeps_its_bytes_until_it_is_given_back)
{
	struct slots *s = slots_new();
	uint8_t data[DP_DATA_MAX + 8];

	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < SLOTS; i++) {
			uint16_t id;

			memset(data, (int)(i + round), sizeof(data));
			id = slots_put(s, data, (uint16_t)(i % sizeof(data)));
			ck_assert_uint_eq(id, i + 1);
		}
		ck_assert_uint_eq(slots_put(s, data, 1), 0); /* none is free */
		for (unsigned i = 0; i < SLOTS; i++) {
			unsigned len = i % sizeof(data);

			ck_assert_uint_eq(s->slot[i].len, len < DP_DATA_MAX ? len : DP_DATA_MAX);
			memset(data, (int)(i + round), sizeof(data));
			ck_assert_mem_eq(s->slot[i].bytes, data, s->slot[i].len);
		}
		slots_release(s, SLOTS);
	}
	slots_free(s);
	slots_free(NULL);
}
END_TEST

START_TEST(giving_back_one_gives_back_all_before_it)
{
	struct slots *s = slots_new();

	for (unsigned i = 0; i < SLOTS; i++)
		slots_put(s, (const uint8_t *)"x", 1);
	slots_release(s, 10);
	for (unsigned i = 0; i < 10; i++)
		ck_assert_uint_eq(slots_put(s, (const uint8_t *)"y", 1), i + 1);
	ck_assert_uint_eq(slots_put(s, (const uint8_t *)"y", 1), 0);
	slots_release(s, SLOTS); /* release across the end of the table */
	slots_release(s, 3);
	for (unsigned i = 0; i < SLOTS - 7; i++)
		ck_assert_uint_ne(slots_put(s, (const uint8_t *)"z", 1), 0);
	ck_assert_uint_eq(slots_put(s, (const uint8_t *)"z", 1), 0);
	slots_free(s);
}
END_TEST

enum { SENT = 40000 };
struct race {
	struct slots *slots;
	_Atomic uint64_t posted; /* how many slots the worker has filled */
};

static void *worker(void *arg)
{
	struct race *r = arg;

	for (uint64_t n = 1; n <= SENT; n++) {
		while (slots_put(r->slots, (const uint8_t *)&n, sizeof(n)) == 0)
			sched_yield();
		atomic_store(&r->posted, n);
	}
	return NULL;
}

/* The slots are filled in turn, so number n stands in slot n - 1 modulo SLOTS. */
START_TEST(the_reader_sees_what_the_worker_wrote)
{
	struct race r = {.slots = slots_new()};
	uint64_t read = 0, posted;
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, worker, &r), 0);
	while (read < SENT) {
		posted = atomic_load(&r.posted);
		if (posted == read) {
			sched_yield();
			continue;
		}
		while (read < posted) {
			uint64_t got;

			memcpy(&got, r.slots->slot[read % SLOTS].bytes, sizeof(got));
			ck_assert_uint_eq(got, ++read);
		}
		slots_release(r.slots, (uint16_t)((read - 1) % SLOTS + 1));
	}
	pthread_join(thread, NULL);
	slots_free(r.slots);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("slots");

	tcase_add_test(tc, a_slot_keeps_its_bytes_until_it_is_given_back);
	tcase_add_test(tc, giving_back_one_gives_back_all_before_it);
	tcase_add_test(tc, the_reader_sees_what_the_worker_wrote);
	return suite_run("slots", tc);
}
