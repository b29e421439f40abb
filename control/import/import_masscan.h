/* SPDX-License-Identifier: Apache-2.0 */
/* import_masscan.h - what masscan calls the answers of services, which both of its formats have. */
#ifndef SONDE_IMPORT_MASSCAN_H
#define SONDE_IMPORT_MASSCAN_H

#include "import_facts.h"

/* Facts of the answer @bytes, which masscan files under @name: a protocol ("ssh"), or a part of it
 * ("title", "X509"). */
void import_masscan_banner(struct vd_facts *f, const char *name, size_t len,
                           const struct bytes *bytes);

#endif
