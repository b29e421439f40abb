/* SPDX-License-Identifier: Apache-2.0 */
/* test_version.c - claims about the four orders of versions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "version.h"
#include "suite.h"

static int sign(int d)
{
	return (d > 0) - (d < 0);
}

static int nvd_cmp(const char *a, const char *b)
{
	struct version x, y;

	version_parse(a, strlen(a), &x);
	version_parse(b, strlen(b), &y);
	return version_cmp(&x, &y);
}

struct pair {
	version_order order;
	const char *a, *b;
	int expected;
};

static const struct pair pairs[] = {
	{nvd_cmp, "1.0.1", "1.0.2", -1},
	{nvd_cmp, "1.9", "1.10", -1},
	{nvd_cmp, "1.0", "1.0.0", 0},
	{nvd_cmp, "1.0.1", "1.0.1f", -1},
	{nvd_cmp, "1.0.1f", "1.0.1g", -1},
	{nvd_cmp, "0.9.8z", "0.9.8za", -1},
	{nvd_cmp, "1.0.1g", "1.0.2", -1},
	{nvd_cmp, "2.0.0-rc1", "2.0.0", -1},
	{nvd_cmp, "2.0.0-beta2", "2.0.0-rc1", -1},
	{nvd_cmp, "2.0.0-alpha9", "2.0.0-beta1", -1},
	{nvd_cmp, "9.2", "9.2p1", -1},
	{nvd_cmp, "9.2p1", "9.2p2", -1},
	{nvd_cmp, "9.2p2", "9.3", -1},
	{nvd_cmp, "4.90_1", "4.90.1", 0},
	{nvd_cmp, "v1.2", "1.2", 0},
	{nvd_cmp, "9.9.4-P1", "9.9.4", 1},
	{nvd_cmp, "9.9.4rc2", "9.9.4", -1},
	{nvd_cmp, "1.18446744073709551616", "1.2", 1},
	/* Debian policy 5.6.12 and deb-version(7). */
	{version_dpkg_cmp, "1:1.0", "2.0", 1},
	{version_dpkg_cmp, "0:1.0", "1.0", 0},
	{version_dpkg_cmp, "1.0~rc1", "1.0", -1},
	{version_dpkg_cmp, "1.0~~", "1.0~", -1},
	{version_dpkg_cmp, "1.0~~a", "1.0~", -1},
	{version_dpkg_cmp, "1.0", "1.0a", -1},
	{version_dpkg_cmp, "1.0a", "1.0+", -1},
	{version_dpkg_cmp, "1.0-1", "1.0-1+deb12u1", -1},
	{version_dpkg_cmp, "1.0-1~bpo1", "1.0-1", -1},
	{version_dpkg_cmp, "1.0-0", "1.0", 0},
	{version_dpkg_cmp, "1.007", "1.7", 0},
	{version_dpkg_cmp, "1:9.2p1-2+deb12u3", "1:9.2p1-2+deb12u10", -1},
	{version_dpkg_cmp, "1.2-3-4", "1.2-3-10", -1},
	/* RPM's documented examples. */
	{version_rpm_cmp, "1.0", "1.0", 0},
	{version_rpm_cmp, "1.0", "2.0", -1},
	{version_rpm_cmp, "2.0.1a", "2.0.1", 1},
	{version_rpm_cmp, "5.5p1", "5.5p10", -1},
	{version_rpm_cmp, "10xyz", "10.1xyz", -1},
	{version_rpm_cmp, "xyz.4", "8", -1},
	{version_rpm_cmp, "1.0010", "1.9", 1},
	{version_rpm_cmp, "1.05", "1.5", 0},
	{version_rpm_cmp, "2_0", "2.0", 0},
	{version_rpm_cmp, "1.0~rc1", "1.0", -1},
	{version_rpm_cmp, "1.0~rc1~git123", "1.0~rc1", -1},
	{version_rpm_cmp, "1.0^", "1.0", 1},
	{version_rpm_cmp, "1.0^git1", "1.0.1", -1},
	{version_rpm_cmp, "1.0^git1", "1.01", -1},
	{version_rpm_cmp, "1.0^git1~pre", "1.0^git1", -1},
	{version_rpm_cmp, "1:1.0-1", "2.0-1", 1},
	{version_rpm_cmp, "8.0p1-19.el8", "8.0p1-19.el8_9.2", -1},
	/* Alpine's package policy. */
	{version_apk_cmp, "2.34", "0.1.0_alpha", 1},
	{version_apk_cmp, "0.1.0_alpha", "0.1.0_beta", -1},
	{version_apk_cmp, "0.1.0_pre2", "0.1.0", -1},
	{version_apk_cmp, "1.0_rc1", "1.0_pre9", 1},
	{version_apk_cmp, "1.0", "1.0_p1", -1},
	{version_apk_cmp, "1.0_p1", "1.0a", -1},
	{version_apk_cmp, "1.0a", "1.0.1", -1},
	{version_apk_cmp, "1.0-r1", "1.0", 1},
	{version_apk_cmp, "1.0-r9", "1.0-r10", -1},
	{version_apk_cmp, "1.01", "1.1", -1},
	{version_apk_cmp, "9.2_p1-r1", "9.3_p2-r0", -1},
	{version_apk_cmp, "garbage", "1.0", -1},
	/* pkg-version(8) and the Porter's Handbook. */
	{version_freebsd_cmp, "1", "2", -1},
	{version_freebsd_cmp, "2", "2", 0},
	{version_freebsd_cmp, "1.0", "1", 0},
	{version_freebsd_cmp, "2", "1,1", -1},
	{version_freebsd_cmp, "1.17.5_1", "1.18.3", -1},
	{version_freebsd_cmp, "1.17.5_1,0", "1.17.5_1", 0},
	{version_freebsd_cmp, "1.17.5_1,1", "1.18.3", 1},
	{version_freebsd_cmp, "1.24.0_9,3", "1.24.0_12,3", -1},
	{version_freebsd_cmp, "1.24.0,3", "1.24.0_1,3", -1},
	{version_freebsd_cmp, "1.24.0_12,2", "1.24.0,3", -1},
	{version_freebsd_cmp, "1.pl1", "1.alpha1", -1},
	{version_freebsd_cmp, "1.alpha1", "1.beta1", -1},
	{version_freebsd_cmp, "1.beta1", "1.pre1", -1},
	{version_freebsd_cmp, "1.pre1", "1.rc1", -1},
	{version_freebsd_cmp, "1.rc1", "1", -1},
	{version_freebsd_cmp, "1.snap1", "1.alpha1", 1},
	{version_freebsd_cmp, "1.21.3", "2.0.b2_1", -1},
	{version_freebsd_cmp, "1.0.b1", "1.0.b2", -1},
	{version_freebsd_cmp, "1.0rc1", "1.0.rc1", 0},
	{version_freebsd_cmp, "1.0.r1", "1.0.rc1", 0},
	{version_freebsd_cmp, "1.0a", "1.0", 1},
	{version_freebsd_cmp, "1.0a", "1.0.1", 1},
	{version_freebsd_cmp, "1.1.1w_1,1", "1.1.1v,1", 1},
	{version_freebsd_cmp, "9.7.p1,1", "9.7.p1_1,1", -1},
	{version_freebsd_cmp, "9.6.p1_1,1", "9.7.p1,1", -1},
	{version_freebsd_cmp, "0.9.8k_1", "0.9.8k", 1},
	{version_freebsd_cmp, "2024.01.01", "20240101", -1},
	{version_freebsd_cmp, "1.0+git1", "1.0", -1},
	{version_freebsd_cmp, "1.0+git1", "1.0.1", -1},
	{version_freebsd_cmp, "5.*", "5.0", -1},
	{version_freebsd_cmp, "4.9", "5.*", -1},
	{version_freebsd_cmp, ">1.2", "1.2", 1},
	{version_freebsd_cmp, ">1.2", "1.2_1", -1},
	{version_freebsd_cmp, ">1.2_1,1", ">1.2_1,1", 0},
};

START_TEST(version_orders_published_pairs)
{
	const struct pair *p = &pairs[_i];

	ck_assert_msg(sign(p->order(p->a, p->b)) == p->expected, "%s and %s", p->a, p->b);
	ck_assert_msg(sign(p->order(p->b, p->a)) == -p->expected, "%s and %s", p->b, p->a);
}
END_TEST

/* Make a text from the pieces that versions are made of, by a fixed pseudo-random sequence. */
static void make(uint64_t *state, char *out, size_t size)
{
	static const char *const pieces[] = {"0",    "1",        "10", "01", ".",  "-",    "~",
	                                     "_1",   ",1",       "+",  "*",  "pl", ">",    "^",
	                                     ":",    "a",        "p1", "rc", "_p", "_rc2", "-r3",
	                                     "beta", "+deb12u1", "z",  "9"};
	unsigned int n = 1 + (unsigned int)(*state >> 60);

	out[0] = '\0';
	for (unsigned int i = 0; i < n && strlen(out) + 10 < size; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		strcat(out, pieces[(*state >> 33) % (sizeof(pieces) / sizeof(pieces[0]))]);
	}
}

static const version_order all_orders[] = {nvd_cmp, version_dpkg_cmp, version_rpm_cmp,
                                           version_apk_cmp, version_freebsd_cmp};

START_TEST(version_orders_are_total)
{
	version_order order = all_orders[_i];
	uint64_t state = 42;

	for (int i = 0; i < 200000; i++) {
		char a[128], b[128], c[128];
		int ab, bc, ac;

		make(&state, a, sizeof(a));
		make(&state, b, sizeof(b));
		make(&state, c, sizeof(c));
		ab = sign(order(a, b));
		bc = sign(order(b, c));
		ac = sign(order(a, c));
		ck_assert_int_eq(order(a, a), 0);
		ck_assert_msg(ab == -sign(order(b, a)), "%s %s", a, b);
		if (ab <= 0 && bc <= 0)
			ck_assert_msg(ac <= 0 && (ac < 0 || (ab == 0 && bc == 0)), "%s %s %s", a, b,
			              c);
	}
}
END_TEST

static const struct {
	const char *text;
	bool version, odd, date;
} shapes[] = {
	{"1.2.3", true, false, false},       {"6.2.*", true, true, false},
	{"6.2..14", true, true, false},      {"lts_2.414.1", true, true, false},
	{"2021-03-01", true, false, true},   {"20210301", true, false, true},
	{"4d4a4d5f2c", false, false, false}, {"latest", false, false, false},
	{"", false, false, false},           {"v2.0", true, false, false},
};

START_TEST(version_says_what_is_no_version)
{
	struct version v;
	bool known = version_parse(shapes[_i].text, strlen(shapes[_i].text), &v);

	ck_assert_msg(known == shapes[_i].version, "%s", shapes[_i].text);
	ck_assert_msg(v.odd == shapes[_i].odd, "%s", shapes[_i].text);
	ck_assert_msg(v.date == shapes[_i].date, "%s", shapes[_i].text);
}
END_TEST

static const struct {
	const char *version, *update, *joined;
} joins[] = {
	{"4.3", "p2", "4.3p2"},     {"4.3", "*", "4.3"},   {"4.3", "-", "4.3"},
	{"3.0.14", "a", "3.0.14a"}, {"4.3", "1", "4.3_1"},
};

static const struct {
	const char *longer, *version;
	bool extends;
} extensions[] = {
	{"2.4.1", "2.4", true},   {"2.4.1.7", "2.4", true}, {"2.4.1", "2", true},
	{"2.0.1", "2.0", true},   {"2.0.0.1", "2.0", true}, {"2.0.0.1", "2.0.0", true},
	{"2.4.1", "2.0", false},  {"2.4", "2.4", false},    {"2.4.0", "2.4", false},
	{"2.40.1", "2.4", false}, {"2.4a", "2.4", false},   {"2.0.1", "2.0.0", false},
	{"0.9", "0", true},       {"1.2", "0", false},      {"10.1", "1", false},
};

START_TEST(version_is_extended_by_further_numbers_alone)
{
	struct version longer, v;

	version_parse(extensions[_i].longer, strlen(extensions[_i].longer), &longer);
	version_parse(extensions[_i].version, strlen(extensions[_i].version), &v);
	ck_assert_msg(version_extends(longer.base, &v) == extensions[_i].extends, "%s of %s",
	              extensions[_i].longer, extensions[_i].version);
}
END_TEST

START_TEST(version_joins_the_update)
{
	char text[64];

	version_join(text, sizeof(text), joins[_i].version, joins[_i].update);
	ck_assert_str_eq(text, joins[_i].joined);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("version");

	tcase_add_loop_test(t, version_orders_published_pairs, 0, sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_loop_test(t, version_orders_are_total, 0,
	                    sizeof(all_orders) / sizeof(all_orders[0]));
	tcase_add_loop_test(t, version_says_what_is_no_version, 0,
	                    sizeof(shapes) / sizeof(shapes[0]));
	tcase_add_loop_test(t, version_is_extended_by_further_numbers_alone, 0,
	                    sizeof(extensions) / sizeof(extensions[0]));
	tcase_add_loop_test(t, version_joins_the_update, 0, sizeof(joins) / sizeof(joins[0]));
	return suite_run("version", t);
}
