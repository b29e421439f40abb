/* SPDX-License-Identifier: Apache-2.0 */
/* record_codec.c - encodes and decodes the disk format of a record, which record.h describes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record.h"

struct text_field {
	size_t offset, size;
};

#define TEXT(member)                                                                               \
	{                                                                                          \
		offsetof(struct vd_identity, member), sizeof(((struct vd_identity *)0)->member)    \
	}

/* The order is the disk format: append only. */
static const struct text_field identity_texts[] = {
	TEXT(service),
	TEXT(service_source),
	TEXT(product),
	TEXT(vendor),
	TEXT(version),
	TEXT(version_extra),
	TEXT(cpe[0]),
	TEXT(cpe[1]),
	TEXT(cpe[2]),
	TEXT(cpe[3]),
	TEXT(os),
	TEXT(os_version),
	TEXT(os_cpe),
	TEXT(device),
	TEXT(eol),
	TEXT(distro),
	TEXT(distro_release),
	TEXT(package),
	TEXT(package_version),
	TEXT(rule),
	TEXT(match_field),
};

enum {
	IDENTITY_TEXTS = sizeof(identity_texts) / sizeof(identity_texts[0]),
	IDENTITY_NUMBERS = IDENTITY_TEXTS, /* the bit behind those of the texts */
	IDENTITY_HINT,
};

void record_encode_identity(const struct vd_identity *id, struct bytes *out)
{
	const char *base = (const char *)id;
	uint64_t present = 0;

	for (unsigned i = 0; i < IDENTITY_TEXTS; i++)
		if (base[identity_texts[i].offset] != '\0')
			present |= 1ull << i;
	if ((id->confidence | id->os_confidence | id->cpe_count | id->match_offset |
	     id->match_len) != 0)
		present |= 1ull << IDENTITY_NUMBERS;
	if (id->hint.distro[0] != '\0')
		present |= 1ull << IDENTITY_HINT;
	bytes_put_var(out, present);
	for (unsigned i = 0; i < IDENTITY_TEXTS; i++)
		if ((present >> i & 1) != 0)
			bytes_put_text(out, base + identity_texts[i].offset);
	if ((present >> IDENTITY_NUMBERS & 1) != 0) {
		bytes_put_int(out, id->confidence, 1);
		bytes_put_int(out, id->os_confidence, 1);
		bytes_put_int(out, id->cpe_count, 1);
		bytes_put_int(out, id->match_offset, 4);
		bytes_put_int(out, id->match_len, 4);
	}
	if ((present >> IDENTITY_HINT & 1) == 0)
		return;
	bytes_put_text(out, id->hint.distro);
	bytes_put_text(out, id->hint.release);
	bytes_put_int(out, id->hint.transport, 1);
	bytes_put_int(out, id->hint.port, 2);
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

void record_encode(const struct record *r, const struct record_meta *meta, struct bytes *out)
{
	record_encode_header(r, meta, out);
	record_encode_identity(&r->identity, out);
	record_encode_exposures(r, out);
	encode_facts(r->facts, out);
	encode_first_seen(r, out);
}

static void decode_numbers(struct bytes_in *in, struct vd_identity *id)
{
	id->confidence = (uint8_t)bytes_get_int(in, 1);
	id->os_confidence = (uint8_t)bytes_get_int(in, 1);
	id->cpe_count = (uint8_t)bytes_get_int(in, 1);
	id->match_offset = (uint32_t)bytes_get_int(in, 4);
	id->match_len = (uint32_t)bytes_get_int(in, 4);
	if (id->cpe_count > VD_CPES)
		in->bad = true;
}

static void decode_hint(struct bytes_in *in, struct vd_hint *h)
{
	bytes_get_text(in, h->distro, sizeof(h->distro));
	bytes_get_text(in, h->release, sizeof(h->release));
	h->transport = (uint8_t)bytes_get_int(in, 1);
	h->port = (uint16_t)bytes_get_int(in, 2);
}

static void decode_identity(struct bytes_in *in, struct vd_identity *id)
{
	uint64_t present = bytes_get_var(in);

	if (present >> IDENTITY_HINT > 1)
		in->bad = true;
	for (unsigned i = 0; i < IDENTITY_TEXTS && !in->bad; i++)
		if ((present >> i & 1) != 0)
			bytes_get_text(in, (char *)id + identity_texts[i].offset,
			               identity_texts[i].size);
	if ((present >> IDENTITY_NUMBERS & 1) != 0)
		decode_numbers(in, id);
	if ((present >> IDENTITY_HINT & 1) != 0)
		decode_hint(in, &id->hint);
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
		int ret;

		bytes_get_text(in, name, sizeof(name));
		len = bytes_get_var(in);
		value = len > VD_FACT_VALUE_MAX ? NULL : bytes_get(in, len);
		if (value == NULL)
			return -EINVAL;
		ret = vd_facts_add(facts, name, value, len);
		if (ret != 0)
			return ret == -ENOMEM ? ret : -EINVAL;
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

int record_decode_identity(const void *buf, size_t len, struct vd_identity *out)
{
	struct bytes_in in = bytes_in_of(buf, len);

	memset(out, 0, sizeof(*out));
	decode_identity(&in, out);
	return in.bad || in.pos != in.end ? -EINVAL : 0;
}

/* The bit of the text at @offset of an identity. */
static uint64_t text_bit(size_t offset)
{
	unsigned i = 0;

	while (i < IDENTITY_TEXTS && identity_texts[i].offset != offset)
		i++;
	return 1ull << i;
}

unsigned record_body_signs(const void *buf, size_t len)
{
	const uint64_t release = text_bit(offsetof(struct vd_identity, distro)) |
	                         text_bit(offsetof(struct vd_identity, distro_release)) |
	                         text_bit(offsetof(struct vd_identity, package));
	struct bytes_in in = bytes_in_of(buf, len);
	uint64_t present = bytes_get_var(&in);

	return ((present & release) == release ? RECORD_BODY_NAMES_RELEASE : 0u) |
	       ((present >> IDENTITY_HINT & 1) != 0 ? RECORD_BODY_HINTED : 0u);
}

/* ---- stepping over what is not of interest ---- */

struct dates {
	bool (*date)(void *arg, const char *text, size_t len);
	void *arg;
	bool found;
};

static void ask(struct dates *d, const void *text, size_t len)
{
	d->found = d->found || d->date(d->arg, text, len);
}

static const uint8_t *step_text(struct bytes_in *in, size_t *len)
{
	*len = bytes_get_int(in, 1);
	return bytes_get(in, *len);
}

static void step_identity(struct bytes_in *in, struct dates *d)
{
	uint64_t present = bytes_get_var(in);
	size_t unused;

	if (present >> IDENTITY_HINT > 1)
		in->bad = true;
	for (unsigned i = 0; i < IDENTITY_TEXTS && !in->bad; i++) {
		const uint8_t *text;
		size_t len;

		if ((present >> i & 1) == 0)
			continue;
		text = step_text(in, &len);
		if (text != NULL && identity_texts[i].offset == offsetof(struct vd_identity, eol))
			ask(d, text, len);
	}
	if ((present >> IDENTITY_NUMBERS & 1) != 0)
		bytes_get(in, 11);
	if ((present >> IDENTITY_HINT & 1) == 0)
		return;
	step_text(in, &unused);
	step_text(in, &unused);
	bytes_get(in, 3);
}

static void step_exposures(struct bytes_in *in)
{
	uint64_t n = bytes_get_var(in);
	size_t len;

	for (uint64_t i = 0; i < n && !in->bad; i++) {
		step_text(in, &len);
		bytes_get(in, 2);
		step_text(in, &len);
	}
}

static void step_facts(struct bytes_in *in, struct dates *d)
{
	uint64_t n = bytes_get_var(in);

	for (uint64_t i = 0; i < n && !in->bad; i++) {
		size_t name_len, len;
		const uint8_t *name = step_text(in, &name_len), *value;

		len = bytes_get_var(in);
		value = bytes_get(in, len);
		if (value != NULL && vd_fact_is_date((const char *)name, name_len))
			ask(d, value, len);
	}
}

int record_decode_body(const void *buf, size_t len,
                       bool (*date)(void *arg, const char *text, size_t len), void *arg,
                       struct record_body *out)
{
	struct bytes_in in = bytes_in_of(buf, len);
	struct dates d = {date, arg, false};

	step_identity(&in, &d);
	out->identity = buf;
	out->identity_len = (size_t)(in.pos - (const uint8_t *)buf);
	step_exposures(&in);
	step_facts(&in, &d);
	out->found = d.found;
	return in.bad ? -EINVAL : 0;
}

static bool no_date(void *arg, const char *text, size_t len)
{
	(void)arg;
	(void)text;
	(void)len;
	return false;
}

static int take_identity(const struct record_ways *ways, struct bytes_in *in, struct record *r)
{
	struct dates unused = {no_date, NULL, false};
	const uint8_t *from = in->pos;

	if (ways->identity == NULL) {
		decode_identity(in, &r->identity);
		return 0;
	}
	step_identity(in, &unused);
	return in->bad ? -EINVAL : ways->identity(ways->arg, from, (size_t)(in->pos - from), r);
}

int record_decode_by(const struct record_ways *ways, const void *buf, size_t len, struct record *r,
                     struct record_meta *meta)
{
	struct dp_addr addr = r->addr;
	uint16_t port = r->port;
	uint8_t transport = r->transport;
	struct bytes_in in;
	int ret;

	record_clear(r);
	r->addr = addr;
	r->port = port;
	r->transport = transport;
	ret = record_decode_header(buf, len, r, meta);
	if (ret < 0)
		return ret;
	in = bytes_in_of((const uint8_t *)buf + ret, len - (size_t)ret);
	ret = take_identity(ways, &in, r);
	if (ret != 0)
		return ret;
	decode_exposures(&in, r);
	ret = decode_facts(&in, r->facts);
	if (ret != 0 || ways->no_verdicts)
		return ret == 0 && in.bad ? -EINVAL : ret;
	ret = decode_first_seen(&in, r);
	if (ret == 0 && (in.bad || in.pos != in.end))
		ret = -EINVAL;
	return ret;
}

int record_decode(const void *buf, size_t len, struct record *r, struct record_meta *meta)
{
	static const struct record_ways usual;

	return record_decode_by(&usual, buf, len, r, meta);
}
