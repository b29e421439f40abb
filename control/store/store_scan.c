/* SPDX-License-Identifier: Apache-2.0 */
/* store_scan.c - reads and writes the records of scans: ids, checkpoints, command lines for the
 * audit. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "store_db.h"

/*
 * u8 format (3), u8 state, u64 start_us, u64 end_us, text user, text version, u16 length, command,
 * key[16], u64 space_digest, u32 shard, u32 shards, u32 passes, u32 workers, u64 progress[workers],
 * u64 targets, u8 counters, text name and u64 value of each, u64 rate in millipackets a second, u64
 * sample_gap_us, u32 samples, u64 time_us and u64 done of each.
 *
 * Formats 1 and 2 have 15 x u64 in place of targets and the counters, see old_counters. Format 1
 * has no samples.
 */
enum { FORMAT_1 = 1, FORMAT_2 = 2, FORMAT = 3, FIRST_GAP_US = 1000000 };

static const struct counter {
	const char *name;
	size_t offset; /* in struct dp_stats */
} counters[] = {
#define ROW(name, object) {#name, offsetof(struct dp_stats, name)},
	DP_COUNTERS(ROW)
#undef ROW
};

/* Further counters, members of the scan itself, which stand behind those. */
static const struct counter own_counters[] = {
	{"log_opened", offsetof(struct store_scan, opened)},
	{"log_closed", offsetof(struct store_scan, closed)},
	{"log_changed", offsetof(struct store_scan, changed)},
	{"log_findings", offsetof(struct store_scan, findings)},
};

static const size_t old_counters[] = {
#define OLD(name) offsetof(struct dp_stats, name)
	OLD(targets),  OLD(sent),        OLD(skipped_scope), OLD(skipped_noroute), OLD(tx_retries),
	OLD(received), OLD(foreign),     OLD(malformed),     OLD(duplicates),      OLD(open),
	OLD(closed),   OLD(unreachable), OLD(ring_drops),    OLD(nic_missed),      OLD(nic_errors),
#undef OLD
};

enum {
	COUNTERS = sizeof(counters) / sizeof(counters[0]),
	OWN_COUNTERS = sizeof(own_counters) / sizeof(own_counters[0]),
	OLD_COUNTERS = sizeof(old_counters) / sizeof(old_counters[0]),
};

void store_scan_sample(struct store_scan *scan, int64_t time_us, uint64_t done)
{
	struct store_sample *m = scan->samples;
	uint32_t n = scan->sample_count;

	if (scan->sample_gap_us < FIRST_GAP_US)
		scan->sample_gap_us = FIRST_GAP_US;
	if (n > 0 && time_us - m[n - 1].time_us < scan->sample_gap_us)
		return;
	if (n == STORE_SAMPLES) { /* drop every other one */
		for (n = 0; n < STORE_SAMPLES / 2; n++)
			m[n] = m[2 * n];
		scan->sample_gap_us *= 2;
	}
	m[n] = (struct store_sample){time_us, done};
	scan->sample_count = n + 1;
}

/* The counter at @offset of the struct at @base. */
static uint64_t *counter_at(void *base, size_t offset)
{
	return (uint64_t *)(void *)((char *)base + offset);
}

static uint64_t counter_of(const void *base, size_t offset)
{
	uint64_t n;

	memcpy(&n, (const char *)base + offset, sizeof(n));
	return n;
}

static void encode_counters(const struct store_scan *scan, struct bytes *b)
{
	bytes_put_int(b, scan->stats.targets, 8);
	bytes_put_int(b, COUNTERS + OWN_COUNTERS, 1);
	for (size_t i = 0; i < COUNTERS; i++) {
		bytes_put_text(b, counters[i].name);
		bytes_put_int(b, counter_of(&scan->stats, counters[i].offset), 8);
	}
	for (size_t i = 0; i < OWN_COUNTERS; i++) {
		bytes_put_text(b, own_counters[i].name);
		bytes_put_int(b, counter_of(scan, own_counters[i].offset), 8);
	}
}

/* Skips a counter that this version does not know. */
static void decode_counters(struct bytes_in *in, struct store_scan *scan)
{
	struct dp_stats *stats = &scan->stats;
	uint64_t n;

	stats->targets = bytes_get_int(in, 8);
	n = bytes_get_int(in, 1);
	for (uint64_t i = 0; i < n && !in->bad; i++) {
		char name[32];
		uint64_t value;

		bytes_get_text(in, name, sizeof(name));
		value = bytes_get_int(in, 8);
		for (size_t k = 0; k < COUNTERS; k++)
			if (strcmp(name, counters[k].name) == 0)
				*counter_at(stats, counters[k].offset) = value;
		for (size_t k = 0; k < OWN_COUNTERS; k++)
			if (strcmp(name, own_counters[k].name) == 0)
				*counter_at(scan, own_counters[k].offset) = value;
	}
}

static void decode_old_counters(struct bytes_in *in, struct dp_stats *stats)
{
	for (size_t i = 0; i < OLD_COUNTERS; i++)
		*counter_at(stats, old_counters[i]) = bytes_get_int(in, 8);
}

static void encode(const struct store_scan *scan, struct bytes *b)
{
	size_t command = strnlen(scan->command, sizeof(scan->command) - 1);
	uint32_t workers = scan->workers <= DP_MAX_WORKERS ? scan->workers : DP_MAX_WORKERS;

	bytes_put_int(b, FORMAT, 1);
	bytes_put_int(b, scan->state, 1);
	bytes_put_int(b, (uint64_t)scan->start_us, 8);
	bytes_put_int(b, (uint64_t)scan->end_us, 8);
	bytes_put_text(b, scan->user);
	bytes_put_text(b, scan->version);
	bytes_put_int(b, command, 2);
	bytes_put(b, scan->command, command);
	bytes_put(b, scan->key, sizeof(scan->key));
	bytes_put_int(b, scan->space_digest, 8);
	bytes_put_int(b, scan->shard, 4);
	bytes_put_int(b, scan->shards, 4);
	bytes_put_int(b, scan->passes, 4);
	bytes_put_int(b, workers, 4);
	for (uint32_t i = 0; i < workers; i++)
		bytes_put_int(b, scan->progress[i], 8);
	encode_counters(scan, b);
	bytes_put_int(b, (uint64_t)(scan->stats.rate_pps * 1000), 8);
	bytes_put_int(b, (uint64_t)scan->sample_gap_us, 8);
	bytes_put_int(b, scan->sample_count, 4);
	for (uint32_t i = 0; i < scan->sample_count; i++) {
		bytes_put_int(b, (uint64_t)scan->samples[i].time_us, 8);
		bytes_put_int(b, scan->samples[i].done, 8);
	}
}

static void decode_moments(struct bytes_in *in, struct store_scan *scan)
{
	scan->sample_gap_us = (int64_t)bytes_get_int(in, 8);
	scan->sample_count = (uint32_t)bytes_get_int(in, 4);
	if (scan->sample_count > STORE_SAMPLES)
		in->bad = true;
	for (uint32_t i = 0; i < scan->sample_count && !in->bad; i++) {
		scan->samples[i].time_us = (int64_t)bytes_get_int(in, 8);
		scan->samples[i].done = bytes_get_int(in, 8);
	}
}

static void decode_run(struct bytes_in *in, uint64_t format, struct store_scan *scan)
{
	scan->space_digest = bytes_get_int(in, 8);
	scan->shard = (uint32_t)bytes_get_int(in, 4);
	scan->shards = (uint32_t)bytes_get_int(in, 4);
	scan->passes = (uint32_t)bytes_get_int(in, 4);
	scan->workers = (uint32_t)bytes_get_int(in, 4);
	if (scan->workers > DP_MAX_WORKERS)
		in->bad = true;
	for (uint32_t i = 0; i < scan->workers && !in->bad; i++)
		scan->progress[i] = bytes_get_int(in, 8);
	if (format > FORMAT_2)
		decode_counters(in, scan);
	else
		decode_old_counters(in, &scan->stats);
	scan->stats.rate_pps = (double)bytes_get_int(in, 8) / 1000;
}

static int decode(const MDB_val *key, const MDB_val *value, struct store_scan *scan)
{
	struct bytes_in in = bytes_in_of(value->mv_data, value->mv_size);
	const uint8_t *raw;
	uint64_t format;
	size_t len;

	memset(scan, 0, sizeof(*scan));
	format = bytes_get_int(&in, 1);
	if (key->mv_size >= sizeof(scan->id) || format < FORMAT_1 || format > FORMAT)
		return EIO;
	memcpy(scan->id, key->mv_data, key->mv_size);
	scan->state = (uint8_t)bytes_get_int(&in, 1);
	scan->start_us = (int64_t)bytes_get_int(&in, 8);
	scan->end_us = (int64_t)bytes_get_int(&in, 8);
	bytes_get_text(&in, scan->user, sizeof(scan->user));
	bytes_get_text(&in, scan->version, sizeof(scan->version));
	len = bytes_get_int(&in, 2);
	raw = bytes_get(&in, len);
	if (raw == NULL || len >= sizeof(scan->command))
		return EIO;
	memcpy(scan->command, raw, len);
	raw = bytes_get(&in, sizeof(scan->key));
	if (raw != NULL)
		memcpy(scan->key, raw, sizeof(scan->key));
	decode_run(&in, format, scan);
	if (format > FORMAT_1)
		decode_moments(&in, scan);
	return in.bad ? EIO : 0;
}

int store_scan_put(struct store *s, MDB_txn *txn, const struct store_scan *scan)
{
	struct bytes b = {0};
	MDB_val key = store_val(scan->id, strnlen(scan->id, sizeof(scan->id))), value;
	int ret;

	encode(scan, &b);
	value = store_val(b.data, b.len);
	ret = b.failed ? ENOMEM : mdb_put(txn, s->dbi[DB_SCAN], &key, &value, 0);
	bytes_fini(&b);
	return ret;
}

struct begin {
	struct store_scan *scan;
	const struct store_words *words;
	int64_t now_us;
};

static int put_new(struct store *s, MDB_txn *txn, const struct begin *b)
{
	int ret = store_scan_put(s, txn, b->scan);

	if (ret == 0)
		ret = store_settle_mark(s, txn);
	return ret != 0 || b->words == NULL ? ret : store_words_put(s, txn, b->scan->id, b->words);
}

static int begin_scan(struct store *s, MDB_txn *txn, void *arg)
{
	struct begin *b = arg;
	struct calendar_date d = calendar_date(b->now_us / (86400 * INT64_C(1000000)));
	MDB_val key, value;

	for (unsigned n = 1;; n++) {
		int ret;

		snprintf(b->scan->id, sizeof(b->scan->id), "s-%04u%02u%02u-%02u", d.year, d.month,
		         d.day, n);
		key = store_val(b->scan->id, strlen(b->scan->id));
		ret = mdb_get(txn, s->dbi[DB_SCAN], &key, &value);
		if (ret == MDB_NOTFOUND)
			return put_new(s, txn, b);
		if (ret != 0)
			return ret;
	}
}

int store_scan_begin(struct store *s, struct store_scan *scan, const struct store_words *words,
                     int64_t now_us)
{
	struct begin b = {.scan = scan, .words = words, .now_us = now_us};
	int ret;

	scan->start_us = now_us;
	ret = store_settle_left(s);
	if (ret == 0)
		ret = store_write(s, begin_scan, &b);
	if (ret == 0)
		store_lock_note(s, scan->id);
	return ret;
}

static int update_scan(struct store *s, MDB_txn *txn, void *arg)
{
	return store_scan_put(s, txn, arg);
}

int store_scan_update(struct store *s, const struct store_scan *scan)
{
	struct store_scan copy = *scan;
	int ret;

	if (scan->id[0] == '\0')
		return -EINVAL;
	ret = store_write(s, update_scan, &copy);
	if (ret == 0)
		store_lock_note(s, scan->id);
	return ret != 0 ? ret : store_sync(s);
}

int store_scan_walk(struct store *s, MDB_txn *txn,
                    bool (*each)(void *arg, const struct store_scan *), void *arg)
{
	struct store_scan scan;
	MDB_cursor *cursor;
	MDB_val key, value;
	bool first = true, more = true;
	int ret = mdb_cursor_open(txn, s->dbi[DB_SCAN], &cursor);

	if (ret != 0)
		return ret;
	for (; more && ret == 0; first = false) {
		ret = store_step(cursor, first, NULL, 0, &key, &value);
		if (ret == 0)
			ret = decode(&key, &value, &scan);
		if (ret == 0)
			more = each(arg, &scan);
	}
	mdb_cursor_close(cursor);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

int store_scan_each(struct store *s, bool (*each)(void *arg, const struct store_scan *), void *arg)
{
	MDB_txn *txn;
	int ret = store_read_begin(s, &txn);

	if (ret != 0)
		return store_errno(ret);
	ret = store_scan_walk(s, txn, each, arg);
	mdb_txn_abort(txn);
	return store_errno(ret);
}

struct newest {
	struct store_scan *out;
	bool found;
};

static bool keep_newest(void *arg, const struct store_scan *scan)
{
	struct newest *n = arg;

	/* Ids of one day above 99 do not sort as text, so the start times decide. */
	if (!n->found || scan->start_us >= n->out->start_us)
		*n->out = *scan;
	n->found = true;
	return true;
}

static int get_by_id(struct store *s, MDB_txn *txn, const char *id, struct store_scan *out)
{
	MDB_val key = store_val(id, strlen(id)), value;
	int ret = mdb_get(txn, s->dbi[DB_SCAN], &key, &value);

	return ret == 0 ? decode(&key, &value, out) : ret;
}

int store_scan_get(struct store *s, const char *id, struct store_scan *out)
{
	struct store_scan scan;
	struct newest newest = {.out = &scan};
	MDB_txn *txn;
	int ret;

	if (strlen(id) >= sizeof(out->id))
		return -ENOENT;
	ret = store_read_begin(s, &txn);
	if (ret != 0)
		return store_errno(ret);
	if (id[0] != '\0') {
		ret = get_by_id(s, txn, id, &scan);
	} else {
		ret = store_scan_walk(s, txn, keep_newest, &newest);
		if (ret == 0 && !newest.found)
			ret = MDB_NOTFOUND;
	}
	mdb_txn_abort(txn);
	if (ret == 0)
		*out = scan;
	return store_errno(ret);
}
