/* SPDX-License-Identifier: Apache-2.0 */
/* grab_attempts.c - the list of attempts at one service: the port begins it, answers extend it. */
#include "grab_attempts.h"

#include <string.h>

#include "grab_policy.h"

static void add(struct grab_attempts *a, const struct vd_proto *proto, bool tls)
{
	if (a->count < GRAB_ATTEMPTS_MAX)
		a->list[a->count++] = (struct grab_attempt){proto, tls};
}

void grab_attempts_init(struct grab_attempts *a, const struct grab_config *config, uint16_t port,
                        bool fragile)
{
	bool tls;
	const struct vd_proto *hint = vd_proto_of_port(port, &tls);

	a->count = a->at = 0;
	if (fragile) {
		add(a, grab_policy_request(port, config->ask_fragile), false);
		return;
	}
	if (hint == &vd_proto_tls)
		add(a, NULL, true);
	else
		add(a, hint, tls);
	if (!config->any_port)
		return;
	if (hint != NULL && (tls || hint == &vd_proto_tls || vd_proto_speaks_first(hint)))
		add(a, NULL, false);
	add(a, &vd_proto_http, false);
	add(a, NULL, true);
	add(a, &vd_proto_generic, false);
}

void grab_attempts_insert(struct grab_attempts *a, const struct vd_proto *proto, bool tls)
{
	struct grab_attempt *next = &a->list[a->at + 1];

	if (a->count == GRAB_ATTEMPTS_MAX)
		return;
	memmove(next + 1, next, (a->count - a->at - 1) * sizeof(*next));
	*next = (struct grab_attempt){proto, tls};
	a->count++;
}

/* Whether attempt @at would ask again what was asked before. */
static bool tried(const struct grab_attempts *a, size_t at, bool no_tls)
{
	if (a->list[at].tls && no_tls)
		return true;
	for (size_t i = 0; i < at; i++)
		if (a->list[i].proto == a->list[at].proto && a->list[i].tls == a->list[at].tls)
			return true;
	return false;
}

bool grab_attempts_next(struct grab_attempts *a, bool no_tls)
{
	do
		a->at++;
	while (a->at < a->count && tried(a, a->at, no_tls));
	return a->at < a->count;
}

bool grab_attempts_hears(const struct grab_attempts *a)
{
	const struct grab_attempt *first = &a->list[0];

	return !first->tls && (first->proto == NULL || !vd_proto_speaks_first(first->proto));
}

void grab_attempts_hear(struct grab_attempts *a)
{
	a->at = 0;
	a->count = 1;
}
