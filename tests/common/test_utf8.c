/* SPDX-License-Identifier: Apache-2.0 */
/* test_utf8.c - every character is read and written; what is malformed is refused. */
#include <string.h>

#include "suite.h"
#include "utf8.h"

/* The encoding as RFC 3629 section 3 defines it. */
static size_t encode(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

START_TEST(utf8_reads_and_writes_every_character_and_no_surrogate)
{
	for (uint32_t c = 0; c < 0x110000; c++) {
		uint8_t bytes[4], written[4];
		size_t n = encode(c, bytes);
		uint32_t got = UINT32_MAX;
		bool is_surrogate = c >= 0xd800 && c <= 0xdfff;

		if (utf8_decode(bytes, n, &got) != (is_surrogate ? 0 : n) ||
		    (!is_surrogate && got != c))
			ck_abort_msg("U+%04X is not read", c);
		if (utf8_encode(c, written) != (is_surrogate ? 0 : n) ||
		    (!is_surrogate && memcmp(written, bytes, n) != 0))
			ck_abort_msg("U+%04X is not written", c);
		if (n > 1 && utf8_decode(bytes, n - 1, &got) != 0)
			ck_abort_msg("U+%04X is read from less than it has", c);
	}
}
END_TEST

START_TEST(utf8_writes_nothing_beyond_unicode)
{
	uint8_t bytes[4];

	ck_assert_uint_eq(utf8_encode(0x110000, bytes), 0);
	ck_assert_uint_eq(utf8_encode(UINT32_MAX, bytes), 0);
}
END_TEST

/* Markus Kuhn's cases: overlong forms, lone and missing continuation bytes, characters that are too
 * large. */
static const char *const malformed[] = {
	"\x80",
	"\xbf",
	"\xc0\xaf",
	"\xc1\xbf",
	"\xe0\x80\xaf",
	"\xe0\x9f\xbf",
	"\xf0\x8f\xbf\xbf",
	"\xc3(",
	"\xe2(\xa1",
	"\xf4\x90\x80\x80",
	"\xf5\x80\x80\x80",
	"\xff",
};

START_TEST(utf8_refuses_what_is_malformed)
{
	uint32_t c;

	ck_assert_uint_eq(utf8_decode(malformed[_i], strlen(malformed[_i]), &c), 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("utf8");

	tcase_add_test(tc, utf8_reads_and_writes_every_character_and_no_surrogate);
	tcase_add_test(tc, utf8_writes_nothing_beyond_unicode);
	tcase_add_loop_test(tc, utf8_refuses_what_is_malformed, 0,
	                    sizeof(malformed) / sizeof(malformed[0]));
	return suite_run("utf8", tc);
}
