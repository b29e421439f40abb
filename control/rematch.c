/* SPDX-License-Identifier: Apache-2.0 */
/* rematch.c - judges a database's services again, each distinct identity once. */
#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "enrich.h"
#include "rematch.h"

enum { SLOTS_FIRST = 4096, TELL_EVERY = 50000, LISTS_MAX = 256 << 20 };

/* An identity and the key of the verdicts it gets. */
struct answer {
	uint8_t identity[16], set[16];
	struct vd_verdict *list; /* owned; NULL where there are none, or no room to keep them */
	uint32_t count;
	bool known;
};

struct rematch {
	struct enricher *enricher;
	int64_t now_us;
	struct answer *answers; /* open addressing */
	size_t slots;
	size_t lists; /* bytes of verdicts that are kept */
	struct bytes was, is;
	int error;
	struct rematch_result result;
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
};

/* Where an identity's answer is, or goes. */
static struct answer *place(const struct rematch *m, const uint8_t identity[16])
{
	size_t at;

	memcpy(&at, identity, sizeof(at));
	for (at &= m->slots - 1; m->answers[at].known; at = (at + 1) & (m->slots - 1))
		if (memcmp(m->answers[at].identity, identity, 16) == 0)
			break;
	return &m->answers[at];
}

static bool grow(struct rematch *m)
{
	struct rematch more = {.slots = m->slots == 0 ? SLOTS_FIRST : m->slots * 2};

	more.answers = calloc(more.slots, sizeof(*more.answers));
	if (more.answers == NULL)
		return false;
	for (size_t i = 0; i < m->slots; i++)
		if (m->answers[i].known)
			*place(&more, m->answers[i].identity) = m->answers[i];
	free(m->answers);
	m->answers = more.answers;
	m->slots = more.slots;
	return true;
}

/* Judge an identity that was not met before. */
static int learn(struct rematch *m, const struct record *r, struct answer *a)
{
	struct record mine = *r;
	int rc;

	mine.verdicts = NULL;
	rc = enrich_judge(m->enricher, &mine);
	if (rc == 0)
		rc = record_verdict_key(mine.verdicts, mine.verdict_count, a->set);
	if (rc == 0 && m->lists + mine.verdict_count * sizeof(*a->list) <= LISTS_MAX) {
		a->list = mine.verdicts;
		m->lists += mine.verdict_count * sizeof(*a->list);
	} else {
		free(mine.verdicts);
	}
	a->count = mine.verdict_count;
	m->result.identities += rc == 0;
	a->known = rc == 0;
	return rc;
}

static bool answer(struct rematch *m, const struct record *r, uint8_t set[16])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct answer *a;

	if (m->result.identities * 2 >= m->slots && !grow(m)) {
		m->error = -ENOMEM;
		return false;
	}
	SHA256(m->is.data, m->is.len, digest);
	a = place(m, digest);
	if (!a->known) {
		memcpy(a->identity, digest, sizeof(a->identity));
		m->error = learn(m, r, a);
	}
	memcpy(set, a->set, sizeof(a->set));
	return m->error == 0;
}

static bool stays(void *arg, const struct record *r, uint8_t set[16])
{
	struct rematch *m = arg;
	struct record fresh = *r;

	if (m->progress != NULL && m->result.services % TELL_EVERY == 0)
		m->progress(NULL, "services", m->result.services, 0);
	m->result.services++;
	memset(set, 0, 16);
	if (!r->grabbed)
		return true;
	enrich_identity(m->enricher, &fresh, m->now_us);
	bytes_clear(&m->was);
	bytes_clear(&m->is);
	record_encode_exposures(r, &m->was);
	record_encode_exposures(&fresh, &m->is);
	if (m->was.len != m->is.len || memcmp(m->was.data, m->is.data, m->is.len) != 0)
		return false;
	bytes_clear(&m->was);
	bytes_clear(&m->is);
	record_encode_identity(&r->identity, &m->was);
	record_encode_identity(&fresh.identity, &m->is);
	if (m->was.failed || m->is.failed || m->was.len != m->is.len ||
	    memcmp(m->was.data, m->is.data, m->is.len) != 0)
		return false;
	return answer(m, &fresh, set);
}

/* Give the record the verdicts that its identity got before, where they are kept. */
static bool recall(struct rematch *m, struct record *r)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	const struct answer *a;
	struct vd_verdict *copy;

	if (m->slots == 0)
		return false;
	bytes_clear(&m->is);
	record_encode_identity(&r->identity, &m->is);
	SHA256(m->is.data, m->is.len, digest);
	a = place(m, digest);
	if (m->is.failed || !a->known || a->list == NULL)
		return false;
	copy = malloc(a->count * sizeof(*copy) + 1);
	if (copy == NULL)
		return false;
	memcpy(copy, a->list, a->count * sizeof(*copy));
	free(r->verdicts);
	r->verdicts = copy;
	r->verdict_count = a->count;
	return true;
}

static bool judge(void *arg, struct record *r)
{
	struct rematch *m = arg;
	int rc;

	m->result.differing++;
	if (!r->grabbed)
		return true; /* only its findings may have aged */
	enrich_identity(m->enricher, r, m->now_us);
	rc = recall(m, r) ? 0 : enrich_judge(m->enricher, r);
	if (rc != 0)
		m->error = rc;
	return rc == 0;
}

int rematch(struct store *s, const struct vulndb *db, int64_t now_us,
	    void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total),
	    struct rematch_result *out)
{
	struct rematch m = {.now_us = now_us, .progress = progress};
	struct store_judge how = {judge, stays, &m};
	int rc = enricher_new(db, &m.enricher);

	if (rc == 0)
		rc = store_rejudge(s, now_us, &how);
	if (rc == 0)
		rc = m.error;
	*out = m.result;
	enricher_free(m.enricher);
	bytes_fini(&m.was);
	bytes_fini(&m.is);
	for (size_t i = 0; i < m.slots; i++)
		free(m.answers[i].list);
	free(m.answers);
	return rc;
}
