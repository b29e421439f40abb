/* SPDX-License-Identifier: Apache-2.0 */
/* grab_fingerprint.c - the end of a session with a port that speaks TLS. */
#include "grab_fingerprint.h"

#include <openssl/rand.h>
#include <string.h>

#include "grab_jarm.h"
#include "grab_talk.h"

static void finish(struct grab_session *s)
{
	grab_jarm_free(s->jarm);
	s->jarm = NULL;
	s->phase = GRAB_OVER;
	s->want = GRAB_WANT_NOTHING;
}

static void wait_for_turn(struct grab_session *s, uint64_t left_us)
{
	s->left_us = left_us;
	s->phase = GRAB_WAITING;
	s->want = GRAB_WANT_TURN;
}

void grab_fingerprint_begin(struct grab_session *s)
{
	const struct grab_config *c = s->means->config;

	if (!c->jarm || !s->result.tls || s->starttls || s->careful || s->fragile)
		return;
	s->jarm = grab_jarm_new();
	if (s->jarm == NULL) {
		s->result.incomplete = true;
		return;
	}
	s->jarm_count = 0;
	grab_talk_reset(s);
	wait_for_turn(s, GRAB_JARM_HELLOS * 1000ULL *
	                         ((uint64_t)c->connect_timeout_ms + c->read_timeout_ms));
}

void grab_fingerprint_turn(struct grab_session *s)
{
	if (s->careful || s->left_us == 0) {
		finish(s);
		return;
	}
	s->phase = GRAB_CONNECTING;
	s->want = GRAB_WANT_CONNECT;
}

/* The address as the server's name, as JARM's authors have it where they are given an address. */
static void name_of(const struct grab_session *s, char name[GRAB_AUTHORITY_MAX])
{
	const char *from = s->authority[0] == '[' ? s->authority + 1 : s->authority;
	const char *to = s->authority[0] == '[' ? strchr(from, ']') : strrchr(from, ':');
	size_t len = to != NULL ? (size_t)(to - from) : strlen(from);

	memcpy(name, from, len);
	name[len] = '\0';
}

void grab_fingerprint_connected(struct grab_session *s, uint64_t now)
{
	uint8_t random[GRAB_JARM_RANDOM], hello[GRAB_JARM_HELLO_MAX];
	char name[GRAB_AUTHORITY_MAX];

	if (RAND_bytes(random, sizeof(random)) != 1) {
		finish(s);
		return;
	}
	name_of(s, name);
	grab_buf_add(&s->wire, hello, grab_jarm_hello(s->jarm_count, name, random, hello));
	s->phase = GRAB_TALKING;
	s->want = GRAB_WANT_TRAFFIC;
	grab_talk_wait(s, now, s->means->config->read_timeout_ms);
}

static void conclude(struct grab_session *s)
{
	char text[GRAB_JARM_SIZE];

	if (grab_jarm_text(s->jarm, text))
		vd_facts_addf(s->result.facts, "ssl.jarm", "%s", text);
	else
		s->result.incomplete = true;
	s->result.incomplete |= !vd_facts_complete(s->result.facts);
	finish(s);
}

/* What has come is the answer: go on with the next handshake. */
static void take(struct grab_session *s, uint64_t now)
{
	s->jarm_count = grab_jarm_take(s->jarm, s->in.data, s->in.len);
	if (s->jarm_count == GRAB_JARM_HELLOS) {
		conclude(s);
		return;
	}
	grab_talk_reset(s);
	if (s->careful) {
		finish(s);
	} else if (s->deferring) {
		wait_for_turn(s, s->give_up_us > now ? s->give_up_us - now : 0);
	} else {
		s->phase = GRAB_CONNECTING;
		s->want = GRAB_WANT_CONNECT;
	}
}

void grab_fingerprint_bytes(struct grab_session *s, const void *data, size_t len, uint64_t now)
{
	grab_buf_add(&s->in, data, len);
	if (s->in.len >= s->in.max || grab_jarm_heard(s->in.data, s->in.len))
		take(s, now);
}

void grab_fingerprint_ended(struct grab_session *s, uint64_t now)
{
	if (s->phase == GRAB_CONNECTING)
		finish(s);
	else
		take(s, now);
}

void grab_fingerprint_tick(struct grab_session *s, uint64_t now)
{
	if (now >= s->give_up_us)
		finish(s);
	else
		grab_fingerprint_ended(s, now);
}
