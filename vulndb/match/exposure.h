/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exposure.h - exposure rules: a table in a file, lines of
 *
 *   id <TAB> severity <TAB> class <TAB> title <TAB> condition
 *
 * The class is one of the score table, or a number from 0 to 100 that is the rule's own weight. A
 * condition is a list of terms, separated by blanks, all of which must hold:
 *
 *   service=ssh|telnet   product=text   device=text   port=22|23   transport=tcp
 *   FACT (is there)   FACT=value   FACT<number   !term (does not hold)
 *   eol (the product's end-of-life date has passed)
 *   expired, not-yet-valid (the certificate)
 *
 * "|" separates alternatives; "*" at the end of one stands for any rest. Lines with # are comments.
 */
#ifndef SONDE_VULNDB_EXPOSURE_H
#define SONDE_VULNDB_EXPOSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vulndb.h"

struct exposure_table;

/* Parse the table's text (copied), with the weights of @model. 0, -EINVAL with @err
 * "exposures.tsv:LINE:COLUMN: ...", -ENOMEM. */
int exposure_open(const char *text, size_t len, const struct vd_model *model,
                  struct exposure_table **out, struct error *err);
void exposure_close(struct exposure_table *t); /* NULL is fine */
size_t exposure_count(const struct exposure_table *t);
/* Whether a rule reads the facts of that name. Pure. */
bool exposure_reads(const struct exposure_table *t, const char *name);

#endif
