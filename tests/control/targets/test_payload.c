/* SPDX-License-Identifier: Apache-2.0 */
/* test_payload.c - claims about UDP payloads and files of them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "vd_proto.h"
#include "payload.h"
#include "vulndb.h"
#include "suite.h"

static const struct dp_payload *find(const struct payload_list *l, uint16_t port)
{
	for (unsigned i = 0; i < l->count; i++)
		if (l->v[i].port == port)
			return &l->v[i];
	return NULL;
}

static const struct {
	const char *line;
	uint16_t port;
	const char *bytes;
	uint16_t len;
} good[] = {
	{"5683 \"\\x40\\x01}p\" # coap", 5683, "\x40\x01}p", 4},
	{"  10000,10002-10003\t00 1fca fe", 10003, "\x00\x1f\xca\xfe", 4},
	{"* \"\"", 0, "", 0},
	{"* \"a\\r\\n\\t\\0\\\\\\\"\"", 0, "a\r\n\t\0\\\"", 7},
	{"53 00", 53, "\0", 1},
};

START_TEST(payload_lines_name_ports_and_bytes)
{
	struct payload_list l;
	struct error err = {""};
	const struct dp_payload *p;

	payload_list_init(&l);
	ck_assert_msg(payload_line(&l, good[_i].line, &err) == 0, "%s", err.text);
	p = find(&l, good[_i].port);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(p->len, good[_i].len);
	ck_assert_uint_eq(p->tag_len, 0);
	ck_assert_int_eq(memcmp(p->data, good[_i].bytes, good[_i].len), 0);
	payload_list_fini(&l);
}
END_TEST

static const struct {
	const char *line, *says;
} bad[] = {
	{"\"abc\"", "column 1: expected ports"},
	{"53 abc", "column 6: expected \"text\" or bytes"},
	{"53 \"abc", "column 8: expected a closing quote"},
	{"53 \"\\q\"", "column 6: expected \\r"},
	{"53 \"\\x4\"", "column 7: expected two"},
	{"53 \"a\" b", "column 8: expected the end"},
	{"70000 00", "column 1: expected a port"},
	{"6000-6300 00", "at most 255 ports"},
	{"9600 00", "port 9600 belongs to fragile devices (fins): --ask-fragile"},
	{"9000-9200 00", "port 9100 belongs to fragile devices"},
};

START_TEST(payload_lines_that_are_wrong_say_where)
{
	struct payload_list l;
	struct error err = {""};

	payload_list_init(&l);
	ck_assert_int_lt(payload_line(&l, bad[_i].line, &err), 0);
	ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
	payload_list_fini(&l);
}
END_TEST

/* A port of fragile devices is probed only with a known request, or with a payload that the
 * operator gives for that port. */
START_TEST(payload_allows_fragile_ports_only_what_is_theirs)
{
	struct payload_list l;
	struct error err = {""};

	payload_list_init(&l);
	ck_assert(payload_allows(&l, 53));
	ck_assert(payload_allows(&l, 47808));
	ck_assert(payload_allows(&l, 44818));
	ck_assert(!payload_allows(&l, 9600));
	ck_assert(!payload_allows(&l, 9100));
	ck_assert_int_eq(payload_line(&l, "* 0d0a", &err), 0);
	ck_assert(!payload_allows(&l, 9600));
	l.ask_fragile = true;
	ck_assert(!payload_allows(&l, 9600));
	ck_assert_int_eq(payload_line(&l, "9600 0d0a", &err), 0);
	ck_assert(payload_allows(&l, 9600));
	payload_list_fini(&l);
}
END_TEST

/* Each fragile port that may be probed has a payload of its own: none gets an empty datagram, or
 * the one for all ports. */
START_TEST(payload_of_each_allowed_fragile_port_is_built_in)
{
	struct payload_list l;
	size_t rows;
	const struct vd_fragile *f = vd_fragile_table(&rows);

	payload_list_init(&l);
	for (size_t i = 0; i < rows; i++) {
		const struct dp_payload *p = NULL;

		for (unsigned k = 0; k < l.count; k++)
			if (l.v[k].port == f[i].first)
				p = &l.v[k];
		ck_assert_msg((p != NULL) == (f[i].udp != NULL), "port %u", f[i].first);
		ck_assert(p == NULL || (p->len > 0 && f[i].first == f[i].last));
	}
	payload_list_fini(&l);
}
END_TEST

START_TEST(payload_comments_and_blanks_say_nothing)
{
	struct payload_list l;
	struct error err;
	unsigned before;

	payload_list_init(&l);
	before = l.count;
	ck_assert_int_eq(payload_line(&l, "", &err), 0);
	ck_assert_int_eq(payload_line(&l, " \t# 53 00", &err), 0);
	ck_assert_uint_eq(l.count, before);
	payload_list_fini(&l);
}
END_TEST

/* The lengths inside the SNMPv3 message add up, as RFC 3412 and RFC 3414 say. */
START_TEST(payload_snmp_is_well_formed)
{
	struct payload_list l;
	const struct dp_payload *p;

	payload_list_init(&l);
	p = find(&l, 161);
	ck_assert_uint_eq(p->len, 61);
	ck_assert_uint_eq(p->data[1] + 2u, p->len);
	ck_assert_uint_eq(p->data[6], 17);
	ck_assert_uint_eq(p->data[7 + 17], 4);
	ck_assert_uint_eq(p->data[7 + 17 + 1], 16);
	ck_assert_uint_eq(p->data[7 + 17 + 2 + 16 + 1] + 7u + 17 + 2 + 16 + 2, p->len);
	payload_list_fini(&l);
}
END_TEST

/* BACnet: the length in the BVLC header is the datagram's (ASHRAE 135, J.2.11), and the object in
 * context tag 0 is of type 8, device, with the wildcard instance (15.5). */
START_TEST(payload_bacnet_is_well_formed)
{
	static const uint8_t wanted[] = {0x81, 0x0a, 0x00, 0x11, 0x01, 0x04, 0x00, 0x05, 0x01,
	                                 0x0c, 0x0c, 0x02, 0x3f, 0xff, 0xff, 0x19, 0x4b};
	struct payload_list l;
	const struct dp_payload *p;

	payload_list_init(&l);
	p = find(&l, 47808);
	ck_assert_uint_eq(p->len, sizeof(wanted));
	ck_assert_mem_eq(p->data, wanted, sizeof(wanted));
	ck_assert_uint_eq((unsigned)(p->data[2] << 8 | p->data[3]), p->len);
	ck_assert_uint_eq((unsigned)p->data[11] << 24 | p->data[12] << 16 | p->data[13] << 8 |
	                          p->data[14],
	                  8u << 22 | 4194303);
	payload_list_fini(&l);
}
END_TEST

/* EtherNet/IP: the request is a header without data. The tag lies in the sender's context, bytes 12
 * to 19. */
START_TEST(payload_enip_is_a_bare_header)
{
	struct payload_list l;
	const struct dp_payload *p;

	payload_list_init(&l);
	p = find(&l, 44818);
	ck_assert_uint_eq(p->len, 24);
	ck_assert_uint_eq(p->data[0], 0x63);
	ck_assert_uint_eq(p->data[2] | p->data[3], 0);
	ck_assert_uint_eq(p->tag_len, 4);
	ck_assert_uint_eq(p->tag_at, p->echo_at);
	ck_assert_uint_ge(p->tag_at, 14);
	ck_assert_uint_le(p->tag_at + p->tag_len, 20);
	payload_list_fini(&l);
}
END_TEST

/* DNP3 over UDP sends the frame of the TCP dialog. Another test checks the CRC of that frame. */
START_TEST(payload_dnp3_is_the_frame_of_tcp)
{
	struct vd_dialog d = {.authority = "", .user_agent = ""};
	struct payload_list l;
	const struct dp_payload *p;
	bool tls;

	payload_list_init(&l);
	p = find(&l, 20000);
	vd_dialog_greet(vd_proto_find("dnp3", &tls), &d);
	ck_assert_uint_eq(p->tag_len, 0);
	ck_assert_uint_eq(p->len, d.out_len);
	ck_assert_mem_eq(p->data, d.out, p->len);
	payload_list_fini(&l);
}
END_TEST

/* No port is asked in two ways. */
START_TEST(payload_ports_are_there_once)
{
	struct payload_list l;

	payload_list_init(&l);
	for (unsigned i = 0; i < l.count; i++)
		for (unsigned k = 0; k < i; k++)
			ck_assert_msg(l.v[i].port != l.v[k].port, "port %u", l.v[i].port);
	payload_list_fini(&l);
}
END_TEST

/* Each port is one that a protocol decodes, and each tag lies in its payload. */
START_TEST(payload_answers_are_understood)
{
	struct payload_list l;

	payload_list_init(&l);
	for (unsigned i = 0; i < l.count; i++) {
		const struct dp_payload *p = &l.v[i];

		ck_assert_msg(vd_port_service(p->port, 17) != NULL, "port %u", p->port);
		ck_assert_msg(p->tag_at + p->tag_len <= p->len, "port %u", p->port);
	}
	payload_list_fini(&l);
}
END_TEST

/* Where a length stands, and how many bytes it does not count: IKE's own and that of its first
 * payload (RFC 2408, 3.1; RFC 7296, 3.1), that of DTLS's record and its message (RFC 6347, 4). */
static const struct {
	uint16_t port, at, without;
} lengths[] = {
	{500, 26, 0}, {500, 30, 28}, {4500, 30, 4}, {3391, 11, 13}, {5684, 15, 25},
};

START_TEST(payload_lengths_add_up)
{
	struct payload_list l;
	const struct dp_payload *p;

	payload_list_init(&l);
	p = find(&l, lengths[_i].port);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq((unsigned)(p->data[lengths[_i].at] << 8 | p->data[lengths[_i].at + 1]) +
	                          lengths[_i].without,
	                  p->len);
	payload_list_fini(&l);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, payload_lines_name_ports_and_bytes, 0,
	                    sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc, payload_lines_that_are_wrong_say_where, 0,
	                    sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, payload_allows_fragile_ports_only_what_is_theirs);
	tcase_add_test(tc, payload_of_each_allowed_fragile_port_is_built_in);
	tcase_add_test(tc, payload_comments_and_blanks_say_nothing);
	tcase_add_test(tc, payload_ports_are_there_once);
	tcase_add_test(tc, payload_answers_are_understood);
	tcase_add_loop_test(tc, payload_lengths_add_up, 0, sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_test(tc, payload_snmp_is_well_formed);
	tcase_add_test(tc, payload_bacnet_is_well_formed);
	tcase_add_test(tc, payload_enip_is_a_bare_header);
	tcase_add_test(tc, payload_dnp3_is_the_frame_of_tcp);
	return suite_run("payload", tc);
}
