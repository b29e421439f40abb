/* SPDX-License-Identifier: Apache-2.0 */
/* steer.bpf.c - the XDP program that separates the scan's packets from the kernel's. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "steer_config.h"

/* The socket that serves each of the interface's queues. */
struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, STEER_MAX_QUEUES);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct steer_config);
} steer_config SEC(".maps");

struct vlan_tag {
	__be16 tci;
	__be16 type;
};

/* The header of ICMP (RFC 792, RFC 4443). The system's definition of it needs a C library. */
struct icmp {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be16 identifier;
	__be16 sequence;
};

enum {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_ECHO_REQUEST = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
	ICMP6_INFORMATIONAL = 128,
	ICMP6_SOLICITATION = 135,
	ARP_REQUEST = 1,
	ICMP6_ECHO_REQUEST = 128,
	ICMP6_ECHO_REPLY = 129,
};

/* An ARP packet for Ethernet and IPv4 (RFC 826). */
struct arp {
	__be16 hardware, protocol;
	__u8 hardware_len, protocol_len;
	__be16 operation;
	__u8 sender_mac[6], sender[4], target_mac[6], target[4];
};

struct ports {
	__be16 source;
	__be16 dest;
};

/* The part of a TCP header (RFC 9293) that tells an answer to a SYN from other segments. */
struct tcp {
	struct ports ports;
	__be32 sequence;
	__be32 acknowledgment;
	__u8 offset;
	__u8 flags;
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16, TCP_KIND = 23, TCP_LISTEN = 10 };

struct span {
	struct xdp_md *ctx;
	void *pos;
	void *end;
	__u32 vlan; /* of the outer tag; 0 = none */
};

/* The addresses and ports of a packet from a target to us, as the kernel looks for its socket. */
struct flow {
	struct bpf_sock_tuple tuple;
	__u32 len; /* of the part of @tuple that the family has */
};

static __always_inline struct flow flow_v4(__be32 target, __be32 own)
{
	struct flow f = {.len = sizeof(f.tuple.ipv4)};

	f.tuple.ipv4.saddr = target;
	f.tuple.ipv4.daddr = own;
	return f;
}

static __always_inline struct flow flow_v6(const struct in6_addr *target,
                                           const struct in6_addr *own)
{
	struct flow f = {.len = sizeof(f.tuple.ipv6)};

	__builtin_memcpy(f.tuple.ipv6.saddr, target, sizeof(f.tuple.ipv6.saddr));
	__builtin_memcpy(f.tuple.ipv6.daddr, own, sizeof(f.tuple.ipv6.daddr));
	return f;
}

static __always_inline void set_ports(struct flow *f, __be16 target, __be16 own)
{
	if (f->len == sizeof(f->tuple.ipv4)) {
		f->tuple.ipv4.sport = target;
		f->tuple.ipv4.dport = own;
	} else {
		f->tuple.ipv6.sport = target;
		f->tuple.ipv6.dport = own;
	}
}

/* Whether the kernel has a connection with these addresses and ports, or begins one. */
static __always_inline int kernel_connects(struct xdp_md *ctx, struct flow *f)
{
	struct bpf_sock *sk = bpf_skc_lookup_tcp(ctx, &f->tuple, f->len, BPF_F_CURRENT_NETNS, 0);
	int connects;

	if (!sk)
		return 0;
	connects = sk->state != TCP_LISTEN;
	bpf_sk_release(sk);
	return connects;
}

/* Whether the kernel has a UDP socket that would get the packet. */
static __always_inline int kernel_serves(struct xdp_md *ctx, struct flow *f)
{
	struct bpf_sock *sk = bpf_sk_lookup_udp(ctx, &f->tuple, f->len, BPF_F_CURRENT_NETNS, 0);

	if (!sk)
		return 0;
	bpf_sk_release(sk);
	return 1;
}

/* Returns the bit of the address's index if it is an own address, else 0. */
static __always_inline __u32 own_v4(const struct steer_config *c, __be32 addr)
{
#pragma unroll
	for (int i = 0; i < STEER_MAX_SOURCES; i++)
		if ((__u32)i < c->v4_count && c->v4_be[i] == addr)
			return 1u << i;
	return 0;
}

static __always_inline __u32 own_v6(const struct steer_config *c, const struct in6_addr *a)
{
	const __u32 *w = a->in6_u.u6_addr32;

#pragma unroll
	for (int i = 0; i < STEER_MAX_SOURCES; i++)
		if ((__u32)i < c->v6_count && c->v6_be[i][0] == w[0] && c->v6_be[i][1] == w[1] &&
		    c->v6_be[i][2] == w[2] && c->v6_be[i][3] == w[3])
			return 1u << i;
	return 0;
}

/* Whether @s is an ARP request for an address that no kernel answers for. */
static __always_inline int asks_v4(const struct steer_config *c, struct span s)
{
	struct arp *arp = s.pos;
	__be32 target;

	if ((void *)(arp + 1) > s.end || arp->operation != bpf_htons(ARP_REQUEST))
		return 0;
	__builtin_memcpy(&target, arp->target, sizeof(target));
	return s.vlan == c->vlan && (own_v4(c, target) & c->v4_alone) != 0;
}

static __always_inline int own_port(const struct steer_config *c, __be16 port)
{
	__u32 p = bpf_ntohs(port);

	return p >= c->port_first && p <= c->port_last;
}

/* Whether @s begins with a TCP header that may be an answer to a SYN of the scan. A local service or
 * client may have the same port: the kernel keeps what no probe is answered by, and the packets of
 * its own connections. */
static __always_inline int answers_syn(const struct steer_config *c, struct span s, struct flow *f)
{
	struct tcp *t = s.pos;
	__u8 kind;

	if ((void *)(t + 1) > s.end || !own_port(c, t->ports.dest))
		return 0;
	kind = t->flags & TCP_KIND;
	if (kind != (TCP_SYN | TCP_ACK) && !(kind & TCP_RST) && (!c->streams || (kind & TCP_SYN)))
		return 0;
	/* The RST that answers a SYN has the sequence number 0 (RFC 9293 3.10.7.1). */
	if (!c->connects && (kind == (TCP_SYN | TCP_ACK) || ((kind & TCP_RST) && t->sequence == 0)))
		return 1;
	set_ports(f, t->ports.source, t->ports.dest);
	return !kernel_connects(s.ctx, f);
}

/* Whether @s begins with a UDP header for one of our ports, which no local socket has. */
static __always_inline int answers_udp(const struct steer_config *c, struct span s, struct flow *f)
{
	struct ports *p = s.pos;

	if ((void *)(p + 1) > s.end || !own_port(c, p->dest))
		return 0;
	set_ports(f, p->source, p->dest);
	return !kernel_serves(s.ctx, f);
}

static __always_inline int answers(const struct steer_config *c, struct span s, __u8 proto,
                                   struct flow *f)
{
	if (proto == IPPROTO_TCP)
		return answers_syn(c, s, f);
	return proto == IPPROTO_UDP && answers_udp(c, s, f);
}

/* Whether @s begins with the TCP or UDP header of a packet from one of our ports that the kernel
 * has not sent. @f: the answers to it. */
static __always_inline int quotes(const struct steer_config *c, struct span s, __u8 proto,
                                  struct flow *f)
{
	struct ports *p = s.pos;

	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return 0;
	if ((void *)(p + 1) > s.end || !own_port(c, p->source))
		return 0;
	set_ports(f, p->dest, p->source);
	return proto == IPPROTO_TCP ? !kernel_connects(s.ctx, f) : !kernel_serves(s.ctx, f);
}

/* Whether @s begins with an echo message of the given type whose identifier is ours. */
static __always_inline int has_echo(const struct steer_config *c, struct span s, __u8 type)
{
	struct icmp *icmp = s.pos;

	if (!c->echo || (void *)(icmp + 1) > s.end || icmp->type != type)
		return 0;
	return own_port(c, icmp->identifier);
}

/* An ICMP error is ours if it quotes a packet from an own address and source port. */
static __always_inline int quotes_v4(const struct steer_config *c, struct span s)
{
	struct icmp *icmp = s.pos;
	struct iphdr *ip = (void *)(icmp + 1);
	struct flow f;

	if ((void *)(ip + 1) > s.end)
		return 0;
	if (icmp->type != ICMP_UNREACHABLE && icmp->type != ICMP_TIME_EXCEEDED &&
	    icmp->type != ICMP_PARAMETER)
		return 0;
	if (ip->version != 4 || ip->ihl < 5 || !own_v4(c, ip->saddr))
		return 0;
	s.pos = (void *)ip + ip->ihl * 4;
	if (ip->protocol == IPPROTO_ICMP)
		return has_echo(c, s, ICMP_ECHO_REQUEST);
	f = flow_v4(ip->daddr, ip->saddr);
	return quotes(c, s, ip->protocol, &f);
}

static __always_inline int quotes_v6(const struct steer_config *c, struct span s)
{
	struct icmp *icmp = s.pos;
	struct ipv6hdr *ip = (void *)(icmp + 1);
	struct flow f;

	if ((void *)(ip + 1) > s.end)
		return 0;
	if (icmp->type >= ICMP6_INFORMATIONAL || !own_v6(c, &ip->saddr))
		return 0;
	s.pos = ip + 1;
	if (ip->nexthdr == IPPROTO_ICMPV6)
		return has_echo(c, s, ICMP6_ECHO_REQUEST);
	f = flow_v6(&ip->daddr, &ip->saddr);
	return quotes(c, s, ip->nexthdr, &f);
}

/* Whether @s begins with a neighbour solicitation (RFC 4861 4.3) for an address that no kernel
 * answers for. */
static __always_inline int asks_v6(const struct steer_config *c, struct span s)
{
	struct icmp *icmp = s.pos;
	struct in6_addr *target = (void *)(icmp + 1);

	if ((void *)(target + 1) > s.end || icmp->type != ICMP6_SOLICITATION)
		return 0;
	return s.vlan == c->vlan && (own_v6(c, target) & c->v6_alone) != 0;
}

static __always_inline int ours_v4(const struct steer_config *c, struct span s)
{
	struct iphdr *ip = s.pos;
	struct flow f;

	if ((void *)(ip + 1) > s.end)
		return 0;
	if (ip->version != 4 || ip->ihl < 5 || !own_v4(c, ip->daddr))
		return 0;
	if (ip->frag_off & bpf_htons(0x3fff)) /* a fragment, the first included */
		return 0;
	s.pos = (void *)ip + ip->ihl * 4;
	if (ip->protocol == IPPROTO_ICMP)
		return has_echo(c, s, ICMP_ECHO_REPLY) || quotes_v4(c, s);
	f = flow_v4(ip->saddr, ip->daddr);
	return answers(c, s, ip->protocol, &f);
}

static __always_inline int ours_v6(const struct steer_config *c, struct span s)
{
	struct ipv6hdr *ip = s.pos;
	struct flow f;

	if ((void *)(ip + 1) > s.end)
		return 0;
	s.pos = ip + 1;
	if (c->v6_alone && ip->nexthdr == IPPROTO_ICMPV6 && asks_v6(c, s))
		return 1; /* most are sent to a group */
	if (!own_v6(c, &ip->daddr))
		return 0;
	if (ip->nexthdr == IPPROTO_ICMPV6)
		return has_echo(c, s, ICMP6_ECHO_REPLY) || quotes_v6(c, s);
	f = flow_v6(&ip->saddr, &ip->daddr);
	return answers(c, s, ip->nexthdr, &f);
}

static __always_inline __be16 skip_tags(struct span *s)
{
	struct ethhdr *eth = s->pos;
	__be16 type;

	if ((void *)(eth + 1) > s->end)
		return 0;
	type = eth->h_proto;
	s->pos = eth + 1;
#pragma unroll
	for (int i = 0; i < 2; i++) {
		struct vlan_tag *tag = s->pos;

		if (type != bpf_htons(ETH_P_8021Q) && type != bpf_htons(ETH_P_8021AD))
			break;
		if ((void *)(tag + 1) > s->end)
			return 0;
		if (i == 0)
			s->vlan = bpf_ntohs(tag->tci) & 0xfff;
		type = tag->type;
		s->pos = tag + 1;
	}
	return type;
}

SEC("xdp")
int steer(struct xdp_md *ctx)
{
	struct span s = {ctx, (void *)(long)ctx->data, (void *)(long)ctx->data_end, 0};
	const struct steer_config *c;
	__u32 zero = 0;
	int ours = 0;

	c = bpf_map_lookup_elem(&steer_config, &zero);
	if (!c)
		return XDP_PASS;
	switch (skip_tags(&s)) {
	case bpf_htons(ETH_P_IP):
		ours = ours_v4(c, s);
		break;
	case bpf_htons(ETH_P_IPV6):
		ours = ours_v6(c, s);
		break;
	case bpf_htons(ETH_P_ARP):
		ours = asks_v4(c, s);
		break;
	}
	/* If the queue has no socket of ours, the kernel gets the packet. */
	return ours ? bpf_redirect_map(&xsks_map, ctx->rx_queue_index, XDP_PASS) : XDP_PASS;
}

char _license[] SEC("license") = "Apache-2.0";
