/* SPDX-License-Identifier: Apache-2.0 */
/* loss_probe.c - notes which known open ports were asked and which answered. */
#include "loss_probe.h"

#include "dp.h"

enum { PAUSE_US = 400000 };

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
		const struct loss_probe *one = &s->list[s->next++ % s->count];

		if (!one->waiting && (one->sent_us == 0 || now_us - one->sent_us >= PAUSE_US))
			return one;
	}
	return NULL;
}

void loss_probe_asked(struct loss_probes *s, const struct loss_probe *one, int64_t now_us)
{
	unsigned number = (unsigned)(one - s->list);

	s->list[number].waiting = true;
	s->list[number].answered = false;
	s->list[number].sent_us = now_us;
	s->asked[s->head++ % LOSS_PROBES] = number;
}

void loss_probe_answer(struct loss_probes *s, const struct dp_addr *addr, uint16_t port,
                       uint32_t rtt_us)
{
	struct loss_probe *one = find(s, addr, port);

	if (one != NULL && one->waiting && rtt_us < LOSS_PROBE_WAIT_US)
		one->answered = true;
}

bool loss_probe_take(struct loss_probes *s, int64_t now_us, int64_t *sent_us, bool *lost)
{
	struct loss_probe *one = &s->list[s->asked[s->tail % LOSS_PROBES]];

	if (s->tail == s->head || now_us - one->sent_us < LOSS_PROBE_WAIT_US)
		return false;
	s->tail++;
	one->waiting = false;
	*sent_us = one->sent_us;
	*lost = !one->answered;
	return true;
}
