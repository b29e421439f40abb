/* SPDX-License-Identifier: Apache-2.0 */
/* hostname.h - finds the host names in the certificate of a service. */
#ifndef SONDE_HOSTNAME_H
#define SONDE_HOSTNAME_H

#include "field.h"

/* Call @take with every host name in the certificate until it returns false. Wildcards and
 * addresses are no host names. A name may come twice. */
void hostname_each(const struct record *r, field_take take, void *arg);

#endif
