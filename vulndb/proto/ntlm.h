/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ntlm.h - the first step of NTLM, in which a server names itself before anybody says who they are:
 * SMB, RDP.
 *
 * The client's message carries no name of a user and no proof of a password. The challenge that
 * answers it has the host's name, its domain and the build of its system.
 */
#ifndef VULNDB_PROTO_NTLM_H
#define VULNDB_PROTO_NTLM_H

#include "proto.h"

enum { NTLM_HELLO_LEN = 74 };

/* A negotiation message (MS-NLMP, 2.2.1.1) in the wrapping of SPNEGO (RFC 4178, 4.2.1). */
extern const uint8_t ntlm_hello[NTLM_HELLO_LEN];

/*
 * Find a challenge (MS-NLMP, 2.2.1.2) anywhere in @in and add what it says: "ntlm.host" and others,
 * and the system as fact @os where it states a build. False where there is none; adds nothing then.
 */
bool ntlm_add(struct span in, const char *os, struct vd_facts *out);

#endif
