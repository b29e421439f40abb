/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vd_key.h - the key of what a service says: equal keys mean equal identities and exposures.
 *
 * What a service says differs from answer to answer and from host to host (dates, cookies, keys), while
 * few products stand behind it. The key leaves out what decides nothing, so that a caller can keep what
 * vulndb_identify() and vulndb_expose() found for it.
 */
#ifndef VD_KEY_H
#define VD_KEY_H

#include "vulndb.h"

enum { VD_KEY_LEN = 16 };

struct vd_keyer;

/* Make a keyer for the rules of @db, which must outlive it. Keys of two keyers have nothing in common:
 * each is seeded at random, so that no server can aim at another one's key. One thread uses it. NULL: no
 * memory, or the system gives no random numbers. */
struct vd_keyer *vd_keyer_new(const struct vulndb *db);
void vd_keyer_free(struct vd_keyer *k); /* NULL is fine */

/*
 * Write the key of @facts to @out.
 *
 * 	a fact that no rule, exposure or system reads      its name counts, its value does not
 * 	a time of day; in cookies and ids of HTTP, long    its length counts, and what kinds of
 * 	runs of letters and digits                         characters it has
 * 	tcp.ttl                                            the initial TTL counts (64, 128, 255)
 * 	all else                                           counts byte by byte
 *
 * The exposures depend on port, transport and time as well. 0 or -ENOMEM.
 */
int vd_keyer_key(struct vd_keyer *k, const struct vd_facts *facts, uint8_t out[VD_KEY_LEN]);

#endif
