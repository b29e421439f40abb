/* SPDX-License-Identifier: Apache-2.0 */
/* grab_plan.c - chooses the next question to one open port. */
#include "grab_plan.h"

#include <string.h>

/* Ranks: the higher, the earlier. Where there are bounds, likeness and lore decide between them. */
enum {
	RANK_NOT = 0,
	RANK_REST = 1,      /* and half of the likeness, and the lore */
	RANK_GENERIC = 10,  /* a text server would have answered HTTP's lines */
	RANK_TLS_LATE = 35, /* the port waits for more of HTTP, which servers of TLS do not do */
	RANK_TLS = 700,
	RANK_HTTP = 760,   /* and the likeness, if that is strong */
	RANK_STRONG = 735, /* and the likeness, and a quarter of the lore */
	RANK_PORT = 900,   /* the same port of another host spoke it */
	RANK_LISTEN = 1000,
	RANK_CUSTOM = 2000,
};

/* Whether the protocol is asked by a request of HTTP/1.1. */
static bool asks_http(const struct vd_proto *proto)
{
	return proto != NULL && proto != &vd_proto_http2 &&
	       strcmp(vd_proto_name(proto), vd_proto_name(&vd_proto_http)) == 0;
}

/* Whether HTTP/2 may be asked: where HTTP/1.1 got no answer. */
static bool may_ask_http2(const struct grab_plan *p)
{
	return p->seen.http == GRAB_SILENCE || p->seen.http == GRAB_CLOSED ||
	       p->seen.http == GRAB_RESET;
}

static const struct grab_custom *number(struct grab_plan *p)
{
	if (!p->has_custom)
		grab_custom_of(p->port.port, &p->custom);
	p->has_custom = true;
	return &p->custom;
}

void grab_plan_init(struct grab_plan *p, const struct grab_plan_port *port)
{
	p->count = p->hint_count = 0;
	p->opened = 0;
	p->port = *port;
	p->seen = (struct grab_evidence){0};
	p->no_tls = p->only_hints = p->hung_up = p->spoke = p->has_custom = false;
}

const struct grab_question *grab_plan_now(const struct grab_plan *p)
{
	return &p->asked[p->count - 1];
}

/* ---- what may be asked ---- */

static bool was_asked(const struct grab_plan *p, const struct grab_question *q)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->asked[i].proto == q->proto && p->asked[i].tls == q->tls &&
		    p->asked[i].hello == q->hello && p->asked[i].shared == q->shared)
			return true;
	return false;
}

static bool may_ask(const struct grab_plan *p, const struct grab_question *q)
{
	if (was_asked(p, q) || (q->proto != NULL && !vd_proto_talks(q->proto)))
		return false;
	if (q->tls)
		return !p->no_tls || q->hello != GRAB_HELLO_USUAL;
	return !p->seen.inside;
}

/* ---- the order ---- */

/* Listening: first where the port has no custom, and behind its custom otherwise. */
static unsigned rank_listening(const struct grab_plan *p, bool tls)
{
	bool custom_tls;
	const struct vd_proto *custom = vd_proto_of_port(p->port.port, &custom_tls);

	if (tls)
		return p->seen.inside                 ? RANK_LISTEN
		       : p->seen.http == GRAB_SILENCE ? RANK_TLS_LATE
		                                      : RANK_TLS;
	/* To wait for a custom that speaks first was to listen. */
	if (custom != NULL && !custom_tls && !vd_proto_speaks_first(custom))
		return RANK_NOT;
	return RANK_LISTEN;
}

static unsigned rank_http(struct grab_plan *p, size_t i, bool tls)
{
	unsigned kin = number(p)->kin[tls][i];

	if (p->seen.http != GRAB_UNASKED)
		return RANK_NOT;
	if (tls && !p->seen.inside)
		return kin >= GRAB_CUSTOM_STRONG ? RANK_HTTP + kin : RANK_NOT;
	return RANK_HTTP + (kin >= GRAB_CUSTOM_STRONG ? kin : 0);
}

/* How much the number of the port speaks for protocol number @i. */
static unsigned kin_of(struct grab_plan *p, size_t i, bool tls)
{
	const struct grab_custom *c = number(p);
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);
	unsigned kin = c->kin[tls][i];

	/* Inside TLS, a number of the clear protocol speaks for it, too. */
	if (tls && p->seen.inside && c->kin[0][i] > kin)
		kin = c->kin[0][i];
	/* A number of HTTP speaks for HTTP/2, but less than for HTTP/1.1. */
	for (size_t k = 0; all[i] == &vd_proto_http2 && k < n && k < GRAB_CUSTOM_PROTOS; k++)
		if (all[k] == &vd_proto_http && c->kin[tls][k] > kin)
			kin = c->kin[tls][k] < GRAB_CUSTOM_STRONG ? c->kin[tls][k]
			                                          : GRAB_CUSTOM_STRONG - 1;
	return kin;
}

/* Protocol number @i, by the port's number and by the lore. */
static unsigned rank_proto(struct grab_plan *p, const struct grab_lore *lore, size_t i, bool tls)
{
	size_t n;
	const struct vd_proto *proto = vd_protos(&n)[i];
	unsigned kin = kin_of(p, i, tls);
	unsigned weight = grab_lore_weigh(lore, &p->port.addr, &p->seen, i);

	/* Anything can be put inside TLS; the number of the port must speak for it. */
	if (weight == 0 || (tls && !vd_proto_has_tls(proto) && kin < GRAB_CUSTOM_STRONG))
		return RANK_NOT;
	if ((asks_http(proto) && p->seen.http != GRAB_UNASKED) ||
	    (proto == &vd_proto_http2 && !may_ask_http2(p)))
		return RANK_NOT;
	if (kin >= GRAB_CUSTOM_STRONG)
		return RANK_STRONG + kin + weight / 4;
	/* Until TLS is up, only the number of the port speaks for one protocol inside it. */
	if (tls && !p->seen.inside)
		return RANK_NOT;
	return RANK_REST + kin / 2 + weight;
}

static unsigned rank_any(struct grab_plan *p, const struct grab_lore *lore, size_t i, bool tls)
{
	size_t n;
	const struct vd_proto *proto = vd_protos(&n)[i];

	if (proto == &vd_proto_http)
		return rank_http(p, i, tls);
	if (proto == &vd_proto_generic)
		return tls ? RANK_NOT : RANK_GENERIC;
	return rank_proto(p, lore, i, tls);
}

static void consider(const struct grab_plan *p, const struct grab_question *q, unsigned rank,
                     struct grab_question *best, unsigned *most)
{
	if (rank <= *most || !may_ask(p, q))
		return;
	*most = rank;
	*best = *q;
}

/* What the same port of other hosts spoke. */
static void consider_port(const struct grab_plan *p, const struct grab_lore *lore,
                          struct grab_question *best, unsigned *most)
{
	struct grab_question q = {0};
	size_t n, i;
	const struct vd_proto *const *all = vd_protos(&n);

	if (!grab_lore_of_port(lore, p->port.port, &i, &q.tls) ||
	    (all[i] == &vd_proto_http2 && !may_ask_http2(p)))
		return;
	if (vd_proto_speaks_first(all[i]))
		q.proto = all[i];
	consider(p, &q, RANK_PORT, best, most);
}

/* The question of the highest rank; of equal ones, the first in the order of the protocols. */
static bool choose_ranked(struct grab_plan *p, const struct grab_lore *lore,
                          struct grab_question *out)
{
	unsigned most = RANK_NOT;
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	consider_port(p, lore, out, &most);
	for (int tls = 0; tls < 2; tls++) {
		struct grab_question q = {.tls = tls != 0};

		consider(p, &q, rank_listening(p, q.tls), out, &most);
		for (size_t i = 0; i < n && i < GRAB_CUSTOM_PROTOS && most < RANK_LISTEN; i++) {
			q.proto = all[i];
			consider(p, &q, rank_any(p, lore, i, q.tls), out, &most);
		}
	}
	return most > RANK_NOT;
}

/* The first question: what the port has by custom, or to listen. */
static void choose_first(const struct grab_plan *p, struct grab_question *out)
{
	*out = (struct grab_question){.proto = p->port.only};
	if (p->port.only == NULL)
		out->proto = vd_proto_of_port(p->port.port, &out->tls);
	out->tls &= out->proto != NULL;
}

static bool take_hint(struct grab_plan *p, struct grab_question *out)
{
	while (p->hint_count > 0) {
		*out = p->hints[0];
		p->hint_count--;
		memmove(p->hints, p->hints + 1, p->hint_count * sizeof(p->hints[0]));
		if (may_ask(p, out))
			return true;
	}
	return false;
}

static bool choose(struct grab_plan *p, const struct grab_lore *lore, struct grab_question *out)
{
	if (p->count == 0) {
		choose_first(p, out);
		return true;
	}
	if (p->port.only != NULL)
		return false;
	if (take_hint(p, out))
		return true;
	return p->port.any_port && !p->only_hints && choose_ranked(p, lore, out);
}

/* How many connections the questions may have. */
static unsigned allowance(const struct grab_plan *p)
{
	bool keep = p->port.patient && p->port.connections > 1 && !p->spoke && !p->hung_up &&
	            p->count > 0 && grab_plan_hears(p);

	return p->port.connections - (keep ? 1 : 0);
}

/* Make @q the present question. */
static void take(struct grab_plan *p, const struct grab_question *q)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	p->asked[p->count++] = *q;
	for (size_t i = 0; i < n && i < GRAB_CUSTOM_PROTOS; i++)
		if (all[i] == q->proto && q->tls == p->seen.inside)
			grab_protos_put(&p->seen.asked, i);
}

/* Whether @q goes over a connection on which a server of line by line waits. Once. */
static bool takes_line(const struct grab_plan *p, struct grab_question q)
{
	q.shared = true;
	return q.proto != NULL && vd_proto_takes_lines(q.proto) && q.tls == p->seen.inside &&
	       !was_asked(p, &q);
}

bool grab_plan_next(struct grab_plan *p, const struct grab_lore *lore, enum grab_place place,
                    bool *fresh)
{
	struct grab_question q;
	bool shares;

	if (p->count == GRAB_PLAN_ASKED || !choose(p, lore, &q))
		return false;
	q.shared = place == GRAB_PLACE_LINES && takes_line(p, q);
	/* HTTP/2 is offered in a handshake of its own. */
	shares = q.shared || place == GRAB_PLACE_PLAIN ||
	         (place == GRAB_PLACE_TLS && q.tls && q.proto != &vd_proto_http2);
	if (!shares && p->opened >= allowance(p))
		return false;
	p->opened += !shares;
	take(p, &q);
	*fresh = !shares;
	return true;
}

bool grab_plan_again(struct grab_plan *p)
{
	if (p->opened >= p->port.connections)
		return false;
	p->opened++;
	return true;
}

/* ---- what came of it ---- */

void grab_plan_note(struct grab_plan *p, enum grab_reaction reaction)
{
	const struct grab_question *q = grab_plan_now(p);

	p->hung_up |= reaction == GRAB_CLOSED || reaction == GRAB_RESET;
	p->spoke |= reaction == GRAB_SPOKE || reaction == GRAB_ALERT;
	if (q->tls && !p->seen.inside) {
		p->seen.tls = (uint8_t)reaction;
		p->no_tls = true;
		return;
	}
	if (asks_http(q->proto))
		p->seen.http = (uint8_t)reaction;
	/* Who speaks in the clear does not begin with TLS. */
	if (reaction == GRAB_SPOKE && !q->tls)
		p->no_tls = true;
}

void grab_plan_up(struct grab_plan *p)
{
	if (p->seen.inside)
		return;
	p->seen = (struct grab_evidence){.tls = p->seen.tls, .inside = true};
	p->no_tls = false;
}

void grab_plan_chosen(struct grab_plan *p, const struct vd_proto *proto)
{
	struct grab_question q = *grab_plan_now(p);

	q.proto = proto;
	if (p->count < GRAB_PLAN_ASKED && !was_asked(p, &q))
		p->asked[p->count++] = q;
}

void grab_plan_hint(struct grab_plan *p, const struct grab_question *q)
{
	if (p->hint_count < GRAB_PLAN_HINTS && may_ask(p, q))
		p->hints[p->hint_count++] = *q;
}

void grab_plan_narrow(struct grab_plan *p)
{
	p->only_hints = true;
}

bool grab_plan_hears(const struct grab_plan *p)
{
	const struct grab_question *first = &p->asked[0];

	/* Inside TLS, only the custom of the port says that the server speaks first. */
	if (p->seen.inside)
		return first->tls && first->proto != NULL && !vd_proto_speaks_first(first->proto);
	return !first->tls && (first->proto == NULL || !vd_proto_speaks_first(first->proto));
}

bool grab_plan_supports(struct grab_plan *p, const struct vd_proto *proto)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);
	bool tls;

	if (vd_proto_of_port(p->port.port, &tls) == proto)
		return true;
	for (size_t i = 0; i < n && i < GRAB_CUSTOM_PROTOS; i++)
		if (all[i] == proto)
			return number(p)->kin[0][i] >= GRAB_CUSTOM_STRONG ||
			       number(p)->kin[1][i] >= GRAB_CUSTOM_STRONG;
	return false;
}

const struct vd_proto *grab_plan_inside(struct grab_plan *p, const struct vd_proto *proto)
{
	bool usable = proto != NULL && proto != &vd_proto_generic && grab_plan_supports(p, proto);

	return usable ? proto : NULL;
}
