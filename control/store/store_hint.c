/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_hint.c - judges services again, also by what the other services of their host tell.
 *
 * The ports of a host are asked in any order, and a later one may tell what an earlier one is. So a
 * scan judges each service by what its host told at the end of the last scan, and at its own end,
 * when all services are known, judges again those whose hint has changed. The result depends on the
 * services alone, not on their order.
 */
#include "store_hint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store_pass.h"

static const struct vd_hint nothing;

static bool is_same(const struct vd_hint *a, const struct vd_hint *b)
{
	return strcmp(a->distro, b->distro) == 0 && strcmp(a->release, b->release) == 0 &&
	       a->port == b->port && a->transport == b->transport;
}

/* ---- a host ---------------------------------------------------------------------------------- */

void store_hints_clear(struct store_hints *h)
{
	h->count = 0;
	h->too_many = false;
}

void store_hints_fini(struct store_hints *h)
{
	for (size_t i = 0; i < VD_HOST_SERVICES; i++)
		record_free(h->records[i]);
	memset(h, 0, sizeof(*h));
}

/* Adds the service of @value. */
static int add(struct store_hints *h, const uint8_t *key, const MDB_val *value)
{
	struct record_meta meta;
	struct record *r;
	int ret;

	h->too_many = h->count == VD_HOST_SERVICES;
	if (h->too_many)
		return 0;
	if (h->records[h->count] == NULL)
		h->records[h->count] = record_new();
	r = h->records[h->count];
	if (r == NULL)
		return ENOMEM;
	ret = record_decode(value->mv_data, value->mv_size, r, &meta);
	if (ret != 0)
		return ret == -ENOMEM ? ENOMEM : EIO;
	store_key_read(key, &r->addr, &r->transport, &r->port);
	if (h->judge != NULL && h->judge->identify(h->judge->arg, r) < 0)
		return ENOMEM;
	h->count++;
	return 0;
}

/* Finds the service of @key and decodes its header into m->seen. */
static int find(struct store_merge *m, const uint8_t *key, MDB_val *value, int *header)
{
	MDB_val k = store_val(key, KEY_SERVICE);
	struct record_meta meta;
	int ret = mdb_cursor_get(m->services, &k, value, MDB_SET);

	if (ret != 0)
		return ret;
	*header = record_decode_header(value->mv_data, value->mv_size, m->seen, &meta);
	return *header < 0 ? EIO : 0;
}

static bool counts(const struct record *r, const uint8_t *key)
{
	struct dp_addr addr;
	uint8_t transport;
	uint16_t port;

	store_key_read(key, &addr, &transport, &port);
	return record_is_up(r) && r->grabbed && !record_is_ping(transport);
}

static unsigned signs(const MDB_val *value, int header)
{
	return record_body_signs((const uint8_t *)value->mv_data + header,
	                         value->mv_size - (size_t)header);
}

/* Whether the service may tell something: most hosts have none that does. */
static int glance(void *arg, struct store_merge *m, const uint8_t *key)
{
	bool *any = arg;
	MDB_val value;
	int header, ret = *any ? 0 : find(m, key, &value, &header);

	if (ret == 0 && !*any && counts(m->seen, key))
		*any = signs(&value, header) != 0;
	return ret;
}

static int read_service(void *arg, struct store_merge *m, const uint8_t *key)
{
	MDB_val value;
	int header, ret = find(m, key, &value, &header);

	return ret != 0 || !counts(m->seen, key) ? ret : add(arg, key, &value);
}

/* What the host tells new services until its next scan has ended. */
static void note_summary(struct store_merge *m, const struct store_hints *h)
{
	const struct vd_hint *told = &nothing;

	for (size_t i = 0; i < h->count && told->distro[0] == '\0'; i++)
		if (h->hints[i].distro[0] != '\0')
			told = &h->hints[i];
	if (is_same(&m->summary.hint, told))
		return;
	m->summary.hint = *told;
	m->touched = true;
}

int store_hints_read(struct store_hints *h, struct store_merge *m, const struct store_judge *judge)
{
	struct vd_subject services[VD_HOST_SERVICES];
	bool any = judge != NULL;
	int ret = 0;

	store_hints_clear(h);
	h->judge = judge;
	if (!any)
		ret = store_pass_host(m, glance, &any);
	if (ret == 0 && any)
		ret = store_pass_host(m, read_service, h);
	if (ret != 0)
		return ret;
	for (size_t i = 0; i < h->count; i++) {
		const struct record *r = h->records[i];

		services[i] = (struct vd_subject){&r->identity, r->facts, r->port, r->transport};
	}
	if (h->too_many || m->summary.middlebox || m->summary.honeypot.why[0] != '\0')
		memset(h->hints, 0, sizeof(h->hints));
	else
		vd_host_hints(services, h->count, h->hints);
	note_summary(m, h);
	return 0;
}

static size_t index_of(const struct store_hints *h, const uint8_t *key)
{
	struct dp_addr addr;
	uint8_t transport;
	uint16_t port;
	size_t i = 0;

	store_key_read(key, &addr, &transport, &port);
	while (i < h->count &&
	       (h->records[i]->port != port || h->records[i]->transport != transport))
		i++;
	return i;
}

const struct vd_hint *store_hints_of(const struct store_hints *h, const uint8_t *key)
{
	size_t i = index_of(h, key);

	return i < h->count ? &h->hints[i] : &nothing;
}

const struct record *store_hints_record(const struct store_hints *h, const uint8_t *key)
{
	size_t i = index_of(h, key);

	return i < h->count ? h->records[i] : NULL;
}

/* ---- a service ------------------------------------------------------------------------------- */

/* Merges the verdicts in @set into the service @n and writes it. */
static int write_set(struct store_merge *m, struct record *n, const struct store_set *set)
{
	struct store_set kept = *set;
	int ret;

	if (kept.count > RECORD_VERDICTS_MAX)
		kept.count = RECORD_VERDICTS_MAX;
	n->verdicts = (struct vd_verdict *)(uintptr_t)kept.list; /* only read */
	n->verdict_count = kept.count;
	n->candidates = kept.candidates;
	ret = store_merge_verdicts(m, n);
	if (ret == 0)
		ret = store_verdict_put_set(m->s, m->txn, &kept, m->meta.verdict_set);
	if (ret != 0)
		return ret;
	store_merge_findings(m, n, &m->meta);
	return store_merge_write_as(m, n, &m->meta);
}

/* Gives @n, which has its identity, the verdicts of today, logs what changed, and writes it. */
static int write_judged(struct store_merge *m, struct record *n, const struct store_judge *judge)
{
	const struct store_set *set = NULL;
	int ret;

	bytes_clear(&m->scratch);
	record_encode_identity(&n->identity, &m->scratch);
	if (!m->scratch.failed)
		set = judge->set(judge->arg, m->scratch.data, m->scratch.len, true);
	if (set == NULL)
		return ENOMEM;
	ret = m->summary.honeypot.why[0] != '\0' ? store_merge_put_doubted(m, n, set)
	                                         : write_set(m, n, set);
	free(m->first_seen);
	m->first_seen = NULL;
	return ret;
}

int store_judge_service(struct store_merge *m, const uint8_t *key, const struct store_again *again)
{
	const struct store_judge *judge = again->judge;
	const char *cause = m->cause;
	struct record n;
	int ret = store_service_get(m->s, m->txn, key, m->old, &m->meta);

	if (ret != 0)
		return ret;
	n = *m->old;
	if (n.ask == RECORD_ASKED_UNJUDGED)
		n.ask = RECORD_ASKED;
	if (again->identify && judge->identify(judge->arg, &n) < 0)
		return ENOMEM;
	if (again->hint != NULL && judge->hint(judge->arg, &n, again->hint) < 0)
		return ENOMEM;
	if (!is_same(&n.identity.hint, &m->old->identity.hint))
		m->cause = "host";
	if (again->identify)
		ret = store_merge_identity(m, &n, &m->meta);
	if (ret == 0)
		ret = write_judged(m, &n, judge);
	m->cause = cause;
	return ret;
}

/* ---- the services of a host ------------------------------------------------------------------ */

/* Whether the hint that counts for a service, of those that its host tells, is another one than it
 * has. *@differs. */
static int compare(const struct store_merge *m, const struct record *r, const struct vd_hint *told,
                   bool *differs)
{
	const struct store_judge *judge = m->s->judge;
	struct record n = *r;

	if (judge->hint(judge->arg, &n, told) < 0)
		return ENOMEM;
	*differs = !is_same(&n.identity.hint, &r->identity.hint);
	return 0;
}

static int judge_by_host(void *arg, struct store_merge *m, const uint8_t *key)
{
	const struct store_hints *h = arg;
	struct store_again again = {.judge = m->s->judge, .hint = store_hints_of(h, key)};
	const struct record *r = store_hints_record(h, key);
	bool differs = true;
	MDB_val value;
	int header, ret = find(m, key, &value, &header);

	if (ret != 0 || !counts(m->seen, key))
		return ret;
	if (again.hint->distro[0] == '\0' && (signs(&value, header) & RECORD_BODY_HINTED) == 0)
		return 0;
	if (r != NULL)
		ret = compare(m, r, again.hint, &differs);
	return ret != 0 || !differs ? ret : store_judge_service(m, key, &again);
}

int store_merge_hint(struct store_merge *m)
{
	const struct store_judge *judge = m->s->judge;
	int ret;

	if (judge == NULL || (m->summary.open < 2 && m->summary.hint.distro[0] == '\0'))
		return 0;
	if (m->hints == NULL)
		m->hints = calloc(1, sizeof(*m->hints));
	if (m->hints == NULL)
		return ENOMEM;
	ret = store_hints_read(m->hints, m, NULL);
	return ret != 0 ? ret : store_pass_host(m, judge_by_host, m->hints);
}

int store_merge_old_hint(struct store_merge *m, bool existed, struct record *n)
{
	const struct store_judge *judge = m->s->judge;
	const struct vd_hint *told = existed && m->old->grabbed ? &m->old->identity.hint
	                                                        : &m->summary.hint;
	const struct store_set *set = NULL;

	if (judge == NULL || told->distro[0] == '\0' || m->summary.honeypot.why[0] != '\0' ||
	    n->ask == RECORD_ASKED_UNJUDGED || n->identity.package_version[0] != '\0' ||
	    (told->port == n->port && told->transport == n->transport))
		return 0;
	if (judge->hint(judge->arg, n, told) < 0)
		return ENOMEM;
	if (n->identity.hint.distro[0] == '\0')
		return 0;
	bytes_clear(&m->scratch);
	record_encode_identity(&n->identity, &m->scratch);
	if (!m->scratch.failed)
		set = judge->set(judge->arg, m->scratch.data, m->scratch.len, true);
	if (set == NULL)
		return ENOMEM;
	n->verdicts = (struct vd_verdict *)(uintptr_t)set->list; /* only read */
	n->set = NULL;
	n->verdict_count = set->count < RECORD_VERDICTS_MAX ? set->count : RECORD_VERDICTS_MAX;
	n->candidates = set->candidates;
	return 0;
}
