/* SPDX-License-Identifier: Apache-2.0 */
/* hostname.h - finds the host names that a service gives: in its certificate, its redirect, its
 * greeting. */
#ifndef SONDE_HOSTNAME_H
#define SONDE_HOSTNAME_H

#include "store.h"

/* Receives a name, @len bytes that no NUL ends, and where it stands: "cert", "redirect", "banner" or
 * "snmp". Returns false to get no more. */
typedef bool (*hostname_take)(void *arg, const char *name, size_t len, const char *source);

/* Call @take with every host name of @r; the same name may come again. They are valid during the
 * call only. Pure. */
void hostname_each(const struct record *r, hostname_take take, void *arg);

#endif
