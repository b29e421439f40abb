/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_view.h - what the vulndb says, as JSON and as text: identities and verdicts. */
#ifndef SONDE_VERDICT_VIEW_H
#define SONDE_VERDICT_VIEW_H

#include <jansson.h>
#include <stdio.h>

#include "vulndb.h"

enum { VERDICT_VIEW_JSON = JSON_REAL_PRECISION(6) };

/* New objects; empty texts are left out. NULL: no memory. */
json_t *identity_view_json(const struct vd_identity *id);
json_t *verdict_view_json(const struct vd_verdict *v);

/* For a person; safe on a terminal. */
void identity_view_table(FILE *out, const struct vd_identity *id);
void verdict_view_table(FILE *out, const struct vd_verdict *v);

#endif
