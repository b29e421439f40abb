/* SPDX-License-Identifier: Apache-2.0 */
/* knowledge_age.h - tells which parts of the knowledge file are old. */
#ifndef SONDE_KNOWLEDGE_AGE_H
#define SONDE_KNOWLEDGE_AGE_H

#include "vulndb.h"

enum { KNOWLEDGE_OLD_DAYS = 30, KNOWLEDGE_AGE_TEXT = 320 };

/*
 * Write a sentence that names the parts of the knowledge that are older than KNOWLEDGE_OLD_DAYS at
 * @now_us (microseconds since 1970): NVD, KEV, EPSS, and the data of distributions. The date of a
 * part is that of its newest data, not that of the file. A part without a date counts as new.
 * Returns whether there is such a part; if not, @out is "". Pure.
 */
bool knowledge_age_words(const struct vulndb *db, int64_t now_us, char out[KNOWLEDGE_AGE_TEXT]);

/* The same for the lines of struct vulndb_info.sources. Pure. */
bool knowledge_age_of(const char *sources, int64_t now_us, char out[KNOWLEDGE_AGE_TEXT]);

#endif
