/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd.h - what all commands share: the signature, the exit codes, error messages.
 *
 * A command gets its own argv (argv[0] is its name) and returns one of the exit codes below.
 */
#ifndef SONDE_CMD_H
#define SONDE_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* The documented list (README.md, sonde(1)). Numbers never change their meaning. */
enum cmd_exit {
	CMD_OK = 0,
	CMD_FAILED = 1,    /* an unexpected failure: memory, I/O; doctor: something is missing */
	CMD_USAGE = 2,     /* command line, target, port, rate, exclusion, query, rule */
	CMD_NOTHING = 3,   /* what the user asked for does not exist */
	CMD_DATABASE = 4,  /* absent, not Sonde's, or written by another scan */
	CMD_NETWORK = 5,   /* interface missing or down, gateway silent */
	CMD_PRIVILEGE = 6, /* not allowed */
	CMD_STOPPED = 7,   /* a scan ended before its end; it can be resumed */
	CMD_FULL = 8,      /* the disk is full; everything committed is there */
	CMD_VULNDB = 9,    /* the vulndb file is absent or unusable */
	CMD_SILENT = 10,   /* a scan is done, but no answer of any kind came back */
};

/* A row of a table of commands. Without a name it is a heading: @help stands above the rows that
 * follow. */
struct cmd {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* a sentence without its full stop */
};

/* Print "sonde: ..." as one line on stderr, with unprintable bytes escaped. Returns @code. */
int cmd_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print why the value of @option is refused, with the column if @err has one. Returns the exit code
 * for @error, a -errno: CMD_USAGE for -EINVAL, else CMD_FAILED. */
int cmd_fail_at(int error, const char *option, const struct error *err);

/* The exit code for @error, a -errno from one of the layers below. */
int cmd_code(int error);

/*
 * The end of each run: flush and close the standard output. If anything that was printed could not
 * be written, print why. Returns @code, or CMD_FAILED in place of CMD_OK if output was lost. Nothing
 * may be printed on the standard output afterwards.
 */
int cmd_end(int code);

/* Return CMD_FAILED from a command that found that its output cannot be written. cmd_end() prints
 * the reason; where the standard output has no error, memory was short, and this prints that. */
int cmd_output_failed(void);

struct option_spec;

/* Print the help of a command in the form that its words @argv ask for. */
void cmd_help(const struct option_spec *spec, int argc, char **argv);

/*
 * Parse the options of a command with option_parse(). Returns true if the command goes on; *@first
 * is then the index of the first operand. False: it printed the help or the error, and *@code is
 * the exit code.
 */
bool cmd_begin(const struct option_spec *spec, int argc, char **argv, void *fields, int *first,
               int *code);

/* Run the command of the table @rows that argv[0] names and return its exit code. @prefix is what
 * stands before that name, such as "sonde" or "sonde vulndb". Prints the list of commands for help,
 * --help, or no name at all. May reorder @argv. */
int cmd_dispatch(const struct cmd *rows, size_t count, const char *prefix, int argc, char **argv);

/* Whether @word is a target, so that `sonde WORD` scans it (config_is_target()). Pure. */
bool cmd_quick_fits(const char *word);

/* Scan the targets in @argv, which may have options of a scan among them, by the defaults; then print
 * what is known about those that have open ports, if they are few. Returns the exit code of the
 * scan. */
int cmd_quick(int argc, char **argv);

/* The commands; argv[0] is the name. Each prints its results and its errors, and returns an exit
 * code (enum cmd_exit). */
int cmd_accept(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_changes(int argc, char **argv);
int cmd_completion(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_count(int argc, char **argv);
int cmd_ctl(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_fields(int argc, char **argv);
int cmd_host(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_label(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_place(int argc, char **argv);
int cmd_probing(int argc, char **argv);
int cmd_scan(int argc, char **argv);
int cmd_scans(int argc, char **argv);
int cmd_score(int argc, char **argv);
int cmd_search(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_vuln(int argc, char **argv);
int cmd_vulndb(int argc, char **argv);

#endif
