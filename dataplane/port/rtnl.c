/* SPDX-License-Identifier: Apache-2.0 */
/* rtnl.c - sends questions to rtnetlink and takes its answers apart. */
#include "rtnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "dp_addr.h"

enum { ANSWER_MAX = 32768 };

struct rtnl_question rtnl_begin(uint16_t type, uint16_t flags, size_t len)
{
	static _Atomic uint32_t number;

	return (struct rtnl_question){.h = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(len),
	                                    .nlmsg_type = type,
	                                    .nlmsg_flags = NLM_F_REQUEST | flags,
	                                    .nlmsg_seq = ++number}};
}

void rtnl_add(struct rtnl_question *q, uint16_t type, const void *data, uint16_t len)
{
	struct rtattr *a = (struct rtattr *)((char *)q + NLMSG_ALIGN(q->h.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (uint16_t)RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	q->h.nlmsg_len = (uint32_t)(NLMSG_ALIGN(q->h.nlmsg_len) + RTA_ALIGN(a->rta_len));
}

void rtnl_add_address(struct rtnl_question *q, uint16_t type, const struct dp_addr *a)
{
	bool v4 = dp_addr_is_v4(a, NULL);

	rtnl_add(q, type, v4 ? a->b + 12 : a->b, v4 ? 4 : 16);
}

static int send_question(int fd, const struct rtnl_question *q)
{
	return send(fd, q, q->h.nlmsg_len, 0) == (ssize_t)q->h.nlmsg_len ? 0 : -errno;
}

/* Read a datagram. Returns 1: there is more to come, 0: the end, or -errno. */
static int read_some(int fd, const struct rtnl_question *q, rtnl_reader read, void *arg)
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

int rtnl_ask(int fd, const struct rtnl_question *q, rtnl_reader read, void *arg)
{
	int ret = send_question(fd, q);

	if (ret != 0)
		return ret;
	do
		ret = read_some(fd, q, read, arg);
	while (ret > 0);
	return ret;
}

uint32_t rtnl_u32(struct rtattr *a)
{
	uint32_t v = 0;

	if (RTA_PAYLOAD(a) >= sizeof(v))
		memcpy(&v, RTA_DATA(a), sizeof(v));
	return v;
}

bool rtnl_address(const void *data, size_t len, struct dp_addr *out)
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
