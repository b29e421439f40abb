/* SPDX-License-Identifier: Apache-2.0 */
/* grab_strategy.c - decides what a session does next. */
#include "grab_strategy.h"

#include <string.h>

#include "grab_outcome.h"
#include "grab_talk.h"

enum {
	HUSH_MS = 300, /* without a byte, a server has finished what it says to our lines */
	ECHO_MIN = 4,  /* fewer bytes than that may come by chance */
	ECHO_PORT = 7,
};

/* The protocol that the bytes begin like; NULL where it has no dialogs. */
static const struct vd_proto *recognise(const struct grab_session *s)
{
	const struct vd_proto *p = vd_proto_recognise(s->in.data, s->in.len);

	return p == &vd_proto_tls || (p != NULL && vd_proto_talks(p)) ? p : NULL;
}

static bool is_inside(const struct grab_session *s)
{
	return s->dialog.tls && !s->starttls;
}

static void hint(struct grab_session *s, const struct vd_proto *proto, bool tls)
{
	const struct grab_question q = {.proto = proto, .tls = tls};

	grab_plan_hint(&s->plan, &q);
}

/* ---- the next question ---- */

/* Whether the port may still say something by itself. */
static bool may_speak(const struct grab_session *s)
{
	const struct grab_config *c = s->means->config;

	bool silent = s->plan.seen.inside ? !s->spoken : !s->heard;

	return c->patience_ms > 0 && !s->patient && silent && s->result.status == GRAB_SILENT &&
	       !s->careful && !s->fragile && !s->deferring && s->connections < c->max_per_port &&
	       grab_plan_hears(&s->plan);
}

/* All questions are over: end, or listen once more later. */
static void exhaust(struct grab_session *s)
{
	const struct grab_config *c = s->means->config;

	if (!may_speak(s)) {
		grab_outcome_set(s);
		return;
	}
	s->patient = true;
	s->question = s->plan.asked[0];
	grab_talk_reset(s);
	s->phase = GRAB_WAITING;
	s->want = GRAB_WANT_PATIENCE;
	s->left_us = ((uint64_t)c->patience_ms + c->total_timeout_ms) * 1000;
}

static enum grab_place place_of(const struct grab_session *s, bool usable)
{
	if (usable && s->hushed)
		return GRAB_PLACE_LINES;
	if (!usable || s->deferring || s->said || s->in.len > 0)
		return GRAB_PLACE_NONE;
	if (is_inside(s))
		return GRAB_PLACE_TLS;
	return s->tls == NULL ? GRAB_PLACE_PLAIN : GRAB_PLACE_NONE;
}

/* Open a fresh connection, at once or when it is this session's turn. */
static void reconnect(struct grab_session *s, uint64_t now)
{
	s->phase = GRAB_CONNECTING;
	s->want = GRAB_WANT_CONNECT;
	if (!s->deferring)
		return;
	s->phase = GRAB_WAITING;
	s->want = GRAB_WANT_TURN;
	s->left_us = s->give_up_us > now ? s->give_up_us - now : 0;
}

void grab_strategy_next(struct grab_session *s, bool usable, uint64_t now)
{
	const struct grab_evidence before = s->plan.seen;
	bool fresh;

	if (s->careful || s->fragile || s->patient ||
	    !grab_plan_next(&s->plan, s->means->lore, place_of(s, usable), &fresh)) {
		exhaust(s);
		return;
	}
	s->question = *grab_plan_now(&s->plan);
	s->before = before;
	if (!fresh) {
		if (s->hushed)
			grab_talk_renew(s);
		grab_talk_begin(s, now);
		return;
	}
	grab_talk_reset(s);
	reconnect(s, now);
}

/* ---- answers ---- */

/* Keep the first @len bytes, an answer that its question did not expect, in case nothing better
 * comes. The first such answer counts. */
static void keep_answer(struct grab_session *s, const struct vd_proto *proto, size_t len)
{
	if (s->kept.len > 0)
		return;
	grab_buf_add(&s->kept, s->in.data, len);
	s->kept_proto = proto;
	s->kept_inside = is_inside(s);
}

/* Whether the server of @p, which has answered another question, may get its own over the same
 * connection. */
static bool may_reuse(const struct grab_session *s, const struct vd_proto *p)
{
	return p != NULL && vd_proto_takes_lines(p) && s->said && s->whole_line && !s->starttls &&
	       !s->deferring && !s->careful && !s->fragile && !s->patient;
}

/* @open: the connection is, as far as is known. */
static void take_foreign(struct grab_session *s, bool open, uint64_t now)
{
	const struct vd_proto *p = recognise(s);
	bool inside = is_inside(s), alert = p == &vd_proto_tls && !inside;

	if (s->named) {
		grab_outcome_set(s);
		return;
	}
	keep_answer(s, p, s->in.len);
	grab_plan_note(&s->plan, alert ? GRAB_ALERT : GRAB_SPOKE);
	if (p == NULL)
		p = s->betrayed = vd_proto_betrayed(s->in.data, s->in.len);
	if (alert)
		hint(s, grab_plan_inside(&s->plan, s->proto), true);
	else if (p != NULL && p != &vd_proto_tls)
		hint(s, p, inside);
	if (open && may_reuse(s, p)) {
		s->hushing = true;
		grab_talk_wait(s, now, HUSH_MS);
		return;
	}
	grab_strategy_next(s, false, now);
}

void grab_strategy_foreign(struct grab_session *s, uint64_t now)
{
	take_foreign(s, true, now);
}

/* The page or the error of the answer names another protocol: ask for that, and if it does not
 * answer, end with the page. */
static void follow(struct grab_session *s, const struct vd_proto *told, uint64_t now)
{
	s->betrayed = told;
	keep_answer(s, s->proto, s->in.len);
	s->doubtful = true;
	grab_plan_note(&s->plan, GRAB_SPOKE);
	grab_plan_narrow(&s->plan);
	hint(s, told, is_inside(s));
	grab_strategy_next(s, false, now);
}

/* The servers of other protocols begin like this: ask for these, too. */
static void doubt(struct grab_session *s, uint64_t now)
{
	const struct vd_proto *other;

	keep_answer(s, s->proto, s->dialog.first_len > 0 ? s->dialog.first_len : s->in.len);
	grab_plan_note(&s->plan, GRAB_SPOKE);
	grab_plan_narrow(&s->plan);
	for (size_t i = 0; !s->doubtful && (other = vd_proto_alike(s->proto, i)) != NULL; i++)
		hint(s, other, is_inside(s));
	s->doubtful = true;
	grab_strategy_next(s, false, now);
}

/* Ask as well for the protocol to which such a server names itself. False: there is none, or it was
 * asked. */
static bool ask_beside(struct grab_session *s, uint64_t now)
{
	const struct vd_proto *other = vd_dialog_beside(s->proto, grab_talk_show(s));

	if (other == NULL || s->named || s->proto == s->betrayed || !s->means->config->any_port)
		return false;
	grab_outcome_name(s);
	grab_plan_note(&s->plan, GRAB_SPOKE);
	grab_plan_narrow(&s->plan);
	hint(s, other, is_inside(s));
	grab_strategy_next(s, false, now);
	return true;
}

/* The dialog is over, and the server seems to speak its protocol. */
static void conclude(struct grab_session *s, uint64_t now)
{
	const struct vd_proto *told = vd_proto_betrayed(s->in.data, s->in.len);

	if (s->starttls || s->careful || s->fragile || s->patient || s->named)
		grab_outcome_set(s);
	else if (told != NULL && told != s->proto && s->betrayed == NULL)
		follow(s, told, now);
	else if (!grab_outcome_is_proven(s))
		doubt(s, now);
	else if (!ask_beside(s, now))
		grab_outcome_set(s);
}

/* The server has finished what it said to our lines, or ended the connection. */
static void end_hush(struct grab_session *s, enum grab_reaction reaction, uint64_t now)
{
	s->hushing = false;
	s->hushed = reaction == GRAB_SILENCE;
	grab_strategy_next(s, s->hushed, now);
}

void grab_strategy_settle(struct grab_session *s, enum grab_reaction reaction, uint64_t now)
{
	if (s->hushing) {
		end_hush(s, reaction, now);
	} else if (s->dialog.known) {
		conclude(s, now);
	} else if (s->starttls || (s->proto == NULL && s->in.len > 0)) {
		grab_outcome_set(s);
	} else if (s->in.len > 0) {
		take_foreign(s, reaction == GRAB_SILENCE, now);
	} else {
		grab_plan_note(&s->plan, reaction);
		if (s->question.shared)
			hint(s, s->question.proto, is_inside(s));
		grab_strategy_next(s, reaction == GRAB_SILENCE, now);
	}
}

/* Let the dialog go on over a fresh connection; without one, it is over. */
static void go_on_again(struct grab_session *s, uint64_t now)
{
	if (s->starttls || s->careful || s->fragile || s->patient || s->named ||
	    !grab_plan_again(&s->plan)) {
		conclude(s, now);
		return;
	}
	grab_tls_free(s->tls);
	s->tls = NULL;
	s->heard_tls = s->alerted = false;
	s->wire.len = 0;
	s->again = true;
	reconnect(s, now);
}

/* Take the protocol that the server announces, where it goes on by itself. False: the bytes tell
 * none. */
static bool adopt(struct grab_session *s)
{
	const struct vd_proto *p = recognise(s);

	if (p != NULL && vd_proto_talks(p) && !vd_proto_speaks_first(p)) {
		s->proto = p;
		grab_plan_chosen(&s->plan, p);
	}
	return p != NULL;
}

static void go_on(struct grab_session *s, uint64_t now)
{
	grab_talk_flush(s);
	grab_talk_wait(s, now, s->means->config->read_timeout_ms);
	if (s->in.len >= s->in.max)
		grab_strategy_settle(s, GRAB_SPOKE, now);
}

/* The server says that this port speaks TLS. */
static void try_tls(struct grab_session *s, uint64_t now)
{
	if (s->named) {
		grab_outcome_set(s);
		return;
	}
	keep_answer(s, s->proto, s->in.len);
	grab_plan_note(&s->plan, GRAB_ALERT);
	hint(s, s->proto, true);
	grab_strategy_next(s, false, now);
}

static void start_tls(struct grab_session *s, uint64_t now)
{
	if (s->dialog.plain) {
		grab_outcome_set(s);
		return;
	}
	grab_talk_flush(s);
	s->starttls = true;
	grab_talk_start_tls(s, now);
}

/* Whether the server sends back what we said, which some protocols would take for an answer. */
static bool is_echo(const struct grab_session *s)
{
	return s->said && s->sent_len >= ECHO_MIN && vd_proto_speaks_first(s->proto) &&
	       s->in.len >= s->sent_len && memcmp(s->in.data, s->sent, s->sent_len) == 0;
}

/* An echo says nothing else, whatever is asked. A console may send back what is typed, too. */
static void end_with_echo(struct grab_session *s)
{
	struct vd_facts *facts = s->result.facts;

	s->proto = NULL;
	s->dialog.known = false;
	s->kept.len = 0;
	vd_facts_addf(facts, "echo.answered", "true");
	if (s->result.request.port != ECHO_PORT)
		vd_facts_addf(facts, "guess.service", "echo");
	grab_outcome_set(s);
	s->result.service = "echo";
}

/* More of what a server says to our lines. */
static void hear_hush(struct grab_session *s, uint64_t now)
{
	grab_talk_wait(s, now, HUSH_MS);
	if (s->in.len >= s->in.max)
		end_hush(s, GRAB_SPOKE, now);
}

void grab_strategy_hear(struct grab_session *s, uint64_t now)
{
	if (s->hushing) {
		hear_hush(s, now);
		return;
	}
	if (s->proto == NULL && !adopt(s)) {
		go_on(s, now);
		return;
	}
	if (s->proto == NULL) {
		grab_strategy_foreign(s, now);
		return;
	}
	if (!s->named && is_echo(s)) {
		end_with_echo(s);
		return;
	}
	switch (vd_dialog_hear(s->proto, grab_talk_show(s))) {
	case VD_MORE:
		go_on(s, now);
		break;
	case VD_DONE:
		conclude(s, now);
		break;
	case VD_FOREIGN:
		grab_strategy_foreign(s, now);
		break;
	case VD_STARTTLS:
		start_tls(s, now);
		break;
	case VD_AGAIN:
		go_on_again(s, now);
		break;
	case VD_TRY_TLS:
		try_tls(s, now);
		break;
	}
}
