/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target_word.h - one word of a list of targets, cut into the host and the port.
 *
 *   192.0.2.1:80   [2001:db8::1]:443   example.org:80   https://192.0.2.1:8443/x   192.0.2.0/24:22
 *
 * The host is whatever an address, a prefix, a range, a pattern or a name may be.
 */
#ifndef SONDE_TARGET_WORD_H
#define SONDE_TARGET_WORD_H

#include <stddef.h>
#include <stdint.h>

struct target_word {
	const char *host; /* in the word; not terminated */
	size_t len;
	uint16_t port; /* 0: none */
};

/* Cut the word of @len bytes. Returns 0, or -EINVAL with *@column (1-based) and *@expected (static
 * text). Blocks while it reads the names of services, where the scheme of a URL is not a usual
 * one. */
int target_word_cut(const char *word, size_t len, struct target_word *out, size_t *column,
                    const char **expected);

#endif
