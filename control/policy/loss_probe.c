/* SPDX-License-Identifier: Apache-2.0 */
/* loss_probe.c - counts which known open ports were asked and which answered. */
#include "loss_probe.h"

#include "dp.h"

enum { WAIT_US = 300000, PAUSE_US = 400000 };

static struct loss_probe *find(struct loss_probes *s, const struct dp_addr *addr, uint16_t port)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->list[i].port == port && dp_addr_compare(&s->list[i].addr, addr) == 0)
			return &s->list[i];
	return NULL;
}

void loss_probe_add(struct loss_probes *s, const struct dp_addr *addr, uint16_t port)
{
	if (s->count < LOSS_PROBES && find(s, addr, port) == NULL)
		s->list[s->count++] = (struct loss_probe){.addr = *addr, .port = port};
}

const struct loss_probe *loss_probe_due(struct loss_probes *s, int64_t now_us)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct loss_probe *one = &s->list[s->next++ % s->count];

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

void loss_probe_undo(struct loss_probes *s, const struct loss_probe *one)
{
	s->list[one - s->list].waiting = false;
}

void loss_probe_answer(struct loss_probes *s, const struct dp_addr *addr, uint16_t port,
                       uint32_t rtt_us)
{
	struct loss_probe *one = find(s, addr, port);

	if (one != NULL && one->waiting && rtt_us < WAIT_US)
		one->answered = true;
}

void loss_probe_settle(struct loss_probes *s, int64_t now_us)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct loss_probe *one = &s->list[i];

		if (!one->waiting || now_us - one->sent_us < WAIT_US)
			continue;
		one->waiting = false;
		if (one->turn != s->turn)
			continue;
		s->answered += one->answered;
		s->lost += !one->answered;
	}
}

void loss_probe_turn(struct loss_probes *s)
{
	s->turn++;
	s->answered = s->lost = 0;
}
