/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vd_proto.h - the protocols: whose port is this, what to say, when an answer is whole, what it
 * says.
 *
 * A dialog is one protocol on one connection. The caller carries bytes, over whatever transport: it
 * sends what the protocol says (@out), shows it all that the server has said so far (@in), and does
 * what the step says. A protocol does no I/O, reads no clock and allocates nothing. Nothing it says
 * changes state on the server, and none carries credentials.
 *
 * Any thread may use the protocols, which are constant; a dialog belongs to one thread at a time.
 */
#ifndef VD_PROTO_H
#define VD_PROTO_H

#include "vulndb.h"

struct vd_proto; /* one protocol; static */

enum vd_step {
	VD_MORE = 0, /* wait for more bytes */
	VD_DONE,     /* the answer is whole */
	VD_FOREIGN,  /* these bytes are not this protocol's */
	VD_STARTTLS, /* TLS begins now, on this connection; hear again when it is up */
	VD_TRY_TLS,  /* the server says that this port speaks TLS: try that on a fresh connection */
};

enum { VD_OUT_MAX = 2048, VD_ANSWERS_MAX = 6 };

struct vd_dialog {
	/* set by the caller; texts outlive the dialog */
	const char *authority; /* host and port as in a URL */
	const char *user_agent;
	bool tls;   /* the bytes travel inside TLS */
	bool plain; /* do not ask for TLS */
	/* set by the caller before each call: all that the server has said, decrypted */
	const uint8_t *in;
	size_t in_len;
	/* written by the protocol, sent and emptied by the caller */
	uint8_t out[VD_OUT_MAX];
	size_t out_len;
	bool known; /* the server has shown that it speaks this protocol */
	/* the protocol's own */
	uint8_t state;
	size_t seen;      /* how much of @in is dealt with */
	size_t first_len; /* length of the first answer in @in; 0 = all of it */
	/* where further answers begin, as far as the protocol keeps them apart */
	size_t answers[VD_ANSWERS_MAX];
	size_t answer_count;
};

/* Those that a caller treats in a way of their own. TLS is no dialog: whoever carries the bytes
 * does it, so this entry serves names, ports and recognition only. */
extern const struct vd_proto vd_proto_tls;
extern const struct vd_proto vd_proto_http;
/* What is asked where nothing is known: a request that text servers answer. */
extern const struct vd_proto vd_proto_generic;

/* All protocols, in the order in which first bytes are tried. */
const struct vd_proto *const *vd_protos(size_t *count);
/* The service's name as results show it ("http"). Static. */
const char *vd_proto_name(const struct vd_proto *p);
/* A protocol that can be asked, by a service's name ("docker", "https"). @tls: whether that name
 * means it inside TLS. NULL: none. */
const struct vd_proto *vd_proto_find(const char *service, bool *tls);
/* The protocol that a TCP port speaks by custom, and whether inside TLS. NULL: unknown, or one that
 * cannot be asked. */
const struct vd_proto *vd_proto_of_port(uint16_t port, bool *tls);
/* The protocol that a server speaks whose first bytes are these, or NULL. @data is hostile. */
const struct vd_proto *vd_proto_recognise(const uint8_t *data, size_t len);
/* Whether it has dialogs at all; TLS and what is only decoded have none. */
bool vd_proto_talks(const struct vd_proto *p);
/* Whether the client speaks first. */
bool vd_proto_speaks_first(const struct vd_proto *p);

/* Say what the client says first, if it does: at most VD_OUT_MAX bytes to @d->out. */
void vd_dialog_greet(const struct vd_proto *p, struct vd_dialog *d);
/* @d->in has grown: look at it and say how to go on. @d->in_len > 0. */
enum vd_step vd_dialog_hear(const struct vd_proto *p, struct vd_dialog *d);
/*
 * Add to @out the facts of a dialog that is over; the first answer is its "banner". Facts that @out
 * has already are not added again. Returns the service's name, or NULL where the bytes say nothing.
 * Static text. Where memory was short, vd_facts_complete(@out) is false.
 */
const char *vd_dialog_facts(const struct vd_proto *p, const struct vd_dialog *d,
                            struct vd_facts *out);
/* The same for bytes that no dialog has understood. @guess: what they may be, or NULL. */
const char *vd_bytes_facts(const struct vd_proto *guess, const uint8_t *data, size_t len,
                           struct vd_facts *out);

#endif
