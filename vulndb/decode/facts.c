/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - the growing list of named values that describes one service. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "decode.h"

/* Names and values lie one behind another in pieces of memory. */
struct piece {
	struct piece *before;
	size_t used, size;
	char bytes[];
};

/* A sanitizer sees a read beyond a value only where that has a piece of its own. */
#if defined(__SANITIZE_ADDRESS__)
#define EXACT 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EXACT 1
#endif
#endif
#ifndef EXACT
#define EXACT 0
#endif

enum { PIECE = EXACT ? 1 : 2048, PIECE_KEPT = EXACT ? 0 : 16384 };

struct vd_facts {
	size_t count;
	/* a bit for the first two bytes of each name: lookups try it first */
	uint64_t starts;
	bool incomplete;     /* memory was short for a fact */
	struct piece *piece; /* the newest */
	struct vd_fact list[VD_FACTS_MAX];
};

struct vd_facts *vd_facts_new(void)
{
	struct vd_facts *f = malloc(sizeof(*f));

	if (f == NULL)
		return NULL;
	f->count = 0;
	f->starts = 0;
	f->incomplete = false;
	f->piece = NULL;
	return f;
}

void vd_facts_clear(struct vd_facts *f)
{
	struct piece *p = f->piece;

	while (p != NULL && (p->before != NULL || p->size > PIECE_KEPT)) {
		f->piece = p->before;
		free(p);
		p = f->piece;
	}
	if (p != NULL)
		p->used = 0;
	f->count = 0;
	f->starts = 0;
	f->incomplete = false;
}

/* Memory for @len bytes, or NULL. */
static char *take_bytes(struct vd_facts *f, size_t len)
{
	struct piece *p = f->piece;
	size_t size = len > PIECE ? len : PIECE;

	if (p == NULL || p->size - p->used < len) {
		p = malloc(sizeof(*p) + size);
		if (p == NULL)
			return NULL;
		*p = (struct piece){f->piece, 0, size};
		f->piece = p;
	}
	p->used += len;
	return p->bytes + p->used - len;
}

static uint64_t start_bit(const char *name)
{
	return UINT64_C(1) << (((unsigned char)name[0] * 5U + (unsigned char)name[1]) & 63);
}

void vd_facts_free(struct vd_facts *f)
{
	if (f == NULL)
		return;
	vd_facts_clear(f);
	free(f->piece);
	free(f);
}

static bool valid_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > VD_FACT_NAME_MAX)
		return false;
	for (const char *c = name; *c != '\0'; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '.' &&
		    *c != '_')
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
	block = take_bytes(f, name_size + len + 1);
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
