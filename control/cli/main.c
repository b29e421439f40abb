/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the table of commands. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

static const struct cmd commands[] = {
	{"scan", cmd_scan, "find open ports, say what runs there (also: sonde TARGET)"},
	{"ctl", cmd_ctl, "ask or tell a running scan: status, rate, pause, resume, stop, exclude"},
	{"explain", cmd_explain, "whether, when, why or why not an address is probed"},
	{"host", cmd_host, "everything known about one host"},
	{"search", cmd_search, "the services that fit a query"},
	{"count", cmd_count, "how many services fit a query"},
	{"stats", cmd_stats, "counts by the values of fields"},
	{"fields", cmd_fields, "the fields of filters, columns, documents and facets"},
	{"changes", cmd_changes, "what changed, in order"},
	{"export", cmd_export, "everything that fits, for another program"},
	{"accept", cmd_accept, "take a finding out of the score until a date"},
	{"score", cmd_score, "why a host has the score it has"},
	{"vuln", cmd_vuln, "what a CVE affects, what fixed it, which services have it"},
	{"vulndb", cmd_vulndb,
         "the knowledge file: info, identify, lookup, lint, build, update, rematch"},
	{"config", cmd_config, "the settings of a scan, and where each comes from"},
	{"probing-txt", cmd_probing,
         "print a probe description file: who scans, whom to write to (RFC 9511)"},
	{"doctor", cmd_doctor, "say what this machine can do and what stands in the way"},
	{"bench", cmd_bench, "time the dataplane's own code on this machine"},
	{"version", cmd_version, "versions of Sonde and its libraries"},
};

/* Open the null device in place of each standard descriptor that is closed. Otherwise the next file
 * that the program opens, such as the database, gets that number, and printed text is written into
 * that file. */
static void fill_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			_exit(CMD_FAILED); /* there is no way to say why */
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		argv[1] = (char[]){"version"};
	if (argc > 1 && cmd_quick_fits(argv[1]))
		return cmd_quick(argc - 1, argv + 1);
	return cmd_dispatch(commands, sizeof(commands) / sizeof(commands[0]), "sonde", argc - 1,
	                    argv + 1);
}
