/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload.h - the payloads of UDP probes by port: requests that every server of a protocol answers.
 *
 * None of them logs in, changes anything or asks for more than one short answer. A file adds
 * payloads or replaces built-in ones, one payload a line; # begins a comment:
 *
 * 	5683           "\x40\x01\x7d\x70"      ports as in a port list, then a text in C syntax ...
 * 	10000,10002-3  00 1f ca fe             ... or bytes in hexadecimal
 * 	*              ""                      all ports without one of their own
 */
#ifndef SONDE_PAYLOAD_H
#define SONDE_PAYLOAD_H

#include "dp_types.h"

enum { PAYLOAD_LIST_MAX = 255 };

struct payload_list {
	struct dp_payload v[PAYLOAD_LIST_MAX];
	unsigned count;
	uint8_t *owned[PAYLOAD_LIST_MAX]; /* bytes that came from a file */
	unsigned owned_count;
	bool ask_fragile; /* a file may have payloads for the ports of fragile devices, too */
};

/* Whether the port may be probed. The port of a fragile device may be only if it has a request that
 * does not harm the device (vd_fragile_request()), or a payload of its own in @l. Pure. */
bool payload_allows(const struct payload_list *l, uint16_t port);

void payload_list_init(struct payload_list *l); /* with the built-in payloads */
/* Free the memory; a zeroed list is fine. */
void payload_list_fini(struct payload_list *l);

/* Add the payload of one line, which comes without its newline. 0, -EINVAL with @err ("column N:
 * expected ..."), -ENOSPC, -ENOMEM. */
int payload_line(struct payload_list *l, const char *line, struct error *err);
/* Add the payloads of a file. 0 or -errno; @err names file and line. */
int payload_file(struct payload_list *l, const char *path, struct error *err);

/* A digest of the payloads: equal lists have equal digests. */
uint64_t payload_digest(const struct payload_list *l);

#endif
