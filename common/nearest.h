/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest.h - the known word that a mistyped one probably means.
 *
 * The caller passes each known word to nearest_consider() and then reads the member @best. Nothing
 * is allocated; the texts belong to the caller.
 */
#ifndef SONDE_NEAREST_H
#define SONDE_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *best; /* the result of the nearest word; NULL: none is near enough */
	const char *word; /* the mistyped one, of @len bytes */
	size_t len;
	unsigned distance; /* of @best; without one, the least that is too far */
};

/*
 * Begin to look for the word nearest to the @len bytes at @word. A word that more than @slips slips
 * separate from it is not taken. A slip is a letter too many, too few, another one, or two
 * neighbours that have changed places; case does not count.
 */
struct nearest nearest_to(const char *word, size_t len, unsigned slips);

/* Take @result for the best if the @len bytes at @name are nearer than all before. Words of more
 * than 47 bytes are never near. */
void nearest_consider(struct nearest *n, const char *name, size_t len, const char *result);

/* How many slips a word of @len letters may have: one for each three letters, at least one. */
unsigned nearest_slips(size_t len);

#endif
