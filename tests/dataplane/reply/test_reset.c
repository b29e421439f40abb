/* SPDX-License-Identifier: Apache-2.0 */
/* test_reset.c - claims about the RST that a SYN-ACK is turned into. */
#include "suite.h"

#include <string.h>

#include "cksum.h"
#include "packet.h"
#include "reset.h"

enum { ROOM = 128 };

/* Make a SYN-ACK: Ethernet, a VLAN tag if @tagged, IPv4 or IPv6, TCP 443 -> 61000 with the five
 * options of Linux. Returns its length. */
static size_t make(uint8_t *f, bool tagged, bool v6)
{
	static const uint8_t ether[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9};
	static const uint8_t tag[4] = {0x81, 0, 0, 7};
	static const uint8_t ip4[22] = {8, 0, 0x45, 0,   0, 60, 0x12, 0x34, 0x40, 0, 51,
	                                6, 0, 0,    192, 0, 2,  9,    198,  18,   0, 1};
	static const uint8_t ip6[42] = {0x86,     0xdd, 0x60, 0,           0,    0,       0,
	                                40,       6,    51,   [10] = 0x20, 1,    0x0d,    0xb8,
	                                [25] = 9, 0x20, 1,    0x0d,        0xb8, [41] = 1};
	static const uint8_t tcp[40] = {1,    187,  0xee, 0x48, 1,    2,    3, 4, 0xa0, 0xb0,
	                                0xc0, 0xd0, 0xa0, 0x12, 0xfe, 0x88, 0, 0, 0,    0,
	                                2,    4,    5,    0xb4, 4,    2,    8, 10};
	size_t len = sizeof(ether);

	memset(f, 0, ROOM);
	memcpy(f, ether, sizeof(ether));
	if (tagged)
		memcpy(f + len, tag, sizeof(tag));
	len += tagged ? sizeof(tag) : 0;
	memcpy(f + len, v6 ? ip6 : ip4, v6 ? sizeof(ip6) : sizeof(ip4));
	len += v6 ? sizeof(ip6) : sizeof(ip4);
	memcpy(f + len, tcp, sizeof(tcp));
	return len + sizeof(tcp);
}

START_TEST(reset_answers_a_syn_ack_as_rfc_9293_says)
{
	const bool tagged = _i % 2 != 0, v6 = _i / 2 != 0;
	const size_t alen = v6 ? 16 : 4, l3 = tagged ? 18 : 14, header = v6 ? 40 : 20;
	uint8_t was[ROOM], f[ROOM];
	struct packet p, before;
	size_t len = make(was, tagged, v6);
	uint16_t left;

	memcpy(f, was, sizeof(f));
	left = reset_frame(f, len);
	ck_assert_uint_eq(left, l3 + header + 20 < 60 ? 60 : l3 + header + 20);
	ck_assert_int_eq(packet_parse(was, len, &before), PACKET_TCP);
	ck_assert_int_eq(packet_parse(f, left, &p), PACKET_TCP);
	ck_assert_mem_eq(f, was + 6, 6);
	ck_assert_mem_eq(f + 6, was, 6);
	ck_assert_mem_eq(f + 12, was + 12, l3 - 12);
	ck_assert_mem_eq(p.ip.src, before.ip.dst, alen);
	ck_assert_mem_eq(p.ip.dst, before.ip.src, alen);
	ck_assert_uint_eq(p.sport, before.dport);
	ck_assert_uint_eq(p.dport, before.sport);
	ck_assert_uint_eq(p.seq, before.ack);
	ck_assert_uint_eq(p.ack, 0);
	ck_assert_uint_eq(p.flags, PACKET_RST);
	ck_assert_uint_eq(p.options_len + p.payload_len, 0);
	ck_assert_uint_eq(cksum_finish(cksum_add(cksum_pseudo(p.ip.src, p.ip.dst, alen, 6, 20),
	                                         f + l3 + header, 20)),
	                  0);
	if (!v6)
		ck_assert_uint_eq(cksum_finish(cksum_add(0, f + l3, 20)), 0);
}
END_TEST

/* Frames with IP options or extension headers, fragments, other protocols and cut frames are left
 * alone. */
START_TEST(reset_leaves_everything_else_as_it_was)
{
	uint8_t was[ROOM], f[ROOM];
	size_t len = make(was, false, _i == 4);

	if (_i == 0)
		was[14] = 0x46;
	if (_i == 1)
		was[20] = 0x20;
	if (_i == 2)
		was[23] = 17;
	if (_i == 3)
		len -= 30;
	if (_i == 4)
		was[20] = 0; /* hop-by-hop options, then arbitrary bytes */
	memcpy(f, was, sizeof(f));
	ck_assert_uint_eq(reset_frame(f, len), 0);
	ck_assert_mem_eq(f, was, sizeof(f));
}
END_TEST

/* A frame without options ends where its RST ends: nothing is written beyond its end. */
START_TEST(reset_does_not_grow_a_frame)
{
	uint8_t f[ROOM];

	make(f, false, false);
	f[17] = 40;
	f[46] = 0x50;
	memset(f + 54, 0xee, ROOM - 54);
	ck_assert_uint_eq(reset_frame(f, 54), 54);
	ck_assert_uint_eq(f[54], 0xee);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, reset_answers_a_syn_ack_as_rfc_9293_says, 0, 4);
	tcase_add_loop_test(tc, reset_leaves_everything_else_as_it_was, 0, 5);
	tcase_add_test(tc, reset_does_not_grow_a_frame);
	return suite_run("reset", tc);
}
