/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_slab.c - chains of slabs that hold what peers say. Hot. */
#include "tcp_impl.h"

struct tcp_slab *tcp_slab(const struct tcp *t, uint32_t number)
{
	return &t->slab[number];
}

void tcp_slab_free(struct tcp *t, uint32_t number)
{
	t->spare[t->spare_count++] = number;
}

static uint32_t take(struct tcp *t)
{
	uint32_t number;

	if (t->spare_count == 0) {
		t->stats.unbuffered++;
		return 0;
	}
	number = t->spare[--t->spare_count];
	t->slab[number].next = 0;
	t->slab[number].start = t->slab[number].len = 0;
	return number;
}

/* The place where the number of the last slab stands. */
static uint32_t *last_of(struct tcp *t, uint32_t *chain)
{
	while (*chain != 0 && t->slab[*chain].next != 0)
		chain = &t->slab[*chain].next;
	return chain;
}

static uint32_t fill(struct tcp_slab *s, const uint8_t *data, uint32_t len)
{
	uint32_t room = TCP_SLAB_BYTES - s->len, n = len < room ? len : room;

	memcpy(s->bytes + s->len, data, n);
	s->len = (uint16_t)(s->len + n);
	return n;
}

uint32_t tcp_chain_add(struct tcp *t, uint32_t *chain, const uint8_t *data, uint32_t len)
{
	uint32_t done = 0, number, *last = last_of(t, chain);

	if (*last != 0)
		done = fill(&t->slab[*last], data, len);
	while (done < len && (number = take(t)) != 0) {
		if (*last == 0)
			*last = number;
		else
			t->slab[*last].next = number;
		last = last_of(t, last);
		done += fill(&t->slab[number], data + done, len - done);
	}
	return done;
}

void tcp_chain_join(struct tcp *t, uint32_t *chain, uint32_t more)
{
	uint32_t *last = last_of(t, chain);
	struct tcp_slab *s = &t->slab[more];

	if (more == 0)
		return;
	if (*last == 0) {
		*last = more;
		return;
	}
	if (t->slab[*last].len + s->len <= TCP_SLAB_BYTES) {
		fill(&t->slab[*last], s->bytes, s->len);
		t->slab[*last].next = s->next;
		tcp_slab_free(t, more);
	} else {
		t->slab[*last].next = more;
	}
}

void tcp_chain_free(struct tcp *t, uint32_t *chain)
{
	uint32_t number = *chain;

	*chain = 0;
	while (number != 0) {
		uint32_t next = t->slab[number].next;

		tcp_slab_free(t, number);
		number = next;
	}
}
