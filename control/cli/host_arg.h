/* SPDX-License-Identifier: Apache-2.0 */
/* host_arg.h - what `sonde host` is asked for: addresses, prefixes, ranges, lists, ADDRESS:PORT. */
#ifndef SONDE_HOST_ARG_H
#define SONDE_HOST_ARG_H

#include "targets.h"

struct host_arg {
	struct target_list list; /* owned; in the order in which they were written */
	int port;                /* of ADDRESS:PORT; -1 = all ports */
};

/* Parse @text: ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT, or a list as targets.h describes it. 0 with
 * *@out, to be freed with host_arg_fini(); -EINVAL, -ENOENT, -ENOMEM, ... with @err. Blocks while it
 * reads a file. */
int host_arg_read(const char *text, struct host_arg *out, struct error *err);
void host_arg_fini(struct host_arg *a);

/* Whether it names exactly one address. Pure. */
bool host_arg_is_one(const struct host_arg *a);

#endif
