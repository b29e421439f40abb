/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - decides which (address, port) of the test wire is open, both for the XDP program that
 * answers and for the list of what a scan must find.
 */
#ifndef RESPONDER_RULE_H
#define RESPONDER_RULE_H

enum responder_answer { RESPONDER_SILENT, RESPONDER_OPEN, RESPONDER_CLOSED };

struct responder_config {
	__u32 open_permille;        /* of all targets */
	__u32 closed_permille;      /* further ones that answer RST */
	__u32 loss_permyriad;       /* arriving probes dropped at random, of 10,000 */
	__u32 reply_loss_permyriad; /* answers dropped at random, of 10,000 */
	/* arriving probes beyond so many in 10 ms are dropped (a link's buffer); 0 = no limit */
	__u32 limit_per_10ms;
	/* instead: arriving probes pass a queue that sends one each @interval_ns and holds those of
	 * @queue_ns; what does not fit is dropped. 0 = there is none */
	__u64 interval_ns, queue_ns;
	__u32 everywhere_permyriad; /* hosts that answer on every port, of 10,000 */
};

struct responder_counters {
	__u64 arrived, answered, lost, over_limit;
	__u64 frames; /* IPv4 frames of any kind */
	/* when the first of them came and, to within 64 frames, the last */
	__u64 first_ns, last_ns;
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

/* The answer of a target. @address and @port in host order. */
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
