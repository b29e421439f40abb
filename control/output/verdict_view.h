/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_view.h - what the vulndb says, for a person: identities and verdicts. JSON: service_json.h. */
#ifndef SONDE_VERDICT_VIEW_H
#define SONDE_VERDICT_VIEW_H

#include <stdio.h>

#include "vulndb.h"

/* Safe on a terminal. */
void identity_view_table(FILE *out, const struct vd_identity *id);
void verdict_view_table(FILE *out, const struct vd_verdict *v);

#endif
