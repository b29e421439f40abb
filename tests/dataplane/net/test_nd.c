/* SPDX-License-Identifier: Apache-2.0 */
/* test_nd.c - claims about neighbour discovery: asking, answering and reading answers. */
#include "suite.h"

#include <string.h>

#include "cksum.h"
#include "dp_addr.h"
#include "nd.h"
#include "responder.h"

static const uint8_t near_mac[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t far_mac[6] = {2, 0, 0, 0, 0, 9};

static struct nd_ask question(uint16_t vlan)
{
	struct nd_ask a = {.vlan = vlan};

	memcpy(a.mac, near_mac, 6);
	ck_assert_int_eq(dp_addr_parse("2001:db8::1", &a.source), 0);
	ck_assert_int_eq(dp_addr_parse("2001:db8::ab:cdef", &a.target), 0);
	return a;
}

static uint16_t sum(const struct packet *p)
{
	uint16_t len = (uint16_t)(p->payload_len + 8);

	return cksum_finish(
		cksum_add(cksum_pseudo(p->ip.src, p->ip.dst, 16, 58, len), p->payload - 8, len));
}

START_TEST(nd_asks_the_solicited_node_group)
{
	struct nd_ask a = question(_i ? 9 : 0);
	uint8_t f[ND_FRAME_MAX];
	uint16_t len = nd_ask_frame(&a, f);
	struct packet p;

	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_ICMP);
	ck_assert_mem_eq(f, "\x33\x33\xff\xab\xcd\xef", 6);
	ck_assert_mem_eq(p.ip.dst, "\xff\2\0\0\0\0\0\0\0\0\0\1\xff\xab\xcd\xef", 16);
	ck_assert_uint_eq(p.vlan, a.vlan);
	ck_assert_uint_eq(sum(&p), 0);
	ck_assert_mem_eq(nd_asked(PACKET_ICMP, &p), a.target.b, 16);
}
END_TEST

START_TEST(nd_answers_are_read_back)
{
	struct nd_ask a = question(_i ? 9 : 0);
	struct responder_self self = {.count = 1};
	uint8_t f[ND_FRAME_MAX];
	uint16_t len = nd_ask_frame(&a, f);
	enum packet_kind kind;
	struct packet p;
	struct dp_addr target;
	const uint8_t *mac;

	self.addr[0] = a.target;
	memcpy(self.mac, far_mac, 6);
	kind = packet_parse(f, len, &p);
	ck_assert(!nd_read_answer(kind, &p, &target, &mac));
	ck_assert(responder_reply(f, len, kind, &p, &self));
	kind = packet_parse(f, len, &p);
	ck_assert_uint_eq(sum(&p), 0);
	ck_assert(nd_read_answer(kind, &p, &target, &mac));
	ck_assert_mem_eq(target.b, a.target.b, 16);
	ck_assert_mem_eq(mac, far_mac, 6);
	ck_assert_mem_eq(p.ip.dst, a.source.b, 16);
	ck_assert_mem_eq(f, near_mac, 6);
}
END_TEST

START_TEST(nd_leaves_questions_for_others_alone)
{
	struct nd_ask a = question(0);
	struct responder_self self = {.count = 1};
	uint8_t f[ND_FRAME_MAX], before[ND_FRAME_MAX];
	uint16_t len = nd_ask_frame(&a, f);
	enum packet_kind kind;
	struct packet p;

	self.addr[0] = a.source;
	if (_i == 1)
		f[14 + 7] = 254; /* a router has forwarded it */
	if (_i == 2)
		memset(f + 14 + 8, 0, 16); /* no source address */
	if (_i > 0)
		self.addr[0] = a.target;
	memcpy(before, f, len);
	kind = packet_parse(f, len, &p);
	ck_assert(!responder_reply(f, len, kind, &p, &self));
	ck_assert_mem_eq(f, before, len);
}
END_TEST

START_TEST(nd_believes_no_group_address_and_no_cut_option)
{
	struct nd_ask a = question(0);
	uint8_t f[ND_FRAME_MAX];
	uint16_t len = nd_ask_frame(&a, f);
	struct dp_addr target;
	const uint8_t *mac;
	struct packet p;
	enum packet_kind kind;

	packet_parse(f, len, &p);
	ck_assert(nd_answer(f, &p, _i ? (const uint8_t *)"\3\0\0\0\0\0" : far_mac));
	if (_i == 0)
		f[14 + 5] -= 1; /* the payload's length */
	kind = packet_parse(f, len, &p);
	ck_assert(!nd_read_answer(kind, &p, &target, &mac));
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, nd_asks_the_solicited_node_group, 0, 2);
	tcase_add_loop_test(tc, nd_answers_are_read_back, 0, 2);
	tcase_add_loop_test(tc, nd_leaves_questions_for_others_alone, 0, 3);
	tcase_add_loop_test(tc, nd_believes_no_group_address_and_no_cut_option, 0, 2);
	return suite_run("nd", tc);
}
