/* SPDX-License-Identifier: Apache-2.0 */
/* grab_queue.c - waiting grab requests: whose turn it is under a limit for each host. */
#include "grab_queue.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct item {
	STAILQ_ENTRY(item) next;
	struct grab_request request;
};

/* A host exists while it has requests waiting or out. */
struct host {
	LIST_ENTRY(host) chain;
	TAILQ_ENTRY(host) turn;
	STAILQ_HEAD(, item) items;
	struct dp_addr addr;
	uint32_t out;
	bool in_turn;
};

enum { BUCKETS = 1 << 14 };

struct grab_queue {
	uint32_t limit, per_host, waiting;
	TAILQ_HEAD(, host) turns; /* hosts with requests waiting and room */
	LIST_HEAD(, host) buckets[BUCKETS];
};

struct grab_queue *grab_queue_new(uint32_t limit, uint32_t per_host)
{
	struct grab_queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->limit = limit;
	q->per_host = per_host;
	TAILQ_INIT(&q->turns);
	return q;
}

static void host_free(struct host *h)
{
	struct item *it;

	while ((it = STAILQ_FIRST(&h->items)) != NULL) {
		STAILQ_REMOVE_HEAD(&h->items, next);
		free(it);
	}
	LIST_REMOVE(h, chain);
	free(h);
}

void grab_queue_free(struct grab_queue *q)
{
	if (q == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (!LIST_EMPTY(&q->buckets[i]))
			host_free(LIST_FIRST(&q->buckets[i]));
	free(q);
}

static size_t bucket(const struct dp_addr *addr)
{
	uint64_t words[2];

	memcpy(words, addr->b, sizeof(words));
	return ((words[0] ^ words[1]) * 0x9e3779b97f4a7c15ull) >> 50;
}

static struct host *find(struct grab_queue *q, const struct dp_addr *addr)
{
	struct host *h;

	LIST_FOREACH(h, &q->buckets[bucket(addr)], chain)
	if (memcmp(h->addr.b, addr->b, sizeof(addr->b)) == 0)
		return h;
	return NULL;
}

static struct host *add(struct grab_queue *q, const struct dp_addr *addr)
{
	struct host *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->addr = *addr;
	STAILQ_INIT(&h->items);
	LIST_INSERT_HEAD(&q->buckets[bucket(addr)], h, chain);
	return h;
}

/* Put the host in line if it has both work and room; drop it if it has neither work nor anything
 * out. */
static void settle(struct grab_queue *q, struct host *h)
{
	if (STAILQ_EMPTY(&h->items)) {
		if (h->out == 0)
			host_free(h);
		return;
	}
	if (h->in_turn || h->out >= q->per_host)
		return;
	h->in_turn = true;
	TAILQ_INSERT_TAIL(&q->turns, h, turn);
}

int grab_queue_push(struct grab_queue *q, const struct grab_request *request)
{
	struct item *it;
	struct host *h;

	if (q->waiting >= q->limit)
		return -EAGAIN;
	it = malloc(sizeof(*it));
	if (it == NULL)
		return -ENOMEM;
	h = find(q, &request->addr);
	if (h == NULL)
		h = add(q, &request->addr);
	if (h == NULL) {
		free(it);
		return -ENOMEM;
	}
	it->request = *request;
	STAILQ_INSERT_TAIL(&h->items, it, next);
	q->waiting++;
	settle(q, h);
	return 0;
}

bool grab_queue_pop(struct grab_queue *q, struct grab_request *out)
{
	struct host *h = TAILQ_FIRST(&q->turns);
	struct item *it;

	if (h == NULL)
		return false;
	TAILQ_REMOVE(&q->turns, h, turn);
	h->in_turn = false;
	it = STAILQ_FIRST(&h->items);
	STAILQ_REMOVE_HEAD(&h->items, next);
	*out = it->request;
	free(it);
	q->waiting--;
	h->out++;
	settle(q, h);
	return true;
}

void grab_queue_done(struct grab_queue *q, const struct dp_addr *addr)
{
	struct host *h = find(q, addr);

	assert(h != NULL && h->out > 0);
	h->out--;
	settle(q, h);
}

uint32_t grab_queue_waiting(const struct grab_queue *q)
{
	return q->waiting;
}
