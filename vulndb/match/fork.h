/* SPDX-License-Identifier: Apache-2.0 */
/* fork.h - the products that began as a copy of another and go their own way. */
#ifndef SONDE_VULNDB_FORK_H
#define SONDE_VULNDB_FORK_H

#include <stdbool.h>

/* Whether what answers, @answers ("OpenSSH for Windows"), is a fork of @vendor:@product ("openbsd",
 * "openssh"). What is known of the parent holds for the fork at most possibly. Pure. */
bool fork_is_of(const char *answers, const char *vendor, const char *product);

#endif
