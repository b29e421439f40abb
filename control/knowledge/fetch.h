/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.h - a file of the web in a folder of ours, whole and as its publisher has it.
 *
 * A download that breaks off goes on where it ended, also in a later run; a file that has not
 * changed is not loaded again. In the folder, NAME.part is an unfinished file and NAME.tag what its
 * server calls it.
 */
#ifndef SONDE_FETCH_H
#define SONDE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct fetch_config {
	const char *dir; /* where files are kept; made if it is not there */
	/* NULL: what the environment says (https_proxy, all_proxy, no_proxy) */
	const char *proxy;
	/* hex, of the file as it is sent; NULL: what stands beside it, if anything */
	const char *sha256;
	uint64_t max_bytes;
	uint32_t stall_s; /* give up (and try again) after so long without a byte */
	bool http;        /* plain http is allowed, too */
	/* NULL: none */
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *progress_arg;
};

/*
 * Get @url. *@path is the file in the folder. Where the server has URL.sha256, or for NAME.json.gz
 * the NAME.meta of the NVD, the file must have that checksum. Up to five attempts, each going on
 * where the last ended. 0, -EINVAL (no URL, not allowed), -EFBIG, -EBADMSG (checksum; the file was
 * deleted), -EIO, -ENOMEM with @err.
 */
int fetch(const struct fetch_config *config, const char *url, char *path, size_t size,
          struct error *err);

/* Whether @text is a URL rather than a path. */
bool fetch_is_url(const char *text);

/* ---- fetch_sum.c ---- */

enum { FETCH_HEX = 65 };

/* The SHA-256 of a file, or with @unpacked of what its gzip holds. 0 or -errno. */
int fetch_sum(const char *path, bool unpacked, char hex[FETCH_HEX]);
/* The checksum in the text of a sidecar: 64 hex digits at its beginning, or "sha256:" before them
 * (of the unpacked content: *@unpacked). False where there is none. */
bool fetch_sum_read(const char *text, char hex[FETCH_HEX], bool *unpacked);

#endif
