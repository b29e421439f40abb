/* SPDX-License-Identifier: Apache-2.0 */
/* route.c - asks the kernel for its routes. */
#include "route.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "dp_addr.h"
#include "rtnl.h"

int route_socket(void)
{
	struct timeval patience = {.tv_sec = 2};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* ---- one address ----------------------------------------------------------------------------- */

static enum route_kind kind_of(unsigned char type)
{
	switch (type) {
	case RTN_UNICAST:
		return ROUTE_UNICAST;
	case RTN_LOCAL:
		return ROUTE_OWN;
	case RTN_BROADCAST:
	case RTN_ANYCAST:
	case RTN_MULTICAST:
		return ROUTE_BROADCAST;
	default:
		return ROUTE_NONE;
	}
}

/* RFC 5549: the gateway of an IPv4 route may be an IPv6 address. */
static void read_via(struct rtattr *a, struct route *r)
{
	size_t len = RTA_PAYLOAD(a);

	if (len > sizeof(uint16_t))
		r->has_gateway = rtnl_address((char *)RTA_DATA(a) + sizeof(uint16_t),
		                              len - sizeof(uint16_t), &r->gateway);
}

static int read_route(void *arg, struct nlmsghdr *h)
{
	struct rtmsg *m = NLMSG_DATA(h);
	int len = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*m));
	struct route *r = arg;

	if (h->nlmsg_type != RTM_NEWROUTE || len < 0)
		return -EIO;
	r->kind = kind_of(m->rtm_type);
	for (struct rtattr *a = RTM_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == RTA_OIF)
			r->index = (int)rtnl_u32(a);
		else if (a->rta_type == RTA_GATEWAY)
			r->has_gateway = rtnl_address(RTA_DATA(a), RTA_PAYLOAD(a), &r->gateway);
		else if (a->rta_type == RTA_VIA)
			read_via(a, r);
		else if (a->rta_type == RTA_PREFSRC)
			r->has_source = rtnl_address(RTA_DATA(a), RTA_PAYLOAD(a), &r->source);
	}
	return 0;
}

static struct rtnl_question about(const struct dp_addr *to, int index, unsigned flags)
{
	struct rtnl_question q = rtnl_begin(RTM_GETROUTE, 0, sizeof(struct rtmsg));
	bool v4 = dp_addr_is_v4(to, NULL);
	uint32_t oif = (uint32_t)index;

	q.route = (struct rtmsg){.rtm_family = v4 ? AF_INET : AF_INET6,
	                         .rtm_dst_len = v4 ? 32 : 128,
	                         .rtm_flags = flags};
	rtnl_add_address(&q, RTA_DST, to);
	if (index != 0)
		rtnl_add(&q, RTA_OIF, &oif, sizeof(oif));
	return q;
}

int route_ask(int fd, const struct dp_addr *to, int index, struct route *out)
{
	struct rtnl_question q = about(to, index, 0);
	int ret;

	*out = (struct route){.kind = ROUTE_NONE};
	ret = rtnl_ask(fd, &q, read_route, out);
	switch (ret) {
	case -ENETUNREACH:
	case -EHOSTUNREACH:
	case -EACCES: /* a route of type prohibit */
	case -EINVAL: /* of type blackhole */
	case -EAGAIN: /* of type throw, without a further table */
	case -ENODEV:
		*out = (struct route){.kind = ROUTE_NONE};
		return 0;
	default:
		return ret;
	}
}

struct path {
	int index;
	bool found;
};

static int read_paths(void *arg, struct nlmsghdr *h)
{
	struct rtmsg *m = NLMSG_DATA(h);
	int len = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*m));
	struct path *p = arg;

	for (struct rtattr *a = RTM_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		int left = (int)RTA_PAYLOAD(a);

		if (a->rta_type != RTA_MULTIPATH)
			continue;
		for (struct rtnexthop *n = RTA_DATA(a); RTNH_OK(n, left);
		     left -= NLMSG_ALIGN(n->rtnh_len), n = RTNH_NEXT(n))
			p->found |= n->rtnh_ifindex == p->index;
	}
	return 0;
}

bool route_has_path(int fd, const struct dp_addr *to, int index)
{
	struct rtnl_question q = about(to, 0, RTM_F_FIB_MATCH);
	struct path p = {.index = index};

	return rtnl_ask(fd, &q, read_paths, &p) == 0 && p.found;
}

/* ---- the default route ----------------------------------------------------------------------- */

struct best {
	int index;
	uint32_t metric;
	bool found;
	struct dp_addr gateway;
};

static int read_default(void *arg, struct nlmsghdr *h)
{
	struct rtmsg *m = NLMSG_DATA(h);
	int len = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*m));
	struct route r = {.kind = ROUTE_NONE};
	struct best *b = arg;
	uint32_t metric = 0;

	if (len < 0 || m->rtm_dst_len != 0 || m->rtm_type != RTN_UNICAST ||
	    m->rtm_table != RT_TABLE_MAIN || read_route(&r, h) != 0)
		return 0;
	for (struct rtattr *a = RTM_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == RTA_PRIORITY)
			metric = rtnl_u32(a);
	if (r.index != b->index || !r.has_gateway || (b->found && metric >= b->metric))
		return 0;
	*b = (struct best){b->index, metric, true, r.gateway};
	return 0;
}

int route_default(int index, bool v6, struct dp_addr *gateway)
{
	struct rtnl_question q = rtnl_begin(RTM_GETROUTE, NLM_F_DUMP, sizeof(struct rtmsg));
	struct best b = {.index = index};
	int fd = route_socket(), ret;

	if (fd < 0)
		return fd;
	q.route.rtm_family = v6 ? AF_INET6 : AF_INET;
	ret = rtnl_ask(fd, &q, read_default, &b);
	close(fd);
	if (ret == 0 && !b.found)
		ret = -ENOENT;
	if (ret == 0)
		*gateway = b.gateway;
	return ret;
}

/* ---- where the answer may change ------------------------------------------------------------- */

struct cuts {
	u128 *v;
	size_t count, room;
};

static int add_cut(struct cuts *c, u128 at)
{
	if (c->count == c->room) {
		size_t room = c->room > 0 ? 2 * c->room : 256;
		void *more = realloc(c->v, room * sizeof(c->v[0]));

		if (more == NULL)
			return -ENOMEM;
		c->v = more;
		c->room = room;
	}
	c->v[c->count++] = at;
	return 0;
}

/* Add both ends of the block @addr/@len; @len counts in the address's own family. */
static int add_block(struct cuts *c, const struct dp_addr *addr, unsigned len)
{
	unsigned bits = dp_addr_is_v4(addr, NULL) ? 32 : 128;
	u128 host = len == 0 || len > bits ? 0 : ~(u128)0 >> (128 - bits) >> (len - 1) >> 1;
	u128 first = range_from_addr(addr) & ~host;
	int ret;

	if (len == 0 || len > bits)
		return 0; /* everything, or nonsense */
	ret = add_cut(c, first);
	return ret == 0 ? add_cut(c, (first | host) + 1) : ret;
}

/* The destination of a route or of a rule: both have the same attribute. */
static int read_block(void *arg, struct nlmsghdr *h)
{
	static_assert((int)RTA_DST == (int)FRA_DST &&
	                      sizeof(struct rtmsg) == sizeof(struct fib_rule_hdr),
	              "routes and rules can be read alike");
	struct rtmsg *m = NLMSG_DATA(h);
	int len = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*m));
	struct dp_addr to;

	if (len < 0)
		return -EIO;
	for (struct rtattr *a = RTM_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == RTA_DST && rtnl_address(RTA_DATA(a), RTA_PAYLOAD(a), &to))
			return add_block(arg, &to, m->rtm_dst_len);
	return 0;
}

static int compare(const void *a, const void *b)
{
	u128 x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static long sort(struct cuts *c)
{
	size_t n = 0;

	qsort(c->v, c->count, sizeof(c->v[0]), compare);
	for (size_t i = 0; i < c->count; i++)
		if (n == 0 || c->v[n - 1] != c->v[i])
			c->v[n++] = c->v[i];
	return (long)n;
}

long route_cuts(int fd, bool v6, u128 **out)
{
	struct rtnl_question routes = rtnl_begin(RTM_GETROUTE, NLM_F_DUMP, sizeof(struct rtmsg));
	struct rtnl_question rules =
		rtnl_begin(RTM_GETRULE, NLM_F_DUMP, sizeof(struct fib_rule_hdr));
	struct cuts c = {0};
	int ret;

	routes.route.rtm_family = rules.rule.family = v6 ? AF_INET6 : AF_INET;
	ret = rtnl_ask(fd, &routes, read_block, &c);
	if (ret == 0)
		ret = rtnl_ask(fd, &rules, read_block, &c);
	if (ret == -EOPNOTSUPP || ret == -EAFNOSUPPORT)
		ret = 0; /* a kernel without rules, or without the family */
	if (ret < 0) {
		free(c.v);
		return ret;
	}
	*out = c.v;
	return c.count > 0 ? sort(&c) : 0;
}
