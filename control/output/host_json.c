/* SPDX-License-Identifier: Apache-2.0 */
/* host_json.c - writes the JSON document host/1. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "host_view.h"
#include "hostname.h"
#include "service_json.h"

/* A set of short texts, in the order in which they were added first. */
struct set {
	char **list;
	size_t n;
	bool failed; /* memory was short: a text is missing */
};

static void add(struct set *s, const char *text, size_t len)
{
	char **more;

	for (size_t i = 0; i < s->n; i++)
		if (strlen(s->list[i]) == len && memcmp(s->list[i], text, len) == 0)
			return;
	more = realloc(s->list, (s->n + 1) * sizeof(*more));
	if (more != NULL) {
		s->list = more;
		s->list[s->n] = strndup(text, len);
	}
	if (more != NULL && s->list[s->n] != NULL)
		s->n++;
	else
		s->failed = true;
}

/* Free the set. If it lacks a text, the document is incomplete, and json_done() must fail. */
static void drop(struct json *j, struct set *s)
{
	if (s->failed)
		json_fail(j);
	for (size_t i = 0; i < s->n; i++)
		free(s->list[i]);
	free(s->list);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void put_set(struct json *j, const char *key, struct set *s, bool sorted)
{
	if (sorted && s->n > 1)
		qsort(s->list, s->n, sizeof(*s->list), by_text);
	json_open_array(j, key);
	for (size_t i = 0; i < s->n; i++)
		json_text(j, NULL, s->list[i]);
	json_close_array(j);
	drop(j, s);
}

static bool add_name(void *arg, const struct field_value *v)
{
	add(arg, v->text, v->len);
	return true;
}

static void hostnames(struct json *j, const struct store_host *h)
{
	struct set names = {0};

	for (size_t i = 0; i < h->service_count; i++)
		hostname_each(h->services[i], add_name, &names);
	if (names.n > 0) {
		json_open_array(j, "hostnames");
		for (size_t i = 0; i < names.n; i++) {
			json_open_object(j, NULL);
			json_text(j, "name", names.list[i]);
			json_text(j, "source", "cert");
			json_close_object(j);
		}
		json_close_array(j);
	}
	drop(j, &names);
}

/* The operating system with the highest confidence among the host's services. */
static void os(struct json *j, const struct store_host *h)
{
	const struct vd_identity *best = NULL;

	for (size_t i = 0; i < h->service_count; i++) {
		const struct vd_identity *id = &h->services[i]->identity;

		if (id->os[0] != '\0' && (best == NULL || id->os_confidence > best->os_confidence))
			best = id;
	}
	if (best == NULL)
		return;
	json_open_object(j, "os");
	json_text(j, "product", best->os);
	json_text(j, "version", best->os_version);
	json_text(j, "cpe", best->os_cpe);
	json_int(j, "confidence", best->os_confidence);
	json_text(j, "source", best->match_field);
	json_close_object(j);
}

struct verdict_counts {
	unsigned kinds[4];
	unsigned kev;
	struct set vulns, cpes;
};

static void count(struct verdict_counts *t, const struct record *r)
{
	for (uint32_t i = 0; i < r->verdict_count; i++) {
		const struct vd_verdict *v = &r->verdicts[i];

		t->kinds[v->kind & 3]++;
		t->kev += v->kev && change_is_open(v);
		if (change_is_open(v))
			add(&t->vulns, v->cve, strlen(v->cve));
	}
	for (unsigned i = 0; i < r->identity.cpe_count; i++)
		add(&t->cpes, r->identity.cpe[i], strlen(r->identity.cpe[i]));
}

static void summary(struct json *j, const struct store_host *h)
{
	struct verdict_counts t = {0};
	long last = -1;

	json_open_object(j, "summary");
	json_open_array(j, "ports");
	for (size_t i = 0; i < h->service_count; i++) {
		const struct record *r = h->services[i];

		if (r->state != RECORD_OPEN)
			continue;
		count(&t, r);
		if (r->port != last)
			json_int(j, NULL, r->port);
		last = r->port;
	}
	json_close_array(j);
	put_set(j, "vulns", &t.vulns, true);
	put_set(j, "cpes", &t.cpes, false);
	json_open_object(j, "vuln_counts");
	json_int(j, "affected", t.kinds[VD_AFFECTED]);
	json_int(j, "possible", t.kinds[VD_POSSIBLE]);
	json_int(j, "fixed", t.kinds[VD_FIXED]);
	json_int(j, "kev", t.kev);
	json_close_object(j);
	json_close_object(j);
}

int host_view_json(FILE *out, const struct store_host *h, unsigned flags)
{
	struct json *j = json_begin(out, (flags & HOST_VIEW_PRETTY) != 0);
	char addr[DP_ADDR_TEXT];

	if (j == NULL)
		return -EIO;
	json_open_object(j, NULL);
	json_text(j, "schema", "host/1");
	json_text(j, "ip", dp_addr_format(&h->addr, addr));
	json_int(j, "ip_version", dp_addr_is_v4(&h->addr, NULL) ? 4 : 6);
	json_time(j, "first_seen", h->first_seen_us);
	json_time(j, "last_seen", h->last_seen_us);
	json_text(j, "last_scan", h->last_scan);
	hostnames(j, h);
	os(j, h);
	json_open_object(j, "flags");
	json_bool(j, "middlebox", h->middlebox);
	json_bool(j, "fragile", h->fragile);
	json_bool(j, "truncated", h->truncated);
	json_close_object(j);
	service_json_score(j, h);
	summary(j, h);
	json_open_array(j, "ports");
	for (size_t i = 0; i < h->service_count; i++) {
		json_open_object(j, NULL);
		service_json(j, h, h->services[i], (flags & HOST_VIEW_BANNER_RAW) != 0);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
	return json_done(j);
}
