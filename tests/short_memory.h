/* SPDX-License-Identifier: Apache-2.0 */
/*
 * short_memory.h - lets allocations fail when a test says so.
 *
 * For one file of a test that is linked with short_memory_args of tests/meson.build: the linker
 * then sends the allocations of what is linked statically here: our own libraries, and Check's.
 * Between begin and end there is therefore no claim: those of Check allocate. Shared libraries
 * allocate as ever.
 */
#ifndef SONDE_TEST_SHORT_MEMORY_H
#define SONDE_TEST_SHORT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *data, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *data, size_t size);

static struct {
	bool on;
	unsigned left; /* allocations that still succeed while it is on */
	bool failed;   /* one did not */
} short_memory;

/* From now on @n allocations succeed, and none after them. */
static inline void short_memory_begin(unsigned n)
{
	short_memory.left = n;
	short_memory.failed = false;
	short_memory.on = true;
}

/* All succeed again. Returns whether one failed. */
static inline bool short_memory_end(void)
{
	short_memory.on = false;
	return short_memory.failed;
}

static inline bool short_memory_refuses(void)
{
	if (!short_memory.on)
		return false;
	if (short_memory.left > 0) {
		short_memory.left--;
		return false;
	}
	short_memory.failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return short_memory_refuses() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return short_memory_refuses() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *data, size_t size)
{
	return short_memory_refuses() ? NULL : __real_realloc(data, size);
}

#endif
