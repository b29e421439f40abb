/* SPDX-License-Identifier: Apache-2.0 */
/* grab_session.c - the grab of one service: its life, and the events that drive it. */
#include "grab_session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "grab_fingerprint.h"
#include "grab_outcome.h"
#include "grab_policy.h"
#include "grab_secure.h"
#include "grab_strategy.h"
#include "grab_talk.h"

enum { WIRE_MAX = 65536, KEPT_MAX = 16384 };

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

static void begin_plan(struct grab_session *s)
{
	const struct grab_config *c = s->means->config;
	const struct grab_request *r = &s->result.request;
	const struct grab_plan_port port = {
		.addr = r->addr,
		.port = r->port,
		.only = s->fragile ? grab_policy_request(r->port, c->ask_fragile) : NULL,
		.any_port = c->any_port,
		.patient = c->patience_ms > 0,
		.connections = c->max_per_port,
	};
	bool fresh;

	grab_plan_init(&s->plan, &port);
	grab_plan_next(&s->plan, s->means->lore, GRAB_PLACE_NONE, &fresh);
	s->question = *grab_plan_now(&s->plan);
}

int grab_session_init(struct grab_session *s, const struct grab_means *means,
                      const struct grab_request *request, uint64_t now_us)
{
	const struct grab_config *c = means->config;

	*s = (struct grab_session){
		.means = means,
		.want = GRAB_WANT_CONNECT,
		.give_up_us = now_us + (uint64_t)c->total_timeout_ms * 1000,
		.result = {.request = *request, .status = GRAB_FAILED},
	};
	s->fragile = grab_policy_is_fragile(request->port);
	if (s->fragile && grab_policy_request(request->port, c->ask_fragile) == NULL)
		return -EPERM;
	s->result.facts = vd_facts_new();
	if (s->result.facts == NULL)
		return -ENOMEM;
	grab_buf_init(&s->wire, WIRE_MAX);
	grab_buf_init(&s->kept, KEPT_MAX);
	set_authority(s);
	begin_plan(s);
	grab_talk_reset(s);
	s->deadline_us = s->give_up_us;
	return 0;
}

/* Let @to, which is empty, use the memory of @from. */
static void adopt(struct grab_buf *to, const struct grab_buf *from)
{
	to->data = from->data;
	to->size = from->size;
}

int grab_session_renew(struct grab_session *s, const struct grab_means *means,
                       const struct grab_request *request, uint64_t now_us)
{
	const struct grab_buf in = s->in, wire = s->wire, kept = s->kept;
	int ret = grab_session_init(s, means, request, now_us);

	adopt(&s->in, &in);
	adopt(&s->wire, &wire);
	adopt(&s->kept, &kept);
	return ret;
}

void grab_session_end(struct grab_session *s)
{
	vd_facts_free(s->result.facts);
	grab_jarm_free(s->jarm);
	grab_tls_free(s->tls);
	s->result.facts = NULL;
	s->jarm = NULL;
	s->tls = NULL;
	grab_buf_reset(&s->in);
	grab_buf_reset(&s->wire);
	grab_buf_reset(&s->kept);
}

void grab_session_fini(struct grab_session *s)
{
	vd_facts_free(s->result.facts);
	grab_jarm_free(s->jarm);
	grab_tls_free(s->tls);
	grab_buf_fini(&s->in);
	grab_buf_fini(&s->wire);
	grab_buf_fini(&s->kept);
}

void grab_session_defer(struct grab_session *s)
{
	s->deferring = true;
}

void grab_session_plain(struct grab_session *s)
{
	s->plain = true;
}

void grab_session_turn(struct grab_session *s, uint64_t now_us)
{
	s->give_up_us = now_us + s->left_us;
	if (s->jarm != NULL) {
		grab_fingerprint_turn(s);
		return;
	}
	if (s->careful || s->left_us == 0) {
		grab_outcome_set(s);
		return;
	}
	s->phase = GRAB_CONNECTING;
	s->want = GRAB_WANT_CONNECT;
}

void grab_session_give_up(struct grab_session *s)
{
	grab_outcome_set(s);
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
	grab_talk_wait(s, now_us, s->means->config->connect_timeout_ms);
}

void grab_session_connected(struct grab_session *s, uint64_t now_us)
{
	if (s->jarm != NULL) {
		grab_fingerprint_connected(s, now_us);
		return;
	}
	if (s->result.connect_us == 0)
		s->result.connect_us = (uint32_t)(now_us - s->connect_us);
	s->result.status = GRAB_SILENT;
	grab_talk_begin(s, now_us);
}

void grab_session_bytes(struct grab_session *s, const void *data, size_t len, uint64_t now_us)
{
	bool odd;

	if (s->jarm != NULL) {
		grab_fingerprint_bytes(s, data, len, now_us);
		return;
	}
	odd = grab_secure_is_odd(s, data, len);
	s->heard = true;
	if (s->tls != NULL && !odd) {
		grab_secure_hear(s, data, len, now_us);
		return;
	}
	s->spoken = true;
	/* What is cut behind the first answer is no part of the banner. */
	s->result.truncated |= !grab_buf_add(&s->in, data, len) && s->dialog.first_len == 0;
	if (odd) {
		grab_tls_free(s->tls);
		s->tls = NULL;
		grab_strategy_foreign(s, now_us);
	} else {
		grab_strategy_hear(s, now_us);
	}
}

static enum grab_status connect_status(int err)
{
	bool refused = err == -ECONNREFUSED || err == -ECONNRESET;
	return refused ? GRAB_REFUSED : err == -ETIMEDOUT ? GRAB_TIMEOUT : GRAB_FAILED;
}

void grab_session_ended(struct grab_session *s, int err, uint64_t now_us)
{
	enum grab_reaction reaction = err == 0 ? GRAB_CLOSED : GRAB_RESET;

	if (s->jarm != NULL) {
		grab_fingerprint_ended(s, now_us);
	} else if (s->phase == GRAB_CONNECTING) {
		if (s->result.status != GRAB_SILENT)
			s->result.status = connect_status(err);
		grab_outcome_set(s);
	} else if (s->phase == GRAB_HANDSHAKE) {
		grab_secure_failed(s, reaction, now_us);
	} else if (s->phase == GRAB_TALKING) {
		grab_strategy_settle(s, reaction, now_us);
	}
}

void grab_session_tick(struct grab_session *s, uint64_t now_us)
{
	if (s->phase == GRAB_OVER || s->phase == GRAB_WAITING || now_us < s->deadline_us)
		return;
	if (s->jarm != NULL)
		grab_fingerprint_tick(s, now_us);
	else if (s->phase == GRAB_CONNECTING)
		grab_session_ended(s, -ETIMEDOUT, now_us);
	else if (now_us >= s->give_up_us)
		grab_outcome_set(s);
	else if (s->phase == GRAB_HANDSHAKE)
		grab_secure_failed(s, GRAB_SILENCE, now_us);
	else
		grab_strategy_settle(s, GRAB_SILENCE, now_us);
}
