/* SPDX-License-Identifier: Apache-2.0 */
/* unpack.h - reads a stream of bytes and unpacks it where its first bytes are those of gzip,
 * zstd, bzip2 or xz. One thread. */
#ifndef SONDE_VULNDB_UNPACK_H
#define SONDE_VULNDB_UNPACK_H

#include <stddef.h>
#include <sys/types.h>

struct unpack;

/* A source of bytes: writes up to @len bytes to @out and returns how many, 0 at the end, or
 * -errno. */
typedef ssize_t (*unpack_source)(void *arg, void *out, size_t len);

/* Open the bytes of the file @path. 0 or -errno. */
int unpack_open(const char *path, struct unpack **out);
/* Open the bytes that @source gives when it is called with @arg, which must live until
 * unpack_close(). 0, -EINVAL (broken at its beginning) or another -errno. */
int unpack_over(unpack_source source, void *arg, struct unpack **out);
void unpack_close(struct unpack *u);
/* The first bytes, up to @want (at most 1 << 18), and in *@len how many; unpack_read() returns them
 * again. They live until unpack_close(). */
const char *unpack_head(struct unpack *u, size_t want, size_t *len);
/* Read up to @len bytes to @out. Returns how many, or 0 at the end or after an error. */
size_t unpack_read(struct unpack *u, char *out, size_t len);
/* 0, the source's error, -EIO (read error), -EINVAL (packed data broken or cut short), -EFBIG
 * (unpacks to too much). */
int unpack_error(const struct unpack *u);

#endif
