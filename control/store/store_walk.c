/* SPDX-License-Identifier: Apache-2.0 */
/* store_walk.c - reads all hosts, or those that changed, as fast as an export wants them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "store_db.h"

enum { SETS_BYTES = 128 << 20 };

/* An entry of a table of decoded sets of verdicts: many services share few of them. */
struct set {
	uint8_t key[16];
	struct vd_verdict *list; /* owned; NULL: not read yet */
	uint32_t count;
};

struct walker {
	struct store *s;
	MDB_txn *txn;
	struct store_walk *walk;
	bool (*each)(void *arg, const struct store_host *h, const struct store_touch *touches,
	             size_t n);
	void *arg;
	MDB_cursor *services;
	MDB_val key, value; /* of @services */
	bool is_placed;     /* @key is that of the first service that was not read yet */
	bool has_accepts;
	struct store_host host;
	size_t cap; /* of host.services: records that are used again */
	struct hash_table sets;
	size_t set_bytes;
	struct record_ways ways;
	struct hash_table identities; /* of struct identity */
	uint64_t identity_number;     /* of the one that was numbered last */
	struct store_touch *touches;  /* sorted; of walk.changed */
	size_t touch_count;
};

bool store_touched(const struct store_touch *touches, size_t n, const struct record *r)
{
	for (size_t i = 0; touches != NULL && i < n; i++)
		if (touches[i].port == 0 ||
		    (touches[i].port == r->port && touches[i].transport == r->transport))
			return true;
	return touches == NULL;
}

/* ---- identities ------------------------------------------------------------------------------ */

/* An entry of a table of decoded identities: many services share few of them. */
struct identity {
	uint8_t key[8]; /* hash of the encoding */
	struct known {
		uint64_t number;
		struct vd_identity decoded;
		size_t len;
		uint8_t encoded[];
	} * known; /* owned; NULL: memory was short for it */
};

enum { IDENTITIES_MAX = 32768 };

static void free_identities(struct walker *w)
{
	struct identity *id;
	size_t at = 0;

	while ((id = hash_table_next(&w->identities, &at)) != NULL)
		free(id->known);
	hash_table_fini(&w->identities);
	hash_table_init(&w->identities, 8, sizeof(struct identity));
}

static int learn_identity(struct walker *w, struct identity *id, const void *encoded, size_t len)
{
	struct known *k = malloc(sizeof(*k) + len);
	int ret = k != NULL ? record_decode_identity(encoded, len, &k->decoded) : -ENOMEM;

	if (ret != 0) {
		free(k);
		return ret;
	}
	k->number = ++w->identity_number;
	k->len = len;
	memcpy(k->encoded, encoded, len);
	id->known = k;
	return 0;
}

/* Give @r its identity, which is decoded only when it comes for the first time. */
static int take_identity(void *arg, const void *encoded, size_t len, struct record *r)
{
	uint64_t hash = hash_table_hash(encoded, len);
	struct walker *w = arg;
	struct identity *id;
	int ret;

	if (hash_table_count(&w->identities) > IDENTITIES_MAX)
		free_identities(w);
	id = hash_table_take(&w->identities, &hash);
	if (id == NULL)
		return -ENOMEM;
	if (id->known == NULL && (ret = learn_identity(w, id, encoded, len)) != 0)
		return ret;
	if (id->known->len != len || memcmp(id->known->encoded, encoded, len) != 0)
		return record_decode_identity(encoded, len, &r->identity);
	r->identity = id->known->decoded;
	r->identity_number = id->known->number;
	return 0;
}

/* ---- services -------------------------------------------------------------------------------- */

static void free_sets(struct walker *w)
{
	struct set *set;
	size_t at = 0;

	while ((set = hash_table_next(&w->sets, &at)) != NULL)
		free(set->list);
	hash_table_fini(&w->sets);
	hash_table_init(&w->sets, 16, sizeof(struct set));
	w->set_bytes = 0;
}

static int read_set(struct walker *w, struct set *set)
{
	MDB_val key = store_val(set->key, 16), data;
	int ret = mdb_get(w->txn, w->s->dbi[DB_VERDICTS], &key, &data);

	if (ret != 0)
		return ret == MDB_NOTFOUND ? EIO : ret;
	ret = record_decode_verdicts(data.mv_data, data.mv_size, &set->list, &set->count);
	w->set_bytes += set->count * sizeof(*set->list);
	return ret == 0 ? 0 : ret == -ENOMEM ? ENOMEM : EIO;
}

/* Let @r point to the set of verdicts @key, which stays the walker's. */
static int lend_set(struct walker *w, const uint8_t key[16], struct record *r)
{
	static const uint8_t none[16];
	struct set *set;
	int ret = 0;

	if (memcmp(key, none, sizeof(none)) == 0)
		return r->verdict_count == 0 ? 0 : EIO;
	set = hash_table_take(&w->sets, key);
	if (set == NULL)
		return ENOMEM;
	if (set->list == NULL)
		ret = read_set(w, set);
	if (ret == 0 && set->count != r->verdict_count)
		ret = EIO;
	if (ret != 0)
		return ret;
	r->verdicts = set->list;
	memcpy(r->verdict_set, key, sizeof(r->verdict_set));
	return 0;
}

/* The record for service number @i of the host: one that is used again, or a new one. */
static struct record *spare(struct walker *w, size_t i)
{
	struct store_host *h = &w->host;

	if (i == w->cap) {
		size_t more = w->cap * 2 + 8;
		struct record **list = realloc(h->services, more * sizeof(*list));

		if (list == NULL)
			return NULL;
		memset(list + w->cap, 0, (more - w->cap) * sizeof(*list));
		h->services = list;
		w->cap = more;
	}
	if (h->services[i] == NULL)
		h->services[i] = record_new();
	else
		h->services[i]->verdicts = NULL; /* they are the walker's */
	return h->services[i];
}

static int read_service(struct walker *w)
{
	struct record *r = spare(w, w->host.service_count);
	struct record_meta meta;
	int ret;

	if (r == NULL)
		return ENOMEM;
	w->host.service_count++;
	ret = record_decode_by(&w->ways, w->value.mv_data, w->value.mv_size, r, &meta);
	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	store_key_read(w->key.mv_data, &r->addr, &r->transport, &r->port);
	if (r->state == RECORD_OPEN)
		vd_score(w->s->model, meta.findings, meta.finding_count, &r->score);
	return w->walk->no_verdicts ? 0 : lend_set(w, meta.verdict_set, r);
}

static int read_services(struct walker *w)
{
	const uint8_t *addr = w->host.addr.b;
	int ret = 0;

	if (!w->is_placed || memcmp(w->key.mv_data, addr, KEY_ADDR) < 0)
		ret = store_step(w->services, true, addr, KEY_ADDR, &w->key, &w->value);
	while (ret == 0 && store_key_within(&w->key, addr, KEY_ADDR)) {
		ret = w->key.mv_size == KEY_SERVICE ? read_service(w) : EIO;
		if (ret == 0)
			ret = mdb_cursor_get(w->services, &w->key, &w->value, MDB_NEXT);
	}
	w->is_placed = ret == 0;
	return ret == MDB_NOTFOUND ? 0 : ret;
}

/* ---- hosts ----------------------------------------------------------------------------------- */

static int read_host(struct walker *w, const struct dp_addr *addr, const MDB_val *value)
{
	struct store_host *h = &w->host;
	struct store_summary sum;
	int ret = store_summary_decode(value, &sum);

	if (ret != 0)
		return ret;
	h->addr = *addr;
	h->first_seen_us = sum.first_seen_us;
	h->last_seen_us = sum.last_seen_us;
	memcpy(h->last_scan, sum.last_scan, sizeof(h->last_scan));
	h->middlebox = sum.middlebox;
	h->fragile = sum.fragile;
	memcpy(h->honeypot, sum.honeypot.why, sizeof(h->honeypot));
	h->truncated = sum.truncated;
	h->score = sum.score;
	h->service_count = 0;
	free(h->accepts);
	h->accepts = NULL;
	h->accept_count = 0;
	if (w->set_bytes > SETS_BYTES)
		free_sets(w);
	ret = read_services(w);
	if (ret == 0 && w->has_accepts)
		ret = store_accept_load(w->s, w->txn, addr, &h->accepts, &h->accept_count);
	return ret;
}

static bool is_zero(const struct dp_addr *a)
{
	static const struct dp_addr none;

	return memcmp(a, &none, sizeof(none)) == 0;
}

static bool is_behind(const struct walker *w, const struct dp_addr *addr)
{
	return !is_zero(&w->walk->last) && dp_addr_compare(addr, &w->walk->last) > 0;
}

static int walk_all(struct walker *w, MDB_cursor *hosts)
{
	MDB_val key, value;
	int ret = store_step(hosts, true, w->walk->first.b, KEY_ADDR, &key, &value);

	for (; ret == 0; ret = mdb_cursor_get(hosts, &key, &value, MDB_NEXT)) {
		struct dp_addr addr;

		if (key.mv_size != KEY_ADDR)
			return EIO;
		memcpy(addr.b, key.mv_data, KEY_ADDR);
		if (is_behind(w, &addr))
			return 0;
		ret = read_host(w, &addr, &value);
		if (ret != 0)
			return ret;
		if (!w->each(w->arg, &w->host, NULL, 0))
			return 0;
	}
	return ret == MDB_NOTFOUND ? 0 : ret;
}

/* ---- what changed ---------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
	const struct store_touch *x = a, *y = b;
	int d = dp_addr_compare(&x->addr, &y->addr);

	if (d == 0)
		d = (int)x->transport - (int)y->transport;
	return d != 0 ? d : (int)x->port - (int)y->port;
}

static int add_touch(struct walker *w, const struct store_change *c, size_t *cap)
{
	const struct store_touch t = {c->addr, c->port == 0 ? 0 : c->transport, c->port};

	/* Many entries in a row are often those of one service. */
	if (w->touch_count > 0 && by_place(&w->touches[w->touch_count - 1], &t) == 0)
		return 0;
	if (w->touch_count == *cap) {
		size_t more = *cap * 2 + 1024;
		struct store_touch *list = realloc(w->touches, more * sizeof(*list));

		if (list == NULL)
			return ENOMEM;
		w->touches = list;
		*cap = more;
	}
	w->touches[w->touch_count++] = t;
	return 0;
}

static int read_log(struct walker *w, MDB_cursor *log)
{
	MDB_val key, value;
	uint8_t from[8];
	size_t cap = 0;
	int ret;

	if (w->walk->after_seq >= w->walk->last_seq)
		return 0;
	store_key_be64(from, w->walk->after_seq + 1);
	ret = store_step(log, true, from, sizeof(from), &key, &value);
	for (; ret == 0; ret = mdb_cursor_get(log, &key, &value, MDB_NEXT)) {
		struct store_change c;

		ret = store_change_decode(&key, &value, &c);
		if (ret == 0 && c.time_us >= w->walk->since_us && !is_behind(w, &c.addr) &&
		    dp_addr_compare(&c.addr, &w->walk->first) >= 0)
			ret = add_touch(w, &c, &cap);
		if (ret != 0)
			return ret;
	}
	if (w->touch_count > 1)
		qsort(w->touches, w->touch_count, sizeof(*w->touches), by_place);
	return ret == MDB_NOTFOUND ? 0 : ret;
}

static int walk_changed(struct walker *w, MDB_cursor *hosts)
{
	for (size_t i = 0, n; i < w->touch_count; i += n) {
		const struct store_touch *t = &w->touches[i];
		MDB_val key = store_val(t->addr.b, KEY_ADDR), value;
		struct dp_addr addr = t->addr;
		int ret = mdb_cursor_get(hosts, &key, &value, MDB_SET);

		for (n = 1; i + n < w->touch_count && dp_addr_compare(&t[n].addr, &addr) == 0;)
			n++;
		if (ret == MDB_NOTFOUND)
			continue;
		if (ret == 0)
			ret = read_host(w, &addr, &value);
		if (ret != 0)
			return ret;
		if (!w->each(w->arg, &w->host, t, n))
			return 0;
	}
	return 0;
}

/* ---- the walk -------------------------------------------------------------------------------- */

static int walk_hosts(struct walker *w)
{
	MDB_cursor *hosts;
	int ret = mdb_cursor_open(w->txn, w->s->dbi[DB_HOST], &hosts);

	if (ret != 0)
		return ret;
	ret = w->walk->changed ? walk_changed(w, hosts) : walk_all(w, hosts);
	mdb_cursor_close(hosts);
	return ret;
}

/* Read where the log ends, and its new entries if only those are wanted. */
static int look_at_log(struct walker *w)
{
	struct store_log_end end;
	MDB_cursor *log;
	int ret = mdb_cursor_open(w->txn, w->s->dbi[DB_CHANGE], &log);

	if (ret != 0)
		return ret;
	ret = store_change_end(log, &end);
	w->walk->last_seq = end.seq - 1;
	if (ret == 0 && w->walk->changed)
		ret = read_log(w, log);
	mdb_cursor_close(log);
	return ret;
}

static void read_knowledge(struct walker *w)
{
	static const char name[] = "knowledge"; /* store_stamp.c */
	MDB_val key = store_val(name, strlen(name)), value;

	memset(w->walk->knowledge, 0, sizeof(w->walk->knowledge));
	if (mdb_get(w->txn, w->s->dbi[DB_META], &key, &value) == 0 &&
	    value.mv_size == sizeof(w->walk->knowledge))
		memcpy(w->walk->knowledge, value.mv_data, sizeof(w->walk->knowledge));
}

static int walk_in(struct walker *w)
{
	MDB_stat accepts = {0};
	int ret = look_at_log(w);

	read_knowledge(w);
	mdb_stat(w->txn, w->s->dbi[DB_ACCEPT], &accepts);
	w->has_accepts = accepts.ms_entries > 0;
	w->host.model = w->s->model;
	w->host.read_us = clock_now_us();
	if (ret == 0)
		ret = mdb_cursor_open(w->txn, w->s->dbi[DB_SERVICE], &w->services);
	if (ret != 0)
		return ret;
	ret = walk_hosts(w);
	mdb_cursor_close(w->services);
	return ret;
}

int store_walk(struct store *s, struct store_walk *walk,
               bool (*each)(void *arg, const struct store_host *h,
                            const struct store_touch *touches, size_t n),
               void *arg)
{
	struct walker w = {.s = s, .walk = walk, .each = each, .arg = arg};
	int ret = store_read_begin(s, &w.txn);

	if (ret != 0)
		return store_errno(ret);
	hash_table_init(&w.sets, 16, sizeof(struct set));
	hash_table_init(&w.identities, 8, sizeof(struct identity));
	w.ways = (struct record_ways){walk->no_verdicts, take_identity, &w};
	ret = walk_in(&w);
	mdb_txn_abort(w.txn);
	for (size_t i = 0; i < w.cap; i++) {
		if (w.host.services[i] != NULL)
			w.host.services[i]->verdicts = NULL;
		record_free(w.host.services[i]);
	}
	w.host.service_count = 0;
	store_host_fini(&w.host);
	free_sets(&w);
	hash_table_fini(&w.sets);
	free_identities(&w);
	hash_table_fini(&w.identities);
	free(w.touches);
	return store_errno(ret);
}
