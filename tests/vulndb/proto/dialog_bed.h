/* SPDX-License-Identifier: Apache-2.0 */
/* dialog_bed.h - runs a dialog in a test: takes the server's bytes and holds the client's. */
#ifndef TESTS_DIALOG_BED_H
#define TESTS_DIALOG_BED_H

#include <check.h>

#include "proto.h"

enum { BED_HEARD_MAX = 16384 };

struct bed {
	const struct vd_proto *proto;
	struct vd_dialog dialog;
	uint8_t *
		/* exactly as long as the server's bytes, so that sanitizers see a read beyond
		 * them */
		heard;
};

/* Begin a dialog of that service; the client's first message is in @bed->dialog.out. */
static inline const struct vd_proto *bed_begin(struct bed *bed, const char *service)
{
	bool tls;

	*bed = (struct bed){.proto = vd_proto_find(service, &tls)};
	ck_assert_ptr_nonnull(bed->proto);
	bed->dialog.authority = "h:102";
	bed->dialog.user_agent = "agent";
	vd_dialog_greet(bed->proto, &bed->dialog);
	return bed->proto;
}

/* Let the server say more; what exceeds BED_HEARD_MAX is cut. */
static inline enum vd_step bed_hear(struct bed *bed, const void *data, size_t len)
{
	struct vd_dialog *d = &bed->dialog;

	if (len > BED_HEARD_MAX - d->in_len)
		len = BED_HEARD_MAX - d->in_len;
	bed->heard = realloc(bed->heard, d->in_len + len);
	ck_assert_ptr_nonnull(bed->heard);
	memcpy(bed->heard + d->in_len, data, len);
	d->in = bed->heard;
	d->in_len += len;
	return vd_dialog_hear(bed->proto, d);
}

static inline void bed_end(struct bed *bed)
{
	free(bed->heard);
}

#endif
