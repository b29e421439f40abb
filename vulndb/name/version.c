/* SPDX-License-Identifier: Apache-2.0 */
/* version.c - turns NVD's many forms of versions into keys that sort with strcmp(). */
#include "version.h"

#include <string.h>

#include "ascii.h"

/*
 * Bytes of a key, none of which is NUL. A word is KEY_WORD, its letters and KEY_WORD_END. A number
 * is KEY_NUMBER plus its count of significant digits, then these digits. The end of the text sorts
 * below all of these bytes.
 */
enum {
	KEY_WORD_END = 0x01,
	KEY_WORD = 0x20,
	KEY_NUMBER = 0x60,
	KEY_DIGITS_MAX = 0x1e,
	KEY_RAW = 0x7f,
	/* The first byte of an update key. */
	KEY_PRE = 0x10,
	KEY_NO_UPDATE = 0x30,
	KEY_PATCH = 0x41,
	KEY_POST = 0x42,
};

struct key {
	char *out;
	size_t len, cap;
	/* numbers 0 that are held back until a further number comes; trailing ones are dropped */
	unsigned int zeros;
	bool full;
};

/* A word that begins an update. With @digit it does so only where a digit follows. */
struct word {
	const char *text;
	uint8_t key;
	bool digit;
};

static const struct word words[] = {
	{"dev", KEY_PRE, false},         {"nightly", KEY_PRE, false},
	{"snapshot", KEY_PRE, false},    {"alpha", KEY_PRE + 1, false},
	{"a", KEY_PRE + 1, true},        {"milestone", KEY_PRE + 2, false},
	{"m", KEY_PRE + 2, true},        {"beta", KEY_PRE + 3, false},
	{"b", KEY_PRE + 3, true},        {"pre", KEY_PRE + 4, false},
	{"preview", KEY_PRE + 4, false}, {"rc", KEY_PRE + 5, false},
	{"cr", KEY_PRE + 5, true},       {"p", KEY_PATCH, true},
	{"pl", KEY_PATCH, true},         {"patch", KEY_PATCH, false},
	{"sp", KEY_POST, true},          {"r", KEY_POST, true},
	{"s", KEY_POST, true},           {"u", KEY_POST, true},
	{"update", KEY_POST, false},     {"hotfix", KEY_POST, false},
	{"cert", KEY_POST, true},        {"build", KEY_POST, true},
};

/* Words behind a version that say nothing about it: how MySQL logs, a patch that OpenSSH was built
 * with, that a release is one. What follows them is not read. */
static const struct word fillers[] = {
	{"log", 0, false}, {"hpn", 0, true},    {"final", 0, false},
	{"ga", 0, false},  {"debug", 0, false}, {"release", 0, false},
};

static void put(struct key *k, char c)
{
	if (k->len + 1 >= k->cap) {
		k->full = true;
		return;
	}
	k->out[k->len++] = c;
	k->out[k->len] = '\0';
}

static size_t number(struct key *k, const char *p, size_t len)
{
	size_t n = 0, start;

	while (n < len && p[n] == '0')
		n++;
	start = n;
	while (n < len && ascii_is_digit(p[n]))
		n++;
	if (n == start) {
		k->zeros++;
		return n;
	}
	for (; k->zeros > 0; k->zeros--)
		put(k, KEY_NUMBER);
	put(k,
	    (char)(KEY_NUMBER + (n - start < KEY_DIGITS_MAX - 1 ? n - start : KEY_DIGITS_MAX - 1)));
	for (size_t i = start; i < n; i++)
		put(k, p[i]);
	return n;
}

static size_t word_len(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && ascii_is_alpha(p[n]))
		n++;
	return n;
}

static size_t letters(struct key *k, const char *p, size_t len)
{
	size_t n = word_len(p, len);

	k->zeros = 0;
	put(k, KEY_WORD);
	for (size_t i = 0; i < n; i++)
		put(k, ascii_lower(p[i]));
	put(k, KEY_WORD_END);
	return n;
}

/* The word of @list, @count long, that stands at @p; NULL if none does. */
static const struct word *find_word(const struct word *list, size_t count, const char *p,
                                    size_t len)
{
	size_t n = word_len(p, len);
	bool digit = n < len && ascii_is_digit(p[n]);

	for (size_t i = 0; i < count; i++) {
		const struct word *w = &list[i];
		size_t j = 0;

		if (strlen(w->text) != n || (w->digit && !digit))
			continue;
		while (j < n && ascii_lower(p[j]) == w->text[j])
			j++;
		if (j == n)
			return w;
	}
	return NULL;
}

static const struct word *update_word(const char *p, size_t len)
{
	return find_word(words, sizeof(words) / sizeof(words[0]), p, len);
}

/* The length of @text without what fillers begin: "5.7.26-log", "6.1_hpn13v11". */
static size_t without_filler(const char *text, size_t len)
{
	for (size_t i = 1; i < len; i++) {
		size_t count = sizeof(fillers) / sizeof(fillers[0]);

		if (ascii_is_alpha(text[i]) && strchr("-_.+ ", text[i - 1]) != NULL &&
		    find_word(fillers, count, text + i, len - i) != NULL)
			return i - 1;
	}
	return len;
}

/* Whether a date of eight digits stands at @p as Jetty writes it, "v20210629", or as CPE's update
 * does, "_20210629". Returns how many bytes stand before its digits, or 0. */
static size_t date_update(const char *p, size_t len)
{
	if (len < 9 || (ascii_lower(p[0]) != 'v' && p[0] != '_') ||
	    (memcmp(p + 1, "19", 2) != 0 && memcmp(p + 1, "20", 2) != 0))
		return 0;
	for (size_t i = 1; i < 9; i++)
		if (!ascii_is_digit(p[i]))
			return 0;
	return len == 9 || !ascii_is_digit(p[9]);
}

/* Write the tokens of @p to the key, up to the end or, with @stop, up to the first update word.
 * Returns the number of bytes read. */
static size_t tokens(struct key *k, const char *p, size_t len, bool stop)
{
	size_t i = 0;

	while (i < len) {
		if (stop && i > 0 && date_update(p + i, len - i) > 0)
			return i;
		if (ascii_is_digit(p[i]))
			i += number(k, p + i, len - i);
		else if (!ascii_is_alpha(p[i]))
			i++;
		else if (stop && update_word(p + i, len - i) != NULL)
			return i;
		else
			i += letters(k, p + i, len - i);
	}
	return i;
}

static void update(struct version *v, const char *p, size_t len)
{
	struct key k = {.out = v->update, .cap = sizeof(v->update)};
	const struct word *w = update_word(p, len);

	if (w == NULL) {
		size_t skip = date_update(p, len);

		put(&k, KEY_POST + 1);
		p += skip;
		len -= skip;
	} else {
		put(&k, (char)w->key);
		if (w->key == KEY_POST)
			letters(&k, p, len);
		p += strlen(w->text);
		len -= strlen(w->text);
	}
	tokens(&k, p, len, false);
	v->odd = v->odd || k.full;
}

static void look_at_shape(const char *p, size_t len, struct version *v)
{
	size_t digits = 0;
	unsigned int comps = 0;

	for (size_t i = 0; i < len; i++) {
		bool sep = !ascii_is_digit(p[i]) && !ascii_is_alpha(p[i]);

		if (p[i] == '*' || (sep && i > 0 && p[i] == '.' && p[i - 1] == '.'))
			v->odd = true;
	}
	while (digits < len && ascii_is_digit(p[digits]))
		digits++;
	v->date = len >= 8 && (memcmp(p, "19", 2) == 0 || memcmp(p, "20", 2) == 0) &&
	          (digits == 8 || (digits == 4 && p[4] == '-' && ascii_is_digit(p[5])));
	for (size_t i = 0; i < len && !ascii_is_alpha(p[i]); i++)
		comps += ascii_is_digit(p[i]) && (i == 0 || !ascii_is_digit(p[i - 1]));
	v->comps = (uint8_t)(comps < 255 ? comps : 255);
}

static bool is_commit(const char *p, size_t len)
{
	size_t alpha = 0, changes = 0;

	for (size_t i = 0; i < len; i++) {
		char c = ascii_lower(p[i]);

		if (!ascii_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
		alpha += ascii_is_alpha(c);
		changes += i > 0 && ascii_is_alpha(c) != ascii_is_alpha(p[i - 1]);
	}
	return len >= 7 && alpha >= 2 && changes >= 2;
}

/* Write the key of a text that is no version: it equals only the same text and sorts above all
 * versions. */
static void raw(struct key *k, const char *p, size_t len)
{
	put(k, KEY_RAW);
	for (size_t i = 0; i < len; i++)
		put(k, ascii_lower(p[i]) != '\0' ? ascii_lower(p[i]) : '?');
}

bool version_parse(const char *text, size_t len, struct version *out)
{
	struct key k = {.out = out->base, .cap = sizeof(out->base)};
	size_t start = 0, end;

	memset(out, 0, sizeof(*out));
	out->update[0] = KEY_NO_UPDATE;
	len = without_filler(text, len);
	while (start < len && !ascii_is_digit(text[start]))
		start++;
	if (start == len || is_commit(text, len)) {
		raw(&k, text, len);
		return false;
	}
	out->odd = start > 1 || (start == 1 && ascii_lower(text[0]) != 'v');
	look_at_shape(text + start, len - start, out);
	end = start + tokens(&k, text + start, len - start, true);
	out->odd = out->odd || k.full;
	out->zeros = (uint8_t)(k.zeros < 255 ? k.zeros : 255);
	if (end < len)
		update(out, text + end, len - end);
	return true;
}

/* Append @text to the @used bytes in @out, cut to @size. Returns the new length. */
static size_t append(char *out, size_t used, size_t size, const char *text)
{
	size_t len = strnlen(text, size - used - 1);

	memcpy(out + used, text, len);
	out[used + len] = '\0';
	return used + len;
}

void version_join(char *out, size_t size, const char *version, const char *update)
{
	bool none = (update[0] == '*' || update[0] == '-') && update[1] == '\0';
	size_t used = append(out, 0, size, version);

	if (none)
		return;
	/* "4.3" and "p2" can be joined directly; "4.3" and "1" would become another version. */
	used = append(out, used, size, ascii_is_digit(update[0]) ? "_" : "");
	append(out, used, size, update);
}

bool version_has_update(const struct version *v)
{
	return v->update[0] != KEY_NO_UPDATE;
}

int version_cmp(const struct version *a, const struct version *b)
{
	int d = strcmp(a->base, b->base);

	return d != 0 ? d : strcmp(a->update, b->update);
}

bool version_extends(const char *key, const struct version *v)
{
	size_t n = strlen(v->base);

	if (strncmp(key, v->base, n) != 0)
		return false;
	for (unsigned i = 0; i < v->zeros; i++)
		if (key[n++] != KEY_NUMBER)
			return false;
	return (unsigned char)key[n] >= KEY_NUMBER;
}
