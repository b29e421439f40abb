/* SPDX-License-Identifier: Apache-2.0 */
/* kafka.c - Kafka: asks which versions of which requests the broker knows; brokers answer that before
 * any log-in (Kafka protocol guide, "Retrieving Supported API versions"). */
#include "proto.h"

enum { HEAD = 14, API = 6, APIS_MAX = 256, ANSWER_MAX = 8192, LIST_MAX = 1024 };
enum { API_VERSIONS = 18, UNSUPPORTED_VERSION = 35, CORRELATION = 0x536f6e64 };

/* A length, the key, version 0, the correlation ID, the client's name. */
static const uint8_t api_versions[] = {0,   0,   0, 15, 0,   API_VERSIONS, 0,   0,   'S', 'o',
                                       'n', 'd', 0, 5,  's', 'o',          'n', 'd', 'e'};

/* Is this the head of the answer: length, correlation ID, error, number of triples that fill it? */
static bool kafka_starts(struct span in)
{
	uint32_t len = span_be32(in, 0), count = span_be32(in, 10);
	uint16_t error = span_be16(in, 8);

	return span_left(in) >= HEAD && len <= ANSWER_MAX && span_be32(in, 4) == CORRELATION &&
	       (error == 0 || error == UNSUPPORTED_VERSION) && count <= APIS_MAX &&
	       len == HEAD - 4 + count * API;
}

static enum vd_step kafka_hear(struct vd_dialog *d)
{
	static const uint8_t zeros[2];
	struct span correlation = span_from(heard(d), 4);

	if (!span_may_start_bytes(heard(d), zeros, sizeof(zeros)) ||
	    !span_may_start(correlation, "Sond"))
		return VD_FOREIGN;
	if (d->in_len < HEAD)
		return VD_MORE;
	if (!kafka_starts(heard(d)))
		return VD_FOREIGN;
	return whole_at(d, 4 + (size_t)span_be32(heard(d), 0));
}

/* Add "0:0-8,1:4-13": the requests by their keys, with the lowest and highest version of each. */
static bool kafka_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span rest = span_part(in, HEAD, 4 + (size_t)span_be32(in, 0));
	char list[LIST_MAX] = "";
	size_t len = 0;

	(void)hinted;
	if (!kafka_starts(in))
		return false;
	vd_facts_addf(out, "kafka.error", "%u", span_be16(in, 8));
	vd_facts_addf(out, "kafka.apis", "%u", span_be32(in, 10));
	for (; span_left(rest) >= API && sizeof(list) - len > 24; rest = span_from(rest, API))
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%u:%u-%u",
		                        len > 0 ? "," : "", span_be16(rest, 0), span_be16(rest, 2),
		                        span_be16(rest, 4));
	decode_add_text(out, "kafka.api_versions", list);
	return true;
}

const struct vd_proto vd_proto_kafka = {
	.name = "kafka",
	.secure = "kafkas",
	.ports = PORTS(9092, 9094),
	.tls_ports = PORTS(9093),
	.starts = kafka_starts,
	HELLO(api_versions),
	.hear = kafka_hear,
	.decode = kafka_decode,
};
