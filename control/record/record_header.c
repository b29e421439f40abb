/* SPDX-License-Identifier: Apache-2.0 */
/* record_header.c - encodes and decodes the first part of a record: state, times and findings.
 * record.h describes the format. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "record.h"

enum {
	FLAG_GRABBED = 1,
	FLAG_TRUNCATED = 2,
	FLAG_FINGERPRINT = 4,
	FLAG_VERDICTS = 8,
	FLAG_MISSED = 16,
	ASK_SHIFT = 5,
	STATE_UNLOGGED = 128 /* in the byte of the state */
};
static_assert(RECORD_ASKS <= 1 << (8 - ASK_SHIFT), "the flags have no room for another reason");

static const uint8_t no_verdicts[16];

/* Writes the distance from @t to @from (seen_us): most distances fit in few bytes. */
static void put_time(struct bytes *out, int64_t t, int64_t from)
{
	uint64_t delta = (uint64_t)from - (uint64_t)t;

	bytes_put_var(out, delta << 1 ^ (0 - (delta >> 63)));
}

static int64_t get_time(struct bytes_in *in, int64_t from)
{
	uint64_t zigzag = bytes_get_var(in);

	return (int64_t)((uint64_t)from - (zigzag >> 1 ^ (0 - (zigzag & 1))));
}

static uint8_t flags_of(const struct record *r, const struct record_meta *meta)
{
	bool verdicts = memcmp(meta->verdict_set, no_verdicts, sizeof(no_verdicts)) != 0;

	return (uint8_t)((r->grabbed ? FLAG_GRABBED : 0) | (r->truncated ? FLAG_TRUNCATED : 0) |
	                 (meta->fingerprint != 0 ? FLAG_FINGERPRINT : 0) |
	                 (verdicts ? FLAG_VERDICTS : 0) | (meta->missed_by != 0 ? FLAG_MISSED : 0) |
	                 r->ask << ASK_SHIFT);
}

static void encode_findings(const struct record_meta *meta, struct bytes *out)
{
	bytes_put_int(out, meta->finding_count, 1);
	for (unsigned i = 0; i < meta->finding_count; i++) {
		bytes_put_int(out, meta->findings[i].base, 1);
		bytes_put_text(out, meta->findings[i].code);
		bytes_put_text(out, meta->findings[i].ref);
	}
}

void record_encode_header(const struct record *r, const struct record_meta *meta, struct bytes *out)
{
	const struct record_reply *reply = &r->reply;
	uint8_t flags = flags_of(r, meta);
	uint8_t head[] = {RECORD_FORMAT,
	                  (uint8_t)(r->state | (meta->unlogged ? STATE_UNLOGGED : 0)),
	                  flags,
	                  reply->reason,
	                  reply->ttl,
	                  reply->wscale,
	                  (uint8_t)reply->window,
	                  (uint8_t)(reply->window >> 8),
	                  (uint8_t)reply->mss,
	                  (uint8_t)(reply->mss >> 8)};

	bytes_put(out, head, sizeof(head));
	bytes_put_var(out, r->misses);
	bytes_put_var(out, reply->tcp_options);
	bytes_put_var(out, reply->rtt_us);
	bytes_put_int(out, (uint64_t)r->seen_us, 8);
	put_time(out, r->last_seen_us, r->seen_us);
	put_time(out, r->last_changed_us, r->seen_us);
	put_time(out, r->opened_us, r->seen_us);
	put_time(out, meta->interval_us, r->seen_us);
	put_time(out, r->first_seen_us, r->seen_us);
	if ((flags & FLAG_FINGERPRINT) != 0)
		bytes_put_int(out, meta->fingerprint, 8);
	if ((flags & FLAG_VERDICTS) != 0)
		bytes_put(out, meta->verdict_set, sizeof(meta->verdict_set));
	if ((flags & FLAG_MISSED) != 0)
		bytes_put_int(out, meta->missed_by, 8);
	bytes_put_text(out, r->scan);
	encode_findings(meta, out);
}

static void decode_reply(struct bytes_in *in, struct record *r)
{
	r->reply.reason = (uint8_t)bytes_get_int(in, 1);
	r->reply.ttl = (uint8_t)bytes_get_int(in, 1);
	r->reply.wscale = (uint8_t)bytes_get_int(in, 1);
	r->reply.window = (uint16_t)bytes_get_int(in, 2);
	r->reply.mss = (uint16_t)bytes_get_int(in, 2);
	r->misses = (uint32_t)bytes_get_var(in);
	r->reply.tcp_options = (uint32_t)bytes_get_var(in);
	r->reply.rtt_us = (uint32_t)bytes_get_var(in);
}

static void decode_times(struct bytes_in *in, struct record *r, struct record_meta *meta)
{
	r->seen_us = (int64_t)bytes_get_int(in, 8);
	r->last_seen_us = get_time(in, r->seen_us);
	r->last_changed_us = get_time(in, r->seen_us);
	r->opened_us = get_time(in, r->seen_us);
	meta->interval_us = get_time(in, r->seen_us);
	r->first_seen_us = get_time(in, r->seen_us);
}

static void decode_book(struct bytes_in *in, unsigned flags, struct record_meta *meta)
{
	const uint8_t *set;

	meta->fingerprint = (flags & FLAG_FINGERPRINT) != 0 ? bytes_get_int(in, 8) : 0;
	set = (flags & FLAG_VERDICTS) != 0 ? bytes_get(in, 16) : no_verdicts;
	memcpy(meta->verdict_set, set != NULL ? set : no_verdicts, sizeof(meta->verdict_set));
	meta->missed_by = (flags & FLAG_MISSED) != 0 ? bytes_get_int(in, 8) : 0;
}

static void decode_findings(struct bytes_in *in, struct record_meta *meta)
{
	uint64_t n = bytes_get_int(in, 1);

	if (n > VD_REASONS_MAX)
		in->bad = true;
	for (uint64_t i = 0; i < n && !in->bad; i++) {
		struct vd_finding *f = &meta->findings[i];

		*f = (struct vd_finding){.base = (uint8_t)bytes_get_int(in, 1)};
		bytes_get_text(in, f->code, sizeof(f->code));
		bytes_get_text(in, f->ref, sizeof(f->ref));
	}
	meta->finding_count = in->bad ? 0 : (uint8_t)n;
}

int record_decode_header(const void *buf, size_t len, struct record *r, struct record_meta *meta)
{
	struct bytes_in in = bytes_in_of(buf, len);
	uint64_t format = bytes_get_int(&in, 1);
	unsigned flags;

	r->state = (uint8_t)bytes_get_int(&in, 1);
	meta->unlogged = (r->state & STATE_UNLOGGED) != 0;
	r->state &= STATE_UNLOGGED - 1;
	flags = (unsigned)bytes_get_int(&in, 1);
	r->ask = (uint8_t)(flags >> ASK_SHIFT);
	if (format != RECORD_FORMAT || r->state < RECORD_OPEN || r->state > RECORD_FILTERED ||
	    r->ask >= RECORD_ASKS)
		return -EINVAL;
	r->grabbed = (flags & FLAG_GRABBED) != 0;
	r->truncated = (flags & FLAG_TRUNCATED) != 0;
	decode_reply(&in, r);
	decode_times(&in, r, meta);
	decode_book(&in, flags, meta);
	bytes_get_text(&in, r->scan, sizeof(r->scan));
	decode_findings(&in, meta);
	return in.bad ? -EINVAL : (int)(in.pos - (const uint8_t *)buf);
}
