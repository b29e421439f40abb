/* SPDX-License-Identifier: Apache-2.0 */
/* grab_dns.c - DNS over TCP (RFC 1035, 4.2.2): the question for version.bind, as over UDP. */
#include "grab_proto.h"

enum { LENGTH = 2, HEADER = 12 };

/* Length, then: ID, one question, version.bind. TXT CH (RFC 4892). */
static const char dns_hello[] = "\0\x1e"
				"So\0\0\0\1\0\0\0\0\0\0"
				"\7version\4bind\0\0\x10\0\3";

/* An answer to that question: a length, our ID, and the bit that says so. */
static bool dns_starts(const uint8_t *p, size_t len)
{
	return len >= LENGTH + 3 && (p[0] << 8 | p[1]) >= HEADER && p[2] == 'S' && p[3] == 'o' &&
	       (p[4] & 0x80) != 0;
}

static enum grab_step dns_bytes(struct grab_dialog *d)
{
	size_t whole;

	if (d->in.len < LENGTH + 3)
		return GRAB_MORE;
	if (!dns_starts(d->in.data, d->in.len))
		return GRAB_FOREIGN;
	d->known = true;
	whole = LENGTH + (size_t)(d->in.data[0] << 8 | d->in.data[1]);
	if (d->in.len < whole)
		return GRAB_MORE;
	d->first_len = whole;
	return GRAB_DONE;
}

const struct grab_proto grab_proto_dns = {
	.name = "dns",
	.starts = dns_starts,
	.hello = dns_hello,
	.hello_len = sizeof(dns_hello) - 1,
	.on_bytes = dns_bytes,
};
