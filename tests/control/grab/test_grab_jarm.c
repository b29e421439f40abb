/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_jarm.c - claims about JARM: the ClientHellos, what of an answer counts, and the hash. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grab_jarm.h"
#include "suite.h"

#define BYTES(text) text, sizeof(text) - 1

/* What the program of JARM's authors sends to 192.0.2.1, where all its random bytes are 0. */
static const struct {
	size_t len;
	const char *sha256;
} hellos[GRAB_JARM_HELLOS] = {
	{423, "c024edb1baaee1ba2674334ea4bc0f4f0c56ff18213dc0a4c3973e3947dd47a6"},
	{423, "b096ed433906052170e057969f58523e2935860bceb41888e7a8eaedecc3c39e"},
	{344, "7b4838a2946655264aa7302240c103dec0d6fc0370937f120ebfc668b98e4d66"},
	{330, "9f25b81e776d378d889a19c7e4ba7087d72f59f3453ccc13b6376db9789757c9"},
	{411, "d0f24e841de473b0d29ee174c6c8309087f86adebeb7802dd282d4db85d92c28"},
	{412, "341e434b1deb6ecd18705266837163df20c6c36b80d9ff3434a7c5babc689456"},
	{425, "ef29c5d6d168a48562987834876ba3274989c5da785c172f8b64511f38eab2fa"},
	{425, "05d655816b7570452cdb6cb65a6c21a847ebdb98f2cb60c229714bd25c8ef2cf"},
	{415, "b43d78b8622cf04bb739c01baa43f560dcd57038fcb5ab504b7344f00a50978f"},
	{438, "2111f52d710ad9accb0adb9211508a6a1774c1b96d325e43bd8a2c6712dfa671"},
};

START_TEST(hello_is_that_of_the_authors)
{
	static const uint8_t random[GRAB_JARM_RANDOM];
	uint8_t out[GRAB_JARM_HELLO_MAX], md[EVP_MAX_MD_SIZE];
	size_t len = grab_jarm_hello((unsigned)_i, "192.0.2.1", random, out);
	char text[2 * EVP_MAX_MD_SIZE + 1] = "";
	unsigned md_len = 0;

	ck_assert_uint_eq(len, hellos[_i].len);
	ck_assert_int_eq(EVP_Digest(out, len, md, &md_len, EVP_sha256(), NULL), 1);
	for (unsigned i = 0; i < md_len; i++)
		snprintf(text + 2 * i, 3, "%02x", md[i]);
	ck_assert_str_eq(text, hellos[_i].sha256);
}
END_TEST

START_TEST(hello_has_room_for_any_name)
{
	uint8_t out[GRAB_JARM_HELLO_MAX], random[GRAB_JARM_RANDOM];
	char name[1000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(random, 0xff, sizeof(random));
	for (unsigned i = 0; i < GRAB_JARM_HELLOS; i++)
		ck_assert_uint_le(grab_jarm_hello(i, name, random, out), GRAB_JARM_HELLO_MAX);
}
END_TEST

/* ---- answers that OpenSSL 3.0's s_server gave, without the bytes that are random ---- */

#define RENEGOTIATION "\xff\1\0\1\0"
#define FRAGMENT "\0\1\0\1\1"
#define POINTS "\0\x0b\0\4\3\0\1\2"
#define TICKET "\0\x23\0\0"
#define H2 "\0\x10\0\5\0\3\2h2"
#define SECRET "\0\x17\0\0"
#define PLAIN BYTES("\0\x12" RENEGOTIATION FRAGMENT TICKET SECRET)
#define CURVE BYTES("\0\x1a" RENEGOTIATION FRAGMENT POINTS TICKET SECRET)
#define WITH_H2 BYTES("\0\x1b" RENEGOTIATION FRAGMENT TICKET H2 SECRET)
#define CURVE_H2 BYTES("\0\x23" RENEGOTIATION FRAGMENT POINTS TICKET H2 SECRET)
#define TLS13                                                                                      \
	BYTES("\0\x2e\0\x2b\0\2\3\4\0\x33\0\x24\0\x1d\0\x20"                                       \
	      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")
#define ALERT                                                                                      \
	{                                                                                          \
		0, 0, NULL, 0                                                                      \
	}

struct answer {
	uint8_t id; /* length of the id of the session */
	uint16_t cipher;
	const char *extensions; /* NULL: an alert */
	size_t len;
};

static const struct {
	const char *jarm; /* by the program of the authors */
	struct answer answers[GRAB_JARM_HELLOS];
} servers[] = {
	{"07d14d16d21d21d00042d43d000000aa99ce74e2c6d013c745aa52b5cc042d",
         {{0, 0x0033, PLAIN},
          {0, 0x009d, PLAIN},
          {0, 0x009f, PLAIN},
          {0, 0xc013, CURVE},
          {0, 0xc013, CURVE},
          ALERT,
          {32, 0x1302, TLS13},
          {32, 0x1303, TLS13},
          ALERT,
          ALERT}},
	{"2ad2ad16d2ad2ad0002ad2ad2ad2ad1ed3302d6c4f33847eee381ec15b2580",
         {{0, 0xc030, CURVE},
          {0, 0xc030, CURVE},
          {0, 0x009f, PLAIN},
          {0, 0xc030, CURVE},
          {0, 0xc030, CURVE},
          ALERT,
          {0, 0xc030, CURVE},
          {0, 0xc030, CURVE},
          {0, 0xc030, CURVE},
          {0, 0xc030, CURVE}}},
	{"07d14d16d00000000007d14d07d21d35ee9fd5dfa06e301b2856c310527539",
         {{0, 0x0033, WITH_H2},
          {0, 0x009d, WITH_H2},
          {0, 0x009f, WITH_H2},
          ALERT,
          ALERT,
          ALERT,
          {0, 0x0033, WITH_H2},
          {0, 0x009d, WITH_H2},
          {0, 0x0033, WITH_H2},
          {0, 0xc013, CURVE_H2}}},
	{"00000000000000000000000000000000000000000000000000000000000000",
         {ALERT, ALERT, ALERT, ALERT, ALERT, ALERT, ALERT, ALERT, ALERT, ALERT}},
};

enum { ANSWER_MAX = 2048 };

/* Write the bytes of an answer; returns how many. */
static size_t make(const struct answer *a, uint8_t out[ANSWER_MAX])
{
	size_t message = 38 + a->id + a->len, len = 9 + message;

	memset(out, 0, ANSWER_MAX);
	if (a->extensions == NULL) {
		memcpy(out, "\x15\3\3\0\2\2\x28", 7);
		return 7;
	}
	memcpy(out, "\x16\3\3\0\0\2\0\0\0\3\3", 11);
	out[3] = (uint8_t)((message + 4) >> 8);
	out[4] = (uint8_t)(message + 4);
	out[7] = (uint8_t)(message >> 8);
	out[8] = (uint8_t)message;
	out[43] = a->id;
	out[44 + a->id] = (uint8_t)(a->cipher >> 8);
	out[45 + a->id] = (uint8_t)a->cipher;
	memcpy(out + 47 + a->id, a->extensions, a->len);
	return len;
}

/* Take the answer from a block that is exactly as long, so that a sanitizer sees a read beyond it. */
static void take(struct grab_jarm *j, const uint8_t *bytes, size_t len)
{
	uint8_t *exact = malloc(len > 0 ? len : 1);

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	grab_jarm_take(j, exact, len);
	free(exact);
}

START_TEST(hash_is_that_of_the_authors)
{
	struct grab_jarm *j = grab_jarm_new();
	uint8_t bytes[ANSWER_MAX];
	char text[GRAB_JARM_SIZE];

	for (int i = 0; i < GRAB_JARM_HELLOS; i++) {
		size_t len = make(&servers[_i].answers[i], bytes);

		ck_assert(grab_jarm_heard(bytes, len));
		ck_assert(servers[_i].answers[i].extensions == NULL ||
		          !grab_jarm_heard(bytes, len - 1));
		/* what follows the ServerHello does not count */
		take(j, bytes, i % 2 == 0 ? len : ANSWER_MAX);
	}
	ck_assert(grab_jarm_text(j, text));
	ck_assert_str_eq(text, servers[_i].jarm);
	grab_jarm_free(j);
}
END_TEST

/* ---- hostile answers ---- */

/* What the first of ten answers comes to, the others being none: its three characters. */
static const struct {
	struct answer answer;
	size_t cut; /* bytes that do not come */
	const char *part;
} odd[] = {
	{{0, 0x0033, PLAIN}, 0, "07d"},
	{{0, 0x9999, PLAIN}, 0, "46d"},           /* a cipher that was not offered */
	{{0, 0x0005, BYTES("")}, 0, "02d"},       /* no extensions */
	{{0, 0x0005, BYTES("\x0b\0")}, 0, "02d"}, /* another message in their place */
	{{0, 0x0005, BYTES("\0\0")}, 0, "02d"},   /* an empty list */
	{{0, 0x0005, BYTES("\0\x04\0\x10\0\0")}, 0, "02d"},
	{{0, 0x0005, BYTES("\0\x06\0\x10\0\2\0\0")}, 0, "02d"},
	{{0, 0x0005, BYTES("\0\x08\0\x10\0\4\0\2\1\x80")}, 0, "000"}, /* no text */
	{{0, 0x0005, BYTES("\0\x08\0\x10\xff\xff\0\2\1x")}, 0, "02d"},
	{{0, 0x0005, BYTES("\xff\xff\0\x17\0\0")}, 0, "000"},
	{{0, 0x0033, PLAIN}, 2, "000"},
	{{0, 0x0033, PLAIN}, 20, "07d"}, /* cut behind the cipher */
	{{0, 0x0033, PLAIN}, 22, "000"},
	{{255, 0x0033, PLAIN}, 0, "07d"},
	{{255, 0x0033, PLAIN}, 100, "000"},
};

START_TEST(odd_answer_is_bounded)
{
	struct grab_jarm *j = grab_jarm_new();
	uint8_t bytes[ANSWER_MAX];
	char text[GRAB_JARM_SIZE];

	take(j, bytes, make(&odd[_i].answer, bytes) - odd[_i].cut);
	while (grab_jarm_take(j, NULL, 0) < GRAB_JARM_HELLOS)
		;
	ck_assert_uint_eq(grab_jarm_take(j, bytes, 10), GRAB_JARM_HELLOS);
	ck_assert(grab_jarm_text(j, text));
	ck_assert_uint_eq(strlen(text), 62);
	ck_assert_int_eq(strncmp(text, odd[_i].part, 3), 0);
	grab_jarm_free(j);
}
END_TEST

START_TEST(answer_is_heard_out)
{
	uint8_t bytes[GRAB_JARM_HEARD] = {0x16, 3, 3, 0xff, 0xff, 2, 0xff, 0xff, 0xff};

	ck_assert(!grab_jarm_heard(bytes, 0));
	ck_assert(!grab_jarm_heard(bytes, 1));
	ck_assert(!grab_jarm_heard(bytes, 9));
	ck_assert(!grab_jarm_heard(bytes, GRAB_JARM_HEARD - 1));
	ck_assert(grab_jarm_heard(bytes, GRAB_JARM_HEARD));
	bytes[5] = 0;
	ck_assert(grab_jarm_heard(bytes, 9));
	ck_assert(grab_jarm_heard((const uint8_t *)"HTTP", 1));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, hello_is_that_of_the_authors, 0, GRAB_JARM_HELLOS);
	tcase_add_test(tc, hello_has_room_for_any_name);
	tcase_add_loop_test(tc, hash_is_that_of_the_authors, 0,
	                    sizeof(servers) / sizeof(servers[0]));
	tcase_add_loop_test(tc, odd_answer_is_bounded, 0, sizeof(odd) / sizeof(odd[0]));
	tcase_add_test(tc, answer_is_heard_out);
	return suite_run("grab_jarm", tc);
}
