/* SPDX-License-Identifier: Apache-2.0 */
/* tcp_peer_wire.c - a wire that loses, delays, swaps, doubles and damages frames; a heap by time. */
#include <stdlib.h>
#include <string.h>

#include "splitmix.h"
#include "tcp_peer.h"

enum { ROOM = 1 << 15, LATE_US = 30000 };

struct flying {
	uint64_t at_us, number;
	uint16_t len;
	uint8_t *bytes;
};

struct peer_wire {
	struct peer_faults faults;
	uint64_t state, number;
	struct flying heap[ROOM];
	size_t count;
	uint8_t last[PEER_FRAME];
};

struct peer_wire *peer_wire_new(const struct peer_faults *f)
{
	struct peer_wire *w = calloc(1, sizeof(*w));

	if (w == NULL)
		abort();
	w->faults = *f;
	w->state = f->seed;
	return w;
}

static int is_earlier(const struct flying *a, const struct flying *b)
{
	return a->at_us < b->at_us || (a->at_us == b->at_us && a->number < b->number);
}

static void push(struct peer_wire *w, struct flying f)
{
	size_t i = w->count++;

	while (i > 0 && is_earlier(&f, &w->heap[(i - 1) / 2])) {
		w->heap[i] = w->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	w->heap[i] = f;
}

static struct flying pop(struct peer_wire *w)
{
	struct flying first = w->heap[0], last = w->heap[--w->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < w->count) {
		if (child + 1 < w->count && is_earlier(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (!is_earlier(&w->heap[child], &last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return first;
}

static int chance(struct peer_wire *w, unsigned percent)
{
	return splitmix(&w->state) % 100 < percent;
}

static void launch(struct peer_wire *w, const uint8_t *frame, size_t len, uint64_t now_us)
{
	struct flying f = {.at_us = now_us, .number = w->number++, .len = (uint16_t)len};

	if (w->count == ROOM || len > PEER_FRAME)
		return;
	if (w->faults.delay_ms > 0) /* the same for all, so that it does not reorder */
		f.at_us += w->faults.delay_ms * 1000;
	if (chance(w, w->faults.reorder))
		f.at_us += 1 + splitmix(&w->state) % LATE_US;
	f.bytes = malloc(len);
	if (f.bytes == NULL)
		abort();
	memcpy(f.bytes, frame, len);
	if (chance(w, w->faults.damage))
		f.bytes[PEER_LINK + splitmix(&w->state) % (len - PEER_LINK)] ^=
			(uint8_t)(1 + splitmix(&w->state) % 255);
	push(w, f);
}

void peer_wire_put(struct peer_wire *w, const uint8_t *frame, size_t len, uint64_t now_us)
{
	if (chance(w, w->faults.loss))
		return;
	launch(w, frame, len, now_us);
	if (chance(w, w->faults.twice))
		launch(w, frame, len, now_us);
}

const uint8_t *peer_wire_next(struct peer_wire *w, size_t *len, uint64_t now_us)
{
	struct flying f;

	if (w->count == 0 || w->heap[0].at_us > now_us)
		return NULL;
	f = pop(w);
	*len = f.len;
	memcpy(w->last, f.bytes, f.len);
	free(f.bytes);
	return w->last;
}
