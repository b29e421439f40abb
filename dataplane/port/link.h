/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.h - reads the properties of an interface from the kernel. Cold, control thread.
 */
#ifndef SONDE_LINK_H
#define SONDE_LINK_H

#include "dp_types.h"

enum { LINK_MAX_ADDRS = 64 };

struct link_net {
	struct dp_addr addr;
	uint8_t len; /* prefix length in 128 bits; IPv4: 96 + its own */
};

struct link {
	char name[16];
	int index;
	bool up;      /* set up by the administrator */
	bool carrier; /* a cable, a peer */
	bool ethernet;
	uint8_t mac[6];
	uint16_t rx_queues; /* in use; 1 if the device does not report them */
	uint16_t tx_queues;
	bool separate;        /* some receive channels are not combined with transmit ones */
	uint32_t mbps;        /* 0 = not known */
	int master;           /* index of the bridge, bond or VRF that it is a part of; 0 = none */
	char master_kind[16]; /* "bridge", "bond", "vrf", ...; "": none */
	struct link_net net[LINK_MAX_ADDRS]; /* IPv4 first; without link-local IPv6 addresses */
	unsigned net_count;
};

/* Read the properties of interface @name into @out. Returns 0, -ENODEV, -EOPNOTSUPP (not Ethernet),
 * -ENETDOWN or -errno; @err says what is wrong and how to repair it. */
int link_query(const char *name, struct link *out, struct error *err);

/* Whether the address belongs to this host, on any interface. Asks the kernel. */
bool link_is_local(const struct dp_addr *a);

/* Whether an interface that link_query() found is up and has its carrier. The kernel may tell of a
 * change up to a second late. */
bool link_carrier(const struct link *l);

/* Read how often the carrier came or went, which tells of changes between two looks. Returns false
 * and leaves *@out alone if the kernel does not say (no /sys of this network namespace). */
bool link_flaps(const struct link *l, uint64_t *out);

#endif
