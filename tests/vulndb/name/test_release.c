/* SPDX-License-Identifier: Apache-2.0 */
/* test_release.c - claims about what releases ship, and until when they are maintained. */
#include <string.h>

#include "release.h"
#include "suite.h"

/* Known from the distributions' own package pages. */
static const struct {
	const char *distro, *release, *package, *version;
	bool ships;
} known[] = {
	{"debian", "12", "openssh", "9.2p1", true},
	{"debian", "12", "openssh", "9.2", true},
	{"debian", "12", "openssh", "9.2p2", false},
	{"debian", "12", "openssh", "8.4p1", false},
	{"debian", "11", "openssh", "8.4p1", true},
	{"raspbian", "11", "openssh", "8.4p1", true},
	{"debian", "12", "nginx", "1.22.1", true},
	{"debian", "12", "nginx", "1.22.10", false},
	{"debian", "12", "nginx", "", false},
	{"debian", "12", "exim4", "4.96", true},
	{"ubuntu", "22.04", "nginx", "1.18.0", true},
	{"almalinux", "9", "openssh", "8.7", true},
	{"debian", "12", "no-such-package", "1.0", false},
	{"", "", "", "", false},
};

START_TEST(a_release_ships_what_its_package_list_says)
{
	ck_assert_msg(release_ships(known[_i].distro, known[_i].release, known[_i].package,
	                            known[_i].version) == known[_i].ships,
	              "%s %s %s %s", known[_i].distro, known[_i].release, known[_i].package,
	              known[_i].version);
}
END_TEST

START_TEST(a_version_tells_its_release_where_only_one_has_it)
{
	ck_assert_str_eq(release_with("debian", "openssh", "9.2p1"), "12");
	ck_assert_str_eq(release_with("ubuntu", "openssh", "9.6p1"), "24.04");
	ck_assert_ptr_null(release_with("ubuntu", "nginx", "1.18.0"));
	ck_assert_ptr_null(release_with("debian", "openssh", "1.0"));
	ck_assert_ptr_null(release_with("", "", ""));
}
END_TEST

START_TEST(half_a_version_stands_for_one_that_is_shipped)
{
	ck_assert(release_extends("cups", "2.3"));
	ck_assert(release_extends("nginx", "1.22"));
	ck_assert(!release_extends("nginx", "1.22.1"));
	ck_assert(!release_extends("nginx", "1.2"));
	ck_assert(!release_extends("nginx", ""));
	ck_assert(!release_extends("no-such-package", "1"));
}
END_TEST

START_TEST(a_release_may_ship_several_branches)
{
	ck_assert(release_has_branches("rhel", "8", "postgresql"));
	ck_assert(release_has_branches("almalinux", "9", "openssh"));
	ck_assert(!release_has_branches("rhel", "8", "httpd"));
	ck_assert(!release_has_branches("debian", "12", "openssh"));
	ck_assert(!release_has_branches("debian", "13", "openssh")); /* 10.0p1 and 10.0p2 */
	ck_assert(!release_has_branches("debian", "12", "no-such-package"));
	ck_assert(!release_has_branches("", "", ""));
}
END_TEST

START_TEST(a_release_has_an_end)
{
	ck_assert_str_eq(release_end("debian", "12"), "2028-06-30");
	ck_assert_str_eq(release_end("raspbian", "11"), "2026-08-31");
	ck_assert_ptr_null(release_end("debian", ""));
	ck_assert_ptr_null(release_end("beos", "5"));
	ck_assert_str_eq(release_last_end("openssh", "9.2p1"), "2028-06-30");
	ck_assert_ptr_null(release_last_end("openssh", "3.1"));
	ck_assert_ptr_null(release_last_end("", "3.1"));
	/* Its makers left PostgreSQL 14 in November 2026, Ubuntu 22.04 has not. */
	ck_assert_str_eq(release_last_end("postgresql-15", "14.20"), "2027-04-30");
	ck_assert_ptr_null(release_last_end("postgresql", "1.20"));
	ck_assert_ptr_null(release_last_end("postgresql", "14"));
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("release");

	tcase_add_loop_test(t, a_release_ships_what_its_package_list_says, 0,
	                    sizeof(known) / sizeof(known[0]));
	tcase_add_test(t, a_version_tells_its_release_where_only_one_has_it);
	tcase_add_test(t, half_a_version_stands_for_one_that_is_shipped);
	tcase_add_test(t, a_release_may_ship_several_branches);
	tcase_add_test(t, a_release_has_an_end);
	return suite_run("release", t);
}
