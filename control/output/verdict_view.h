/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_view.h - prints identities and verdicts for a person; service_json.h writes them as
 * JSON. */
#ifndef SONDE_VERDICT_VIEW_H
#define SONDE_VERDICT_VIEW_H

#include <stdio.h>

#include "vulndb.h"

/* Print an identity as rows, or a verdict as one row. Safe on a terminal. */
void identity_view_table(FILE *out, const struct vd_identity *id);
void verdict_view_table(FILE *out, const struct vd_verdict *v);

#endif
