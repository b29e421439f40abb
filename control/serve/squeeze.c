/* SPDX-License-Identifier: Apache-2.0 */
/* squeeze.c - compresses a stream by gzip or zstd. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

#include "squeeze.h"

enum { ROOM = 64 << 10, GZIP_WINDOW = 15 + 16, GZIP_LEVEL = 1, ZSTD_LEVEL = 1 };

struct squeeze {
	enum squeeze_by by;
	z_stream gzip;
	ZSTD_CStream *zstd;
	uint8_t room[ROOM];
};

/* Whether the field has the coding @name with a weight above 0. */
static bool accepts(const char *field, const char *name)
{
	size_t len = strlen(name);

	while (*field != '\0') {
		size_t n;
		const char *weight;

		field += strspn(field, " ,\t");
		n = strcspn(field, ",");
		weight = memchr(field, ';', n);
		if (n >= len && strncasecmp(field, name, len) == 0 &&
		    (n == len || strchr(" ;", field[len]) != NULL)) {
			weight = weight != NULL ? strpbrk(weight, "qQ") : NULL;
			return weight == NULL || weight > field + n || weight[1] != '=' ||
			       strtod(weight + 2, NULL) > 0;
		}
		field += n;
	}
	return false;
}

enum squeeze_by squeeze_choose(const char *accept)
{
	if (accept == NULL)
		return SQUEEZE_NOT;
	return accepts(accept, "zstd")   ? SQUEEZE_ZSTD
	       : accepts(accept, "gzip") ? SQUEEZE_GZIP
	                                 : SQUEEZE_NOT;
}

const char *squeeze_name(enum squeeze_by by)
{
	return by == SQUEEZE_GZIP ? "gzip" : by == SQUEEZE_ZSTD ? "zstd" : NULL;
}

struct squeeze *squeeze_new(enum squeeze_by by)
{
	struct squeeze *s = calloc(1, sizeof(*s));
	bool made = false;

	if (s == NULL)
		return NULL;
	s->by = by;
	if (by == SQUEEZE_GZIP)
		made = deflateInit2(&s->gzip, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8,
		                    Z_DEFAULT_STRATEGY) == Z_OK;
	else if ((s->zstd = ZSTD_createCStream()) != NULL)
		made = !ZSTD_isError(ZSTD_initCStream(s->zstd, ZSTD_LEVEL));
	if (made)
		return s;
	ZSTD_freeCStream(s->zstd);
	free(s);
	return NULL;
}

void squeeze_free(struct squeeze *s)
{
	if (s == NULL)
		return;
	if (s->by == SQUEEZE_GZIP)
		deflateEnd(&s->gzip);
	ZSTD_freeCStream(s->zstd);
	free(s);
}

enum squeeze_by squeeze_kind(const struct squeeze *s)
{
	return s->by;
}

static int put_gzip(struct squeeze *s, const void *data, size_t len, bool end, struct bytes *out)
{
	int ret;

	s->gzip.next_in = (Bytef *)(uintptr_t)data;
	s->gzip.avail_in = (uInt)len;
	do {
		s->gzip.next_out = s->room;
		s->gzip.avail_out = ROOM;
		ret = deflate(&s->gzip, end ? Z_FINISH : Z_NO_FLUSH);
		if (ret == Z_STREAM_ERROR)
			return -EIO;
		bytes_put(out, s->room, ROOM - s->gzip.avail_out);
	} while (s->gzip.avail_out == 0 || (end && ret != Z_STREAM_END));
	return out->failed ? -ENOMEM : 0;
}

static int put_zstd(struct squeeze *s, const void *data, size_t len, bool end, struct bytes *out)
{
	ZSTD_inBuffer in = {data, len, 0};
	size_t left;

	do {
		ZSTD_outBuffer to = {s->room, ROOM, 0};

		left = ZSTD_compressStream2(s->zstd, &to, &in, end ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return -EIO;
		bytes_put(out, s->room, to.pos);
	} while (in.pos < in.size || (end && left > 0));
	return out->failed ? -ENOMEM : 0;
}

int squeeze_put(struct squeeze *s, const void *data, size_t len, bool end, struct bytes *out)
{
	return s->by == SQUEEZE_GZIP ? put_gzip(s, data, len, end, out)
	                             : put_zstd(s, data, len, end, out);
}
