/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grab_s7.c - SIMATIC S7: what a controller is, by its system status lists.
 *
 * ISO transport over TCP (RFC 1006, RFC 905 class 0) carries the S7 protocol, which Siemens does
 * not publish; its layout is what Wireshark's s7comm dissector shows. Each question is a read:
 * connect, set up, list W#16#0011 (module), list W#16#001C (components). What is not as expected
 * ends the dialog.
 */
#include <string.h>

#include "grab_proto.h"

enum { TPKT_HEAD = 4, TPKT_MIN = 7, TPKT_MAX = 4096, MESSAGE_AT = 7 };
enum { CONFIRM = 0xd0, REFUSE = 0x80, TPDU_ERROR = 0x70 };
enum { S7_PROTOCOL = 0x32, ACK_DATA = 3, USER_DATA = 7, JOB_HEAD = 10, ACK_HEAD = 12 };
enum { SETUP_LEN = 8, READ_LEN = 12 + 4 };
enum {
	CONNECT = 0,
	SETUP,
	MODULE,
	COMPONENTS
}; /* what was asked last; the number of its message */

/* RFC 905, 13.3: class 0, TPDUs of 1024 bytes; from TSAP 0x0100 (programming device) to 0x0102 (the
 * same service, rack 0, slot 2). */
static const uint8_t connect[] = {3,    0, 0,    22,   17, 0xe0, 0, 0,    0, 1, 0,
                                  0xc0, 1, 0x0a, 0xc1, 2,  1,    0, 0xc2, 2, 1, 2};
/* Job 1: one request at a time each way, messages of 480 bytes. */
static const uint8_t setup[] = {3, 0, 0, 25, 2,    0xf0, 0x80, S7_PROTOCOL, 1, 0, 0,    0,   SETUP,
                                0, 8, 0, 0,  0xf0, 0,    0,    1,           0, 1, 0x01, 0xe0};
/* User data 2 and 3: request, group 4 (CPU), function 1 (read a list); the list's ID, index 0. */
static const uint8_t module[] = {3,    0,      0, 33,   2, 0xf0, 0x80, S7_PROTOCOL, 7,    0, 0,
                                 0,    MODULE, 0, 8,    0, 8,    0,    1,           0x12, 4, 0x11,
                                 0x44, 1,      0, 0xff, 9, 0,    4,    0,           0x11, 0, 0};
static const uint8_t components[] = {3, 0,    0, 33,         2,    0xf0, 0x80, S7_PROTOCOL, 7,
                                     0, 0,    0, COMPONENTS, 0,    8,    0,    8,           0,
                                     1, 0x12, 4, 0x11,       0x44, 1,    0,    0xff,        9,
                                     0, 4,    0, 0x1c,       0,    0};

static size_t be16(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

/* Is the TPKT an S7 message of @kind, @len bytes at least, to the question asked last? */
static bool answers(const struct grab_dialog *d, const uint8_t *p, uint8_t kind, size_t len)
{
	return be16(p + 2) >= MESSAGE_AT + len && p[4] == 2 && p[5] == 0xf0 && p[6] == 0x80 &&
	       p[MESSAGE_AT] == S7_PROTOCOL && p[MESSAGE_AT + 1] == kind &&
	       be16(p + MESSAGE_AT + 4) == d->state;
}

static bool set_up(const struct grab_dialog *d, const uint8_t *p)
{
	const uint8_t *message = p + MESSAGE_AT;

	return answers(d, p, ACK_DATA, ACK_HEAD + SETUP_LEN) && be16(message + 10) == 0 &&
	       message[ACK_HEAD] == 0xf0;
}

/* An answer of function 1 in group 4 without an error, and data behind it. */
static bool has_list(const struct grab_dialog *d, const uint8_t *p)
{
	const uint8_t *parameters = p + MESSAGE_AT + JOB_HEAD;

	return answers(d, p, USER_DATA, JOB_HEAD + READ_LEN) && parameters[5] == 0x84 &&
	       parameters[6] == 1 && be16(parameters + 10) == 0 && parameters[12] == 0xff;
}

static enum grab_step ask(struct grab_dialog *d, uint8_t state, const uint8_t *say, size_t len)
{
	d->state = state;
	grab_buf_add(&d->out, say, len);
	return GRAB_MORE;
}

/* The TPKT at @p is whole: what next? */
static enum grab_step after(struct grab_dialog *d, const uint8_t *p)
{
	if (d->state == CONNECT) {
		if (p[5] != CONFIRM && p[5] != REFUSE && p[5] != TPDU_ERROR)
			return GRAB_FOREIGN;
		d->known = true;
		return p[5] == CONFIRM ? ask(d, SETUP, setup, sizeof(setup)) : GRAB_DONE;
	}
	if (d->state == SETUP && set_up(d, p))
		return ask(d, MODULE, module, sizeof(module));
	if (d->state == MODULE && has_list(d, p))
		return ask(d, COMPONENTS, components, sizeof(components));
	return GRAB_DONE;
}

/* No `starts`: RDP servers confirm a connection in the same way. */
static enum grab_step s7_bytes(struct grab_dialog *d)
{
	enum grab_step step = GRAB_MORE;

	while (step == GRAB_MORE && d->seen < d->in.len) {
		const uint8_t *p = d->in.data + d->seen;
		size_t left = d->in.len - d->seen;
		size_t len = left < TPKT_HEAD ? TPKT_MIN : be16(p + 2);

		if (p[0] != 3 || (left > 1 && p[1] != 0) || len < TPKT_MIN || len > TPKT_MAX)
			return d->known ? GRAB_DONE : GRAB_FOREIGN;
		if (left < len)
			return GRAB_MORE;
		step = after(d, p);
		d->seen += len;
	}
	return step;
}

const struct grab_proto grab_proto_s7 = {
	.name = "s7",
	.hello = connect,
	.hello_len = sizeof(connect),
	.on_bytes = s7_bytes,
};
