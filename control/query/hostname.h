/* SPDX-License-Identifier: Apache-2.0 */
/* hostname.h - the names under which a service shows itself. */
#ifndef SONDE_HOSTNAME_H
#define SONDE_HOSTNAME_H

#include "field.h"

/* Every name in the certificate that is a host's: no wildcard, no address. A name may come
 * twice. */
void hostname_each(const struct record *r, field_take take, void *arg);

#endif
