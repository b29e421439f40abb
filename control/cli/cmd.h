/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd.h - what every command shares: its signature, the exit codes, the way to fail.
 *
 * A command gets its own argv (argv[0] is its name) and returns an exit code of the list.
 */
#ifndef SONDE_CMD_H
#define SONDE_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The documented list (README.md, sonde(1)). Numbers never change their meaning. */
enum cmd_exit {
	CMD_OK = 0,
	CMD_FAILED = 1,    /* an unexpected failure: memory, I/O; doctor: something is missing */
	CMD_USAGE = 2,     /* command line, target, port, rate, exclusion, query, rule */
	CMD_NOTHING = 3,   /* what was asked for is not there */
	CMD_DATABASE = 4,  /* absent, not ours, or written by another scan */
	CMD_NETWORK = 5,   /* interface missing or down, gateway silent */
	CMD_PRIVILEGE = 6, /* not allowed */
	CMD_STOPPED = 7,   /* a scan ended before its end; it can be resumed */
	CMD_FULL = 8,      /* the disk is full; everything committed is there */
	CMD_VULNDB = 9,    /* the vulndb file is absent or unusable */
};

struct cmd {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* one line */
};

/* Print "sonde: ..." as one line on stderr, bytes that are not printable escaped; returns @code. */
int cmd_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The exit code for a -errno of the layers below. */
int cmd_code(int error);

struct option_spec;

/*
 * option_parse() for a command: prints the help or the error itself. Returns true where the command
 * goes on with *@first set to the first operand; else *@code is the exit code.
 */
bool cmd_begin(const struct option_spec *spec, int argc, char **argv, void *fields, int *first,
               int *code);

/* Run the row of @table that argv[0] names. @prefix is "sonde" or "sonde vulndb"; prints the list
 * for help, --help, or no name at all. */
int cmd_dispatch(const struct cmd *table, size_t count, const char *prefix, int argc, char **argv);

/* The commands, by their names; @argv[0] is the name. Each prints what it has to say and returns an
 * exit code (enum cmd_code). */
int cmd_accept(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_changes(int argc, char **argv);
int cmd_count(int argc, char **argv);
int cmd_ctl(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_fields(int argc, char **argv);
int cmd_host(int argc, char **argv);
int cmd_probing(int argc, char **argv);
int cmd_scan(int argc, char **argv);
int cmd_score(int argc, char **argv);
int cmd_search(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_vuln(int argc, char **argv);
int cmd_vulndb(int argc, char **argv);

#endif
