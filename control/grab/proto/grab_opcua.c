/* SPDX-License-Identifier: Apache-2.0 */
/* grab_opcua.c - OPC UA over TCP: hello and acknowledge (OPC 10000-6, 7.1.2). No channel is opened.
 */
#include <string.h>

#include "grab_proto.h"

/* A message is a type of three letters, "F", and its whole length; little-endian. */
enum { HEAD = 8, ACK_LEN = 28, ERR_MIN = 16, REASON_MAX = 4096, BUFFER = 65535 };

static void put32(struct grab_buf *b, uint32_t value)
{
	const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
	                         (uint8_t)(value >> 24)};

	grab_buf_add(b, bytes, sizeof(bytes));
}

/* 7.1.2.3: protocol version 0, buffers, no bound of a message's size and chunks, the endpoint's
 * URL. */
static void opcua_greet(struct grab_dialog *d)
{
	static const char scheme[] = "opc.tcp://";
	uint32_t url_len = (uint32_t)(sizeof(scheme) - 1 + strlen(d->authority));

	grab_buf_text(&d->out, "HELF");
	put32(&d->out, HEAD + 6 * 4 + url_len);
	put32(&d->out, 0);
	put32(&d->out, BUFFER);
	put32(&d->out, BUFFER);
	put32(&d->out, 0);
	put32(&d->out, 0);
	put32(&d->out, url_len);
	grab_buf_text(&d->out, scheme);
	grab_buf_text(&d->out, d->authority);
}

/* Length of the acknowledge or error that begins at @p, 0 where it is neither. */
static size_t message_len(const uint8_t *p)
{
	size_t len = (size_t)p[7] << 24 | (size_t)p[6] << 16 | (size_t)p[5] << 8 | p[4];

	if (memcmp(p, "ACKF", 4) == 0)
		return len == ACK_LEN ? len : 0;
	return memcmp(p, "ERRF", 4) == 0 && len >= ERR_MIN && len <= ERR_MIN + REASON_MAX ? len : 0;
}

static bool opcua_starts(const uint8_t *p, size_t len)
{
	return len >= HEAD && message_len(p) != 0;
}

static enum grab_step opcua_bytes(struct grab_dialog *d)
{
	size_t n = d->in.len < 4 ? d->in.len : 4;

	if (memcmp(d->in.data, "ACKF", n) != 0 && memcmp(d->in.data, "ERRF", n) != 0)
		return GRAB_FOREIGN;
	if (d->in.len < HEAD)
		return GRAB_MORE;
	if (!opcua_starts(d->in.data, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	if (d->in.len < message_len(d->in.data))
		return GRAB_MORE;
	d->first_len = message_len(d->in.data);
	return GRAB_DONE;
}

const struct grab_proto grab_proto_opcua = {
	.name = "opcua",
	.starts = opcua_starts,
	.greet = opcua_greet,
	.on_bytes = opcua_bytes,
};
