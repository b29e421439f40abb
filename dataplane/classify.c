/* SPDX-License-Identifier: Apache-2.0 */
/* classify.c - telling answers to our probes from everything else. */
#include "classify.h"

#include "probe_impl.h"

static struct dp_addr load(const uint8_t *b, uint8_t version)
{
	struct dp_addr a;

	if (version == 4)
		return dp_addr_v4(packet_be32(b));
	__builtin_memcpy(a.b, b, sizeof(a.b));
	return a;
}

/* The flow a packet belongs to, seen from us: for an ICMP error that of the packet it quotes. */
static bool find_ends(const struct probe *p, enum packet_kind kind, const struct packet *packet,
		      struct probe_ends *e)
{
	bool quoted = kind == PACKET_ICMP_ERROR;

	if (!p->kind->ends(kind, packet, &e->port, &e->own_port))
		return false;
	e->v6 = packet->ip.version == 6;
	e->target = quoted ? packet->inner.dst : packet->ip.src;
	e->own = quoted ? packet->inner.src : packet->ip.dst;
	return true;
}

static enum classify_verdict judge(const struct probe *p, enum packet_kind kind,
				   const struct packet *packet, uint64_t now_us,
				   struct dp_result *out)
{
	struct probe_target target = {.now_us = (uint32_t)now_us + p->clock_offset,
				      .payloads = p->payloads};
	struct dp_result r = {.wscale = 255};
	struct probe_ends e;

	if (!find_ends(p, kind, packet, &e) || !probe_match(p, &e, &target, &r.pass) ||
	    !p->kind->answers(kind, packet, &target, &r))
		return CLASSIFY_FOREIGN;
	r.addr = target.addr;
	r.port = target.port;
	r.from = load(packet->ip.src, packet->ip.version);
	r.time_us = now_us;
	r.transport = p->kind->transport;
	r.ttl = packet->ip.hops;
	if (kind == PACKET_ICMP_ERROR) {
		r.icmp_type = packet->icmp_type;
		r.icmp_code = packet->icmp_code;
	}
	*out = r;
	return CLASSIFY_RESULT;
}

enum classify_verdict classify(const struct probe *p, enum packet_kind kind,
			       const struct packet *packet, uint64_t now_us,
			       struct dp_result *out)
{
	static const enum classify_verdict otherwise[] = {
		[PACKET_MALFORMED] = CLASSIFY_MALFORMED,
		[PACKET_OTHER] = CLASSIFY_FOREIGN,
		[PACKET_ARP] = CLASSIFY_ARP,
		[PACKET_TCP] = CLASSIFY_FOREIGN,
		[PACKET_UDP] = CLASSIFY_FOREIGN,
		[PACKET_ICMP] = CLASSIFY_ICMP,
		[PACKET_ICMP_ERROR] = CLASSIFY_FOREIGN,
	};
	enum classify_verdict verdict = CLASSIFY_FOREIGN;

	if (kind >= PACKET_TCP)
		verdict = judge(p, kind, packet, now_us, out);
	return verdict == CLASSIFY_RESULT ? verdict : otherwise[kind];
}
