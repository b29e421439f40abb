/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_grab_session.c - any server, any timing, against the strategy for one service, TLS included.
 *
 * Bytes 0 and 1 are the port; then come events: a byte 0 ends the connection, 1 resets it, 2 lets
 * time pass, 254 makes the host wait for its turns, 255 makes it a fragile device, any other is the
 * length of the bytes that follow it.
 */
#include <errno.h>
#include <stdlib.h>

#include "grab_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct grab_config config = {
	.connect_timeout_ms = 3000,
	.server_first_ms = 1500,
	.read_timeout_ms = 2000,
	.total_timeout_ms = 20000,
	.max_per_port = GRAB_CONNECTIONS,
	.max_bytes = 4096,
	.user_agent = "agent",
	.any_port = true,
	.ask_fragile = true,
	.jarm = true,
};

static size_t event(struct grab_session *s, const uint8_t *data, size_t size, uint64_t *now)
{
	size_t len;

	switch (data[0]) {
	case 0:
		grab_session_ended(s, 0, *now);
		return 1;
	case 1:
		grab_session_ended(s, -ECONNRESET, *now);
		return 1;
	case 2:
		*now = s->deadline_us;
		grab_session_tick(s, *now);
		return 1;
	case 254:
		grab_session_defer(s);
		return 1;
	case 255:
		grab_session_care(s);
		return 1;
	default:
		len = data[0] < size - 1 ? data[0] : size - 1;
		if (len > 0)
			grab_session_bytes(s, data + 1, len, *now);
		return 1 + len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct grab_tls_ctx *tls;
	struct grab_means means = {.config = &config};
	struct grab_session s;
	struct grab_request request = {.transport = DP_TRANSPORT_TCP};
	uint64_t now = 1;

	if (size < 2)
		return 0;
	if (tls == NULL)
		tls = grab_tls_ctx_new();
	request.port = (uint16_t)(data[0] << 8 | data[1]);
	means.tls = tls;
	means.lore = grab_lore_new();
	if (grab_session_init(&s, &means, &request, now) < 0) {
		grab_lore_free(means.lore);
		return 0; /* a port to which nothing may be sent */
	}
	for (size_t at = 2; at < size && s.want != GRAB_WANT_NOTHING;) {
		if ((s.careful || s.fragile) && s.connections > 0 && s.want == GRAB_WANT_CONNECT &&
		    s.plan.count > 1)
			abort(); /* a second question to a fragile device */
		if (s.want == GRAB_WANT_TURN)
			grab_session_turn(&s, now);
		if (s.want == GRAB_WANT_CONNECT) {
			grab_session_connecting(&s, now);
			grab_session_connected(&s, now);
			continue;
		}
		s.wire.len = 0;
		at += event(&s, data + at, size - at, &now);
	}
	/* Whatever came, time ends it. */
	for (int i = 0; i < 100 && s.want != GRAB_WANT_NOTHING; i++) {
		if (s.want == GRAB_WANT_TURN)
			grab_session_turn(&s, now);
		if (s.want == GRAB_WANT_CONNECT)
			grab_session_connecting(&s, now);
		now = s.deadline_us;
		grab_session_tick(&s, now);
	}
	if (s.want != GRAB_WANT_NOTHING || s.connections > GRAB_CONNECTIONS + GRAB_JARM_HELLOS)
		abort();
	grab_session_fini(&s);
	grab_lore_free(means.lore);
	return 0;
}
