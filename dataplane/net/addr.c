/* SPDX-License-Identifier: Apache-2.0 */
/* addr.c - one IPv4 or IPv6 address as sixteen bytes: text, order, arithmetic. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

struct dp_addr dp_addr_v4(uint32_t host_order)
{
	struct dp_addr a = {{[10] = 0xff, [11] = 0xff}};

	a.b[12] = (uint8_t)(host_order >> 24);
	a.b[13] = (uint8_t)(host_order >> 16);
	a.b[14] = (uint8_t)(host_order >> 8);
	a.b[15] = (uint8_t)host_order;
	return a;
}

bool dp_addr_is_v4(const struct dp_addr *a, uint32_t *v4)
{
	if (memcmp(a->b, mapped, sizeof(mapped)) != 0)
		return false;
	if (v4 != NULL)
		*v4 = ((uint32_t)a->b[12] << 24) | ((uint32_t)a->b[13] << 16) |
		      ((uint32_t)a->b[14] << 8) | a->b[15];
	return true;
}

int dp_addr_parse(const char *text, struct dp_addr *out)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		*out = dp_addr_v4(ntohl(v4.s_addr));
		return 0;
	}
	if (inet_pton(AF_INET6, text, &v6) != 1)
		return -EINVAL;
	memcpy(out->b, &v6, sizeof(out->b));
	return 0;
}

/* Find the longest run of at least two zero groups, the first of equally long ones (RFC 5952 4.2).
 * Returns its first group, or -1 where there is none. */
static int longest_zeros(const uint16_t group[8], int *len)
{
	int best = -1;

	*len = 1;
	for (int i = 0, run = 0; i < 8; i++) {
		run = group[i] == 0 ? run + 1 : 0;
		if (run > *len) {
			*len = run;
			best = i - run + 1;
		}
	}
	return best;
}

static void format_v6(const struct dp_addr *a, char *out)
{
	uint16_t group[8];
	char *p = out;
	int gap;
	int len;

	for (int i = 0; i < 8; i++)
		group[i] = (uint16_t)((a->b[2 * i] << 8) | a->b[2 * i + 1]);
	gap = longest_zeros(group, &len);
	for (int i = 0; i < 8; i++) {
		if (i == gap) {
			p = stpcpy(p, "::");
			i += len - 1;
			continue;
		}
		if (i > 0 && (gap < 0 || i != gap + len))
			*p++ = ':';
		p += snprintf(p, 5, "%x", group[i]);
	}
	*p = '\0';
}

/* Exports write one for each service: printf() would take most of their time. */
static void format_v4(const uint8_t b[4], char *out)
{
	for (int i = 0; i < 4; i++) {
		if (b[i] >= 100)
			*out++ = (char)('0' + b[i] / 100);
		if (b[i] >= 10)
			*out++ = (char)('0' + b[i] / 10 % 10);
		*out++ = (char)('0' + b[i] % 10);
		*out++ = i < 3 ? '.' : '\0';
	}
}

char *dp_addr_format(const struct dp_addr *a, char out[DP_ADDR_TEXT])
{
	if (dp_addr_is_v4(a, NULL))
		format_v4(a->b + 12, out);
	else
		format_v6(a, out);
	return out;
}

int dp_addr_compare(const struct dp_addr *a, const struct dp_addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

struct dp_addr dp_addr_add(const struct dp_addr *a, uint64_t n)
{
	struct dp_addr sum = *a;
	unsigned carry = 0;

	for (int i = 15; i >= 0 && (n != 0 || carry != 0); i--) {
		carry += a->b[i] + (unsigned)(n & 0xff);
		sum.b[i] = (uint8_t)carry;
		carry >>= 8;
		n >>= 8;
	}
	return sum;
}

/* The blocks that are never probed: RFC 6890 (special-purpose registries), RFC 5771 and RFC 4291
 * (multicast). Private, shared, benchmarking and documentation networks are not among them: users
 * may probe their own. */
static const struct {
	struct dp_addr first;
	uint8_t prefix_len; /* 0..128, for IPv4 too */
	const char *why;
} forbidden[] = {
	{{{[10] = 0xff, 0xff, 0}}, 96 + 8, "0.0.0.0/8, \"this network\" (RFC 6890)"},
	{{{[10] = 0xff, 0xff, 127}}, 96 + 8, "127.0.0.0/8, loopback (RFC 6890)"},
	{{{[10] = 0xff, 0xff, 169, 254}}, 96 + 16, "169.254.0.0/16, link-local (RFC 6890)"},
	{{{[10] = 0xff, 0xff, 224}}, 96 + 4, "224.0.0.0/4, multicast (RFC 5771)"},
	{{{[10] = 0xff, 0xff, 255, 255, 255, 255}},
         128,
         "255.255.255.255/32, limited broadcast (RFC 6890)"},
	{{{[10] = 0xff, 0xff, 240}}, 96 + 4, "240.0.0.0/4, reserved (RFC 6890)"},
	{{{0}}, 128, "::/128, unspecified (RFC 6890)"},
	{{{[15] = 1}}, 128, "::1/128, loopback (RFC 6890)"},
	{{{0xfe, 0x80}}, 10, "fe80::/10, link-local (RFC 6890)"},
	{{{0xff}}, 8, "ff00::/8, multicast (RFC 4291)"},
};

static bool in_prefix(const struct dp_addr *a, const struct dp_addr *prefix, unsigned len)
{
	unsigned bytes = len / 8;
	unsigned bits = len % 8;

	if (memcmp(a->b, prefix->b, bytes) != 0)
		return false;
	return bits == 0 || (a->b[bytes] ^ prefix->b[bytes]) >> (8 - bits) == 0;
}

bool dp_addr_forbidden(const struct dp_addr *a, const char **why)
{
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
		if (!in_prefix(a, &forbidden[i].first, forbidden[i].prefix_len))
			continue;
		if (why != NULL)
			*why = forbidden[i].why;
		return true;
	}
	return false;
}

bool addr_forbidden_block(size_t i, struct dp_addr *first, uint8_t *prefix_len)
{
	if (i >= sizeof(forbidden) / sizeof(*forbidden))
		return false;
	*first = forbidden[i].first;
	*prefix_len = forbidden[i].prefix_len;
	return true;
}
