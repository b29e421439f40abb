/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtnl.h - questions to the kernel by rtnetlink (rtnetlink(7)): how they are made and how answers
 * are read. Any thread, but only one for each socket.
 */
#ifndef SONDE_RTNL_H
#define SONDE_RTNL_H

#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "dp_types.h"

/* A question: a header, a family header of its kind and attributes. */
struct rtnl_question {
	struct nlmsghdr h;
	union {
		struct rtmsg route;
		struct fib_rule_hdr rule;
		struct ndmsg neighbour;
		struct ifinfomsg link;
		char room[256];
	};
};

/* Begin a question of the type, with a family header of @len bytes that the caller fills in. */
struct rtnl_question rtnl_begin(uint16_t type, uint16_t flags, size_t len);

/* Append an attribute; the question has room for a handful. */
void rtnl_add(struct rtnl_question *q, uint16_t type, const void *data, uint16_t len);
void rtnl_add_address(struct rtnl_question *q, uint16_t type, const struct dp_addr *a);

/* What is done with each message of an answer. Returns 0 or -errno. */
typedef int (*rtnl_reader)(void *arg, struct nlmsghdr *h);

/* Ask, and call @read for each message of the answer. Waits for the kernel, at most 2 s for each
 * datagram. Returns 0, the kernel's or @read's -errno, or -ETIMEDOUT. */
int rtnl_ask(int fd, const struct rtnl_question *q, rtnl_reader read, void *arg);

/* The value of an attribute; 0 if it is too short. */
uint32_t rtnl_u32(struct rtattr *a);

/* Read an address of @len bytes, 4 or 16, in network order. Returns false for another length. */
bool rtnl_address(const void *data, size_t len, struct dp_addr *out);

#endif
