/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_wheel.c - claims about the wheel of timers. */
#include "grab_wheel.h"
#include "suite.h"

START_TEST(a_timer_is_due_at_its_time_and_not_before)
{
	struct grab_wheel w;
	struct grab_timer t = {0};

	grab_wheel_init(&w, 1000);
	grab_wheel_set(&w, &t, 500000);
	ck_assert_ptr_null(grab_wheel_due(&w, 499999));
	ck_assert_ptr_eq(grab_wheel_due(&w, 500000 + GRAB_WHEEL_TICK_US), &t);
	ck_assert_ptr_null(grab_wheel_due(&w, 9000000));
}
END_TEST

START_TEST(a_timer_that_is_set_anew_is_due_at_the_later_time)
{
	struct grab_wheel w;
	struct grab_timer t = {0};

	grab_wheel_init(&w, 0);
	grab_wheel_set(&w, &t, 100000);
	grab_wheel_set(&w, &t, 900000);
	ck_assert_ptr_null(grab_wheel_due(&w, 899999));
	grab_wheel_set(&w, &t, 900001); /* in time for nothing that was passed */
	ck_assert_ptr_eq(grab_wheel_due(&w, 920000), &t);
}
END_TEST

START_TEST(a_timer_that_is_set_anew_is_due_at_the_earlier_time)
{
	struct grab_wheel w;
	struct grab_timer t = {0};

	grab_wheel_init(&w, 0);
	grab_wheel_set(&w, &t, 5000000);
	grab_wheel_set(&w, &t, 300000);
	ck_assert_ptr_eq(grab_wheel_due(&w, 310000), &t);
}
END_TEST

/* Hours may pass in which nobody asks. */
START_TEST(a_timer_beyond_the_reach_of_the_wheel_waits)
{
	const uint64_t hour = 3600ull * 1000000;
	struct grab_wheel w;
	struct grab_timer far = {0}, near = {0};

	grab_wheel_init(&w, 0);
	grab_wheel_set(&w, &far, 2 * hour);
	grab_wheel_set(&w, &near, 1000);
	ck_assert_ptr_eq(grab_wheel_due(&w, hour), &near);
	ck_assert_ptr_null(grab_wheel_due(&w, hour));
	ck_assert_ptr_null(grab_wheel_due(&w, 2 * hour - 1));
	ck_assert_ptr_eq(grab_wheel_due(&w, 2 * hour + GRAB_WHEEL_TICK_US), &far);
}
END_TEST

/* Compared with a list of times: none is early, none is more than a tick late, none is lost. */
START_TEST(timers_are_due_as_in_a_plain_list)
{
	enum { TIMERS = 300, STEPS = 40000, MOST_US = 30000000 };
	static struct grab_timer timers[TIMERS];
	static uint64_t due[TIMERS]; /* 0: not set */
	struct grab_timer *t;
	struct grab_wheel w;
	uint64_t now = 77;

	srand(11);
	grab_wheel_init(&w, now);
	for (int step = 0; step < STEPS; step++) {
		int i = rand() % TIMERS;

		if (rand() % 8 == 0) {
			grab_wheel_unset(&timers[i]);
			due[i] = 0;
		} else {
			due[i] = now + 1 + (uint64_t)rand() % (rand() % 4 == 0 ? MOST_US : 50000);
			grab_wheel_set(&w, &timers[i], due[i]);
		}
		now += (uint64_t)rand() % 20000;
		while ((t = grab_wheel_due(&w, now)) != NULL) {
			ck_assert_uint_ne(due[t - timers], 0);
			ck_assert_uint_ge(now, due[t - timers]);
			due[t - timers] = 0;
		}
		for (i = 0; i < TIMERS; i++)
			ck_assert(due[i] == 0 || due[i] + 2 * GRAB_WHEEL_TICK_US > now);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("grab_wheel");

	tcase_add_test(tc, a_timer_is_due_at_its_time_and_not_before);
	tcase_add_test(tc, a_timer_that_is_set_anew_is_due_at_the_later_time);
	tcase_add_test(tc, a_timer_that_is_set_anew_is_due_at_the_earlier_time);
	tcase_add_test(tc, a_timer_beyond_the_reach_of_the_wheel_waits);
	tcase_add_test(tc, timers_are_due_as_in_a_plain_list);
	return suite_run("grab_wheel", tc);
}
