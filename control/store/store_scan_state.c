/* SPDX-License-Identifier: Apache-2.0 */
/* store_scan_state.c - names the state of a scan, and finds out whether a process still runs it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store.h"

const char *store_scan_state_name(uint8_t state)
{
	static const char *const names[] = {
		[STORE_SCAN_RUNNING] = "running",         [STORE_SCAN_DONE] = "done",
		[STORE_SCAN_STOPPED] = "stopped",         [STORE_SCAN_FAILED] = "failed",
		[STORE_SCAN_INTERRUPTED] = "interrupted",
	};
	const char *name = state < sizeof(names) / sizeof(names[0]) ? names[state] : NULL;

	return name != NULL ? name : "";
}

/* Whether the lock's text, which its holder wrote, names the scan. A holder that has not written it
 * yet is about to begin or to resume a scan. */
static bool names_scan(int fd, const char *id)
{
	char text[96], *name;
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	name = strstr(text, ", scan ");
	return name != NULL && strcmp(name + strlen(", scan "), id) == 0;
}

void store_scan_look(const char *path, struct store_scan *scan)
{
	char name[4096];
	bool runs;
	int fd;

	if (scan->state != STORE_SCAN_RUNNING ||
	    (size_t)snprintf(name, sizeof(name), "%s/writer.lock", path) >= sizeof(name))
		return;
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* nobody can tell */
	if (flock(fd, LOCK_SH | LOCK_NB) == 0)
		runs = false;
	else
		runs = errno != EWOULDBLOCK || names_scan(fd, scan->id);
	close(fd);
	if (!runs)
		scan->state = STORE_SCAN_INTERRUPTED;
}
