/* SPDX-License-Identifier: Apache-2.0 */
/* version_dpkg.c - the order of Debian's package versions (Debian policy 5.6.12). */
#include <string.h>

#include "ascii.h"
#include "version.h"

struct span {
	const char *p, *end;
};

/* How the first character sorts: tilde before the end, the end before letters, letters before all
 * other characters. A digit ends a word. */
static int weight(struct span s)
{
	char c;

	if (s.p == s.end || ascii_is_digit(*s.p))
		return 0;
	c = *s.p;
	if (c == '~')
		return -1;
	if (ascii_is_alpha(c))
		return (unsigned char)c;
	return (unsigned char)c + 256;
}

static int cmp_words(struct span *a, struct span *b)
{
	for (;;) {
		int x = weight(*a), y = weight(*b);

		if (x != y)
			return x < y ? -1 : 1;
		if (x == 0)
			return 0;
		a->p++;
		b->p++;
	}
}

static struct span take_number(struct span *s)
{
	struct span n;

	while (s->p < s->end && *s->p == '0')
		s->p++;
	n.p = s->p;
	while (s->p < s->end && ascii_is_digit(*s->p))
		s->p++;
	n.end = s->p;
	return n;
}

static int cmp_numbers(struct span *a, struct span *b)
{
	struct span x = take_number(a), y = take_number(b);
	ptrdiff_t d = (x.end - x.p) - (y.end - y.p);
	int c;

	if (d != 0)
		return d < 0 ? -1 : 1;
	c = memcmp(x.p, y.p, (size_t)(x.end - x.p));
	return (c > 0) - (c < 0);
}

static int cmp_part(struct span a, struct span b)
{
	while (a.p < a.end || b.p < b.end) {
		int d = cmp_words(&a, &b);

		if (d == 0)
			d = cmp_numbers(&a, &b);
		if (d != 0)
			return d;
	}
	return 0;
}

struct parts {
	struct span epoch, upstream, revision;
};

static struct parts split(const char *v)
{
	const char *colon = strchr(v, ':');
	struct parts s = {.epoch = {v, v}};
	const char *dash;

	if (colon != NULL) {
		s.epoch.end = colon;
		v = colon + 1;
	}
	dash = strrchr(v, '-');
	s.upstream = (struct span){v, dash != NULL ? dash : v + strlen(v)};
	s.revision.p = dash != NULL ? dash + 1 : s.upstream.end;
	s.revision.end = s.revision.p + strlen(s.revision.p);
	return s;
}

int version_dpkg_cmp(const char *a, const char *b)
{
	struct parts x = split(a), y = split(b);
	int d = cmp_part(x.epoch, y.epoch);

	if (d == 0)
		d = cmp_part(x.upstream, y.upstream);
	return d != 0 ? d : cmp_part(x.revision, y.revision);
}

int version_dpkg_upstream_cmp(const char *a, const char *b)
{
	return cmp_part(split(a).upstream, split(b).upstream);
}
