/* SPDX-License-Identifier: Apache-2.0 */
/* grab_talk.c - one connection of a session. */
#include "grab_talk.h"

#include <string.h>

#include "grab_outcome.h"

enum { BRIEF = 2 }; /* who allows no more connections to a port wants little asked */

void grab_talk_wait(struct grab_session *s, uint64_t now_us, uint32_t ms)
{
	uint64_t at = now_us + (uint64_t)ms * 1000;

	s->deadline_us = at < s->give_up_us ? at : s->give_up_us;
}

struct vd_dialog *grab_talk_show(struct grab_session *s)
{
	s->dialog.in = s->in.data;
	s->dialog.in_len = s->in.len;
	return &s->dialog;
}

static struct vd_dialog fresh_dialog(const struct grab_session *s)
{
	return (struct vd_dialog){
		.authority = s->authority,
		.user_agent = s->means->config->user_agent,
		.plain = s->careful || s->fragile,
		.brief = s->means->config->max_per_port <= BRIEF,
	};
}

void grab_talk_reset(struct grab_session *s)
{
	grab_tls_free(s->tls);
	s->tls = NULL;
	s->heard_tls = s->alerted = s->starttls = s->said = s->again = false;
	s->hushing = s->hushed = false;
	s->wire.len = 0;
	grab_outcome_note_memory(s);
	grab_buf_reset(&s->in);
	s->in.max = s->means->config->max_bytes;
	s->dialog = fresh_dialog(s);
	s->proto = NULL;
}

void grab_talk_renew(struct grab_session *s)
{
	bool tls = s->dialog.tls;

	s->said = s->hushing = s->hushed = false;
	s->in.len = 0;
	s->dialog = fresh_dialog(s);
	s->dialog.tls = tls;
	s->proto = NULL;
}

void grab_talk_flush(struct grab_session *s)
{
	struct vd_dialog *d = &s->dialog;

	if (d->out_len > 0) {
		if (!s->said) {
			s->sent_len = d->out_len < GRAB_SENT_MAX ? d->out_len : GRAB_SENT_MAX;
			memcpy(s->sent, d->out, s->sent_len);
		}
		s->said = true;
		s->whole_line = d->out[d->out_len - 1] == '\n';
		if (d->tls)
			grab_tls_send(s->tls, d->out, d->out_len);
		else
			grab_buf_add(&s->wire, d->out, d->out_len);
		d->out_len = 0;
	}
	if (s->tls != NULL)
		grab_tls_drain(s->tls, &s->wire);
}

/* The protocol of the question, or the one that the server chose in the handshake. */
static const struct vd_proto *asked_for(struct grab_session *s)
{
	const struct vd_proto *chosen;
	bool tls;

	if (s->question.proto != NULL || s->tls == NULL)
		return s->question.proto;
	chosen = vd_proto_find(grab_tls_chosen(s->tls), &tls);
	if (chosen != NULL) {
		grab_plan_chosen(&s->plan, chosen);
		s->question.proto = chosen;
	}
	return chosen;
}

/* How long the server has for its first words. One that is known to speak first may need longer, to look
 * up our name; a plain host (grab_queue_is_plain()) is asked soon, and listened to once more where it
 * stays silent. */
static uint32_t listening_ms(const struct grab_session *s, bool hinted)
{
	const struct grab_config *c = s->means->config;
	uint32_t soon = GRAB_PLAIN_MS + 2 * (s->result.connect_us / 1000);

	if (hinted && c->read_timeout_ms > c->server_first_ms)
		return c->read_timeout_ms;
	return s->plain && !s->careful && !s->deferring && soon < c->server_first_ms
	               ? soon
	               : c->server_first_ms;
}

void grab_talk_speak(struct grab_session *s, uint64_t now_us)
{
	const struct grab_config *c = s->means->config;
	bool hinted;

	s->phase = GRAB_TALKING;
	s->proto = asked_for(s);
	hinted = s->proto != NULL;
	if (hinted && vd_proto_speaks_first(s->proto)) {
		vd_dialog_greet(s->proto, &s->dialog);
		grab_talk_flush(s);
		grab_talk_wait(s, now_us,
		               s->plan.count == 1 ? c->answer_timeout_ms : c->read_timeout_ms);
		return;
	}
	grab_talk_wait(s, now_us, s->patient ? c->patience_ms : listening_ms(s, hinted));
}

/* What the ClientHello offers: no application protocols inside a dialog, or to a server that refused
 * them, or where one that has none is wanted. HTTP/2 is offered only where HTTP/1.1 got no answer:
 * most servers would choose it before all others. */
static struct grab_tls_offer offer_of(const struct grab_session *s)
{
	const struct vd_proto *proto = s->question.proto;
	uint8_t hello = s->question.hello != GRAB_HELLO_USUAL ? s->question.hello : s->hello;
	struct grab_tls_offer offer = {.alpn = GRAB_ALPN_NONE};

	if (s->starttls)
		return offer;
	if (hello == GRAB_HELLO_H2 || (proto == &vd_proto_http2 && hello != GRAB_HELLO_BARE))
		offer.alpn = GRAB_ALPN_H2;
	else if (hello != GRAB_HELLO_BARE && (proto == NULL || proto == &vd_proto_http))
		offer.alpn = proto == NULL ? GRAB_ALPN_ALL : GRAB_ALPN_HTTP;
	if (hello == GRAB_HELLO_NAMED)
		offer.name = grab_lore_name(s->means->lore, &s->result.request.addr);
	return offer;
}

void grab_talk_start_tls(struct grab_session *s, uint64_t now_us)
{
	const struct grab_tls_offer offer = offer_of(s);
	bool whole;

	s->tls = grab_tls_new(s->means->tls, &offer);
	if (s->tls == NULL) {
		grab_outcome_set(s);
		return;
	}
	s->phase = GRAB_HANDSHAKE;
	grab_tls_run(s->tls, &s->in, &whole);
	grab_tls_drain(s->tls, &s->wire);
	grab_talk_wait(s, now_us, s->means->config->read_timeout_ms);
}

void grab_talk_go_on(struct grab_session *s, uint64_t now_us)
{
	s->again = false;
	s->phase = GRAB_TALKING;
	grab_talk_flush(s);
	grab_talk_wait(s, now_us, s->means->config->read_timeout_ms);
}

void grab_talk_begin(struct grab_session *s, uint64_t now_us)
{
	s->want = GRAB_WANT_TRAFFIC;
	if (s->careful && (s->again || s->named))
		grab_outcome_set(s);
	else if (s->again && !s->dialog.tls)
		grab_talk_go_on(s, now_us);
	else if (s->question.tls && (s->again || !s->dialog.tls))
		grab_talk_start_tls(s, now_us);
	else
		grab_talk_speak(s, now_us);
}
