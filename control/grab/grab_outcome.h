/* SPDX-License-Identifier: Apache-2.0 */
/* grab_outcome.h - the end of a session: turns what it has heard into its result. */
#ifndef SONDE_GRAB_OUTCOME_H
#define SONDE_GRAB_OUTCOME_H

#include "grab_session.h"

/*
 * End the session with what it has heard: the dialog's answers, else the answer that was kept, else
 * the bytes of the last connection. A name that only a weak sign supports is marked as a guess. What
 * was found becomes lore.
 */
void grab_outcome_set(struct grab_session *s);

/*
 * Make the result from the dialog that is over. The session goes on; answers to later questions can add
 * facts to the result, but cannot change the service.
 */
void grab_outcome_name(struct grab_session *s);

/* Whether the dialog's answers, with the port's number and what the server has named itself, show
 * that it speaks the dialog's protocol. */
bool grab_outcome_is_proven(struct grab_session *s);

/* The result is incomplete if memory was short for bytes received or to be sent, or for facts. */
void grab_outcome_note_memory(struct grab_session *s);

#endif
