/* SPDX-License-Identifier: Apache-2.0 */
/* ctl_path.h - where the control socket of a database lies. */
#ifndef SONDE_CTL_PATH_H
#define SONDE_CTL_PATH_H

#include <sys/un.h>

/* Set *@out to the address of @db_dir/ctl.sock. Returns 0, or -ENAMETOOLONG if the path exceeds the
 * 107 bytes that Linux allows. */
int ctl_path(const char *db_dir, struct sockaddr_un *out);

#endif
