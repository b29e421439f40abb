/* SPDX-License-Identifier: Apache-2.0 */
/* record_verdicts.c - encodes and decodes a set of verdicts, and computes its key. */
#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "record.h"

/*
 * u8 format (1, or 2 with candidates), of format 2: var candidates, var count, each: text cve, u8 kind confidence severity precision kev cvss_x10, u32
 * epss in millionths (0xffffffff: not known), text cvss_version cpe version range fixed_by why
 * source.
 */
enum { PLAIN = 1, WITH_CANDIDATES = 2, LEAST = 18, EPSS_UNKNOWN = -1 };

static void encode_one(const struct vd_verdict *v, struct bytes *out)
{
	bool known = v->epss >= 0 && v->epss <= 1;

	bytes_put_text(out, v->cve);
	bytes_put_int(out, v->kind, 1);
	bytes_put_int(out, v->confidence, 1);
	bytes_put_int(out, v->severity, 1);
	bytes_put_int(out, v->precision, 1);
	bytes_put_int(out, v->kev, 1);
	bytes_put_int(out, v->cvss_x10, 1);
	bytes_put_int(out, known ? (uint32_t)(v->epss * 1e6F + 0.5F) : UINT32_MAX, 4);
	bytes_put_text(out, v->cvss_version);
	bytes_put_text(out, v->cpe);
	bytes_put_text(out, v->version);
	bytes_put_text(out, v->range);
	bytes_put_text(out, v->fixed_by);
	bytes_put_text(out, v->why);
	bytes_put_text(out, v->source);
}

void record_encode_verdicts(const struct record_verdicts *v, struct bytes *out)
{
	bytes_put_int(out, v->candidates == 0 ? PLAIN : WITH_CANDIDATES, 1);
	if (v->candidates != 0)
		bytes_put_var(out, v->candidates);
	bytes_put_var(out, v->count);
	for (uint32_t i = 0; i < v->count; i++)
		encode_one(&v->list[i], out);
}

static void decode_one(struct bytes_in *in, struct vd_verdict *v)
{
	uint32_t epss;

	bytes_get_text(in, v->cve, sizeof(v->cve));
	v->kind = (uint8_t)bytes_get_int(in, 1);
	v->confidence = (uint8_t)bytes_get_int(in, 1);
	v->severity = (uint8_t)bytes_get_int(in, 1);
	v->precision = (uint8_t)bytes_get_int(in, 1);
	v->kev = bytes_get_int(in, 1) != 0;
	v->cvss_x10 = (uint8_t)bytes_get_int(in, 1);
	epss = (uint32_t)bytes_get_int(in, 4);
	v->epss = epss > 1000000 ? EPSS_UNKNOWN : (float)epss / 1e6F;
	bytes_get_text(in, v->cvss_version, sizeof(v->cvss_version));
	bytes_get_text(in, v->cpe, sizeof(v->cpe));
	bytes_get_text(in, v->version, sizeof(v->version));
	bytes_get_text(in, v->range, sizeof(v->range));
	bytes_get_text(in, v->fixed_by, sizeof(v->fixed_by));
	bytes_get_text(in, v->why, sizeof(v->why));
	bytes_get_text(in, v->source, sizeof(v->source));
	if (v->kind < VD_AFFECTED || v->kind > VD_FIXED || v->severity > VD_SEV_CRITICAL ||
	    v->cvss_x10 > 100)
		in->bad = true;
}

int record_decode_verdicts(const void *buf, size_t len, struct record_verdicts *out)
{
	struct bytes_in in = bytes_in_of(buf, len);
	uint64_t format = bytes_get_int(&in, 1);
	uint64_t candidates = format == WITH_CANDIDATES ? bytes_get_var(&in) : 0;
	uint64_t count = bytes_get_var(&in);
	struct vd_verdict *list;

	if (in.bad || (format != PLAIN && format != WITH_CANDIDATES) || candidates > UINT32_MAX ||
	    count > RECORD_VERDICTS_MAX || count > (size_t)(in.end - in.pos) / LEAST)
		return -EINVAL;
	list = calloc(count == 0 ? 1 : count, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	for (uint64_t i = 0; i < count && !in.bad; i++)
		decode_one(&in, &list[i]);
	if (in.bad || in.pos != in.end) {
		free(list);
		return -EINVAL;
	}
	*out = (struct record_verdicts){list, (uint32_t)count, (uint32_t)candidates};
	return 0;
}

void record_verdict_hash(const void *encoded, size_t len, uint8_t key[16])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];

	SHA256(encoded, len, digest);
	memcpy(key, digest, 16);
}

int record_verdict_key(const struct record_verdicts *v, uint8_t key[16])
{
	struct bytes b = {0};
	int ret;

	memset(key, 0, 16);
	if (v->count == 0 && v->candidates == 0)
		return 0;
	record_encode_verdicts(v, &b);
	ret = b.failed ? -ENOMEM : 0;
	if (ret == 0)
		record_verdict_hash(b.data, b.len, key);
	bytes_fini(&b);
	return ret;
}
