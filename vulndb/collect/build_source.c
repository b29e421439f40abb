/* SPDX-License-Identifier: Apache-2.0 */
/* build_source.c - notes which feeds were read, and which facts of the file in use they replace. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "build.h"

static struct build_source *find(const struct build *b, const char *name, size_t len)
{
	for (size_t i = 0; i < b->sources.count; i++) {
		struct build_source *s = vec_at(&b->sources, i);

		if (strlen(s->name) == len && memcmp(s->name, name, len) == 0)
			return s;
	}
	return NULL;
}

void build_source(struct build *b, const struct build_source *in)
{
	struct build_source *s = find(b, in->name, strlen(in->name));

	if (s == NULL) {
		s = vec_push(&b->sources);
		if (s == NULL)
			return;
		*s = *in;
		s->files = 0;
		s->count = 0;
	}
	if (strcmp(in->date, s->date) > 0)
		memcpy(s->date, in->date, sizeof(s->date));
	s->count += in->count;
	s->files++;
}

void build_sources_text(const struct build *b, char *out, size_t size)
{
	const char *old = b->old_sources != NULL ? b->old_sources : "";
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < b->sources.count && n < size; i++) {
		const struct build_source *s = vec_at(&b->sources, i);

		n += (size_t)snprintf(out + n, size - n, "%s, %s, %llu records in %u file%s, %s\n",
		                      s->name, s->date[0] != '\0' ? s->date : "no date",
		                      (unsigned long long)s->count, s->files,
		                      s->files == 1 ? "" : "s", s->licence);
	}
	for (; *old != '\0' && n < size; old += strcspn(old, "\n"), old += *old == '\n') {
		if (find(b, old, strcspn(old, ",\n")) == NULL)
			n += (size_t)snprintf(out + n, size - n, "%.*s\n", (int)strcspn(old, "\n"),
			                      old);
	}
}

uint64_t build_place(uint32_t distro, uint32_t release, uint32_t package)
{
	uint32_t place[] = {distro, release, package};

	return hash_table_hash(place, sizeof(place)) | 1;
}

int build_whole(struct build *b, const struct build_fix *fix)
{
	uint64_t place = build_place(fix->distro, fix->release, fix->package);
	const uint64_t *last = b->whole.count > 0 ? vec_at(&b->whole, b->whole.count - 1) : NULL;
	uint64_t *slot;

	if (last != NULL && *last == place)
		return 0;
	slot = vec_push(&b->whole);
	if (slot == NULL)
		return -ENOMEM;
	*slot = place;
	return 0;
}

bool build_is_known(const struct build *b, uint32_t year, uint32_t number, uint32_t modified)
{
	const uint32_t *at = map_get(&b->modified, (uint64_t)year << 32 | number);

	return at != NULL && modified != 0 && *at >= modified;
}
