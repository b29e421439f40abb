/* SPDX-License-Identifier: Apache-2.0 */
/*
 * score.h - the score table, read from data/score.tsv: how much findings weigh and how they make a
 * score.
 *
 * A line is a word and its fields, separated by tabs; # begins a comment line. Each line but
 * "verdict" and "exposure" must be there exactly once, "service" and "level" once for each name:
 *
 *   model         name
 *   verdict       code-affected code-possible condition base    (the first that holds counts)
 *   possible-less points
 *   fixed-less    points          (may be missing)
 *   exposure      class base
 *   service       known|usual-port|unusual-port code base
 *   new-port      days points
 *   further       from each most
 *   level         name highest    (Safe, Low, Moderate, Dangerous, Critical)
 *
 * A condition is a list of terms, separated by blanks, all of which must hold: kev, cvss>=N,
 * epss>=N.
 */
#ifndef SONDE_VULNDB_SCORE_H
#define SONDE_VULNDB_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "vulndb.h"

enum { SCORE_VERDICTS = 64, SCORE_CLASSES = 64, SCORE_LEVELS = VD_CRITICAL + 1 };

enum score_service { SCORE_KNOWN, SCORE_USUAL_PORT, SCORE_UNUSUAL_PORT, SCORE_SERVICES };

struct score_verdict {
	const char *affected, *possible; /* codes of the finding, by the verdict's kind */
	bool kev;
	float epss;       /* > 0: at least this */
	uint8_t cvss_x10; /* > 0: at least this */
	uint8_t base;
};

struct score_weight {
	const char *code; /* or the class of an exposure */
	uint8_t base;
};

struct vd_model {
	char *text;  /* as it was given; owned */
	char *words; /* a copy, cut into the texts below; owned */
	const char *name;
	struct score_verdict verdict[SCORE_VERDICTS];
	struct score_weight exposure[SCORE_CLASSES];
	struct score_weight service[SCORE_SERVICES];
	size_t verdicts, exposures;
	uint8_t possible_less;
	uint8_t fixed_less; /* besides, where a distribution has the fix */
	uint16_t new_days;
	uint8_t new_more;
	uint8_t further_from, further_each, further_most;
	uint8_t top[SCORE_LEVELS]; /* the highest value of each level */
};

/*
 * Parse @len bytes of text, which are copied; @name is the text's name in errors. 0, -EINVAL (@err:
 * "name:line:column: text"), -ENOMEM. vd_model_close() frees *@out.
 */
int score_table_open(const char *name, const char *text, size_t len, struct vd_model **out,
                     struct error *err);

/* Find the base of an exposure class. False: the table has no class of that name. */
bool score_class(const struct vd_model *m, const char *name, uint8_t *base);

#endif
