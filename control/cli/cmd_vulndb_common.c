/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_vulndb_common.c - opens the knowledge file and shows the progress of a build. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_vulndb_common.h"
#include "term.h"

int cmd_vulndb_open(const char *path, struct vulndb **out)
{
	struct error err = {""};
	int ret = vulndb_open(path, out, &err);

	return ret == 0 ? CMD_OK : cmd_fail(CMD_VULNDB, "%s", err.text);
}

void cmd_progress(void *arg, const char *what, uint64_t done, uint64_t total)
{
	(void)arg;
	fprintf(stderr, "\r%.40s: %" PRIu64, what, done);
	if (total > 0)
		fprintf(stderr, " of %" PRIu64, total);
	fputs("\033[K", stderr);
}

enum { PASSED_OVER_SAID = 5 };

void cmd_passed_over(void *arg, const char *path)
{
	unsigned *count = arg;

	if ((*count)++ >= PASSED_OVER_SAID)
		return;
	fputs("skipped ", stderr);
	term_print(stderr, path, strlen(path));
	fputs(": unknown format\n", stderr);
}

void cmd_passed_over_end(unsigned count)
{
	if (count > PASSED_OVER_SAID)
		fprintf(stderr, "skipped %u more\n", count - PASSED_OVER_SAID);
}
