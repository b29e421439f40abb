/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.h - downloads a file into a local folder and checks that it is complete and unaltered.
 *
 * An interrupted download continues where it ended, also in a later run. A file that has not
 * changed is not downloaded again. In the folder, NAME.part is a partial file, and NAME.tag holds
 * the ETag or the Last-Modified that the server sent with the file.
 */
#ifndef SONDE_FETCH_H
#define SONDE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct fetch_config {
	const char *dir; /* where files are kept; created if it does not exist */
	/* NULL: as the environment says (https_proxy, all_proxy, no_proxy) */
	const char *proxy;
	/* in hex, of the file as the server sends it; NULL: from the checksum file, if there is
	 * one */
	const char *sha256;
	uint64_t max_bytes;
	uint32_t stall_s; /* an attempt ends after so many seconds without a byte */
	bool http;        /* plain http is allowed, too */
	/* called during the download; NULL: not called */
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *progress_arg;
};

/*
 * Download @url and write the path of the file to @path, which has @size bytes. If the server has
 * URL.sha256, or for NAME.json.gz the NVD's NAME.meta, the file must have that checksum. A URL with
 * a query has no checksum file. A URL of archive_latest.txt stands for the archive that this file names,
 * in the same folder; the one that it named before is deleted. There are up to five attempts, each of which continues where the
 * last one ended. Blocks. 0, or with @err: -EINVAL (the protocol is not allowed, or @config->sha256
 * is no checksum), -EFBIG, -EBADMSG (wrong checksum: the file was deleted; or archive_latest.txt names no
 * archive), -ENOMEM, -EIO or
 * another -errno.
 */
int fetch(const struct fetch_config *config, const char *url, char *path, size_t size,
          struct error *err);

/* Whether @text is a URL rather than a path. */
bool fetch_is_url(const char *text);

/* ---- fetch_sum.c ---- */

enum { FETCH_HEX = 65 };

/* The SHA-256 of a file, or with @unpacked of what the gzip file contains. 0 or -errno. */
int fetch_sum(const char *path, bool unpacked, char hex[FETCH_HEX]);
/* Read the checksum from the text of a checksum file: 64 hex digits at the beginning, or behind
 * "sha256:". The latter is a checksum of the unpacked content, and sets *@unpacked. False: the text
 * has no checksum. */
bool fetch_sum_read(const char *text, char hex[FETCH_HEX], bool *unpacked);

/* ---- fetch_latest.c ---- */

enum { FETCH_NAME = 128 };

/* The length of the folder in @url, without the last slash, if it is one of archive_latest.txt; else
 * 0. Pure. */
size_t fetch_latest_folder(const char *url);
/* Read the name of the newest archive from @text, @len bytes of an archive_latest.txt. False, and
 * @name is left as it is, unless it is one line with the plain name of a packed tar. Pure. */
bool fetch_latest_read(const char *text, size_t len, char name[FETCH_NAME]);
/* Delete what @dir holds of earlier archives that had the URL of @file, a path in @dir. */
void fetch_latest_drop(const char *dir, const char *file);

#endif
