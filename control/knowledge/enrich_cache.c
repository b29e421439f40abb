/* SPDX-License-Identifier: Apache-2.0 */
/* enrich_cache.c - two tables: by what services say, and by identities. */
#include "enrich_cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

enum {
	FOUND = 4096,   /* services that are kept */
	JUDGED = 1024,  /* sets of verdicts */
	SET_MAX = 4096, /* verdicts; larger sets are not kept */
	SECRET = 192,   /* bytes, more than XXH3 needs */
	MINUTE_US = 60000000,
};

struct found {
	struct enrich_place place;
	struct record_set *set; /* held; NULL: no verdicts */
	uint32_t candidates;    /* where there are none */
	struct vd_identity identity;
	uint32_t exposure_count;
	struct vd_exposure exposures[VD_EXPOSURES_MAX];
};

struct judged {
	XXH128_hash_t identity;
	struct record_set *set; /* held; NULL: the slot is free */
};

struct enrich_cache {
	struct vd_keyer *keyer;
	uint8_t secret[SECRET]; /* so that no server can aim at the slot of another one */
	struct found *found[FOUND];
	struct judged judged[JUDGED];
};

struct enrich_cache *enrich_cache_new(const struct vulndb *db)
{
	struct enrich_cache *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->keyer = vd_keyer_new(db);
	if (c->keyer != NULL && getrandom(c->secret, sizeof(c->secret), 0) == SECRET)
		return c;
	enrich_cache_free(c);
	return NULL;
}

void enrich_cache_free(struct enrich_cache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < FOUND; i++) {
		if (c->found[i] != NULL)
			record_set_drop(c->found[i]->set);
		free(c->found[i]);
	}
	for (size_t i = 0; i < JUDGED; i++)
		record_set_drop(c->judged[i].set);
	vd_keyer_free(c->keyer);
	free(c);
}

/* ---- services ---- */

int enrich_cache_place(struct enrich_cache *c, const struct record *r, int64_t now_us,
                       struct enrich_place *out)
{
	*out = (struct enrich_place){
		.minute = now_us / MINUTE_US, .transport = r->transport, .port = r->port};
	return vd_keyer_key(c->keyer, r->facts, out->key);
}

static struct found **slot_of(struct enrich_cache *c, const struct enrich_place *place)
{
	uint64_t word;

	memcpy(&word, place->key, sizeof(word));
	return &c->found[(word ^ place->port * 0x9e3779b97f4a7c15ull >> 32) % FOUND];
}

bool enrich_cache_get(struct enrich_cache *c, const struct enrich_place *place, struct record *r)
{
	const struct found *f = *slot_of(c, place);

	if (f == NULL || memcmp(&f->place, place, sizeof(*place)) != 0)
		return false;
	r->identity = f->identity;
	r->exposure_count = f->exposure_count;
	memcpy(r->exposures, f->exposures, f->exposure_count * sizeof(f->exposures[0]));
	r->candidates = f->candidates;
	if (f->set != NULL)
		record_share_verdicts(r, f->set);
	return true;
}

void enrich_cache_put(struct enrich_cache *c, const struct enrich_place *place,
                      const struct record *r)
{
	struct found **slot = slot_of(c, place), *f = *slot;

	if (r->verdict_count > 0 && r->set == NULL)
		return;
	if (f == NULL)
		f = *slot = calloc(1, sizeof(*f));
	if (f == NULL)
		return;
	record_set_drop(f->set);
	f->set = r->set != NULL ? record_set_hold(r->set) : NULL;
	f->candidates = r->candidates;
	f->place = *place;
	f->identity = r->identity;
	f->exposure_count = r->exposure_count;
	memcpy(f->exposures, r->exposures, r->exposure_count * sizeof(f->exposures[0]));
}

/* ---- identities ---- */

/* Where the product was found in the bytes decides no verdict. */
static XXH128_hash_t hash(const struct enrich_cache *c, const struct vd_identity *id)
{
	struct vd_identity what = *id;

	memset(what.match_field, 0, sizeof(what.match_field));
	what.match_offset = what.match_len = 0;
	return XXH3_128bits_withSecret(&what, sizeof(what), c->secret, SECRET);
}

struct record_set *enrich_cache_verdicts(struct enrich_cache *c, const struct vd_identity *id)
{
	XXH128_hash_t h = hash(c, id);
	const struct judged *j = &c->judged[h.low64 % JUDGED];

	return j->set != NULL && XXH128_isEqual(j->identity, h) ? j->set : NULL;
}

void enrich_cache_judged(struct enrich_cache *c, struct record *r)
{
	XXH128_hash_t h = hash(c, &r->identity);
	struct judged *j = &c->judged[h.low64 % JUDGED];
	const struct record_verdicts v = {r->verdicts, r->verdict_count, r->candidates};
	struct record_set *set;

	if (r->verdict_count > SET_MAX)
		return;
	set = record_set_new(&v);
	if (set == NULL)
		return;
	record_set_drop(j->set);
	*j = (struct judged){h, set};
	record_share_verdicts(r, set);
}
