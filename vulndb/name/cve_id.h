/* SPDX-License-Identifier: Apache-2.0 */
/* cve_id.h - the year and number in a CVE id. */
#ifndef SONDE_VULNDB_CVE_ID_H
#define SONDE_VULNDB_CVE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Read year and number of a CVE id ("CVE-2014-0160") of @len bytes. False where @text is none.
 * Pure. */
bool cve_id_parse(const char *text, size_t len, uint32_t *year, uint32_t *number);

#endif
