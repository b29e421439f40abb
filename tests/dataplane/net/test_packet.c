/* SPDX-License-Identifier: Apache-2.0 */
/* test_packet.c - claims about parsing frames, well formed and hostile. */
#include "suite.h"

#include <string.h>

#include "dp_types.h"
#include "packet.h"

static const uint8_t syn_ack[] = {
	2,   0,    0,    0,    0,    1,    2,    0,    0, 0, 0, 2,    0x08, 0x00, 0x45,
	0,   0,    60,   0,    0,    0x40, 0,    58,   6, 0, 0, 192,  0,    2,    7,
	198, 18,   0,    1,    0x01, 0xbb, 0xee, 0x48, 1, 2, 3, 4,    5,    6,    7,
	8,   0xa0, 0x12, 0xfe, 0x88, 0,    0,    0,    0, 2, 4, 0x05, 0xb4, 4,    2,
	8,   10,   0,    0,    0,    9,    0,    0,    0, 8, 1, 3,    3,    6,
};

START_TEST(packet_reads_a_syn_ack)
{
	struct packet_options o;
	struct packet p;

	ck_assert_int_eq(packet_parse(syn_ack, sizeof(syn_ack), &p), PACKET_TCP);
	ck_assert_uint_eq(p.vlan, 0);
	ck_assert_uint_eq(p.ip.version, 4);
	ck_assert_uint_eq(p.ip.hops, 58);
	ck_assert_mem_eq(p.ip.src, "\xc0\x00\x02\x07", 4);
	ck_assert_uint_eq(p.sport, 443);
	ck_assert_uint_eq(p.dport, 61000);
	ck_assert_uint_eq(p.seq, 0x01020304);
	ck_assert_uint_eq(p.ack, 0x05060708);
	ck_assert_uint_eq(p.flags, PACKET_SYN | PACKET_ACK);
	ck_assert_uint_eq(p.window, 0xfe88);
	ck_assert_uint_eq(p.payload_len, 0);
	packet_tcp_options(p.options, p.options_len, &o);
	ck_assert_uint_eq(o.order, 0x31542);
	ck_assert_uint_eq(o.mss, 1460);
	ck_assert_uint_eq(o.wscale, 6);
	ck_assert(o.has_timestamp);
	ck_assert_uint_eq(o.ts_val, 9);
	ck_assert_uint_eq(o.ts_ecr, 8);
}
END_TEST

/* The SYN-ACK with one byte changed, or cut or padded to @len. */
static const struct {
	const char *what;
	int at;
	uint8_t value;
	size_t len; /* 0 = unchanged */
	enum packet_kind kind;
} changes[] = {
	{"no header at all", 0, 2, 13, PACKET_MALFORMED},
	{"Ethernet only", 0, 2, 14, PACKET_MALFORMED},
	{"half an IP header", 0, 2, 33, PACKET_MALFORMED},
	{"one byte short", 0, 2, 73, PACKET_MALFORMED},
	{"padded", 0, 2, 90, PACKET_TCP},
	{"another EtherType", 12, 0x90, 0, PACKET_OTHER},
	{"version 5", 14, 0x55, 0, PACKET_MALFORMED},
	{"header of 16 bytes", 14, 0x44, 0, PACKET_MALFORMED},
	{"header of 60 bytes", 14, 0x4f, 0, PACKET_MALFORMED},
	{"total length below the header", 17, 19, 0, PACKET_MALFORMED},
	{"total length without room for TCP", 17, 39, 0, PACKET_MALFORMED},
	{"total length that cuts the options", 17, 50, 0, PACKET_MALFORMED},
	{"total length beyond the frame", 17, 61, 0, PACKET_MALFORMED},
	{"more fragments", 20, 0x20, 0, PACKET_OTHER},
	{"fragment offset", 21, 1, 0, PACKET_OTHER},
	{"another protocol", 23, 47, 0, PACKET_OTHER},
	{"ICMPv6 over IPv4", 23, 58, 0, PACKET_OTHER},
	{"data offset below 20", 46, 0x40, 0, PACKET_MALFORMED},
	{"data offset beyond the segment", 46, 0xb0, 0, PACKET_MALFORMED},
	{"data offset without options", 46, 0x50, 0, PACKET_TCP},
	{"UDP with a wild length", 23, 17, 0, PACKET_MALFORMED},
	{"IPv6 EtherType", 12, 0x86, 0, PACKET_OTHER},
};

START_TEST(packet_checks_every_length)
{
	uint8_t frame[128] = {0};
	size_t len = changes[_i].len != 0 ? changes[_i].len : sizeof(syn_ack);
	/* of the exact length, so that ASan notices a read beyond it */
	uint8_t *exact = malloc(len);
	struct packet p;

	memcpy(frame, syn_ack, sizeof(syn_ack));
	frame[changes[_i].at] = changes[_i].value;
	memcpy(exact, frame, len);
	ck_assert_msg(packet_parse(exact, len, &p) == changes[_i].kind, "%s", changes[_i].what);
	free(exact);
}
END_TEST

START_TEST(packet_reads_behind_vlan_tags)
{
	static const uint8_t tags[] = {0x88, 0xa8, 0x20, 0x07, 0x81, 0x00, 0x00, 0x09};
	uint8_t frame[sizeof(syn_ack) + 12];
	struct packet p;

	for (unsigned n = 1; n <= 3; n++) {
		memcpy(frame, syn_ack, 12);
		for (unsigned i = 0; i < n; i++)
			memcpy(frame + 12 + 4 * i, tags + 4 * (i % 2), 4);
		memcpy(frame + 12 + 4 * n, syn_ack + 12, sizeof(syn_ack) - 12);
		ck_assert_int_eq(packet_parse(frame, sizeof(syn_ack) + 4 * n, &p),
		                 n < 3 ? PACKET_TCP : PACKET_OTHER);
		ck_assert_uint_eq(p.vlan, 7);
		ck_assert_int_eq(packet_parse(frame, 15, &p), PACKET_MALFORMED);
	}
}
END_TEST

static const struct {
	const char *bytes;
	uint8_t len;
	uint32_t order;
	uint16_t mss;
	uint8_t wscale;
} options[] = {
	{"", 0, 0, 0, 255},
	{"\0\2\4\5\xb4", 5, 0, 0, 255},
	{"\1\1\1\2\4\5\xb4", 7, 0x2111, 1460, 255},
	{"\2\4\5", 3, 0, 0, 255},
	{"\2", 1, 0, 0, 255},
	{"\2\0\5\xb4", 4, 0, 0, 255},
	{"\2\1\5\xb4", 4, 0, 0, 255},
	{"\2\3\5\3\3\x0e", 6, 0x3f, 0, 14},
	{"\xfe\4\1\2\4\2", 6, 0x4f, 0, 255},
	{"\1\1\1\1\1\1\1\1\1\2\4\1\2", 13, 0x11111111, 258, 255},
};

START_TEST(packet_options_stop_at_nonsense)
{
	uint8_t *exact = malloc(options[_i].len + 1u);
	struct packet p = {.options = exact, .options_len = options[_i].len};
	struct packet_options o;

	memcpy(exact, options[_i].bytes, options[_i].len);
	packet_tcp_options(p.options, p.options_len, &o);
	ck_assert_uint_eq(o.order, options[_i].order);
	ck_assert_uint_eq(o.mss, options[_i].mss);
	ck_assert_uint_eq(o.wscale, options[_i].wscale);
	ck_assert(!o.has_timestamp);
	free(exact);
}
END_TEST

/* Make an Ethernet and IPv6 frame with @extensions headers of 8 bytes. @next gives the next-header
 * values: that of the IPv6 header, then those of the extension headers. @payload zero bytes follow.
 * Returns the length. */
static size_t make_ipv6(uint8_t *f, const uint8_t *next, unsigned extensions, unsigned payload)
{
	size_t len = 14 + 40 + 8 * extensions + payload;

	memset(f, 0, 256);
	f[12] = 0x86;
	f[13] = 0xdd;
	f[14] = 0x60;
	f[19] = (uint8_t)(8 * extensions + payload);
	f[20] = next[0];
	f[21] = 61;
	for (unsigned i = 0; i < extensions; i++)
		f[54 + 8 * i] = next[i + 1];
	return len;
}

START_TEST(packet_follows_ipv6_extension_headers)
{
	static const uint8_t chain[] = {0, 60, 43, 6};
	static const uint8_t fragment[] = {0, 44, 6};
	static const uint8_t endless[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	uint8_t f[256];
	struct packet p;
	size_t len = make_ipv6(f, chain, 3, 20);

	f[54 + 24 + 12] = 0x50;
	f[54 + 24 + 13] = PACKET_RST;
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_TCP);
	ck_assert_uint_eq(p.ip.version, 6);
	ck_assert_uint_eq(p.ip.hops, 61);
	ck_assert_uint_eq(p.flags, PACKET_RST);
	f[54 + 17] = 200; /* the last extension claims more than there is */
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_MALFORMED);
	ck_assert_int_eq(packet_parse(f, len - 1, &p), PACKET_MALFORMED);
	len = make_ipv6(f, fragment, 2, 20);
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_OTHER);
	len = make_ipv6(f, endless, 10, 20);
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_OTHER);
}
END_TEST

START_TEST(packet_reads_icmp_echo_and_udp)
{
	static const uint8_t icmp6[] = {58};
	static const uint8_t udp[] = {17};
	uint8_t f[256];
	struct packet p;
	size_t len = make_ipv6(f, icmp6, 0, 12);

	f[54] = 129;
	f[59] = 5;
	f[61] = 6;
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_ICMP);
	ck_assert_uint_eq(p.icmp_type, 129);
	ck_assert_uint_eq(p.sport, 5);
	ck_assert_uint_eq(p.dport, 6);
	ck_assert_uint_eq(p.payload_len, 4);
	f[54] = 1; /* an error that quotes 4 bytes */
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_MALFORMED);
	len = make_ipv6(f, udp, 0, 12);
	f[59] = 11;
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_UDP);
	ck_assert_uint_eq(p.payload_len, 3);
	f[59] = 13;
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_MALFORMED);
	f[59] = 7;
	ck_assert_int_eq(packet_parse(f, len, &p), PACKET_MALFORMED);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_test(tc, packet_reads_a_syn_ack);
	tcase_add_loop_test(tc, packet_checks_every_length, 0,
	                    (int)(sizeof(changes) / sizeof(*changes)));
	tcase_add_test(tc, packet_reads_behind_vlan_tags);
	tcase_add_loop_test(tc, packet_options_stop_at_nonsense, 0,
	                    (int)(sizeof(options) / sizeof(*options)));
	tcase_add_test(tc, packet_follows_ipv6_extension_headers);
	tcase_add_test(tc, packet_reads_icmp_echo_and_udp);
	return suite_run("packet", tc);
}
