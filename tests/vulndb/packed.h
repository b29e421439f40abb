/* SPDX-License-Identifier: Apache-2.0 */
/* packed.h - packs what a test wrote: gzip, zstd, bzip2, xz, zip, tar. */
#ifndef TEST_PACKED_H
#define TEST_PACKED_H

#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

struct packed {
	char *data;
	size_t len, cap;
};

__attribute__((unused)) static void packed_add(struct packed *p, const void *data, size_t len)
{
	if (p->cap <= p->len + len) {
		p->cap = (p->len + len) * 2 + 1;
		p->data = realloc(p->data, p->cap);
	}
	ck_assert_ptr_nonnull(p->data);
	memcpy(p->data + p->len, data, len);
	p->len += len;
}

/* Append a gzip member. */
__attribute__((unused)) static void packed_gzip(struct packed *p, const void *data, size_t len)
{
	uLong cap = compressBound(len) + 64;
	unsigned char *out = malloc(cap);
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)data,
	              .avail_in = (uInt)len,
	              .next_out = out,
	              .avail_out = (uInt)cap};

	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
	                 Z_OK);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed_add(p, out, z.total_out);
	deflateEnd(&z);
	free(out);
}

/* Append a zstd frame. */
__attribute__((unused)) static void packed_zstd(struct packed *p, const void *data, size_t len)
{
	size_t cap = ZSTD_compressBound(len);
	char *out = malloc(cap);

	cap = ZSTD_compress(out, cap, data, len, 3);
	ck_assert(!ZSTD_isError(cap));
	packed_add(p, out, cap);
	free(out);
}

__attribute__((unused)) static la_ssize_t packed_take(struct archive *a, void *arg,
                                                      const void *data, size_t len)
{
	(void)a;
	packed_add(arg, data, len);
	return (la_ssize_t)len;
}

/* Append a stream of bzip2 or @xz. */
__attribute__((unused)) static void packed_filter(struct packed *p, bool xz, const void *data,
                                                  size_t len)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	archive_write_set_format_raw(a);
	ck_assert_int_eq(xz ? archive_write_add_filter_xz(a) : archive_write_add_filter_bzip2(a),
	                 0);
	archive_write_set_bytes_in_last_block(a, 1);
	ck_assert_int_eq(archive_write_open(a, p, NULL, packed_take, NULL), 0);
	archive_entry_set_filetype(e, AE_IFREG);
	ck_assert_int_eq(archive_write_header(a, e), 0);
	archive_write_data(a, data, len);
	ck_assert_int_eq(archive_write_close(a), 0);
	archive_entry_free(e);
	archive_write_free(a);
}

struct packed_member {
	const char *name, *text;
};

/* Make an archive of @n members, a zip or a tar. */
__attribute__((unused)) static void packed_archive(struct packed *p, bool zip,
                                                   const struct packed_member *members, size_t n)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	ck_assert_int_eq(zip ? archive_write_set_format_zip(a) : archive_write_set_format_ustar(a),
	                 0);
	archive_write_set_bytes_in_last_block(a, 1);
	ck_assert_int_eq(archive_write_open(a, p, NULL, packed_take, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		archive_entry_clear(e);
		archive_entry_set_pathname(e, members[i].name);
		archive_entry_set_filetype(e, members[i].text != NULL ? AE_IFREG : AE_IFDIR);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(
			e, members[i].text != NULL ? (la_int64_t)strlen(members[i].text) : 0);
		ck_assert_int_eq(archive_write_header(a, e), 0);
		if (members[i].text != NULL)
			archive_write_data(a, members[i].text, strlen(members[i].text));
	}
	ck_assert_int_eq(archive_write_close(a), 0);
	archive_entry_free(e);
	archive_write_free(a);
}

#endif
