/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - allocates and frees records, and computes the fingerprint of a service. */
#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record.h"

const char *record_transport_name(uint8_t transport)
{
	switch (transport) {
	case DP_TRANSPORT_TCP:
		return "tcp";
	case DP_TRANSPORT_UDP:
		return "udp";
	case DP_TRANSPORT_ICMP:
		return "icmp";
	case DP_TRANSPORT_ICMP6:
		return "icmp6";
	default:
		return "";
	}
}

const char *record_state_name(uint8_t state)
{
	static const char *const names[] = {
		[RECORD_OPEN] = "open",
		[RECORD_MISSING] = "missing",
		[RECORD_CLOSED] = "closed",
		[RECORD_FILTERED] = "filtered",
	};

	return state >= RECORD_OPEN && state <= RECORD_FILTERED ? names[state] : "";
}

const char *record_reason_name(uint8_t transport, uint8_t reason)
{
	switch (reason) {
	case DP_REPLY_OPEN:
		return transport == DP_TRANSPORT_TCP   ? "syn-ack"
		       : transport == DP_TRANSPORT_UDP ? "udp-response"
		                                       : "echo-reply";
	case DP_REPLY_CLOSED:
		return transport == DP_TRANSPORT_TCP ? "rst" : "port-unreachable";
	case DP_REPLY_UNREACHABLE:
		return "icmp-unreachable";
	default:
		return "";
	}
}

bool record_is_up(const struct record *r)
{
	return r->state == RECORD_OPEN ||
	       (r->state == RECORD_MISSING && r->misses < RECORD_MISSES_GONE);
}

bool record_service_is_sure(const struct vd_identity *id)
{
	return strcmp(id->service_source, "port") != 0 && strcmp(id->service_source, "guess") != 0;
}

bool record_was_asked(uint8_t ask)
{
	return ask == RECORD_ASKED || ask == RECORD_ASKED_UNJUDGED;
}

uint8_t record_severity(const struct vd_verdict *v)
{
	if (v->cvss_x10 == 0)
		return v->severity;
	return v->cvss_x10 >= 90   ? VD_SEV_CRITICAL
	       : v->cvss_x10 >= 70 ? VD_SEV_HIGH
	       : v->cvss_x10 >= 40 ? VD_SEV_MEDIUM
	                           : VD_SEV_LOW;
}

const char *record_severity_name(const struct vd_verdict *v)
{
	uint8_t severity = record_severity(v);

	return severity == VD_SEV_NONE ? NULL : vd_severity_name(severity);
}

const char *record_unasked_name(uint8_t ask)
{
	static const char *const names[RECORD_ASKS] = {
		[RECORD_UNASKED_FRAGILE] = "fragile",
		[RECORD_UNASKED_CROWDED] = "crowded",
		[RECORD_UNASKED_OFF] = "off",
		[RECORD_UNASKED_WAY] = "way",
	};

	return ask < RECORD_ASKS ? names[ask] : NULL;
}

const char *record_unasked_words(uint8_t ask)
{
	static const char *const words[RECORD_ASKS] = {
		[RECORD_UNASKED_FRAGILE] = "the port is a fragile device's",
		[RECORD_UNASKED_CROWDED] = "the host has very many open ports",
		[RECORD_UNASKED_OFF] = "the scan asked nothing (--no-grab)",
		[RECORD_UNASKED_WAY] = "grabs could not go the way of the probe",
	};

	return ask < RECORD_ASKS && words[ask] != NULL ? words[ask] : "";
}

struct record *record_new_with(struct vd_facts *facts)
{
	struct record *r = calloc(1, sizeof(*r));

	if (r != NULL)
		r->facts = facts;
	return r;
}

struct record *record_new(void)
{
	struct vd_facts *facts = vd_facts_new();
	struct record *r = facts != NULL ? record_new_with(facts) : NULL;

	if (r == NULL)
		vd_facts_free(facts);
	return r;
}

/* ---- verdicts ---- */

struct record_set *record_set_new(const struct record_verdicts *v)
{
	struct record_set *s = malloc(sizeof(*s) + v->count * sizeof(*v->list));

	if (s == NULL)
		return NULL;
	s->holders = 1;
	s->count = v->count;
	s->candidates = v->candidates;
	if (v->count > 0)
		memcpy(s->list, v->list, v->count * sizeof(*v->list));
	if (record_verdict_key(v, s->key) == 0)
		return s;
	free(s);
	return NULL;
}

struct record_set *record_set_hold(struct record_set *s)
{
	s->holders++;
	return s;
}

void record_set_drop(struct record_set *s)
{
	if (s != NULL && --s->holders == 0)
		free(s);
}

void record_drop_verdicts(struct record *r)
{
	if (r->set != NULL)
		record_set_drop(r->set);
	else
		free(r->verdicts);
	r->set = NULL;
	r->verdicts = NULL;
	r->verdict_count = 0;
	r->candidates = 0;
}

void record_share_verdicts(struct record *r, struct record_set *set)
{
	record_drop_verdicts(r);
	r->candidates = set->candidates;
	if (set->count == 0)
		return;
	r->set = record_set_hold(set);
	r->verdicts = set->list;
	r->verdict_count = set->count;
}

int record_own_verdicts(struct record *r)
{
	struct vd_verdict *own;

	if (r->set == NULL)
		return 0;
	own = malloc((r->verdict_count + 1) * sizeof(*own));
	if (own == NULL)
		return -ENOMEM;
	memcpy(own, r->verdicts, r->verdict_count * sizeof(*own));
	record_set_drop(r->set);
	r->set = NULL;
	r->verdicts = own;
	return 0;
}

/* ---- life ---- */

void record_clear(struct record *r)
{
	struct vd_facts *facts = r->facts;

	record_drop_verdicts(r);
	free(r->verdict_first_seen_us);
	if (facts != NULL)
		vd_facts_clear(facts);
	memset(r, 0, sizeof(*r));
	r->facts = facts;
}

void record_free(struct record *r)
{
	if (r == NULL)
		return;
	record_drop_verdicts(r);
	free(r->verdict_first_seen_us);
	vd_facts_free(r->facts);
	free(r);
}

enum { STEADY_MAX = 256 };

/* The length of the first part of a banner, which is the same at each grab: its first line, at most
 * 256 bytes. HTTP dates and nonces come behind it. */
static size_t steady_part(const struct vd_fact *banner)
{
	size_t n = 0;

	while (n < banner->len && n < STEADY_MAX && (unsigned char)banner->value[n] >= 0x20 &&
	       banner->value[n] != 0x7f)
		n++;
	return n;
}

/* Append a text with its length before it, as bytes_put_text() does. */
static size_t put_text(uint8_t *out, size_t len, const char *text)
{
	size_t n = strlen(text);

	out[len] = (uint8_t)n;
	memcpy(out + len + 1, text, n);
	return len + 1 + n;
}

uint64_t record_fingerprint(const struct record *r)
{
	const struct vd_identity *id = &r->identity;
	const struct vd_fact *banner = r->facts == NULL ? NULL : vd_facts_get(r->facts, "banner");
	/* A length byte and a text for each of five members, then the first part of the banner. */
	uint8_t all[5 + sizeof(id->service) + sizeof(id->product) + sizeof(id->vendor) +
	            sizeof(id->version) + sizeof(id->version_extra) + STEADY_MAX];
	uint8_t digest[SHA256_DIGEST_LENGTH];
	struct bytes_in in;
	uint64_t hash;
	size_t len = 0;

	len = put_text(all, len, id->service);
	len = put_text(all, len, id->product);
	len = put_text(all, len, id->vendor);
	len = put_text(all, len, id->version);
	len = put_text(all, len, id->version_extra);
	if (id->product[0] == '\0' && banner != NULL) {
		size_t n = steady_part(banner);

		memcpy(all + len, banner->value, n);
		len += n;
	}
	SHA256(all, len, digest);
	in = bytes_in_of(digest, sizeof(digest));
	hash = bytes_get_int(&in, 8);
	return hash == 0 ? 1 : hash;
}
