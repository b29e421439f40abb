/* SPDX-License-Identifier: Apache-2.0 */
/*
 * steer.h - the steering program: which packets of a shared interface are the scan's.
 *
 * The AF_XDP driver loads the program from a path and attaches it by netlink, which outlives a
 * process. steer_take() then moves it to a bpf_link that this process holds: when the process ends,
 * however it ends, the kernel detaches the program. Control thread.
 */
#ifndef SONDE_STEER_H
#define SONDE_STEER_H

#include "dp_types.h"

struct steer {
	int ifindex;
	int object_fd; /* the program's ELF file, in memory */
	int link_fd;   /* -1: attached by netlink, the kernel has no XDP links (before 5.9) */
	bool generic;
	char path[32]; /* for the driver's xdp_prog= argument */
};

struct steer_filter {
	const struct dp_addr *sources;
	unsigned source_count;
	uint16_t port_first;
	uint16_t port_last;
	bool echo; /* echo replies to our identifiers, and errors that quote such requests */
};

/* Put the program where the driver can read it. -EBUSY: another XDP program holds the interface. */
int steer_open(struct steer *s, const char *ifname, int ifindex, struct dp_error *err);

/* Once the driver has attached the program: hold it by a link, tell it what is ours. @generic: move
 * it to generic XDP as well. */
int steer_take(struct steer *s, const struct steer_filter *f, bool generic, struct dp_error *err);

/* Detach what a driver that failed afterwards has left attached. Only before steer_take(). */
void steer_sweep(const struct steer *s);

/* Detach. Idempotent. */
void steer_close(struct steer *s);

#endif
