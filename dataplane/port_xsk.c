/* SPDX-License-Identifier: Apache-2.0 */
/* port_xsk.c - the AF_XDP sockets of this process. */
#include "port_xsk.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_xsk(int fd)
{
	socklen_t len = sizeof(int);
	int domain = 0;

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 && domain == AF_XDP;
}

void port_xsk_list(struct port_xsk *out)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;

	out->count = 0;
	while (dir && (e = readdir(dir)) && out->count < DP_MAX_WORKERS) {
		int fd = atoi(e->d_name); /* "." and ".." become 0, which is no AF_XDP socket */

		if (is_xsk(fd))
			out->fd[out->count++] = fd;
	}
	if (dir)
		closedir(dir);
}

void port_xsk_subtract(struct port_xsk *own, const struct port_xsk *before)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < own->count; i++) {
		bool old = false;

		for (unsigned j = 0; j < before->count; j++)
			old |= before->fd[j] == own->fd[i];
		if (!old)
			own->fd[kept++] = own->fd[i];
	}
	own->count = kept;
}

void port_xsk_close(const struct port_xsk *own)
{
	for (unsigned i = 0; i < own->count; i++)
		if (is_xsk(own->fd[i]))
			close(own->fd[i]);
}
