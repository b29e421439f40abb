/* SPDX-License-Identifier: Apache-2.0 */
/* host_json.c - writes the JSON document host/2. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host_place.h"
#include "host_summary.h"
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

static void put_set(struct json *j, const char *key, struct set *s)
{
	json_open_array(j, key);
	for (size_t i = 0; i < s->n; i++)
		json_text(j, NULL, s->list[i]);
	json_close_array(j);
	drop(j, s);
}

struct names {
	struct json *j;
	struct set seen;
};

static bool put_name(void *arg, const char *name, size_t len, const char *source)
{
	struct names *n = arg;
	size_t before = n->seen.n;

	add(&n->seen, name, len);
	if (n->seen.n == before)
		return true;
	if (before == 0)
		json_open_array(n->j, "hostnames");
	json_open_object(n->j, NULL);
	json_bytes(n->j, "name", name, len);
	json_text(n->j, "source", source);
	json_close_object(n->j);
	return true;
}

static void hostnames(struct json *j, const struct store_host *h)
{
	struct names names = {.j = j};

	for (size_t i = 0; i < h->service_count; i++)
		if (h->services[i]->state == RECORD_OPEN)
			hostname_each(h->services[i], put_name, &names);
	if (names.seen.n > 0)
		json_close_array(j);
	drop(j, &names.seen);
}

/* The operating system with the highest confidence among the host's services. */
static void os(struct json *j, const struct store_host *h)
{
	const struct vd_identity *best = NULL;

	for (size_t i = 0; i < h->service_count; i++) {
		const struct vd_identity *id = &h->services[i]->identity;

		if (h->services[i]->state == RECORD_OPEN && id->os[0] != '\0' &&
		    (best == NULL || id->os_confidence > best->os_confidence))
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

static void cpes(struct json *j, const struct store_host *h)
{
	struct set all = {0};

	for (size_t i = 0; i < h->service_count; i++) {
		const struct vd_identity *id = &h->services[i]->identity;

		for (unsigned k = 0; h->services[i]->state == RECORD_OPEN && k < id->cpe_count; k++)
			add(&all, id->cpe[k], strlen(id->cpe[k]));
	}
	put_set(j, "cpes", &all);
}

/* The open CVEs by id, and how many there are of each verdict: each CVE once, with its worst
 * verdict. */
static void vulns(struct json *j, const struct store_host *h)
{
	struct host_summary_counts c = {0};
	struct host_summary_cve *list;
	size_t n;

	if (host_summary_count(h, &c) != 0 || host_summary_cves(h, &list, &n) != 0) {
		json_fail(j);
		return;
	}
	json_open_array(j, "vulns");
	for (size_t i = 0; i < n; i++)
		if (list[i].kind != VD_FIXED)
			json_text(j, NULL, list[i].id);
	json_close_array(j);
	free(list);
	json_open_object(j, "vuln_counts");
	json_int(j, "affected", c.affected);
	json_int(j, "possible", c.possible);
	json_int(j, "fixed", c.fixed);
	json_int(j, "kev", c.kev);
	json_close_object(j);
}

static void summary(struct json *j, const struct store_host *h)
{
	uint16_t ports[HOST_SUMMARY_PORTS];
	size_t n = host_summary_ports(h, ports);

	json_open_object(j, "summary");
	json_open_array(j, "ports");
	for (size_t i = 0; i < n; i++)
		json_int(j, NULL, ports[i]);
	json_close_array(j);
	vulns(j, h);
	cpes(j, h);
	json_close_object(j);
}

static void ports(struct json *j, const struct store_host *h, const struct host_view_config *c)
{
	const struct service_json_config config = {(c->flags & HOST_VIEW_BANNER_RAW) != 0, c->kinds,
	                                           false, c->texts};

	json_open_array(j, "ports");
	for (size_t i = 0; i < h->service_count; i++) {
		if (record_is_ping(h->services[i]->transport) ||
		    (c->port > 0 && h->services[i]->port != c->port))
			continue;
		json_open_object(j, NULL);
		service_json(j, h, h->services[i], &config);
		json_close_object(j);
	}
	json_close_array(j);
}

void host_json(struct json *j, const struct store_host *h, const struct host_view_config *config)
{
	char addr[DP_ADDR_TEXT];

	json_open_object(j, NULL);
	json_text(j, "schema", "host/2");
	json_text(j, "ip", dp_addr_format(&h->addr, addr));
	json_int(j, "ip_version", dp_addr_is_v4(&h->addr, NULL) ? 4 : 6);
	json_time(j, "first_seen", h->first_seen_us);
	json_time(j, "last_seen", h->last_seen_us);
	json_text(j, "last_scan", h->last_scan);
	json_time(j, "last_scanned", config->scanned_us);
	host_place_json(j, &h->place);
	hostnames(j, h);
	os(j, h);
	json_open_object(j, "flags");
	json_bool(j, "middlebox", h->middlebox);
	json_bool(j, "fragile", h->fragile);
	json_bool(j, "truncated", h->truncated);
	json_bool(j, "honeypot", h->honeypot[0] != '\0');
	if (h->honeypot[0] != '\0')
		json_text(j, "honeypot_reason", h->honeypot);
	json_bool(j, "answers_ping", host_summary_answers_ping(h));
	json_close_object(j);
	service_json_score(j, h);
	summary(j, h);
	ports(j, h, config);
	json_close_object(j);
}

int host_view_json(FILE *out, const struct store_host *h, const struct host_view_config *config)
{
	struct json *j = json_begin(out, (config->flags & HOST_VIEW_PRETTY) != 0);

	if (j == NULL)
		return -EIO;
	host_json(j, h, config);
	return json_done(j);
}
