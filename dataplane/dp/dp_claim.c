/* SPDX-License-Identifier: Apache-2.0 */
/* dp_claim.c - chooses the source ports of a scan, so that it takes those of nobody else. */
#include "dp_claim.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "announce.h"
#include "error.h"
#include "local_ports.h"
#include "port_set.h"

enum {
	FIRST = 61000, /* the ports that are best: outside Linux's usual ephemeral range */
	LAST = 65531,
	UNPRIVILEGED = 1024, /* the other ports begin here */
	MOST = LAST - FIRST + 1,
	ENOUGH =
		256, /* fewer of the best are not worth more than as many as wanted of the others */
	HOLDER_TEXT = 128,
};

/* Who has which ports. */
struct claims {
	const struct dp *dp;
	struct port_set taken;    /* by sockets and by other scans */
	struct port_set avoided;  /* the same, and those that the kernel takes for connections */
	struct announced other;   /* a scan that keeps this one off the interface; pid 0: none */
	uint16_t wanted;          /* whose holder is wanted */
	char holder[HOLDER_TEXT]; /* "": none */
};

/* Whether packets for the socket and packets for the scan can have the same destination. */
static bool meets(const struct dp *dp, const struct local_socket *s)
{
	for (unsigned i = 0; i < dp->set.source_count; i++)
		if (!(dp->set.unshared >> i & 1) &&
		    (s->any || dp_addr_compare(&s->addr, &dp->set.source[i]) == 0))
			return true;
	/* The kernel may choose any address of the interface. */
	for (unsigned i = 0; i < dp->link.net_count && !dp->set.sources_given; i++)
		if (dp_addr_compare(&s->addr, &dp->link.net[i].addr) == 0)
			return true;
	return false;
}

static bool add_socket(void *arg, const struct local_socket *s)
{
	struct claims *c = arg;

	if (meets(c->dp, s))
		port_set_add(&c->taken, s->port, s->port);
	return true;
}

static bool add_scan(void *arg, const struct announced *a)
{
	struct claims *c = arg;

	port_set_add(&c->taken, a->first, a->last);
	if (a->xdp && c->dp->set.kind == DP_PORT_IFACE)
		c->other = *a;
	return true;
}

static bool has_shared_source(const struct dp *dp)
{
	for (unsigned i = 0; i < dp->set.source_count; i++)
		if (!(dp->set.unshared >> i & 1))
			return true;
	return false;
}

/* Collect the ports of others. The kernel's sockets and connections have nothing to do with
 * addresses that the kernel does not have. */
static int collect(struct claims *c)
{
	uint16_t first, last;
	int ret = announce_each(c->dp->link.index, add_scan, c);
	bool shared = has_shared_source(c->dp);

	if (ret == 0 && shared)
		ret = local_sockets_each(add_socket, c);
	c->avoided = c->taken;
	if (ret == 0 && shared && local_ephemeral(&first, &last) == 0)
		port_set_add(&c->avoided, first, last);
	return ret;
}

/* ---- who holds a port ---- */

static bool is_socket(void *arg, const struct local_socket *s)
{
	struct claims *c = arg;
	char holder[LOCAL_HOLDER_TEXT];

	if (s->port != c->wanted || !meets(c->dp, s))
		return true;
	snprintf(c->holder, sizeof(c->holder), "belongs to %s", local_holder(s->inode, holder));
	return false;
}

static bool is_scan(void *arg, const struct announced *a)
{
	struct claims *c = arg;

	if (c->wanted < a->first || c->wanted > a->last)
		return true;
	snprintf(c->holder, sizeof(c->holder), "belongs to another scan (pid %d), which has %u-%u",
	         a->pid, a->first, a->last);
	return false;
}

static void name_holder(struct claims *c, uint16_t port)
{
	c->wanted = port;
	announce_each(c->dp->link.index, is_scan, c);
	if (c->holder[0] == '\0')
		local_sockets_each(is_socket, c);
	if (c->holder[0] == '\0')
		snprintf(c->holder, sizeof(c->holder), "is in net.ipv4.ip_local_port_range");
}

/* ---- the choice ---- */

/* Take the longest gap of a range, at most MOST ports of it, the last ones. Returns false if it
 * has fewer than @least ports. */
static bool take_gap(struct dp_settings *s, const struct port_set *taken, uint16_t from,
                     uint16_t to, unsigned least)
{
	uint16_t first = 0;
	unsigned n = port_set_gap(taken, from, to, &first);

	if (n < least)
		return false;
	s->port_last = (uint16_t)(first + n - 1);
	s->port_first = n > MOST ? (uint16_t)(s->port_last - MOST + 1) : first;
	return true;
}

/* Choose the longest free part of the best ports, else of all. Where the kernel takes ports for
 * connections everywhere, the scan takes some of these that no socket has now; grabs use the
 * others, and the steering program leaves the kernel its connections. */
static bool choose_ports(struct dp_settings *s, const struct claims *c, unsigned least)
{
	unsigned enough = least > ENOUGH ? least : ENOUGH;

	return take_gap(s, &c->avoided, FIRST, LAST, enough) ||
	       take_gap(s, &c->avoided, UNPRIVILEGED, UINT16_MAX, enough) ||
	       take_gap(s, &c->taken, FIRST, LAST, enough) ||
	       take_gap(s, &c->taken, UNPRIVILEGED, UINT16_MAX, least);
}

static int choose(struct dp *dp, struct claims *c, unsigned least, struct error *err)
{
	uint16_t port = FIRST;

	if (!choose_ports(&dp->set, c, least))
		return error_set(err, -EADDRINUSE,
		                 "no %u source ports in a row are free on '%s': end other scans "
		                 "or servers, or name some by --source-port",
		                 least, dp->set.name);
	if (port_set_find(&c->avoided, dp->set.port_first, dp->set.port_last, &port)) {
		snprintf(dp->ports_why, sizeof(dp->ports_why),
		         "none are free outside net.ipv4.ip_local_port_range");
		return 0;
	}
	if (!port_set_find(&c->avoided, FIRST, LAST, &port))
		return 0;
	name_holder(c, port);
	snprintf(dp->ports_why, sizeof(dp->ports_why), "port %u %s", port, c->holder);
	return 0;
}

/* Refuse ports that the operator named and that others have. Those that the kernel may take for
 * connections are no one's yet. */
static int check_ports(const struct dp *dp, struct claims *c, struct error *err)
{
	uint16_t port;

	if (!port_set_find(&c->taken, dp->set.port_first, dp->set.port_last, &port))
		return 0;
	name_holder(c, port);
	return error_set(err, -EADDRINUSE,
	                 "--source-port %u-%u: port %u %s; choose others, or leave the option "
	                 "out: the scan finds free ones by itself",
	                 dp->set.port_first, dp->set.port_last, port, c->holder);
}

static int announce(struct dp *dp, bool xdp)
{
	const struct announced a = {.ifindex = dp->link.index,
	                            .xdp = xdp,
	                            .first = dp->set.port_first,
	                            .last = dp->set.port_last};
	int fd = announce_make(&a);

	if (fd < 0)
		return fd;
	dp_claim_drop(dp);
	dp->announce_fd = fd;
	return 0;
}

/* Whether the kernel takes ports for connections that are source ports of the scan. */
static bool kernel_connects(const struct dp *dp)
{
	uint16_t first, last;

	return has_shared_source(dp) && local_ephemeral(&first, &last) == 0 &&
	       first <= dp->set.port_last && last >= dp->set.port_first;
}

static int decide(struct dp *dp, unsigned least, struct error *err)
{
	struct claims c = {.dp = dp};
	int ret = collect(&c);

	if (ret < 0)
		return error_set(err, ret, "the local ports in use cannot be read from /proc: %s",
		                 strerror(-ret));
	if (c.other.pid != 0)
		return error_set(err, -EBUSY,
		                 "interface '%s' already serves another scan by AF_XDP (pid %d, "
		                 "source ports %u-%u): wait for its end, scan over another "
		                 "interface, or say --af-packet %s, which takes other source ports",
		                 dp->set.name, c.other.pid, c.other.first, c.other.last,
		                 dp->set.name);
	ret = dp->set.port_first == 0 ? choose(dp, &c, least, err) : check_ports(dp, &c, err);
	if (ret < 0)
		return ret;
	dp->set.connects = kernel_connects(dp);
	ret = announce(dp, dp->set.kind == DP_PORT_IFACE);
	return ret == 0 ? 0
	                : error_set(err, ret, "the scan cannot be announced to others: %s",
	                            strerror(-ret));
}

int dp_claim(struct dp *dp, unsigned least, struct error *err)
{
	int lock = announce_lock(dp->link.index), ret;

	if (lock < 0)
		return error_set(err, lock == -EADDRINUSE ? -EBUSY : lock,
		                 "another scan has been starting on '%s' for 2 s: try again (%s)",
		                 dp->set.name, strerror(-lock));
	ret = decide(dp, least, err);
	close(lock);
	return ret;
}

void dp_claim_standard(struct dp *dp)
{
	if (dp->set.port_first != 0)
		return;
	dp->set.port_first = FIRST;
	dp->set.port_last = LAST;
}

int dp_claim_packet(struct dp *dp)
{
	return announce(dp, false);
}

void dp_claim_drop(struct dp *dp)
{
	if (dp->announce_fd >= 0)
		close(dp->announce_fd);
	dp->announce_fd = -1;
}
