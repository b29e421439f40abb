/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.h - the record of who changed something and who took data in bulk: a line of JSON each,
 * appended to a file.
 *
 *   {"time":"...","key":"analyst","client":"192.0.2.7","method":"POST","target":"/v1/scans",
 *    "status":202,"rows":0}
 */
#ifndef SONDE_AUDIT_H
#define SONDE_AUDIT_H

#include <stdint.h>

#include "error.h"

struct audit_entry {
	int64_t time_us;
	const char *key;    /* the name of the key; "" = nobody's */
	const char *client; /* an address, or "unix" */
	const char *method, *target;
	const char *detail; /* what a body asked for; "" = nothing to say */
	unsigned status;
	uint64_t rows;
};

/* Open @path to append to. Returns a descriptor or -errno with @err. */
int audit_open(const char *path, struct error *err);
/* Append one line, in one write. 0 or -errno. Blocks as the disk does. Any thread. */
int audit_write(int fd, const struct audit_entry *e);

#endif
