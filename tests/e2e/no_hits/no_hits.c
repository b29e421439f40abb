/* SPDX-License-Identifier: Apache-2.0 */
/*
 * no_hits.c - a library for LD_PRELOAD that lets a program run out of memory for CVEs: the first
 * allocation of the matcher's list of hits fails, and all others work as ever.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

#include "vulndb.h"

enum { FIRST_HITS = 256 }; /* the first capacity of the list in vulndb/match/match.c */

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
