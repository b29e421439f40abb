/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_file.h - settings of scans in files: the long names of a scan's options, one a line.
 *
 * The files are /etc/sonde/sonde.conf, $XDG_CONFIG_HOME/sonde/sonde.conf (else
 * ~/.config/sonde/sonde.conf), $SONDE_CONFIG, and that of --config. A later one wins over an earlier
 * one, and the command line over all of them. But the lists of exclusions add up, whoever names
 * them: no override ever takes an exclusion back.
 *
 * 	files --settings--> words "--rate=5k", put before those of the command line --> config_parse()
 *
 * So a scan's record has them, and a resumed scan has the settings that it began with. Only what the
 * files exclude by then is excluded, too: config_file_late().
 */
#ifndef SONDE_CONFIG_FILE_H
#define SONDE_CONFIG_FILE_H

#include "config.h"

enum { CONFIG_FILES = 4 };

struct config_setting {
	size_t row; /* of config_spec */
	unsigned file;
	size_t line;
	const char *value;
};

/* The files as they were read. */
struct config_file {
	char path[CONFIG_FILES][CONFIG_PATH];
	char *text[CONFIG_FILES]; /* owned; the settings point into it */
	unsigned count;
	struct config_setting *v; /* owned; in the order of the files and lines */
	size_t settings;
};

/* What a command line says, row by row, without being checked. */
struct config_given {
	struct option_list value[CONFIG_ROWS];
	bool flag[CONFIG_ROWS]; /* of rows without a value */
	const char *config;     /* the value of --config */
};

/* Read the files; @given is the value of --config, or NULL. A file that nobody named may be missing.
 * Returns 0, -EINVAL with @err ("file:line:column: ..."), or -errno. Blocks while it reads. The
 * caller calls config_file_fini(), also after an error. */
int config_file_read(const char *given, struct config_file *out, struct error *err);
void config_file_fini(struct config_file *f); /* a zeroed one is fine */

/* Whether a row of config_spec can be set in a file. Those for one command line only cannot. Pure. */
bool config_file_allows(size_t row);

/* Collect what the words of a scan's command line say. Those that cannot be understood are left out.
 * NULL: no memory; the caller frees it. */
struct config_given *config_file_given(int argc, char *const *argv);

/* Whether the setting is in force beside what the command line says. */
bool config_file_holds(const struct config_file *f, const struct config_setting *s,
                       const struct config_given *given);

/* Write the settings that are in force as words of a command line. Returns how many there are in
 * *@words, or -ENOMEM, or -EINVAL with @err: the command line replaces the scope file of a file.
 * The caller frees the words and the array. */
int config_file_words(const struct config_file *f, const struct config_given *given, char ***words,
                      struct error *err);

/* Put the exclusions of the files that a resumed scan did not begin with into @c; @began is what its
 * command line says. Returns 0, or -EINVAL with @err: the files limit ports or scope otherwise than
 * the scan began, which a resumption cannot follow. Pure. */
int config_file_late(const struct config_file *f, const struct config_given *began,
                     struct config *c, struct error *err);

/* Copy the value of `db` in the files to @out, which is left alone where there is none. Returns 0,
 * or as config_file_read(). */
int config_file_db(char out[CONFIG_PATH], struct error *err);

#endif
