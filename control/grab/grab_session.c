/* SPDX-License-Identifier: Apache-2.0 */
/* grab_session.c - the strategy for one service: protocols, connections, how long to wait. */
#include "grab_session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "grab_policy.h"

enum { WIRE_MAX = 65536, KEPT_MAX = 16384 };

static void wait_ms(struct grab_session *s, uint64_t now_us, uint32_t ms)
{
	uint64_t at = now_us + (uint64_t)ms * 1000;

	s->deadline_us = at < s->give_up_us ? at : s->give_up_us;
}

/* The dialog, with all bytes that the server has sent on this connection. */
static struct vd_dialog *show(struct grab_session *s)
{
	s->dialog.in = s->in.data;
	s->dialog.in_len = s->in.len;
	return &s->dialog;
}

static const struct vd_proto *recognise(const struct grab_session *s)
{
	return vd_proto_recognise(s->in.data, s->in.len);
}

/* ---- the outcome ---- */

/* The result is incomplete if memory was short for bytes received or to be sent, or for facts. */
static void note_memory(struct grab_session *s)
{
	s->result.incomplete |= s->wire.failed || s->kept.failed || s->in.failed ||
	                        !vd_facts_complete(s->result.facts);
}

static void end(struct grab_session *s)
{
	struct vd_facts *facts = s->result.facts;
	const char *service = NULL;
	size_t banner = s->in.len; /* what the service sent for it */

	if (s->dialog.known) {
		banner = s->dialog.first_len > 0 ? s->dialog.first_len : banner;
		service = vd_dialog_facts(s->proto, show(s), facts);
	} else if (s->kept.len > 0 && !s->result.tls) {
		banner = s->kept.len;
		service = vd_bytes_facts(s->kept_proto, s->kept.data, s->kept.len, facts);
	} else if (s->in.len > 0) {
		service = vd_bytes_facts(NULL, s->in.data, s->in.len, facts);
	}
	s->result.truncated |= banner > VD_BANNER_MAX;
	s->result.service = service == NULL && s->result.tls ? vd_proto_name(&vd_proto_tls)
	                                                     : service;
	if (s->heard)
		s->result.status = GRAB_OK;
	note_memory(s);
	s->phase = GRAB_OVER;
	s->want = GRAB_WANT_NOTHING;
}

/* ---- one connection ---- */

static void reset(struct grab_session *s)
{
	grab_tls_free(s->tls);
	s->tls = NULL;
	s->heard_tls = s->starttls = s->greeted = false;
	s->wire.len = 0;
	note_memory(s);
	grab_buf_fini(&s->in);
	grab_buf_init(&s->in, s->config->max_bytes);
	s->dialog = (struct vd_dialog){
		.authority = s->authority,
		.user_agent = s->config->user_agent,
		.plain = s->careful || s->fragile,
	};
	s->proto = NULL;
}

/* Move what the protocol wrote to the wire, through TLS if it is up. */
static void flush(struct grab_session *s)
{
	struct vd_dialog *d = &s->dialog;

	if (d->out_len > 0) {
		s->greeted = true;
		if (d->tls)
			grab_tls_send(s->tls, d->out, d->out_len);
		else
			grab_buf_add(&s->wire, d->out, d->out_len);
		d->out_len = 0;
	}
	if (s->tls != NULL)
		grab_tls_drain(s->tls, &s->wire);
}

static void talk(struct grab_session *s, uint64_t now)
{
	const struct grab_config *c = s->config;
	bool hinted;

	s->phase = GRAB_TALKING;
	s->proto = s->attempts.list[s->attempts.at].proto;
	if (s->proto == NULL && s->tls != NULL && grab_tls_chose_http(s->tls))
		s->proto = &vd_proto_http;
	hinted = s->proto != NULL;
	if (hinted && vd_proto_speaks_first(s->proto)) {
		vd_dialog_greet(s->proto, &s->dialog);
		flush(s);
		wait_ms(s, now, s->attempts.at == 0 ? c->answer_timeout_ms : c->read_timeout_ms);
		return;
	}
	/* A service that is known to speak first may need longer, to look up our name. */
	wait_ms(s, now,
	        s->patient                                          ? c->patience_ms
	        : hinted && c->read_timeout_ms > c->server_first_ms ? c->read_timeout_ms
	                                                            : c->server_first_ms);
}

static void start_tls(struct grab_session *s, bool http, uint64_t now)
{
	bool whole;

	s->tls = grab_tls_new(s->tls_ctx, http);
	if (s->tls == NULL) {
		end(s);
		return;
	}
	s->phase = GRAB_HANDSHAKE;
	s->greeted = true;
	grab_tls_run(s->tls, &s->in, &whole);
	grab_tls_drain(s->tls, &s->wire);
	wait_ms(s, now, s->config->read_timeout_ms);
}

static void begin(struct grab_session *s, uint64_t now)
{
	const struct grab_attempt *a = &s->attempts.list[s->attempts.at];

	s->want = GRAB_WANT_TRAFFIC;
	if (a->tls)
		start_tls(s, a->proto == NULL || a->proto == &vd_proto_http, now);
	else
		talk(s, now);
}

/* Whether the port may still say something by itself. */
static bool may_speak(const struct grab_session *s)
{
	return s->config->patience_ms > 0 && !s->patient && !s->heard &&
	       s->result.status == GRAB_SILENT && !s->careful && !s->fragile && !s->deferring &&
	       s->connections < GRAB_CONNECTIONS_MAX && grab_attempts_hears(&s->attempts);
}

/* All attempts are over: end, or listen once more later. */
static void exhaust(struct grab_session *s)
{
	if (!may_speak(s)) {
		end(s);
		return;
	}
	s->patient = true;
	grab_attempts_hear(&s->attempts);
	reset(s);
	s->phase = GRAB_WAITING;
	s->want = GRAB_WANT_PATIENCE;
	s->left_us = ((uint64_t)s->config->patience_ms + s->config->total_timeout_ms) * 1000;
}

/* Begin the next attempt: on this connection if it is @usable and untouched, otherwise on a fresh
 * one. */
static void next(struct grab_session *s, bool usable, uint64_t now)
{
	if (!grab_attempts_next(&s->attempts, s->tls_refused) || s->careful || s->fragile) {
		exhaust(s);
		return;
	}
	if (usable && !s->greeted && s->in.len == 0 && !s->deferring) {
		begin(s, now);
		return;
	}
	if (s->connections >= GRAB_CONNECTIONS_MAX) {
		end(s);
		return;
	}
	reset(s);
	if (s->deferring) {
		s->phase = GRAB_WAITING;
		s->want = GRAB_WANT_TURN;
		s->left_us = s->give_up_us > now ? s->give_up_us - now : 0;
		return;
	}
	s->phase = GRAB_CONNECTING;
	s->want = GRAB_WANT_CONNECT;
}

/* Keep the first answer that its attempt did not expect, in case nothing better comes. */
static void keep_answer(struct grab_session *s, const struct vd_proto *proto)
{
	if (s->kept.len > 0)
		return;
	grab_buf_add(&s->kept, s->in.data, s->in.len);
	s->kept_proto = proto;
}

/* The answer is not what this attempt expected: try the protocol that it looks like next. */
static void foreign(struct grab_session *s, uint64_t now)
{
	const struct vd_proto *p = recognise(s);
	bool inside = s->tls != NULL;

	keep_answer(s, p);
	if (p == &vd_proto_tls && !inside)
		grab_attempts_insert(
			&s->attempts,
			s->proto == NULL || s->proto == &vd_proto_generic ? NULL : s->proto, true);
	else if (p != NULL && p != &vd_proto_tls)
		grab_attempts_insert(&s->attempts, p, inside);
	next(s, false, now);
}

/* Nothing more will come on this connection: end the session or begin the next attempt. */
static void settle(struct grab_session *s, bool usable, uint64_t now)
{
	if (s->dialog.known || (s->proto == NULL && s->in.len > 0) || s->result.tls)
		end(s);
	else if (s->in.len > 0)
		foreign(s, now);
	else
		next(s, usable, now);
}

static bool adopt(struct grab_session *s)
{
	const struct vd_proto *p = recognise(s);

	if (p != NULL && vd_proto_talks(p) && !vd_proto_speaks_first(p))
		s->proto = p;
	return p != NULL;
}

static void go_on(struct grab_session *s, uint64_t now)
{
	flush(s);
	wait_ms(s, now, s->config->read_timeout_ms);
	if (s->in.len >= s->in.max)
		settle(s, false, now);
}

/* New bytes have arrived: let the protocol read them, and do what it says. */
static void advance(struct grab_session *s, uint64_t now)
{
	if (s->proto == NULL) {
		if (!adopt(s)) {
			go_on(s, now);
			return;
		}
		if (s->proto == NULL) {
			foreign(s, now);
			return;
		}
	}
	switch (vd_dialog_hear(s->proto, show(s))) {
	case VD_MORE:
		go_on(s, now);
		break;
	case VD_DONE:
		end(s);
		break;
	case VD_FOREIGN:
		foreign(s, now);
		break;
	case VD_STARTTLS:
		if (s->dialog.plain) {
			end(s);
			break;
		}
		flush(s);
		s->starttls = true;
		start_tls(s, false, now);
		break;
	case VD_TRY_TLS:
		keep_answer(s, s->proto);
		grab_attempts_insert(&s->attempts, s->proto, true);
		next(s, false, now);
		break;
	}
}

/* ---- TLS ---- */

static void tls_failed(struct grab_session *s, uint64_t now)
{
	s->tls_refused = true;
	s->result.tls |= grab_tls_facts(s->tls, s->result.facts);
	if (s->result.tls || s->starttls)
		end(s);
	else
		next(s, false, now);
}

static void tls_up(struct grab_session *s, uint64_t now)
{
	s->result.tls = grab_tls_facts(s->tls, s->result.facts);
	s->dialog.tls = true;
	if (s->starttls) {
		s->phase = GRAB_TALKING;
		advance(s, now);
	} else {
		talk(s, now);
	}
}

static void tls_advance(struct grab_session *s, uint64_t now)
{
	size_t before = s->in.len;
	bool whole = true;
	enum grab_tls_state state = grab_tls_run(s->tls, &s->in, &whole);

	grab_tls_drain(s->tls, &s->wire);
	s->result.truncated |= !whole && s->dialog.first_len == 0;
	if (state == GRAB_TLS_HANDSHAKE) {
		wait_ms(s, now, s->config->read_timeout_ms);
		return;
	}
	if (state == GRAB_TLS_FAILED || (state == GRAB_TLS_ENDED && s->phase == GRAB_HANDSHAKE)) {
		tls_failed(s, now);
		return;
	}
	if (s->phase == GRAB_HANDSHAKE)
		tls_up(s, now);
	if (s->phase == GRAB_TALKING && s->in.len > before)
		advance(s, now);
	if (s->phase == GRAB_TALKING && state == GRAB_TLS_ENDED)
		settle(s, false, now);
}

/* Whether @data answers our ClientHello but is not TLS. */
static bool not_tls(const struct grab_session *s, const uint8_t *data, size_t len)
{
	return s->phase == GRAB_HANDSHAKE && !s->starttls && len >= 3 && s->in.len == 0 &&
	       !s->heard_tls && vd_proto_recognise(data, len) != &vd_proto_tls;
}

/* ---- events ---- */

static void set_authority(struct grab_session *s)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const struct grab_request *r = &s->result.request;
	char text[INET6_ADDRSTRLEN];

	if (memcmp(r->addr.b, mapped, sizeof(mapped)) == 0) {
		inet_ntop(AF_INET, r->addr.b + 12, text, sizeof(text));
		snprintf(s->authority, sizeof(s->authority), "%s:%u", text, r->port);
	} else {
		inet_ntop(AF_INET6, r->addr.b, text, sizeof(text));
		snprintf(s->authority, sizeof(s->authority), "[%s]:%u", text, r->port);
	}
}

int grab_session_init(struct grab_session *s, const struct grab_config *config,
                      struct grab_tls_ctx *tls, const struct grab_request *request, uint64_t now_us)
{
	*s = (struct grab_session){
		.config = config,
		.tls_ctx = tls,
		.want = GRAB_WANT_CONNECT,
		.give_up_us = now_us + (uint64_t)config->total_timeout_ms * 1000,
		.result = {.request = *request, .status = GRAB_FAILED},
	};
	s->fragile = grab_policy_is_fragile(request->port);
	if (s->fragile && grab_policy_request(request->port, config->ask_fragile) == NULL)
		return -EPERM;
	s->result.facts = vd_facts_new();
	if (s->result.facts == NULL)
		return -ENOMEM;
	grab_buf_init(&s->wire, WIRE_MAX);
	grab_buf_init(&s->kept, KEPT_MAX);
	set_authority(s);
	grab_attempts_init(&s->attempts, config, request->port, s->fragile);
	reset(s);
	s->deadline_us = s->give_up_us;
	return 0;
}

void grab_session_fini(struct grab_session *s)
{
	vd_facts_free(s->result.facts);
	grab_tls_free(s->tls);
	grab_buf_fini(&s->in);
	grab_buf_fini(&s->wire);
	grab_buf_fini(&s->kept);
}

void grab_session_defer(struct grab_session *s)
{
	s->deferring = true;
}

void grab_session_turn(struct grab_session *s, uint64_t now_us)
{
	s->give_up_us = now_us + s->left_us;
	if (s->careful || s->left_us == 0) {
		end(s);
		return;
	}
	s->phase = GRAB_CONNECTING;
	s->want = GRAB_WANT_CONNECT;
}

void grab_session_give_up(struct grab_session *s)
{
	end(s);
}

void grab_session_care(struct grab_session *s)
{
	s->careful = s->dialog.plain = true;
}

void grab_session_connecting(struct grab_session *s, uint64_t now_us)
{
	s->connections++;
	s->phase = GRAB_CONNECTING;
	s->want = GRAB_WANT_TRAFFIC;
	s->connect_us = now_us;
	wait_ms(s, now_us, s->config->connect_timeout_ms);
}

void grab_session_connected(struct grab_session *s, uint64_t now_us)
{
	if (s->result.connect_us == 0)
		s->result.connect_us = (uint32_t)(now_us - s->connect_us);
	s->result.status = GRAB_SILENT;
	begin(s, now_us);
}

void grab_session_bytes(struct grab_session *s, const void *data, size_t len, uint64_t now_us)
{
	bool odd = not_tls(s, data, len);

	s->heard = true;
	if (s->tls != NULL && !odd) {
		s->heard_tls = true;
		grab_tls_feed(s->tls, data, len);
		tls_advance(s, now_us);
		return;
	}
	/* What is cut behind the first answer is no part of the banner. */
	s->result.truncated |= !grab_buf_add(&s->in, data, len) && s->dialog.first_len == 0;
	if (odd) {
		grab_tls_free(s->tls);
		s->tls = NULL;
		s->tls_refused = true;
		foreign(s, now_us);
	} else {
		advance(s, now_us);
	}
}

static enum grab_status connect_status(int err)
{
	bool refused = err == -ECONNREFUSED || err == -ECONNRESET;
	return refused ? GRAB_REFUSED : err == -ETIMEDOUT ? GRAB_TIMEOUT : GRAB_FAILED;
}

void grab_session_ended(struct grab_session *s, int err, uint64_t now_us)
{
	if (s->phase == GRAB_CONNECTING) {
		if (s->result.status != GRAB_SILENT)
			s->result.status = connect_status(err);
		end(s);
	} else if (s->phase == GRAB_HANDSHAKE) {
		tls_failed(s, now_us);
	} else if (s->phase == GRAB_TALKING) {
		settle(s, false, now_us);
	}
}

void grab_session_tick(struct grab_session *s, uint64_t now_us)
{
	if (s->phase == GRAB_OVER || s->phase == GRAB_WAITING || now_us < s->deadline_us)
		return;
	if (s->phase == GRAB_CONNECTING)
		grab_session_ended(s, -ETIMEDOUT, now_us);
	else if (now_us >= s->give_up_us)
		end(s);
	else if (s->phase == GRAB_HANDSHAKE)
		tls_failed(s, now_us);
	else
		settle(s, true, now_us);
}
