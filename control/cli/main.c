/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the table of commands. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bus_error.h"
#include "cmd.h"
#include "field_column.h"

static const struct cmd commands[] = {
	{.help = "scan"},
	{"scan", cmd_scan, "find open ports, say what runs there (also: sonde TARGET)"},
	{"ctl", cmd_ctl, "ask or tell a running scan: status, rate, pause, resume, stop, exclude"},
	{"top", cmd_top, "watch a running scan: rates, newest findings, losses"},
	{"scans", cmd_scans, "the scans of the database: list, show, compare"},
	{"explain", cmd_explain, "whether, when, why or why not an address is probed"},
	{"probing-txt", cmd_probing,
         "print a probe description file: who scans, whom to write to (RFC 9511)"},
	{.help = "ask the database"},
	{"host", cmd_host, "everything known about one host"},
	{"search", cmd_search, "the services that fit a query"},
	{"count", cmd_count, "how many services fit a query"},
	{"stats", cmd_stats, "counts by the values of fields"},
	{"fields", cmd_fields, "the fields of filters, columns, documents and facets"},
	{"changes", cmd_changes, "what changed, the latest first"},
	{"export", cmd_export, "everything that fits, for another program"},
	{"import", cmd_import,
         "take in files of nmap, masscan, zmap, zgrab2, naabu, Shodan, Sonde"},
	{"merge", cmd_merge, "take the databases of shards or sites into one"},
	{"label", cmd_label, "say who owns a prefix, its site, tags and criticality"},
	{"place", cmd_place, "files that tell networks and locations: add, list, remove, show"},
	{"monitor", cmd_monitor, "tell a command or a web server what happens"},
	{.help = "serve"},
	{"serve", cmd_serve, "answer over HTTP: hosts, searches, changes, exports, scans"},
	{"key", cmd_key, "the keys of the server's clients: add, list, revoke"},
	{.help = "judge"},
	{"vuln", cmd_vuln, "what a CVE affects, what fixed it, which services have it"},
	{"score", cmd_score, "why a host has the score it has"},
	{"accept", cmd_accept, "take a finding out of the score until a date"},
	{"vulndb", cmd_vulndb,
         "the knowledge file: info, identify, lookup, lint, build, update, rematch"},
	{.help = "this machine and this program"},
	{"config", cmd_config, "the settings of a scan, and where each comes from"},
	{"doctor", cmd_doctor, "say what this machine can do and what stands in the way"},
	{"bench", cmd_bench, "time the dataplane's own code on this machine"},
	{"completion", cmd_completion, "print what makes bash or zsh complete command lines"},
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

/* The command that a first word stands for which is none itself, or the word. */
static char *command_of(char *word)
{
	static char version[] = "version";
	static const char *const spellings[] = {"--version", "-V", "-v"};

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		if (strcmp(word, spellings[i]) == 0)
			return version;
	return word;
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	bus_error_catch();
	store_index_by(field_indexer());
	if (argc > 1)
		argv[1] = command_of(argv[1]);
	if (argc > 1 && cmd_quick_fits(argv[1]))
		return cmd_end(cmd_quick(argc - 1, argv + 1));
	return cmd_end(cmd_dispatch(commands, sizeof(commands) / sizeof(commands[0]), "sonde",
	                            argc - 1, argv + 1));
}
