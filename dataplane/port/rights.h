/* SPDX-License-Identifier: Apache-2.0 */
/* rights.h - which of the capabilities and limits that a port of the kernel needs are missing. */
#ifndef SONDE_RIGHTS_H
#define SONDE_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

/* What a port needs: AF_XDP loads a program, AF_PACKET does not. */
enum rights_need { RIGHTS_PACKET, RIGHTS_XDP };

enum { RIGHTS_TEXT = 320 };

/*
 * Whether the process lacks a capability that @need needs. If so, @out names each of them and the
 * way to get them: "CAP_NET_RAW and CAP_BPF are missing: `setcap ...`, or run as root". Control
 * thread; does not block.
 */
bool rights_lack(enum rights_need need, char out[RIGHTS_TEXT]);

/* Whether the limit of locked memory is too low for packet memory. If so, @out names it and the way
 * to raise it. Control thread; does not block. */
bool rights_lack_memory(char out[RIGHTS_TEXT]);

/*
 * Say in @out why the kernel refused a port with @error (a -errno), and the way out: capabilities
 * that are missing, memory that may not be locked, no /proc, or, where all of that suffices, a
 * filter of system calls. "": it refused for another reason. Control thread; does not block.
 */
void rights_explain(enum rights_need need, int error, char out[RIGHTS_TEXT]);

#endif
