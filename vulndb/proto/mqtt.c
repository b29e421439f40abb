/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt.c - MQTT before any log-in: sends a CONNECT of protocol level 127, which no server has. The
 * server must refuse it with return code 1 (MQTT 3.1.1, 3.1.2.2), so nobody is logged in.
 */
#include "proto.h"

enum { CONNACK = 0x20, LEN_MIN = 2, LEN_MAX = 127, CODE_MAX = 5 };

static const uint8_t mqtt_hello[] = {0x10, 12, 0, 4, 'M', 'Q', 'T', 'T', 127, 0x02, 0, 10, 0, 0};

/* Is this a CONNACK (3.2; with properties in 5.0): length, flags, return code? */
static bool mqtt_starts(struct span in)
{
	return span_left(in) >= 4 && in.at[0] == CONNACK && in.at[1] >= LEN_MIN &&
	       in.at[1] <= LEN_MAX && in.at[2] <= 1;
}

static enum vd_step mqtt_hear(struct vd_dialog *d)
{
	if (d->in_len < 4)
		return d->in[0] == CONNACK ? VD_MORE : VD_FOREIGN;
	if (!mqtt_starts(heard(d)))
		return VD_FOREIGN;
	d->known = true;
	return VD_DONE;
}

/* The refusal of a broker of MQTT 5.0 (3.2.2.2): the reason "unsupported protocol version", and no
 * properties. */
static bool is_refusal_5(struct span in)
{
	static const uint8_t refusal[] = {CONNACK, 3, 0, 0x84, 0};

	return span_left(in) == sizeof(refusal) && span_starts_bytes(in, refusal, sizeof(refusal));
}

static bool mqtt_decode(struct span in, bool hinted, struct vd_facts *out)
{
	if (!mqtt_starts(in))
		return false;
	if (!hinted && !is_refusal_5(in) &&
	    (in.at[1] != LEN_MIN || span_left(in) != 4 || in.at[3] > CODE_MAX))
		return false;
	vd_facts_addf(out, "mqtt.return_code", "%u", in.at[3]);
	if (in.at[1] > LEN_MIN)
		decode_add_text(out, "mqtt.protocol", "5.0");
	return true;
}

const struct vd_proto vd_proto_mqtt = {
	.name = "mqtt",
	.secure = "mqtts",
	.ports = PORTS(1883),
	.tls_ports = PORTS(8883),
	.starts = mqtt_starts,
	HELLO(mqtt_hello),
	.hear = mqtt_hear,
	.decode = mqtt_decode,
};
