/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - the growing list of named values that describes one service. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "decode.h"

struct vd_facts {
	size_t count;
	/* a bit for the first two bytes of each name: lookups try it first */
	uint64_t starts;
	bool incomplete;      /* memory was short for a fact */
	struct chunk *chunks; /* of names and values; the first one has room behind @used */
	size_t used;
	struct vd_fact list[VD_FACTS_MAX];
};

/* The memory of some facts: an allocation for each would be most of the time that reading takes. */
struct chunk {
	struct chunk *next;
	size_t size;
	char data[];
};

enum { CHUNK_LEAST = 1024, CHUNK_KEPT = 65536 };

/* @n bytes that live until the list is cleared; NULL: no memory. */
static char *take(struct vd_facts *f, size_t n)
{
	if (f->chunks == NULL || f->chunks->size - f->used < n) {
		size_t size = f->chunks == NULL ? CHUNK_LEAST : 2 * f->chunks->size;
		struct chunk *more;

		size = size < n ? n : size > CHUNK_KEPT && n <= CHUNK_KEPT ? CHUNK_KEPT : size;
		more = malloc(sizeof(*more) + size);
		if (more == NULL)
			return NULL;
		*more = (struct chunk){f->chunks, size};
		f->chunks = more;
		f->used = 0;
	}
	f->used += n;
	return f->chunks->data + f->used - n;
}

/* Free all chunks, or all but one that the next facts fill. */
static void drop(struct vd_facts *f, bool keep)
{
	struct chunk *c = f->chunks, *next;

	if (keep && c != NULL && c->size <= CHUNK_KEPT) {
		c = f->chunks->next;
		f->chunks->next = NULL;
	} else {
		f->chunks = NULL;
	}
	for (; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	f->used = 0;
}

struct vd_facts *vd_facts_new(void)
{
	return calloc(1, sizeof(struct vd_facts));
}

void vd_facts_clear(struct vd_facts *f)
{
	drop(f, true);
	f->count = 0;
	f->starts = 0;
	f->incomplete = false;
}

static uint64_t start_bit(const char *name)
{
	return UINT64_C(1) << (((unsigned char)name[0] * 5U + (unsigned char)name[1]) & 63);
}

void vd_facts_free(struct vd_facts *f)
{
	if (f == NULL)
		return;
	drop(f, false);
	free(f);
}

static bool valid_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > VD_FACT_NAME_MAX)
		return false;
	for (const char *c = name; *c != '\0'; c++)
		if ((*c < 'a' || *c > 'z') && (*c < '0' || *c > '9') && *c != '.' && *c != '_')
			return false;
	return true;
}

int vd_facts_add(struct vd_facts *f, const char *name, const void *value, size_t len)
{
	size_t name_size;
	char *block;

	if (!valid_name(name))
		return -EINVAL;
	if (f->count == VD_FACTS_MAX)
		return -ENOSPC;
	if (len > VD_FACT_VALUE_MAX)
		len = VD_FACT_VALUE_MAX;
	name_size = strlen(name) + 1;
	block = take(f, name_size + len + 1);
	if (block == NULL) {
		f->incomplete = true;
		return -ENOMEM;
	}
	memcpy(block, name, name_size);
	if (len > 0)
		memcpy(block + name_size, value, len);
	block[name_size + len] = '\0';
	f->starts |= start_bit(block);
	f->list[f->count++] = (struct vd_fact){block, block + name_size, len};
	return 0;
}

int vd_facts_addf(struct vd_facts *f, const char *name, const char *format, ...)
{
	char text[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0)
		return -EINVAL;
	return vd_facts_add(f, name, text,
	                    (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

void facts_lose(struct vd_facts *f)
{
	f->incomplete = true;
}

bool vd_facts_complete(const struct vd_facts *f)
{
	return !f->incomplete;
}

size_t vd_facts_count(const struct vd_facts *f)
{
	return f->count;
}

const struct vd_fact *vd_facts_at(const struct vd_facts *f, size_t i)
{
	return i < f->count ? &f->list[i] : NULL;
}

const struct vd_fact *vd_facts_get(const struct vd_facts *f, const char *name)
{
	if ((f->starts & start_bit(name)) == 0)
		return NULL;
	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].name[0] == name[0] && strcmp(f->list[i].name, name) == 0)
			return &f->list[i];
	return NULL;
}

static bool is_repeated(const struct vd_fact *list, size_t count, const struct vd_fact *fact)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].len == fact->len && strcmp(list[i].name, fact->name) == 0 &&
		    memcmp(list[i].value, fact->value, fact->len) == 0)
			return true;
	return false;
}

void facts_drop_repeated(struct vd_facts *f, size_t from)
{
	size_t kept = from < f->count ? from : f->count;

	for (size_t i = from; i < f->count; i++) {
		if (!is_repeated(f->list, kept, &f->list[i]))
			f->list[kept++] = f->list[i];
	}
	f->count = kept;
}
