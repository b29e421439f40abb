/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_lore.c - claims about what a scan learns of ports. */
#include <stdlib.h>
#include <string.h>

#include "grab_custom.h"
#include "grab_lore.h"
#include "suite.h"

static const struct grab_evidence quiet = {.http = GRAB_SILENCE, .tls = GRAB_SILENCE};
static const struct grab_evidence closed = {.http = GRAB_CLOSED, .tls = GRAB_CLOSED};
static struct grab_lore *lore;

static struct dp_addr host(uint32_t n)
{
	return (struct dp_addr){{[10] = 0xff,
	                         [11] = 0xff,
	                         [12] = 198,
	                         [13] = (uint8_t)(n >> 16),
	                         [14] = (uint8_t)(n >> 8),
	                         [15] = (uint8_t)n}};
}

static const struct vd_proto *proto(const char *name)
{
	bool tls;

	return vd_proto_find(name, &tls);
}

static size_t number_of(const char *name)
{
	size_t n, i = 0;
	const struct vd_proto *const *all = vd_protos(&n);

	while (i < n && all[i] != proto(name))
		i++;
	return i;
}

static unsigned weigh(const char *name, const struct grab_evidence *seen)
{
	const struct dp_addr addr = host(1);

	return grab_lore_weigh(lore, &addr, seen, number_of(name));
}

static void learn(uint32_t n, uint16_t port, const char *name, const struct grab_evidence *seen)
{
	const struct grab_lesson lesson = {
		.addr = host(n), .port = port, .proto = proto(name), .asked = true, .seen = *seen};

	grab_lore_learn(lore, &lesson);
}

static void setup(void)
{
	lore = grab_lore_new();
	ck_assert_ptr_nonnull(lore);
}

static void teardown(void)
{
	grab_lore_free(lore);
}

START_TEST(it_begins_with_an_order)
{
	ck_assert_uint_gt(weigh("dns", &quiet), weigh("ldap", &quiet));
	ck_assert_uint_gt(weigh("ldap", &closed), weigh("dns", &closed));
	ck_assert_uint_gt(weigh("redis", &quiet), weigh("riak", &quiet));
}
END_TEST

/* rpcbind answers the question of NFS by an error of its own, and the other way round. */
START_TEST(who_would_have_shown_itself_comes_later)
{
	struct grab_evidence asked = quiet;
	unsigned before = weigh("nfs", &quiet);

	ck_assert_uint_gt(weigh("portmap", &quiet), 1);
	grab_protos_put(&asked.asked, number_of("portmap"));
	ck_assert_uint_lt(weigh("nfs", &asked), before / 2);
	ck_assert_uint_gt(weigh("nfs", &asked), 0);
}
END_TEST

START_TEST(a_question_that_two_answer_is_worth_more)
{
	struct grab_evidence asked = closed;
	unsigned both = weigh("kafka", &closed);

	grab_protos_put(&asked.asked, number_of("postgres"));
	ck_assert_uint_gt(both, weigh("kafka", &asked));
}
END_TEST

START_TEST(what_servers_do_tells_them_apart)
{
	static const struct grab_evidence waits_then_resets = {.http = GRAB_SILENCE,
	                                                       .tls = GRAB_RESET};
	static const struct grab_evidence resets = {.http = GRAB_RESET, .tls = GRAB_RESET};

	ck_assert_uint_gt(weigh("iscsi", &waits_then_resets), weigh("ldap", &waits_then_resets));
	ck_assert_uint_gt(weigh("git", &resets), weigh("ldap", &resets));
	ck_assert_uint_gt(weigh("ldap", &closed), weigh("git", &closed));
}
END_TEST

START_TEST(what_fragile_devices_speak_is_never_guessed)
{
	static const char *const never[] = {"modbus", "s7",     "dnp3", "enip", "opcua",
	                                    "fox",    "iec104", "pjl",  "lpd",  "generic"};
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		ck_assert_msg(weigh(never[i], &quiet) == 0, "%s", never[i]);
	for (size_t i = 0; i < n; i++)
		if (vd_fragile_service(vd_proto_name(all[i])) || !vd_proto_talks(all[i])) {
			const struct dp_addr addr = host(1);

			ck_assert_uint_eq(grab_lore_weigh(lore, &addr, &closed, i), 0);
		}
}
END_TEST

START_TEST(what_is_found_often_comes_first)
{
	for (uint32_t i = 0; i < 20; i++)
		learn(i + 2, (uint16_t)(40000 + i), "riak", &quiet);
	ck_assert_uint_gt(weigh("riak", &quiet), weigh("dns", &quiet));
	ck_assert_uint_lt(weigh("riak", &closed), weigh("ldap", &closed));
	ck_assert_uint_le(weigh("riak", &quiet), GRAB_LORE_MOST);
}
END_TEST

START_TEST(a_port_keeps_what_most_hosts_have_there)
{
	size_t n;
	bool tls;

	ck_assert(!grab_lore_of_port(lore, 40000, &n, &tls));
	learn(2, 40000, "ldap", &closed);
	ck_assert(grab_lore_of_port(lore, 40000, &n, &tls));
	ck_assert_uint_eq(n, number_of("ldap"));
	ck_assert(!tls);
	learn(3, 40000, "ldap", &closed);
	learn(4, 40000, "dns", &quiet);
	ck_assert(grab_lore_of_port(lore, 40000, &n, &tls));
	ck_assert_uint_eq(n, number_of("ldap"));
	learn(5, 40000, "dns", &quiet);
	ck_assert(!grab_lore_of_port(lore, 40000, &n, &tls));
	learn(6, 40000, "dns", &quiet);
	ck_assert(grab_lore_of_port(lore, 40000, &n, &tls));
	ck_assert_uint_eq(n, number_of("dns"));
}
END_TEST

START_TEST(a_custom_tells_nothing_of_other_ports)
{
	struct grab_lesson lesson = {.addr = host(2),
	                             .port = 389,
	                             .proto = proto("ldap"),
	                             .usual = true,
	                             .asked = true,
	                             .seen = closed};
	unsigned before = weigh("ldap", &closed);
	size_t n;
	bool tls;

	for (int i = 0; i < 100; i++)
		grab_lore_learn(lore, &lesson);
	ck_assert_uint_eq(weigh("ldap", &closed), before);
	ck_assert(!grab_lore_of_port(lore, 389, &n, &tls));
}
END_TEST

START_TEST(what_comes_together_is_expected_together)
{
	unsigned before = weigh("zookeeper", &closed), other = weigh("rdp", &closed);

	learn(1, 9092, "kafka", &closed);
	ck_assert_uint_gt(weigh("zookeeper", &closed), before);
	ck_assert_uint_le(weigh("rdp", &closed), other);
}
END_TEST

START_TEST(the_same_history_gives_the_same_answers)
{
	struct grab_lore *first = lore;

	for (int run = 0; run < 2; run++) {
		lore = run == 0 ? first : grab_lore_new();
		srand(7);
		for (uint32_t i = 0; i < 5000; i++) {
			static const char *const names[] = {"ldap", "dns", "mqtt", "rdp", "git"};
			const struct grab_evidence seen = {
				.http = (uint8_t)(rand() % GRAB_REACTIONS),
				.tls = (uint8_t)(rand() % GRAB_REACTIONS),
				.inside = rand() % 2 == 0,
			};

			learn((uint32_t)rand() % 4000, (uint16_t)(rand() % 65535 + 1),
			      names[rand() % 5], &seen);
		}
	}
	for (size_t i = 0; i < GRAB_CUSTOM_PROTOS; i++)
		for (uint8_t http = 0; http < GRAB_REACTIONS; http++) {
			const struct grab_evidence seen = {.http = http, .tls = GRAB_RESET};
			const struct dp_addr addr = host(17);

			ck_assert_uint_eq(grab_lore_weigh(first, &addr, &seen, i),
			                  grab_lore_weigh(lore, &addr, &seen, i));
		}
	grab_lore_free(first);
}
END_TEST

/* 70,000 finds of one kind, on 70,000 hosts: counts and tables stay in their bounds. */
START_TEST(it_is_bounded)
{
	for (uint32_t i = 0; i < 70000; i++)
		learn(i, (uint16_t)(i % 65535 + 1), i % 3 == 0 ? "ldap" : "dns", &quiet);
	ck_assert_uint_le(weigh("dns", &quiet), GRAB_LORE_MOST);
	ck_assert_uint_gt(weigh("dns", &quiet), weigh("ldap", &quiet));
}
END_TEST

static const struct {
	const char *name;
	bool taken;
} names[] = {
	{"mail.example.org", true},
	{"*.example.org", false},
	{"localhost", false},
	{"198.18.0.1", false},
	{"a b.example", false},
	{".", false},
	{"", false},
	{"evil\n.example", false},
	{"x.example/..", false},
	{"a-very-long-name-that-does-not-fit-into-its-place-because-it-is-too-long.example", false},
};

START_TEST(only_host_names_are_kept)
{
	const struct dp_addr addr = host(1);

	grab_lore_learn_name(lore, &addr, names[_i].name);
	if (names[_i].taken)
		ck_assert_str_eq(grab_lore_name(lore, &addr), names[_i].name);
	else
		ck_assert_ptr_null(grab_lore_name(lore, &addr));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_begins_with_an_order);
	tcase_add_test(tc, who_would_have_shown_itself_comes_later);
	tcase_add_test(tc, a_question_that_two_answer_is_worth_more);
	tcase_add_test(tc, what_servers_do_tells_them_apart);
	tcase_add_test(tc, what_fragile_devices_speak_is_never_guessed);
	tcase_add_test(tc, what_is_found_often_comes_first);
	tcase_add_test(tc, a_port_keeps_what_most_hosts_have_there);
	tcase_add_test(tc, a_custom_tells_nothing_of_other_ports);
	tcase_add_test(tc, what_comes_together_is_expected_together);
	tcase_add_test(tc, the_same_history_gives_the_same_answers);
	tcase_add_test(tc, it_is_bounded);
	tcase_add_loop_test(tc, only_host_names_are_kept, 0, sizeof(names) / sizeof(names[0]));
	return suite_run("grab_lore", tc);
}
