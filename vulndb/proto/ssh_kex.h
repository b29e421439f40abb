/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh_kex.h - the key exchange of SSH as far as the server's host key (RFC 4253, 6 to 8).
 *
 * The server shows its host key in its answer to the first message of the exchange. There the
 * dialog ends: no key is ever used, nobody logs in.
 */
#ifndef VULNDB_PROTO_SSH_KEX_H
#define VULNDB_PROTO_SSH_KEX_H

#include "proto.h"

/* The lists of a KEXINIT in wire order; languages are left out. */
enum {
	SSH_KEX,
	SSH_HOST_KEY,
	SSH_ENC_OUT,
	SSH_ENC_IN,
	SSH_MAC_OUT,
	SSH_MAC_IN,
	SSH_COMP_OUT,
	SSH_COMP_IN,
	SSH_LISTS
};

enum { SSH_DISCONNECT = 1, SSH_IGNORE = 2, SSH_DEBUG = 4, SSH_KEXINIT = 20, SSH_KEX_REPLY = 31 };

enum ssh_packet {
	SSH_PACKET_MORE,   /* it has not come whole */
	SSH_PACKET_WHOLE,  /* *@payload is its payload, padding included; *@in moved behind it */
	SSH_PACKET_BROKEN, /* these bytes are no packet */
};

/* Take the next packet, unencrypted (6). The first byte of its payload is the message's number. */
enum ssh_packet ssh_packet_take(struct span *in, struct span *payload);
/* Read the name-lists of a KEXINIT (7.1). False where @payload is none or is cut off. */
bool ssh_kex_read(struct span payload, struct span lists[SSH_LISTS]);
/*
 * Say a KEXINIT and the first message of the exchange that both sides know (8; RFC 5656, 4;
 * RFC 8731, 3). False, with nothing said, where they have no algorithm in common.
 */
bool ssh_kex_ask(struct vd_dialog *d, const struct span lists[SSH_LISTS]);
/* Add the facts of the lists of a server, with their HASSH. */
void ssh_kex_facts(const struct span lists[SSH_LISTS], struct vd_facts *out);
/* Add the facts of the host key in the answer to the first message (SSH_KEX_REPLY). */
void ssh_host_key_facts(struct span payload, struct vd_facts *out);

#endif
