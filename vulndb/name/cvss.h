/* SPDX-License-Identifier: Apache-2.0 */
/* cvss.h - the base score that a CVSS vector states. */
#ifndef SONDE_VULNDB_CVSS_H
#define SONDE_VULNDB_CVSS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Compute the base score of a CVSS vector of version 2.0 ("AV:N/AC:L/Au:N/C:P/I:P/A:P"), 3.0, 3.1
 * ("CVSS:3.1/AV:N/...") or 4.0 by FIRST's specifications. Writes the score times ten to *@x10 and
 * the version (20, 30, 31, 40) to *@version. Other metrics, as temporal and environmental ones, are
 * skipped. False, and nothing written, where a base metric is missing, unknown or given twice. Pure.
 */
bool cvss_base(const char *vector, uint8_t *x10, uint8_t *version);

#endif
