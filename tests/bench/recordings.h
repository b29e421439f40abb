/* SPDX-License-Identifier: Apache-2.0 */
/* recordings.h - what servers of some fifty protocols said: the corpus of the dialogs, and pages of web
 * servers, with dates and cookies that differ from answer to answer. */
#ifndef TESTS_RECORDINGS_H
#define TESTS_RECORDINGS_H

#include <stddef.h>
#include <stdint.h>

#include "vd_proto.h"

enum { RECORDING_CHUNKS = 16, RECORDING_MAX = 8192 };

/* The server's side of a dialog. */
struct recording {
	const char *name;
	const struct vd_proto *proto;
	uint16_t port;
	unsigned weight; /* how often, beside the others */
	bool greets;     /* the server speaks first */
	unsigned chunks; /* each is said once the client has said something more */
	const uint8_t *chunk[RECORDING_CHUNKS];
	size_t len[RECORDING_CHUNKS];
};

/* Read the corpus under @root, the source tree, and add the web servers. Returns how many there are, and
 * them in *@out, which the caller never frees; 0: the corpus cannot be read. */
size_t recordings_read(const char *root, const struct recording **out);

/*
 * Copy chunk @i to @out, which has RECORDING_MAX bytes, with what differs at each answer: a date of
 * @second, a cookie and a length of @random. Returns its length.
 */
size_t recordings_say(const struct recording *r, unsigned i, uint32_t second, uint64_t random,
                      uint8_t *out);

#endif
