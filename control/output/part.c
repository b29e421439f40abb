/* SPDX-License-Identifier: Apache-2.0 */
/* part.c - writes a file, whole or not at all, compressed and summed. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "part.h"
#include "sha256.h"

enum { PACKED = 1 << 17, GZIP_WINDOW = 15 + 16, LEVEL_GZIP = 6, LEVEL_ZSTD = 3, NAME = 256 };

struct part {
	int dir, fd;
	char name[NAME];
	bool named; /* the file has its name already: it could not be without one */
	uint64_t bytes, plain_bytes;
	EVP_MD_CTX *sum, *plain; /* of what is on the disk; of what was given, where that differs */
	enum part_pack pack;
	z_stream gzip;
	bool is_gzip; /* @gzip has memory */
	ZSTD_CCtx *zstd;
	uint8_t *packed; /* PACKED bytes; NULL of a plain file */
};

enum part_pack part_pack_of(const char *name)
{
	size_t len = strlen(name);

	if (len > 3 && strcmp(name + len - 3, ".gz") == 0)
		return PART_GZIP;
	return len > 4 && strcmp(name + len - 4, ".zst") == 0 ? PART_ZSTD : PART_PLAIN;
}

/* ---- the file -------------------------------------------------------------------------------- */

static int open_file(struct part *p)
{
	p->fd = openat(p->dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	if (p->fd >= 0)
		return 0;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)
		return -errno;
	p->fd = openat(p->dir, p->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	p->named = p->fd >= 0;
	return p->fd >= 0 ? 0 : -errno;
}

static int give_name(struct part *p)
{
	char self[32];

	if (p->named)
		return 0;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", p->fd);
	unlinkat(p->dir, p->name, 0); /* of a process with this number that was killed */
	if (linkat(AT_FDCWD, self, p->dir, p->name, AT_SYMLINK_FOLLOW) != 0)
		return -errno;
	p->named = true;
	return 0;
}

static int put(struct part *p, const void *data, size_t len)
{
	const uint8_t *at = data;

	if (p->sum != NULL && EVP_DigestUpdate(p->sum, data, len) != 1)
		return -ENOMEM;
	p->bytes += len;
	while (len > 0) {
		ssize_t n = write(p->fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* ---- packing --------------------------------------------------------------------------------- */

static int begin_sum(EVP_MD_CTX **sum)
{
	*sum = EVP_MD_CTX_new();
	return *sum != NULL && EVP_DigestInit_ex(*sum, EVP_sha256(), NULL) == 1 ? 0 : -ENOMEM;
}

static int begin_packing(struct part *p, bool no_sum)
{
	if (p->pack == PART_PLAIN)
		return 0;
	p->packed = malloc(PACKED);
	if (p->packed == NULL || (!no_sum && begin_sum(&p->plain) != 0))
		return -ENOMEM;
	if (p->pack == PART_GZIP) {
		p->is_gzip = deflateInit2(&p->gzip, LEVEL_GZIP, Z_DEFLATED, GZIP_WINDOW, 8,
		                          Z_DEFAULT_STRATEGY) == Z_OK;
		return p->is_gzip ? 0 : -ENOMEM;
	}
	p->zstd = ZSTD_createCCtx();
	if (p->zstd == NULL)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, LEVEL_ZSTD);
	ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1);
	return 0;
}

static int gzip(struct part *p, const void *data, size_t len, bool end)
{
	int state, ret;

	p->gzip.next_in = (Bytef *)(uintptr_t)data;
	p->gzip.avail_in = (uInt)len;
	do {
		p->gzip.next_out = p->packed;
		p->gzip.avail_out = PACKED;
		state = deflate(&p->gzip, end ? Z_FINISH : Z_NO_FLUSH);
		if (state == Z_STREAM_ERROR)
			return -EIO;
		ret = put(p, p->packed, PACKED - p->gzip.avail_out);
		if (ret != 0)
			return ret;
	} while (end ? state != Z_STREAM_END : p->gzip.avail_in > 0);
	return 0;
}

static int zstd(struct part *p, const void *data, size_t len, bool end)
{
	ZSTD_inBuffer in = {data, len, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {p->packed, PACKED, 0};
		int ret;

		left = ZSTD_compressStream2(p->zstd, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return -EIO;
		ret = put(p, p->packed, out.pos);
		if (ret != 0)
			return ret;
	} while (end ? left > 0 : in.pos < in.size);
	return 0;
}

static int pack(struct part *p, const void *data, size_t len, bool end)
{
	switch (p->pack) {
	case PART_GZIP:
		return gzip(p, data, len, end);
	case PART_ZSTD:
		return zstd(p, data, len, end);
	default:
		return put(p, data, len);
	}
}

/* ---- a part ---------------------------------------------------------------------------------- */

int part_open(const struct part_place *place, struct part **out)
{
	struct part *p = calloc(1, sizeof(*p));
	int ret = 0;

	if (p == NULL)
		return -ENOMEM;
	p->dir = place->dir;
	p->fd = -1;
	p->pack = place->pack;
	if ((size_t)snprintf(p->name, sizeof(p->name), "%s", place->name) >= sizeof(p->name))
		ret = -ENAMETOOLONG;
	if (ret == 0 && !place->no_sum)
		ret = begin_sum(&p->sum);
	if (ret == 0)
		ret = begin_packing(p, place->no_sum);
	if (ret == 0)
		ret = open_file(p);
	if (ret != 0)
		part_discard(p);
	else
		*out = p;
	return ret;
}

int part_write(struct part *p, const void *data, size_t len)
{
	p->plain_bytes += len;
	if (len == 0)
		return 0;
	if (p->plain != NULL && EVP_DigestUpdate(p->plain, data, len) != 1)
		return -ENOMEM;
	return pack(p, data, len, false);
}

uint64_t part_bytes(const struct part *p)
{
	return p->bytes;
}

static int hex_of(const EVP_MD_CTX *sum, char out[65])
{
	EVP_MD_CTX *copy = sum != NULL ? EVP_MD_CTX_new() : NULL;
	uint8_t digest[32];
	int ret = sum != NULL ? -ENOMEM : 0;

	out[0] = '\0';
	if (copy != NULL && EVP_MD_CTX_copy_ex(copy, sum) == 1 &&
	    EVP_DigestFinal_ex(copy, digest, NULL) == 1) {
		sha256_format(digest, out);
		ret = 0;
	}
	EVP_MD_CTX_free(copy);
	return ret;
}

int part_plain_sum(const struct part *p, char out[65])
{
	return hex_of(p->plain != NULL ? p->plain : p->sum, out);
}

int part_finish(struct part *p, struct part_sum *sum)
{
	int ret = p->pack == PART_PLAIN ? 0 : pack(p, NULL, 0, true);

	if (ret == 0)
		ret = hex_of(p->sum, sum->sha256);
	if (ret == 0 && fsync(p->fd) != 0)
		ret = -errno;
	if (ret == 0)
		ret = give_name(p);
	sum->bytes = p->bytes;
	sum->plain_bytes = p->plain_bytes;
	if (ret == 0)
		p->named = false; /* it stays */
	part_discard(p);
	return ret;
}

void part_discard(struct part *p)
{
	if (p == NULL)
		return;
	if (p->named)
		unlinkat(p->dir, p->name, 0);
	if (p->fd >= 0)
		close(p->fd);
	if (p->is_gzip)
		deflateEnd(&p->gzip);
	ZSTD_freeCCtx(p->zstd);
	EVP_MD_CTX_free(p->sum);
	EVP_MD_CTX_free(p->plain);
	free(p->packed);
	free(p);
}
