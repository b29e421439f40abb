/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_store.h - opens the database, parses queries, and prints the errors of both. */
#ifndef SONDE_CMD_STORE_H
#define SONDE_CMD_STORE_H

#include "export.h"
#include "option.h"
#include "query.h"
#include "store.h"

/* Open the database @db (NULL: the default one). Returns CMD_OK, or prints the reason and returns
 * another exit code. */
int cmd_store_open(const char *db, enum store_mode mode, struct store **out);

/* Open the database @db for reading, or the default one if @db is NULL. Sets *@out to NULL if there
 * is no default database. Returns as cmd_store_open() does. */
int cmd_store_open_any(const char *db, struct store **out);

/* Parse the operands argv[first..], joined by blanks, as one query; without operands, it matches
 * everything that is open. Says on stderr where something was understood in another form. Returns as cmd_store_open() does. */
int cmd_query_parse(int argc, char **argv, int first, struct query **out);

/*
 * For the member @is_operand of an option_spec whose operands are a query: whether @word is a term
 * that begins with NOT, such as -port:22, -"a phrase" or -(a b), and no option. `-fport:10` is the
 * option -f where there is one and no field fport.
 */
bool cmd_query_operand(const struct option_spec *spec, const char *word);

/* Say on stderr which files @q asks for that the database lacks: it then finds nothing by them. */
void cmd_query_note_places(const struct query *q, const struct store *s);

/* Print that reading or writing the database failed with @error, a -errno, unless it was the standard
 * output that could not be written, which cmd_end() prints. Returns the exit
 * code. */
int cmd_store_fail(int error);

/* Flush the standard output. Returns @code, or CMD_FAILED with a message if @code is CMD_OK and
 * something could not be written. */
int cmd_written(int code);

/* EXPORT_COLOUR if the standard output is a terminal and NO_COLOR is not set, else 0. */
unsigned cmd_colour(void);

#endif
