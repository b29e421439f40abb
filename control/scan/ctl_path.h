/* SPDX-License-Identifier: Apache-2.0 */
/* ctl_path.h - where the control socket of a database lies. */
#ifndef SONDE_CTL_PATH_H
#define SONDE_CTL_PATH_H

#include <sys/un.h>

/* The address of a control socket. */
struct ctl_path {
	struct sockaddr_un address;
	int dir_fd; /* the folder, through which @address goes; -1: the address is the path itself */
};

/*
 * Find the address of @db_dir/ctl.sock. Linux allows 107 bytes for it: a longer path goes through
 * /proc/self/fd, so that the address is good for this process only and until ctl_path_close().
 * Returns 0, -ENAMETOOLONG (too long, and there is no /proc) or -errno.
 */
int ctl_path_open(const char *db_dir, struct ctl_path *out);
void ctl_path_close(struct ctl_path *p);

#endif
