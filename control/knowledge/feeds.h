/* SPDX-License-Identifier: Apache-2.0 */
/* feeds.h - the feeds that `sonde vulndb update` fetches without being told any, and where they are. */
#ifndef SONDE_FEEDS_H
#define SONDE_FEEDS_H

#include <stddef.h>
#include <stdint.h>

enum { FEEDS_MAX = 60, FEEDS_URL = 256 };

struct feeds {
	char url[FEEDS_MAX][FEEDS_URL];
	unsigned count;
};

/*
 * List the addresses of all known feeds as of @now_us (microseconds since 1970): the NVD has one for
 * each year. @mirror NULL: where their publishers have them. Otherwise they are @mirror/NAME, where
 * NAME is the one that feeds_name() gives. 0, or -EINVAL if @mirror is too long. Pure.
 */
int feeds_list(const char *mirror, int64_t now_us, struct feeds *out);

/* The name of feed @i on a mirror; "" behind the last. Pure. */
void feeds_name(unsigned i, int64_t now_us, char out[64]);

#endif
