/* SPDX-License-Identifier: Apache-2.0 */
/* service_json.h - writes services, identities, verdicts and scores as members of JSON objects. No
 * other file decides how these look in JSON. */
#ifndef SONDE_SERVICE_JSON_H
#define SONDE_SERVICE_JSON_H

#include "json.h"
#include "store.h"

struct vuln_texts;

/* The verdicts that a document has: a bit for each enum vd_verdict_kind. */
enum service_json_kinds {
	SERVICE_JSON_NONE = 0,
	SERVICE_JSON_ALL = 1 << VD_AFFECTED | 1 << VD_POSSIBLE | 1 << VD_FIXED,
};

struct service_json_config {
	bool raw;                 /* also the bytes of the banner in base64, as "banner_raw" */
	unsigned kinds;           /* enum service_json_kinds */
	bool unjudged;            /* the service was not judged yet: without "score" and "level" */
	struct vuln_texts *texts; /* of vuln_json.h, for many services; NULL: none */
};

/* Write the members of one entry of "ports" into the open object. Findings are those of an open
 * service: one that is closed or missing has none. */
void service_json(struct json *j, const struct store_host *h, const struct record *r,
                  const struct service_json_config *config);
/* Write the members of an identity, or of a verdict, into the open object. */
void service_json_identity(struct json *j, const struct vd_identity *id);
void service_json_verdict(struct json *j, const struct vd_verdict *v);
/* Write the score of the host as the object "score", with its reasons: base is what the score's
 * table says, weight is what counts, with 20 less for a hit that is only possible and 10 more for a
 * new port. */
void service_json_score(struct json *j, const struct store_host *h);

#endif
