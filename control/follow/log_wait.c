/* SPDX-License-Identifier: Apache-2.0 */
/* log_wait.c - inotify on the file of the database, which each commit writes. */
#include "log_wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { MOMENT_MS = 200 };

int log_wait_open(const char *db)
{
	char path[PATH_MAX];
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), error;

	if (fd < 0)
		return -errno;
	snprintf(path, sizeof(path), "%.4000s/data.mdb", db);
	if (inotify_add_watch(fd, path, IN_MODIFY) >= 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

void log_wait(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char drop[4096];

	if (poll(&p, 1, ms) <= 0)
		return;
	poll(NULL, 0, MOMENT_MS);
	while (read(fd, drop, sizeof(drop)) > 0)
		;
}
