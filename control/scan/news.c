/* SPDX-License-Identifier: Apache-2.0 */
/* news.c - reads what a batch added to the change log and tells it port by port. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "hash_table.h"
#include "news.h"

enum {
	/* More candidates than are shown: accepted findings are left out only at the end. */
	CANDIDATES = 64,
	MARKS_MAX = 1 << 18, /* then all marks are forgotten; fewer grabs than that are under way */
};

/* The key of a service, without padding. */
struct mark {
	uint8_t addr[16];
	uint8_t port[2];
	uint8_t transport;
	uint8_t marks; /* not part of the key */
};

enum { MARK_KEY = 19 };

struct news {
	/* set by news_new() */
	struct store *store;
	const struct vd_model *model;
	struct vd_model *own_model; /* NULL: @model belongs to the knowledge */
	char scan[32];
	news_each each;
	void *arg;
	/* of the thread that writes */
	uint64_t seq;            /* the last change that was read */
	struct hash_table marks; /* of ports whose grab may be under way */
	struct record *port;     /* a sighting in the form of a record */
	struct news_line candidates[CANDIDATES];
	unsigned candidate_count;
	/* under the lock */
	pthread_mutex_t lock;
	struct news_digest digest;
};

int news_new(const struct news_config *config, struct news **out)
{
	struct news *n = calloc(1, sizeof(*n));
	int ret = -ENOMEM;

	if (n == NULL)
		return ret;
	pthread_mutex_init(&n->lock, NULL);
	hash_table_init(&n->marks, MARK_KEY, sizeof(struct mark));
	n->store = config->store;
	n->each = config->each;
	n->arg = config->arg;
	snprintf(n->scan, sizeof(n->scan), "%s", config->scan);
	n->port = record_new();
	if (n->port != NULL)
		ret = config->knowledge == NULL ? vd_model_bundled(&n->own_model) : 0;
	if (ret == 0)
		ret = store_change_last(n->store, &n->seq);
	if (ret < 0) {
		news_free(n);
		return ret;
	}
	n->model = config->knowledge != NULL ? vulndb_model(config->knowledge) : n->own_model;
	*out = n;
	return 0;
}

void news_free(struct news *n)
{
	if (n == NULL)
		return;
	record_free(n->port);
	hash_table_fini(&n->marks);
	vd_model_close(n->own_model);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

/* ---- the change log -------------------------------------------------------------------------- */

static struct mark key_of(const struct dp_addr *addr, uint16_t port, uint8_t transport)
{
	struct mark m = {.transport = transport};

	memcpy(m.addr, addr->b, sizeof(m.addr));
	memcpy(m.port, &port, sizeof(m.port));
	return m;
}

static unsigned marks_of(const struct news *n, const struct record *r)
{
	struct mark key = key_of(&r->addr, r->port, r->transport);
	const struct mark *m = hash_table_find(&n->marks, &key);

	return m != NULL ? m->marks : 0;
}

/* The kinds of changes: what they mark and where they count. */
static const struct kind {
	const char *type;
	unsigned mark;
	size_t count; /* a member of struct news_counts */
} kinds[] = {
	{"port.closed", 0, offsetof(struct news_counts, closed)},
	{"service.changed", NEWS_CHANGED, offsetof(struct news_counts, changed)},
	{"cert.changed", NEWS_CHANGED, offsetof(struct news_counts, changed)},
	{"vuln.added", 0, offsetof(struct news_counts, findings)},
	{"vuln.resolved", 0, offsetof(struct news_counts, resolved)},
	{"exposure.added", 0, offsetof(struct news_counts, findings)},
	{"exposure.resolved", 0, offsetof(struct news_counts, resolved)},
};

static void mark(struct news *n, struct mark key, unsigned bits)
{
	struct mark *m = hash_table_take(&n->marks, &key);

	if (m != NULL) /* without memory the mark is missing */
		m->marks |= (uint8_t)bits;
}

static void count(struct news *n, size_t member, uint64_t more)
{
	pthread_mutex_lock(&n->lock);
	*(uint64_t *)(void *)((char *)&n->digest.counts + member) += more;
	pthread_mutex_unlock(&n->lock);
}

/* The findings of a host that is new are not logged one by one: the log has their number. */
static void count_new_host(struct news *n, const struct store_change *c)
{
	const char *at = c->is;
	struct change_value v;

	while (change_next(&at, &v))
		if (strcmp(v.name, "affected") == 0 || strcmp(v.name, "possible") == 0 ||
		    strcmp(v.name, "exposures") == 0)
			count(n, offsetof(struct news_counts, findings),
			      strtoull(v.value, NULL, 10));
}

static bool note_change(void *arg, const struct store_change *c)
{
	struct news *n = arg;

	n->seq = c->seq;
	if (strcmp(c->type, "host.new") == 0 && strcmp(c->scan, n->scan) == 0)
		count_new_host(n, c);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *k = &kinds[i];

		if (strcmp(c->type, k->type) != 0 || strcmp(c->scan, n->scan) != 0)
			continue;
		if (k->mark != 0)
			mark(n, key_of(&c->addr, c->port, c->transport), k->mark);
		count(n, k->count, 1);
		break;
	}
	return true;
}

/* ---- weights --------------------------------------------------------------------------------- */

/* Insert a finding, the heaviest first, into a list of at most VD_REASONS_MAX. */
static void insert(struct vd_finding *list, size_t *count, const struct vd_finding *f)
{
	size_t i = *count < VD_REASONS_MAX ? (*count)++ : VD_REASONS_MAX - 1;

	if (i == VD_REASONS_MAX - 1 && *count == VD_REASONS_MAX && list[i].base >= f->base)
		return;
	for (; i > 0 && list[i - 1].base < f->base; i--)
		list[i] = list[i - 1];
	list[i] = *f;
}

/* Weigh a service as the store does, but without what is accepted. Of a port that did not answer its
 * grab only the finding counts that every open port has. */
static void weigh(const struct news *n, const struct record *r, unsigned marks,
                  struct vd_score *out)
{
	const struct vd_spot at = {r->port, r->transport, (marks & NEWS_NEW) != 0 ? r->seen_us : 0,
	                           r->seen_us};
	struct vd_finding list[VD_REASONS_MAX] = {0}, f;
	size_t count = 0;

	for (uint32_t i = 0; r->grabbed && i < r->verdict_count; i++) {
		f = vd_finding_verdict(n->model, &r->verdicts[i], &at);
		if (f.base > 0)
			insert(list, &count, &f);
	}
	for (uint32_t i = 0; r->grabbed && i < r->exposure_count; i++) {
		f = vd_finding_exposure(n->model, &r->exposures[i], &at);
		if (f.base > 0)
			insert(list, &count, &f);
	}
	f = vd_finding_service(n->model, &r->identity, &at);
	if (f.base > 0)
		insert(list, &count, &f);
	vd_score(n->model, list, count, out);
}

void news_words(const struct vd_identity *id, char out[NEWS_WORDS])
{
	const char *guess = record_service_is_sure(id) ? "" : "?";

	if (id->product[0] != '\0')
		snprintf(out, NEWS_WORDS, "%.30s%s%.14s%s%.12s%s%s", id->product,
		         id->version[0] != '\0' ? " " : "", id->version,
		         id->service[0] != '\0' ? " (" : "", id->service,
		         id->service[0] != '\0' ? guess : "", id->service[0] != '\0' ? ")" : "");
	else if (id->service[0] != '\0')
		snprintf(out, NEWS_WORDS, "%s%s", id->service, guess);
	else
		out[0] = '\0';
}

static struct news_line line_of(const struct news_item *item)
{
	const struct record *r = item->record;
	const struct vd_finding *f = &item->score.reasons[0];
	struct news_line l = {.addr = r->addr,
	                      .port = r->port,
	                      .transport = r->transport,
	                      .marks = (uint8_t)item->marks,
	                      .value = item->score.value,
	                      .level = item->score.level};

	news_words(&r->identity, l.words);
	if (item->score.reason_count > 0) {
		snprintf(l.finding, sizeof(l.finding), "%s", f->ref[0] != '\0' ? f->ref : f->code);
		l.base = f->base;
	}
	return l;
}

/* ---- items ----------------------------------------------------------------------------------- */

static void keep_recent(struct news *n, const struct news_line *l)
{
	struct news_digest *d = &n->digest;

	pthread_mutex_lock(&n->lock);
	memmove(d->recent + 1, d->recent, (NEWS_RECENT - 1) * sizeof(d->recent[0]));
	d->recent[0] = *l;
	d->recent_count += d->recent_count < NEWS_RECENT;
	pthread_mutex_unlock(&n->lock);
}

static void keep_candidate(struct news *n, const struct news_line *l)
{
	struct news_line *list = n->candidates;
	unsigned i = n->candidate_count;

	if (l->level == VD_SAFE || (i == CANDIDATES && list[i - 1].value >= l->value))
		return;
	if (i == CANDIDATES)
		i--;
	else
		n->candidate_count++;
	for (; i > 0 && list[i - 1].value < l->value; i--)
		list[i] = list[i - 1];
	list[i] = *l;
}

/* Forget what was said of a service that is told again. */
static void drop_candidate(struct news *n, const struct record *r)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < n->candidate_count; i++) {
		const struct news_line *l = &n->candidates[i];

		if (memcmp(l->addr.b, r->addr.b, sizeof(l->addr.b)) != 0 || l->port != r->port ||
		    l->transport != r->transport)
			n->candidates[kept++] = *l;
	}
	n->candidate_count = kept;
}

static void tell(struct news *n, struct news_item *item)
{
	if (item->corrected)
		drop_candidate(n, item->record);
	item->marks = marks_of(n, item->record);
	if (item->named)
		weigh(n, item->record, item->marks, &item->score);
	if (item->last) {
		struct news_line l = line_of(item);

		keep_recent(n, &l);
		if (item->named)
			keep_candidate(n, &l);
	}
	if (n->each != NULL)
		n->each(n->arg, item);
}

/* Note that a port opened that was not open before. */
static void note_opened(struct news *n, struct mark key)
{
	mark(n, key, NEWS_NEW);
	count(n, offsetof(struct news_counts, opened), 1);
}

static void tell_sighting(struct news *n, const struct record_sighting *s)
{
	struct record *r = n->port;
	struct news_item item = {.record = r, .last = s->ask != RECORD_ASK_UNKNOWN};

	if (s->state != RECORD_OPEN)
		return;
	r->addr = s->addr;
	r->port = s->port;
	r->transport = s->transport;
	r->state = s->state;
	r->ask = s->ask;
	r->reply = s->reply;
	r->seen_us = r->last_seen_us = s->seen_us;
	tell(n, &item);
}

/* A record is the end of a grab, or all that is known of a port that no sighting announced: one of
 * UDP or ICMP, or one that may not be asked. */
static void tell_record(struct news *n, const struct record *r)
{
	struct news_item item = {.record = r};
	bool announced = r->transport == DP_TRANSPORT_TCP && record_was_asked(r->ask);
	bool named = announced || r->grabbed;

	if (r->state != RECORD_OPEN)
		return;
	item.last = !named;
	if (!announced)
		tell(n, &item);
	item.named = item.last = true;
	if (named)
		tell(n, &item);
}

static bool is_in(const struct store_batch *b, const struct record *r)
{
	for (size_t i = 0; i < b->record_count; i++)
		if (memcmp(b->records[i]->addr.b, r->addr.b, sizeof(r->addr.b)) == 0 &&
		    b->records[i]->port == r->port && b->records[i]->transport == r->transport)
			return true;
	return false;
}

static bool is_doubted(const struct record *r)
{
	for (uint32_t i = 0; i < r->verdict_count; i++)
		if (vd_verdict_is_doubted(&r->verdicts[i]))
			return true;
	return false;
}

/* Tell again what this scan had told of a host before the batch that showed it to be a honeypot. */
static void correct(struct news *n, const struct store_batch *b, const struct dp_addr *addr)
{
	struct store_host h;

	if (store_host_get(n->store, addr, &h) != 0)
		return;
	for (size_t i = 0; i < h.service_count; i++) {
		const struct record *r = h.services[i];
		struct news_item item = {
			.record = r, .named = true, .last = true, .corrected = true};

		if (r->state == RECORD_OPEN && r->grabbed && is_doubted(r) &&
		    strcmp(r->scan, n->scan) == 0 && !is_in(b, r))
			tell(n, &item);
	}
	store_host_fini(&h);
}

void news_batch(void *arg, const struct store_batch *b)
{
	struct news *n = arg;

	if (hash_table_count(&n->marks) > MARKS_MAX) {
		hash_table_fini(&n->marks);
		hash_table_init(&n->marks, MARK_KEY, sizeof(struct mark));
	}
	/* What cannot be read now is read after the next batch. */
	store_each_change(n->store, n->seq, 0, note_change, n);
	for (size_t i = 0; b != NULL && i < b->sighting_count; i++) {
		const struct record_sighting *s = &b->sightings[i];

		if (b->opened != NULL && b->opened[i])
			note_opened(n, key_of(&s->addr, s->port, s->transport));
		tell_sighting(n, s);
	}
	for (size_t i = 0; b != NULL && i < b->record_count; i++) {
		const struct record *r = b->records[i];

		if (b->opened != NULL && b->opened[b->sighting_count + i])
			note_opened(n, key_of(&r->addr, r->port, r->transport));
		tell_record(n, r);
	}
	for (size_t i = 0; b != NULL && b->traps != NULL && i < b->record_count; i++)
		if (b->traps[i])
			correct(n, b, &b->records[i]->addr);
}

void news_read(struct news *n, struct news_digest *out)
{
	pthread_mutex_lock(&n->lock);
	*out = n->digest;
	pthread_mutex_unlock(&n->lock);
}

/* ---- the worst ------------------------------------------------------------------------------- */

/* Whether the finding counts for its host. One that somebody accepted does not: it is missing among
 * the host's reasons, unless worse ones leave no room for it there. */
static bool counts(struct store *store, const struct news_line *l)
{
	struct store_host h;
	bool yes = false;

	if (store_host_get(store, &l->addr, &h) != 0)
		return false;
	for (unsigned i = 0; i < h.score.reason_count && !yes; i++) {
		const struct vd_finding *f = &h.score.reasons[i];

		yes = f->port == l->port && f->transport == l->transport &&
		      strcmp(f->ref[0] != '\0' ? f->ref : f->code, l->finding) == 0;
	}
	yes |= h.score.reason_count == VD_REASONS_MAX &&
	       h.score.reasons[VD_REASONS_MAX - 1].base >= l->base;
	store_host_fini(&h);
	return yes;
}

unsigned news_worst(struct news *n, struct news_line out[NEWS_WORST])
{
	unsigned count = 0;

	for (unsigned i = 0; i < n->candidate_count && count < NEWS_WORST; i++)
		if (counts(n->store, &n->candidates[i]))
			out[count++] = n->candidates[i];
	return count;
}
