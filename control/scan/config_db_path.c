/* SPDX-License-Identifier: Apache-2.0 */
/* config_db_path.c - finds the directory of the database. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_file.h"

int config_db_path(const char *given, char out[CONFIG_PATH], struct error *err)
{
	const int most = CONFIG_PATH - CONFIG_PATH_NAMES;
	const char *env = getenv("SONDE_DB"), *xdg = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME"), *source = "--db";
	int n;

	if (given == NULL && env != NULL && env[0] != '\0') {
		given = env;
		source = "$SONDE_DB";
	}
	out[0] = '\0';
	if (given == NULL) {
		int ret = config_file_db(out, err);

		if (ret < 0)
			return ret;
	}
	if (given != NULL) {
		n = snprintf(out, CONFIG_PATH, "%s", given);
	} else if (out[0] != '\0') {
		n = (int)strlen(out);
		source = "the configuration file";
	} else if (geteuid() == 0) {
		n = snprintf(out, CONFIG_PATH, "/var/lib/sonde");
	} else if (xdg != NULL && xdg[0] == '/') {
		n = snprintf(out, CONFIG_PATH, "%s/sonde", xdg);
		source = "$XDG_DATA_HOME";
	} else {
		n = snprintf(out, CONFIG_PATH, "%s/.local/share/sonde", home != NULL ? home : ".");
		source = "$HOME";
	}
	if (n <= most)
		return 0;
	return error_set(err, -ENAMETOOLONG,
	                 "%s: the path of the database has %d bytes, and at most %d are possible; "
	                 "go to a folder near it and name it from there with --db",
	                 source, n, most);
}
