/* SPDX-License-Identifier: Apache-2.0 */
/*
 * param.h - the parameters of all routes: one table, so that a name means the same everywhere.
 *
 * A route names those that it takes by their bits. Those of paths come first.
 */
#ifndef SONDE_PARAM_H
#define SONDE_PARAM_H

#include "addr_range.h"
#include "request_target.h"

enum param_id {
	PARAM_IP,
	PARAM_ID,
	PARAM_CVE,
	PARAM_PATHS, /* those before this one stand in paths */
	PARAM_QUERY = PARAM_PATHS,
	PARAM_LIMIT,
	PARAM_CURSOR,
	PARAM_AFTER,
	PARAM_FACETS,
	PARAM_FIELDS,
	PARAM_ROWS,
	PARAM_SORT,
	PARAM_VERDICTS,
	PARAM_HISTORY,
	PARAM_COUNT_BY,
	PARAM_TYPES,
	PARAM_SINCE,
	PARAM_UNTIL,
	PARAM_ADDRESS,
	PARAM_ORDER,
	PARAM_FORMAT,
	PARAM_COUNT
};

#define PARAM_BIT(id) (UINT32_C(1) << PARAM_##id)

enum param_type {
	PARAM_TEXT,     /* at most @most bytes */
	PARAM_WORD,     /* one of @words; its place is the number */
	PARAM_NUMBER,   /* from @least to @most */
	PARAM_BOOL,     /* "true" or "false" */
	PARAM_TIME,     /* 24h, 7d: before now; a date or RFC 3339; microseconds since 1970 */
	PARAM_ADDR,     /* an address, in range.first */
	PARAM_RANGE,    /* an address, a prefix or a range */
	PARAM_CHANGES,  /* types of changes: the number has their bits */
	PARAM_VERDICT,  /* kinds of verdicts, or "none": bits of service_json.h */
	PARAM_CVE_NAME, /* CVE-2024-0000, in upper case in @word */
};

struct param {
	const char *name;
	uint8_t type; /* enum param_type */
	uint64_t least, most;
	uint64_t standard; /* what the number is where the parameter is not given */
	const char *const *words;
	const char *help; /* without its full stop */
};

/* The row of parameter @id. Static. */
const struct param *param_at(unsigned id);

struct param_value {
	const char *text; /* as given, NULL: not given; lives as long as the target */
	uint64_t number;
};

struct params {
	struct param_value v[PARAM_COUNT];
	struct dp_addr_range range; /* of PARAM_IP or PARAM_ADDRESS */
	char cve[32];
};

/*
 * Fill *@out with the parameters of @target, of which only those in the bits @known may be there.
 * Values of paths are in @out already, as texts. Relative times count back from @now_us. 0, or
 * -EINVAL with @err naming the parameter and what was expected. Pure.
 */
int params_read(const struct request_target *target, uint32_t known, int64_t now_us,
                struct params *out, struct error *err);

#endif
