/* SPDX-License-Identifier: Apache-2.0 */
/* os_stack.h - guesses the operating system by the way its TCP answers. */
#ifndef VULNDB_OS_STACK_H
#define VULNDB_OS_STACK_H

#include "vulndb.h"

/* The family of a TCP stack. OS_ANY: not known, so that no SYN-ACK contradicts it. */
enum os_family { OS_ANY, OS_LINUX, OS_WINDOWS, OS_BSD };

struct os_guess {
	const char *os, *cpe, *device; /* static text; empty = not known */
	uint8_t confidence;
};

/* Guess the system from the facts tcp.ttl, tcp.options, tcp.window and tcp.mss of a SYN-ACK. False:
 * they do not tell. */
bool os_from_stack(const struct vd_facts *facts, struct os_guess *out);

/* The family of the system called @os. */
enum os_family os_family_of(const char *os);

#endif
