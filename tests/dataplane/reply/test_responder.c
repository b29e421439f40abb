/* SPDX-License-Identifier: Apache-2.0 */
/* test_responder.c - claims about replies to ARP and echo requests. */
#include <string.h>

#include "dp.h"
#include "probe.h"
#include "responder.h"
#include "suite.h"

static const uint8_t own_mac[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t peer_mac[6] = {2, 0, 0, 0, 0, 9};

static const uint32_t own_ip = 0xc6120001, peer_ip = 0xc6120009;

enum { ECHO_LEN = 14 + 20 + 8 + 4 };

static bool answer(uint8_t *frame, size_t len)
{
	struct responder_self own = {.count = 2, .mac = {2, 0, 0, 0, 0, 1}};
	struct packet p;
	enum packet_kind kind = packet_parse(frame, len, &p);

	own.addr[0] = dp_addr_v4(own_ip);
	dp_addr_parse("2001:db8::1", &own.addr[1]);

	return responder_reply(frame, len, kind, &p, &own);
}

static uint16_t arp(uint8_t *frame, uint32_t target, bool reply)
{
	struct probe_arp a = {.src = peer_ip, .target = target, .reply = reply};

	memcpy(a.src_mac, peer_mac, 6);
	memcpy(a.dst_mac, own_mac, 6);
	return probe_arp_frame(&a, frame);
}

START_TEST(responder_tells_the_own_mac_to_who_asks)
{
	uint8_t frame[PROBE_FRAME_MAX];
	uint16_t len = arp(frame, own_ip, false);

	ck_assert(answer(frame, len));
	ck_assert_mem_eq(frame, peer_mac, 6);
	ck_assert_mem_eq(frame + 6, own_mac, 6);
	ck_assert_uint_eq(packet_be16(frame + 20), 2);
	ck_assert_mem_eq(frame + 22, own_mac, 6);
	ck_assert_uint_eq(packet_be32(frame + 28), own_ip);
	ck_assert_mem_eq(frame + 32, peer_mac, 6);
	ck_assert_uint_eq(packet_be32(frame + 38), peer_ip);
}
END_TEST

START_TEST(responder_leaves_other_arp_alone)
{
	uint8_t frame[PROBE_FRAME_MAX], before[PROBE_FRAME_MAX];
	uint16_t len = arp(frame, _i ? own_ip : own_ip + 1, _i);

	memcpy(before, frame, len);
	ck_assert(!answer(frame, len));
	ck_assert_mem_eq(before, frame, len);
}
END_TEST

static uint16_t sum16(const uint8_t *b, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += packet_be16(b + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put_sum(uint8_t *at, uint16_t sum)
{
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
}

/* Make an echo request. Some values of @filling make the sums carry. */
static void echo(uint8_t f[ECHO_LEN], uint8_t filling)
{
	static const uint8_t head[34] = {
		2,  0, 0, 0, 0, 1,  2, 0, 0, 0,    0,  9, 8, 0,    0x45, 0, 0,
		32, 0, 1, 0, 0, 64, 1, 0, 0, 0xc6, 18, 0, 9, 0xc6, 18,   0, 1,
	};

	memcpy(f, head, sizeof(head));
	put_sum(f + 24, sum16(f + 14, 20));
	memset(f + 34, 0, 12);
	f[34] = 8;
	memset(f + 42, filling, 4);
	f[39] = filling;
	put_sum(f + 36, sum16(f + 34, 12));
}

START_TEST(responder_echo_keeps_its_sums_right)
{
	uint8_t f[ECHO_LEN];

	echo(f, (uint8_t)_i);
	ck_assert(answer(f, sizeof(f)));
	ck_assert_uint_eq(f[34], 0);
	ck_assert_uint_eq(packet_be32(f + 26), own_ip);
	ck_assert_uint_eq(packet_be32(f + 30), peer_ip);
	ck_assert_uint_eq(sum16(f + 14, 20), 0);
	ck_assert_uint_eq(sum16(f + 34, 12), 0);
}
END_TEST

START_TEST(responder_survives_every_length)
{
	uint8_t f[ECHO_LEN];

	echo(f, 7);
	ck_assert_int_eq(answer(f, (size_t)_i), _i >= ECHO_LEN);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("answer");

	tcase_add_test(tc, responder_tells_the_own_mac_to_who_asks);
	tcase_add_loop_test(tc, responder_leaves_other_arp_alone, 0, 2);
	tcase_add_loop_test(tc, responder_echo_keeps_its_sums_right, 0, 256);
	tcase_add_loop_test(tc, responder_survives_every_length, 0, ECHO_LEN + 1);
	return suite_run("responder", tc);
}
