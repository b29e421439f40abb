/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_hello.c - claims about the fingerprint of a ServerHello, also of hostile ones. */
#include <stdlib.h>
#include <string.h>

#include "grab_hello.h"
#include "suite.h"

#define RANDOM "0123456789abcdef0123456789abcdef"
#define BYTES(text) (const uint8_t *)text, sizeof(text) - 1

/* Extensions 65281, 0, 11, 35, 5 and 16. */
#define EXTENSIONS                                                                                 \
	"\xff\x01\0\1\0"                                                                           \
	"\0\0\0\0"                                                                                 \
	"\0\x0b\0\2\1\0"                                                                           \
	"\0\x23\0\0"                                                                               \
	"\0\5\0\0"                                                                                 \
	"\0\x10\0\0"

static const struct {
	const uint8_t *msg;
	size_t len;
	const char *ja3s; /* NULL: it is no ServerHello */
} hellos[] = {
	/* by md5sum: "769,47,65281-0-11-35-5-16" */
	{BYTES("\2\0\0\x45\3\1" RANDOM "\2xx\0\x2f\0\0\x1b" EXTENSIONS),
         "836ce314215654b5b1f85f97c73e506f"},
	/* by md5sum: "771,49200," */
	{BYTES("\2\0\0\x26\3\3" RANDOM "\0\xc0\x30\0"), "7770094a92b1cbfa5a6de2017cfb682a"},
	{BYTES("\2\0\0\x28\3\3" RANDOM "\0\xc0\x30\0\0\0"), "7770094a92b1cbfa5a6de2017cfb682a"},
	{BYTES("\1\0\0\x26\3\3" RANDOM "\0\xc0\x30\0"), NULL},
	{BYTES("\2\0\0\x27\3\3" RANDOM "\0\xc0\x30\0"), NULL},
	{BYTES("\2\0\0\x25\3\3" RANDOM "\0\xc0\x30\0"), NULL},
	/* a session of 33 bytes; extensions that are longer than the message; one that is cut off */
	{BYTES("\2\0\0\x47\3\3" RANDOM "\x21" RANDOM "x\xc0\x30\0"), NULL},
	{BYTES("\2\0\0\x28\3\3" RANDOM "\0\xc0\x30\0\0\1"), NULL},
	{BYTES("\2\0\0\x2c\3\3" RANDOM "\0\xc0\x30\0\0\4\0\x10\0\1"), NULL},
	{BYTES("\2\0\0"), NULL},
	{BYTES(""), NULL},
};

START_TEST(hello_has_the_fingerprint_of_its_parts)
{
	char ja3s[GRAB_JA3S_SIZE] = "as it was";
	/* exactly as long, so that a sanitizer sees a read beyond it */
	uint8_t *exact = malloc(hellos[_i].len + 1);

	memcpy(exact, hellos[_i].msg, hellos[_i].len);
	exact = realloc(exact, hellos[_i].len > 0 ? hellos[_i].len : 1);
	ck_assert_int_eq(grab_hello_ja3s(exact, hellos[_i].len, ja3s), hellos[_i].ja3s != NULL);
	ck_assert_str_eq(ja3s, hellos[_i].ja3s != NULL ? hellos[_i].ja3s : "as it was");
	free(exact);
}
END_TEST

/* Thousands of extensions take no more room than the first sixty-four. */
START_TEST(hello_of_many_extensions_is_bounded)
{
	enum { COUNT = 16000, BODY = 40 + 4 * COUNT };
	static uint8_t msg[4 + BODY];
	char ja3s[GRAB_JA3S_SIZE];

	msg[0] = 2;
	msg[1] = (uint8_t)(BODY >> 16);
	msg[2] = (uint8_t)(BODY >> 8);
	msg[3] = (uint8_t)BODY;
	msg[42] = (uint8_t)(4 * COUNT >> 8);
	msg[43] = (uint8_t)(4 * COUNT);
	for (size_t i = 0; i < COUNT; i++)
		msg[44 + 4 * i] = msg[45 + 4 * i] = 0xff;
	ck_assert(grab_hello_ja3s(msg, sizeof(msg), ja3s));
	ck_assert_uint_eq(strlen(ja3s), 32);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, hello_has_the_fingerprint_of_its_parts, 0,
	                    sizeof(hellos) / sizeof(hellos[0]));
	tcase_add_test(tc, hello_of_many_extensions_is_bounded);
	return suite_run("grab_hello", tc);
}
