/* SPDX-License-Identifier: Apache-2.0 */
/* version_freebsd.c - the order of FreeBSD's package versions, version[_revision][,epoch] (pkg-version(8);
 * Porter's Handbook, 5.2). */
#include <string.h>

#include "ascii.h"
#include "version.h"

/*
 * The epoch decides first, then the version, last the revision. A version is a list of components,
 * each of a number, a letter and a number behind the letter. A component without its first number
 * is older than one that has it: 1.0.b1 < 1.0. What is missing counts as 0: 1.0 = 1. A "+" ends a
 * list, and another one follows.
 */
struct component {
	int64_t number, letter, patch;
};

enum { STAR = -2, NONE = -1 };

struct span {
	const char *p, *end;
};

static int64_t digits(struct span *s)
{
	int64_t n = 0;

	for (; s->p < s->end && ascii_is_digit(*s->p); s->p++)
		n = n < INT64_MAX / 10 - 1 ? n * 10 + (*s->p - '0') : INT64_MAX;
	return n;
}

static size_t letters(struct span s)
{
	size_t n = 0;

	while (s.p + n < s.end && ascii_is_alpha(s.p[n]))
		n++;
	return n;
}

/* Whether the @n letters at @p are a stage of a release. Such a word stands for its first letter, but
 * "pl" for one below all letters. */
static bool is_stage(const char *p, size_t n, int64_t *letter)
{
	static const char *const stages[] = {"pl", "alpha", "beta", "pre", "rc", "snap"};

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		size_t k = 0;

		while (k < n && stages[i][k] != '\0' && ascii_lower(p[k]) == stages[i][k])
			k++;
		if (k < n || stages[i][k] != '\0')
			continue;
		*letter = i == 0 ? 0 : stages[i][0] - 'a' + 1;
		return true;
	}
	return false;
}

static void skip_separators(struct span *s)
{
	while (s->p < s->end && !ascii_is_digit(*s->p) && !ascii_is_alpha(*s->p) && *s->p != '*')
		s->p++;
}

/* Takes at least one byte of @s, which is not empty. */
static struct component take(struct span *s)
{
	struct component c = {NONE, 0, 0};
	size_t n;

	if (*s->p == '*') {
		s->p = s->end;
		return (struct component){STAR, 0, 0};
	}
	if (ascii_is_digit(*s->p))
		c.number = digits(s);
	n = letters(*s);
	/* A stage begins a component of its own: 1.0rc1 is 1.0.rc1. */
	if (n > 0 && !(is_stage(s->p, n, &c.letter) && c.number != NONE)) {
		if (!is_stage(s->p, n, &c.letter))
			c.letter = ascii_lower(*s->p) - 'a' + 1;
		s->p += n;
		c.patch = s->p < s->end && ascii_is_digit(*s->p) ? digits(s) : NONE;
	} else {
		c.letter = 0;
	}
	skip_separators(s);
	return c;
}

static int order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Compare two lists of components. */
static int cmp_lists(struct span a, struct span b)
{
	int d = 0;

	while (d == 0 && (a.p < a.end || b.p < b.end)) {
		struct component x = {0}, y = {0};

		if (a.p < a.end)
			x = take(&a);
		if (b.p < b.end)
			y = take(&b);
		d = order(x.number, y.number);
		if (d == 0)
			d = order(x.letter, y.letter);
		if (d == 0)
			d = order(x.patch, y.patch);
	}
	return d;
}

/* Take what stands before the next "+", and the "+". */
static struct span take_list(struct span *s)
{
	const char *plus = memchr(s->p, '+', (size_t)(s->end - s->p));
	struct span list = {s->p, plus != NULL ? plus : s->end};

	s->p = plus != NULL ? plus + 1 : s->end;
	return list;
}

struct parts {
	struct span version;
	int64_t revision, epoch;
	bool above;
};

/* Take the number behind the last @mark, if nothing follows it. */
static int64_t take_number(struct span *s, char mark)
{
	const char *at = s->end;
	struct span number;
	int64_t n;

	while (at > s->p && ascii_is_digit(at[-1]))
		at--;
	if (at == s->end || at == s->p || at[-1] != mark)
		return 0;
	number = (struct span){at, s->end};
	n = digits(&number);
	s->end = at - 1;
	return n;
}

static struct parts split(const char *v)
{
	struct parts s = {.above = v[0] == '>'};

	v += s.above;
	s.version = (struct span){v, v + strlen(v)};
	s.epoch = take_number(&s.version, ',');
	s.revision = take_number(&s.version, '_');
	return s;
}

int version_freebsd_cmp(const char *a, const char *b)
{
	struct parts x = split(a), y = split(b);
	int d = order(x.epoch, y.epoch);

	while (d == 0 && (x.version.p < x.version.end || y.version.p < y.version.end)) {
		struct span s = take_list(&x.version), t = take_list(&y.version);

		d = cmp_lists(s, t);
	}
	if (d == 0)
		d = order(x.revision, y.revision);
	return d != 0 ? d : (int)x.above - (int)y.above;
}

bool version_freebsd_is_first(const char *version)
{
	struct parts s = split(version);

	return s.revision == 0 && !s.above;
}
