/* SPDX-License-Identifier: Apache-2.0 */
/* ssh.c - SSH up to the server's key exchange offer (RFC 4253 4.2, 6, 7.1), and no further. */
#include <openssl/evp.h>

#include "proto.h"

enum {
	KEXINIT = 20,
	PACKET_MIN = 6 + 16,       /* padding length, message number, cookie, some more */
	PACKET_MAX = 35000,        /* RFC 4253 6.1 */
	NAME_LISTS = 8,            /* the lists up to the compression from server to client */
	BEFORE_MAX = 1024,         /* bytes before the version after which the wait for it ends */
	LINES_MAX = 32,            /* lines that are searched for the version */
	NAMES_AT = 4 + 1 + 1 + 16, /* packet length, padding length, message number, cookie */
};

/* The lists of a KEXINIT in wire order. */
enum { KEX, HOST_KEY, ENC_OUT, ENC_IN, MAC_OUT, MAC_IN, COMP_OUT, COMP_IN };

static const char sign[] = "SSH-";

static bool ssh_starts(struct span in)
{
	return span_starts(in, sign);
}

/* Find the version string, before which other lines are allowed (4.2). *@line is where it begins.
 * Returns the offset behind it; 0 while it has not come whole. */
static size_t find_version(struct span in, size_t *line)
{
	size_t end;

	for (size_t at = 0; (end = span_line_end(in, at)) != 0; at = end) {
		if (!ssh_starts(span_part(in, at, end)))
			continue;
		*line = at;
		return end;
	}
	return 0;
}

static enum vd_step ssh_hear(struct vd_dialog *d)
{
	struct span packet;
	size_t line, len;

	if (d->first_len == 0) {
		d->first_len = find_version(heard(d), &line);
		if (d->first_len == 0)
			return d->in_len > BEFORE_MAX ? VD_FOREIGN : VD_MORE;
		d->known = true;
		say_text(d, "SSH-2.0-Sonde\r\n");
		if (span_starts(span_from(heard(d), line), "SSH-1.") &&
		    !span_starts(span_from(heard(d), line), "SSH-1.99"))
			return VD_DONE;
	}
	packet = span_from(heard(d), d->first_len);
	if (span_left(packet) < 4)
		return VD_MORE;
	len = span_be32(packet, 0);
	if (len < PACKET_MIN || len > PACKET_MAX)
		return VD_DONE;
	return span_left(packet) - 4 < len ? VD_MORE : VD_DONE;
}

/* Decode the version string; other lines may stand before it. */
static bool ssh_decode(struct span in, bool hinted, struct vd_facts *out)
{
	struct span line;

	(void)hinted;
	for (int i = 0; i < LINES_MAX && span_line(&in, &line); i++) {
		const uint8_t *dash;

		if (!ssh_starts(line))
			continue;
		line = span_from(line, strlen(sign));
		dash = line.at < line.end ? memchr(line.at, '-', span_left(line)) : NULL;
		if (dash == NULL)
			return false;
		decode_add(out, "ssh.protocol", (struct span){line.at, dash});
		decode_add(out, "ssh.banner", span_trim((struct span){dash + 1, line.end}));
		return true;
	}
	return false;
}

/* Read the name-lists of the KEXINIT in @packet. False where it is none or is not whole. */
static bool read_lists(struct span packet, struct span lists[NAME_LISTS])
{
	if (span_left(packet) < 4 + PACKET_MIN || span_u8(packet, 5) != KEXINIT)
		return false;
	packet = span_from(packet, NAMES_AT);
	for (size_t i = 0; i < NAME_LISTS; i++) {
		uint32_t len = span_be32(packet, 0);

		if (span_left(packet) < 4 || span_left(packet) - 4 < len)
			return false;
		lists[i] = span_part(packet, 4, 4 + (size_t)len);
		packet = span_from(packet, 4 + (size_t)len);
	}
	return true;
}

/* Add the HASSH of a server: md5(kex;encryption;mac;compression), all as the server sends
 * (github.com/salesforce/hassh). */
static void add_hassh(const struct span *lists, struct vd_facts *out)
{
	static const uint8_t order[] = {KEX, ENC_IN, MAC_IN, COMP_IN};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t md[EVP_MAX_MD_SIZE];
	char hex[33];

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_md5(), NULL) != 1)
		goto out;
	for (size_t i = 0; i < sizeof(order); i++) {
		EVP_DigestUpdate(ctx, ";", i > 0 ? 1 : 0);
		EVP_DigestUpdate(ctx, lists[order[i]].at, span_left(lists[order[i]]));
	}
	if (EVP_DigestFinal_ex(ctx, md, NULL) != 1)
		goto out;
	for (size_t i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
	decode_add_text(out, "ssh.hassh", hex);
out:
	EVP_MD_CTX_free(ctx);
}

static void ssh_facts(const struct vd_dialog *d, struct vd_facts *out)
{
	struct span lists[NAME_LISTS];

	if (d->first_len == 0 || !read_lists(span_from(heard(d), d->first_len), lists))
		return;
	vd_facts_add(out, "ssh.kex", lists[KEX].at, span_left(lists[KEX]));
	vd_facts_add(out, "ssh.key_type", lists[HOST_KEY].at, span_left(lists[HOST_KEY]));
	add_hassh(lists, out);
}

const struct vd_proto vd_proto_ssh = {
	.name = "ssh",
	.ports = PORTS(22, 2222),
	.starts = ssh_starts,
	.yields = true,
	.hear = ssh_hear,
	.decode = ssh_decode,
	.facts = ssh_facts,
};
