/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mmdb_build.h - writes small MaxMind databases (MaxMind DB file format 2.0) for tests.
 *
 * The data of a prefix are bytes in the format of the database; the functions below append them.
 */
#ifndef SONDE_TEST_MMDB_BUILD_H
#define SONDE_TEST_MMDB_BUILD_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "addr_range.h"
#include "bytes.h"

enum { MMDB_BUILD_NODES = 4096 };
#define MMDB_BUILD_EMPTY UINT32_MAX

struct mmdb_build {
	unsigned ip_version; /* 4 or 6 */
	const char *type;
	uint32_t nodes[MMDB_BUILD_NODES][2]; /* below MMDB_BUILD_NODES: a node; EMPTY; else data */
	uint32_t count;
	struct bytes data;
};

static inline void mmdb_build_init(struct mmdb_build *b, unsigned ip_version, const char *type)
{
	memset(b, 0, sizeof(*b));
	b->ip_version = ip_version;
	b->type = type;
	b->nodes[0][0] = b->nodes[0][1] = MMDB_BUILD_EMPTY;
	b->count = 1;
}

/* ---- values ---- */

static inline void mmdb_build_control(struct bytes *out, unsigned type, size_t size)
{
	uint8_t first = (uint8_t)((type <= 7 ? type << 5 : 0) | (size < 29 ? size : 29));

	ck_assert_uint_lt(size, 29 + 256);
	bytes_put(out, &first, 1);
	if (type > 7)
		bytes_put_int(out, type - 7, 1);
	if (size >= 29)
		bytes_put_int(out, size - 29, 1);
}

static inline void mmdb_build_map(struct bytes *out, size_t pairs)
{
	mmdb_build_control(out, 7, pairs);
}

static inline void mmdb_build_array(struct bytes *out, size_t elements)
{
	mmdb_build_control(out, 11, elements);
}

static inline void mmdb_build_text(struct bytes *out, const char *text)
{
	mmdb_build_control(out, 2, strlen(text));
	bytes_put(out, text, strlen(text));
}

static inline void mmdb_build_big(struct bytes *out, uint64_t v, unsigned size)
{
	for (unsigned i = size; i-- > 0;)
		bytes_put_int(out, v >> 8 * i & 0xff, 1);
}

static inline void mmdb_build_u32(struct bytes *out, uint32_t v)
{
	mmdb_build_control(out, 6, 4);
	mmdb_build_big(out, v, 4);
}

static inline void mmdb_build_u16(struct bytes *out, uint16_t v)
{
	mmdb_build_control(out, 5, 2);
	mmdb_build_big(out, v, 2);
}

static inline void mmdb_build_double(struct bytes *out, double d)
{
	uint64_t v;

	memcpy(&v, &d, sizeof(v));
	mmdb_build_control(out, 3, 8);
	mmdb_build_big(out, v, 8);
}

/* ---- the tree ---- */

static inline uint32_t mmdb_build_node(struct mmdb_build *b, uint32_t was)
{
	ck_assert_uint_lt(b->count, MMDB_BUILD_NODES);
	b->nodes[b->count][0] = b->nodes[b->count][1] = was;
	return b->count++;
}

/* Let all addresses of @prefix have the value that the caller has appended to b->data from @at on.
 * Larger prefixes come before smaller ones. */
static inline void mmdb_build_add(struct mmdb_build *b, const char *prefix, size_t at)
{
	struct dp_addr_range range;
	unsigned bits = 0, from = b->ip_version == 4 ? 96 : 0;
	uint32_t node = 0;

	ck_assert(addr_range_parse(prefix, &range));
	while (bits < 128 && (range.first.b[bits / 8] >> (7 - bits % 8) & 1) ==
	                             (range.last.b[bits / 8] >> (7 - bits % 8) & 1))
		bits++;
	/* In a tree of IPv6 addresses, those of IPv4 lie below ::/96. */
	if (b->ip_version == 6 && dp_addr_is_v4(&range.first, NULL))
		range.first.b[10] = range.first.b[11] = 0;
	for (unsigned i = from; i < bits; i++) {
		unsigned bit = range.first.b[i / 8] >> (7 - i % 8) & 1;
		uint32_t *next = &b->nodes[node][bit];

		if (i + 1 == bits) {
			*next = MMDB_BUILD_NODES + (uint32_t)at;
			return;
		}
		if (*next == MMDB_BUILD_EMPTY || *next >= MMDB_BUILD_NODES)
			*next = mmdb_build_node(b, *next);
		node = *next;
	}
}

static inline uint32_t mmdb_build_record(const struct mmdb_build *b, uint32_t v)
{
	return v == MMDB_BUILD_EMPTY  ? b->count
	       : v < MMDB_BUILD_NODES ? v
	                              : b->count + 16 + (v - MMDB_BUILD_NODES);
}

static inline void mmdb_build_metadata(const struct mmdb_build *b, struct bytes *out)
{
	static const char mark[] = "\xab\xcd\xefMaxMind.com";

	bytes_put(out, mark, sizeof(mark) - 1);
	mmdb_build_map(out, 9);
	mmdb_build_text(out, "binary_format_major_version");
	mmdb_build_u16(out, 2);
	mmdb_build_text(out, "binary_format_minor_version");
	mmdb_build_u16(out, 0);
	mmdb_build_text(out, "build_epoch");
	mmdb_build_control(out, 9, 8);
	mmdb_build_big(out, 1785542400, 8); /* 2026-08-01 */
	mmdb_build_text(out, "database_type");
	mmdb_build_text(out, b->type);
	mmdb_build_text(out, "description");
	mmdb_build_map(out, 0);
	mmdb_build_text(out, "languages");
	mmdb_build_array(out, 0);
	mmdb_build_text(out, "ip_version");
	mmdb_build_u16(out, (uint16_t)b->ip_version);
	mmdb_build_text(out, "node_count");
	mmdb_build_u32(out, b->count);
	mmdb_build_text(out, "record_size");
	mmdb_build_u16(out, 24);
}

/* Write the database into the file @path, and free the builder. */
static inline void mmdb_build_write(struct mmdb_build *b, const char *path)
{
	static const uint8_t separator[16];
	struct bytes out = {0};
	FILE *f = fopen(path, "wb");

	for (uint32_t i = 0; i < b->count; i++)
		for (int bit = 0; bit < 2; bit++)
			mmdb_build_big(&out, mmdb_build_record(b, b->nodes[i][bit]), 3);
	bytes_put(&out, separator, sizeof(separator));
	bytes_put(&out, b->data.data, b->data.len);
	mmdb_build_metadata(b, &out);
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(out.data, 1, out.len, f), out.len);
	ck_assert_int_eq(fclose(f), 0);
	bytes_fini(&out);
	bytes_fini(&b->data);
}

/* ---- two shapes of entries ---- */

/* As MaxMind writes it: country.iso_code, city.names.en, location.latitude. Returns where it lies. */
static inline size_t mmdb_build_nested(struct mmdb_build *b, const char *country, const char *city,
                                       double lat, double lon)
{
	struct bytes *out = &b->data;
	size_t at = out->len;

	mmdb_build_map(out, 4);
	mmdb_build_text(out, "country");
	mmdb_build_map(out, 1);
	mmdb_build_text(out, "iso_code");
	mmdb_build_text(out, country);
	mmdb_build_text(out, "city");
	mmdb_build_map(out, 1);
	mmdb_build_text(out, "names");
	mmdb_build_map(out, 1);
	mmdb_build_text(out, "en");
	mmdb_build_text(out, city);
	mmdb_build_text(out, "location");
	mmdb_build_map(out, 2);
	mmdb_build_text(out, "latitude");
	mmdb_build_double(out, lat);
	mmdb_build_text(out, "longitude");
	mmdb_build_double(out, lon);
	mmdb_build_text(out, "subdivisions");
	mmdb_build_array(out, 1);
	mmdb_build_map(out, 1);
	mmdb_build_text(out, "names");
	mmdb_build_map(out, 1);
	mmdb_build_text(out, "en");
	mmdb_build_text(out, "Region");
	return at;
}

/* @n pairs of names and texts, as flat databases have them. Returns where they lie. */
static inline size_t mmdb_build_flat(struct mmdb_build *b, const char *const (*pairs)[2], size_t n)
{
	size_t at = b->data.len;

	mmdb_build_map(&b->data, n);
	for (size_t i = 0; i < n; i++) {
		mmdb_build_text(&b->data, pairs[i][0]);
		mmdb_build_text(&b->data, pairs[i][1]);
	}
	return at;
}

static inline size_t mmdb_build_asn(struct mmdb_build *b, uint32_t asn, const char *name)
{
	size_t at = b->data.len;

	mmdb_build_map(&b->data, 2);
	mmdb_build_text(&b->data, "autonomous_system_number");
	mmdb_build_u32(&b->data, asn);
	mmdb_build_text(&b->data, "autonomous_system_organization");
	mmdb_build_text(&b->data, name);
	return at;
}

#endif
