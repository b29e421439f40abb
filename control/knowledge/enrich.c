/* SPDX-License-Identifier: Apache-2.0 */
/* enrich.c - fills one record from the vulndb. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enrich.h"
#include "enrich_cache.h"

enum { HITS_MAX = 4096, OPTION_SLOTS = 8, PORT_CONFIDENCE = 10 };

struct enricher {
	const struct vulndb *db;
	struct vd_scratch *scratch;
	struct enrich_cache *cache; /* NULL: nothing is kept */
	struct vd_hit hits[HITS_MAX];
};

int enricher_new(const struct vulndb *db, struct enricher **out)
{
	struct enricher *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return -ENOMEM;
	e->db = db;
	e->scratch = vd_scratch_new(db);
	if (e->scratch == NULL) {
		free(e);
		return -ENOMEM;
	}
	e->cache = enrich_cache_new(db);
	*out = e;
	return 0;
}

void enricher_free(struct enricher *e)
{
	if (e == NULL)
		return;
	vd_scratch_free(e->scratch);
	enrich_cache_free(e->cache);
	free(e);
}

/* Such as "MSTNW": one letter for each TCP option, in the order of the packet. */
static void option_letters(uint32_t options, char out[OPTION_SLOTS + 1])
{
	static const char letters[16] = "ENMWST?????????O";
	int n = 0;

	for (; n < OPTION_SLOTS && options != 0; n++, options >>= 4)
		out[n] = letters[options & 15];
	out[n] = '\0';
}

void enrich_reply_facts(struct record *r)
{
	char letters[OPTION_SLOTS + 1];

	if (r->reply.reason != DP_REPLY_OPEN)
		return;
	option_letters(r->reply.tcp_options, letters);
	vd_facts_addf(r->facts, "tcp.ttl", "%u", r->reply.ttl);
	vd_facts_addf(r->facts, "tcp.window", "%u", r->reply.window);
	if (r->reply.mss != 0)
		vd_facts_addf(r->facts, "tcp.mss", "%u", r->reply.mss);
	if (letters[0] != '\0')
		vd_facts_addf(r->facts, "tcp.options", "%s", letters);
}

void enrich_by_port(struct record *r)
{
	const char *service = vd_port_service(r->port, r->transport);

	if (r->identity.service[0] != '\0' || service == NULL)
		return;
	snprintf(r->identity.service, sizeof(r->identity.service), "%s", service);
	snprintf(r->identity.service_source, sizeof(r->identity.service_source), "port");
	if (r->identity.confidence == 0)
		r->identity.confidence = PORT_CONFIDENCE;
}

int enrich_judge(struct enricher *e, struct record *r)
{
	int n = vulndb_match(e->db, e->scratch, &r->identity, e->hits, HITS_MAX);
	int candidates = vulndb_candidates(e->db, &r->identity);

	if (n > HITS_MAX)
		n = HITS_MAX;
	record_drop_verdicts(r);
	if (n < 0 || candidates < 0)
		return -ENOMEM;
	r->candidates = (uint32_t)candidates;
	if (n == 0)
		return 0;
	r->verdicts = calloc((size_t)n, sizeof(*r->verdicts));
	if (r->verdicts == NULL) {
		r->candidates = 0;
		return -ENOMEM;
	}
	for (int i = 0; i < n; i++)
		vulndb_verdict(e->db, &r->identity, &e->hits[i], &r->verdicts[i]);
	r->verdict_count = (uint32_t)n;
	return 0;
}

static void expose(const struct enricher *e, struct record *r, int64_t now_us)
{
	const struct vd_subject service = {&r->identity, r->facts, r->port, r->transport};

	r->exposure_count = (uint32_t)vulndb_expose(e->db, &service, now_us, r->exposures);
}

int enrich_identity(struct enricher *e, struct record *r, int64_t now_us)
{
	int ret;

	memset(&r->identity, 0, sizeof(r->identity));
	ret = vulndb_identify(e->db, e->scratch, r->facts, &r->identity);
	enrich_by_port(r);
	expose(e, r, now_us);
	return ret < 0 ? ret : 0;
}

int enrich_hint(struct enricher *e, struct record *r, const struct vd_hint *hint, int64_t now_us)
{
	int ret = vulndb_hint(e->db, e->scratch, &r->identity, hint);

	expose(e, r, now_us);
	return ret;
}

/* Judge the identity of @r by what is known of it, and keep what was not. */
static int judge_known(struct enricher *e, struct record *r)
{
	struct record_set *set = enrich_cache_verdicts(e->cache, &r->identity);
	int ret;

	if (set != NULL) {
		record_share_verdicts(r, set);
		return 0;
	}
	ret = enrich_judge(e, r);
	if (ret < 0)
		return ret;
	enrich_cache_judged(e->cache, r);
	return 0;
}

int enrich_record(struct enricher *e, struct record *r, int64_t now_us)
{
	struct enrich_place place;
	int ret;

	record_drop_verdicts(r);
	if (e->cache == NULL || enrich_cache_place(e->cache, r, now_us, &place) < 0) {
		ret = enrich_identity(e, r, now_us);
		return ret < 0 ? ret : enrich_judge(e, r);
	}
	if (enrich_cache_get(e->cache, &place, r))
		return 0;
	ret = enrich_identity(e, r, now_us);
	if (ret == 0)
		ret = judge_known(e, r);
	if (ret == 0)
		enrich_cache_put(e->cache, &place, r);
	return ret;
}
