/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_known.h - whether the knowledge file can answer for a distribution, a release, a package. */
#ifndef SONDE_LOOKUP_KNOWN_H
#define SONDE_LOOKUP_KNOWN_H

#include "vulndb.h"

/*
 * Check the distribution, release and package of @id, as far as they are set, against what @db has.
 * @others: the identity also has a product, which the file can judge without the distribution; then
 * a known distribution without data is only a warning. Returns CMD_OK, or prints what is missing and
 * what there is and returns CMD_NOTHING.
 */
int lookup_known(const struct vulndb *db, const struct vd_identity *id, bool others);

#endif
