/* SPDX-License-Identifier: Apache-2.0 */
/* dialog.c - runs the dialog of a protocol on one connection and collects its facts. */
#include "proto.h"

void vd_dialog_greet(const struct vd_proto *p, struct vd_dialog *d)
{
	if (p->greet != NULL)
		p->greet(d);
	else if (p->hello != NULL)
		say(d, p->hello, p->hello_len);
}

enum vd_step vd_dialog_hear(const struct vd_proto *p, struct vd_dialog *d)
{
	const struct vd_proto *other = p->yields ? vd_proto_recognise(d->in, d->in_len) : NULL;

	if (other == NULL || other == p)
		return p->hear(d);
	d->known = false;
	return VD_FOREIGN;
}

/* The name of the service; NULL for the generic request, which belongs to no service. */
static const char *name_of(const struct vd_proto *p)
{
	return p != NULL && p != &vd_proto_generic ? p->name : NULL;
}

const char *vd_bytes_facts(const struct vd_proto *guess, const uint8_t *data, size_t len,
                           struct vd_facts *out)
{
	size_t before = vd_facts_count(out);
	const char *found = vd_decode(name_of(guess), data, len, out);

	facts_drop_repeated(out, before);
	if (found != NULL)
		return found;
	return name_of(guess) != NULL ? vd_proto_name(guess) : NULL;
}

void vd_beside_facts(const uint8_t *data, size_t len, struct vd_facts *out)
{
	size_t before = vd_facts_count(out);

	if (vd_proto_recognise(data, len) == &vd_proto_http)
		proto_decode(vd_proto_http.name, span_of(data, len), out);
	facts_drop_repeated(out, before);
}

const char *vd_dialog_facts(const struct vd_proto *p, const struct vd_dialog *d,
                            struct vd_facts *out)
{
	struct span in = heard(d);
	struct span first = span_first(in, d->first_len > 0 ? d->first_len : d->in_len);
	const char *service = vd_bytes_facts(p, first.at, span_left(first), out);

	for (size_t i = 0; p->decode_each && i < d->answer_count; i++) {
		size_t end = i + 1 < d->answer_count ? d->answers[i + 1] : d->in_len;
		struct span answer = span_part(in, d->answers[i], end);
		size_t before = vd_facts_count(out);

		if (answer.at < answer.end)
			proto_decode(p->name, answer, out);
		facts_drop_repeated(out, before);
	}
	if (p->facts != NULL)
		p->facts(d, out);
	return service;
}
