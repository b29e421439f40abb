/* SPDX-License-Identifier: Apache-2.0 */
/* packet_sum.c - verifies the checksums of a received segment. Hot. */
#include "packet_sum.h"

#include "cksum.h"
#include "packet_fast.h"

enum { TCP_LEN = 20, SUM_AT = 16 };

/* Whether the sum of the @len bytes of TCP at @h is right or left to hardware. */
static bool tcp_fits(uint64_t pseudo, const uint8_t *h, uint32_t len)
{
	return cksum_fold(cksum_add(pseudo, h, len)) == 0xffff ||
	       packet_be16(h + SUM_AT) == cksum_fold(pseudo);
}

static bool ipv4_fits(const uint8_t *h)
{
	return cksum_fold(cksum_add(0, h, (h[0] & 15u) * 4)) == 0xffff;
}

bool packet_sums_fit(const struct packet *p)
{
	uint32_t len = (uint32_t)TCP_LEN + p->options_len + p->payload_len;
	size_t alen = p->ip.version == 4 ? 4 : 16;

	if (p->ip.version == 4 && !ipv4_fits(p->l3))
		return false;
	return tcp_fits(cksum_pseudo(p->ip.src, p->ip.dst, alen, DP_TRANSPORT_TCP, len),
	                p->options - TCP_LEN, len);
}

bool packet_fast_sums_fit(const uint8_t *frame)
{
	const uint8_t *ip = frame + PACKET_FAST_IP;
	uint32_t len = packet_be16(ip + 2) - 20u;

	return ipv4_fits(ip) &&
	       tcp_fits(cksum_pseudo(ip + 12, ip + 16, 4, DP_TRANSPORT_TCP, len), ip + 20, len);
}
