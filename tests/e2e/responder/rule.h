/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - which (address, port) of the test wire is open: one function for the XDP program that answers and
 * for the list of what a scan must find.
 */
#ifndef RESPONDER_RULE_H
#define RESPONDER_RULE_H

enum responder_answer { RESPONDER_SILENT, RESPONDER_OPEN, RESPONDER_CLOSED };

struct responder_config {
	__u32 open_permille;   /* of all targets */
	__u32 closed_permille; /* further ones that answer RST */
	__u32 loss_permyriad;  /* arriving probes thrown away at random, of 10,000 */
	__u32 limit_per_ms;    /* arriving probes beyond so many a millisecond are thrown away; 0 = none */
	__u32 latency_pad;
};

struct responder_counters {
	__u64 arrived, answered, lost, over_limit, other;
	__u64 frames;            /* of any kind */
	__u64 first_ns, last_ns; /* when the first and, to within 64, the last of them came */
};

/* @address and @port in host order. */
static inline __u32 responder_rule(const struct responder_config *c, __u32 address, __u16 port)
{
	__u32 h = address * 0x9e3779b1u ^ (__u32)port * 0x85ebca6bu;

	h ^= h >> 15;
	h *= 0x2c1b3c6du;
	h ^= h >> 12;
	h *= 0x297a2d39u;
	h ^= h >> 15;
	h %= 1000;
	if (h < c->open_permille)
		return RESPONDER_OPEN;
	return h < c->open_permille + c->closed_permille ? RESPONDER_CLOSED : RESPONDER_SILENT;
}

#endif
