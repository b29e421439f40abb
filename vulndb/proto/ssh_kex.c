/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_kex.c - begins a key exchange of SSH and decodes what the server answers. */
#include "ssh_kex.h"

#include "digest.h"

enum {
	LENGTH = 4,        /* of a packet, or of a string */
	HEAD = LENGTH + 1, /* and the length of the padding */
	COOKIE = 16,
	PACKET_MIN = 2 + 4, /* length of the padding, message number, padding */
	PACKET_MAX = 35000, /* 6.1 */
	PADDING_MIN = 4,
	BLOCK = 8,
	KEX_INIT = 30, /* the first message of every exchange offered here */
	KEY_MAX = 4096,
	BUILD_MAX = 1600,
};

#define CIPHERS                                                                                    \
	"aes128-ctr,aes256-ctr,aes192-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com,"          \
	"chacha20-poly1305@openssh.com,aes128-cbc,aes256-cbc,aes192-cbc,3des-cbc,blowfish-cbc"
#define MACS                                                                                       \
	"hmac-sha2-256,hmac-sha2-512,hmac-sha1,hmac-sha2-256-etm@openssh.com,"                     \
	"hmac-sha2-512-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-md5"
#define COMPRESSIONS "none,zlib@openssh.com"

/* What the client takes, in the order of its preference. The first kind of host key that the server
 * has too is the one that it shows. */
static const char *const offers[SSH_LISTS] = {
	[SSH_KEX] = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"
		    "diffie-hellman-group14-sha256,diffie-hellman-group16-sha512,"
		    "diffie-hellman-group14-sha1,diffie-hellman-group1-sha1",
	[SSH_HOST_KEY] = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,"
			 "rsa-sha2-512,rsa-sha2-256,ssh-rsa,ssh-dss",
	[SSH_ENC_OUT] = CIPHERS,
	[SSH_ENC_IN] = CIPHERS,
	[SSH_MAC_OUT] = MACS,
	[SSH_MAC_IN] = MACS,
	[SSH_COMP_OUT] = COMPRESSIONS,
	[SSH_COMP_IN] = COMPRESSIONS,
};

/* The client's public values. The exchange ends with the server's answer, so that no secret has to
 * stand behind them: they are the base points of the curves, and 11 squared of the groups. */
static const uint8_t x25519[32] = {9};
static const uint8_t p256[65] = {0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc,
                                 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d,
                                 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
                                 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb,
                                 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31,
                                 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5};
static const uint8_t group[1] = {121};

/* ---- packets ---- */

enum ssh_packet ssh_packet_take(struct span *in, struct span *payload)
{
	size_t len = span_be32(*in, 0);

	if (span_left(*in) < LENGTH)
		return SSH_PACKET_MORE;
	if (len < PACKET_MIN || len > PACKET_MAX)
		return SSH_PACKET_BROKEN;
	if (span_left(*in) - LENGTH < len)
		return SSH_PACKET_MORE;
	*payload = span_part(*in, HEAD, LENGTH + len);
	*in = span_from(*in, LENGTH + len);
	return SSH_PACKET_WHOLE;
}

/* Take a string: its length and its bytes (RFC 4251, 5). False where it is cut off. */
static bool take_string(struct span *in, struct span *string)
{
	size_t len = span_be32(*in, 0);

	if (span_left(*in) < LENGTH || span_left(*in) - LENGTH < len)
		return false;
	*string = span_part(*in, LENGTH, LENGTH + len);
	*in = span_from(*in, LENGTH + len);
	return true;
}

bool ssh_kex_read(struct span payload, struct span lists[SSH_LISTS])
{
	if (span_u8(payload, 0) != SSH_KEXINIT)
		return false;
	payload = span_from(payload, 1 + COOKIE);
	for (size_t i = 0; i < SSH_LISTS; i++)
		if (!take_string(&payload, &lists[i]))
			return false;
	return true;
}

/* ---- what both sides know ---- */

/* Take the next name of a list. */
static bool take_name(struct span *list, struct span *name)
{
	const uint8_t *comma;

	if (list->at == list->end)
		return false;
	comma = memchr(list->at, ',', span_left(*list));
	*name = (struct span){list->at, comma != NULL ? comma : list->end};
	list->at = comma != NULL ? comma + 1 : list->end;
	return true;
}

static bool has_name(struct span list, struct span wanted)
{
	struct span name;

	while (take_name(&list, &name))
		if (span_left(name) == span_left(wanted) &&
		    span_starts_bytes(name, wanted.at, span_left(wanted)))
			return true;
	return false;
}

/* The first of our names that the server has as well. */
static bool agree(const char *ours, struct span theirs, struct span *name)
{
	struct span list = span_of(ours, strlen(ours));

	while (take_name(&list, name))
		if (has_name(theirs, *name))
			return true;
	return false;
}

/* ---- what is said ---- */

struct message {
	uint8_t bytes[BUILD_MAX];
	size_t len;
};

static void put(struct message *m, const void *bytes, size_t len)
{
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

static void put_u32(struct message *m, size_t n)
{
	const uint8_t bytes[LENGTH] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
	                               (uint8_t)n};

	put(m, bytes, sizeof(bytes));
}

static void put_string(struct message *m, const void *bytes, size_t len)
{
	put_u32(m, len);
	put(m, bytes, len);
}

/* Say the message as a packet. Its padding makes it a multiple of eight bytes. */
static void say_packet(struct vd_dialog *d, const struct message *m)
{
	static const uint8_t zeros[PADDING_MIN + BLOCK];
	size_t padding = PADDING_MIN + (BLOCK - (HEAD + m->len + PADDING_MIN) % BLOCK) % BLOCK;
	size_t len = 1 + m->len + padding;
	const uint8_t head[HEAD] = {0, 0, (uint8_t)(len >> 8), (uint8_t)len, (uint8_t)padding};

	say(d, head, sizeof(head));
	say(d, m->bytes, m->len);
	say(d, zeros, padding);
}

static void say_kexinit(struct vd_dialog *d)
{
	static const uint8_t begin[1 + COOKIE] = {SSH_KEXINIT, 'S', 'o', 'n', 'd', 'e'};
	/* no languages, no guess, and the reserved number */
	static const uint8_t end[2 * LENGTH + 1 + LENGTH];
	struct message m = {.len = 0};

	put(&m, begin, sizeof(begin));
	for (size_t i = 0; i < SSH_LISTS; i++)
		put_string(&m, offers[i], strlen(offers[i]));
	put(&m, end, sizeof(end));
	say_packet(d, &m);
}

static void say_public(struct vd_dialog *d, struct span method)
{
	static const uint8_t begin[1] = {KEX_INIT};
	struct message m = {.len = 0};

	put(&m, begin, sizeof(begin));
	if (span_starts(method, "curve25519"))
		put_string(&m, x25519, sizeof(x25519));
	else if (span_starts(method, "ecdh"))
		put_string(&m, p256, sizeof(p256));
	else
		put_string(&m, group, sizeof(group));
	say_packet(d, &m);
}

bool ssh_kex_ask(struct vd_dialog *d, const struct span lists[SSH_LISTS])
{
	struct span names[SSH_LISTS];

	for (size_t i = 0; i < SSH_LISTS; i++)
		if (!agree(offers[i], lists[i], &names[i]))
			return false;
	say_kexinit(d);
	say_public(d, names[SSH_KEX]);
	return true;
}

/* ---- facts ---- */

/* Add the HASSH of a server: md5(kex;encryption;mac;compression), all as the server sends
 * (github.com/salesforce/hassh). */
static void add_hassh(const struct span lists[SSH_LISTS], struct vd_facts *out)
{
	static const uint8_t order[] = {SSH_KEX, SSH_ENC_IN, SSH_MAC_IN, SSH_COMP_IN};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t md[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	char hex[2 * EVP_MAX_MD_SIZE + 1];

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_md5(), NULL) != 1)
		goto out;
	for (size_t i = 0; i < sizeof(order); i++) {
		EVP_DigestUpdate(ctx, ";", i > 0 ? 1 : 0);
		EVP_DigestUpdate(ctx, lists[order[i]].at, span_left(lists[order[i]]));
	}
	if (EVP_DigestFinal_ex(ctx, md, &len) != 1)
		goto out;
	digest_hex(md, len, hex);
	decode_add_text(out, "ssh.hassh", hex);
out:
	EVP_MD_CTX_free(ctx);
}

void ssh_kex_facts(const struct span lists[SSH_LISTS], struct vd_facts *out)
{
	decode_add(out, "ssh.kex", lists[SSH_KEX]);
	decode_add(out, "ssh.key_type", lists[SSH_HOST_KEY]);
	decode_add(out, "ssh.cipher", lists[SSH_ENC_IN]);
	decode_add(out, "ssh.mac", lists[SSH_MAC_IN]);
	decode_add(out, "ssh.compression", lists[SSH_COMP_IN]);
	add_hassh(lists, out);
}

/* The bits of an integer without a sign in big-endian order. */
static unsigned bits_of(struct span n)
{
	unsigned bits;

	while (n.at < n.end && *n.at == 0)
		n.at++;
	bits = (unsigned)span_left(n) * 8;
	for (unsigned top = 0x80; n.at < n.end && (*n.at & top) == 0; top >>= 1)
		bits--;
	return bits;
}

/* Add the size of a key, of which @rest follows its type (RFC 4253, 6.6; RFC 5656, 3.1). */
static void add_bits(struct span type, struct span rest, struct vd_facts *out)
{
	struct span number = {NULL, NULL};

	if (span_starts(type, "ssh-ed25519")) {
		vd_facts_addf(out, "ssh.bits", "256");
	} else if (span_starts(type, "ecdsa-sha2-nistp") && take_string(&rest, &number)) {
		decode_add(out, "ssh.bits", span_first(span_from(number, strlen("nistp")), 3));
	} else if (span_starts(type, "ssh-dss") && take_string(&rest, &number)) {
		vd_facts_addf(out, "ssh.bits", "%u", bits_of(number));
	} else if (span_starts(type, "ssh-rsa") && take_string(&rest, &number) &&
	           take_string(&rest, &number)) {
		vd_facts_addf(out, "ssh.bits", "%u", bits_of(number));
	}
}

static void add_base64(struct vd_facts *out, const char *name, struct span in)
{
	unsigned char text[(KEY_MAX + 2) / 3 * 4 + 1];
	int len = EVP_EncodeBlock(text, in.at, (int)span_left(in));

	decode_add(out, name, span_of(text, (size_t)len));
}

/* The fingerprints in the two forms that SSH clients print (RFC 4716, 4; ssh-keygen -l). */
static void add_fingerprints(struct span key, struct vd_facts *out)
{
	uint8_t md[DIGEST_MAX];
	unsigned char text[DIGEST_MAX * 2];
	size_t len = digest_of(EVP_md5(), key, md);
	char colons[3 * DIGEST_MAX] = "";

	for (size_t i = 0; i < len; i++)
		snprintf(colons + 3 * i, 4, "%02x%s", md[i], i + 1 < len ? ":" : "");
	decode_add_text(out, "ssh.fingerprint", colons);
	len = digest_of(EVP_sha256(), key, md);
	if (len == 0)
		return;
	len = (size_t)EVP_EncodeBlock(text, md, (int)len);
	while (len > 0 && text[len - 1] == '=')
		len--;
	vd_facts_addf(out, "ssh.fingerprint_sha256", "SHA256:%.*s", (int)len, (const char *)text);
}

void ssh_host_key_facts(struct span payload, struct vd_facts *out)
{
	struct span key, rest, type;

	payload = span_from(payload, 1);
	if (!take_string(&payload, &key) || span_left(key) > KEY_MAX)
		return;
	rest = key;
	if (!take_string(&rest, &type) || type.at == type.end)
		return;
	decode_add(out, "ssh.type", span_first(type, 64));
	add_bits(type, rest, out);
	add_base64(out, "ssh.key", key);
	add_fingerprints(key, out);
}
