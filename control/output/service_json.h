/* SPDX-License-Identifier: Apache-2.0 */
/* service_json.h - writes services, identities, verdicts and scores as members of JSON objects. No
 * other file decides how these look in JSON. */
#ifndef SONDE_SERVICE_JSON_H
#define SONDE_SERVICE_JSON_H

#include "json.h"
#include "store.h"

/* Write the members of one entry of "ports" into the open object. @raw: also the bytes of the
 * banner in base64, as "banner_raw". */
void service_json(struct json *j, const struct store_host *h, const struct record *r, bool raw);
/* Write the members of an identity, or of a verdict, into the open object. */
void service_json_identity(struct json *j, const struct vd_identity *id);
void service_json_verdict(struct json *j, const struct vd_verdict *v);
void service_json_score(struct json *j, const struct store_host *h); /* "score": {...} */

#endif
