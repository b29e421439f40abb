/* SPDX-License-Identifier: Apache-2.0 */
/* grab_broker.c - message brokers before any log-in: MQTT, AMQP. */
#include <string.h>

#include "grab_proto.h"

/*
 * ---- MQTT: a CONNECT of protocol level 127, which no server has. It must be refused with return
 * code 1 (MQTT 3.1.1, 3.1.2.2), so nobody is logged in ----
 */

static const uint8_t mqtt_hello[] = {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 127, 0x02, 0, 10, 0, 0};

static bool mqtt_starts(const uint8_t *p, size_t len)
{
	return len >= 4 && p[0] == 0x20 && p[1] >= 2 && p[1] < 0x80 && p[2] <= 1;
}

static enum grab_step mqtt_bytes(struct grab_dialog *d)
{
	if (d->in.len < 4)
		return d->in.data[0] == 0x20 ? GRAB_MORE : GRAB_FOREIGN;
	if (!mqtt_starts(d->in.data, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_mqtt = {
	.name = "mqtt",
	.secure = "mqtts",
	.starts = mqtt_starts,
	.hello = mqtt_hello,
	.hello_len = sizeof(mqtt_hello),
	.on_bytes = mqtt_bytes,
};

/* ---- AMQP 0-9-1: the protocol header; the server answers with connection.start or its own header
 * ---- */

enum { FRAME_HEAD = 7, CONNECTION_START = 4 };

static const uint8_t amqp_hello[] = {'A', 'M', 'Q', 'P', 0, 0, 9, 1};

static bool amqp_starts(const uint8_t *p, size_t len)
{
	static const uint8_t start[CONNECTION_START] = {0, 10, 0, 10};

	if (len >= 8 && memcmp(p, "AMQP", 4) == 0)
		return true;
	return len >= FRAME_HEAD + CONNECTION_START && p[0] == 1 &&
	       memcmp(p + FRAME_HEAD, start, CONNECTION_START) == 0;
}

static enum grab_step amqp_bytes(struct grab_dialog *d)
{
	const uint8_t *p = d->in.data;
	size_t size;

	if (p[0] != 'A' && p[0] != 1)
		return GRAB_FOREIGN;
	if (d->in.len < (p[0] == 'A' ? 8u : FRAME_HEAD + CONNECTION_START + 0u))
		return GRAB_MORE;
	if (!amqp_starts(p, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	if (p[0] == 'A')
		return GRAB_DONE;
	size = (size_t)p[3] << 24 | (size_t)p[4] << 16 | (size_t)p[5] << 8 | p[6];
	return d->in.len - FRAME_HEAD < size ? GRAB_MORE : GRAB_DONE;
}

const struct grab_proto grab_proto_amqp = {
	.name = "amqp",
	.secure = "amqps",
	.starts = amqp_starts,
	.hello = amqp_hello,
	.hello_len = sizeof(amqp_hello),
	.on_bytes = amqp_bytes,
};
