/* SPDX-License-Identifier: Apache-2.0 */
/* dp_routes.c - finds out how each target is reached: by the kernel's routes or by what was given. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp_source.h"
#include "error.h"
#include "route.h"
#include "space.h"

enum { NAMED = 3 }; /* ranges that an error message names */

/* Targets that cannot be reached as asked. */
struct refused {
	u128 count;                    /* addresses */
	unsigned ranges;               /* of them */
	char text[NAMED * RANGE_TEXT]; /* the first ranges */
	char by[IF_NAMESIZE];          /* the interface that the kernel would take for the first */
};

/* One search. */
struct search {
	struct dp *dp;
	struct dp_way *way;
	int fd;  /* for questions to the kernel */
	int oif; /* what the questions name: a VRF, or 0 */
	bool v6; /* the family in hand */
	/* adds a range whose addresses all have the same next hop */
	int (*add)(struct search *s, const struct range *range);
	struct refused elsewhere, nowhere;
	struct error *err;
};

static int compare(const void *a, const void *b)
{
	u128 x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static bool is_v4(u128 addr)
{
	return addr >> 32 == 0xffff;
}

static void refuse(struct refused *r, const struct range *range)
{
	char text[RANGE_TEXT];
	size_t n = strlen(r->text);

	r->count += range->last - range->first + 1;
	if (r->ranges++ < NAMED)
		snprintf(r->text + n, sizeof(r->text) - n, "%s%s", n > 0 ? ", " : "",
		         range_format(range, text));
}

/* The index of a source among those of its family; it is added if it is new. -1: too many. */
static int source_index(struct dp_way *w, const struct dp_addr *source)
{
	bool v4 = dp_addr_is_v4(source, NULL);
	int index = 0;

	for (unsigned i = 0; i < w->source_count; i++) {
		if (dp_addr_compare(&w->source[i], source) == 0)
			return index;
		index += dp_addr_is_v4(&w->source[i], NULL) == v4;
	}
	if (w->source_count == DP_MAX_SOURCES)
		return -1;
	w->source[w->source_count++] = *source;
	return index;
}

static int append(struct search *s, const struct range *r, const struct hop *like)
{
	int hop = hops_add(&s->way->hops, like);

	if (hop < 0)
		return error_set(
			s->err, -E2BIG,
			"the targets have more than %d next hops: scan fewer networks at once",
			HOPS_MAX);
	if (hops_append(&s->way->hops, r, (unsigned)hop) != 0)
		return error_set(s->err, -ENOMEM, "no memory for the routes of the targets");
	return 0;
}

static int append_none(struct search *s, const struct range *r)
{
	const struct hop none = {.kind = HOP_NONE, .v6 = s->v6};

	return append(s, r, &none);
}

static int append_own(struct search *s, const struct range *r)
{
	for (u128 a = r->first; a <= r->last && s->way->own_count < DP_OWN_TARGETS; a++)
		s->way->own[s->way->own_count++] = range_to_addr(a);
	return append_none(s, r);
}

/* The gateway of the family that was given, or NULL. */
static const struct dp_addr *given_gateway(const struct search *s)
{
	const struct dp_settings *set = &s->dp->set;

	if (s->v6)
		return set->has_gateway6 ? &set->gateway6 : NULL;
	return set->has_gateway ? &set->gateway : NULL;
}

static bool is_own(const struct search *s, u128 addr)
{
	for (unsigned i = 0; i < s->dp->set.source_count; i++)
		if (range_from_addr(&s->dp->set.source[i]) == addr)
			return true;
	return false;
}

/* ---- by the kernel's routes ------------------------------------------------------------------ */

/* The source for a target of the present family: what the kernel says, unless sources were given. */
static int choose_source(struct search *s, const struct route *r, struct hop *hop)
{
	static const struct dp_addr none;
	const struct dp_addr *source = &none;
	uint32_t v4;
	int index;

	if (s->dp->set.sources_given)
		return 0;
	if (r->has_source && dp_addr_is_v4(&r->source, &v4) != s->v6) {
		source = &r->source;
	} else {
		for (unsigned i = 0; i < s->dp->set.source_count; i++)
			if (dp_addr_is_v4(&s->dp->set.source[i], NULL) != s->v6)
				source = &s->dp->set.source[i];
	}
	if (source == &none)
		return 0; /* probe_new() refuses a family without a source */
	index = source_index(s->way, source);
	if (index < 0)
		return error_set(
			s->err, -E2BIG,
			"the kernel chooses more than %d source addresses for the targets: "
			"name one with --source-ip, or scan fewer networks at once",
			DP_MAX_SOURCES);
	hop->source = (uint8_t)index;
	return 0;
}

static int append_route(struct search *s, const struct range *range, const struct route *r)
{
	const struct dp_addr *given = given_gateway(s);
	struct hop hop = {.kind = HOP_DIRECT, .v6 = s->v6};
	int ret = choose_source(s, r, &hop);

	if (ret != 0)
		return ret;
	if (r->has_gateway) {
		hop.kind = HOP_GATEWAY;
		hop.gateway = given != NULL ? *given : r->gateway;
	}
	return append(s, range, &hop);
}

/* The kernel has no route over the interface: take the gateway that was given, or refuse. */
static int append_given(struct search *s, const struct range *range, struct refused *refused)
{
	const struct dp_addr *given = given_gateway(s);
	const struct route r = {.has_gateway = true};

	if (given != NULL)
		return append_route(s, range, &r);
	refuse(refused, range);
	return 0;
}

/* The kernel would leave by interface @index. */
static int append_elsewhere(struct search *s, const struct range *range, int index)
{
	struct dp_addr first = range_to_addr(range->first);
	struct route r;
	int ret;

	if (!route_has_path(s->fd, &first, s->dp->link.index) && !s->dp->set.force_iface) {
		if (s->elsewhere.ranges == 0 && given_gateway(s) == NULL)
			if_indextoname((unsigned)index, s->elsewhere.by);
		return append_given(s, range, &s->elsewhere);
	}
	ret = route_ask(s->fd, &first, s->dp->link.index, &r);
	if (ret != 0)
		return ret;
	if (r.kind == ROUTE_UNICAST && r.index == s->dp->link.index)
		return append_route(s, range, &r);
	return append_given(s, range, &s->nowhere);
}

/* Add a range whose addresses all have the same route. */
static int add_piece(struct search *s, const struct range *range)
{
	struct dp_addr first = range_to_addr(range->first);
	struct route r;
	int ret;

	if (is_own(s, range->first)) /* the kernel may not have it */
		return append_own(s, range);
	ret = route_ask(s->fd, &first, s->oif, &r);
	if (ret != 0)
		return error_set(s->err, ret, "the kernel cannot be asked for its routes: %s",
		                 strerror(-ret));
	switch (r.kind) {
	case ROUTE_OWN:
		return append_own(s, range);
	case ROUTE_BROADCAST:
		return append_none(s, range);
	case ROUTE_UNICAST:
		if (r.index == s->dp->link.index)
			return append_route(s, range, &r);
		return append_elsewhere(s, range, r.index);
	default:
		return append_given(s, range, &s->nowhere);
	}
}

static int add_one(void *arg, const struct range *piece)
{
	struct search *s = arg;

	return s->add(s, piece);
}

/* Where the kernel's answer may change, and the own addresses. The caller frees *@cut. Returns how
 * many there are, or -errno with s->err in words. */
static long find_cuts(struct search *s, u128 **cut)
{
	const struct dp_settings *set = &s->dp->set;
	long n = route_cuts(s->fd, s->v6, cut);
	u128 *more;

	if (n < 0)
		return error_set(s->err, (int)n, "the kernel's routes cannot be read: %s",
		                 strerror((int)-n));
	more = realloc(*cut, ((size_t)n + 2 * DP_MAX_SOURCES) * sizeof(**cut));
	if (more == NULL) {
		free(*cut);
		return error_set(s->err, -ENOMEM, "no memory for the kernel's routes");
	}
	*cut = more;
	for (unsigned i = 0; i < set->source_count; i++) {
		more[n++] = range_from_addr(&set->source[i]);
		more[n] = more[n - 1] + 1;
		n++;
	}
	qsort(more, (size_t)n, sizeof(more[0]), compare);
	return n;
}

static int ask_kernel(struct search *s, const struct range_set *targets)
{
	u128 *cut = NULL;
	long cuts = find_cuts(s, &cut);
	int ret = 0;

	if (cuts < 0)
		return (int)cuts;
	for (size_t i = 0; i < targets->count && ret == 0; i++)
		if (is_v4(targets->v[i].first) != s->v6)
			ret = range_cut(&targets->v[i], cut, cuts, add_one, s);
	free(cut);
	return ret;
}

/* ---- by what was given ----------------------------------------------------------------------- */

/* The own network of the present family, around its first source. Returns false if there is no
 * source. */
static bool own_network(const struct search *s, struct range *net)
{
	const struct dp_settings *set = &s->dp->set;
	unsigned bits = s->v6 ? 128 : 32, len = s->v6 ? set->link6_len : set->link_len;
	u128 host = len == 0      ? ~(u128)0 >> (128 - bits)
	            : len >= bits ? 0
	                          : ~(u128)0 >> (128 - bits) >> len;

	for (unsigned i = 0; i < set->source_count; i++) {
		if (dp_addr_is_v4(&set->source[i], NULL) == s->v6)
			continue;
		net->first = range_from_addr(&set->source[i]) & ~host;
		net->last = net->first | host;
		return true;
	}
	return false;
}

/* Add a range that is cut at the own addresses and at the ends of the own network. */
static int add_given(struct search *s, const struct range *range)
{
	const struct route direct = {.has_gateway = false};
	struct range net;

	if (!own_network(s, &net))
		return 0; /* probe_new() refuses a family without a source */
	if (is_own(s, range->first))
		return append_own(s, range);
	if (range->first < net.first || range->first > net.last)
		return append_given(s, range, &s->nowhere);
	/* The first and the last address of an IPv4 network with more than two are no hosts'. */
	if (!s->v6 && net.last - net.first > 1 &&
	    (range->first == net.first || range->first == net.last))
		return append_none(s, range);
	return append_route(s, range, &direct);
}

static int take_given(struct search *s, const struct range_set *targets)
{
	u128 cut[2 * DP_MAX_SOURCES + 4];
	struct range net;
	long n = 0;
	int ret = 0;

	for (unsigned i = 0; i < s->dp->set.source_count; i++) {
		cut[n++] = range_from_addr(&s->dp->set.source[i]);
		cut[n] = cut[n - 1] + 1;
		n++;
	}
	if (own_network(s, &net)) {
		cut[n++] = net.first;
		cut[n++] = net.first + 1;
		cut[n++] = net.last;
		cut[n++] = net.last + 1;
	}
	qsort(cut, (size_t)n, sizeof(cut[0]), compare);
	for (size_t i = 0; i < targets->count && ret == 0; i++)
		if (is_v4(targets->v[i].first) != s->v6)
			ret = range_cut(&targets->v[i], cut, n, add_one, s);
	return ret;
}

/* ---- the search ------------------------------------------------------------------------------ */

/* Whether the kernel's routes of the present family do not hold for the probes: on a NIC of our own,
 * in a VLAN that the kernel's interface is not in, or where the operator gave another network. */
static bool is_given(const struct search *s)
{
	const struct dp *dp = s->dp;

	return dp->link.index == 0 || dp->set.vlan != 0 ||
	       (s->v6 ? dp->set.has_link6_len : dp->set.has_link_len);
}

static bool has_family(const struct range_set *targets, bool v6)
{
	for (size_t i = 0; i < targets->count; i++)
		if (is_v4(targets->v[i].first) != v6)
			return true;
	return false;
}

/* In a VLAN on a kernel's interface, the default gateway is that of the interface. */
static void default_gateway(struct search *s)
{
	struct dp_settings *set = &s->dp->set;

	if (given_gateway(s) != NULL || s->dp->link.index == 0)
		return;
	if (s->v6)
		set->has_gateway6 = route_default(s->dp->link.index, true, &set->gateway6) == 0;
	else
		set->has_gateway = route_default(s->dp->link.index, false, &set->gateway) == 0;
}

static int find_family(struct search *s, const struct range_set *targets, bool v6)
{
	s->v6 = v6;
	if (!has_family(targets, v6))
		return 0;
	if (!is_given(s)) {
		s->add = add_piece;
		return ask_kernel(s, targets);
	}
	default_gateway(s);
	s->add = add_given;
	return take_given(s, targets);
}

/* Say which targets cannot be reached. */
static int report(const struct search *s)
{
	const struct refused *r = &s->elsewhere;
	char more[32] = "";

	if (r->ranges == 0)
		r = &s->nowhere;
	if (r->ranges == 0)
		return 0;
	if (r->ranges > NAMED)
		snprintf(more, sizeof(more), " and %u more ranges", r->ranges - NAMED);
	if (r == &s->nowhere)
		return error_set(s->err, -EHOSTUNREACH,
		                 "%s: no route to %s%s: `ip route add ... dev %s`, or name the "
		                 "--gateway or --gateway-mac",
		                 s->dp->set.name, r->text, more, s->dp->set.name);
	return error_set(s->err, -EINVAL,
	                 "the kernel reaches %s%s by interface '%s', not by '%s': scan them over "
	                 "that one, leave them out, or say --force-iface",
	                 r->text, more, r->by, s->dp->set.name);
}

int dp_routes_find(struct dp *dp, struct error *err)
{
	const struct range_set *targets = space_ranges(dp->scan.space);
	struct search s = {.dp = dp, .way = &dp->way, .fd = -1, .err = err};
	int ret = 0;

	dp->way.by_hop = !dp->set.sources_given;
	for (unsigned i = 0; i < dp->set.source_count && dp->set.sources_given; i++)
		dp->way.source[dp->way.source_count++] = dp->set.source[i];

	if (dp->link.index != 0)
		s.fd = route_socket();
	if (dp->link.index != 0 && s.fd < 0)
		return error_set(err, s.fd, "no socket to ask the kernel for its routes: %s",
		                 strerror(-s.fd));
	if (strcmp(dp->link.master_kind, "vrf") == 0)
		s.oif = dp->link.master;
	ret = find_family(&s, targets, false);
	if (ret == 0)
		ret = find_family(&s, targets, true);
	hops_sort(&dp->way.hops);
	if (ret == 0)
		ret = report(&s);
	if (s.fd >= 0)
		close(s.fd);
	return ret;
}
