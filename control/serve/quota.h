/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quota.h - what a key may use: requests a second, rows a day.
 *
 * Requests are a bucket of tokens that holds those of one second and is filled as time goes on. Rows
 * count from midnight UTC. The server's thread takes requests, any thread counts rows. Time is an
 * argument.
 */
#ifndef SONDE_QUOTA_H
#define SONDE_QUOTA_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct quota {
	uint32_t rate;         /* 0 = any number */
	uint64_t rows_per_day; /* 0 = any number */
	/* written by the server's thread */
	double tokens;
	int64_t filled_us;
	/* written by any thread */
	_Atomic int64_t day;
	_Atomic uint64_t rows;
	_Atomic unsigned references;
};

/* A new quota with one reference; NULL: no memory. */
struct quota *quota_new(uint32_t rate, uint64_t rows_per_day, int64_t now_us);
struct quota *quota_hold(struct quota *q); /* one reference more; NULL is fine */
void quota_drop(struct quota *q);          /* one less, the last frees; NULL is fine */

/* Take one request. 0, or the seconds after which the next one is due. Server's thread. */
unsigned quota_take(struct quota *q, int64_t now_us);
/* Whether rows are left for today; if not, *@wait_s are the seconds to midnight. */
bool quota_has_rows(struct quota *q, int64_t now_us, unsigned *wait_s);
/* Count @n rows. Returns whether there are still some left after them. NULL: there are. */
bool quota_count(struct quota *q, int64_t now_us, uint64_t n);

enum { QUOTA_TEXT = 96 };
/*
 * Write the fields of draft-ietf-httpapi-ratelimit-headers-10: RateLimit-Policy to @policy, such as
 * "requests";q=10;w=1, and RateLimit to @left, such as "requests";r=3;t=1. Both are "" for a key
 * without quotas. Server's thread.
 */
void quota_fields(const struct quota *q, int64_t now_us, char policy[QUOTA_TEXT],
                  char left[QUOTA_TEXT]);

#endif
