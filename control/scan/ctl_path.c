/* SPDX-License-Identifier: Apache-2.0 */
/* ctl_path.c - finds an address for the control socket that is short enough. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ctl_path.h"

/* Write the path of the socket below @dir. False if it does not fit. */
static bool name_socket(const char *dir, struct sockaddr_un *out)
{
	int n = snprintf(out->sun_path, sizeof(out->sun_path), "%s/ctl.sock", dir);

	return n >= 0 && (size_t)n < sizeof(out->sun_path);
}

int ctl_path_open(const char *db_dir, struct ctl_path *out)
{
	struct ctl_path p = {.address.sun_family = AF_UNIX, .dir_fd = -1};
	char near[32];
	int ret;

	if (!name_socket(db_dir, &p.address)) {
		p.dir_fd = open(db_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (p.dir_fd < 0)
			return -errno;
		snprintf(near, sizeof(near), "/proc/self/fd/%d", p.dir_fd);
		if (access(near, X_OK) != 0) {
			ret = errno == EACCES ? -EACCES : -ENAMETOOLONG;
			close(p.dir_fd);
			return ret;
		}
		name_socket(near, &p.address);
	}
	*out = p;
	return 0;
}

void ctl_path_close(struct ctl_path *p)
{
	if (p->dir_fd >= 0)
		close(p->dir_fd);
	p->dir_fd = -1;
}
