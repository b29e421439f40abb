/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steer.h - the steering program: which packets of a shared interface are the scan's.
 *
 * It is attached once, by a bpf_link that this process holds, before DPDK's AF_XDP driver opens a
 * port: when the process ends, however and whenever it ends, the kernel detaches the program. The
 * driver is given another program to load, for each port, and believes to attach it; see
 * bpf_xdp_attach() in steer.c. Needs Linux 5.9. Control thread.
 */
#ifndef SONDE_STEER_H
#define SONDE_STEER_H

#include "dp_types.h"

struct bpf_object;
struct port;

struct steer {
	struct bpf_object *object;
	int ifindex;
	int file_fd; /* the ELF file of what the driver loads, in memory */
	int link_fd;
	bool generic;     /* attached to the kernel's generic hook, not to the driver's */
	char refusal[64]; /* why the driver's was not to be had; "": it was, or was not wanted */
	char path[32];    /* for the driver's xdp_prog= argument */
};

struct steer_filter {
	const struct dp_addr *sources;
	unsigned source_count;
	uint32_t unshared; /* bit i: no kernel answers for source i, so who asks for it asks us */
	uint16_t vlan;     /* in which that is asked */
	uint16_t port_first;
	uint16_t port_last;
	bool echo; /* echo replies to our identifiers, and errors that quote such requests */
};

/*
 * Attach the program. It passes everything to the kernel until steer_begin(). @generic: do not
 * ask the driver. 0, -EBUSY (another XDP program holds the interface), or what the kernel says; @err in
 * words.
 */
int steer_open(struct steer *s, const char *ifname, int ifindex, bool generic, struct error *err);

/* Tell the program what is ours, and which sockets get it: those of @port, each for its queue;
 * its first one serves the interface's queue 0, and so on. */
int steer_begin(const struct steer *s, const struct steer_filter *f, const struct port *port,
                struct error *err);

/* Detach. Idempotent. */
void steer_close(struct steer *s);

#endif
