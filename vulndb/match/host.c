/* SPDX-License-Identifier: Apache-2.0 */
/* host.c - finds out what the services of a host tell each other of the distribution that it runs. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "foreign_build.h"
#include "match_query.h"
#include "version.h"
#include "vulndb.h"

/* What a service says of its machine. */
struct witness {
	const struct vd_identity *id;
	uint16_t port;
	uint8_t transport;
	unsigned long ttl; /* of its answer; 0: not known */
	bool relayed;      /* the answer passed a proxy: another machine may have given it */
	bool is_other;     /* another system, or a package that another maker built */
	bool is_marked;    /* a package names distribution and release */
};

/* Whether a header was written by a proxy or a cache on the way (RFC 9110, 7.6.3, and what the
 * makers of caches write in its place). */
static bool is_relay_header(const char *header)
{
	static const char *const names[] = {
		"Via:",         "X-Cache:", "X-Varnish:",   "CF-RAY:",  "X-Served-By:",
		"X-Amz-Cf-Id:", "X-Proxy",  "X-Forwarded-", "X-Akamai-"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncasecmp(header, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static void read_facts(struct witness *w, const struct vd_facts *facts)
{
	for (size_t i = 0; facts != NULL && i < vd_facts_count(facts); i++) {
		const struct vd_fact *f = vd_facts_at(facts, i);

		if (strcmp(f->name, "http.header") == 0)
			w->relayed = w->relayed || is_relay_header(f->value);
		else if (strcmp(f->name, "tcp.ttl") == 0)
			w->ttl = strtoul(f->value, NULL, 10);
	}
}

/* Whether a service shows a system that is no Linux. Samba calls itself a Windows. */
static bool is_other_system(const struct vd_identity *id)
{
	if (strcasestr(id->os, "windows") != NULL || strcasestr(id->version_extra, "(win") != NULL)
		return strcmp(id->product, "Samba") != 0;
	return id->distro[0] == '\0' && id->os_confidence >= MATCH_QUERY_OS_SURE &&
	       strcasestr(id->os, "linux") == NULL && strcasestr(id->os, "unix") == NULL;
}

/* Banners of RPM distributions name no revision of a package: there the name of the distribution has
 * to do, beside a version that only one release ships. */
static bool names_release(const struct vd_identity *id)
{
	return id->distro[0] != '\0' && id->distro_release[0] != '\0' && id->package[0] != '\0' &&
	       (id->package_version[0] != '\0' || version_order_of(id->distro) == version_rpm_cmp);
}

static struct witness witness_of(const struct vd_subject *s)
{
	struct witness w = {.id = s->identity, .port = s->port, .transport = s->transport};
	struct foreign_build maker;

	read_facts(&w, s->facts);
	w.is_other = is_other_system(w.id) || foreign_build(w.id->version_extra, &maker);
	w.is_marked = !w.is_other && names_release(w.id);
	return w;
}

/* Whether two answers may come from one machine. Behind an address there may be several, such as
 * containers: their answers take another number of hops. */
static bool is_same_machine(const struct witness *a, const struct witness *b)
{
	return !a->relayed && !b->relayed && (a->ttl == 0 || b->ttl == 0 || a->ttl == b->ttl);
}

static bool is_lower(const struct witness *a, const struct witness *b)
{
	return a->transport != b->transport ? a->transport < b->transport : a->port < b->port;
}

static bool contradicts(const struct witness *w, const struct vd_identity *told)
{
	if (w->is_other)
		return true;
	if (w->id->distro[0] == '\0')
		return false;
	return strcmp(w->id->distro, told->distro) != 0 ||
	       (w->is_marked && strcmp(w->id->distro_release, told->distro_release) != 0);
}

/* Whether a service leaves open what another one can tell: a banner without a mark of its own, or
 * with the name of that distribution and another release or none, which is guessed then. */
static bool may_learn(const struct witness *w, const struct vd_identity *told)
{
	const struct vd_identity *id = w->id;

	if (w->is_other || id->rule[0] == '\0' || id->version[0] == '\0' ||
	    id->package_version[0] != '\0')
		return false;
	return id->distro[0] == '\0' || (strcmp(id->distro, told->distro) == 0 &&
	                                 strcmp(id->distro_release, told->distro_release) != 0);
}

/* What the others tell witness number @i. Of several that tell it, the lowest port is named. */
static void hear(const struct witness *all, size_t n, size_t i, struct vd_hint *out)
{
	const struct witness *teller = NULL;

	for (size_t k = 0; k < n; k++)
		if (k != i && all[k].is_marked && is_same_machine(&all[k], &all[i]) &&
		    (teller == NULL || is_lower(&all[k], teller)))
			teller = &all[k];
	if (teller == NULL || !may_learn(&all[i], teller->id))
		return;
	for (size_t k = 0; k < n; k++)
		if (k != i && is_same_machine(&all[k], &all[i]) && contradicts(&all[k], teller->id))
			return;
	memcpy(out->distro, teller->id->distro, sizeof(out->distro));
	memcpy(out->release, teller->id->distro_release, sizeof(out->release));
	out->port = teller->port;
	out->transport = teller->transport;
}

void vd_host_hints(const struct vd_subject *services, size_t n, struct vd_hint *out)
{
	struct witness all[VD_HOST_SERVICES];
	bool any = false;

	memset(out, 0, n * sizeof(*out));
	if (n > VD_HOST_SERVICES)
		return;
	for (size_t i = 0; i < n; i++) {
		all[i] = witness_of(&services[i]);
		any = any || all[i].is_marked;
	}
	for (size_t i = 0; any && i < n; i++)
		hear(all, n, i, &out[i]);
}
