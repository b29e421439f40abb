/* SPDX-License-Identifier: Apache-2.0 */
/* port_xsk.c - finds and closes the AF_XDP sockets of this process. */
#include "port_xsk.h"

#include <dirent.h>
#include <linux/if_xdp.h>
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
	while (dir && (e = readdir(dir)) && out->count < PORT_XSK_MAX) {
		int fd = atoi(e->d_name); /* "." and ".." become 0, which is no AF_XDP socket */

		if (is_xsk(fd))
			out->fd[out->count++] = fd;
	}
	if (dir)
		closedir(dir);
}

static bool has(const struct port_xsk *list, int fd)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->fd[i] == fd)
			return true;
	return false;
}

int port_xsk_since(const struct port_xsk *before)
{
	struct port_xsk now;

	port_xsk_list(&now);
	for (unsigned i = 0; i < now.count; i++)
		if (!has(before, now.fd[i]))
			return now.fd[i];
	return -1;
}

void port_xsk_close(int fd)
{
	if (fd >= 0 && is_xsk(fd))
		close(fd);
}

bool port_xsk_zero_copy(int fd)
{
	struct xdp_options o = {.flags = 0};
	socklen_t len = sizeof(o);

	return getsockopt(fd, SOL_XDP, XDP_OPTIONS, &o, &len) == 0 &&
	       (o.flags & XDP_OPTIONS_ZEROCOPY);
}
