/* SPDX-License-Identifier: Apache-2.0 */
/* interval_json.h - writes what a port was, from when to when, as JSON. */
#ifndef SONDE_INTERVAL_JSON_H
#define SONDE_INTERVAL_JSON_H

#include "json.h"
#include "store.h"

/* Write @i as one object, an element of the open array or a text of its own. */
void interval_json(struct json *j, const struct store_interval *i);

#endif
