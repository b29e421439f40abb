/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload_services.c - defines the UDP payloads for services of users. Each is the first message of
 * its protocol, or its question for an identity; none logs in, opens a session or changes anything.
 */
#include "payload_services.h"

/* TFTP: reads a file that no server has, so that the answer is an error (RFC 1350, 5). */
static const uint8_t tftp[] = "\0\1sonde-5360736\0octet"; /* its NUL is sent, too */
/* NetBIOS: the names of a node (RFC 1002, 4.2.17); the answer repeats the ID. */
static const uint8_t netbios[] = "\0\0\0\0\0\1\0\0\0\0\0\0\x20"
				 "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\1";
/* XDMCP: Query without names of authentication (X Display Manager Control Protocol). */
static const uint8_t xdmcp[] = "\0\1\0\2\0\1\0";
/* IPMI: Get Channel Authentication Capabilities of this channel, as an administrator would, outside
 * any session (IPMI 2.0, 13.6, 13.8 and 22.13). */
static const uint8_t ipmi[] = "\6\0\xff\7\0\0\0\0\0\0\0\0\0\x09\x20\x18\xc8\x81\0\x38"
			      "\x8e\4\xb5";
/* SQL Server's browser: its instances, to who asks by unicast (MC-SQLR, 2.2.2). */
static const uint8_t mssql_browser[] = "\3";
/* MGCP: audits an end point that is not there (RFC 3435, 2.3.10); the answer repeats the number. */
static const uint8_t mgcp[] = "AUEP 736071 sonde@[127.0.0.1] MGCP 1.0\r\n\r\n";
/* STUN: Binding (RFC 8489, 5); the answer repeats the transaction's ID. */
static const uint8_t stun[20] = {0,    1,          0,   0,   0x21, 0x12, 0xa4,
                                 0x42, [12] = 'S', 'o', 'n', 'd',  'e'};
/* WS-Discovery: Probe for every kind of device, by unicast (WS-Discovery 1.1, 5.2.1). */
static const uint8_t wsd[] =
	"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
	"xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header><a:Action>"
	"http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action><a:MessageID>"
	"urn:uuid:536f6e64-6500-4000-8000-000000000001</a:MessageID><a:To>"
	"urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body>"
	"<Probe xmlns=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"/></s:Body></s:Envelope>";
/* SIP: OPTIONS, which goes no further than the server that receives it (RFC 3261, 11; rport:
 * RFC 3581). */
static const uint8_t sip[] =
	"OPTIONS sip:probe.invalid SIP/2.0\r\nVia: SIP/2.0/UDP probe.invalid;rport;"
	"branch=z9hG4bKsonde\r\nMax-Forwards: 0\r\nFrom: <sip:probe@probe.invalid>;tag=sonde\r\n"
	"To: <sip:probe.invalid>\r\nCall-ID: sonde@probe.invalid\r\nCSeq: 1 OPTIONS\r\n"
	"Content-Length: 0\r\n\r\n";
/* CoAP: GET /.well-known/core, which needs no confirmation (RFC 7252, 3; RFC 6690, 4); the answer
 * repeats the token. */
static const uint8_t coap[] = "\x54\1\x53\x6f\0\0\0\0\xbb.well-known\4core";
/* Ubiquiti's discovery, version 1. */
static const uint8_t ubnt[] = "\1\0\0\0";
/* A2S_INFO (Valve Developer Community, "Server queries"). */
static const uint8_t steam[] = "\xff\xff\xff\xffTSource Engine Query"; /* its NUL is sent, too */
/* Minecraft's Bedrock edition: an unconnected ping of RakNet, of a time that the answer repeats, and
 * RakNet's sign. */
static const uint8_t bedrock[] = "\1\0\0\0\0\0\0\0\0\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd"
				 "\xfd\x12\x34\x56\x78Sonde\0\0\1";
/* Mumble: a ping of eight bytes, which the answer repeats (Mumble protocol, "UDP"). */
static const uint8_t mumble[12] = {[8] = 'S', 'o', 'n', 'd'};
/* OpenVPN: a client's reset; the answer repeats the number of our session. */
static const uint8_t openvpn[14] = {7 << 3, [5] = 'e', 1, 2, 3};

/*
 * IKE version 1: a main mode with five ways to go on, AES and 3DES with a shared key, AES with a
 * certificate (RFC 2408, 3; RFC 2409, appendix A). The answer repeats our cookie; no key is made.
 */
static const uint8_t ike_1[] =
	"\x00\x00\x00\x00\x6e\x64\x01\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x10\x02\x00\x00"
	"\x00\x00\x00\x00\x00\x00\xe0\x00\x00\x00\xc4\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00"
	"\x00\xb8\x01\x01\x00\x05\x03\x00\x00\x24\x01\x01\x00\x00\x80\x01\x00\x07\x80\x0e\x01"
	"\x00\x80\x02\x00\x04\x80\x04\x00\x0e\x80\x03\x00\x01\x80\x0b\x00\x01\x80\x0c\x70\x80"
	"\x03\x00\x00\x24\x02\x01\x00\x00\x80\x01\x00\x07\x80\x0e\x00\x80\x80\x02\x00\x02\x80"
	"\x04\x00\x0e\x80\x03\x00\x01\x80\x0b\x00\x01\x80\x0c\x70\x80\x03\x00\x00\x24\x03\x01"
	"\x00\x00\x80\x01\x00\x07\x80\x0e\x00\x80\x80\x02\x00\x02\x80\x04\x00\x02\x80\x03\x00"
	"\x01\x80\x0b\x00\x01\x80\x0c\x70\x80\x03\x00\x00\x20\x04\x01\x00\x00\x80\x01\x00\x05"
	"\x80\x02\x00\x02\x80\x04\x00\x02\x80\x03\x00\x01\x80\x0b\x00\x01\x80\x0c\x70\x80\x00"
	"\x00\x00\x24\x05\x01\x00\x00\x80\x01\x00\x07\x80\x0e\x01\x00\x80\x02\x00\x04\x80\x04"
	"\x00\x0e\x80\x03\x00\x03\x80\x0b\x00\x01\x80\x0c\x70\x80";
/*
 * IKE version 2 over the port that NAT traversal uses, behind its four zeros (RFC 7296, 1.2 and 3;
 * RFC 3948, 2.2): AES and SHA-2 with group 14, and a key of group 2. The answer names the group that
 * the server wants instead, so that neither side computes a key. It repeats our SPI.
 */
static const uint8_t ike_2[] =
	"\x00\x00\x00\x00\x00\x00\x00\x00\x6e\x64\x01\x02\x00\x00\x00\x00\x00\x00\x00\x00\x21"
	"\x20\x22\x08\x00\x00\x00\x00\x00\x00\x00\xf8\x22\x00\x00\x30\x00\x00\x00\x2c\x01\x01"
	"\x00\x04\x03\x00\x00\x0c\x01\x00\x00\x0c\x80\x0e\x01\x00\x03\x00\x00\x08\x02\x00\x00"
	"\x05\x03\x00\x00\x08\x03\x00\x00\x0c\x00\x00\x00\x08\x04\x00\x00\x0e\x28\x00\x00\x88"
	"\x00\x02\x00\x00"
	/* the key, then the nonce */
	"SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS"
	"SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS"
	"\0\0\0\x24"
	"SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS";
/* DTLS 1.2: ClientHello without a cookie, which costs the server no state (RFC 6347, 4.2.1). */
static const uint8_t dtls[] =
	"\x16\xfe\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x6a\x01\x00\x00\x5e\x00\x00\x00\x00"
	"\x00\x00\x00\x5e\xfe\xfd\x53\x6f\x6e\x64\x65\x20\x61\x73\x6b\x73\x20\x66\x6f\x72\x20"
	"\x61\x20\x48\x65\x6c\x6c\x6f\x56\x65\x72\x69\x66\x79\x2e\x2e\x2e\x2e\x00\x00\x00\x14"
	"\xc0\x2b\xc0\x2f\xc0\x2c\xc0\x30\xc0\x0a\xc0\x14\x00\x9c\x00\x2f\x00\x35\xc0\xa8\x01"
	"\x00\x00\x20\x00\x0a\x00\x06\x00\x04\x00\x17\x00\x18\x00\x0b\x00\x02\x01\x00\x00\x0d"
	"\x00\x0c\x00\x0a\x04\x03\x04\x01\x05\x03\x05\x01\x02\x01";

/*
 * QUIC: a first packet of a version that nobody has (RFC 9000, 15). The server answers with the
 * versions that it has (6.1), to datagrams of this size only (14.1), and to our connection's ID.
 */
static const uint8_t quic[1200] = {0xc0, 0x1a, 0x2a, 0x3a, 0x4a, 8, 'S', 'o',
                                   'n',  'd',  'e',  0,    0,    1, 4};

#define TEXT(bytes) (bytes), sizeof(bytes) - 1

static const struct dp_payload payloads[] = {
	{tftp, sizeof(tftp), 69, 0, 0, 0},
	{TEXT(netbios), 137, 0, 0, 2},
	{TEXT(xdmcp), 177, 0, 0, 0},
	{quic, sizeof(quic), 443, 15, 6, 4},
	{TEXT(ike_1), 500, 0, 0, 4},
	{TEXT(ipmi), 623, 0, 0, 0},
	{openvpn, sizeof(openvpn), 1194, 1, 14, 4},
	{TEXT(mssql_browser), 1434, 0, 0, 0},
	{TEXT(mgcp), 2427, 0, 0, 0},
	{TEXT(dtls), 3391, 0, 0, 0},
	{stun, sizeof(stun), 3478, 8, 8, 4},
	{TEXT(wsd), 3702, 0, 0, 0},
	{TEXT(ike_2), 4500, 4, 4, 4},
	{TEXT(sip), 5060, 0, 0, 0},
	{TEXT(dtls), 5349, 0, 0, 0},
	{TEXT(coap), 5683, 4, 4, 4},
	{TEXT(dtls), 5684, 0, 0, 0},
	{TEXT(ubnt), 10001, 0, 0, 0},
	{TEXT(bedrock), 19132, 1, 1, 4},
	{steam, sizeof(steam), 27015, 0, 0, 0},
	{mumble, sizeof(mumble), 64738, 4, 4, 4},
};

const struct dp_payload *payload_services(unsigned *count)
{
	*count = sizeof(payloads) / sizeof(payloads[0]);
	return payloads;
}
