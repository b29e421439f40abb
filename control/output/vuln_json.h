/* SPDX-License-Identifier: Apache-2.0 */
/* vuln_json.h - writes the verdicts of a service as JSON, and remembers how sets of them and identities
 * look. */
#ifndef SONDE_VULN_JSON_H
#define SONDE_VULN_JSON_H

#include "json.h"
#include "store.h"

/* How sets of verdicts and identities look that were written before. Only one thread uses it, and for
 * the records of one store_walk() at a time. */
struct vuln_texts;

struct vuln_texts *vuln_texts_new(void);    /* NULL: no memory */
void vuln_texts_free(struct vuln_texts *t); /* NULL is fine */

/* Forget the identities: another store_walk() gives them other numbers. */
void vuln_texts_restart(struct vuln_texts *t);
/* The members of the identity of @r, as they were remembered: a buffer, empty for one that is new, which
 * the caller then fills. NULL: @t is NULL, the identity has no number, or memory is short. */
struct bytes *vuln_texts_identity(struct vuln_texts *t, const struct record *r);

/*
 * Write the verdicts of @r of the kinds @kinds (service_json.h) as the member "vulns", if there are
 * any: only an open service has some. @texts, NULL: nothing is remembered; a service whose
 * verdict_set is not known is written anew in any case.
 */
void vuln_json(struct json *j, const struct store_host *h, const struct record *r, unsigned kinds,
               struct vuln_texts *texts);

/* Write the member "accepted" if somebody answers for the finding @id of @r. */
void vuln_json_accepted(struct json *j, const struct store_host *h, const struct record *r,
                        const char *id);

#endif
