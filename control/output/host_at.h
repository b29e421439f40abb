/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_at.h - what a host was at a moment of the past: its open ports, what ran there, its open CVEs.
 *
 * What ran on a port comes from the intervals of the history. Which ports were open and which CVEs they
 * had is what holds today, taken back by the entries of the change log since that moment: what was
 * opened or added is not there yet, what was closed or resolved is there still. So a CVE that was
 * not known then is not shown.
 */
#ifndef SONDE_HOST_AT_H
#define SONDE_HOST_AT_H

#include <stdio.h>

#include "output_format.h"
#include "store.h"

struct host_at_vuln {
	uint16_t port;
	uint8_t transport;
	char id[40];
	char verdict[12]; /* "affected", "possible"; "" = the log does not say */
};

struct host_at_port {
	struct store_interval what; /* as it was seen last by then */
	bool is_open;
};

struct host_at {
	struct dp_addr addr;
	int64_t at_us;
	struct host_at_port *ports; /* all of them open; owned */
	size_t port_count;
	struct host_at_vuln *vulns; /* by port, transport and id; owned */
	size_t vuln_count;
};

/* Read what @addr was at @at_us into *@out, which the caller frees with host_at_fini(). Takes a pass
 * over the change log since then. 0, -ENOMEM or -errno. */
int host_at_read(struct store *s, const struct dp_addr *addr, int64_t at_us, struct host_at *out);
void host_at_fini(struct host_at *h);

/* Print it as a table, or as one JSON object and a line feed. 0, -EIO or -ENOMEM. */
int host_at_write(const struct host_at *h, FILE *out, enum output_format format, unsigned width);

#endif
