/* SPDX-License-Identifier: Apache-2.0 */
/* accept_json.h - writes an accepted finding as JSON. */
#ifndef SONDE_ACCEPT_JSON_H
#define SONDE_ACCEPT_JSON_H

#include "json.h"
#include "store.h"

/* Write @a as one object; "expired" is as of @now_us. */
void accept_json(struct json *j, const struct store_accept *a, int64_t now_us);

#endif
