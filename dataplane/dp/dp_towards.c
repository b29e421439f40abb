/* SPDX-License-Identifier: Apache-2.0 */
/* dp_towards.c - finds the interface by which the kernel would send to the targets of a scan. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp.h"
#include "error.h"
#include "route.h"
#include "space.h"

enum { INTERFACES = 8, NAMED = 2 };

/* The targets behind one interface. */
struct side {
	int index;
	unsigned ranges;
	char text[NAMED * RANGE_TEXT]; /* the first ranges */
};

struct search {
	int fd;
	bool v6; /* the family in hand */
	struct side side[INTERFACES];
	unsigned sides;
	struct side own, nowhere;
};

static void note(struct side *s, const struct range *r)
{
	char text[RANGE_TEXT];
	size_t n = strlen(s->text);

	if (s->ranges++ < NAMED)
		snprintf(s->text + n, sizeof(s->text) - n, "%s%s", n > 0 ? ", " : "",
		         range_format(r, text));
}

/* The side with the interface @index, which is added if it is new. Those beyond INTERFACES share the
 * last one: the answer is "several" anyway. */
static struct side *side_of(struct search *s, int index)
{
	unsigned i = 0;

	while (i < s->sides && s->side[i].index != index)
		i++;
	if (i == INTERFACES)
		return &s->side[INTERFACES - 1];
	if (i == s->sides) {
		s->side[i].index = index;
		s->sides++;
	}
	return &s->side[i];
}

/* Look at a range whose addresses all have the same route. */
static int look(void *arg, const struct range *r)
{
	struct search *s = arg;
	struct dp_addr first = range_to_addr(r->first);
	struct route route;
	int ret = route_ask(s->fd, &first, 0, &route);

	if (ret != 0)
		return ret;
	if (route.kind == ROUTE_UNICAST)
		note(side_of(s, route.index), r);
	else if (route.kind == ROUTE_OWN)
		note(&s->own, r);
	else if (route.kind == ROUTE_NONE)
		note(&s->nowhere, r);
	return 0;
}

static int look_at_family(struct search *s, const struct range_set *targets, bool v6)
{
	u128 *cut = NULL;
	long cuts = 0;
	int ret = 0;

	for (size_t i = 0; i < targets->count && ret == 0; i++) {
		if ((targets->v[i].first >> 32 == 0xffff) == v6)
			continue;
		if (cut == NULL && cuts == 0)
			cuts = route_cuts(s->fd, v6, &cut);
		ret = cuts < 0 ? (int)cuts : range_cut(&targets->v[i], cut, cuts, look, s);
	}
	free(cut);
	return ret;
}

/* Name the ranges and the interface of each side. */
static int report_several(const struct search *s, struct error *err)
{
	char text[ERROR_TEXT - 100];
	size_t n = 0;

	for (unsigned i = 0; i < s->sides && n < sizeof(text); i++) {
		const struct side *side = &s->side[i];
		char name[IF_NAMESIZE] = "?";

		if_indextoname((unsigned)side->index, name);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s by %s", i > 0 ? "; " : "",
		                      side->text, side->ranges > NAMED ? " and others" : "", name);
	}
	return error_set(err, -EINVAL,
	                 "the targets are behind several interfaces: %s: scan those of one at a "
	                 "time, or say --iface NAME",
	                 text);
}

static int report_none(const struct search *s, struct error *err)
{
	if (s->own.ranges > 0)
		return error_set(
			err, -EINVAL,
			"%s%s: this machine's own: a scanner cannot probe its own machine over "
			"a NIC; scripts/lab makes hosts to try it on",
			s->own.text, s->own.ranges > NAMED ? " and others" : "");
	return error_set(err, -EHOSTUNREACH,
	                 "no route to %s%s: `ip route add ... dev NAME`, or say --iface NAME with "
	                 "--gateway ADDRESS",
	                 s->nowhere.ranges > 0 ? s->nowhere.text : "the targets",
	                 s->nowhere.ranges > NAMED ? " and others" : "");
}

int dp_iface_towards(const struct dp_space *space, char name[DP_IFACE_NAME], struct error *err)
{
	struct search s = {.fd = route_socket()};
	char found[IF_NAMESIZE];
	int ret = s.fd < 0 ? s.fd : look_at_family(&s, space_ranges(space), false);

	if (ret == 0)
		ret = look_at_family(&s, space_ranges(space), true);
	if (s.fd >= 0)
		close(s.fd);
	if (ret < 0)
		return error_set(err, ret,
		                 "the kernel cannot be asked for its routes: %s; say --iface NAME",
		                 strerror(-ret));
	if (s.sides == 0)
		return report_none(&s, err);
	if (s.sides > 1)
		return report_several(&s, err);
	if (if_indextoname((unsigned)s.side[0].index, found) == NULL)
		return error_set(err, -ENODEV, "interface %d went away", s.side[0].index);
	snprintf(name, DP_IFACE_NAME, "%s", found);
	return 0;
}
