/* SPDX-License-Identifier: Apache-2.0 */
/* cve_id.c - reads a CVE id: "CVE-", four digits of a year, "-", a number of 4 to 10 digits. */
#include "cve_id.h"

#include <string.h>

bool cve_id_parse(const char *text, size_t len, uint32_t *year, uint32_t *number)
{
	uint64_t n = 0;

	if (len < 13 || len > 19 || memcmp(text, "CVE-", 4) != 0 || text[8] != '-')
		return false;
	*year = 0;
	for (size_t i = 4; i < 8; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*year = *year * 10 + (uint32_t)(text[i] - '0');
	}
	for (size_t i = 9; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(text[i] - '0');
	}
	*number = (uint32_t)n;
	return n > 0 && n <= UINT32_MAX && *year > 0;
}
