/* SPDX-License-Identifier: Apache-2.0 */
/* listener.h - sockets to listen on. */
#ifndef SONDE_LISTENER_H
#define SONDE_LISTENER_H

#include <stdbool.h>

#include "error.h"

enum { LISTENER_NAME = 160 };

struct listener {
	int fd;     /* owned */
	bool local; /* loopback, or a unix socket */
	bool is_unix;
	char name[LISTENER_NAME]; /* "127.0.0.1:8080" with the port that it has, or the path */
};

/* Listen on "127.0.0.1:8080" or "[::1]:0"; port 0: any that is free. 0, -EINVAL, or -errno, with
 * @err. */
int listener_open(const char *text, struct listener *out, struct error *err);
/* Listen on the unix socket @path, mode 0660; one on which nobody listens is replaced. 0, -EADDRINUSE,
 * -EEXIST (it is no socket), or -errno, with @err. */
int listener_open_unix(const char *path, struct listener *out, struct error *err);

/* Whether @text names an address other than loopback. False also for what is no address. Pure. */
bool listener_is_public(const char *text);

#endif
