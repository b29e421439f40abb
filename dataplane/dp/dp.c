/* SPDX-License-Identifier: Apache-2.0 */
/* dp.c - reads the results, the counters and the progress of a running scan. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_config.h>
#include <rte_build_config.h>
#include <rte_cycles.h>
#include <rte_version.h>

#include "clock.h"
#include "dp_private.h"
#include "ring.h"
#include "slots.h"

enum {
	LINK_EVERY_US = 10000,
	/* The kernel may tell of a lost carrier up to a second late (its link watch), and an answer
	 * takes its time. */
	LINK_LAG_US = 1500000,
};

static void give_back(struct dp *dp)
{
	for (unsigned i = 0; i < dp->workers; i++) {
		if (dp->borrowed[i] != 0)
			slots_release(dp->slots[i], dp->borrowed[i]);
		dp->borrowed[i] = 0;
	}
}

/* Write into each result where its data is, and remember the last slot that worker @from lent. */
static void lend(struct dp *dp, unsigned from, struct dp_result *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		r[i].data_from = (uint8_t)from;
		if (r[i].data != 0)
			dp->borrowed[from] = r[i].data;
	}
}

/* Whether the link is up and has been since the last look. */
static bool link_held(struct dp *dp, bool *up)
{
	uint64_t flaps = dp->watch.flaps;

	*up = dp->link.index != 0 ? link_carrier(&dp->link) : port_link(&dp->port, NULL);
	if (dp->watch.flaps_counted)
		dp->watch.flaps_counted = link_flaps(&dp->link, &dp->watch.flaps);
	return *up && dp->watch.flaps == flaps;
}

/* Look at the link every 10 ms. Workers send nothing while it is down. What was sent in the time
 * that it takes to notice is sent again. */
static void watch_link(struct dp *dp, int64_t now_us)
{
	bool was_down = atomic_load(&dp->shared.link_down), up, held;

	if (now_us - dp->watch.looked_us < LINK_EVERY_US)
		return;
	dp->watch.looked_us = now_us;
	held = link_held(dp, &up);
	atomic_store(&dp->shared.link_down, !up);
	if (!held && !was_down)
		dp_send_again(dp, now_us - LINK_LAG_US);
}

void dp_watch(struct dp *dp)
{
	int64_t now_us = clock_monotonic_us();

	if (dp->worker == NULL)
		return;
	watch_link(dp, now_us);
	dp_gateways_watch(dp, now_us);
	dp_places_note(dp, now_us);
	dp_places_follow(dp);
}

unsigned dp_receive(struct dp *dp, struct dp_result *out, unsigned n)
{
	unsigned got = 0;

	give_back(dp);
	dp_watch(dp);
	for (unsigned i = 0; i < dp->workers && got < n && dp->worker; i++) {
		/* Begin with another ring each time, so that a full one starves nobody. */
		unsigned r = (dp->next_ring + i) % dp->workers;
		unsigned more = ring_take(dp->ring[r], out + got, n - got);

		if (dp->slots[r])
			lend(dp, r, out + got, more);
		got += more;
	}
	dp->next_ring++;
	return got;
}

const void *dp_data(const struct dp *dp, const struct dp_result *r, size_t *len)
{
	const struct slot *slot;

	if (r->data == 0 || r->data_from >= dp->workers || !dp->slots[r->data_from])
		return NULL;
	slot = &dp->slots[r->data_from]->slot[r->data - 1];
	*len = slot->len;
	return slot->bytes;
}

static void read_state(const struct dp *dp, struct dp_stats *out)
{
	const struct worker_shared *s = &dp->shared;

	out->rate_pps = dp->rate_pps;
	out->paused = atomic_load(&s->paused);
	out->resolving = dp->resolve.running;
	out->done = !out->resolving && atomic_load(&s->running) == 0;
	out->sending = !out->done && atomic_load(&s->sending) > 0;
	out->neighbours = atomic_load(&dp->resolve.progress.wanted);
	out->neighbours_asked = atomic_load(&dp->resolve.progress.asked);
	out->neighbours_known = atomic_load(&dp->resolve.progress.known);
	out->gateway_silent = atomic_load(&s->gateway_silent);
	out->held = atomic_load(&s->link_down) || out->gateway_silent;
	out->gateway_moves = dp->moves;
	out->link_mbps = dp->link.mbps;
	out->link_up = dp->link.index ? link_carrier(&dp->link)
	                              : port_link(&dp->port, &out->link_mbps);
}

/* The losses of the port since the start of the scan. */
static void read_losses(const struct dp *dp, struct dp_stats *out)
{
	struct port_loss now = port_loss(&dp->port);
	const struct port_loss *then = &dp->loss;

	out->nic_no_buffer = now.no_buffer - then->no_buffer;
	out->nic_missed = now.missed - then->missed + out->nic_no_buffer;
	out->nic_rx_errors = now.rx_errors - then->rx_errors;
	out->nic_errors = now.tx_errors - then->tx_errors;
}

void dp_stats(const struct dp *dp, struct dp_stats *out)
{
	*out = (struct dp_stats){.targets = dp->targets};
	read_state(dp, out);
	read_losses(dp, out);
	for (unsigned i = 0; i < dp->workers && dp->worker; i++) {
		uint32_t fill = ring_fill_percent(dp->ring[i]);

		counters_sum(&dp->worker[i].counters, out);
		if (fill > out->ring_fill_percent)
			out->ring_fill_percent = fill;
	}
}

unsigned dp_nic_counters(const struct dp *dp, struct dp_counter *out, unsigned n)
{
	return port_counters(&dp->port, out, n);
}

unsigned dp_progress(const struct dp *dp, uint64_t out[DP_MAX_WORKERS])
{
	if (!dp->worker)
		return 0;
	for (unsigned i = 0; i < dp->workers; i++) /* pairs with finish_span() */
		out[i] = __atomic_load_n(&dp->worker[i].counters.steps, __ATOMIC_ACQUIRE);
	return dp->workers;
}

/* "librte_net_x.so" -> "net_x" */
static bool driver_name(const char *file, char *out, size_t len)
{
	static const char prefix[] = "librte_", kind[] = "librte_net_", suffix[] = ".so";
	size_t n = strlen(file);

	if (strncmp(file, kind, sizeof(kind) - 1) != 0 || n < sizeof(kind) + sizeof(suffix) ||
	    strcmp(file + n - (sizeof(suffix) - 1), suffix) != 0)
		return false;
	n -= sizeof(prefix) - 1 + sizeof(suffix) - 1;
	snprintf(out, len, "%.*s", (int)n, file + sizeof(prefix) - 1);
	return true;
}

void dp_drivers(char *out, size_t len)
{
	struct dirent **file;
	int n = scandir(RTE_EAL_PMD_PATH, &file, NULL, alphasort);
	size_t used = 0;
	char name[64];

	if (len > 0)
		out[0] = '\0';
	for (int i = 0; i < n; i++) {
		if (driver_name(file[i]->d_name, name, sizeof(name)) &&
		    used + strlen(name) + 2 < len)
			used += (size_t)snprintf(out + used, len - used, "%s%s", used ? "," : "",
			                         name);
		free(file[i]);
	}
	if (n >= 0)
		free(file);
}

const char *dp_dpdk_version(void)
{
	return rte_version();
}
