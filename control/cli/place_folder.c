/* SPDX-License-Identifier: Apache-2.0 */
/* place_folder.c - the folder of a database in which the files of place.h lie, for the commands. */
#include "place_folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"

int place_folder_of(const char *db, char path[PLACE_FOLDER])
{
	char base[CONFIG_PATH];
	struct error err = {""};
	int ret = config_db_path(db, base, &err);

	if (ret != 0)
		return cmd_fail(ret == -ENAMETOOLONG ? CMD_USAGE : cmd_code(ret), "%s", err.text);
	snprintf(path, PLACE_FOLDER, "%s/place", base);
	return CMD_OK;
}

static int make(const char *path)
{
	if (mkdir(path, 0750) == 0 || errno == EEXIST)
		return CMD_OK;
	return cmd_fail(errno == EACCES   ? CMD_PRIVILEGE
	                : errno == ENOSPC ? CMD_FULL
	                                  : CMD_DATABASE,
	                "%.300s: cannot make the directory: %s", path, strerror(errno));
}

int place_folder_make(const struct place_folder *f)
{
	char base[PLACE_FOLDER];
	int code;

	snprintf(base, sizeof(base), "%s", f->path);
	*strrchr(base, '/') = '\0';
	code = make(base);
	return code == CMD_OK ? make(f->path) : code;
}
