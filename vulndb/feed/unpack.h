/* SPDX-License-Identifier: Apache-2.0 */
/* unpack.h - a stream of bytes, unpacked where it is gzip or zstd, as its first bytes say. One
 * thread. */
#ifndef SONDE_VULNDB_UNPACK_H
#define SONDE_VULNDB_UNPACK_H

#include <stddef.h>
#include <sys/types.h>

struct unpack;

/* Where bytes come from: up to @len of them, 0 at the end, -errno. */
typedef ssize_t (*unpack_source)(void *arg, void *out, size_t len);

/* A file's bytes. 0 or -errno. */
int unpack_open(const char *path, struct unpack **out);
/* The bytes of @source, which must live until unpack_close. 0 or -errno. */
int unpack_over(unpack_source source, void *arg, struct unpack **out);
void unpack_close(struct unpack *u);
/* Up to @want first bytes (at most 1 << 18), which the next unpack_read gives again. */
const char *unpack_head(struct unpack *u, size_t want, size_t *len);
/* Up to @len bytes; 0 at the end or after an error. */
size_t unpack_read(struct unpack *u, char *out, size_t len);
/* 0, what the source said, -EIO (read error), -EINVAL (packed data broken or cut short), -EFBIG
 * (unpacks to too much). */
int unpack_error(const struct unpack *u);

#endif
