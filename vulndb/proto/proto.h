/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proto.h - the parts of a protocol's file: one row, vd_proto_NAME, and its functions.
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
	/* further names by which callers may call it, NULL behind the last; NULL: there are none */
	const char *const *aliases;
	/* The ports that it usually has: TCP in the clear, TCP inside TLS, and UDP. 0 stands behind
	 * the last port; NULL: there are none. The ports of fragile devices are in fragile.c. */
	const uint16_t *ports, *tls_ports, *udp_ports;

	/* Are these the first bytes of a server of this protocol? NULL: first bytes cannot tell. */
	bool (*starts)(struct span in);
	/* Its servers read line by line, answer one that they do not know by an error, and take the next
	 * one. */
	bool lines;
	/* Its answers have no sign of their own: bytes that begin with the sign of another protocol
	 * are foreign. */
	bool yields;
	/* What the client sends first: written by @greet, or the @hello_len bytes at @hello. Where
	 * there is neither, the server speaks first. */
	void (*greet)(struct vd_dialog *d);
	const void *hello;
	size_t hello_len;
	/* Called when more bytes have come, at least one in all. NULL: the protocol has no dialogs
	 * and is decoded only. */
	enum vd_step (*hear)(struct vd_dialog *d);

	/*
	 * Decodes an answer. Returns true and adds the facts that it found, or returns false and
	 * adds none. @hinted: the caller expects this service, so weak signs suffice.
	 */
	bool (*decode)(struct span in, bool hinted, struct vd_facts *out);
	/* @decode gets the first answer. With this flag, it gets each further answer as well, one
	 * by one. */
	bool decode_each;
	/* Adds the facts of a whole dialog that @decode cannot see in its answers. NULL: there are
	 * none. */
	void (*facts)(const struct vd_dialog *d, struct vd_facts *out);
};

#define PORTS(...) ((const uint16_t[]){__VA_ARGS__, 0})
#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HELLO(bytes) .hello = (bytes), .hello_len = sizeof(bytes)
#define HELLO_TEXT(text) .hello = (text), .hello_len = sizeof(text) - 1

/* Like vd_decode(), but without the fact "banner"; @in must not be empty. */
const char *proto_decode(const char *service, struct span in, struct vd_facts *out);

/* ---- for the functions of a row ---- */

/* All that the server has said. */
static inline struct span heard(const struct vd_dialog *d)
{
	return span_of(d->in, d->in_len);
}

/* The part of it that is not dealt with yet. */
static inline struct span unseen(const struct vd_dialog *d)
{
	return span_from(heard(d), d->seen);
}

/* Append @len bytes to what is sent next; drops them all where they do not fit. */
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

/* Note that a further answer begins at offset @at; drops it beyond VD_ANSWERS_MAX. */
static inline void answer_at(struct vd_dialog *d, size_t at)
{
	if (d->answer_count < VD_ANSWERS_MAX)
		d->answers[d->answer_count++] = at;
}

/*
 * The step where the first answer is one message of @whole bytes: VD_MORE until they have all come,
 * then VD_DONE with the length of the first answer set. Marks the protocol as known.
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
