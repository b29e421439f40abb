/* SPDX-License-Identifier: Apache-2.0 */
/* stop_signal.c - catches the signals that ask the process to end, or how far it is. */
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "stop_signal.h"

static _Atomic unsigned wishes;
static _Atomic int64_t last_us; /* when the last wish was counted; monotonic; 0 = never */

/* Two threads may be in here at the same time: the exchange lets one of them count. */
static void on_signal(int number)
{
	int64_t now_us = clock_monotonic_us(), last = last_us;

	(void)number;
	if (last != 0 && now_us - last < STOP_SIGNAL_GAP_US)
		return;
	if (atomic_compare_exchange_strong(&last_us, &last, now_us))
		wishes++;
}

static bool is_ignored(int number)
{
	struct sigaction a;

	return sigaction(number, NULL, &a) == 0 && a.sa_handler == SIG_IGN;
}

static _Atomic bool asked;

static void on_question(int number)
{
	(void)number;
	asked = true;
}

void stop_signal_ask(void)
{
	const struct sigaction a = {.sa_handler = on_question, .sa_flags = SA_RESTART};

	sigaction(SIGUSR1, &a, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool stop_signal_asked(void)
{
	return atomic_exchange(&asked, false);
}

_Atomic unsigned *stop_signal_catch(void)
{
	const struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	sigaction(SIGTERM, &a, NULL);
	if (!is_ignored(SIGINT))
		sigaction(SIGINT, &a, NULL);
	if (!is_ignored(SIGHUP))
		sigaction(SIGHUP, &a, NULL);
	signal(SIGPIPE, SIG_IGN);
	return &wishes;
}
