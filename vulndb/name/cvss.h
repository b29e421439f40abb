/* SPDX-License-Identifier: Apache-2.0 */
/* cvss.h - the base score that a CVSS vector states. */
#ifndef SONDE_VULNDB_CVSS_H
#define SONDE_VULNDB_CVSS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The base score of a vector of CVSS 2.0 ("AV:N/AC:L/Au:N/C:P/I:P/A:P"), 3.0 or 3.1
 * ("CVSS:3.1/AV:N/..."), times ten, and its version (20, 30, 31), by FIRST's specifications.
 * Temporal and environmental metrics are passed over. False, and nothing written, where a base
 * metric is missing, unknown or given twice, and for version 4.0, whose score is looked up in a
 * table that is not here. Pure.
 */
bool cvss_base(const char *vector, uint8_t *x10, uint8_t *version);

#endif
