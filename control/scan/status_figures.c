/* SPDX-License-Identifier: Apache-2.0 */
/* status_figures.c - computes the figures that the status only implies. */
#include "status_figures.h"

uint64_t status_skipped(const struct status *s)
{
	return s->dp.skipped_scope + s->dp.skipped_noroute;
}

uint64_t status_probed(const struct status *s)
{
	return s->done > status_skipped(s) ? s->done - status_skipped(s) : 0;
}

/* Estimate how many open ports were missed. Returns NULL with the estimate in *@out, or the reason
 * why there is none. */
const char *status_estimate(const struct status *s, struct coverage_estimate *out)
{
	if (s->coverage.passes < 2)
		return "one pass cannot tell; --passes 2 can";
	if (s->coverage.unknown != NULL)
		return s->coverage.unknown;
	if (!s->complete)
		return "the passes are not through";
	return coverage_estimate(&s->coverage, out) ? NULL : "no port was open";
}

double status_share(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : 0;
}

/* Open ports for each probe. Extra probes and those that were sent again are left out, because
 * their answers do not count as open ports. */
double status_hit_rate(const struct status *s)
{
	uint64_t not_new = s->dp.extra + s->dp.again;

	return status_share(s->dp.open, s->dp.sent > not_new ? s->dp.sent - not_new : 0);
}

bool status_has_way(const struct status *s)
{
	return s->no_way_reason == NULL || s->no_way_reason[0] == '\0';
}
