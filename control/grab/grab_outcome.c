/* SPDX-License-Identifier: Apache-2.0 */
/* grab_outcome.c - the end of a session: turns what it has heard into its result. */
#include "grab_outcome.h"

#include <stdio.h>
#include <string.h>

#include "grab_fingerprint.h"
#include "grab_talk.h"

void grab_outcome_note_memory(struct grab_session *s)
{
	s->result.incomplete |= s->wire.failed || s->kept.failed || s->in.failed ||
	                        !vd_facts_complete(s->result.facts);
}

bool grab_outcome_is_proven(struct grab_session *s)
{
	return s->proto == &vd_proto_generic || s->proto == s->betrayed ||
	       grab_plan_supports(&s->plan, s->proto) ||
	       vd_dialog_proves(s->proto, grab_talk_show(s));
}

/* Note that the name rests on a weak sign, if it does: on @data, and on nothing else. */
static void mark_guess(struct grab_session *s, const char *service, const uint8_t *data, size_t len)
{
	bool tls;
	const struct vd_proto *p = vd_proto_find(service, &tls);

	if (p != NULL && !vd_bytes_prove(p, data, len) && !grab_plan_supports(&s->plan, p))
		vd_facts_addf(s->result.facts, "guess.service", "%s", service);
}

/* Whether any fact is about the service itself, and so names it. */
static bool is_named(const struct vd_facts *facts)
{
	for (size_t i = 0; i < vd_facts_count(facts); i++) {
		const char *name = vd_facts_at(facts, i)->name;

		if (strcmp(name, "banner") != 0 && strncmp(name, "ssl.", 4) != 0 &&
		    strncmp(name, "ntlm.", 5) != 0)
			return true;
	}
	return false;
}

/* The facts of the dialog; where its answers hold none, that it answered. Returns the name of the
 * service. */
static const char *take_dialog(struct grab_session *s)
{
	struct vd_facts *facts = s->result.facts;
	bool proven = grab_outcome_is_proven(s);
	const char *service = vd_dialog_facts(s->proto, grab_talk_show(s), facts);
	char answered[VD_FACT_NAME_MAX + 1];

	if (service != NULL && !is_named(facts)) {
		snprintf(answered, sizeof(answered), "%s.answered", service);
		vd_facts_addf(facts, answered, "true");
	}
	if (service != NULL && s->proto == &vd_proto_generic)
		mark_guess(s, service, s->in.data, s->in.len);
	else if (service != NULL && !proven)
		vd_facts_addf(facts, "guess.service", "%s", service);
	return service;
}

/* The facts of bytes that belong to no dialog that has ended well. */
static const char *take_bytes(struct grab_session *s, const struct vd_proto *proto,
                              const struct grab_buf *bytes)
{
	const char *service = vd_bytes_facts(proto, bytes->data, bytes->len, s->result.facts);

	if (service != NULL)
		mark_guess(s, service, bytes->data, bytes->len);
	return service;
}

static void teach(struct grab_session *s)
{
	const struct grab_request *r = &s->result.request;
	struct grab_lesson lesson = {
		.addr = r->addr,
		.port = r->port,
		.proto = s->proto,
		.tls = s->dialog.tls && !s->starttls,
		.asked = s->question.proto == s->proto && vd_proto_speaks_first(s->proto),
		.seen = s->before,
	};
	bool tls;

	lesson.usual = vd_proto_of_port(r->port, &tls) == s->proto && tls == lesson.tls;
	grab_lore_learn(s->means->lore, &lesson);
}

/* Remember the host's name by its certificate, for servers that want to be called by it. */
static void teach_names(struct grab_session *s)
{
	const struct vd_facts *facts = s->result.facts;

	for (size_t i = 0; i < vd_facts_count(facts); i++) {
		const struct vd_fact *f = vd_facts_at(facts, i);

		if (strcmp(f->name, "ssl.san") == 0 || strcmp(f->name, "ssl.cn") == 0)
			grab_lore_learn_name(s->means->lore, &s->result.request.addr, f->value);
	}
}

/* What the server has told in an answer to another protocol, where such a server names itself by that. */
static void take_beside(struct grab_session *s)
{
	if (s->proto == s->betrayed && s->kept_inside == s->dialog.tls &&
	    vd_dialog_beside(s->proto, grab_talk_show(s)) != NULL)
		vd_beside_facts(s->kept.data, s->kept.len, s->result.facts);
}

static void make_result(struct grab_session *s)
{
	const char *service = NULL;
	size_t banner = s->in.len; /* what the service sent for it */
	bool known = s->dialog.known && (!s->doubtful || grab_outcome_is_proven(s));

	if (known) {
		banner = s->dialog.first_len > 0 ? s->dialog.first_len : banner;
		service = take_dialog(s);
		take_beside(s);
	} else if (s->kept.len > 0 && s->result.tls == s->kept_inside) {
		banner = s->kept.len;
		service = take_bytes(s, s->kept_proto, &s->kept);
	} else if (s->in.len > 0) {
		service = take_bytes(s, NULL, &s->in);
	}
	s->result.truncated |= banner > VD_BANNER_MAX;
	s->result.service = service == NULL && s->result.tls ? vd_proto_name(&vd_proto_tls)
	                                                     : service;
	if (known && s->proto != &vd_proto_generic && service != NULL &&
	    vd_facts_get(s->result.facts, "guess.service") == NULL)
		teach(s);
}

void grab_outcome_name(struct grab_session *s)
{
	make_result(s);
	s->named = true;
}

void grab_outcome_set(struct grab_session *s)
{
	if (s->named)
		vd_beside_facts(s->in.data, s->in.len, s->result.facts);
	else
		make_result(s);
	if (s->heard)
		s->result.status = GRAB_OK;
	if (s->result.tls)
		teach_names(s);
	grab_outcome_note_memory(s);
	s->phase = GRAB_OVER;
	s->want = GRAB_WANT_NOTHING;
	grab_fingerprint_begin(s);
}
