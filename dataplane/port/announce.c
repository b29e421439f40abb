/* SPDX-License-Identifier: Apache-2.0 */
/* announce.c - binds and lists abstract names (unix(7)). */
#include "announce.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "idle_sleep.h"

enum { LOCK_TRIES = 2000, LOCK_PAUSE_US = 1000 };

#define PREFIX "sonde-scan/"

/* Bind a socket to an abstract name. Returns the socket or -errno. */
static int take_name(const char *name)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	size_t len = strlen(name);
	int fd, ret;

	memcpy(at.sun_path + 1, name, len); /* behind a zero: abstract */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&at,
	         (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len)) == 0)
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

int announce_lock(int ifindex)
{
	char name[64];
	int fd = -EADDRINUSE;

	snprintf(name, sizeof(name), PREFIX "%d/lock", ifindex);
	for (int i = 0; i < LOCK_TRIES && fd == -EADDRINUSE; i++) {
		if (i > 0)
			idle_sleep(LOCK_PAUSE_US);
		fd = take_name(name);
	}
	return fd;
}

int announce_make(const struct announced *a)
{
	char name[96];

	snprintf(name, sizeof(name), PREFIX "%d/%s/%u-%u/%d", a->ifindex, a->xdp ? "xdp" : "packet",
	         a->first, a->last, (int)getpid());
	return take_name(name);
}

/* Read a line of /proc/net/unix. Returns false if it is no announcement. */
static bool read_line(const char *line, struct announced *out)
{
	const char *name = strstr(line, " @" PREFIX);
	unsigned first, last;
	char kind[8];

	if (name == NULL || sscanf(name, " @" PREFIX "%d/%7[a-z]/%5u-%5u/%d", &out->ifindex, kind,
	                           &first, &last, &out->pid) != 5)
		return false;
	out->xdp = strcmp(kind, "xdp") == 0;
	out->first = (uint16_t)first;
	out->last = (uint16_t)last;
	return first >= 1 && first <= last && last <= 65535;
}

int announce_each(int ifindex, announce_fn fn, void *arg)
{
	FILE *f = fopen("/proc/net/unix", "re");
	struct announced a;
	char line[512];

	if (f == NULL)
		return errno == ENOENT ? 0 : -errno; /* /proc is not mounted: nobody is seen */
	while (fgets(line, sizeof(line), f) != NULL)
		if (read_line(line, &a) && a.ifindex == ifindex && !fn(arg, &a))
			break;
	fclose(f);
	return 0;
}
