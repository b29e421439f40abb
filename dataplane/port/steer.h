/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steer.h - the steering program: it decides which packets of a shared interface go to the scan.
 *
 * It is attached once, by a bpf_link that this process holds, before DPDK's AF_XDP driver opens a
 * port. So the kernel detaches it whenever and however the process ends. For each port the driver
 * loads another program, and calls bpf_xdp_attach() of steer.c, which does not attach it. Needs
 * Linux 5.9. Control thread.
 */
#ifndef SONDE_STEER_H
#define SONDE_STEER_H

#include "dp_types.h"

struct bpf_object;
struct port;

struct steer {
	struct bpf_object *object;
	int ifindex;
	int file_fd; /* memory file with the ELF program that the driver loads */
	int link_fd;
	bool generic; /* attached to the kernel's generic hook, not to the driver's */
	/* why the driver's hook refused the program; "": it did not, or was not asked */
	char refusal[64];
	char path[32]; /* of @file_fd, for the driver's xdp_prog= argument */
};

struct steer_filter {
	const struct dp_addr *sources;
	unsigned source_count;
	uint32_t unshared; /* bit i: the kernel does not have source i: requests for it are ours */
	uint16_t vlan;     /* the VLAN of these requests */
	uint16_t port_first;
	uint16_t port_last;
	bool connects; /* the kernel may have connections from these ports */
	bool streams;  /* the segments of connections from these ports, not only answers to SYNs */
	bool echo;     /* echo replies to our identifiers, and errors that quote our requests */
};

/*
 * Attach the program to an interface. It passes everything to the kernel until steer_begin().
 * @generic: do not try the driver's hook. Returns 0, -EBUSY (the interface already runs an XDP
 * program) or the kernel's -errno; @err in words.
 */
int steer_open(struct steer *s, const char *ifname, int ifindex, bool generic, struct error *err);

/* Tell the program which packets are ours, and which sockets get them: those of @port, each for
 * its queue; the first serves the interface's queue 0, and so on. Returns 0 or -errno; @err in
 * words. */
int steer_begin(const struct steer *s, const struct steer_filter *f, const struct port *port,
                struct error *err);

/* Whether the interface still runs the program. Asks the kernel. */
bool steer_is_attached(const struct steer *s);

/* Detach. Idempotent. */
void steer_close(struct steer *s);

#endif
