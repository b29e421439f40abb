/* SPDX-License-Identifier: Apache-2.0 */
/* stop_signal.h - counts the wishes to end that arrive as signals: SIGINT, SIGTERM and SIGHUP. */
#ifndef SONDE_STOP_SIGNAL_H
#define SONDE_STOP_SIGNAL_H

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

#endif
