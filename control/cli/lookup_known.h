/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_known.h - whether the knowledge file can answer for a distribution, a release, a package. */
#ifndef SONDE_LOOKUP_KNOWN_H
#define SONDE_LOOKUP_KNOWN_H

#include "vulndb.h"

/*
 * Check the distribution, release and package of @id, as far as they are set, against what @db has.
 * @others: the identity also has a product, which the file can judge without the distribution; then
 * it is only a warning if the file has no data of a distribution that Sonde knows. Returns CMD_OK; or
 * CMD_NOTHING, after a message that names what the file lacks and which releases it has.
 */
int lookup_known(const struct vulndb *db, const struct vd_identity *id, bool others);

#endif
