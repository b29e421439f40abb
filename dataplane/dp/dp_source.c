/* SPDX-License-Identifier: Apache-2.0 */
/* dp_source.c - the first source of each family. */
#include "dp_source.h"

uint32_t dp_source_v4(const struct dp *dp)
{
	uint32_t v4;

	for (unsigned i = 0; i < dp->set.source_count; i++)
		if (dp_addr_is_v4(&dp->set.source[i], &v4))
			return v4;
	return 0;
}

const struct dp_addr *dp_source_v6(const struct dp *dp)
{
	for (unsigned i = 0; i < dp->set.source_count; i++)
		if (!dp_addr_is_v4(&dp->set.source[i], NULL))
			return &dp->set.source[i];
	return NULL;
}
