/* SPDX-License-Identifier: Apache-2.0 */
/* cve_id.h - the numbers of a CVE's name. */
#ifndef SONDE_VULNDB_CVE_ID_H
#define SONDE_VULNDB_CVE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "CVE-2014-0160", @len bytes of it, to year and number. False where it is none. Pure. */
bool cve_id_parse(const char *text, size_t len, uint32_t *year, uint32_t *number);

#endif
