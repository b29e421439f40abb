/* SPDX-License-Identifier: Apache-2.0 */
/* version_rpm.c - the order of RPM's package versions: epoch:version-release with "~" and "^". */
#include <string.h>

#include "ascii.h"
#include "version.h"

struct span {
	const char *p, *end;
};

static char head(struct span s)
{
	return s.p < s.end ? *s.p : '\0';
}

static void skip_separators(struct span *s)
{
	while (s->p < s->end && !ascii_is_digit(*s->p) && !ascii_is_alpha(*s->p) && *s->p != '~' &&
	       *s->p != '^')
		s->p++;
}

static struct span take(struct span *s, bool (*wanted)(char))
{
	struct span run = {s->p, s->p};

	while (s->p < s->end && wanted(*s->p))
		s->p++;
	run.end = s->p;
	return run;
}

static int cmp_bytes(struct span a, struct span b)
{
	size_t x = (size_t)(a.end - a.p), y = (size_t)(b.end - b.p);
	int d = memcmp(a.p, b.p, x < y ? x : y);

	if (d != 0)
		return d < 0 ? -1 : 1;
	return (x > y) - (x < y);
}

static int cmp_numbers(struct span a, struct span b)
{
	while (head(a) == '0')
		a.p++;
	while (head(b) == '0')
		b.p++;
	if (a.end - a.p != b.end - b.p)
		return a.end - a.p < b.end - b.p ? -1 : 1;
	return cmp_bytes(a, b);
}

static int cmp_segment(struct span *a, struct span *b)
{
	bool x = ascii_is_digit(head(*a)), y = ascii_is_digit(head(*b));

	if (x != y)
		return x ? 1 : -1; /* a number is newer than a word */
	if (x)
		return cmp_numbers(take(a, ascii_is_digit), take(b, ascii_is_digit));
	return cmp_bytes(take(a, ascii_is_alpha), take(b, ascii_is_alpha));
}

/* Compare where "~" or "^" may stand. "~" sorts below everything, even the end; "^" sorts above the
 * end and below everything else. Returns the order, or 0 and moves behind the mark where both have
 * the same one, or 2 where neither has one. */
static int cmp_mark(struct span *a, struct span *b)
{
	char x = head(*a), y = head(*b);

	if (x == '~' || y == '~') {
		if (x != y)
			return x == '~' ? -1 : 1;
	} else if (x == '^' || y == '^') {
		if (x != y)
			return x == '^' ? (y == '\0' ? 1 : -1) : (x == '\0' ? -1 : 1);
	} else {
		return 2;
	}
	a->p++;
	b->p++;
	return 0;
}

static int cmp_part(struct span a, struct span b)
{
	for (;;) {
		int d;

		skip_separators(&a);
		skip_separators(&b);
		d = cmp_mark(&a, &b);
		if (d == 0)
			continue;
		if (d != 2)
			return d;
		if (a.p == a.end || b.p == b.end)
			return (a.p < a.end) - (b.p < b.end);
		d = cmp_segment(&a, &b);
		if (d != 0)
			return d;
	}
}

struct parts {
	struct span epoch, version, release;
};

static struct parts split(const char *v)
{
	struct parts s = {.epoch = {v, v}};
	const char *mark = strchr(v, ':');

	if (mark != NULL) {
		s.epoch.end = mark;
		v = mark + 1;
	}
	mark = strrchr(v, '-');
	s.version = (struct span){v, mark != NULL ? mark : v + strlen(v)};
	s.release.p = mark != NULL ? mark + 1 : s.version.end;
	s.release.end = s.release.p + strlen(s.release.p);
	return s;
}

int version_rpm_cmp(const char *a, const char *b)
{
	struct parts x = split(a), y = split(b);
	int d = cmp_numbers(take(&x.epoch, ascii_is_digit), take(&y.epoch, ascii_is_digit));

	if (d == 0)
		d = cmp_part(x.version, y.version);
	return d != 0 ? d : cmp_part(x.release, y.release);
}

/* Take the first two numbers of a version, "2.4" of "2.4.37". */
static struct span branch(struct span version)
{
	struct span s = version;

	take(&s, ascii_is_digit);
	if (head(s) == '.') {
		s.p++;
		take(&s, ascii_is_digit);
	}
	return (struct span){version.p, s.p};
}

bool version_rpm_same_stream(const char *a, const char *b)
{
	if (strstr(a, ".module") == NULL && strstr(b, ".module") == NULL)
		return true;
	return cmp_bytes(branch(split(a).version), branch(split(b).version)) == 0;
}
