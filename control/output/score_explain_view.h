/* SPDX-License-Identifier: Apache-2.0 */
/* score_explain_view.h - an explained score as a table and as JSON. */
#ifndef SONDE_SCORE_EXPLAIN_VIEW_H
#define SONDE_SCORE_EXPLAIN_VIEW_H

#include <stdio.h>

#include "score_explain.h"

/* For a person. @all: with the verdicts that are no finding, instead of their number. 0 or -EIO. */
int score_explain_table(FILE *out, const struct store_host *h, const struct score_explain *e,
                        bool all);
/* One object; @pretty: on several lines. 0, -EIO or -ENOMEM. */
int score_explain_json(FILE *out, const struct store_host *h, const struct score_explain *e,
                       bool pretty);

#endif
