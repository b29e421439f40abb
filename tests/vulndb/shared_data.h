/* SPDX-License-Identifier: Apache-2.0 */
/* shared_data.h - finds and unpacks the data sets that tests may read and that are not part of the
 * project. */
#ifndef TEST_SHARED_DATA_H
#define TEST_SHARED_DATA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Read the whole file, unpacked, with a NUL at its end; NULL and a message if it is absent. The
 * caller frees. */
__attribute__((unused)) static char *shared_data(const char *file, size_t *len)
{
	const char *dir = getenv("SONDE_DATA");
	char path[4096], *packed = NULL, *data = NULL;
	ZSTD_inBuffer in = {NULL, 0, 0};
	ZSTD_outBuffer out = {NULL, 0, 0};
	ZSTD_DStream *stream = ZSTD_createDStream();
	size_t left = 1;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s",
	         dir != NULL ? dir : SONDE_SOURCE_ROOT "/../shared/data", file);
	f = fopen(path, "rb");
	if (f == NULL) {
		fprintf(stderr, "SKIP: %s is absent; SONDE_DATA names the folder with it\n", path);
		ZSTD_freeDStream(stream);
		return NULL;
	}
	packed = malloc(64 << 20);
	in.src = packed;
	in.size = packed != NULL ? fread(packed, 1, 64 << 20, f) : 0;
	fclose(f);
	while (left != 0 && in.pos <= in.size) {
		out.size = out.pos + (4 << 20);
		data = realloc(data, out.size + 1);
		out.dst = data;
		left = data != NULL ? ZSTD_decompressStream(stream, &out, &in) : 0;
		if (ZSTD_isError(left) || (in.pos == in.size && out.pos < out.size))
			break;
	}
	free(packed);
	ZSTD_freeDStream(stream);
	*len = out.pos;
	if (data != NULL)
		data[out.pos] = '\0';
	return data;
}

/* Call @each for each regular file of a tar archive in memory. */
__attribute__((unused)) static void tar_each(const char *tar, size_t len,
                                             void (*each)(void *, const char *, const char *,
                                                          size_t),
                                             void *arg)
{
	for (size_t at = 0; len - at >= 512 && tar[at] != '\0';) {
		char name[101] = "", digits[13] = "";
		size_t size;

		memcpy(name, tar + at, 100);
		memcpy(digits, tar + at + 124, 12);
		size = strtoull(digits, NULL, 8);
		if (len - at - 512 < size)
			return;
		if (tar[at + 156] == '0' || tar[at + 156] == '\0')
			each(arg, name, tar + at + 512, size);
		at += 512 + (size + 511) / 512 * 512;
		if (at > len)
			return;
	}
}

#endif
