/* SPDX-License-Identifier: Apache-2.0 */
/* answer.h - the answer to a request, before it is sent; and problem documents (RFC 9457). */
#ifndef SONDE_ANSWER_H
#define SONDE_ANSWER_H

#include <stdio.h>

#include "bytes.h"
#include "doc_cache.h"
#include "json.h"
#include "stream.h"

struct answer {
	unsigned status;  /* 0 = not decided yet */
	const char *type; /* static; NULL: there is no body */
	struct bytes body;
	struct doc *doc;       /* the body, in the place of @body; a reference */
	struct stream *stream; /* the body comes bit by bit; owned */
	unsigned retry_s;      /* Retry-After; 0 = none */
	char allow[64];        /* Allow; "" = none */
	char cookie[128];      /* Set-Cookie */
	char location[64];
	char etag[DOC_ETAG];
	uint64_t rows; /* for quotas and the audit */
	/* private */
	FILE *out;
	struct json *json;
};

#define ANSWER_JSON "application/json"
#define ANSWER_NDJSON "application/x-ndjson"
#define ANSWER_PROBLEM "application/problem+json"

void answer_fini(struct answer *a);

/* Begin an answer of @type, in the place of any other; the caller prints its body to the stream and
 * calls answer_close(). NULL: no memory, and the answer says so. */
FILE *answer_open(struct answer *a, unsigned status, const char *type);
/* Begin a JSON object; answer_close() ends it. NULL: as above. */
struct json *answer_object(struct answer *a, unsigned status);
void answer_close(struct answer *a);

/* Answer by a problem document: title by @status, @detail in words. */
void answer_problem(struct answer *a, unsigned status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a text that was not understood: with the parameter @name, the column of @err, and the
 * word that was probably meant, where the text of @err has one. */
void answer_refusal(struct answer *a, const char *name, const struct error *err);
/* Answer that reading the database failed with @error, a -errno. */
void answer_failure(struct answer *a, int error);

/* The reason phrase of @status. Static. */
const char *answer_phrase(unsigned status);

#endif
