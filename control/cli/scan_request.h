/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_request.h - what a command line asks of a scan.
 *
 * 	argv -> habits -> configuration files -> options -> lists and names -> plan -> interface
 *
 * With --resume the words of the earlier scan take the place of the files.
 */
#ifndef SONDE_SCAN_REQUEST_H
#define SONDE_SCAN_REQUEST_H

#include "config_file.h"
#include "habits.h"
#include "plan.h"
#include "scan_words.h"

/* The parsed command line, with the memory that it points into. */
struct scan_request {
	struct config config;
	struct plan plan;
	struct store_scan before;       /* the scan that --resume continues */
	struct scan_words words_before; /* its command line */
	char command[sizeof(((struct store_scan *)0)->command)];
	struct store_words words;
	struct habits habits; /* the command line in Sonde's own words */
	char **given;         /* those words, in their order, and [given_count] a NULL */
	int given_count;
	char **settings; /* words of the configuration files; owned, [settings_count] */
	int settings_count;
	struct config_file files;
	char **argv; /* the words that were parsed, which reorders them */
	struct names names;
	char iface[DP_IFACE_NAME]; /* of the targets, where none was named */
	uint8_t key[16];           /* of the first kind, for the others */
	struct dp *port; /* of all kinds, where there are several; owned; NULL: not open */
};

enum { SCAN_REQUEST_HELPED = -1 }; /* in place of an exit code: the help was printed */

/* Understand the command line of `sonde scan` and plan its first kind of probe. *@r is zeroed and
 * must not be moved afterwards. Prints what is wrong, and what the operator should know. Returns an
 * exit code, or SCAN_REQUEST_HELPED. Blocks while it reads files and looks names up. The caller
 * calls scan_request_fini() in any case. */
int scan_request_make(struct scan_request *r, int argc, char **argv);

/* Plan the next kind of probe of a scan of several. Returns CMD_NOTHING if there is none, CMD_OK, or
 * another exit code. */
int scan_request_next(struct scan_request *r);

void scan_request_fini(struct scan_request *r);

#endif
