/* SPDX-License-Identifier: Apache-2.0 */
/*
 * announce.h - tells other scans in the network namespace which source ports a scan has where.
 *
 * An announcement is a socket bound to the abstract name "sonde-scan/IFINDEX/KIND/FIRST-LAST/PID",
 * with "xdp" or "packet" for KIND. The kernel lists it in /proc/net/unix for the namespace alone,
 * and takes it away when the process ends, however it ends. Cold, control thread.
 */
#ifndef SONDE_ANNOUNCE_H
#define SONDE_ANNOUNCE_H

#include "dp_types.h"

struct announced {
	int ifindex;
	bool xdp; /* by AF_XDP; false: by AF_PACKET */
	uint16_t first, last;
	int pid;
};

/* Wait until no other process decides about its source ports on the interface, at most 2 s.
 * Returns a descriptor, whose close() lets the next one decide, or -errno. */
int announce_lock(int ifindex);

/* Announce @a; its pid is filled in. Returns a descriptor, whose close() takes it back, or
 * -errno. */
int announce_make(const struct announced *a);

/* Return false to be shown no further announcement. */
typedef bool (*announce_fn)(void *arg, const struct announced *a);

/* Show @fn the announcements for the interface, of this process, too; none where /proc is not
 * mounted. Returns 0 or -errno. */
int announce_each(int ifindex, announce_fn fn, void *arg);

#endif
