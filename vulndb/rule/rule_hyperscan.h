/* SPDX-License-Identifier: Apache-2.0 */
/* rule_hyperscan.h - one Hyperscan database for all patterns of a field. */
#ifndef VULNDB_RULE_HYPERSCAN_H
#define VULNDB_RULE_HYPERSCAN_H

#include <stddef.h>
#include <stdint.h>

#include "vulndb.h"

struct hyperscan_pattern {
	const char *text;
	uint32_t options; /* of PCRE2 */
	bool always;      /* out: not in the database */
};

/*
 * Compile patterns 0..@n-1 for the generic platform; a pattern's number is its place. One that
 * Hyperscan does not know is marked `always`. *@bytes is freed by the caller with free(); it is
 * NULL where all are. 0, -ENOMEM, -ENOTSUP (built without Hyperscan).
 */
int hyperscan_compile(struct hyperscan_pattern *patterns, size_t n, char **bytes, size_t *len);

#endif
