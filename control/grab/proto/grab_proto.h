/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_proto.h - the protocols of the grabs: what to say, and when an answer is whole.
 *
 * A dialog is one protocol on one connection. The session gives it bytes; it looks at all the
 * server has said (@in), may write to @out, and says how to go on. It does no I/O and reads no
 * clock. Nothing it says changes state on the server, and none carries credentials.
 */
#ifndef SONDE_GRAB_PROTO_H
#define SONDE_GRAB_PROTO_H

#include "grab_buf.h"
#include "vulndb.h"

enum grab_step {
	GRAB_MORE = 0, /* wait for more bytes */
	GRAB_DONE,     /* the answer is whole */
	GRAB_FOREIGN,  /* these bytes are not this protocol's */
	GRAB_STARTTLS, /* TLS begins now, on this connection; called again when it is up */
	GRAB_TRY_TLS,  /* the server says that this port speaks TLS: try that on a fresh connection
			*/
};

enum { GRAB_ANSWERS_MAX = 6 };

struct grab_dialog {
	/* set by the session; texts outlive the dialog */
	const char *authority; /* host and port as in a URL */
	const char *user_agent;
	bool tls;   /* the bytes travel inside TLS */
	bool plain; /* do not ask for TLS */
	/* filled by the session, read by the protocol: what the server has said, decrypted */
	struct grab_buf in;
	/* written by the protocol, sent and emptied by the session */
	struct grab_buf out;
	/* the protocol's own */
	uint8_t state;
	bool known;       /* the server has shown that it speaks this protocol */
	size_t seen;      /* how much of @in is dealt with */
	size_t first_len; /* length of the first answer in @in; 0 = all of it */
	/* where further answers begin, as far as the protocol keeps them apart */
	size_t answers[GRAB_ANSWERS_MAX];
	size_t answer_count;
};

struct grab_proto {
	const char *name;   /* the service's name, as vd_decode and vd_port_service know it */
	const char *secure; /* vd_port_service's name for it inside TLS ("https"), or NULL */
	/* Do these first bytes belong to it? NULL: they cannot tell. */
	bool (*starts)(const uint8_t *data, size_t len);
	/* What the client says first, either as a function or as @hello_len bytes; none: the server
	 * speaks first. */
	void (*greet)(struct grab_dialog *d);
	const void *hello;
	size_t hello_len;
	/* Bytes have come: d->in has grown. */
	enum grab_step (*on_bytes)(struct grab_dialog *d);
	/* vd_decode sees the first answer (first_len); with this, each further one by itself too.
	 */
	bool decode_each;
	/* Facts that vd_decode does not give. NULL: none. */
	void (*facts)(const struct grab_dialog *d, struct vd_facts *out);
};

void grab_dialog_init(struct grab_dialog *d, size_t max_in);
void grab_dialog_fini(struct grab_dialog *d);

/* All protocols; the order is that in which first bytes are tried. */
const struct grab_proto *const *grab_protos(size_t *count);
/* By a service's name. @tls: whether the name means it inside TLS. NULL: we do not speak it. */
const struct grab_proto *grab_proto_find(const char *service, bool *tls);
/* What a TCP port speaks by custom, and whether inside TLS. NULL: unknown, or not spoken here. */
const struct grab_proto *grab_proto_of_port(uint16_t port, bool *tls);
/* The protocol that a server speaks which begins so, or NULL. */
const struct grab_proto *grab_proto_recognise(const uint8_t *data, size_t len);
bool grab_proto_speaks_first(const struct grab_proto *p);
void grab_proto_greet(const struct grab_proto *p, struct grab_dialog *d);

/* TLS is no dialog; the session does it. Its entry serves names, ports and recognition. */
extern const struct grab_proto grab_proto_tls;
extern const struct grab_proto grab_proto_ssh;
extern const struct grab_proto grab_proto_http;
extern const struct grab_proto grab_proto_docker;
extern const struct grab_proto grab_proto_etcd;
extern const struct grab_proto grab_proto_elasticsearch;
extern const struct grab_proto grab_proto_kubernetes;
extern const struct grab_proto grab_proto_smtp;
extern const struct grab_proto grab_proto_nntp;
extern const struct grab_proto grab_proto_ftp;
extern const struct grab_proto grab_proto_pop3;
extern const struct grab_proto grab_proto_imap;
extern const struct grab_proto grab_proto_redis;
extern const struct grab_proto grab_proto_memcached;
extern const struct grab_proto grab_proto_zookeeper;
extern const struct grab_proto grab_proto_rtsp;
extern const struct grab_proto grab_proto_sip;
extern const struct grab_proto grab_proto_rsync;
extern const struct grab_proto grab_proto_nats;
extern const struct grab_proto grab_proto_mysql;
extern const struct grab_proto grab_proto_postgres;
extern const struct grab_proto grab_proto_mongodb;
extern const struct grab_proto grab_proto_rdp;
extern const struct grab_proto grab_proto_smb;
extern const struct grab_proto grab_proto_ldap;
extern const struct grab_proto grab_proto_vnc;
extern const struct grab_proto grab_proto_telnet;
extern const struct grab_proto grab_proto_mqtt;
extern const struct grab_proto grab_proto_amqp;
extern const struct grab_proto grab_proto_dns;
/* Controllers and printers: one harmless question each, and nothing behind it but the reads of
 * S7. */
extern const struct grab_proto grab_proto_modbus;
extern const struct grab_proto grab_proto_s7;
extern const struct grab_proto grab_proto_enip;
extern const struct grab_proto grab_proto_dnp3;
extern const struct grab_proto grab_proto_iec104;
extern const struct grab_proto grab_proto_fox;
extern const struct grab_proto grab_proto_opcua;
extern const struct grab_proto grab_proto_pjl;
extern const struct grab_proto grab_proto_lpd;
extern const struct grab_proto grab_proto_generic;

/* ---- for the protocols themselves ---- */

static inline bool grab_begins(const struct grab_buf *b, size_t at, const char *text, size_t len)
{
	return b->len >= at && b->len - at >= len && __builtin_memcmp(b->data + at, text, len) == 0;
}
/* A further answer begins at @at. */
void grab_answer(struct grab_dialog *d, size_t at);
/* Offset just behind the first "\n" at or after @from, or 0 where there is none. */
size_t grab_line_end(const struct grab_buf *b, size_t from);
/* Length of the lines up to and with the first empty one; 0 while it has not come. */
size_t grab_head_end(const struct grab_buf *b);
/* Does @text occur in @data, ASCII case aside? */
bool grab_contains(const uint8_t *data, size_t len, const char *text);

#endif
