/* SPDX-License-Identifier: Apache-2.0 */
/* grab_result.c - what a server has said, as the facts of a result. */
#include "grab_result.h"

#include <string.h>

enum { BANNER_MAX = 4096 };

static bool has_fact(const struct vd_facts *facts, const struct vd_fact *wanted)
{
	for (size_t i = 0; i < vd_facts_count(facts); i++) {
		const struct vd_fact *f = vd_facts_at(facts, i);

		if (f->len == wanted->len && strcmp(f->name, wanted->name) == 0 &&
		    memcmp(f->value, wanted->value, f->len) == 0)
			return true;
	}
	return false;
}

/* What @from says and is not known yet; the banner is ours to say. */
static void take_facts(struct grab_result *r, const struct vd_facts *from)
{
	for (size_t i = 0; i < vd_facts_count(from); i++) {
		const struct vd_fact *f = vd_facts_at(from, i);

		if (strcmp(f->name, "banner") != 0 && !has_fact(r->facts, f))
			vd_facts_add(r->facts, f->name, f->value, f->len);
	}
}

static void decode(struct grab_result *r, const struct grab_proto *proto, const uint8_t *data,
                   size_t len)
{
	const char *service = proto != NULL && proto != &grab_proto_generic ? proto->name : NULL;
	struct vd_facts *facts = vd_facts_new();
	const char *found;

	if (facts == NULL) {
		r->incomplete = true;
		return;
	}
	found = vd_decode(service, data, len, facts);
	if (r->service == NULL)
		r->service = found != NULL ? found : service;
	take_facts(r, facts);
	r->incomplete |= !vd_facts_complete(facts);
	vd_facts_free(facts);
}

void grab_result_bytes(struct grab_result *r, const struct grab_proto *proto, const uint8_t *data,
                       size_t len)
{
	vd_facts_add(r->facts, "banner", data, len < BANNER_MAX ? len : BANNER_MAX);
	decode(r, proto, data, len);
}

void grab_result_dialog(struct grab_result *r, const struct grab_proto *proto,
                        const struct grab_dialog *d)
{
	grab_result_bytes(r, proto, d->in.data, d->first_len > 0 ? d->first_len : d->in.len);
	for (size_t i = 0; proto != NULL && proto->decode_each && i < d->answer_count; i++) {
		size_t end = i + 1 < d->answer_count ? d->answers[i + 1] : d->in.len;

		if (end > d->answers[i])
			decode(r, proto, d->in.data + d->answers[i], end - d->answers[i]);
	}
	if (proto != NULL && proto->facts != NULL)
		proto->facts(d, r->facts);
}
