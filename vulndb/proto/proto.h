/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proto.h - what a protocol's file consists of: one row, vd_proto_NAME, and its functions.
 *
 * A file knows the bytes of its protocol and nothing else: how to ask, how to recognise an answer,
 * when it is whole, and what facts it holds. The bytes are hostile: they are read through spans
 * only. The list of the files, one line each, is in meson.build.
 */
#ifndef VULNDB_PROTO_H
#define VULNDB_PROTO_H

#include "decode.h"
#include "vd_proto.h"

struct vd_proto {
	const char *name;   /* the service, as rules and exposures name it */
	const char *shown;  /* as results name it; NULL: as @name */
	const char *secure; /* its name inside TLS ("https"), or NULL */
	/* further names that callers may have for it, NULL behind the last; or NULL */
	const char *const *aliases;
	/* TCP ports where it speaks by custom, in the clear and inside TLS, and UDP ports; 0 behind
	 * the last, or NULL. Fragile devices' ports stand in fragile.c. */
	const uint16_t *ports, *tls_ports, *udp_ports;

	/* Do these first bytes of a server belong to it? NULL: they cannot tell. */
	bool (*starts)(struct span in);
	/* Its answers have no sign of their own: bytes with another protocol's sign are foreign. */
	bool yields;
	/* What the client says first, either as a function or as @hello_len bytes; neither: the
	 * server speaks first. */
	void (*greet)(struct vd_dialog *d);
	const void *hello;
	size_t hello_len;
	/* More bytes have come, at least one in all. NULL: it is only decoded. */
	enum vd_step (*hear)(struct vd_dialog *d);

	/*
	 * Facts of an answer. It either says no and leaves the facts alone, or it adds what it
	 * found and says yes. @hinted: the caller expects this service, so weak signs suffice.
	 */
	bool (*decode)(struct span in, bool hinted, struct vd_facts *out);
	/* @decode sees the first answer; with this, each further one by itself, too. */
	bool decode_each;
	/* Facts of a whole dialog beside those of its answers. NULL: none. */
	void (*facts)(const struct vd_dialog *d, struct vd_facts *out);
};

#define PORTS(...) ((const uint16_t[]){__VA_ARGS__, 0})
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HELLO(bytes) .hello = (bytes), .hello_len = sizeof(bytes)
#define HELLO_TEXT(text) .hello = (text), .hello_len = sizeof(text) - 1

/* As vd_decode(), for @in that is not empty, without the fact "banner". */
const char *proto_decode(const char *service, struct span in, struct vd_facts *out);

/* ---- for the functions of a row ---- */

/* All that the server has said. */
static inline struct span heard(const struct vd_dialog *d)
{
	return span_of(d->in, d->in_len);
}

/* What of it is not dealt with yet. */
static inline struct span unseen(const struct vd_dialog *d)
{
	return span_from(heard(d), d->seen);
}

/* Say something; what does not fit any more is not said at all. */
static inline void say(struct vd_dialog *d, const void *data, size_t len)
{
	if (len > sizeof(d->out) - d->out_len)
		return;
	memcpy(d->out + d->out_len, data, len);
	d->out_len += len;
}

static inline void say_text(struct vd_dialog *d, const char *text)
{
	say(d, text, strlen(text));
}

/* A further answer begins at @at. */
static inline void answer_at(struct vd_dialog *d, size_t at)
{
	if (d->answer_count < VD_ANSWERS_MAX)
		d->answers[d->answer_count++] = at;
}

/*
 * The answer is one message of @whole bytes, all of which have come or will: done when they have,
 * and the first answer is that long.
 */
static inline enum vd_step whole_at(struct vd_dialog *d, size_t whole)
{
	d->known = true;
	if (d->in_len < whole)
		return VD_MORE;
	d->first_len = whole;
	return VD_DONE;
}

#endif
