/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h - host names and their addresses: given with --resolve, or asked of this machine's resolver.
 *
 * Each name is looked up once. The table as text is kept with the scan, so that a resumed scan has
 * the addresses that it began with.
 *
 * 	www.example.org=192.0.2.1,!2001:db8::1 mail.example.org=192.0.2.2
 *
 * ! marks an address that this machine had no route to when the name was looked up. Such an address
 * is no target, but an exclusion.
 */
#ifndef SONDE_NAMES_H
#define SONDE_NAMES_H

#include <stddef.h>

#include "dp.h"

enum { NAME_TEXT = 254, NAME_ADDRESSES = 64 };

struct name {
	char text[NAME_TEXT];
	struct dp_addr addr[NAME_ADDRESSES];
	unsigned count;
	uint64_t away; /* bit i: this machine has no route to addr[i] */
	bool asked;    /* the resolver gave the addresses */
};

/* Fill in the addresses of out->text. Returns NULL, or why there are none (static). May block for
 * as long as the resolver takes. */
typedef const char *(*names_lookup)(struct name *out);

struct names {
	struct name *v;
	size_t count, room;
	names_lookup lookup; /* NULL: names that are not in the table are refused */
};

void names_init(struct names *n, names_lookup lookup);
void names_fini(struct names *n); /* a zeroed one is fine */

/* Add the entries of @text, as in the picture above. 0, -EINVAL with @err, or -ENOMEM. */
int names_add(struct names *n, const char *text, struct error *err);

/* Whether the @len bytes at @word can be the name of a host: labels of letters, digits, - and _, of
 * which the last one begins with a letter. Pure. */
bool names_fits(const char *word, size_t len);

/* Find the name of @len bytes, which names_fits(), and look it up if it is new. Returns 0 with the
 * entry in *@out, valid until the next call, or -ENOENT with the reason in *@why (static), or
 * -ENOMEM. */
int names_find(struct names *n, const char *word, size_t len, const struct name **out,
               const char **why);

/* The names that the resolver was asked for, as text that names_add() reads. NULL: there are none,
 * or there is no memory. The caller frees it. */
char *names_text(const struct names *n);

/* A names_lookup that asks this machine's resolver (hosts file, DNS) for both families. */
const char *names_ask(struct name *out);

#endif
