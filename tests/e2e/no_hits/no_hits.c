/* SPDX-License-Identifier: Apache-2.0 */
/*
 * no_hits.c - takes the memory for CVEs away from a program that it is preloaded to (LD_PRELOAD):
 * the first allocation of the matcher's list of hits fails, and all others are as ever.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

#include "vulndb.h"

enum { FIRST_HITS = 256 }; /* vulndb/match/match.c begins its list with so many */

void *realloc(void *data, size_t size)
{
	static void *(*real)(void *, size_t);

	if (data == NULL && size == FIRST_HITS * sizeof(struct vd_hit)) {
		errno = ENOMEM;
		return NULL;
	}
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "realloc");
	return real(data, size);
}
