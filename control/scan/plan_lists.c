/* SPDX-License-Identifier: Apache-2.0 */
/* plan_lists.c - reads targets, ports, exclusions, scope and payloads. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "plan_lists.h"
#include "ports.h"
#include "sample.h"
#include "targets.h"
#include "vulndb.h"

enum { DEFAULT_TOP = 1000 };

/* What the sinks below need beside the plan. */
struct reading {
	struct plan *plan;
	bool icmp;                    /* ports do not count */
	enum ports_kind kind;         /* that the scan probes */
	uint8_t excluded_ports[8192]; /* one bit for each port */
	uint16_t port;                /* of the target in hand; 0: those of -p */
	bool own_ports, plain;        /* there are targets with, and targets without a port */
};

static void remark(struct plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Add a line to what the operator should know. */
static void remark(struct plan *p, const char *format, ...)
{
	size_t n = strlen(p->remarks);
	va_list ap;

	if (n > 0 && n + 1 < sizeof(p->remarks))
		p->remarks[n++] = '\n';
	va_start(ap, format);
	vsnprintf(p->remarks + n, sizeof(p->remarks) - n, format, ap);
	va_end(ap);
}

/* ---- addresses ------------------------------------------------------------------------------- */

static void note_forbidden(struct plan *p, const struct dp_addr *a)
{
	size_t used = strlen(p->forbidden);
	const char *why;

	if (dp_addr_forbidden(a, &why) && strstr(p->forbidden, why) == NULL &&
	    used + strlen(why) + 3 < sizeof(p->forbidden))
		snprintf(p->forbidden + used, sizeof(p->forbidden) - used, "%s%s",
		         used > 0 ? ", " : "", why);
}

static bool has_bit(const uint8_t set[8192], unsigned port)
{
	return (set[port >> 3] >> (port & 7) & 1) != 0;
}

static int include(void *arg, const struct target_range *range, const struct target_place *at)
{
	struct reading *r = arg;

	(void)at;
	if (r->port == 0)
		return dp_space_include(r->plan->space, &range->first, &range->last);
	return dp_space_include_at(r->plan->space, &range->first, &range->last, r->port);
}

/* Whether the port that a target names is to be probed. */
static bool wants_port(struct reading *r, uint16_t port)
{
	struct plan *p = r->plan;

	if (has_bit(r->excluded_ports, port))
		return false;
	if (p->probe.payloads && !payload_allows(&p->payloads, port)) {
		p->left_out++;
		return false;
	}
	p->port_set[port >> 3] |= (uint8_t)(1u << (port & 7));
	return true;
}

static int include_target(void *arg, const struct target_range *range,
                          const struct target_place *at)
{
	struct reading *r = arg;
	struct plan *p = r->plan;

	r->port = r->icmp ? 0 : at->port;
	*(r->port != 0 ? &r->own_ports : &r->plain) = true;
	note_forbidden(p, &range->first);
	note_forbidden(p, &range->last);
	p->any_v4 |= dp_addr_is_v4(&range->first, NULL);
	if (r->port != 0 && !wants_port(r, r->port))
		return 0;
	if (p->ipv6_budget > 0 && !dp_addr_is_v4(&range->first, NULL))
		return sample_range(range, p->ipv6_budget, p->key, include, r);
	return include(r, range, at);
}

static int exclude(void *arg, const struct target_range *range, const struct target_place *at)
{
	struct plan *p = arg;

	(void)at;
	return dp_space_exclude(p->space, &range->first, &range->last);
}

static int read_scope(const struct config *c, struct plan *p, struct error *err)
{
	struct target_list allowed = {0};
	const struct targets_taker to = {
		.sink = target_list_add, .arg = &allowed, .names = c->names};
	int ret = targets_file(c->scope_file, &to, err);

	if (ret == 0)
		ret = target_list_outside(&allowed, exclude, p);
	target_list_fini(&allowed);
	return ret;
}

static int read_targets(const struct config *c, struct reading *r, struct error *err)
{
	const struct targets_taker to = {include_target, r, c->names, true};
	int ret = 0;

	for (unsigned i = 0; i < c->target_count && ret == 0; i++)
		ret = targets_argument("target", c->targets[i], &to, err);
	return ret;
}

static int read_exclusions(const struct config *c, struct plan *p, struct error *err)
{
	const struct targets_taker to = {.sink = exclude, .arg = p, .names = c->names};
	int ret = 0;

	for (unsigned i = 0; i < c->excludes.count && ret == 0; i++)
		ret = targets_argument("--exclude", c->excludes.items[i], &to, err);
	for (unsigned i = 0; i < c->exclude_files.count && ret == 0; i++)
		ret = targets_file(c->exclude_files.items[i], &to, err);
	return ret;
}

/* ---- ports ----------------------------------------------------------------------------------- */

static int exclude_ports(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	struct reading *r = arg;

	if (kind != PORTS_ANY && kind != r->kind)
		return 0;
	for (unsigned port = first; port <= last; port++)
		r->excluded_ports[port >> 3] |= (uint8_t)(1u << (port & 7));
	dp_space_avoid_ports(r->plan->space, first, last);
	return 0;
}

static int add_ports(struct plan *p, unsigned first, unsigned last)
{
	for (unsigned port = first; port <= last; port++)
		p->port_set[port >> 3] |= (uint8_t)(1u << (port & 7));
	return dp_space_add_ports(p->space, (uint16_t)first, (uint16_t)last);
}

/* Take ports, but leave out those that are excluded, and (counted) the UDP ports of fragile devices
 * for which there is no payload. */
static int take_ports(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	struct reading *r = arg;
	struct plan *p = r->plan;
	unsigned from = first;
	int ret = 0;

	if (kind != PORTS_ANY && kind != r->kind)
		return 0;
	for (unsigned port = first; port <= last && ret == 0; port++) {
		bool fragile = p->probe.payloads && !payload_allows(&p->payloads, (uint16_t)port);

		if (!fragile && !has_bit(r->excluded_ports, port))
			continue;
		p->left_out += fragile;
		if (from < port)
			ret = add_ports(p, from, port - 1);
		from = port + 1;
	}
	return ret == 0 && from <= last ? add_ports(p, from, last) : ret;
}

/* The ports of a scan without -p: the most frequent ones of TCP; of UDP those of which a service is
 * known, since the others hardly ever answer. */
static int take_default(struct reading *r, struct error *err)
{
	unsigned known = 0;
	char text[16];
	int ret = 0;

	if (r->kind == PORTS_TCP) {
		remark(r->plan, "no -p: the %d most frequent TCP ports are probed", DEFAULT_TOP);
		snprintf(text, sizeof(text), "top:%d", DEFAULT_TOP);
		return ports_parse(text, take_ports, r, err);
	}
	for (unsigned port = 1; port <= UINT16_MAX && ret == 0; port++) {
		if (vd_port_service((uint16_t)port, DP_TRANSPORT_UDP) == NULL)
			continue;
		ret = take_ports(r, PORTS_ANY, (uint16_t)port, (uint16_t)port);
		known++;
	}
	remark(r->plan, "no -p: the %u UDP ports are probed of which a service is known", known);
	return ret;
}

static int read_ports(const struct config *c, struct reading *r, struct error *err)
{
	struct plan *p = r->plan;
	int ret = 0;

	if (r->icmp)
		return add_ports(p, 0, 0);
	if (c->ports.count == 0)
		return r->plain || !r->own_ports ? take_default(r, err) : 0;
	if (!r->plain && r->own_ports)
		remark(p, "-p: not used, since every target names a port of its own");
	for (unsigned i = 0; i < c->ports.count && ret == 0; i++) {
		uint32_t beyond = ports_beyond(c->ports.items[i]);

		if (beyond > 0)
			remark(p,
			       "-p top:%u: the frequency of %zu ports is known: those are probed; "
			       "-p all probes every port",
			       beyond, vd_top_ports(NULL, 0));
		ret = ports_parse(c->ports.items[i], take_ports, r, err);
	}
	return ret;
}

/* Do without control probes where exclusions leave less than half of their ports. */
static void count_control_ports(struct reading *r)
{
	unsigned left = 0;

	for (unsigned port = DP_CONTROL_FIRST; port <= UINT16_MAX; port++)
		left += !has_bit(r->excluded_ports, port);
	r->plan->no_control_ports = left < (65536 - DP_CONTROL_FIRST) / 2;
}

static int read_excluded_ports(const struct config *c, struct reading *r, struct error *err)
{
	struct error why = {.text = ""};
	int ret = 0;

	for (unsigned i = 0; i < c->exclude_ports.count && ret == 0; i++)
		ret = ports_parse(c->exclude_ports.items[i], exclude_ports, r, &why);
	count_control_ports(r);
	return ret == 0 ? 0 : error_set(err, ret, "--exclude-ports: %.400s", why.text);
}

int plan_lists_read(const struct config *c, struct plan *p, struct error *err)
{
	struct reading r = {.plan = p,
	                    .icmp = p->probe.portless,
	                    .kind = p->probe.portless   ? PORTS_ICMP
	                            : p->probe.payloads ? PORTS_UDP
	                                                : PORTS_TCP};
	int ret = read_excluded_ports(c, &r, err);

	p->payloads.ask_fragile = c->ask_fragile;
	if (ret == 0 && c->payload_file != NULL)
		ret = payload_file(&p->payloads, c->payload_file, err);
	if (ret == 0)
		ret = read_targets(c, &r, err);
	if (ret == 0)
		ret = read_exclusions(c, p, err);
	if (ret == 0)
		ret = read_ports(c, &r, err);
	if (ret == 0 && c->scope_file != NULL)
		ret = read_scope(c, p, err);
	return ret;
}
