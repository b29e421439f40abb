/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_proto.c - any bytes as a server's answers.
 *
 * The first line names the protocol (another line picks one by its first byte); then come chunks,
 * each with its length in one byte before it.
 */
#include <string.h>

#include "vd_proto.h"

enum { NAME_MAX = 32, HEARD_MAX = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The protocol of the first line, and what follows that. */
static const struct vd_proto *choose(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size > 0 ? memchr(*data, '\n', *size) : NULL;
	size_t len = end != NULL ? (size_t)(end - *data) : 0, n;
	const struct vd_proto *const *all = vd_protos(&n), *found;
	char name[NAME_MAX];
	bool tls;

	if (end == NULL || len >= sizeof(name))
		return NULL;
	memcpy(name, *data, len);
	name[len] = '\0';
	found = vd_proto_find(name, &tls);
	if (found == NULL)
		found = all[(*data)[0] % n];
	*data = end + 1;
	*size -= len + 1;
	return vd_proto_talks(found) ? found : NULL;
}

/* @in: HEARD_MAX bytes for all that the server says. */
static void talk(const struct vd_proto *p, struct vd_dialog *d, uint8_t *in, const uint8_t *data,
                 size_t size)
{
	enum vd_step step = VD_MORE;

	d->in = in;
	while (size > 1 && (step == VD_MORE || step == VD_STARTTLS || step == VD_AGAIN)) {
		size_t len = data[0] < size - 1 ? data[0] : size - 1;

		if (len > HEARD_MAX - d->in_len)
			break;
		memcpy(in + d->in_len, data + 1, len);
		d->in_len += len;
		data += 1 + len;
		size -= 1 + len;
		if (d->in_len == 0)
			continue;
		step = vd_dialog_hear(p, d);
		d->out_len = 0;
		d->tls |= step == VD_STARTTLS;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct vd_proto *p = choose(&data, &size);
	struct vd_dialog d = {.authority = "198.18.0.1:80", .user_agent = "agent"};
	uint8_t in[HEARD_MAX];
	struct vd_facts *facts;

	if (p == NULL)
		return 0;
	facts = vd_facts_new();
	vd_dialog_greet(p, &d);
	d.out_len = 0;
	talk(p, &d, in, data, size);
	if (d.known)
		vd_dialog_facts(p, &d, facts);
	vd_proto_recognise(data, size);
	vd_facts_free(facts);
	return 0;
}
