/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h - which addresses a registry delegated to which country, and when.
 *
 * The registries publish lists in a text format of their own ("RIR statistics exchange format"). A
 * list is made into a table once, so that a look-up maps it and reads no text:
 *
 * 	the head (32 bytes):  "SNDREG1" NUL, u32 entries, u32 date (20260801), registry[12], u32 0
 * 	an entry (40 bytes):  first[16], last[16], country[2], u16 0, u32 date
 *
 * The entries are sorted by first address. Integers are little endian.
 */
#ifndef SONDE_REGISTRY_H
#define SONDE_REGISTRY_H

#include "bytes.h"
#include "place.h"

struct registry {
	const uint8_t *map; /* owned */
	size_t size;
	uint32_t count;
	char name[12];
	uint32_t date;
};

/* Whether @text begins as such a list does. Pure. */
bool registry_is_list(const char *text, size_t len);
/* Append the table of the list @text to @out. 0; -EINVAL with @err naming the line; -ENOMEM. */
int registry_compile(const char *text, size_t len, struct bytes *out, struct error *err);

/* Map the table in the file @path. 0, -EINVAL (no such table) or -errno. */
int registry_open(const char *path, struct registry *out);
void registry_close(struct registry *r);
/* Add to @io what the table says of @addr, where @io does not say it yet. */
void registry_find(const struct registry *r, const struct dp_addr *addr, struct place_info *io);

#endif
