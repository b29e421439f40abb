/* SPDX-License-Identifier: Apache-2.0 */
/* store_merge.c - merges records into the stored services and hosts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "index_db.h"
#include "store_hint.h"

/* Of m->log: the bytes of a length, and the bytes at which it is flushed. */
enum { LENGTH = 4, LOG_FULL = 1 << 20 };

/* ---- a host ---------------------------------------------------------------------------------- */

static int open_cursors(struct store_merge *m)
{
	const MDB_dbi *dbi = m->s->dbi;
	int ret = mdb_cursor_open(m->txn, dbi[DB_SERVICE], &m->services);

	if (ret == 0)
		ret = mdb_cursor_open(m->txn, dbi[DB_HOST], &m->hosts);
	return ret != 0 ? ret : mdb_cursor_open(m->txn, dbi[DB_CHANGE], &m->changes);
}

int store_merge_init(struct store_merge *m, struct store *s, MDB_txn *txn)
{
	MDB_stat accepts;
	int ret;

	memset(m, 0, sizeof(*m));
	m->s = s;
	m->txn = txn;
	m->scan = "";
	m->cause = "scan";
	m->ref = "";
	m->old = record_new();
	m->seen = record_new();
	if (m->old == NULL || m->seen == NULL)
		return ENOMEM;
	ret = mdb_stat(txn, s->dbi[DB_ACCEPT], &accepts);
	if (ret != 0)
		return ret;
	m->any_accept = accepts.ms_entries > 0;
	ret = open_cursors(m);
	return ret != 0 ? ret : store_change_end(m->changes, &m->end);
}

void store_merge_fini(struct store_merge *m)
{
	mdb_cursor_close(m->services);
	mdb_cursor_close(m->hosts);
	mdb_cursor_close(m->changes);
	record_free(m->old);
	record_free(m->seen);
	if (m->hints != NULL)
		store_hints_fini(m->hints);
	free(m->hints);
	hash_table_fini(&m->sets);
	bytes_fini(&m->scratch);
	bytes_fini(&m->log);
	free(m->accepts);
}

/*
 * Writes the changes some thousand at a time. LMDB allocates pages in the order of the writes: if
 * each change were written at once, pages of the log would lie between those of the services, and a
 * pass over the services would read one of the log for each of theirs.
 */
int store_merge_flush(struct store_merge *m)
{
	struct bytes_in in = bytes_in_of(m->log.data, m->log.len);
	int ret = m->log.failed ? ENOMEM : 0;

	while (ret == 0 && in.pos < in.end) {
		size_t len = bytes_get_int(&in, LENGTH);
		const uint8_t *data = bytes_get(&in, len);

		ret = data == NULL ? EIO : store_change_append(m->changes, m->end.seq++, data, len);
	}
	bytes_clear(&m->log);
	return ret;
}

/* Judge the services by what they tell each other, now that the scan @was has seen all of them. */
static int judge_left(struct store_merge *m, const struct store_unsettled *was)
{
	const char *scan = m->scan, *cause = m->cause;
	int ret;

	m->scan = was->scan;
	m->cause = "scan";
	m->fresh = !was->known;
	ret = store_merge_hint(m);
	if (ret == 0 && m->rejudge)
		ret = store_summary_judge(m->s, m->txn, &m->addr, &m->summary);
	m->rejudge = false;
	m->scan = scan;
	m->cause = cause;
	return ret;
}

/* Settle the host, if another scan than the present one left it unsettled: its process was killed, or
 * it has ended. */
static int settle_left(struct store_merge *m)
{
	const struct store_unsettled was = m->summary.unsettled;
	int64_t now_us = m->now_us;
	int ret;

	if (was.scan[0] == '\0' || strcmp(was.scan, m->scan) == 0)
		return 0;
	if (now_us == 0)
		m->now_us = m->summary.last_seen_us;
	ret = judge_left(m, &was);
	if (ret == 0)
		ret = store_merge_settle(m, &was);
	m->now_us = now_us;
	return ret;
}

static void note_before(struct store_merge *m)
{
	const struct store_unsettled *u = &m->summary.unsettled;

	m->before = (struct store_unsettled){.known = m->known,
	                                     .value = m->summary.score.value,
	                                     .level = m->summary.score.level,
	                                     .open = m->summary.open};
	m->fresh = u->scan[0] != '\0' ? !u->known : !m->known;
}

int store_merge_begin(struct store_merge *m, const struct dp_addr *addr)
{
	int ret;

	m->addr = *addr;
	m->touched = m->rejudge = m->openings = m->doubted = false;
	free(m->accepts);
	m->accepts = NULL;
	m->accept_count = 0;
	memset(&m->summary, 0, sizeof(m->summary));
	ret = store_summary_find(m->hosts, addr, &m->summary);
	m->known = ret == 0;
	if (ret != 0 && ret != MDB_NOTFOUND)
		return ret;
	ret = 0;
	if (m->any_accept)
		ret = store_accept_load(m->s, m->txn, addr, &m->accepts, &m->accept_count);
	if (ret == 0 && m->known)
		ret = settle_left(m);
	note_before(m);
	return ret;
}

int store_merge_event(struct store_merge *m, const struct record *r, struct store_event e)
{
	size_t at = m->log.len;

	e.time_us = m->now_us;
	e.addr = m->addr;
	e.port = r == NULL ? 0 : r->port;
	e.transport = r == NULL ? 0 : r->transport;
	e.cause = m->cause;
	e.scan = m->scan;
	bytes_put_int(&m->log, 0, LENGTH);
	store_change_encode(&e, &m->end, &m->log);
	if (m->log.failed)
		return ENOMEM;
	for (unsigned i = 0; i < LENGTH; i++)
		m->log.data[at + i] = (uint8_t)((m->log.len - at - LENGTH) >> (8 * i));
	return m->log.len < LOG_FULL ? 0 : store_merge_flush(m);
}

int store_merge_log(struct store_merge *m, const struct record *r, const char *type,
                    const char *before, const char *after)
{
	return store_merge_event(
		m, r,
		(struct store_event){.type = type, .ref = "", .before = before, .after = after});
}

/* Counts a port that opened. */
static void host_appears(struct store_merge *m, int64_t seen_us)
{
	if (!m->known)
		m->summary.first_seen_us = seen_us;
	m->known = true;
	m->summary.open++;
}

/* A scan sees a host in pieces, so that its changes as a whole are logged at the end of the scan. */
static int settle_or_keep(struct store_merge *m)
{
	struct store_unsettled *u = &m->summary.unsettled;

	if (strcmp(m->cause, "scan") != 0)
		return store_merge_settle(m, &m->before);
	if (u->scan[0] == '\0') {
		*u = m->before;
		snprintf(u->scan, sizeof(u->scan), "%s", m->scan);
	}
	u->openings |= m->openings;
	return 0;
}

int store_merge_end(struct store_merge *m)
{
	int ret = 0;

	if (!m->touched)
		return 0;
	if (m->doubted)
		ret = store_merge_doubt(m);
	if (ret == 0 && m->rejudge)
		ret = store_summary_judge(m->s, m->txn, &m->addr, &m->summary);
	if (m->summary.open == 0) { /* another device may get the address */
		m->summary.fragile = false;
		memset(&m->summary.honeypot, 0, sizeof(m->summary.honeypot));
	}
	if (ret == 0)
		ret = settle_or_keep(m);
	return ret != 0 ? ret : store_summary_put(m->hosts, &m->addr, &m->summary, &m->scratch);
}

/* ---- a service ------------------------------------------------------------------------------- */

/* Writes the current interval of @r as one that ended at @end_us. */
static int end_interval(struct store_merge *m, const struct record *r,
                        const struct record_meta *meta, int64_t end_us)
{
	struct store_interval i = {
		.addr = r->addr, .port = r->port, .transport = r->transport, .end_us = end_us};

	store_interval_fill(&i, r, meta);
	return store_interval_put(m->s, m->txn, &i);
}

int store_merge_put(struct store_merge *m, const struct record *r)
{
	uint8_t raw[KEY_SERVICE];
	MDB_val key = store_val(raw, sizeof(raw)), value;

	if (m->scratch.failed)
		return ENOMEM;
	store_key(raw, &r->addr, r->transport, r->port);
	m->touched = true;
	value = store_val(m->scratch.data, m->scratch.len);
	return mdb_cursor_put(m->services, &key, &value, 0);
}

int store_merge_write(struct store_merge *m, const struct record *r, struct record_meta *meta)
{
	int ret = store_verdict_put_once(m, r, meta->verdict_set);

	return ret != 0 ? ret : store_merge_write_as(m, r, meta);
}

int store_merge_write_as(struct store_merge *m, const struct record *r,
                         const struct record_meta *meta)
{
	int ret;

	bytes_clear(&m->scratch);
	record_encode(r, meta, &m->scratch);
	m->rejudge = true;
	ret = store_merge_put(m, r);
	return ret != 0 ? ret : store_index_put(m->s, m->txn, r, meta, true);
}

int store_merge_opened(struct store_merge *m, const struct record *r)
{
	char after[CHANGE_STATE];

	m->meta.unlogged = false;
	change_port_state(r, RECORD_OPEN, after);
	return store_merge_log(m, r, "port.opened", "", after);
}

/* A port that is new is logged once it is known what runs there, at the latest at the end of the
 * scan. */
int store_merge_open(struct store_merge *m, bool existed, struct record *n)
{
	char before[CHANGE_STATE], after[CHANGE_STATE];
	int ret;

	n->misses = 0;
	if (existed && record_is_up(m->old))
		return 0;
	m->opened = true;
	host_appears(m, n->seen_us);
	n->opened_us = n->last_changed_us = n->seen_us;
	m->meta.interval_us = n->seen_us;
	if (!existed)
		n->first_seen_us = n->seen_us;
	if (record_is_ping(n->transport))
		return 0;
	if (!existed) {
		m->meta.unlogged = m->openings = true;
		return 0;
	}
	change_port_state(m->old, m->old->state, before);
	change_port_state(n, RECORD_OPEN, after);
	ret = store_merge_log(m, n, "port.reopened", before, after);
	return ret != 0 ? ret : store_merge_all_findings(m, true);
}

/* Logs that the port closed and ends its interval, if it counted before and does not now. */
static int turn_down(struct store_merge *m, struct record *n, const struct record_meta *meta)
{
	char before[CHANGE_STATE], after[CHANGE_STATE];
	int ret = 0;

	if (!record_is_up(m->old) || record_is_up(n))
		return 0;
	n->last_changed_us = m->now_us;
	if (m->meta.unlogged)
		ret = store_merge_opened(m, m->old);
	change_port_state(m->old, RECORD_OPEN, before);
	change_port_state(n, n->state, after);
	if (ret == 0 && !record_is_ping(n->transport))
		ret = store_merge_log(m, n, "port.closed", before, after);
	if (ret == 0)
		ret = store_merge_all_findings(m, false);
	return ret != 0 ? ret : end_interval(m, n, meta, n->last_seen_us);
}

/* Logs that another service answers, or that more is known of the same one. From now on, it is a new
 * interval. */
static int log_service(struct store_merge *m, struct record *n, struct record_meta *meta,
                       uint64_t was)
{
	const char *type = was == 0 || change_is_learned(&m->old->identity, &n->identity)
	                           ? "service.identified"
	                           : "service.changed";
	char before[CHANGE_STATE], after[CHANGE_STATE];
	struct record_meta past = *meta;
	int ret;

	past.fingerprint = was;
	change_service_state(m->old, before);
	change_service_state(n, after);
	ret = store_merge_log(m, n, type, before, after);
	if (ret == 0 && meta->interval_us != m->now_us) /* not reopened just now */
		ret = end_interval(m, m->old, &past, m->old->last_seen_us);
	meta->interval_us = n->last_changed_us = m->now_us;
	return ret;
}

int store_merge_identity(struct store_merge *m, struct record *n, struct record_meta *meta)
{
	uint64_t was = meta->fingerprint;
	char before[CHANGE_STATE], after[CHANGE_STATE];
	int ret = 0;

	meta->fingerprint = record_fingerprint(n);
	if (meta->unlogged || record_is_ping(n->transport))
		return 0; /* the port is new: that it opened will say what runs there */
	if (was != meta->fingerprint)
		ret = log_service(m, n, meta, was);
	if (ret == 0 && change_cert_differs(m->old, n)) {
		n->last_changed_us = m->now_us;
		change_cert_state(m->old, before);
		change_cert_state(n, after);
		ret = store_merge_log(m, n, "cert.changed", before, after);
	}
	return ret;
}

void store_merge_take(struct record *n, const struct record *in)
{
	n->grabbed = true;
	n->truncated = in->truncated;
	n->identity = in->identity;
	n->facts = in->facts;
	n->verdicts = in->verdicts;
	n->set = in->set;
	n->verdict_count = in->verdict_count < RECORD_VERDICTS_MAX ? in->verdict_count
	                                                           : RECORD_VERDICTS_MAX;
	n->candidates = in->candidates;
	n->exposure_count = in->exposure_count < VD_EXPOSURES_MAX ? in->exposure_count
	                                                          : VD_EXPOSURES_MAX;
	memcpy(n->exposures, in->exposures, sizeof(n->exposures));
}

static int merge_open(struct store_merge *m, bool existed, const struct record *in,
                      struct record *n)
{
	bool learned = in->grabbed && in->facts != NULL && vd_facts_count(in->facts) > 0;
	int ret = 0;

	if (learned) {
		store_merge_take(n, in);
		store_merge_honeypot(m, n);
		ret = store_merge_old_hint(m, existed, n);
	} else if (!n->grabbed && in->identity.service[0] != '\0') {
		n->identity = in->identity;
	}
	if (ret == 0)
		ret = store_merge_open(m, existed, n);
	if (n->seen_us > n->last_seen_us)
		n->last_seen_us = n->seen_us;
	if (learned && vd_fragile_identity(&n->identity))
		m->summary.fragile = true;
	if (ret == 0 && learned)
		ret = store_merge_identity(m, n, &m->meta);
	if (ret == 0 && m->meta.unlogged && (in->grabbed || in->identity.service[0] != '\0'))
		ret = store_merge_opened(m, n);
	if (ret == 0 && learned)
		ret = store_merge_verdicts(m, n);
	return ret;
}

void store_merge_note(struct store_merge *m, const struct record *n)
{
	if (n->last_seen_us > m->summary.last_seen_us)
		m->summary.last_seen_us = n->last_seen_us;
	snprintf(m->summary.last_scan, sizeof(m->summary.last_scan), "%s", m->scan);
}

static int finish_record(struct store_merge *m, const struct record *n)
{
	store_merge_note(m, n);
	store_merge_findings(m, n, &m->meta);
	return store_merge_write(m, n, &m->meta);
}

/* Reads the stored record of the service into m->old. *@existed: there is one. */
static int read_old(struct store_merge *m, const struct record *in, bool *existed)
{
	uint8_t key[KEY_SERVICE];
	int ret;

	store_key(key, &in->addr, in->transport, in->port);
	ret = store_service_get(m->s, m->txn, key, m->old, &m->meta);
	*existed = ret == 0;
	if (ret != MDB_NOTFOUND)
		return ret;
	record_clear(m->old);
	memset(&m->meta, 0, sizeof(m->meta));
	return 0;
}

int store_merge_record(struct store_merge *m, const struct record *in)
{
	struct record n;
	bool existed;
	int ret = read_old(m, in, &existed);

	if (ret != 0 || (!existed && in->state != RECORD_OPEN))
		return ret;
	if (in->state != RECORD_OPEN && in->seen_us < m->old->last_seen_us)
		return 0; /* older than the stored state */
	m->now_us = in->seen_us;
	n = *m->old;
	n.addr = in->addr;
	n.transport = in->transport;
	n.port = in->port;
	n.state = in->state;
	n.seen_us = in->seen_us;
	n.reply = in->reply;
	if (in->grabbed || m->old->ask != RECORD_ASKED_UNJUDGED)
		n.ask = in->ask;
	snprintf(n.scan, sizeof(n.scan), "%s", m->scan);
	ret = n.state == RECORD_OPEN ? merge_open(m, existed, in, &n) : turn_down(m, &n, &m->meta);
	if (ret == 0)
		ret = finish_record(m, &n);
	store_merge_take_doubted(m, in);
	free(m->first_seen);
	m->first_seen = NULL;
	return ret;
}

int store_merge_miss(struct store_merge *m, const uint8_t key[KEY_SERVICE], uint64_t scan_hash)
{
	struct record n;
	int ret = store_service_get(m->s, m->txn, key, m->old, &m->meta);

	if (ret != 0 || m->meta.missed_by == scan_hash)
		return ret; /* counted already: the pass was interrupted and runs again */
	m->meta.missed_by = scan_hash;
	n = *m->old;
	n.misses++;
	if (n.state == RECORD_OPEN)
		n.state = RECORD_MISSING;
	ret = turn_down(m, &n, &m->meta);
	store_merge_findings(m, &n, &m->meta);
	return ret != 0 ? ret : store_merge_write(m, &n, &m->meta);
}

int store_merge_reweigh(struct store_merge *m, const uint8_t key[KEY_SERVICE])
{
	int ret = store_service_get(m->s, m->txn, key, m->old, &m->meta);

	if (ret != 0 || !record_is_up(m->old))
		return ret;
	store_merge_findings(m, m->old, &m->meta);
	return store_merge_write(m, m->old, &m->meta);
}
