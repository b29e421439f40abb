/* SPDX-License-Identifier: Apache-2.0 */
/* route.c - the questions to rtnetlink and its answers. */
#include "route.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "dp_addr.h"

enum { ANSWER_MAX = 32768 };

/* A question: a header, a family header of its kind and attributes. */
struct question {
	struct nlmsghdr h;
	union {
		struct rtmsg route;
		struct fib_rule_hdr rule;
		struct ndmsg neighbour;
		struct ifinfomsg link;
		char room[256];
	};
};

int route_socket(void)
{
	struct timeval patience = {.tv_sec = 2};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static struct question begin(uint16_t type, uint16_t flags, size_t len)
{
	static _Atomic uint32_t number;

	return (struct question){.h = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(len),
	                               .nlmsg_type = type,
	                               .nlmsg_flags = NLM_F_REQUEST | flags,
	                               .nlmsg_seq = ++number}};
}

static void add(struct question *q, uint16_t type, const void *data, uint16_t len)
{
	struct rtattr *a = (struct rtattr *)((char *)q + NLMSG_ALIGN(q->h.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (uint16_t)RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	q->h.nlmsg_len = (uint32_t)(NLMSG_ALIGN(q->h.nlmsg_len) + RTA_ALIGN(a->rta_len));
}

static void add_address(struct question *q, uint16_t type, const struct dp_addr *a)
{
	bool v4 = dp_addr_is_v4(a, NULL);

	add(q, type, v4 ? a->b + 12 : a->b, v4 ? 4 : 16);
}

static int send_question(int fd, const struct question *q)
{
	return send(fd, q, q->h.nlmsg_len, 0) == (ssize_t)q->h.nlmsg_len ? 0 : -errno;
}

/* What is done with each message of an answer. Returns 0 or -errno. */
typedef int (*reader)(void *arg, struct nlmsghdr *h);

/* Read a datagram. Returns 1: there is more to come, 0: the end, or -errno. */
static int read_some(int fd, const struct question *q, reader read, void *arg)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_MAX];
	ssize_t n = recv(fd, buf, sizeof(buf), 0);
	int ret = 1;

	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	for (struct nlmsghdr *h = (struct nlmsghdr *)buf; ret == 1 && NLMSG_OK(h, (size_t)n);
	     h = NLMSG_NEXT(h, n)) {
		if (h->nlmsg_seq != q->h.nlmsg_seq)
			continue;
		if (h->nlmsg_type == NLMSG_ERROR) {
			struct nlmsgerr *e = NLMSG_DATA(h);

			return h->nlmsg_len < NLMSG_LENGTH(sizeof(*e)) ? -EIO : e->error;
		}
		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		ret = read(arg, h);
		if (ret == 0)
			ret = h->nlmsg_flags & NLM_F_MULTI;
		if (ret > 0)
			ret = 1;
	}
	return ret;
}

static int ask(int fd, const struct question *q, reader read, void *arg)
{
	int ret = send_question(fd, q);

	if (ret != 0)
		return ret;
	do
		ret = read_some(fd, q, read, arg);
	while (ret > 0);
	return ret;
}

/* ---- one address ----------------------------------------------------------------------------- */

static uint32_t read_u32(struct rtattr *a)
{
	uint32_t v = 0;

	if (RTA_PAYLOAD(a) >= sizeof(v))
		memcpy(&v, RTA_DATA(a), sizeof(v));
	return v;
}

/* Read an address of @len bytes, 4 or 16, in network order. */
static bool read_address(const void *data, size_t len, struct dp_addr *out)
{
	uint32_t v4;

	if (len == sizeof(out->b)) {
		memcpy(out->b, data, sizeof(out->b));
		return true;
	}
	if (len != sizeof(v4))
		return false;
	memcpy(&v4, data, sizeof(v4));
	*out = dp_addr_v4(ntohl(v4));
	return true;
}

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
		r->has_gateway = read_address((char *)RTA_DATA(a) + sizeof(uint16_t),
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
			r->index = (int)read_u32(a);
		else if (a->rta_type == RTA_GATEWAY)
			r->has_gateway = read_address(RTA_DATA(a), RTA_PAYLOAD(a), &r->gateway);
		else if (a->rta_type == RTA_VIA)
			read_via(a, r);
		else if (a->rta_type == RTA_PREFSRC)
			r->has_source = read_address(RTA_DATA(a), RTA_PAYLOAD(a), &r->source);
	}
	return 0;
}

static struct question about(const struct dp_addr *to, int index, unsigned flags)
{
	struct question q = begin(RTM_GETROUTE, 0, sizeof(struct rtmsg));
	bool v4 = dp_addr_is_v4(to, NULL);
	uint32_t oif = (uint32_t)index;

	q.route = (struct rtmsg){.rtm_family = v4 ? AF_INET : AF_INET6,
	                         .rtm_dst_len = v4 ? 32 : 128,
	                         .rtm_flags = flags};
	add_address(&q, RTA_DST, to);
	if (index != 0)
		add(&q, RTA_OIF, &oif, sizeof(oif));
	return q;
}

int route_ask(int fd, const struct dp_addr *to, int index, struct route *out)
{
	struct question q = about(to, index, 0);
	int ret;

	*out = (struct route){.kind = ROUTE_NONE};
	ret = ask(fd, &q, read_route, out);
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
	struct question q = about(to, 0, RTM_F_FIB_MATCH);
	struct path p = {.index = index};

	return ask(fd, &q, read_paths, &p) == 0 && p.found;
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
			metric = read_u32(a);
	if (r.index != b->index || !r.has_gateway || (b->found && metric >= b->metric))
		return 0;
	*b = (struct best){b->index, metric, true, r.gateway};
	return 0;
}

int route_default(int index, bool v6, struct dp_addr *gateway)
{
	struct question q = begin(RTM_GETROUTE, NLM_F_DUMP, sizeof(struct rtmsg));
	struct best b = {.index = index};
	int fd = route_socket(), ret;

	if (fd < 0)
		return fd;
	q.route.rtm_family = v6 ? AF_INET6 : AF_INET;
	ret = ask(fd, &q, read_default, &b);
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
		if (a->rta_type == RTA_DST && read_address(RTA_DATA(a), RTA_PAYLOAD(a), &to))
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
	struct question routes = begin(RTM_GETROUTE, NLM_F_DUMP, sizeof(struct rtmsg));
	struct question rules = begin(RTM_GETRULE, NLM_F_DUMP, sizeof(struct fib_rule_hdr));
	struct cuts c = {0};
	int ret;

	routes.route.rtm_family = rules.rule.family = v6 ? AF_INET6 : AF_INET;
	ret = ask(fd, &routes, read_block, &c);
	if (ret == 0)
		ret = ask(fd, &rules, read_block, &c);
	if (ret == -EOPNOTSUPP || ret == -EAFNOSUPPORT)
		ret = 0; /* a kernel without rules, or without the family */
	if (ret < 0) {
		free(c.v);
		return ret;
	}
	*out = c.v;
	return c.count > 0 ? sort(&c) : 0;
}

/* ---- addresses of an interface --------------------------------------------------------------- */

struct addresses {
	int index;
	route_address each;
	void *arg;
};

static int read_own(void *arg, struct nlmsghdr *h)
{
	struct ifaddrmsg *m = NLMSG_DATA(h);
	int len = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*m));
	struct route_own own = {.len = 0};
	const struct addresses *all = arg;
	bool is_local = false, known = false;
	uint32_t flags = m->ifa_flags;

	if (h->nlmsg_type != RTM_NEWADDR || len < 0)
		return -EIO;
	for (struct rtattr *a = IFA_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		/* Where the address has a peer, IFA_ADDRESS is the peer's. */
		if (a->rta_type == IFA_LOCAL || (a->rta_type == IFA_ADDRESS && !is_local))
			known |= read_address(RTA_DATA(a), RTA_PAYLOAD(a), &own.addr);
		is_local |= a->rta_type == IFA_LOCAL;
		if (a->rta_type == IFA_FLAGS)
			flags = read_u32(a);
	}
	if (!known || (int)m->ifa_index != all->index || m->ifa_scope >= RT_SCOPE_HOST ||
	    flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED))
		return 0;
	own.len = (uint8_t)(m->ifa_prefixlen + (m->ifa_family == AF_INET ? 96 : 0));
	own.is_link_local = m->ifa_scope == RT_SCOPE_LINK;
	own.is_deprecated = flags & IFA_F_DEPRECATED;
	all->each(all->arg, &own);
	return 0;
}

int route_each_address(int fd, int index, route_address each, void *arg)
{
	struct question q = begin(RTM_GETADDR, NLM_F_DUMP, sizeof(struct ifaddrmsg));
	struct addresses all = {index, each, arg};

	return ask(fd, &q, read_own, &all);
}

/* ---- what an interface is a part of ---------------------------------------------------------- */

struct part {
	int master;
	char *kind;
};

static void read_info(struct rtattr *info, struct part *p)
{
	int len = (int)RTA_PAYLOAD(info);

	for (struct rtattr *a = RTA_DATA(info); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		size_t n = RTA_PAYLOAD(a);

		if ((a->rta_type & NLA_TYPE_MASK) != IFLA_INFO_SLAVE_KIND || n == 0)
			continue;
		if (n > ROUTE_KIND)
			n = ROUTE_KIND;
		memcpy(p->kind, RTA_DATA(a), n);
		p->kind[n - 1] = '\0';
	}
}

static int read_link(void *arg, struct nlmsghdr *h)
{
	struct ifinfomsg *m = NLMSG_DATA(h);
	int len = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*m));
	struct part *p = arg;

	for (struct rtattr *a = IFLA_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if ((a->rta_type & NLA_TYPE_MASK) == IFLA_MASTER)
			p->master = (int)read_u32(a);
		else if ((a->rta_type & NLA_TYPE_MASK) == IFLA_LINKINFO)
			read_info(a, p);
	}
	return 0;
}

int route_master(int fd, int index, int *master, char kind[ROUTE_KIND])
{
	struct question q = begin(RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	struct part p = {0, kind};
	int ret;

	kind[0] = '\0';
	q.link.ifi_index = index;
	ret = ask(fd, &q, read_link, &p);
	*master = ret == 0 ? p.master : 0;
	return ret;
}

/* ---- neighbours ------------------------------------------------------------------------------ */

struct neighbours {
	int index;
	route_neighbour each;
	void *arg;
};

static int read_neighbour(void *arg, struct nlmsghdr *h)
{
	struct ndmsg *m = NLMSG_DATA(h);
	int len = (int)h->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*m));
	const struct neighbours *n = arg;
	const uint8_t *mac = NULL;
	struct dp_addr addr;
	bool known = false;

	if (h->nlmsg_type != RTM_NEWNEIGH || len < 0)
		return -EIO;
	for (struct rtattr *a = (struct rtattr *)((char *)m + NLMSG_ALIGN(sizeof(*m)));
	     RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == NDA_DST)
			known = read_address(RTA_DATA(a), RTA_PAYLOAD(a), &addr);
		else if (a->rta_type == NDA_LLADDR && RTA_PAYLOAD(a) == 6)
			mac = RTA_DATA(a);
	}
	if (known && mac != NULL && m->ndm_ifindex == n->index && m->ndm_state & NUD_PERMANENT)
		n->each(n->arg, &addr, mac);
	return 0;
}

int route_each_neighbour(int fd, int index, route_neighbour each, void *arg)
{
	struct question q = begin(RTM_GETNEIGH, NLM_F_DUMP, sizeof(struct ndmsg));
	struct neighbours n = {index, each, arg};

	return ask(fd, &q, read_neighbour, &n);
}
