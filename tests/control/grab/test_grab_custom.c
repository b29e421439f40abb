/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_custom.c - claims about the protocols that the number of a port suggests. */
#include <stdlib.h>
#include <string.h>

#include "grab_custom.h"
#include "suite.h"

/* Numbers as people make them. */
static const struct {
	uint16_t port, custom;
	bool strong;
} pairs[] = {
	/* a digit before it */
	{15432, 5432, true},
	{25432, 5432, true},
	{12181, 2181, true},
	{21883, 1883, true},
	{19418, 9418, true},
	{13389, 3389, true},
	{18009, 8009, true},
	{31080, 1080, true},
	{16379, 6379, true},
	/* two digits before it */
	{10389, 389, true},
	{20636, 636, true},
	{1053, 53, true},
	{2022, 22, true},
	{10053, 53, true},
	{1389, 389, true},
	/* twice */
	{5353, 53, true},
	{2525, 25, true},
	/* a digit behind it */
	{54320, 5432, true},
	{3890, 389, true},
	{54321, 5432, false},
	{2200, 22, false},
	/* another first digit */
	{37017, 27017, true},
	{21211, 11211, true},
	{7379, 6379, false},
	/* the next instance */
	{5434, 5432, true},
	{27020, 27019, true},
	{6381, 6380, true},
	{3390, 3389, true},
	/* a number a display */
	{6042, 6000, true},
	{5963, 5900, true},
	{6064, 6000, false},
	{8042, 8000, false},
	/* what only looks like it by chance */
	{23456, 389, false},
	{7777, 7000, false},
	{50053, 5005, false},
	{12345, 2345, true},
	{81, 80, false},
	{444, 443, false},
	{65535, 53, false},
	{1, 53, false},
};

START_TEST(a_number_made_from_another_resembles_it)
{
	unsigned kin = grab_custom_kin(pairs[_i].port, pairs[_i].custom);

	ck_assert_msg((kin >= GRAB_CUSTOM_STRONG) == pairs[_i].strong, "%u of %u: %u",
	              pairs[_i].port, pairs[_i].custom, kin);
}
END_TEST

START_TEST(likeness_is_bounded_and_highest_for_the_number_itself)
{
	static const uint16_t customs[] = {7, 53, 389, 1080, 5432, 11211, 61616, 65535};

	for (size_t c = 0; c < sizeof(customs) / sizeof(customs[0]); c++)
		for (unsigned port = 1; port < 65536; port++) {
			unsigned kin = grab_custom_kin((uint16_t)port, customs[c]);

			ck_assert_uint_le(kin, 100);
			ck_assert((kin == 100) == (port == customs[c]));
		}
}
END_TEST

/* Of all numbers, few resemble a given one: the rule does not see everything everywhere. */
START_TEST(few_numbers_resemble_one)
{
	static const uint16_t customs[] = {53, 389, 1080, 5432, 27017};

	for (size_t c = 0; c < sizeof(customs) / sizeof(customs[0]); c++) {
		unsigned strong = 0;

		for (unsigned port = 1; port < 65536; port++)
			strong += grab_custom_kin((uint16_t)port, customs[c]) >= GRAB_CUSTOM_STRONG;
		ck_assert_uint_ge(strong, 5);
		ck_assert_uint_le(strong, 40);
	}
}
END_TEST

static size_t number_of(const char *name)
{
	size_t n, i = 0;
	const struct vd_proto *const *all = vd_protos(&n);
	bool tls;
	const struct vd_proto *p = vd_proto_find(name, &tls);

	ck_assert_ptr_nonnull(p);
	while (all[i] != p)
		i++;
	ck_assert_uint_lt(i, GRAB_CUSTOM_PROTOS);
	return i;
}

static const struct {
	uint16_t port;
	const char *service;
	bool tls;
} cases[] = {
	{15432, "postgres", false}, {1053, "dns", false},   {12181, "zookeeper", false},
	{21883, "mqtt", false},     {10389, "ldap", false}, {19418, "git", false},
	{13389, "rdp", false},      {18009, "ajp", false},  {31080, "socks5", false},
	{5353, "dns", false},       {18883, "mqtt", true},  {10636, "ldap", true},
	{10853, "dns", true},       {15671, "amqp", true},  {10993, "imap", true},
	{15666, "nrpe", true},      {18443, "http", true},  {18080, "http", false},
};

START_TEST(a_moved_port_suggests_its_protocol)
{
	struct grab_custom c;

	grab_custom_of(cases[_i].port, &c);
	ck_assert_uint_ge(c.kin[cases[_i].tls][number_of(cases[_i].service)], GRAB_CUSTOM_STRONG);
}
END_TEST

START_TEST(there_is_room_for_all_protocols)
{
	size_t n;

	vd_protos(&n);
	ck_assert_uint_le(n, GRAB_CUSTOM_PROTOS);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, a_number_made_from_another_resembles_it, 0,
	                    sizeof(pairs) / sizeof(pairs[0]));
	tcase_add_test(tc, likeness_is_bounded_and_highest_for_the_number_itself);
	tcase_add_test(tc, few_numbers_resemble_one);
	tcase_add_loop_test(tc, a_moved_port_suggests_its_protocol, 0,
	                    sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, there_is_room_for_all_protocols);
	return suite_run("grab_custom", tc);
}
