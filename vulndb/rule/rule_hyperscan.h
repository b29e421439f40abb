/* SPDX-License-Identifier: Apache-2.0 */
/* rule_hyperscan.h - one Hyperscan database for all patterns of a field. */
#ifndef VULNDB_RULE_HYPERSCAN_H
#define VULNDB_RULE_HYPERSCAN_H

#include <stddef.h>
#include <stdint.h>

#include "vulndb.h"

struct hyperscan_pattern {
	const char *text;
	uint32_t options; /* PCRE2's option bits */
	bool always;      /* out: the pattern is not in the database */
};

/*
 * Compile @n patterns for the generic platform; the number of a pattern is its index. A pattern
 * that Hyperscan does not support is marked @always. The caller frees *@bytes with free(); it is
 * NULL if no database could be made. 0, -ENOMEM, -ENOTSUP (built without Hyperscan).
 */
int hyperscan_compile(struct hyperscan_pattern *patterns, size_t n, char **bytes, size_t *len);

#endif
