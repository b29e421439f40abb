/* SPDX-License-Identifier: Apache-2.0 */
/* grab_ssh.c - SSH as far as its key exchange offer (RFC 4253 4.2, 6, 7.1), nothing beyond. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "grab_proto.h"

enum {
	KEXINIT = 20,
	PACKET_MIN = 6 + 16, /* padding length, message number, cookie, some more */
	PACKET_MAX = 35000,  /* RFC 4253 6.1 */
	NAME_LISTS = 8,      /* as far as the compression of server to client */
};

/* The lists of a KEXINIT in wire order. */
enum { KEX, HOST_KEY, ENC_OUT, ENC_IN, MAC_OUT, MAC_IN, COMP_OUT, COMP_IN };

struct name_list {
	const uint8_t *text;
	size_t len;
};

static bool ssh_starts(const uint8_t *data, size_t len)
{
	return len >= 4 && memcmp(data, "SSH-", 4) == 0;
}

/* Lines before the version string are allowed (4.2); 0 while it has not come whole. */
static size_t find_version(const struct grab_buf *in, size_t *line)
{
	size_t at = 0, end;

	while ((end = grab_line_end(in, at)) != 0) {
		if (ssh_starts(in->data + at, end - at)) {
			*line = at;
			return end;
		}
		at = end;
	}
	return 0;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Lines may stand before the version, but not for ever, and not another protocol's. */
static bool other_protocol(const struct grab_buf *in)
{
	const struct grab_proto *p = grab_proto_recognise(in->data, in->len);

	return in->len > 1024 || (p != NULL && p != &grab_proto_ssh);
}

static enum grab_step ssh_bytes(struct grab_dialog *d)
{
	size_t line, left;
	uint32_t packet;

	if (d->first_len == 0) {
		d->first_len = find_version(&d->in, &line);
		if (d->first_len == 0)
			return other_protocol(&d->in) ? GRAB_FOREIGN : GRAB_MORE;
		d->known = true;
		grab_buf_text(&d->out, "SSH-2.0-Sonde\r\n");
		if (memcmp(d->in.data + line, "SSH-1.", 6) == 0 &&
		    memcmp(d->in.data + line, "SSH-1.99", 8) != 0)
			return GRAB_DONE;
	}
	left = d->in.len - d->first_len;
	if (left < 4)
		return GRAB_MORE;
	packet = be32(d->in.data + d->first_len);
	if (packet < PACKET_MIN || packet > PACKET_MAX)
		return GRAB_DONE;
	return left - 4 < packet ? GRAB_MORE : GRAB_DONE;
}

/* The name-lists of the KEXINIT at @p, all inside [p, end). */
static bool read_lists(const uint8_t *p, const uint8_t *end, struct name_list lists[NAME_LISTS])
{
	if (end - p < 4 + PACKET_MIN || p[5] != KEXINIT)
		return false;
	p += 4 + 1 + 1 + 16;
	for (size_t i = 0; i < NAME_LISTS; i++) {
		uint32_t len;

		if (end - p < 4)
			return false;
		len = be32(p);
		p += 4;
		if ((size_t)(end - p) < len)
			return false;
		lists[i] = (struct name_list){p, len};
		p += len;
	}
	return true;
}

/* HASSH of a server: md5(kex;encryption;mac;compression), all as the server sends
 * (github.com/salesforce/hassh). */
static void add_hassh(const struct name_list *l, struct vd_facts *out)
{
	static const uint8_t order[] = {KEX, ENC_IN, MAC_IN, COMP_IN};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t md[EVP_MAX_MD_SIZE];
	char hex[33];

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_md5(), NULL) != 1)
		goto out;
	for (size_t i = 0; i < sizeof(order); i++) {
		EVP_DigestUpdate(ctx, ";", i > 0 ? 1 : 0);
		EVP_DigestUpdate(ctx, l[order[i]].text, l[order[i]].len);
	}
	if (EVP_DigestFinal_ex(ctx, md, NULL) != 1)
		goto out;
	for (size_t i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", md[i]);
	vd_facts_add(out, "ssh.hassh", hex, 32);
out:
	EVP_MD_CTX_free(ctx);
}

static void ssh_facts(const struct grab_dialog *d, struct vd_facts *out)
{
	struct name_list lists[NAME_LISTS];

	if (d->first_len == 0 || d->in.len == d->first_len ||
	    !read_lists(d->in.data + d->first_len, d->in.data + d->in.len, lists))
		return;
	vd_facts_add(out, "ssh.kex", lists[KEX].text, lists[KEX].len);
	vd_facts_add(out, "ssh.key_type", lists[HOST_KEY].text, lists[HOST_KEY].len);
	add_hassh(lists, out);
}

const struct grab_proto grab_proto_ssh = {
	.name = "ssh",
	.starts = ssh_starts,
	.on_bytes = ssh_bytes,
	.facts = ssh_facts,
};
