/* SPDX-License-Identifier: Apache-2.0 */
/* store_sighting.c - the fast path for a reply that changes only the header of a record; most
 * replies of a scan take it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "index_db.h"
#include "store_merge.h"

/* Copies @in to @n. Of the times it sets only seen_us. */
static void fill(const struct store_merge *m, const struct record_sighting *in, struct record *n)
{
	n->addr = in->addr;
	n->port = in->port;
	n->transport = in->transport;
	n->state = in->state;
	n->reply = in->reply;
	/* A service that is not asked again still lacks its verdicts. */
	if (n->ask != RECORD_ASKED_UNJUDGED)
		n->ask = in->ask;
	n->seen_us = in->seen_us;
	snprintf(n->scan, sizeof(n->scan), "%s", m->scan);
}

static int put_header(struct store_merge *m, const struct record *n, const void *body,
                      size_t body_len)
{
	int ret;

	store_merge_note(m, n);
	bytes_clear(&m->scratch);
	record_encode_header(n, &m->meta, &m->scratch);
	bytes_put(&m->scratch, body, body_len);
	ret = store_merge_put(m, n);
	return ret != 0 ? ret : store_index_put(m->s, m->txn, n, &m->meta, false);
}

/* Writes the record of an open port that has no record. */
static int sight_new(struct store_merge *m, const struct record_sighting *in)
{
	struct record *n = m->seen;
	int ret;

	memset(&m->meta, 0, offsetof(struct record_meta, findings));
	n->grabbed = n->truncated = false;
	n->ask = RECORD_ASK_UNKNOWN;
	fill(m, in, n);
	ret = store_merge_open(m, false, n);
	n->last_seen_us = n->seen_us;
	store_merge_findings(m, n, &m->meta);
	store_summary_add(m->s->model, &m->summary, &m->meta, n->transport, n->port);
	return ret != 0 ? ret : put_header(m, n, RECORD_BODY_NONE, sizeof(RECORD_BODY_NONE));
}

/* Whether @in changes only times and reply. The findings change, too, when the port ceases to be
 * new or when an accepted finding expires. */
static bool is_steady(const struct store_merge *m, const struct record_sighting *in)
{
	const struct record *was = m->seen;
	const int64_t old_us = was->opened_us + vd_model_rules(m->s->model).new_port_us;

	return was->state == RECORD_OPEN && in->state == RECORD_OPEN && m->accept_count == 0 &&
	       (old_us >= was->seen_us) == (old_us >= in->seen_us);
}

static int sight_again(struct store_merge *m, const struct record_sighting *in, const uint8_t *body,
                       size_t body_len)
{
	struct record *n = m->seen;

	fill(m, in, n);
	n->misses = 0;
	if (n->seen_us > n->last_seen_us)
		n->last_seen_us = n->seen_us;
	return put_header(m, n, body, body_len);
}

void store_merge_flag(struct store_merge *m, bool middlebox)
{
	if (!m->known || (m->summary.middlebox == middlebox && m->summary.truncated == middlebox))
		return;
	m->summary.middlebox = m->summary.truncated = middlebox;
	m->touched = true;
}

int store_merge_sighting(struct store_merge *m, const struct record_sighting *in)
{
	uint8_t raw[KEY_SERVICE];
	MDB_val key = store_val(raw, sizeof(raw)), value;
	int header, ret;

	store_key(raw, &in->addr, in->transport, in->port);
	m->now_us = in->seen_us;
	if (in->state == RECORD_OPEN && in->middlebox)
		m->summary.middlebox = true;
	ret = mdb_cursor_get(m->services, &key, &value, MDB_SET);
	if (ret == MDB_NOTFOUND)
		return in->state == RECORD_OPEN ? sight_new(m, in) : 0;
	if (ret != 0)
		return ret;
	header = record_decode_header(value.mv_data, value.mv_size, m->seen, &m->meta);
	if (header < 0)
		return EIO;
	if (is_steady(m, in))
		return sight_again(m, in, (const uint8_t *)value.mv_data + header,
		                   value.mv_size - (size_t)header);
	m->seen->grabbed = m->seen->truncated = false;
	fill(m, in, m->seen);
	return store_merge_record(m, m->seen);
}
