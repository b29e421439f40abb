/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor.h - the place behind a page, as a text that a client gives back as it is.
 *
 * It holds how many matches there are, so that they are counted once; a digest of the question, so
 * that it fits no other one; and the place. It is signed, so that nobody else makes one:
 *
 *   base64url( HMAC-SHA-256[12] , u8 version 1, u8 exact, u64 total, u64 question, place )
 */
#ifndef SONDE_CURSOR_H
#define SONDE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

enum { CURSOR_PLACE = 160, CURSOR_TEXT = 260, CURSOR_SECRET = 32 };

struct cursor {
	uint64_t total;
	bool exact;
	uint64_t question; /* cursor_question() of what was asked */
	char place[CURSOR_PLACE];
};

/* A digest of the texts that make a question; a NULL is another text than "". Pure. */
uint64_t cursor_question(const char *const *texts, unsigned n);

/* Write @c as text. Returns false if the place is too long. Pure. */
bool cursor_write(const struct cursor *c, const uint8_t secret[CURSOR_SECRET],
                  char out[CURSOR_TEXT]);
/* Read @text into *@out. Returns false if this server did not write it. Pure. */
bool cursor_read(const char *text, const uint8_t secret[CURSOR_SECRET], struct cursor *out);

#endif
