/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vd_proto.h - the protocols: which one a port usually speaks, what to send, when an answer is
 * complete and which facts it states.
 *
 * A dialog is one protocol on one connection. The caller moves the bytes, over any transport: it
 * sends what the protocol writes to @out, shows the protocol everything that the server has sent so
 * far (@in), and does what the returned step says. A protocol does no I/O, reads no clock and
 * allocates nothing. Nothing that it sends changes state on the server, and nothing carries
 * credentials.
 *
 * Any thread may use the protocols, which are constant. A dialog belongs to one thread at a time.
 */
#ifndef VD_PROTO_H
#define VD_PROTO_H

#include "vulndb.h"

struct vd_proto; /* one protocol; static */

enum vd_step {
	VD_MORE = 0, /* wait for more bytes */
	VD_DONE,     /* the answer is whole */
	VD_FOREIGN,  /* these bytes are not this protocol's */
	VD_STARTTLS, /* start TLS on this connection; call vd_dialog_hear() again when it is up */
	VD_TRY_TLS,  /* the server says that this port speaks TLS: try that on a fresh connection */
	/* The server ends the connection behind each answer: send @out over a fresh one of the same
	 * kind, and append what comes to @in. Where that cannot be, the dialog is done. */
	VD_AGAIN,
};

enum { VD_OUT_MAX = 2048, VD_ANSWERS_MAX = 6 };

struct vd_dialog {
	/* set by the caller; the texts must outlive the dialog */
	const char *authority; /* host and port as in a URL */
	const char *user_agent;
	bool tls;   /* the bytes travel inside TLS */
	bool plain; /* with care: no TLS, and nothing beyond the first question */
	bool brief; /* little effort: no question that tells a little more of what is known */
	/* set by the caller before each call: all that the server has sent, decrypted */
	const uint8_t *in;
	size_t in_len;
	/* written by the protocol, sent and emptied by the caller */
	uint8_t out[VD_OUT_MAX];
	size_t out_len;
	bool known; /* the server has shown that it speaks this protocol */
	/* private to the protocol */
	uint8_t state;
	size_t seen;      /* how many bytes of @in the protocol has processed */
	size_t first_len; /* length of the first answer in @in; 0 = all of it */
	/* offsets in @in where further answers begin, if the protocol separates them */
	size_t answers[VD_ANSWERS_MAX];
	size_t answer_count;
};

/* Protocols that callers treat specially. TLS has no dialog, because the caller does the handshake:
 * its entry provides names, ports and recognition only. */
extern const struct vd_proto vd_proto_tls;
extern const struct vd_proto vd_proto_http;
/* HTTP/2, which is asked where HTTP/1.1 got no answer. */
extern const struct vd_proto vd_proto_http2;
/* The protocol for a port about which nothing is known: it sends a request that text servers
 * answer. */
extern const struct vd_proto vd_proto_generic;

/* All protocols, *@count of them, in the order in which vd_proto_recognise() tries them. Static. */
const struct vd_proto *const *vd_protos(size_t *count);
/* The service's name as results show it ("http"). Static. */
const char *vd_proto_name(const struct vd_proto *p);
/* Find a protocol that has dialogs by the name of a service ("docker", "https"). *@tls: whether
 * that name means the protocol inside TLS. NULL: there is none. */
const struct vd_proto *vd_proto_find(const char *service, bool *tls);
/* The protocol that is usual on a TCP port; *@tls: whether it runs inside TLS there. NULL: the port
 * is unknown, or its protocol has no dialogs. */
const struct vd_proto *vd_proto_of_port(uint16_t port, bool *tls);
/* The protocol that a server speaks, recognised by the first bytes that it sent, or NULL. @data is
 * hostile. */
const struct vd_proto *vd_proto_recognise(const uint8_t *data, size_t len);
/* Whether the protocol has dialogs. TLS has none, nor has a protocol that is only decoded. */
bool vd_proto_talks(const struct vd_proto *p);
/* Whether the client speaks first. */
bool vd_proto_speaks_first(const struct vd_proto *p);
/* Whether a server that has answered a line of another protocol by an error takes the question of its
 * own on the same connection. */
bool vd_proto_takes_lines(const struct vd_proto *p);
/* The TCP ports that the protocol has by custom, in the clear or inside TLS; 0 stands behind the
 * last. Static. */
const uint16_t *vd_proto_ports(const struct vd_proto *p, bool tls);
/* Whether the protocol is spoken inside TLS from the start, too. */
bool vd_proto_has_tls(const struct vd_proto *p);

/*
 * Look-alikes. Several protocols begin with the same bytes, and some servers answer a question that
 * is not theirs with a page or an error that names what they are. All are pure; @data is hostile.
 */
/* The protocol whose server says so to a question of another one, or NULL. */
const struct vd_proto *vd_proto_betrayed(const uint8_t *data, size_t len);
/* Whether a finished dialog, or its first bytes alone, show that the server speaks @p. False: they
 * fit, but another protocol's would look the same. */
bool vd_dialog_proves(const struct vd_proto *p, const struct vd_dialog *d);
bool vd_bytes_prove(const struct vd_proto *p, const uint8_t *data, size_t len);
/* Number @i, from 0, of the protocols to ask where the answers do not prove @p; NULL behind the
 * last. */
const struct vd_proto *vd_proto_alike(const struct vd_proto *p, size_t i);
/* The protocol to ask as well, since servers that answer the finished dialog as this one did may name
 * their product there and not in @p; NULL: none. */
const struct vd_proto *vd_dialog_beside(const struct vd_proto *p, const struct vd_dialog *d);

/* Write the client's first message to @d->out, at most VD_OUT_MAX bytes; nothing if the server
 * speaks first. */
void vd_dialog_greet(const struct vd_proto *p, struct vd_dialog *d);
/* Process the bytes by which @d->in has grown, and say how to go on. @d->in_len > 0. */
enum vd_step vd_dialog_hear(const struct vd_proto *p, struct vd_dialog *d);
/*
 * Add the facts of a finished dialog to @out; its first answer becomes the fact "banner". Facts
 * that @out has already are not added again. Returns the service's name, or NULL if the bytes
 * identify no service. Static text. If memory was short, vd_facts_complete(@out) is false.
 */
const char *vd_dialog_facts(const struct vd_proto *p, const struct vd_dialog *d,
                            struct vd_facts *out);
/* The same for bytes that no dialog has understood. @guess: the protocol that they may belong to,
 * or NULL. */
const char *vd_bytes_facts(const struct vd_proto *guess, const uint8_t *data, size_t len,
                           struct vd_facts *out);
/* Add what a server says beside its own protocol: the facts of an answer of HTTP, without a banner. All
 * other bytes add nothing. @data is hostile. */
void vd_beside_facts(const uint8_t *data, size_t len, struct vd_facts *out);

#endif
