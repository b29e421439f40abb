/* SPDX-License-Identifier: Apache-2.0 */
/* resume.h - checks that a resumed scan has the targets and options that it began with. */
#ifndef SONDE_RESUME_H
#define SONDE_RESUME_H

#include "plan.h"
#include "scan_words.h"

enum { RESUME_TEXT = 1024 };

/*
 * Compare the scan that @config and @plan describe with @before, the record of the scan to resume,
 * whose command line is @words. @plan must have been made with the key of @before. Returns false if they agree, or true with the
 * names of what differs in @out ("--shard, the ports"). Reads the lists again.
 */
bool resume_differs(const struct store_scan *before, const struct scan_words *words,
                    const struct config *config, const struct plan *plan, char out[RESUME_TEXT]);

#endif
