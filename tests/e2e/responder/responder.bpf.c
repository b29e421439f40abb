/* SPDX-License-Identifier: Apache-2.0 */
/* responder.bpf.c - the far end of a test wire: an XDP program that answers ARP, and SYNs by the
 * rule of rule.h. For an IPv6 target the rule takes the last 32 bits of the address; neighbour
 * discovery is not answered. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "rule.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct responder_config);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct responder_counters);
} counters SEC(".maps");

struct window {
	__u64 number;
	__u64 count;
	__u64 due_ns; /* when the queue will be empty */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct window);
} windows SEC(".maps");

enum { ARP_REQUEST = 1, ARP_REPLY = 2 };

/* RFC 826, for Ethernet and IPv4. */
struct arp_ipv4 {
	__be16 hardware, protocol;
	__u8 hardware_len, protocol_len;
	__be16 operation;
	__u8 sha[6];
	__u8 spa[4];
	__u8 tha[6];
	__u8 tpa[4];
} __attribute__((packed));

static __always_inline void swap_ethernet(struct ethhdr *eth)
{
	__u8 mac[6];

	__builtin_memcpy(mac, eth->h_source, 6);
	__builtin_memcpy(eth->h_source, eth->h_dest, 6);
	__builtin_memcpy(eth->h_dest, mac, 6);
}

static __always_inline int answer_arp(struct ethhdr *eth, void *end)
{
	static const __u8 own[6] = {0x02, 0x53, 0x6f, 0x6e, 0x64, 0x65};
	struct arp_ipv4 *arp = (void *)(eth + 1);
	__u8 target[4];

	if ((void *)(arp + 1) > end || arp->operation != bpf_htons(ARP_REQUEST))
		return XDP_DROP;
	__builtin_memcpy(target, arp->tpa, 4);
	arp->operation = bpf_htons(ARP_REPLY);
	__builtin_memcpy(arp->tha, arp->sha, 6);
	__builtin_memcpy(arp->tpa, arp->spa, 4);
	__builtin_memcpy(arp->sha, own, 6);
	__builtin_memcpy(arp->spa, target, 4);
	__builtin_memcpy(eth->h_dest, eth->h_source, 6);
	__builtin_memcpy(eth->h_source, own, 6);
	return XDP_TX;
}

static __always_inline __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)~sum;
}

static __always_inline __u32 sum_v4(const struct iphdr *ip)
{
	return (ip->saddr & 0xffff) + (ip->saddr >> 16) + (ip->daddr & 0xffff) + (ip->daddr >> 16);
}

static __always_inline __u32 sum_v6(const struct ipv6hdr *ip)
{
	__u32 sum = 0;

	for (int i = 0; i < 8; i++)
		sum += (__u32)ip->saddr.s6_addr16[i] + ip->daddr.s6_addr16[i];
	return sum;
}

/* The checksum of a TCP header without data; @words: its length in 16-bit words, @sum: the sum of
 * the addresses. */
static __always_inline __u16 tcp_checksum(__u32 sum, struct tcphdr *tcp, __u32 words, void *end)
{
	__u16 *p = (__u16 *)tcp;

	sum += bpf_htons(IPPROTO_TCP) + bpf_htons((__u16)(words * 2));
	for (__u32 i = 0; i < 30; i++) {
		if (i >= words || (void *)(p + i + 1) > end)
			break;
		sum += p[i];
	}
	return fold(sum);
}

/* Echo the timestamp if the options are in the order of most clients: MSS, SACK permitted,
 * timestamps. */
static __always_inline void echo_timestamp(struct tcphdr *tcp, void *end)
{
	__u8 *options = (__u8 *)(tcp + 1);

	if (tcp->doff < 10 || (void *)(options + 20) > end || options[6] != 8)
		return;
	__builtin_memcpy(options + 12, options + 8, 4);
	__builtin_memset(options + 8, 1, 4);
}

/* Turn a SYN into its answer. @sum: the sum of both addresses, in any order. */
static __always_inline void turn_tcp(__u32 sum, struct tcphdr *tcp, __u32 answer, void *end)
{
	__be16 port = tcp->source;
	__u32 sequence = bpf_ntohl(tcp->seq);

	tcp->source = tcp->dest;
	tcp->dest = port;
	tcp->ack_seq = bpf_htonl(sequence + 1);
	tcp->seq = answer == RESPONDER_OPEN ? bpf_htonl(sequence ^ 0x5a5a5a5a) : 0;
	tcp->ack = 1;
	tcp->syn = answer == RESPONDER_OPEN;
	tcp->rst = answer == RESPONDER_CLOSED;
	tcp->window = answer == RESPONDER_OPEN ? bpf_htons(64240) : 0;
	echo_timestamp(tcp, end);
	tcp->check = 0;
	tcp->check = tcp_checksum(sum, tcp, tcp->doff * 2, end);
}

static __always_inline int over_limit(const struct responder_config *c)
{
	__u32 zero = 0;
	struct window *w = bpf_map_lookup_elem(&windows, &zero);
	__u64 window = bpf_ktime_get_ns() / 10000000;

	if (c->limit_per_10ms == 0 || w == NULL)
		return 0;
	if (w->number != window) {
		w->number = window;
		w->count = 0;
	}
	return __sync_fetch_and_add(&w->count, 1) >= c->limit_per_10ms;
}

/* Put a probe into the queue of a link. Returns whether there was no room. */
static __always_inline int queue_full(const struct responder_config *c)
{
	__u32 zero = 0;
	struct window *w = bpf_map_lookup_elem(&windows, &zero);
	__u64 now = bpf_ktime_get_ns();

	if (c->interval_ns == 0 || w == NULL)
		return 0;
	if (w->due_ns < now)
		w->due_ns = now;
	if (w->due_ns - now > c->queue_ns)
		return 1;
	w->due_ns += c->interval_ns;
	return 0;
}

/* Decide the answer to an arriving SYN; RESPONDER_SILENT also if the wire loses the SYN or its
 * answer. @address in host order. */
static __always_inline __u32 judge(__u32 address, const struct tcphdr *tcp)
{
	__u32 zero = 0, answer;
	struct responder_config *c = bpf_map_lookup_elem(&config, &zero);
	struct responder_counters *n = bpf_map_lookup_elem(&counters, &zero);

	if (c == NULL || n == NULL)
		return RESPONDER_SILENT;
	n->arrived++;
	if (over_limit(c) || queue_full(c)) {
		n->over_limit++;
		return RESPONDER_SILENT;
	}
	if (c->loss_permyriad != 0 && bpf_get_prandom_u32() % 10000 < c->loss_permyriad) {
		n->lost++;
		return RESPONDER_SILENT;
	}
	answer = responder_rule(c, address, bpf_ntohs(tcp->dest));
	if (answer == RESPONDER_SILENT)
		return RESPONDER_SILENT;
	if (c->reply_loss_permyriad != 0 &&
	    bpf_get_prandom_u32() % 10000 < c->reply_loss_permyriad) {
		n->lost++;
		return RESPONDER_SILENT;
	}
	n->answered++;
	return answer;
}

static __always_inline int answer_v4(struct ethhdr *eth, struct iphdr *ip, struct tcphdr *tcp,
                                     void *end)
{
	__u32 answer = judge(bpf_ntohl(ip->daddr), tcp);
	__be32 address = ip->saddr;

	if (answer == RESPONDER_SILENT)
		return XDP_DROP;
	ip->saddr = ip->daddr;
	ip->daddr = address;
	turn_tcp(sum_v4(ip), tcp, answer, end);
	swap_ethernet(eth);
	return XDP_TX;
}

static __always_inline int answer_v6(struct ethhdr *eth, void *end)
{
	struct ipv6hdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct in6_addr address;
	__u32 answer;

	if ((void *)(tcp + 1) > end || ip->nexthdr != IPPROTO_TCP || !tcp->syn || tcp->ack)
		return XDP_DROP;
	answer = judge(bpf_ntohl(ip->daddr.s6_addr32[3]), tcp);
	if (answer == RESPONDER_SILENT)
		return XDP_DROP;
	address = ip->saddr;
	ip->saddr = ip->daddr;
	ip->daddr = address;
	turn_tcp(sum_v6(ip), tcp, answer, end);
	swap_ethernet(eth);
	return XDP_TX;
}

/* Count a frame and note when it came. Reading the clock costs as much as all the rest, so only the
 * first and each 64th frame reads it. */
static __always_inline void note_arrival(void)
{
	__u32 zero = 0;
	struct responder_counters *n = bpf_map_lookup_elem(&counters, &zero);

	if (n == NULL)
		return;
	if (n->frames == 0)
		n->first_ns = bpf_ktime_get_ns();
	if (n->frames % 64 == 0)
		n->last_ns = bpf_ktime_get_ns();
	n->frames++;
}

SEC("xdp")
int responder(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if ((void *)(eth + 1) > end)
		return XDP_DROP;
	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return answer_arp(eth, end);
	if (eth->h_proto == bpf_htons(ETH_P_IPV6))
		return answer_v6(eth, end);
	if (eth->h_proto != bpf_htons(ETH_P_IP) || (void *)(tcp + 1) > end)
		return XDP_DROP;
	note_arrival();
	if (ip->ihl != 5 || ip->protocol != IPPROTO_TCP || !tcp->syn || tcp->ack)
		return XDP_DROP;
	return answer_v4(eth, ip, tcp, end);
}

/* For the near end of a wire, if the program under test attaches no XDP program there: XDP_TX on a
 * veth needs one at its peer. */
SEC("xdp")
int pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char bpf_license[] SEC("license") = "Dual BSD/GPL";
