/* SPDX-License-Identifier: Apache-2.0 */
/* test_addr.c - claims about addresses: text, order, arithmetic, what is never probed. */
#include "suite.h"

#include <string.h>

#include "dp.h"

static const struct {
	const char *text;
	const char *canonical; /* NULL: refused */
} texts[] = {
	{"192.0.2.1", "192.0.2.1"},
	{"0.0.0.0", "0.0.0.0"},
	{"255.255.255.255", "255.255.255.255"},
	{"192.0.2", NULL},
	{"192.0.2.256", NULL},
	{"192.0.2.01", NULL},
	{"0x7f.0.0.1", NULL},
	{"192.0.2.1 ", NULL},
	{" 192.0.2.1", NULL},
	{"192.0.2.1/32", NULL},
	{"", NULL},
	{"localhost", NULL},
	{"::", "::"},
	{"::1", "::1"},
	{"2001:DB8::1", "2001:db8::1"},
	{"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
	{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	{"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	{"1:2:3:4:5:6::", "1:2:3:4:5:6::"},
	{"::ffff:192.0.2.1", "192.0.2.1"},
	{"::c000:201", "::c000:201"},
	{"fe80::1%eth0", NULL},
	{"1:2:3:4:5:6:7", NULL},
	{"1::2::3", NULL},
	{"12345::", NULL},
};

START_TEST(addr_text_is_strict_in_and_canonical_out)
{
	char out[DP_ADDR_TEXT];
	struct dp_addr a = {{0}};
	struct dp_addr b;
	int ret = dp_addr_parse(texts[_i].text, &a);

	ck_assert_int_eq(ret == 0, texts[_i].canonical != NULL);
	if (ret != 0)
		return;
	ck_assert_str_eq(dp_addr_format(&a, out), texts[_i].canonical);
	ck_assert_int_eq(dp_addr_parse(out, &b), 0);
	ck_assert_int_eq(dp_addr_compare(&a, &b), 0);
}
END_TEST

static const struct {
	const char *text;
	const char *why; /* a part of the reason; NULL: may be probed */
} blocks[] = {
	{"0.0.0.0", "this network"},
	{"0.255.255.255", "this network"},
	{"1.0.0.0", NULL},
	{"10.0.0.1", NULL},
	{"100.64.0.1", NULL},
	{"126.255.255.255", NULL},
	{"127.0.0.1", "loopback"},
	{"127.255.255.255", "loopback"},
	{"128.0.0.0", NULL},
	{"169.253.255.255", NULL},
	{"169.254.0.0", "link-local"},
	{"169.254.255.255", "link-local"},
	{"169.255.0.0", NULL},
	{"192.0.2.1", NULL},
	{"198.18.0.1", NULL},
	{"223.255.255.255", NULL},
	{"224.0.0.0", "multicast"},
	{"239.255.255.255", "multicast"},
	{"240.0.0.0", "reserved"},
	{"255.255.255.254", "reserved"},
	{"255.255.255.255", "broadcast"},
	{"::", "unspecified"},
	{"::1", "loopback"},
	{"::2", NULL},
	{"2001:db8::1", NULL},
	{"fe7f::1", NULL},
	{"fe80::1", "link-local"},
	{"febf:ffff::1", "link-local"},
	{"fec0::1", NULL},
	{"feff::1", NULL},
	{"ff00::", "multicast"},
	{"ffff::1", "multicast"},
};

START_TEST(addr_names_what_is_never_probed)
{
	const char *why = NULL;
	struct dp_addr a;

	ck_assert_int_eq(dp_addr_parse(blocks[_i].text, &a), 0);
	ck_assert_int_eq(dp_addr_forbidden(&a, &why), blocks[_i].why != NULL);
	ck_assert_int_eq(dp_addr_forbidden(&a, NULL), blocks[_i].why != NULL);
	if (blocks[_i].why != NULL)
		ck_assert_ptr_nonnull(strstr(why, blocks[_i].why));
}
END_TEST

START_TEST(addr_arithmetic_carries_and_wraps)
{
	const struct dp_addr ones = {
		{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};
	struct dp_addr a = dp_addr_v4(0xc00002ff);
	struct dp_addr b = dp_addr_add(&a, 1);
	uint32_t v4 = 0;

	ck_assert(dp_addr_is_v4(&b, &v4));
	ck_assert_uint_eq(v4, 0xc0000300);
	ck_assert_int_lt(dp_addr_compare(&a, &b), 0);
	ck_assert_int_gt(dp_addr_compare(&ones, &b), 0);
	b = dp_addr_add(&ones, 1);
	ck_assert(!dp_addr_is_v4(&b, &v4));
	for (int i = 0; i < 16; i++)
		ck_assert_uint_eq(b.b[i], 0);
	b = dp_addr_add(&b, UINT64_MAX);
	b = dp_addr_add(&b, UINT64_MAX);
	ck_assert_uint_eq(b.b[7], 1);
	ck_assert_uint_eq(b.b[15], 0xfe);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, addr_text_is_strict_in_and_canonical_out, 0,
	                    (int)(sizeof(texts) / sizeof(*texts)));
	tcase_add_loop_test(tc, addr_names_what_is_never_probed, 0,
	                    (int)(sizeof(blocks) / sizeof(*blocks)));
	tcase_add_test(tc, addr_arithmetic_carries_and_wraps);
	return suite_run("addr", tc);
}
