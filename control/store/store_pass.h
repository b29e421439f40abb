/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_pass.h - a pass over all services, host by host, in transactions of some thousand services.
 */
#ifndef SONDE_STORE_PASS_H
#define SONDE_STORE_PASS_H

#include "store_merge.h"

struct store_pass {
	const char *scan, *cause; /* of the events that the pass logs */
	int64_t now_us;
	/*
	 * Visit a service. The function may write through @m, in which the service's host is the
	 * current one. @key has KEY_SERVICE bytes; @value is the stored record, valid until @m
	 * writes. Returns 0, LMDB's code or an errno value. If the map was full, the transaction
	 * runs again: begin() is called again and the visits repeat.
	 */
	int (*visit)(void *arg, struct store_merge *m, const uint8_t *key, const MDB_val *value);
	void (*begin)(void *arg);     /* a transaction begins; NULL: not called */
	void (*committed)(void *arg); /* it was committed; NULL: not called */
	void *arg;
};

/* Visit all services. Blocks during the whole pass. 0 or -errno. */
int store_pass(struct store *s, const struct store_pass *p);

/* Call @visit with the key of each service of m's host; it may write the service. Ends with the first
 * result that is not 0, and returns it. 0, LMDB's code or an errno value. */
int store_pass_host(struct store_merge *m,
                    int (*visit)(void *arg, struct store_merge *m, const uint8_t *key), void *arg);
/* Compute the findings of all services of m's host again that count. 0, LMDB's code or an errno
 * value. */
int store_pass_reweigh(struct store_merge *m);

#endif
