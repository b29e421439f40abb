/* SPDX-License-Identifier: Apache-2.0 */
/* store_finish.c - marks services that a complete scan did not see. */
#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "store_pass.h"

struct finish {
	const struct store_scan *scan;
	uint64_t scan_hash;
	bool (*covered)(void *arg, const struct dp_addr *addr, uint16_t port, uint8_t transport);
	void *arg;
};

static int visit(void *arg, struct store_merge *m, const uint8_t *key, const MDB_val *value)
{
	const struct finish *f = arg;
	struct dp_addr addr;
	struct record_meta meta;
	uint8_t transport;
	uint16_t port;

	store_key_read(key, &addr, &transport, &port);
	if (!f->covered(f->arg, &addr, port, transport))
		return 0;
	if (m->summary.middlebox && strcmp(m->summary.last_scan, f->scan->id) == 0)
		return 0; /* the scan recorded only a sample of its ports */
	if (record_decode_header(value->mv_data, value->mv_size, m->seen, &meta) < 0)
		return EIO;
	return strcmp(m->seen->scan, f->scan->id) == 0 ? 0 : store_merge_miss(m, key, f->scan_hash);
}

int store_finish(struct store *s, const struct store_scan *scan,
                 bool (*covered)(void *arg, const struct dp_addr *addr, uint16_t port,
                                 uint8_t transport),
                 void *arg)
{
	struct finish f = {.scan = scan, .covered = covered, .arg = arg};
	const struct store_pass pass = {.scan = scan->id,
	                                .cause = "scan",
	                                .now_us = scan->end_us,
	                                .visit = visit,
	                                .arg = &f};
	uint8_t digest[SHA256_DIGEST_LENGTH];

	if (scan->stats.ring_drops + scan->stats.nic_missed + scan->stats.nic_errors > 0)
		return 1;
	SHA256((const unsigned char *)scan->id, strlen(scan->id), digest);
	f.scan_hash = store_key_from_be64(digest);
	return store_pass(s, &pass);
}
