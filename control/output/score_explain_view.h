/* SPDX-License-Identifier: Apache-2.0 */
/* score_explain_view.h - writes an explained score as a table or as JSON. */
#ifndef SONDE_SCORE_EXPLAIN_VIEW_H
#define SONDE_SCORE_EXPLAIN_VIEW_H

#include <stdio.h>

#include "score_explain.h"

/* Write a table for a person. @all: also list the verdicts that give no finding; their number is
 * always shown. 0 or -EIO. */
int score_explain_table(FILE *out, const struct store_host *h, const struct score_explain *e,
                        bool all);
/* Write one JSON object; @pretty: on several lines. 0, -EIO or -ENOMEM. */
int score_explain_json(FILE *out, const struct store_host *h, const struct score_explain *e,
                       bool pretty);

#endif
