/* SPDX-License-Identifier: Apache-2.0 */
/* test_grab_plan.c - claims about the choice of the next question, and what holds for any history. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grab_effort.h"
#include "grab_plan.h"
#include "grab_policy.h"
#include "suite.h"

static struct grab_lore *lore;
static struct grab_plan plan;

static void setup(void)
{
	lore = grab_lore_new();
	ck_assert_ptr_nonnull(lore);
}

static void teardown(void)
{
	grab_lore_free(lore);
}

static const struct vd_proto *proto(const char *name)
{
	bool tls;

	return vd_proto_find(name, &tls);
}

static struct grab_plan_port port_of(uint16_t port)
{
	return (struct grab_plan_port){
		.addr = {{[10] = 0xff, [11] = 0xff, [12] = 198, [13] = 18, [15] = 1}},
		.port = port,
		.any_port = true,
		.connections = GRAB_CONNECTIONS,
	};
}

static void start(uint16_t port)
{
	const struct grab_plan_port p = port_of(port);

	grab_plan_init(&plan, &p);
}

/* Ask the next question; NULL: it is enough. "listen", "NAME" or "NAME/tls". */
static const char *next(enum grab_place place)
{
	static char text[64];
	const struct grab_question *q;
	bool fresh;

	if (!grab_plan_next(&plan, lore, place, &fresh))
		return NULL;
	q = grab_plan_now(&plan);
	snprintf(text, sizeof(text), "%s%s",
	         q->proto == NULL              ? "listen"
	         : q->proto == &vd_proto_http2 ? "http2"
	                                       : vd_proto_name(q->proto),
	         q->tls ? "/tls" : "");
	return text;
}

static void expect(const char *text, const char *question)
{
	if (question == NULL)
		ck_assert_ptr_null(text);
	else
		ck_assert_str_eq(text, question);
}

/* The nine, of which nothing but the number tells. */
static const struct {
	uint16_t port;
	const char *service;
} nine[] = {
	{15432, "postgres"}, {1053, "dns"},   {12181, "zookeeper"},
	{21883, "mqtt"},     {10389, "ldap"}, {19418, "git"},
	{13389, "rdp"},      {18009, "ajp"},  {31080, "socks5"},
};

START_TEST(a_moved_service_is_asked_on_the_first_connection)
{
	start(nine[_i].port);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), nine[_i].service);
	ck_assert_uint_eq(plan.opened, 1);
}
END_TEST

START_TEST(who_hangs_up_at_http_gets_tls_then_what_hangs_up)
{
	start(23456);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "http");
	grab_plan_note(&plan, GRAB_CLOSED);
	expect(next(GRAB_PLACE_NONE), "listen/tls");
	grab_plan_note(&plan, GRAB_CLOSED);
	/* whose question postgres answers, too */
	expect(next(GRAB_PLACE_NONE), "kafka");
	grab_plan_note(&plan, GRAB_CLOSED);
	expect(next(GRAB_PLACE_NONE), "ldap");
}
END_TEST

/* No server of TLS waits for more of an HTTP request: others come before it, but it is asked. */
START_TEST(who_waits_at_http_gets_tls_late)
{
	unsigned n = 0;
	const char *text;

	start(4000);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "http");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_NONE), "dns");
	do {
		grab_plan_note(&plan, GRAB_SILENCE);
		text = next(GRAB_PLACE_NONE);
		ck_assert_ptr_nonnull(text);
		n++;
	} while (strcmp(text, "listen/tls") != 0);
	ck_assert_uint_le(n, 3);
}
END_TEST

START_TEST(custom_comes_first)
{
	start(6379);
	expect(next(GRAB_PLACE_NONE), "redis");
	start(8883);
	expect(next(GRAB_PLACE_NONE), "mqtt/tls");
	start(22);
	expect(next(GRAB_PLACE_NONE), "ssh");
}
END_TEST

START_TEST(what_the_bytes_look_like_comes_before_all)
{
	const struct grab_question ssh = {.proto = proto("ssh")};

	start(15432);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "postgres");
	grab_plan_note(&plan, GRAB_SPOKE);
	grab_plan_hint(&plan, &ssh);
	expect(next(GRAB_PLACE_NONE), "ssh");
	grab_plan_hint(&plan, &ssh);
	ck_assert_str_ne(next(GRAB_PLACE_NONE), "ssh");
}
END_TEST

START_TEST(who_speaks_in_the_clear_is_not_asked_for_tls)
{
	start(4000);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "http");
	grab_plan_note(&plan, GRAB_SPOKE);
	for (const char *text; (text = next(GRAB_PLACE_NONE)) != NULL;) {
		ck_assert_ptr_null(strstr(text, "/tls"));
		grab_plan_note(&plan, GRAB_SILENCE);
	}
}
END_TEST

/* Who does not answer HTTP/1.1 may speak HTTP/2 only; who says something else does not. */
START_TEST(http_2_is_asked_where_http_1_got_no_answer)
{
	start(80);
	expect(next(GRAB_PLACE_NONE), "http");
	grab_plan_note(&plan, GRAB_CLOSED);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "listen/tls");
	grab_plan_note(&plan, GRAB_CLOSED);
	expect(next(GRAB_PLACE_NONE), "http2");
	start(443);
	expect(next(GRAB_PLACE_NONE), "http/tls");
	grab_plan_up(&plan);
	grab_plan_note(&plan, GRAB_CLOSED);
	expect(next(GRAB_PLACE_NONE), "listen/tls");
	grab_plan_note(&plan, GRAB_SILENCE);
	/* not on the connection that is open, on which it was not offered */
	expect(next(GRAB_PLACE_TLS), "http2/tls");
	ck_assert_uint_eq(plan.opened, 3);
	start(80);
	expect(next(GRAB_PLACE_NONE), "http");
	grab_plan_note(&plan, GRAB_SPOKE);
	for (const char *text; (text = next(GRAB_PLACE_NONE)) != NULL;)
		ck_assert_ptr_null(strstr(text, "http2"));
}
END_TEST

/* Also where the same port of another host spoke HTTP/2 only. */
START_TEST(http_1_comes_before_what_was_learnt_of_http_2)
{
	const struct grab_lesson lesson = {.addr = {{[15] = 9}},
	                                   .port = 23456,
	                                   .proto = &vd_proto_http2,
	                                   .tls = true,
	                                   .asked = true};

	grab_lore_learn(lore, &lesson);
	start(23456);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "http");
	grab_plan_note(&plan, GRAB_CLOSED);
	expect(next(GRAB_PLACE_NONE), "http2/tls");
}
END_TEST

START_TEST(inside_tls_only_what_is_spoken_there_is_asked)
{
	start(4001);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "http");
	grab_plan_note(&plan, GRAB_RESET);
	expect(next(GRAB_PLACE_NONE), "listen/tls");
	grab_plan_up(&plan);
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_TLS), "http/tls");
	grab_plan_note(&plan, GRAB_CLOSED);
	for (const char *text; (text = next(GRAB_PLACE_NONE)) != NULL;) {
		ck_assert_ptr_nonnull(strstr(text, "/tls"));
		ck_assert(vd_proto_has_tls(grab_plan_now(&plan)->proto));
		grab_plan_note(&plan, GRAB_CLOSED);
	}
}
END_TEST

START_TEST(a_number_of_tls_leads_into_it)
{
	start(18883);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "mqtt/tls");
	/* A number of the clear protocol speaks for it inside TLS, too, once that is up. */
	start(16379);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "redis");
	grab_plan_note(&plan, GRAB_ALERT);
	expect(next(GRAB_PLACE_NONE), "http");
	grab_plan_note(&plan, GRAB_ALERT);
	expect(next(GRAB_PLACE_NONE), "listen/tls");
	grab_plan_up(&plan);
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_TLS), "redis/tls");
}
END_TEST

START_TEST(what_another_host_has_on_the_port_is_asked_first)
{
	const struct grab_lesson lesson = {.addr = {{[15] = 9}},
	                                   .port = 4000,
	                                   .proto = proto("nrpe"),
	                                   .tls = true,
	                                   .asked = true};

	grab_lore_learn(lore, &lesson);
	start(4000);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "nrpe/tls");
}
END_TEST

START_TEST(a_silent_port_keeps_a_connection_to_be_heard)
{
	struct grab_plan_port p = port_of(4000);

	p.patient = true;
	grab_plan_init(&plan, &p);
	while (next(GRAB_PLACE_NONE) != NULL)
		grab_plan_note(&plan, GRAB_SILENCE);
	ck_assert_uint_eq(plan.opened, GRAB_CONNECTIONS - 1);
	grab_plan_init(&plan, &p);
	while (next(GRAB_PLACE_NONE) != NULL)
		grab_plan_note(&plan, GRAB_RESET);
	ck_assert_uint_eq(plan.opened, GRAB_CONNECTIONS);
}
END_TEST

/* Where a port has a greeter inside TLS by custom, silence there is no end either. */
START_TEST(a_silent_greeter_inside_tls_is_heard_too)
{
	struct grab_plan_port p = port_of(_i == 0 ? 465 : 8883);

	p.patient = true;
	grab_plan_init(&plan, &p);
	expect(next(GRAB_PLACE_NONE), _i == 0 ? "smtp/tls" : "mqtt/tls");
	grab_plan_up(&plan);
	do
		grab_plan_note(&plan, GRAB_SILENCE);
	while (next(GRAB_PLACE_NONE) != NULL);
	ck_assert(grab_plan_hears(&plan) == (_i == 0));
	ck_assert_uint_eq(plan.opened, _i == 0 ? GRAB_CONNECTIONS - 1 : GRAB_CONNECTIONS);
}
END_TEST

/* A dialog that goes on over a fresh connection spends the same budget. */
START_TEST(a_dialog_that_goes_on_is_counted)
{
	unsigned again = 0;

	start(80);
	expect(next(GRAB_PLACE_NONE), "http");
	while (grab_plan_again(&plan))
		again++;
	ck_assert_uint_eq(again, GRAB_CONNECTIONS - 1);
	grab_plan_note(&plan, GRAB_RESET);
	expect(next(GRAB_PLACE_NONE), NULL);
}
END_TEST

/* What has no name inside TLS is asked there by its number only. */
START_TEST(a_number_leads_to_what_is_put_inside_tls)
{
	start(20050);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), "zabbix");
	grab_plan_note(&plan, GRAB_CLOSED);
	while (!plan.seen.inside) {
		next(GRAB_PLACE_NONE);
		if (grab_plan_now(&plan)->tls)
			grab_plan_up(&plan);
		grab_plan_note(&plan, GRAB_SILENCE);
	}
	expect(next(GRAB_PLACE_TLS), "zabbix/tls");
}
END_TEST

START_TEST(only_custom_is_asked_where_no_other_port_is_wanted)
{
	struct grab_plan_port p = port_of(15432);

	p.any_port = false;
	grab_plan_init(&plan, &p);
	expect(next(GRAB_PLACE_NONE), "listen");
	grab_plan_note(&plan, GRAB_SILENCE);
	expect(next(GRAB_PLACE_PLAIN), NULL);
}
END_TEST

static bool was_asked(const struct vd_proto *proto)
{
	for (size_t i = 0; i < plan.count; i++)
		if (plan.asked[i].proto == proto && !plan.asked[i].tls)
			return true;
	return false;
}

static bool asks_http(const struct vd_proto *proto)
{
	return strcmp(vd_proto_name(proto), "http") == 0;
}

/* What a port does with all questions. */
static const enum grab_reaction does[] = {GRAB_SILENCE, GRAB_CLOSED, GRAB_RESET};

START_TEST(the_most_effort_leaves_nothing_harmless_out)
{
	struct grab_plan_port p = port_of(40007);
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);

	p.connections = grab_effort(GRAB_EFFORT_MOST)->connections;
	p.patient = true;
	grab_plan_init(&plan, &p);
	while (next(GRAB_PLACE_NONE) != NULL)
		grab_plan_note(&plan, does[_i]);
	ck_assert_uint_lt(plan.opened, p.connections);
	for (size_t i = 0; i < n; i++) {
		const struct grab_evidence seen = {.http = (uint8_t)does[_i]};

		if (grab_lore_weigh(lore, &p.addr, &seen, i) > 0 && !asks_http(all[i]))
			ck_assert_msg(was_asked(all[i]), "%s", vd_proto_name(all[i]));
	}
	/* each question, and silence to it, has its time */
	ck_assert_uint_gt(grab_effort(GRAB_EFFORT_MOST)->time_ms, plan.opened * 2000 + 1500);
}
END_TEST

START_TEST(effort_grows)
{
	for (uint32_t i = 2; i <= GRAB_EFFORT_MOST; i++) {
		ck_assert_uint_gt(grab_effort(i)->connections, grab_effort(i - 1)->connections);
		ck_assert_uint_ge(grab_effort(i)->time_ms, grab_effort(i - 1)->time_ms);
	}
	ck_assert_uint_eq(grab_effort(1)->connections, 1);
	ck_assert_uint_eq(grab_effort(GRAB_EFFORT_USUAL)->connections, GRAB_CONNECTIONS);
}
END_TEST

/* ---- any history ---- */

static unsigned rnd(unsigned n)
{
	return (unsigned)rand() % n;
}

static void random_event(void)
{
	size_t n;
	const struct vd_proto *const *all = vd_protos(&n);
	const struct grab_question q = {
		.proto = all[rnd((unsigned)n)], .tls = rnd(2) == 0, .hello = (uint8_t)rnd(3)};

	switch (rnd(8)) {
	case 0:
		grab_plan_hint(&plan, &q);
		break;
	case 1:
		grab_plan_up(&plan);
		break;
	case 2:
		if (rnd(20) == 0)
			grab_plan_narrow(&plan);
		break;
	default:
		grab_plan_note(&plan, (enum grab_reaction)(1 + rnd(GRAB_REACTIONS - 1)));
	}
}

static void asked_before(size_t last)
{
	const struct grab_question *a = &plan.asked[last];

	for (size_t i = 0; i < last; i++) {
		const struct grab_question *b = &plan.asked[i];

		ck_assert(a->proto != b->proto || a->tls != b->tls || a->hello != b->hello ||
		          a->shared != b->shared);
	}
}

/* What a fragile device speaks is asked only on its own port. */
static void asks_no_fragile_thing(const struct grab_question *q, bool hinted)
{
	if (q->proto != NULL && !hinted)
		ck_assert(!vd_fragile_service(vd_proto_name(q->proto)));
}

START_TEST(any_history_ends_within_its_budget)
{
	srand(1234 + (unsigned)_i);
	for (int run = 0; run < 200; run++) {
		struct grab_plan_port p = port_of((uint16_t)(1 + rnd(65535)));
		bool fragile = grab_policy_is_fragile(p.port), hinted = false, fresh;
		unsigned opened = 0, questions = 0;

		p.connections = 1 + rnd(20);
		p.patient = rnd(2) == 0;
		p.any_port = rnd(10) != 0;
		p.only = fragile ? grab_policy_request(p.port, rnd(2) == 0) : NULL;
		if (fragile && p.only == NULL)
			continue; /* such a port gets no session */
		grab_plan_init(&plan, &p);
		while (grab_plan_next(&plan, lore, (enum grab_place)rnd(4), &fresh)) {
			opened += fresh;
			ck_assert_uint_le(++questions, GRAB_PLAN_ASKED);
			ck_assert_uint_le(opened, p.connections);
			ck_assert_uint_eq(opened, plan.opened);
			asked_before(plan.count - 1);
			if (fragile) {
				ck_assert_uint_eq(plan.count, 1);
				ck_assert_ptr_eq(grab_plan_now(&plan)->proto, p.only);
				ck_assert(!grab_plan_now(&plan)->tls);
			} else {
				asks_no_fragile_thing(grab_plan_now(&plan), hinted);
			}
			for (unsigned events = rnd(3); events > 0; events--) {
				size_t hints = plan.hint_count;

				random_event();
				hinted |= plan.hint_count > hints;
			}
		}
		ck_assert(!grab_plan_next(&plan, lore, GRAB_PLACE_NONE, &fresh) ||
		          plan.opened <= p.connections);
	}
}
END_TEST

START_TEST(the_same_history_gives_the_same_questions)
{
	struct grab_plan first = {0};

	for (int run = 0; run < 2; run++) {
		bool fresh;

		srand(99);
		start(31337);
		plan.port.connections = 20;
		while (grab_plan_next(&plan, lore, (enum grab_place)rnd(4), &fresh))
			random_event();
		if (run == 0)
			first = plan;
	}
	ck_assert_uint_eq(first.count, plan.count);
	for (size_t i = 0; i < plan.count; i++)
		ck_assert_ptr_eq(first.asked[i].proto, plan.asked[i].proto);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_moved_service_is_asked_on_the_first_connection, 0,
	                    sizeof(nine) / sizeof(nine[0]));
	tcase_add_test(tc, who_hangs_up_at_http_gets_tls_then_what_hangs_up);
	tcase_add_test(tc, who_waits_at_http_gets_tls_late);
	tcase_add_test(tc, custom_comes_first);
	tcase_add_test(tc, what_the_bytes_look_like_comes_before_all);
	tcase_add_test(tc, who_speaks_in_the_clear_is_not_asked_for_tls);
	tcase_add_test(tc, http_2_is_asked_where_http_1_got_no_answer);
	tcase_add_test(tc, http_1_comes_before_what_was_learnt_of_http_2);
	tcase_add_test(tc, inside_tls_only_what_is_spoken_there_is_asked);
	tcase_add_test(tc, a_number_of_tls_leads_into_it);
	tcase_add_test(tc, what_another_host_has_on_the_port_is_asked_first);
	tcase_add_test(tc, a_silent_port_keeps_a_connection_to_be_heard);
	tcase_add_loop_test(tc, a_silent_greeter_inside_tls_is_heard_too, 0, 2);
	tcase_add_test(tc, a_dialog_that_goes_on_is_counted);
	tcase_add_test(tc, a_number_leads_to_what_is_put_inside_tls);
	tcase_add_test(tc, only_custom_is_asked_where_no_other_port_is_wanted);
	tcase_add_test(tc, effort_grows);
	tcase_add_loop_test(tc, the_most_effort_leaves_nothing_harmless_out, 0,
	                    (int)(sizeof(does) / sizeof(does[0])));
	tcase_add_loop_test(tc, any_history_ends_within_its_budget, 0, 20);
	tcase_add_test(tc, the_same_history_gives_the_same_questions);
	return suite_run("grab_plan", tc);
}
