/* SPDX-License-Identifier: Apache-2.0 */
/* version_apk.c - the order of Alpine's package versions. */
#include <string.h>

#include "ascii.h"
#include "version.h"

/*
 * A version is a list of tokens, which are compared one by one. Where two tokens differ in kind,
 * the one whose kind comes later in this enum belongs to the newer version.
 */
enum kind { BROKEN, PRE, END, REVISION, SUFFIX_NUMBER, POST, LETTER, NUMBER };

struct token {
	enum kind kind;
	int64_t value;
};

struct reader {
	const char *p;
	enum kind last;
	bool started;
};

static const char *const pre[] = {"alpha", "beta", "pre", "rc"};
static const char *const post[] = {"cvs", "svn", "git", "hg", "p"};

static int64_t digits(const char **p)
{
	int64_t n = 0;

	for (; ascii_is_digit(**p); ++*p)
		n = n < INT64_MAX / 10 - 1 ? n * 10 + (**p - '0') : INT64_MAX;
	return n;
}

/* After a dot, leading zeros are a token of their own: 1.01 is older than 1.1. */
static struct token fraction(struct reader *r)
{
	struct token t = {NUMBER, 0};

	if (*r->p != '0') {
		t.value = digits(&r->p);
		return t;
	}
	for (; *r->p == '0'; r->p++)
		t.value--;
	return t;
}

static bool is_word(const char *p, const char *word)
{
	size_t n = strlen(word);

	return strncmp(p, word, n) == 0 && (p[n] < 'a' || p[n] > 'z');
}

static struct token suffix(struct reader *r)
{
	for (size_t i = 0; i < sizeof(pre) / sizeof(pre[0]); i++) {
		if (is_word(r->p, pre[i])) {
			r->p += strlen(pre[i]);
			return (struct token){PRE, (int64_t)i};
		}
	}
	for (size_t i = 0; i < sizeof(post) / sizeof(post[0]); i++) {
		if (is_word(r->p, post[i])) {
			r->p += strlen(post[i]);
			return (struct token){POST, (int64_t)i};
		}
	}
	return (struct token){BROKEN, 0};
}

static struct token read_token(struct reader *r)
{
	char c = *r->p;

	if (c == '\0' || c == '~')
		return (struct token){r->started ? END : BROKEN, 0};
	if (!r->started)
		return ascii_is_digit(c) ? (struct token){NUMBER, digits(&r->p)}
		                         : (struct token){BROKEN, 0};
	if (ascii_is_digit(c) && (r->last == PRE || r->last == POST))
		return (struct token){SUFFIX_NUMBER, digits(&r->p)};
	if (ascii_is_digit(c) && r->last == NUMBER)
		return (struct token){NUMBER, digits(&r->p)};
	if (c == '.' && r->last == NUMBER && ascii_is_digit(r->p[1])) {
		r->p++;
		return fraction(r);
	}
	if (c >= 'a' && c <= 'z' && r->last == NUMBER) {
		r->p++;
		return (struct token){LETTER, c};
	}
	if (c == '_' && r->last != REVISION) {
		r->p++;
		return suffix(r);
	}
	if (c == '-' && r->p[1] == 'r' && ascii_is_digit(r->p[2]) && r->last != REVISION) {
		r->p += 2;
		return (struct token){REVISION, digits(&r->p)};
	}
	return (struct token){BROKEN, 0};
}

static struct token next(struct reader *r)
{
	struct token t = read_token(r);

	r->started = true;
	r->last = t.kind;
	return t;
}

static bool is_valid(const char *v)
{
	struct reader r = {.p = v};
	struct token t;

	do
		t = next(&r);
	while (t.kind != END && t.kind != BROKEN);
	return t.kind == END;
}

int version_apk_cmp(const char *a, const char *b)
{
	struct reader x = {.p = a}, y = {.p = b};
	bool valid = is_valid(a);

	if (valid != is_valid(b))
		return valid ? 1 : -1;
	if (!valid) {
		int d = strcmp(a, b);

		return (d > 0) - (d < 0);
	}
	for (;;) {
		struct token s = next(&x), t = next(&y);

		if (s.kind != t.kind)
			return s.kind < t.kind ? -1 : 1;
		if (s.value != t.value)
			return s.value < t.value ? -1 : 1;
		if (s.kind == END)
			return 0;
	}
}

static const struct {
	const char *distro;
	version_order order;
} orders[] = {
	{"alpine", version_apk_cmp},      {"rocky", version_rpm_cmp},
	{"rhel", version_rpm_cmp},        {"centos", version_rpm_cmp},
	{"almalinux", version_rpm_cmp},   {"fedora", version_rpm_cmp},
	{"oracle", version_rpm_cmp},      {"amazon", version_rpm_cmp},
	{"suse", version_rpm_cmp},        {"opensuse", version_rpm_cmp},
	{"freebsd", version_freebsd_cmp},
};

version_order version_order_of(const char *distro)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strcmp(distro, orders[i].distro) == 0)
			return orders[i].order;
	return version_dpkg_cmp;
}
