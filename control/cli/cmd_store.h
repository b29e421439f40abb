/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_store.h - opening the database and its error messages, for the commands that read it. */
#ifndef SONDE_CMD_STORE_H
#define SONDE_CMD_STORE_H

#include "export.h"
#include "option.h"
#include "query.h"
#include "store.h"

/* Open the database that @db or the default names. CMD_OK, or an exit code after saying why. */
int cmd_store_open(const char *db, enum store_mode mode, struct store **out);

/* Open the database that @db names; without it the default one, and where there is none, *@out is
 * NULL. */
int cmd_store_open_any(const char *db, struct store **out);

/* Parse the operands argv[first..], joined by blanks, as one query; none is all. As above. */
int cmd_query_parse(int argc, char **argv, int first, struct query **out);

/* A failed read or write of the database, said. Returns the exit code. */
int cmd_store_fail(int error);

/* EXPORT_COLOUR where the standard output is a terminal that wants colours, else 0. */
unsigned cmd_colour(void);

#endif
