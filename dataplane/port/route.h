/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - asks the kernel how it would reach an address, and what belongs to an interface.
 *
 * The kernel's answer takes all into account: rules, tables, metrics, addresses and their scopes;
 * for IPv6 the source is the one that RFC 6724 selects. Every call waits for the kernel, at most 2 s
 * for each of its messages. Any thread, but only one for each socket.
 */
#ifndef SONDE_ROUTE_H
#define SONDE_ROUTE_H

#include "range.h"

enum route_kind {
	ROUTE_NONE,      /* there is none, or it forbids to send */
	ROUTE_UNICAST,   /* by an interface */
	ROUTE_OWN,       /* the address is this machine's own */
	ROUTE_BROADCAST, /* broadcast, multicast, anycast: no single host */
};

struct route {
	enum route_kind kind;
	int index;        /* of the interface */
	bool has_gateway; /* false: the target is reached directly */
	struct dp_addr gateway;
	bool has_source;
	struct dp_addr source;
};

/* Open a socket for the calls below. The caller closes it. The socket or -errno. */
int route_socket(void);

/* Ask how @to is reached, by interface @index only if that is not 0. 0 or -errno. */
int route_ask(int fd, const struct dp_addr *to, int index, struct route *out);

/* Whether the route to @to has several next hops, one of them by interface @index. */
bool route_has_path(int fd, const struct dp_addr *to, int index);

/*
 * Collect where the kernel's answer may change: the first address of each block of a route or rule
 * of the family, and the address behind it. *@out becomes a sorted array without duplicates, which
 * the caller frees. Returns how many there are, or -errno.
 */
long route_cuts(int fd, bool v6, u128 **out);

/* Find the gateway of the best default route over interface @index in the main table, of IPv6 if
 * @v6. Opens a socket of its own. Returns 0, -ENOENT (there is none) or -errno. */
int route_default(int index, bool v6, struct dp_addr *gateway);

enum { ROUTE_KIND = 16 };
/* Find out which bridge, bond or VRF interface @index is a part of: its index, 0 if it is none, and
 * its kind, such as "bridge". 0 or -errno. */
int route_master(int fd, int index, int *master, char kind[ROUTE_KIND]);

/* An own address that packets can be sent from. */
struct route_own {
	struct dp_addr addr;
	uint8_t len; /* prefix length in 128 bits; IPv4: 96 + its own */
	bool is_link_local, is_deprecated;
};

typedef void (*route_address)(void *arg, const struct route_own *own);
/* Call @each for the addresses of interface @index, without those that are not in use yet or only
 * of this host. 0 or -errno. */
int route_each_address(int fd, int index, route_address each, void *arg);

/* An entry of the kernel's table of neighbours whose link-layer address does not change: a static
 * one. */
typedef void (*route_neighbour)(void *arg, const struct dp_addr *addr, const uint8_t mac[6]);
/* Call @each for the static neighbours on interface @index, of both families. 0 or -errno. */
int route_each_neighbour(int fd, int index, route_neighbour each, void *arg);

#endif
