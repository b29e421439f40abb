/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - the sessions of browsers: a key is exchanged for a random cookie, so that no script and
 * no storage of the browser holds the key.
 *
 * They live in memory, SESSION_HOURS long. One thread uses a table.
 */
#ifndef SONDE_SESSION_H
#define SONDE_SESSION_H

#include "key.h"

enum { SESSION_TEXT = 33, SESSION_MOST = 1024, SESSION_HOURS = 12 };

struct sessions {
	struct session {
		uint8_t digest[32]; /* of the cookie, by SHA-256 */
		char key[KEY_ID];
		int64_t expires_us; /* 0 = free */
	} list[SESSION_MOST];
};

/* Begin a session of the key @id; the oldest one makes room. 0 with the cookie in @out, or -EIO: no
 * random numbers. */
int session_begin(struct sessions *s, const char *id, int64_t now_us, char out[SESSION_TEXT]);
/* The id of the key of the session @cookie; NULL: there is none. Lives until the next call. */
const char *session_find(const struct sessions *s, const char *cookie, int64_t now_us);
void session_end(struct sessions *s, const char *cookie); /* one that is none is fine */

#endif
