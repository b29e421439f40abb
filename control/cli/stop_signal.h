/* SPDX-License-Identifier: Apache-2.0 */
/* stop_signal.h - counts the wishes to end that arrive as signals, SIGINT, SIGTERM and SIGHUP, and
 * notes the question how far the scan is, SIGUSR1. */
#ifndef SONDE_STOP_SIGNAL_H
#define SONDE_STOP_SIGNAL_H

#include <stdbool.h>

/* Signals within this time are one wish: Ctrl-C comes from the terminal and, where a parent passes
 * it on, from the parent, too. */
enum { STOP_SIGNAL_GAP_US = 500000 };

/*
 * Count wishes to end from now on. SIGINT and SIGHUP stay ignored if they are ignored now: by
 * nohup, or by a shell that started the process in the background. SIGPIPE is ignored. Returns the
 * count, which the caller may raise for wishes that come by another way; it lives as long as the
 * process. Call it once, in any thread; does not block.
 */
_Atomic unsigned *stop_signal_catch(void);

/* Note SIGUSR1 from now on, which would end the process otherwise, and ignore SIGPIPE. Any thread;
 * does not block. */
void stop_signal_ask(void);
/* Whether SIGUSR1 came since the last call. One thread. */
bool stop_signal_asked(void);

#endif
