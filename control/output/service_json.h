/* SPDX-License-Identifier: Apache-2.0 */
/* service_json.h - one service as the members of a JSON object, and the summary of a host. */
#ifndef SONDE_SERVICE_JSON_H
#define SONDE_SERVICE_JSON_H

#include "json.h"
#include "store.h"

/* The members of one entry of "ports", into the object that is open. */
void service_json(struct json *j, const struct store_host *h, const struct record *r, bool raw);
void service_json_score(struct json *j, const struct store_host *h); /* "score": {...} */

#endif
