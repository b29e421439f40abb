/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exposure.h - exposure rules: a table in a file, lines of
 *
 *   id <TAB> severity <TAB> base <TAB> title <TAB> condition
 *
 * A condition is terms joined by blanks, all of which must hold:
 *   service=ssh|telnet   product=text   port=22|23   transport=tcp   FACT=value   FACT (is there)
 *   !term (does not hold)   cert=expired|notyet|selfsigned|weak   eol (the product's date is past)
 * "|" separates alternatives; "*" at the end of one stands for any rest. Lines with # are comments.
 */
#ifndef SONDE_VULNDB_EXPOSURE_H
#define SONDE_VULNDB_EXPOSURE_H

#include <stddef.h>
#include <stdint.h>

#include "vulndb.h"

struct exposure_table;

/* Parse the table's text (copied). 0, -EINVAL with @err "line N: ...", -ENOMEM. */
int exposure_open(const char *text, size_t len, struct exposure_table **out, struct vd_error *err);
void exposure_close(struct exposure_table *t); /* NULL is fine */
size_t exposure_count(const struct exposure_table *t);

#endif
