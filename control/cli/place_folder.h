/* SPDX-License-Identifier: Apache-2.0 */
/* place_folder.h - the folder of a database in which the files of place.h lie, for the commands. */
#ifndef SONDE_PLACE_FOLDER_H
#define SONDE_PLACE_FOLDER_H

#include "config_file.h"
#include "place.h"

enum { PLACE_FOLDER = CONFIG_PATH + 8 };

struct place_folder {
	char path[PLACE_FOLDER];
	int first; /* operand of the command */
	int code;  /* exit code so far */
};

/* Find the folder of the database @db (NULL: the default one). CMD_OK, or another exit code after a
 * message. */
int place_folder_of(const char *db, char path[PLACE_FOLDER]);

/* Make the folder, and the one of the database, if they do not exist. Returns as
 * place_folder_of() does. */
int place_folder_make(const struct place_folder *f);

#endif
