/* SPDX-License-Identifier: Apache-2.0 */
/* route_link.c - asks the kernel what belongs to an interface: addresses, neighbours, its master. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "route.h"
#include "rtnl.h"

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
			known |= rtnl_address(RTA_DATA(a), RTA_PAYLOAD(a), &own.addr);
		is_local |= a->rta_type == IFA_LOCAL;
		if (a->rta_type == IFA_FLAGS)
			flags = rtnl_u32(a);
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
	struct rtnl_question q = rtnl_begin(RTM_GETADDR, NLM_F_DUMP, sizeof(struct ifaddrmsg));
	struct addresses all = {index, each, arg};

	return rtnl_ask(fd, &q, read_own, &all);
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
			p->master = (int)rtnl_u32(a);
		else if ((a->rta_type & NLA_TYPE_MASK) == IFLA_LINKINFO)
			read_info(a, p);
	}
	return 0;
}

int route_master(int fd, int index, int *master, char kind[ROUTE_KIND])
{
	struct rtnl_question q = rtnl_begin(RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	struct part p = {0, kind};
	int ret;

	kind[0] = '\0';
	q.link.ifi_index = index;
	ret = rtnl_ask(fd, &q, read_link, &p);
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
			known = rtnl_address(RTA_DATA(a), RTA_PAYLOAD(a), &addr);
		else if (a->rta_type == NDA_LLADDR && RTA_PAYLOAD(a) == 6)
			mac = RTA_DATA(a);
	}
	if (known && mac != NULL && m->ndm_ifindex == n->index && m->ndm_state & NUD_PERMANENT)
		n->each(n->arg, &addr, mac);
	return 0;
}

int route_each_neighbour(int fd, int index, route_neighbour each, void *arg)
{
	struct rtnl_question q = rtnl_begin(RTM_GETNEIGH, NLM_F_DUMP, sizeof(struct ndmsg));
	struct neighbours n = {index, each, arg};

	return rtnl_ask(fd, &q, read_neighbour, &n);
}
