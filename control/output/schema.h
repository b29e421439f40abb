/* SPDX-License-Identifier: Apache-2.0 */
/* schema.h - the tables into which exports load, for engines that need them, from the list of fields. */
#ifndef SONDE_SCHEMA_H
#define SONDE_SCHEMA_H

#include "bytes.h"
#include "error.h"

enum schema_engine { SCHEMA_DUCKDB, SCHEMA_CLICKHOUSE, SCHEMA_ELASTIC };

enum schema_rows {
	SCHEMA_DOCUMENTS, /* of `export --services`: objects in objects */
	SCHEMA_FIELDS,    /* of `export --fields`, as JSON: several values are arrays */
	SCHEMA_CSV,       /* of `export --format csv`: several values are one text */
};

/*
 * Append the statement that creates the table "services" (Elasticsearch: an index template). @fields:
 * a list of names; only used of SCHEMA_FIELDS and SCHEMA_CSV. 0, -ENOMEM, or -EINVAL with @err.
 */
int schema_write(enum schema_engine engine, enum schema_rows rows, const char *fields,
                 struct bytes *out, struct error *err);

#endif
