/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_pass.h - a pass over all services, host by host, in transactions of some thousand services.
 */
#ifndef SONDE_STORE_PASS_H
#define SONDE_STORE_PASS_H

#include "store_merge.h"

struct store_pass {
	const char *scan, *cause; /* of the events that it logs */
	int64_t now_us;
	/*
	 * Look at a service and write through @m, which has its host. @key is KEY_SERVICE bytes;
	 * @value is the stored record, valid until @m writes. 0, LMDB's code or an errno value. A
	 * transaction whose map was full is run again: visits repeat then, behind another begin().
	 */
	int (*visit)(void *arg, struct store_merge *m, const uint8_t *key, const MDB_val *value);
	void (*begin)(void *arg);     /* a transaction begins; NULL: nobody asks */
	void (*committed)(void *arg); /* and is on its way to the disk; NULL: nobody asks */
	void *arg;
};

/* Visit all. Blocks as long as that takes. 0 or -errno. */
int store_pass(struct store *s, const struct store_pass *p);

/* Weigh the findings of every service of m's host anew. 0, LMDB's code or an errno value. */
int store_pass_reweigh(struct store_merge *m);

#endif
