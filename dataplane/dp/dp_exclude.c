/* SPDX-License-Identifier: Apache-2.0 */
/* dp_exclude.c - replaces the deny list of a running scan. Control thread. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "dp_private.h"
#include "range.h"

enum { WAIT_MS = 500 };

static bool passed(const struct dp *dp, uint64_t epoch)
{
	for (unsigned i = 0; i < dp->workers && dp->worker; i++)
		if (!scope_passed(&dp->worker[i].reader, epoch))
			return false;
	return true;
}

/* Wait until no worker reads the former list, at most WAIT_MS. Returns whether that is so. A worker
 * that waits for tokens releases the list when it sleeps. */
static bool wait_for(const struct dp *dp, uint64_t epoch)
{
	for (unsigned ms = 0; !passed(dp, epoch); ms++) {
		if (ms == WAIT_MS)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	return true;
}

static struct scope *build(const struct dp_addr_range *ranges, size_t n, int *error)
{
	struct range_set set = {0};
	struct scope *s = NULL;

	*error = 0;
	for (size_t i = 0; i < n && *error == 0; i++)
		*error = range_add(&set, &ranges[i].first, &ranges[i].last);
	if (*error == 0) {
		range_normalise(&set);
		s = scope_new(&set);
		*error = s ? 0 : -ENOMEM;
	}
	range_fini(&set);
	return s;
}

static void free_stale(struct dp *dp)
{
	while (dp->stale) {
		struct dp_stale *old = dp->stale;

		dp->stale = old->next;
		scope_free(old->scope);
		free(old);
	}
}

int dp_exclude(struct dp *dp, const struct dp_addr_range *ranges, size_t n)
{
	struct dp_stale *old = calloc(1, sizeof(*old));
	struct scope *s;
	uint64_t epoch;
	int ret;

	if (!old)
		return -ENOMEM;
	s = build(ranges, n, &ret);
	if (ret) {
		free(old);
		return ret;
	}
	old->scope = dp->deny;
	old->next = dp->stale;
	dp->stale = old;
	dp->deny = s;
	scope_swap(&dp->shared.deny, s, &epoch);
	if (!wait_for(dp, epoch))
		return 0;
	/* A worker that reads the newest list reads none of the older ones. */
	free_stale(dp);
	return 0;
}

void dp_exclude_free(struct dp *dp)
{
	free_stale(dp);
	scope_free(dp->deny);
	dp->deny = NULL;
}
