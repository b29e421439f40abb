/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smb1.h - the messages of SMB's first version (MS-CIFS, MS-SMB), in which a client also offers the
 * later ones.
 *
 * A message is what follows the four bytes of NetBIOS.
 */
#ifndef VULNDB_PROTO_SMB1_H
#define VULNDB_PROTO_SMB1_H

#include "proto.h"

/* Say the negotiation that a server of any version understands: "NT LM 0.12", and the two names that
 * stand for SMB2 (MS-SMB2, 3.2.4.2.1). */
void smb1_negotiate(struct vd_dialog *d);
/* Whether this message begins like one of the first version. */
bool smb1_is(struct span message);
/* Whether it settles the first version, with security that is negotiated (MS-SMB, 2.2.4.5.2). */
bool smb1_agrees(struct span message);
/* Say the set-up of a session with the first message of NTLM (MS-SMB, 2.2.4.6.1). */
void smb1_set_up(struct vd_dialog *d);
/* Add what a response to the negotiation or to the set-up says. */
void smb1_facts(struct span message, struct vd_facts *out);

#endif
