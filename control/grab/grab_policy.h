/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_policy.h - decides which questions a port may get without harm.
 *
 * The rule applies before every connection of a grab, over any transport: a fragile device's port
 * gets the identification request of its own protocol, or no connection at all. The ports are those
 * of vd_fragile_table().
 */
#ifndef SONDE_GRAB_POLICY_H
#define SONDE_GRAB_POLICY_H

#include "vd_proto.h"

/* Whether a TCP port belongs to fragile devices. Pure. */
bool grab_policy_is_fragile(uint16_t port);

/*
 * The one dialog that a fragile device's TCP port may get. NULL: no connection may be made there.
 * @ask_fragile: the operator wants even requests that upset some devices. Pure.
 */
const struct vd_proto *grab_policy_request(uint16_t port, bool ask_fragile);

enum { GRAB_POLICY_TEXT = 256 };
/*
 * Why a port is asked with care or not at all, in a sentence for a person; "" where it is an
 * ordinary port. @transport: IANA number. Returns @out.
 */
const char *grab_policy_explain(uint16_t port, uint8_t transport, char out[GRAB_POLICY_TEXT]);

#endif
