/* SPDX-License-Identifier: Apache-2.0 */
/* test_ssh.c - claims about the key exchange of SSH: what is said, and what the host key tells. */
#include <stdlib.h>
#include <string.h>

#include "dialog_bed.h"
#include "ssh_kex.h"
#include "suite.h"

enum { PACKET = 4096 };

struct packet {
	uint8_t bytes[PACKET];
	size_t len;
};

static void put(struct packet *p, const void *bytes, size_t len)
{
	ck_assert_uint_le(len, PACKET - p->len);
	memcpy(p->bytes + p->len, bytes, len);
	p->len += len;
}

static void put_u32(struct packet *p, size_t n)
{
	const uint8_t bytes[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
	                          (uint8_t)n};

	put(p, bytes, sizeof(bytes));
}

static void put_string(struct packet *p, const void *bytes, size_t len)
{
	put_u32(p, len);
	put(p, bytes, len);
}

static void put_text(struct packet *p, const char *text)
{
	put_string(p, text, strlen(text));
}

/* The packet around a payload. */
static struct packet wrap(const struct packet *payload)
{
	static const uint8_t padding[12];
	size_t pad = 4 + (8 - (5 + payload->len + 4) % 8) % 8;
	struct packet p = {.len = 0};
	const uint8_t pad_byte = (uint8_t)pad;

	put_u32(&p, 1 + payload->len + pad);
	put(&p, &pad_byte, 1);
	put(&p, payload->bytes, payload->len);
	put(&p, padding, pad);
	return p;
}

static struct packet kexinit(const char *kex, const char *key, const char *cipher, const char *mac)
{
	const char *const lists[SSH_LISTS] = {kex, key, cipher,      cipher,
	                                      mac, mac, "none,zlib", "none,zlib"};
	struct packet p = {.bytes = {SSH_KEXINIT}, .len = 17};

	for (size_t i = 0; i < SSH_LISTS; i++)
		put_text(&p, lists[i]);
	put(&p, "\0\0\0\0\0\0\0\0\0\0\0\0\0", 13);
	return wrap(&p);
}

static struct packet reply(const uint8_t *key, size_t len)
{
	struct packet p = {.bytes = {SSH_KEX_REPLY}, .len = 1};

	put_string(&p, key, len);
	put_text(&p, "the server's public value");
	put_text(&p, "the signature");
	return wrap(&p);
}

#define SERVER "SSH-2.0-x\r\n"

/* The dialog as far as the client's first message of the key exchange. */
static enum vd_step meet(struct bed *bed, const struct packet *offer)
{
	bed_begin(bed, "ssh");
	ck_assert_int_eq(bed_hear(bed, SERVER, strlen(SERVER)), VD_MORE);
	ck_assert_uint_eq(bed->dialog.out_len, strlen("SSH-2.0-Sonde\r\n"));
	bed->dialog.out_len = 0;
	return bed_hear(bed, offer->bytes, offer->len);
}

static const struct {
	const char *kex, *key, *cipher, *mac;
	uint8_t public
		[5]; /* the length of the public value, and its first byte; all 0: not asked */
} offers[] = {
	{"curve25519-sha256,ecdh-sha2-nistp256",
         "ssh-ed25519",
         "aes128-ctr",
         "hmac-sha2-256",
         {0, 0, 0, 32, 9}},
	{"sntrup761x25519-sha512@openssh.com,curve25519-sha256@libssh.org",
         "rsa-sha2-512",
         "chacha20-poly1305@openssh.com",
         "umac-128@openssh.com",
         {0, 0, 0, 32, 9}},
	{"diffie-hellman-group1-sha1,ecdh-sha2-nistp256",
         "ecdsa-sha2-nistp256",
         "aes256-cbc",
         "hmac-md5",
         {0, 0, 0, 65, 4}},
	{"diffie-hellman-group14-sha256", "ssh-rsa", "3des-cbc", "hmac-sha1", {0, 0, 0, 1, 121}},
	/* nothing in common: */
	{"diffie-hellman-group-exchange-sha1", "ssh-rsa", "aes128-ctr", "hmac-sha1", {0}},
	{"curve25519-sha256", "ssh-dss-x", "aes128-ctr", "hmac-sha1", {0}},
	{"curve25519-sha256", "ssh-rsa", "aes128", "hmac-sha1", {0}},
	{"curve25519-sha256", "ssh-rsa", "aes128-ctr", "", {0}},
};

START_TEST(exchange_begins_where_both_sides_know_an_algorithm)
{
	struct packet offer =
		kexinit(offers[_i].kex, offers[_i].key, offers[_i].cipher, offers[_i].mac);
	struct span said, payload, lists[SSH_LISTS];
	struct bed bed;
	enum vd_step step = meet(&bed, &offer);

	said = span_of(bed.dialog.out, bed.dialog.out_len);
	if (offers[_i].public[3] == 0) {
		ck_assert_int_eq(step, VD_DONE);
		ck_assert_uint_eq(span_left(said), 0);
		bed_end(&bed);
		return;
	}
	ck_assert_int_eq(step, VD_MORE);
	ck_assert_uint_eq(span_left(said) % 8, 0);
	ck_assert_int_eq(ssh_packet_take(&said, &payload), SSH_PACKET_WHOLE);
	ck_assert(ssh_kex_read(payload, lists));
	ck_assert(span_starts(lists[SSH_KEX], "curve25519-sha256,"));
	ck_assert_int_eq(ssh_packet_take(&said, &payload), SSH_PACKET_WHOLE);
	ck_assert_uint_eq(span_u8(payload, 0), 30);
	ck_assert_mem_eq(payload.at + 1, offers[_i].public, 5);
	ck_assert_uint_eq(span_left(said), 0);
	bed_end(&bed);
}
END_TEST

START_TEST(careful_dialog_ends_with_the_lists)
{
	struct packet offer =
		kexinit("curve25519-sha256", "ssh-ed25519", "aes128-ctr", "hmac-sha2-256");
	struct bed bed;

	bed_begin(&bed, "ssh");
	bed.dialog.plain = true;
	bed_hear(&bed, SERVER, strlen(SERVER));
	bed.dialog.out_len = 0;
	ck_assert_int_eq(bed_hear(&bed, offer.bytes, offer.len), VD_DONE);
	ck_assert_uint_eq(bed.dialog.out_len, 0);
	bed_end(&bed);
}
END_TEST

/* GitHub's host key and its fingerprints, as docs.github.com states them. */
static const uint8_t ed25519[] = "\0\0\0\x0bssh-ed25519\0\0\0\x20"
				 "\xe3\x2a\xaa\x79\x15\xce\xb9\xb4\x49\xd1\xba\x50\xea\x2a\x28\xbb"
				 "\x1a\x6e\x01\xf9\x0b\xda\x24\x5a\x2d\x1d\x87\x69\x7d\x18\xa2\x65";
static const uint8_t rsa[] = "\0\0\0\x07ssh-rsa\0\0\0\3\1\0\1\0\0\0\5\0\x80\1\2\3";
static const uint8_t ecdsa[] = "\0\0\0\x13"
			       "ecdsa-sha2-nistp384\0\0\0\x08nistp384\0\0\0\1\4";
static const uint8_t dss[] = "\0\0\0\x07ssh-dss\0\0\0\2\x01\0";

#define KEY(bytes) bytes, sizeof(bytes) - 1

static const struct {
	const uint8_t *key;
	size_t len;
	const char *fact, *value;
} keys[] = {
	{KEY(ed25519), "ssh.type", "ssh-ed25519"},
	{KEY(ed25519), "ssh.bits", "256"},
	{KEY(ed25519), "ssh.key",
         "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"},
	{KEY(ed25519), "ssh.fingerprint", "65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd"},
	{KEY(ed25519), "ssh.fingerprint_sha256",
         "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"},
	{KEY(ed25519), "ssh.cipher", "aes128-ctr"},
	{KEY(ed25519), "ssh.mac", "hmac-sha2-256"},
	{KEY(ed25519), "ssh.compression", "none,zlib"},
	{KEY(rsa), "ssh.type", "ssh-rsa"},
	{KEY(rsa), "ssh.bits", "32"},
	{KEY(ecdsa), "ssh.bits", "384"},
	{KEY(dss), "ssh.bits", "9"},
};

static const struct packet *key_offer(void)
{
	static struct packet offer;

	offer = kexinit("curve25519-sha256", "ssh-ed25519", "aes128-ctr", "hmac-sha2-256");
	return &offer;
}

START_TEST(answer_shows_the_host_key)
{
	struct packet answer = reply(keys[_i].key, keys[_i].len);
	struct vd_facts *facts = vd_facts_new();
	struct bed bed;

	ck_assert_int_eq(meet(&bed, key_offer()), VD_MORE);
	/* a message to be ignored comes before it */
	ck_assert_int_eq(bed_hear(&bed, "\0\0\0\x0c\x06\x02\0\0\0\1x\0\0\0\0\0", 16), VD_MORE);
	for (size_t i = 0; i + 1 < answer.len; i++)
		ck_assert_int_eq(bed_hear(&bed, answer.bytes + i, 1), VD_MORE);
	ck_assert_int_eq(bed_hear(&bed, answer.bytes + answer.len - 1, 1), VD_DONE);
	ck_assert_str_eq(vd_dialog_facts(bed.proto, &bed.dialog, facts), "ssh");
	ck_assert_msg(vd_facts_get(facts, keys[_i].fact) != NULL, "%s", keys[_i].fact);
	ck_assert_str_eq(vd_facts_get(facts, keys[_i].fact)->value, keys[_i].value);
	ck_assert_str_eq(vd_facts_get(facts, "banner")->value, SERVER);
	bed_end(&bed);
	vd_facts_free(facts);
}
END_TEST

/* Each byte of the answer in turn becomes 0xff: no read beyond the bytes, which a sanitizer would
 * see, and the dialog ends. */
START_TEST(broken_answer_is_survived)
{
	struct packet answer = reply(ed25519, sizeof(ed25519) - 1);

	for (size_t i = 0; i < answer.len; i++) {
		struct packet broken = answer;
		struct vd_facts *facts = vd_facts_new();
		struct bed bed;

		broken.bytes[i] = 0xff;
		meet(&bed, key_offer());
		bed_hear(&bed, broken.bytes, broken.len);
		vd_dialog_facts(bed.proto, &bed.dialog, facts);
		bed_end(&bed);
		vd_facts_free(facts);
	}
}
END_TEST

START_TEST(server_that_says_something_else_ends_the_dialog)
{
	static const char *const words[] = {"Protocol mismatch.\n", "\0\0\0\1\4", "\0\1\0\0\4\1\0"};
	struct bed bed;

	ck_assert_int_eq(meet(&bed, key_offer()), VD_MORE);
	ck_assert_int_eq(bed_hear(&bed, words[_i], 5), VD_DONE);
	bed_end(&bed);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, exchange_begins_where_both_sides_know_an_algorithm, 0,
	                    sizeof(offers) / sizeof(offers[0]));
	tcase_add_test(tc, careful_dialog_ends_with_the_lists);
	tcase_add_loop_test(tc, answer_shows_the_host_key, 0, sizeof(keys) / sizeof(keys[0]));
	tcase_add_test(tc, broken_answer_is_survived);
	tcase_add_loop_test(tc, server_that_says_something_else_ends_the_dialog, 0, 3);
	return suite_run("ssh", tc);
}
