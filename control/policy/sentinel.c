/* SPDX-License-Identifier: Apache-2.0 */
/* sentinel.c - who was asked, who answered. */
#include "sentinel.h"

#include "dp.h"

enum { WAIT_US = 300000, PAUSE_US = 400000 };

static struct sentinel *find(struct sentinels *s, const struct dp_addr *addr, uint16_t port)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->list[i].port == port && dp_addr_compare(&s->list[i].addr, addr) == 0)
			return &s->list[i];
	return NULL;
}

void sentinel_add(struct sentinels *s, const struct dp_addr *addr, uint16_t port)
{
	if (s->count < SENTINELS && find(s, addr, port) == NULL)
		s->list[s->count++] = (struct sentinel){.addr = *addr, .port = port};
}

const struct sentinel *sentinel_due(struct sentinels *s, int64_t now_us)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct sentinel *one = &s->list[s->next++ % s->count];

		if (one->waiting || (one->sent_us != 0 && now_us - one->sent_us < PAUSE_US))
			continue;
		one->waiting = true;
		one->answered = false;
		one->turn = s->turn;
		one->sent_us = now_us;
		return one;
	}
	return NULL;
}

void sentinel_undo(struct sentinels *s, const struct sentinel *one)
{
	s->list[one - s->list].waiting = false;
}

void sentinel_answer(struct sentinels *s, const struct dp_addr *addr, uint16_t port, uint32_t rtt_us)
{
	struct sentinel *one = find(s, addr, port);

	if (one != NULL && one->waiting && rtt_us < WAIT_US)
		one->answered = true;
}

void sentinel_settle(struct sentinels *s, int64_t now_us)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct sentinel *one = &s->list[i];

		if (!one->waiting || now_us - one->sent_us < WAIT_US)
			continue;
		one->waiting = false;
		if (one->turn != s->turn)
			continue;
		s->answered += one->answered;
		s->lost += !one->answered;
	}
}

void sentinel_turn(struct sentinels *s)
{
	s->turn++;
	s->answered = s->lost = 0;
}
