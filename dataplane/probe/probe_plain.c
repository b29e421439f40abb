/* SPDX-License-Identifier: Apache-2.0 */
/* probe_plain.c - builds one probe at a time, for any family, kind and number of sources. */
#include <string.h>

#include "cksum.h"
#include "dp_addr.h"
#include "extra.h"
#include "probe_impl.h"
#include "scope.h"

/* Fill in what follows from the address and the port of @t and the pass: cookie, source and source
 * port. */
static void probe_aim(const struct probe *p, unsigned pass, struct probe_target *t)
{
	uint32_t v4;

	t->v6 = !dp_addr_is_v4(&t->addr, &v4);
	t->cookie = t->v6 ? cookie_v6(&p->cookie, t->addr.b, t->port, p->kind->transport)
	                  : cookie_v4(&p->cookie, v4, t->port, p->kind->transport);
	t->source_port = probe_source_port(p, t->cookie.port_random, pass);
	t->source = probe_source(p, &t->addr, t->cookie.source_random, t->v6);
}

static void put_addresses(const struct probe *p, const struct probe_template *t,
                          const struct probe_target *target, uint8_t *frame)
{
	uint8_t *h = frame + t->l3;

	if (target->v6) {
		memcpy(h + 8, p->source6[target->source].b, 16);
		memcpy(h + 24, target->addr.b, 16);
		return;
	}
	memcpy(h + 12, p->source4[target->source].b + 12, 4);
	memcpy(h + 16, target->addr.b + 12, 4);
	put_be16(h + 10, cksum_finish(cksum_add(t->ip_sum, h + 12, 8)));
}

static void write_probe(const struct probe *p, const struct probe_target *target,
                        struct probe_batch *b, unsigned i)
{
	const struct probe_template *t = target->v6 ? &p->t6 : &p->t4;
	uint32_t v4 = target->v6 ? 0 : packet_be32(target->addr.b + 12);

	memcpy(b->frame[i], t->frame, PROBE_FRAME_MAX);
	put_addresses(p, t, target, b->frame[i]);
	b->len[i] = p->kind->patch(t, target, b->frame[i]);
	b->next_hop[i] = v4;
	b->onlink |= (uint64_t)(target->v6 ? p->direct6 : p->direct4 & 1) << i;
}

unsigned probe_burst_plain(const struct probe *p, const struct scope *deny,
                           const struct walk_span *span, uint64_t now_us, struct probe_batch *b)
{
	struct probe_target target = {.now_us = (uint32_t)now_us + p->clock_offset,
	                              .payloads = p->payloads};
	unsigned made = 0;

	b->onlink = 0;
	for (unsigned i = 0; i < span->n; i++) {
		uint64_t index = permute_at(&p->order, span->first + i * span->stride);

		target.addr = range_to_addr(space_at(p->map, index, &target.port));
		if (scope_denies(deny, &target.addr))
			continue;
		probe_aim(p, span->pass, &target);
		write_probe(p, &target, b, made++);
	}
	b->denied = span->n - made;
	return made;
}

unsigned probe_extra(const struct probe *p, const struct scope *deny, const struct extra_span *span,
                     uint64_t now_us, struct probe_batch *b)
{
	struct probe_target target = {.now_us = (uint32_t)now_us + p->clock_offset,
	                              .payloads = p->payloads};
	unsigned made = 0;

	b->onlink = 0;
	for (unsigned i = 0; i < span->n; i++) {
		const struct extra_target *a = extra_at(span->extra, i);

		if (scope_denies(deny, &a->addr))
			continue;
		target.addr = a->addr;
		target.port = a->port;
		probe_aim(p, a->pass, &target);
		write_probe(p, &target, b, made++);
	}
	b->denied = span->n - made;
	return made;
}

unsigned probe_burst(const struct probe *p, const struct scope *deny, const struct walk_span *span,
                     uint64_t now_us, struct probe_batch *b)
{
	return p->burst(p, deny, span, now_us, b);
}
