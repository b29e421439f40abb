/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_packet.c - any frame: parse, options, classify; nothing unproved becomes a result. */
#include <stdlib.h>

#include "classify.h"
#include "dp_addr.h"
#include "dp_space.h"
#include "packet_fast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct probe *make_probe(void)
{
	struct dp_space *space = dp_space_new();
	const struct dp_addr first = dp_addr_v4(0xc0000200);
	const struct dp_addr last = dp_addr_v4(0xc00002ff);
	struct dp_addr first6, last6, sources[2] = {dp_addr_v4(0xc6120001)};
	struct probe_config c = {
		.space = space,
		.key = "fuzz",
		.secret = "fuzz",
		.sources = sources,
		.source_count = 2,
		.source_port_first = 61000,
		.source_port_last = 65531,
		.passes = 1 + DP_EXTRAS,
	};
	struct dp_space_info info;

	dp_addr_parse("2001:db8::1", &sources[1]);
	dp_addr_parse("2001:db8:1::", &first6);
	last6 = dp_addr_add(&first6, 255);
	if (space == NULL || dp_space_include(space, &first, &last) != 0 ||
	    dp_space_include(space, &first6, &last6) != 0 ||
	    dp_space_add_ports(space, 443, 443) != 0 || dp_space_seal(space, &info) != 0)
		abort();
	return probe_new(&c);
}

/* Every pointer the parser hands out lies within the frame, with the length it states. */
static void check(const uint8_t *data, size_t size, enum packet_kind kind, const struct packet *p)
{
	const uint8_t *end = data + size;

	if (kind == PACKET_TCP && (p->options + p->options_len != p->payload || p->options < data ||
	                           p->payload + p->payload_len > end))
		abort();
	if ((kind == PACKET_UDP || kind == PACKET_ICMP) && p->payload + p->payload_len > end)
		abort();
	if (kind == PACKET_ICMP_ERROR && (p->inner.src < data || p->inner.dst + 4 > end))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct probe *probe;
	static struct classify_batch b;
	struct packet_options o;
	struct packet p;
	enum packet_kind kind = packet_parse(data, size, &p);

	if (probe == NULL)
		probe = make_probe();
	check(data, size, kind, &p);
	if (packet_fast(data, (unsigned)size) &&
	    (kind != PACKET_TCP || p.sport != packet_fast_port(data) ||
	     p.ack != packet_fast_ack(data) || p.options != data + PACKET_FAST_LEN ||
	     p.options_len + 20 != packet_fast_header_len(data)))
		abort();
	if (kind == PACKET_TCP)
		packet_tcp_options(p.options, p.options_len, &o);
	b.n = 1;
	b.frame[0] = data;
	b.len[0] = (uint16_t)(size < UINT16_MAX ? size : UINT16_MAX);
	classify(probe, 1, &b);
	if (b.verdict[0] == CLASSIFY_RESULT && b.result[0].reply == 0)
		abort();
	return 0;
}
