/* SPDX-License-Identifier: Apache-2.0 */
/* os_stack.h - the operating system by the way its TCP answers. */
#ifndef VULNDB_OS_STACK_H
#define VULNDB_OS_STACK_H

#include "vulndb.h"

/* Whose TCP it is. OS_ANY: nothing that a SYN-ACK could speak against. */
enum os_family { OS_ANY, OS_LINUX, OS_WINDOWS, OS_BSD };

struct os_guess {
	const char *os, *cpe, *device; /* static text; empty = not known */
	uint8_t confidence;
};

/* What the facts tcp.ttl, tcp.options, tcp.window and tcp.mss of a SYN-ACK say. False: nothing. */
bool os_from_stack(const struct vd_facts *facts, struct os_guess *out);

/* The family of a system's name. */
enum os_family os_family_of(const char *os);

#endif
