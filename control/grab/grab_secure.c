/* SPDX-License-Identifier: Apache-2.0 */
/* grab_secure.c - TLS in a session: its handshake, and what comes out of it. */
#include "grab_secure.h"

#include "grab_outcome.h"
#include "grab_strategy.h"
#include "grab_talk.h"

/* A record that is an alert: its kind, version, length, level, code (RFC 8446, 5.1 and 6). */
enum { ALERT = 0x15, ALERT_LEN = 7, CODE_AT = 6 };
/* Alerts of servers that want another ClientHello (RFC 8446, 6.2; RFC 7301, 3.2). Some that know no
 * server by default have an internal error. */
enum { INTERNAL_ERROR = 80, UNRECOGNIZED_NAME = 112, NO_APPLICATION_PROTOCOL = 120 };

/* Add the facts of the first handshake, and the application protocol of a later one, to which another
 * was offered. */
static void add_facts(struct grab_session *s)
{
	if (!s->result.tls)
		s->result.tls = grab_tls_facts(s->tls, s->result.facts);
	else
		grab_tls_alpn(s->tls, s->result.facts);
}

/* Ask once more with the ClientHello that the alert calls for. False: it calls for none, or that was
 * sent. */
static bool ask_otherwise(struct grab_session *s, uint64_t now)
{
	const struct grab_question *first = &s->plan.asked[0];
	struct grab_question q = s->question;

	if (q.hello == GRAB_HELLO_H2 && s->alert == NO_APPLICATION_PROTOCOL)
		q = (struct grab_question){first->tls ? first->proto : NULL, true, GRAB_HELLO_BARE};
	else if (q.hello != GRAB_HELLO_USUAL)
		return false;
	else if (s->alert == NO_APPLICATION_PROTOCOL)
		q = (struct grab_question){&vd_proto_http2, true, GRAB_HELLO_H2};
	else if ((s->alert == UNRECOGNIZED_NAME || s->alert == INTERNAL_ERROR) &&
	         grab_lore_name(s->means->lore, &s->result.request.addr) != NULL)
		q.hello = GRAB_HELLO_NAMED;
	else
		return false;
	grab_plan_note(&s->plan, GRAB_ALERT);
	grab_plan_hint(&s->plan, &q);
	grab_strategy_next(s, false, now);
	return true;
}

void grab_secure_failed(struct grab_session *s, enum grab_reaction reaction, uint64_t now)
{
	add_facts(s);
	if (s->result.tls || s->starttls || s->named) {
		grab_outcome_set(s);
	} else if (!s->alerted) {
		grab_plan_note(&s->plan, reaction);
		grab_strategy_next(s, false, now);
	} else if (!ask_otherwise(s, now)) {
		/* Only TLS answers a ClientHello by an alert. */
		s->result.tls = true;
		vd_facts_addf(s->result.facts, "ssl.alert", "%s", grab_tls_alert_name(s->alert));
		grab_outcome_set(s);
	}
}

static void go_up(struct grab_session *s, uint64_t now)
{
	bool first = !s->result.tls;

	add_facts(s);
	s->dialog.tls = true;
	if (s->again) {
		grab_talk_go_on(s, now);
		return;
	}
	if (s->starttls) {
		s->phase = GRAB_TALKING;
		grab_strategy_hear(s, now);
		return;
	}
	/* What the port said in the clear was about TLS. */
	if (first && !s->kept_inside)
		s->kept.len = 0;
	s->hello = s->question.hello != GRAB_HELLO_USUAL ? s->question.hello : s->hello;
	grab_plan_up(&s->plan);
	grab_talk_speak(s, now);
}

static void advance(struct grab_session *s, uint64_t now)
{
	size_t before = s->in.len;
	bool whole = true;
	enum grab_tls_state state = grab_tls_run(s->tls, &s->in, &whole);

	grab_tls_drain(s->tls, &s->wire);
	s->result.truncated |= !whole && s->dialog.first_len == 0;
	if (state == GRAB_TLS_HANDSHAKE) {
		grab_talk_wait(s, now, s->means->config->read_timeout_ms);
		return;
	}
	if (state == GRAB_TLS_FAILED || (state == GRAB_TLS_ENDED && s->phase == GRAB_HANDSHAKE)) {
		grab_secure_failed(s, GRAB_SPOKE, now);
		return;
	}
	if (s->phase == GRAB_HANDSHAKE)
		go_up(s, now);
	s->spoken |= s->in.len > before;
	if (s->phase == GRAB_TALKING && s->in.len > before)
		grab_strategy_hear(s, now);
	if (s->phase == GRAB_TALKING && s->tls != NULL && state == GRAB_TLS_ENDED)
		grab_strategy_settle(s, GRAB_CLOSED, now);
}

bool grab_secure_is_odd(const struct grab_session *s, const uint8_t *data, size_t len)
{
	return s->phase == GRAB_HANDSHAKE && !s->starttls && len >= 3 && s->in.len == 0 &&
	       !s->heard_tls && vd_proto_recognise(data, len) != &vd_proto_tls;
}

void grab_secure_hear(struct grab_session *s, const void *data, size_t len, uint64_t now)
{
	const uint8_t *record = data;

	if (!s->heard_tls && len >= ALERT_LEN && record[0] == ALERT) {
		s->alerted = true;
		s->alert = record[CODE_AT];
	}
	s->heard_tls = true;
	grab_tls_feed(s->tls, data, len);
	advance(s, now);
}
