/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.h - the deny list: addresses that must not be probed, replaceable while workers read it.
 *
 * A struct scope is immutable. The control thread publishes a new one in a cell; each worker reads
 * the cell once a burst. The old one may be freed once every worker has begun a burst after the
 * swap:
 *
 *	worker:   deny = scope_enter(&cell, &reader);  ... one burst ...   (again and again)
 *	          scope_leave(&reader);                (before it ends or sleeps for long)
 *	control:  old = scope_swap(&cell, new, &epoch);
 *	          while (!scope_passed(&readers[i], epoch)) for all i: wait a little
 *	          scope_free(old);
 */
#ifndef SONDE_SCOPE_H
#define SONDE_SCOPE_H

#include <stdatomic.h>

#include "dp_space.h"

struct range_set;
struct scope;

/* Build a scope from any ranges (copied and normalised). The caller frees it with scope_free().
 * NULL: no memory. Control thread. */
struct scope *scope_new(const struct range_set *deny);
void scope_free(struct scope *s); /* NULL is fine */

/* Whether the scope forbids the address; a NULL scope forbids nothing. Expected O(1). */
bool scope_denies(const struct scope *s, const struct dp_addr *a);
bool scope_denies_v4(const struct scope *s, uint32_t host_order);

struct scope_cell {
	_Atomic(const struct scope *) now; /* written by control; pairs with scope_enter() */
	_Atomic uint64_t epoch;            /* swaps so far; written by control */
};

struct scope_reader {
	_Alignas(64) _Atomic uint64_t epoch; /* written by its worker; pairs with scope_passed() */
};

/*
 * Zero the cell and the reader to begin. Worker: scope_enter() starts a burst and returns the scope
 * that holds for it, or NULL; it is valid until the worker's next call of one of the two functions.
 * After scope_leave() the reader holds no scope, and no swap waits for it; the same goes for a
 * reader that never entered but called scope_leave() once. Neither blocks.
 */
const struct scope *scope_enter(struct scope_cell *c, struct scope_reader *r);
void scope_leave(struct scope_reader *r);

/* Control thread: publish @s (NULL: nothing is denied). Returns the former scope, which the caller
 * frees once scope_passed() is true of every reader with the @epoch that was written. Neither
 * blocks. */
const struct scope *scope_swap(struct scope_cell *c, const struct scope *s, uint64_t *epoch);
bool scope_passed(const struct scope_reader *r, uint64_t epoch);

#endif
