/* SPDX-License-Identifier: Apache-2.0 */
/* unpack.c - reads a stream of bytes and unpacks gzip, zstd, bzip2 and xz. */
#include "unpack.h"

#include <archive.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { INPUT = 1 << 16, HEAD_MAX = 1 << 18 };

#define UNPACKED_MAX (UINT64_C(64) << 30)

enum packing { PLAIN, GZIP, ZSTD, FILTERED };

struct unpack {
	unpack_source source;
	void *arg;
	FILE *file; /* the file behind the source, closed with the stream; or NULL */
	enum packing packing;
	z_stream gzip;
	ZSTD_DStream *zstd;
	struct archive *filter; /* bzip2 and xz, by libarchive */
	unsigned char in[INPUT];
	size_t in_pos, in_len;
	bool in_frame; /* in the middle of packed data */
	int error;
	uint64_t total;
	char head[HEAD_MAX];
	size_t head_pos, head_len;
};

static ssize_t read_file(void *arg, void *out, size_t len)
{
	size_t n = fread(out, 1, len, arg);

	return ferror((FILE *)arg) ? -EIO : (ssize_t)n;
}

static bool refill(struct unpack *u)
{
	ssize_t n;

	if (u->in_pos < u->in_len)
		return true;
	n = u->source(u->arg, u->in, sizeof(u->in));
	u->in_pos = 0;
	u->in_len = n > 0 ? (size_t)n : 0;
	if (n < 0)
		u->error = (int)n;
	return u->in_len > 0;
}

/* Hands the packed bytes to libarchive, which has done with them when it calls again. */
static la_ssize_t give_packed(struct archive *a, void *arg, const void **out)
{
	struct unpack *u = arg;
	bool more = refill(u);

	(void)a;
	*out = u->in + u->in_pos;
	u->in_pos = u->in_len;
	return u->error != 0 ? ARCHIVE_FATAL : more ? (la_ssize_t)u->in_len : 0;
}

/* Unpack by one filter: bzip2 within bzip2 stays packed. */
static int start_filter(struct unpack *u, int code)
{
	struct archive_entry *entry;

	u->packing = FILTERED;
	u->filter = archive_read_new();
	if (u->filter == NULL || archive_read_support_format_raw(u->filter) != ARCHIVE_OK ||
	    archive_read_append_filter(u->filter, code) != ARCHIVE_OK)
		return -ENOMEM;
	if (archive_read_open(u->filter, u, NULL, give_packed, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(u->filter, &entry) != ARCHIVE_OK)
		return u->error != 0 ? u->error : -EINVAL;
	return 0;
}

static bool begins(const struct unpack *u, const char *magic, size_t len)
{
	return u->in_len >= len && memcmp(u->in, magic, len) == 0;
}

static int start(struct unpack *u)
{
	static const unsigned char zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};

	if (!refill(u))
		return u->error;
	if (begins(u, "BZh", 3) && u->in_len >= 10 && memcmp(u->in + 4, "1AY&SY", 6) == 0)
		return start_filter(u, ARCHIVE_FILTER_BZIP2);
	if (begins(u, "\3757zXZ\0", 6))
		return start_filter(u, ARCHIVE_FILTER_XZ);
	if (u->in_len >= 2 && u->in[0] == 0x1f && u->in[1] == 0x8b) {
		u->packing = GZIP;
		return inflateInit2(&u->gzip, 16 + MAX_WBITS) == Z_OK ? 0 : -ENOMEM;
	}
	if (u->in_len >= 4 && memcmp(u->in, zstd_magic, 4) == 0) {
		u->packing = ZSTD;
		u->zstd = ZSTD_createDStream();
		if (u->zstd == NULL)
			return -ENOMEM;
		ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, 27);
	}
	return 0;
}

int unpack_over(unpack_source source, void *arg, struct unpack **out)
{
	struct unpack *u = calloc(1, sizeof(*u));
	int ret;

	if (u == NULL)
		return -ENOMEM;
	u->source = source;
	u->arg = arg;
	ret = start(u);
	if (ret != 0) {
		unpack_close(u);
		return ret;
	}
	*out = u;
	return 0;
}

int unpack_open(const char *path, struct unpack **out)
{
	FILE *file = fopen(path, "rb");
	int ret;

	if (file == NULL)
		return -errno;
	ret = unpack_over(read_file, file, out);
	if (ret != 0)
		fclose(file);
	else
		(*out)->file = file;
	return ret;
}

void unpack_close(struct unpack *u)
{
	if (u->packing == GZIP)
		inflateEnd(&u->gzip);
	ZSTD_freeDStream(u->zstd);
	archive_read_free(u->filter);
	if (u->file != NULL)
		fclose(u->file);
	free(u);
}

static size_t read_plain(struct unpack *u, char *out, size_t len)
{
	size_t n = u->in_len - u->in_pos;

	if (n > len)
		n = len;
	memcpy(out, u->in + u->in_pos, n);
	u->in_pos += n;
	return n;
}

static size_t read_gzip(struct unpack *u, char *out, size_t len)
{
	int ret;

	u->gzip.next_in = u->in + u->in_pos;
	u->gzip.avail_in = (uInt)(u->in_len - u->in_pos);
	u->gzip.next_out = (unsigned char *)out;
	u->gzip.avail_out = (uInt)len;
	ret = inflate(&u->gzip, Z_NO_FLUSH);
	u->in_pos = u->in_len - u->gzip.avail_in;
	u->in_frame = ret != Z_STREAM_END;
	if (ret == Z_STREAM_END)
		inflateReset(&u->gzip);
	else if (ret != Z_OK && ret != Z_BUF_ERROR)
		u->error = -EINVAL;
	return len - u->gzip.avail_out;
}

static size_t read_zstd(struct unpack *u, char *out, size_t len)
{
	ZSTD_inBuffer in = {u->in, u->in_len, u->in_pos};
	ZSTD_outBuffer to = {out, len, 0};
	size_t ret = ZSTD_decompressStream(u->zstd, &to, &in);

	u->in_pos = in.pos;
	u->in_frame = ret != 0;
	if (ZSTD_isError(ret))
		u->error = -EINVAL;
	return to.pos;
}

static size_t read_filtered(struct unpack *u, char *out, size_t len)
{
	la_ssize_t n = archive_read_data(u->filter, out, len);

	if (n < 0 && u->error == 0)
		u->error = -EINVAL;
	return n < 0 ? 0 : (size_t)n;
}

/* The same for what this file unpacks itself. */
static size_t read_own(struct unpack *u, char *out, size_t len)
{
	size_t n = 0;

	while (n == 0 && u->error == 0) {
		bool more = refill(u);

		if (u->error != 0)
			break;
		/* The unpacker may still hold output when all input is used up. */
		if (!more && (u->packing == PLAIN || !u->in_frame))
			break;
		if (u->packing == PLAIN)
			n = read_plain(u, out, len);
		else
			n = u->packing == GZIP ? read_gzip(u, out, len) : read_zstd(u, out, len);
		if (n == 0 && !more && u->error == 0)
			u->error = -EINVAL;
	}
	return n;
}

static size_t read_some(struct unpack *u, char *out, size_t len)
{
	size_t n = 0;

	if (u->error == 0)
		n = u->packing == FILTERED ? read_filtered(u, out, len) : read_own(u, out, len);
	u->total += n;
	if (u->total > UNPACKED_MAX)
		u->error = -EFBIG;
	return u->error == 0 ? n : 0;
}

const char *unpack_head(struct unpack *u, size_t want, size_t *len)
{
	size_t n;

	if (want > sizeof(u->head))
		want = sizeof(u->head);
	while (u->head_len < want &&
	       (n = read_some(u, u->head + u->head_len, want - u->head_len)) > 0)
		u->head_len += n;
	*len = u->head_len;
	return u->head;
}

size_t unpack_read(struct unpack *u, char *out, size_t len)
{
	size_t n = u->head_len - u->head_pos;

	if (n == 0)
		return read_some(u, out, len);
	if (n > len)
		n = len;
	memcpy(out, u->head + u->head_pos, n);
	u->head_pos += n;
	return n;
}

int unpack_error(const struct unpack *u)
{
	return u->error;
}
