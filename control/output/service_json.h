/* SPDX-License-Identifier: Apache-2.0 */
/* service_json.h - services, identities, verdicts and scores as members of JSON objects: the one
 * place that says how each is written. */
#ifndef SONDE_SERVICE_JSON_H
#define SONDE_SERVICE_JSON_H

#include "json.h"
#include "store.h"

/* The members of one entry of "ports", into the object that is open. */
void service_json(struct json *j, const struct store_host *h, const struct record *r, bool raw);
/* The members of an identity, and of a verdict, into the object that is open. */
void service_json_identity(struct json *j, const struct vd_identity *id);
void service_json_verdict(struct json *j, const struct vd_verdict *v);
void service_json_score(struct json *j, const struct store_host *h); /* "score": {...} */

#endif
