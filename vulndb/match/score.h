/* SPDX-License-Identifier: Apache-2.0 */
/*
 * score.h - the score's table, read from data/score.tsv: what findings weigh and how they make a
 * score.
 *
 * A line is a word and its fields, divided by tabs; # begins a comment line. Each word but
 * "verdict" and "exposure" is there exactly once for each name:
 *
 * 	model         name
 * 	verdict       code-affected code-possible condition base    the first that holds is the finding
 * 	possible-less points
 * 	exposure      class base
 * 	service       known|usual-port|unusual-port code base
 * 	new-port      days points
 * 	further       from each most
 * 	level         name highest                                  Safe, Low, Moderate, Dangerous, Critical
 *
 * A condition is terms divided by blanks, all of which must hold: kev, cvss>=N, epss>=N.
 */
#ifndef SONDE_VULNDB_SCORE_H
#define SONDE_VULNDB_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "vulndb.h"

enum { SCORE_VERDICTS = 64, SCORE_CLASSES = 64, SCORE_LEVELS = VD_CRITICAL + 1 };

enum score_service { SCORE_KNOWN, SCORE_USUAL_PORT, SCORE_UNUSUAL_PORT, SCORE_SERVICES };

struct score_verdict {
	const char *affected, *possible; /* codes */
	bool kev;
	float epss;       /* > 0: at least this */
	uint8_t cvss_x10; /* > 0: at least this */
	uint8_t base;
};

struct score_weight {
	const char *code; /* or class */
	uint8_t base;
};

struct vd_model {
	char *text;  /* as it was given; owned */
	char *words; /* cut into the texts below; owned */
	const char *name;
	struct score_verdict verdict[SCORE_VERDICTS];
	struct score_weight exposure[SCORE_CLASSES];
	struct score_weight service[SCORE_SERVICES];
	size_t verdicts, exposures;
	uint8_t possible_less;
	uint16_t new_days;
	uint8_t new_more;
	uint8_t further_from, further_each, further_most;
	uint8_t top[SCORE_LEVELS]; /* the highest value of each level */
};

/*
 * Parse @len bytes of text; @name is what errors call it. 0, -EINVAL (@err: "name:line:column:
 * text"), -ENOMEM. score_table_close() frees, NULL is fine.
 */
int score_table_open(const char *name, const char *text, size_t len, struct vd_model **out,
                     struct error *err);

/* The base of a class of exposures; false where the table has none of that name. */
bool score_class(const struct vd_model *m, const char *name, uint8_t *base);

#endif
