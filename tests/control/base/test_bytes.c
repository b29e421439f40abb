/* SPDX-License-Identifier: Apache-2.0 */
/* test_bytes.c - claims about what is written into bytes and read back from hostile ones. */
#include <string.h>

#include "bytes.h"
#include "splitmix.h"
#include "suite.h"

START_TEST(what_is_written_is_read_back)
{
	uint64_t state = (uint64_t)_i;
	struct bytes b = {0};
	struct bytes_in in;

	for (int i = 0; i < 200; i++) {
		uint64_t v = splitmix(&state) >> (splitmix(&state) % 64);

		bytes_put_var(&b, v);
		bytes_put_int(&b, v, 8);
		bytes_put_text(&b, "nginx");
	}
	ck_assert(!b.failed);
	in = bytes_in_of(b.data, b.len);
	state = (uint64_t)_i;
	for (int i = 0; i < 200; i++) {
		uint64_t v = splitmix(&state) >> (splitmix(&state) % 64);
		char text[8];

		ck_assert(bytes_get_var(&in) == v);
		ck_assert(bytes_get_int(&in, 8) == v);
		bytes_get_text(&in, text, sizeof(text));
		ck_assert_str_eq(text, "nginx");
	}
	ck_assert(!in.bad);
	ck_assert_ptr_eq(in.pos, in.end);
	bytes_get_int(&in, 1);
	ck_assert(in.bad);
	bytes_fini(&b);
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
	uint64_t value;
	bool bad;
} vars[] = {
	{"\x00", 1, 0, false},
	{"\x7f", 1, 127, false},
	{"\x80\x01", 2, 128, false},
	{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, UINT64_MAX, false},
	{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, 0, true}, /* 65 bits */
	{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10, 0, true},
	{"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11, 0, true},
	{"\x80", 1, 0, true},
	{"", 0, 0, true},
};

START_TEST(a_number_has_64_bits_or_is_refused)
{
	struct bytes_in in = bytes_in_of(vars[_i].bytes, vars[_i].len);

	ck_assert(bytes_get_var(&in) == vars[_i].value);
	ck_assert_int_eq(in.bad, vars[_i].bad);
}
END_TEST

START_TEST(a_text_is_whole_or_refused)
{
	static const struct {
		const char *bytes;
		size_t len;
	} wrong[] = {{"\x05nginx", 5}, {"\x05ngi\0x", 6}, {"\x08nginx/1.", 9}};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct bytes_in in = bytes_in_of(wrong[i].bytes, wrong[i].len);
		char text[8] = "before";

		bytes_get_text(&in, text, sizeof(text));
		ck_assert(in.bad);
		ck_assert_str_eq(text, "");
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("bytes");

	tcase_add_loop_test(tc, what_is_written_is_read_back, 0, 10);
	tcase_add_loop_test(tc, a_number_has_64_bits_or_is_refused, 0,
	                    sizeof(vars) / sizeof(vars[0]));
	tcase_add_test(tc, a_text_is_whole_or_refused);
	return suite_run("bytes", tc);
}
