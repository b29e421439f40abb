/* SPDX-License-Identifier: Apache-2.0 */
/* scan_way.c - chooses the way of grabs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "grab_policy.h"
#include "scan_way.h"

/* Whether the scan's own TCP can be used; if not, @why says what stands in the way. */
static bool has_own_tcp(const struct scan *s, char why[DP_CONN_WHY])
{
	unsigned need = s->config->passes + DP_EXTRAS + DP_CONN_ATTEMPTS, have;
	struct dp_port_info port;

	if (!dp_conn_possible(s->dp, why))
		return false;
	dp_port_describe(s->dp, &port);
	have = port.source_port_last - port.source_port_first + 1u;
	if (have >= need)
		return true;
	snprintf(why, DP_CONN_WHY,
	         "source ports %u-%u are too few for connections of the scan's own: %u are needed",
	         port.source_port_first, port.source_port_last, need);
	return false;
}

/* Ports of fragile devices are answered by a RST at once, as without grabs, and asked later, one
 * connection at a time. */
static void spare_fragile(struct scan *s)
{
	for (unsigned port = 0; port < DP_CONN_PORTS; port++)
		if (grab_policy_is_fragile((uint16_t)port))
			s->never[port / 64] |= 1ULL << port % 64;
}

static enum scan_end go_own_way(struct scan *s, struct error *err)
{
	int ret = lanes_take_dp(s->lanes, s->dp);

	if (ret < 0)
		return error_set(err, SCAN_FAILED, "grabs cannot begin: %s", strerror(-ret));
	spare_fragile(s);
	s->own_tcp = true;
	s->way.has_v4 = s->way.has_v6 = true;
	s->way.why[0] = '\0';
	return SCAN_DONE;
}

static enum scan_end go_kernels_way(struct scan *s, struct error *err)
{
	struct dp_grab_way *way = &s->way;
	int ret = lanes_take_way(s->lanes, way, err);

	if (ret == -ERANGE)
		return SCAN_USAGE;
	if (ret < 0) {
		way->has_v4 = way->has_v6 = false;
		snprintf(way->why, sizeof(way->why), "%.*s", (int)sizeof(way->why) - 1, err->text);
	}
	return SCAN_DONE;
}

enum scan_end scan_way_take(struct scan *s, struct error *err)
{
	enum config_via via = s->config->grab_via;
	char why[DP_CONN_WHY];

	if (s->lanes == NULL || s->config->probe != DP_PROBE_TCP_SYN) {
		if (s->lanes != NULL)
			dp_grab_way(s->dp, &s->way);
		return s->lanes != NULL ? go_kernels_way(s, err) : SCAN_DONE;
	}
	dp_grab_way(s->dp, &s->way);
	if (via == CONFIG_VIA_KERNEL || (via == CONFIG_VIA_AUTO && s->way.why[0] == '\0'))
		return go_kernels_way(s, err);
	if (has_own_tcp(s, why))
		return go_own_way(s, err);
	if (via == CONFIG_VIA_WORKER)
		return error_set(err, SCAN_USAGE, "--grab-via worker: %s", why);
	return go_kernels_way(s, err);
}

/* The workers' own cooldown comes first: until it is over, answers may come that need them. */
bool scan_way_needs_workers(const struct scan *s, int64_t now_us)
{
	if (!s->own_tcp || s->stops > 1)
		return false;
	return !pipeline_idle(s->pipeline) || s->ended_us == 0 ||
	       now_us - s->ended_us < (int64_t)s->config->cooldown_us;
}
