/* SPDX-License-Identifier: Apache-2.0 */
/* record_codec.c - the disk format of a record; record.h draws it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record.h"

enum { FLAG_GRABBED = 1, FLAG_TRUNCATED = 2 };

struct text_field {
	size_t offset, size;
};

#define TEXT(member) {offsetof(struct vd_identity, member), sizeof(((struct vd_identity *)0)->member)}

/* The order is the disk format: append only. */
static const struct text_field identity_texts[] = {
	TEXT(service), TEXT(service_source), TEXT(product), TEXT(vendor), TEXT(version),
	TEXT(version_extra), TEXT(cpe[0]), TEXT(cpe[1]), TEXT(cpe[2]), TEXT(cpe[3]), TEXT(os),
	TEXT(os_version), TEXT(os_cpe), TEXT(device), TEXT(eol), TEXT(distro), TEXT(distro_release),
	TEXT(package), TEXT(package_version), TEXT(rule), TEXT(match_field),
};

enum { IDENTITY_TEXTS = sizeof(identity_texts) / sizeof(identity_texts[0]) };

static void store_le(uint8_t *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t load_le(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = n; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

#define PUT(head, field, value) store_le((head)->field, (uint64_t)(value), sizeof((head)->field))
#define GET(head, field) load_le((head)->field, sizeof((head)->field))

static void encode_head(const struct record *r, const struct record_book *book, struct bytes *out)
{
	struct record_head h = {
		.format = RECORD_FORMAT,
		.state = r->state,
		.flags = (uint8_t)((r->grabbed ? FLAG_GRABBED : 0) |
				   (r->truncated ? FLAG_TRUNCATED : 0)),
		.reason = r->reply.reason,
		.ttl = r->reply.ttl,
		.wscale = r->reply.wscale,
	};

	PUT(&h, window, r->reply.window);
	PUT(&h, mss, r->reply.mss);
	PUT(&h, misses, r->misses);
	PUT(&h, tcp_options, r->reply.tcp_options);
	PUT(&h, rtt_us, r->reply.rtt_us);
	PUT(&h, seen_us, r->seen_us);
	PUT(&h, first_seen_us, r->first_seen_us);
	PUT(&h, last_seen_us, r->last_seen_us);
	PUT(&h, last_changed_us, r->last_changed_us);
	PUT(&h, opened_us, r->opened_us);
	PUT(&h, interval_us, book->interval_us);
	PUT(&h, fingerprint, book->fingerprint);
	PUT(&h, missed_by, book->missed_by);
	memcpy(h.verdict_set, book->verdict_set, sizeof(h.verdict_set));
	bytes_put(out, &h, sizeof(h));
}

static void encode_findings(const struct record_book *book, struct bytes *out)
{
	bytes_put_int(out, book->finding_count, 1);
	for (unsigned i = 0; i < book->finding_count; i++) {
		bytes_put_int(out, book->findings[i].base, 1);
		bytes_put_text(out, book->findings[i].code);
		bytes_put_text(out, book->findings[i].ref);
	}
}

void record_encode_identity(const struct vd_identity *id, struct bytes *out)
{
	const char *base = (const char *)id;
	uint64_t present = 0;

	for (unsigned i = 0; i < IDENTITY_TEXTS; i++)
		if (base[identity_texts[i].offset] != '\0')
			present |= 1ull << i;
	bytes_put_var(out, present);
	for (unsigned i = 0; i < IDENTITY_TEXTS; i++)
		if ((present >> i & 1) != 0)
			bytes_put_text(out, base + identity_texts[i].offset);
	bytes_put_int(out, id->confidence, 1);
	bytes_put_int(out, id->os_confidence, 1);
	bytes_put_int(out, id->cpe_count, 1);
	bytes_put_int(out, id->match_offset, 4);
	bytes_put_int(out, id->match_len, 4);
}

void record_encode_exposures(const struct record *r, struct bytes *out)
{
	bytes_put_var(out, r->exposure_count);
	for (uint32_t i = 0; i < r->exposure_count; i++) {
		bytes_put_text(out, r->exposures[i].id);
		bytes_put_int(out, r->exposures[i].severity, 1);
		bytes_put_int(out, r->exposures[i].base, 1);
		bytes_put_text(out, r->exposures[i].title);
	}
}

static void encode_facts(const struct vd_facts *facts, struct bytes *out)
{
	size_t n = facts == NULL ? 0 : vd_facts_count(facts);

	bytes_put_var(out, n);
	for (size_t i = 0; i < n; i++) {
		const struct vd_fact *f = vd_facts_at(facts, i);

		bytes_put_text(out, f->name);
		bytes_put_var(out, f->len);
		bytes_put(out, f->value, f->len);
	}
}

static void encode_first_seen(const struct record *r, struct bytes *out)
{
	const int64_t *t = r->verdict_first_seen_us;
	uint32_t run;

	bytes_put_var(out, r->verdict_count);
	for (uint32_t i = 0; i < r->verdict_count; i += run) {
		int64_t first = t == NULL ? r->first_seen_us : t[i];
		uint64_t delta = (uint64_t)first - (uint64_t)r->first_seen_us;

		run = 1;
		while (t != NULL && i + run < r->verdict_count && t[i + run] == first)
			run++;
		if (t == NULL)
			run = r->verdict_count;
		bytes_put_var(out, run);
		bytes_put_var(out, delta << 1 ^ (0 - (delta >> 63)));
	}
}

void record_encode(const struct record *r, const struct record_book *book, struct bytes *out)
{
	encode_head(r, book, out);
	bytes_put_text(out, r->scan);
	encode_findings(book, out);
	record_encode_identity(&r->identity, out);
	record_encode_exposures(r, out);
	encode_facts(r->facts, out);
	encode_first_seen(r, out);
}

static const struct record_head *decode_head(struct bytes_in *in)
{
	const struct record_head *h = (const void *)bytes_get(in, sizeof(*h));

	if (h == NULL || h->format != RECORD_FORMAT || h->state < RECORD_OPEN ||
	    h->state > RECORD_FILTERED)
		return NULL;
	return h;
}

static void fill_from_head(const struct record_head *h, struct record *r, struct record_book *book)
{
	r->state = h->state;
	r->grabbed = (h->flags & FLAG_GRABBED) != 0;
	r->truncated = (h->flags & FLAG_TRUNCATED) != 0;
	r->reply.reason = h->reason;
	r->reply.ttl = h->ttl;
	r->reply.wscale = h->wscale;
	r->reply.window = (uint16_t)GET(h, window);
	r->reply.mss = (uint16_t)GET(h, mss);
	r->reply.tcp_options = (uint32_t)GET(h, tcp_options);
	r->reply.rtt_us = (uint32_t)GET(h, rtt_us);
	r->misses = (uint32_t)GET(h, misses);
	r->seen_us = (int64_t)GET(h, seen_us);
	r->first_seen_us = (int64_t)GET(h, first_seen_us);
	r->last_seen_us = (int64_t)GET(h, last_seen_us);
	r->last_changed_us = (int64_t)GET(h, last_changed_us);
	r->opened_us = (int64_t)GET(h, opened_us);
	book->interval_us = (int64_t)GET(h, interval_us);
	book->fingerprint = GET(h, fingerprint);
	book->missed_by = GET(h, missed_by);
	memcpy(book->verdict_set, h->verdict_set, sizeof(book->verdict_set));
}

static void decode_findings(struct bytes_in *in, struct record_book *book)
{
	uint64_t n = bytes_get_int(in, 1);

	if (n > VD_REASONS_MAX)
		in->bad = true;
	for (uint64_t i = 0; i < n && !in->bad; i++) {
		struct vd_finding *f = &book->findings[i];

		f->base = (uint8_t)bytes_get_int(in, 1);
		bytes_get_text(in, f->code, sizeof(f->code));
		bytes_get_text(in, f->ref, sizeof(f->ref));
	}
	book->finding_count = in->bad ? 0 : (uint8_t)n;
}

static void decode_identity(struct bytes_in *in, struct vd_identity *id)
{
	uint64_t present = bytes_get_var(in);

	if (present >> IDENTITY_TEXTS != 0)
		in->bad = true;
	for (unsigned i = 0; i < IDENTITY_TEXTS && !in->bad; i++)
		if ((present >> i & 1) != 0)
			bytes_get_text(in, (char *)id + identity_texts[i].offset,
				       identity_texts[i].size);
	id->confidence = (uint8_t)bytes_get_int(in, 1);
	id->os_confidence = (uint8_t)bytes_get_int(in, 1);
	id->cpe_count = (uint8_t)bytes_get_int(in, 1);
	id->match_offset = (uint32_t)bytes_get_int(in, 4);
	id->match_len = (uint32_t)bytes_get_int(in, 4);
	if (id->cpe_count > VD_CPES)
		in->bad = true;
}

static void decode_exposures(struct bytes_in *in, struct record *r)
{
	uint64_t n = bytes_get_var(in);

	if (n > VD_EXPOSURES_MAX)
		in->bad = true;
	for (uint64_t i = 0; i < n && !in->bad; i++) {
		struct vd_exposure *e = &r->exposures[i];

		bytes_get_text(in, e->id, sizeof(e->id));
		e->severity = (uint8_t)bytes_get_int(in, 1);
		e->base = (uint8_t)bytes_get_int(in, 1);
		bytes_get_text(in, e->title, sizeof(e->title));
	}
	r->exposure_count = in->bad ? 0 : (uint32_t)n;
}

static int decode_facts(struct bytes_in *in, struct vd_facts *facts)
{
	uint64_t n = bytes_get_var(in);
	char name[VD_FACT_NAME_MAX + 1];

	for (uint64_t i = 0; i < n && !in->bad; i++) {
		const uint8_t *value;
		uint64_t len;
		int rc;

		bytes_get_text(in, name, sizeof(name));
		len = bytes_get_var(in);
		value = len > VD_FACT_VALUE_MAX ? NULL : bytes_get(in, len);
		if (value == NULL)
			return -EINVAL;
		rc = vd_facts_add(facts, name, value, len);
		if (rc != 0)
			return rc == -ENOMEM ? rc : -EINVAL;
	}
	return 0;
}

static int decode_first_seen(struct bytes_in *in, struct record *r)
{
	uint64_t n = bytes_get_var(in);
	uint64_t run;

	if (in->bad || n > RECORD_VERDICTS_MAX)
		return -EINVAL;
	if (n == 0)
		return 0;
	r->verdict_first_seen_us = calloc(n, sizeof(*r->verdict_first_seen_us));
	if (r->verdict_first_seen_us == NULL)
		return -ENOMEM;
	for (uint64_t i = 0; i < n; i += run) {
		uint64_t zigzag, first;

		run = bytes_get_var(in);
		zigzag = bytes_get_var(in);
		if (in->bad || run == 0 || run > n - i)
			return -EINVAL;
		first = (uint64_t)r->first_seen_us + (zigzag >> 1 ^ (0 - (zigzag & 1)));
		for (uint64_t k = 0; k < run; k++)
			r->verdict_first_seen_us[i + k] = (int64_t)first;
	}
	r->verdict_count = (uint32_t)n;
	return 0;
}

int record_decode(const void *buf, size_t len, struct record *r, struct record_book *book)
{
	struct bytes_in in = bytes_in_of(buf, len);
	const struct record_head *h = decode_head(&in);
	struct dp_addr addr = r->addr;
	uint16_t port = r->port;
	uint8_t transport = r->transport;
	int rc;

	record_clear(r);
	*book = (struct record_book){0};
	r->addr = addr;
	r->port = port;
	r->transport = transport;
	if (h == NULL)
		return -EINVAL;
	fill_from_head(h, r, book);
	bytes_get_text(&in, r->scan, sizeof(r->scan));
	decode_findings(&in, book);
	decode_identity(&in, &r->identity);
	decode_exposures(&in, r);
	rc = decode_facts(&in, r->facts);
	if (rc == 0)
		rc = decode_first_seen(&in, r);
	if (rc == 0 && (in.bad || in.pos != in.end))
		rc = -EINVAL;
	return rc;
}

int record_decode_findings(const void *buf, size_t len, uint8_t *state, struct record_book *book)
{
	struct bytes_in in = bytes_in_of(buf, len);
	const struct record_head *h = decode_head(&in);
	char scan[32];

	if (h == NULL)
		return -EINVAL;
	bytes_get_text(&in, scan, sizeof(scan));
	decode_findings(&in, book);
	*state = h->state;
	return in.bad ? -EINVAL : 0;
}
