/* SPDX-License-Identifier: Apache-2.0 */
/* field_index.c - finds a field by its exact name without looking at all of them. */
#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "field.h"

enum { SLOTS = 2048, FIELDS_MAX = SLOTS / 2 };

/* Written once, by fill(), before anybody reads it: a field stands in the slot of its name's hash or
 * in one of the next. */
static const struct field *slots[SLOTS];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

static unsigned slot_of(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return (hash ^ hash >> 16) % SLOTS;
}

static void fill(void)
{
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		unsigned at = slot_of(f->name);

		assert(i < FIELDS_MAX);
		while (slots[at] != NULL)
			at = (at + 1) % SLOTS;
		slots[at] = f;
	}
}

const struct field *field_named(const char *name)
{
	const struct field *f;

	pthread_once(&filled, fill);
	for (unsigned at = slot_of(name); (f = slots[at]) != NULL; at = (at + 1) % SLOTS)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}
