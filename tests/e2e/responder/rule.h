/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - which (address, port) of the test wire is open: one function for the XDP program that
 * answers and for the list of what a scan must find.
 */
#ifndef RESPONDER_RULE_H
#define RESPONDER_RULE_H

enum responder_answer { RESPONDER_SILENT, RESPONDER_OPEN, RESPONDER_CLOSED };

struct responder_config {
	__u32 open_permille;        /* of all targets */
	__u32 closed_permille;      /* further ones that answer RST */
	__u32 loss_permyriad;       /* arriving probes thrown away at random, of 10,000 */
	__u32 reply_loss_permyriad; /* the same of what would be answered */
	/* arriving probes beyond so many in 10 ms (a link's buffer) are thrown away; 0 = none */
	__u32 limit_per_10ms;
	__u32 everywhere_permyriad; /* hosts that answer on every port, of 10,000 */
};

struct responder_counters {
	__u64 arrived, answered, lost, over_limit, other;
	__u64 frames;            /* of any kind */
	__u64 first_ns, last_ns; /* when the first and, to within 64, the last of them came */
};

static inline __u32 responder_mix(__u32 h)
{
	h ^= h >> 15;
	h *= 0x2c1b3c6du;
	h ^= h >> 12;
	h *= 0x297a2d39u;
	return h ^ h >> 15;
}

/* Whether the host at @address, in host order, answers on every port. */
static inline __u32 responder_everywhere(const struct responder_config *c, __u32 address)
{
	return c->everywhere_permyriad != 0 &&
	       responder_mix(address * 0x9e3779b1u + 0x6d2b79f5u) % 10000 < c->everywhere_permyriad;
}

/* @address and @port in host order. */
static inline __u32 responder_rule(const struct responder_config *c, __u32 address, __u16 port)
{
	__u32 h = responder_mix(address * 0x9e3779b1u ^ (__u32)port * 0x85ebca6bu) % 1000;

	if (responder_everywhere(c, address))
		return RESPONDER_OPEN;
	if (h < c->open_permille)
		return RESPONDER_OPEN;
	return h < c->open_permille + c->closed_permille ? RESPONDER_CLOSED : RESPONDER_SILENT;
}

#endif
