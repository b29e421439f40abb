/* SPDX-License-Identifier: Apache-2.0 */
/* route.c - reads the kernel's default route over an interface, by rtnetlink (rtnetlink(7)). */
#include "route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "dp_addr.h"
#include "dp_types.h"

struct route {
	bool has_gateway;
	struct dp_addr gateway;
	uint32_t metric;
	uint32_t oif;
};

static uint32_t attr_u32(struct rtattr *a)
{
	uint32_t v = 0;

	if (RTA_PAYLOAD(a) >= sizeof(v))
		memcpy(&v, RTA_DATA(a), sizeof(v));
	return v;
}

/* Read an address of 4 or 16 bytes in network order. Returns false if @a has another length. */
static bool attr_addr(struct rtattr *a, struct dp_addr *out)
{
	uint32_t v4 = attr_u32(a);

	if (RTA_PAYLOAD(a) == sizeof(v4))
		*out = dp_addr_v4(ntohl(v4));
	else if (RTA_PAYLOAD(a) == sizeof(out->b))
		memcpy(out->b, RTA_DATA(a), sizeof(out->b));
	else
		return false;
	return true;
}

/* Read a message about a default route with a gateway in the main table. Returns false for any
 * other. */
static bool read_route(struct nlmsghdr *h, struct route *out)
{
	struct rtmsg *m = NLMSG_DATA(h);
	int len = (int)RTM_PAYLOAD(h);

	*out = (struct route){.has_gateway = false};
	if (h->nlmsg_type != RTM_NEWROUTE || h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)) ||
	    m->rtm_dst_len != 0 || m->rtm_type != RTN_UNICAST || m->rtm_table != RT_TABLE_MAIN)
		return false;
	for (struct rtattr *a = RTM_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == RTA_GATEWAY)
			out->has_gateway = attr_addr(a, &out->gateway);
		else if (a->rta_type == RTA_OIF)
			out->oif = attr_u32(a);
		else if (a->rta_type == RTA_PRIORITY)
			out->metric = attr_u32(a);
	}
	return out->has_gateway;
}

static int ask(int fd, unsigned char family)
{
	struct {
		struct nlmsghdr h;
		struct rtmsg m;
	} q = {
		.h = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
	              .nlmsg_type = RTM_GETROUTE,
	              .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.m = {.rtm_family = family},
	};

	return send(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q) ? 0 : -errno;
}

/* Read one datagram of the dump into @best. Returns 1: there is more, 0: the end, or -errno. */
static int take(int fd, int index, struct route *best)
{
	_Alignas(struct nlmsghdr) char buf[32768];
	ssize_t n = recv(fd, buf, sizeof(buf), 0);
	struct route r;

	if (n < 0)
		return -errno;
	for (struct nlmsghdr *h = (struct nlmsghdr *)buf; NLMSG_OK(h, (size_t)n);
	     h = NLMSG_NEXT(h, n)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		if (h->nlmsg_type == NLMSG_ERROR)
			return -EIO;
		if (read_route(h, &r) && r.oif == (uint32_t)index &&
		    (!best->has_gateway || r.metric < best->metric))
			*best = r;
	}
	return 1;
}

int route_default(int index, bool v6, struct dp_addr *gateway)
{
	struct timeval patience = {.tv_sec = 2};
	struct route best = {.has_gateway = false};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int ret;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	ret = ask(fd, v6 ? AF_INET6 : AF_INET);
	if (ret == 0) {
		do
			ret = take(fd, index, &best);
		while (ret > 0);
	}
	close(fd);
	if (ret == 0 && !best.has_gateway)
		ret = -ENOENT;
	if (ret == 0)
		*gateway = best.gateway;
	return ret;
}
