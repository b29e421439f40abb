/* SPDX-License-Identifier: Apache-2.0 */
/* request_target.h - the target of a request: its path and its parameters (RFC 9112 section 3.2,
 * RFC 3986). */
#ifndef SONDE_REQUEST_TARGET_H
#define SONDE_REQUEST_TARGET_H

#include "error.h"

enum { REQUEST_TARGET_PARAMS = 24, REQUEST_TARGET_SHOWN = 256 };

struct request_target {
	char *text; /* owned; the texts below lie in it */
	const char *path;
	unsigned count;
	struct {
		const char *name, *value;
	} params[REQUEST_TARGET_PARAMS];
	char shown[REQUEST_TARGET_SHOWN]; /* as it came, cut and printable: for the audit */
};

/*
 * Split @raw, such as "/v1/search?query=port%3A22&limit=5", and decode its texts: %XX everywhere,
 * "+" as a blank in parameters. Refuses a broken %XX, %00, %2F in the path, bytes that are no UTF-8,
 * control characters but tab and line ends, a parameter that comes twice, and too many of them.
 * Returns 0, -EINVAL with @err, or -ENOMEM. The caller calls request_target_fini(). Pure.
 */
int request_target_parse(const char *raw, struct request_target *out, struct error *err);
void request_target_fini(struct request_target *t); /* a zeroed one is fine */

#endif
