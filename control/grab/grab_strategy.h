/* SPDX-License-Identifier: Apache-2.0 */
/* grab_strategy.h - decides what a session does next, by what its connection brought. */
#ifndef SONDE_GRAB_STRATEGY_H
#define SONDE_GRAB_STRATEGY_H

#include "grab_session.h"

/* New bytes have come, decrypted: let the protocol read them, and do what it says. */
void grab_strategy_hear(struct grab_session *s, uint64_t now_us);
/* Nothing more comes on this connection, which did @reaction: end, or ask the next question. */
void grab_strategy_settle(struct grab_session *s, enum grab_reaction reaction, uint64_t now_us);
/* The bytes are not what this question expected: ask for the protocol that they look like next. */
void grab_strategy_foreign(struct grab_session *s, uint64_t now_us);
/* Ask the next question: here, if the connection is @usable and nothing of ours is on it. */
void grab_strategy_next(struct grab_session *s, bool usable, uint64_t now_us);

#endif
