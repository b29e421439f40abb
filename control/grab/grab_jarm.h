/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_jarm.h - JARM: a hash of how a TLS server answers ten ClientHellos that differ in versions,
 * ciphers and extensions (github.com/salesforce/jarm). Servers of one kind and configuration have the
 * same hash.
 *
 * Its 62 characters are three for each ClientHello, for the cipher and the version that the server
 * chose, and the first 32 of the SHA-256 of the extensions of all its answers.
 */
#ifndef SONDE_GRAB_JARM_H
#define SONDE_GRAB_JARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GRAB_JARM_HELLOS = 10,
	GRAB_JARM_HELLO_MAX = 1024,
	GRAB_JARM_NAME_MAX = 255,
	GRAB_JARM_RANDOM = 100, /* random bytes in a ClientHello */
	GRAB_JARM_HEARD = 1484, /* bytes of an answer that count */
	GRAB_JARM_SIZE = 63,
};

/* Write ClientHello number @i, below GRAB_JARM_HELLOS, to a server called @name; returns its length.
 * What of a name exceeds GRAB_JARM_NAME_MAX is cut off. Pure. */
size_t grab_jarm_hello(unsigned i, const char *name, const uint8_t random[GRAB_JARM_RANDOM],
                       uint8_t out[GRAB_JARM_HELLO_MAX]);

/* Whether the bytes of an answer suffice. @data is hostile. Pure. */
bool grab_jarm_heard(const uint8_t *data, size_t len);

struct grab_jarm;

struct grab_jarm *grab_jarm_new(void); /* NULL: no memory */
void grab_jarm_free(struct grab_jarm *j);
/* Take the answer to the next ClientHello: what came until the server closed, fell silent or had said
 * enough. @data is hostile; @len may be 0. Returns how many answers were taken. */
unsigned grab_jarm_take(struct grab_jarm *j, const uint8_t *data, size_t len);
/* Write the hash after GRAB_JARM_HELLOS answers. False: OpenSSL has no memory. */
bool grab_jarm_text(struct grab_jarm *j, char out[GRAB_JARM_SIZE]);

#endif
