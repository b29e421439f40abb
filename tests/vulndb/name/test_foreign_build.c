/* SPDX-License-Identifier: Apache-2.0 */
/* test_foreign_build.c - claims about whose build a package is. */
#include <string.h>

#include "foreign_build.h"
#include "package.h"
#include "suite.h"

/* @distro NULL: it is the distribution's own. */
static const struct {
	const char *version, *distro, *release;
} builds[] = {
	/* as the makers' repositories write them */
	{"1:10.6.12+maria~deb11", "debian", "11"},
	{"1:10.3.13+maria~bionic", "ubuntu", "18.04"},
	{"1:10.11.6+maria~ubu2204", "ubuntu", "22.04"},
	{"15.4-1.pgdg120+1", "debian", "12"},
	{"16.1-1.pgdg22.04+1", "ubuntu", "22.04"},
	{"9.6.24-1.pgdg90+1", "debian", "9"},
	{"8+ubuntu20.04.1+deb.sury.org+1", "ubuntu", "20.04"},
	{"1+0~20230901.37+debian12~1.gbpb3f2a3", "debian", "12"},
	{"1.24.0-1~bookworm", "debian", "12"},
	{"1.24.0-1~jammy", "ubuntu", "22.04"},
	{"27-1.jammy", "ubuntu", "22.04"},
	{"5:24.0.5-1~ubuntu.22.04~jammy", "ubuntu", "22.04"},
	{"1~dotdeb+7.1", "", ""},
	{"2.4.58-1+ubuntu18.04.1+deb.sury.org+1", "ubuntu", "18.04"},
	{"1.18.0-0~ppa1", "", ""},
	{"8.2.7-1.el8.remi", "", ""},
	/* the distributions' own */
	{"", NULL, NULL},
	{"Debian-2+deb12u3", NULL, NULL},
	{"0+deb12u1", NULL, NULL},
	{"1~deb12u1", NULL, NULL},
	{"4~bpo12+1", NULL, NULL},
	{"Ubuntu-3ubuntu0.10", NULL, NULL},
	{"0ubuntu0.22.04.3", NULL, NULL},
	{"1ubuntu3~22.04.1", NULL, NULL},
	{"7+squeeze19", NULL, NULL},
	{"Raspbian-10+deb10u2+rpt1", NULL, NULL},
	{"FreeBSD-20230719", NULL, NULL},
	{"1.14.1-9.module_el8.3.0+2165+af250afe.alma", NULL, NULL},
	/* cut and mangled */
	{"+", NULL, NULL},
	{"~~~~....++++", NULL, NULL},
	{"1:10.6.12+mari", NULL, NULL},
	{"1:10.6.12+maria~", "", ""},
	{"1:10.6.12+maria~ubu22", "", ""},
	{"1:10.6.12+maria~deb", "", ""},
	{"1:10.6.12+maria~deb12345", "", ""},
	{"15.4-1.pgdg", "", ""},
};

START_TEST(a_version_tells_whose_build_it_is)
{
	struct foreign_build out = {"kept", "kept"};
	bool foreign = foreign_build(builds[_i].version, &out);

	ck_assert_msg(foreign == (builds[_i].distro != NULL), "%s", builds[_i].version);
	ck_assert_str_eq(out.distro, foreign ? builds[_i].distro : "kept");
	ck_assert_str_eq(out.release, foreign ? builds[_i].release : "kept");
}
END_TEST

static const struct {
	const char *package, *version;
	bool has;
} branches[] = {
	{"tomcat9", "9.0.43", true},
	{"tomcat10", "9.0.43", false},
	{"tomcat10", "10.1.6", true},
	{"tomcat9", "90.1", false},
	{"php8.2", "8.2.7", true},
	{"php8.2", "8.20.1", false},
	{"postgresql-15", "15.4", true},
	{"postgresql-15", "16.0", false},
	{"mariadb-10.5", "10.5.23", true},
	{"mariadb-10.5", "10.11.6", false},
	{"openssh", "9.2p1", false},
	{"", "", false},
	{"9", "9.1", false},
};

static const struct {
	const char *package, *version;
	bool has;
} packed[] = {
	{"apache24", "2.4.58", true},
	{"apache24", "2.40.1", false},
	{"apache24", "2.4", true},
	{"apache22", "2.4.58", false},
	{"php82", "8.2.7", true},
	{"php82", "8.20.7", false},
	{"mysql80-server", "8.0.33", true},
	{"mysql80-server", "5.7.1", false},
	{"bind918", "9.18.1", true},
	{"bind9", "9.18.1", true},
	{"postgresql15-server", "15.4", true},
	{"postgresql15-server", "1.5", true},
	{"openssh-portable", "9.7", false},
	{"80-server", "8.0", false},
	{"apache24", "2", false},
	{"apache24", "", false},
	{"rabbitmq-server", "3.1", false},
	{"", "1", false},
};

START_TEST(a_port_has_the_branch_of_its_name)
{
	ck_assert_msg(package_has_packed_branch(packed[_i].package, packed[_i].version) ==
	                      packed[_i].has,
	              "%s %s", packed[_i].package, packed[_i].version);
}
END_TEST

static const struct {
	const char *package;
	size_t family;
} families[] = {
	{"php8.2", 3},
	{"postgresql-15", 10},
	{"mysql80-server", 5},
	{"rabbitmq-server", 15},
	{"krb5-server", 3},
	{"nginx", 5},
	{"9", 1},
	{"9-server", 1},
	{"-server", 7},
	{"", 0},
};

START_TEST(a_family_is_the_name_without_its_number)
{
	ck_assert_uint_eq(package_family(families[_i].package), families[_i].family);
}
END_TEST

START_TEST(a_package_has_the_branch_of_its_name)
{
	ck_assert_msg(package_has_branch(branches[_i].package, branches[_i].version) ==
	                      branches[_i].has,
	              "%s %s", branches[_i].package, branches[_i].version);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("foreign_build");

	tcase_add_loop_test(t, a_version_tells_whose_build_it_is, 0,
	                    sizeof(builds) / sizeof(builds[0]));
	tcase_add_loop_test(t, a_package_has_the_branch_of_its_name, 0,
	                    sizeof(branches) / sizeof(branches[0]));
	tcase_add_loop_test(t, a_port_has_the_branch_of_its_name, 0,
	                    sizeof(packed) / sizeof(packed[0]));
	tcase_add_loop_test(t, a_family_is_the_name_without_its_number, 0,
	                    sizeof(families) / sizeof(families[0]));
	return suite_run("foreign_build", t);
}
