/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_grab_proto.c - any bytes as a server's answers.
 *
 * Byte 0 picks the protocol; then come chunks, each with its length in one byte before it.
 */
#include "grab_proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void talk(const struct grab_proto *p, struct grab_dialog *d, const uint8_t *data,
                 size_t size)
{
	enum grab_step step = GRAB_MORE;

	while (size > 1 && (step == GRAB_MORE || step == GRAB_STARTTLS)) {
		size_t len = data[0] < size - 1 ? data[0] : size - 1;

		grab_buf_add(&d->in, data + 1, len);
		data += 1 + len;
		size -= 1 + len;
		if (d->in.len == 0)
			continue;
		step = p->on_bytes(d);
		d->out.len = 0;
		d->tls |= step == GRAB_STARTTLS;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n;
	const struct grab_proto *const *all = grab_protos(&n);
	const struct grab_proto *p = size > 0 ? all[data[0] % n] : NULL;
	struct vd_facts *facts;
	struct grab_dialog d;

	if (p == NULL || p->on_bytes == NULL)
		return 0;
	facts = vd_facts_new();
	grab_dialog_init(&d, 2048);
	d.authority = "198.18.0.1:80";
	d.user_agent = "agent";
	grab_proto_greet(p, &d);
	talk(p, &d, data + 1, size - 1);
	grab_proto_recognise(data + 1, size - 1);
	if (d.known && p->facts != NULL)
		p->facts(&d, facts);
	grab_dialog_fini(&d);
	vd_facts_free(facts);
	return 0;
}
