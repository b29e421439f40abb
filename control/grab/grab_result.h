/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_result.h - what a server has said, as the facts of a result.
 */
#ifndef SONDE_GRAB_RESULT_H
#define SONDE_GRAB_RESULT_H

#include "grab.h"
#include "grab_proto.h"

/* Add the facts of a dialog that is over: its first answer is the banner. */
void grab_result_dialog(struct grab_result *r, const struct grab_proto *proto,
                        const struct grab_dialog *d);
/* Add the facts of bytes that no dialog has understood; @proto is a guess or NULL. */
void grab_result_bytes(struct grab_result *r, const struct grab_proto *proto, const uint8_t *data,
                       size_t len);

#endif
