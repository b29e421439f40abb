/* SPDX-License-Identifier: Apache-2.0 */
/* cpe.c - CPE names: formatted strings and URIs read and written. */
#include "cpe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "version.h"
#include "vulndb.h"

struct writer {
	struct cpe *c;
	size_t len;
	bool full;
};

static bool is_alnum(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

/* Names are printable ASCII (NISTIR 7695 5.3.2). */
static bool is_graphic(char c)
{
	return c > ' ' && c < 0x7f;
}

static void put(struct writer *w, char c)
{
	if (w->len + 1 >= sizeof(w->c->text)) {
		w->full = true;
		return;
	}
	w->c->text[w->len++] = c;
}

/* Write one literal character in canonical spelling: letters (in lower case), digits, "_", "." and
 * "-" stand for themselves, all others are escaped. */
static void put_literal(struct writer *w, char c)
{
	if (!is_alnum(c) && c != '_' && c != '.' && c != '-')
		put(w, '\\');
	put(w, ascii_lower(c));
}

static void begin(struct writer *w, int attribute)
{
	w->c->at[attribute] = (uint16_t)w->len;
}

static void end(struct writer *w, int attribute, bool literal)
{
	size_t start = w->c->at[attribute];

	if (w->len == start)
		put(w, '*');
	/* A value that is one literal hyphen must not become NA. */
	if (literal && w->len == start + 1 && w->c->text[start] == '-') {
		w->len = start;
		put(w, '\\');
		put(w, '-');
	}
	put(w, '\0');
}

/* The characters that are copied as they are, in lower case; 0 for those that need a closer
 * look. */
static const char plain[256] = {
#define SAME(c) [c] = c
#define LOWER(c) [c] = (c) | 0x20, [(c) | 0x20] = (c) | 0x20
	SAME('0'),  SAME('1'),  SAME('2'),  SAME('3'),  SAME('4'),  SAME('5'),  SAME('6'),
	SAME('7'),  SAME('8'),  SAME('9'),  SAME('_'),  SAME('.'),  SAME('-'),  SAME('*'),
	SAME('?'),  LOWER('A'), LOWER('B'), LOWER('C'), LOWER('D'), LOWER('E'), LOWER('F'),
	LOWER('G'), LOWER('H'), LOWER('I'), LOWER('J'), LOWER('K'), LOWER('L'), LOWER('M'),
	LOWER('N'), LOWER('O'), LOWER('P'), LOWER('Q'), LOWER('R'), LOWER('S'), LOWER('T'),
	LOWER('U'), LOWER('V'), LOWER('W'), LOWER('X'), LOWER('Y'), LOWER('Z'),
#undef LOWER
#undef SAME
};

/* Copy the plain characters from offset @i on, as far as there is room. Returns the offset behind
 * them. */
static size_t read_plain(struct writer *w, const char *p, size_t i, size_t len)
{
	size_t room = sizeof(w->c->text) - 1 - w->len, end = len - i < room ? len : i + room;
	char c;

	for (; i < end && (c = plain[(unsigned char)p[i]]) != 0; i++)
		w->c->text[w->len++] = c;
	return i;
}

/* One attribute of a formatted string, up to ":" or the end. Returns the bytes read, or -EINVAL. */
static int read_formatted(struct writer *w, int attribute, const char *p, size_t len)
{
	size_t i = 0;
	bool escaped = false;

	begin(w, attribute);
	while ((i = read_plain(w, p, i, len)) < len && p[i] != ':') {
		if (!is_graphic(p[i]))
			return -EINVAL;
		if (p[i] == '\\') {
			if (i + 1 == len || !is_graphic(p[i + 1]))
				return -EINVAL;
			put_literal(w, p[i + 1]);
			escaped = true;
			i += 2;
		} else {
			if (p[i] == '*' || p[i] == '?')
				put(w, p[i]);
			else
				put_literal(w, p[i]);
			i++;
		}
	}
	end(w, attribute, escaped);
	return (int)i;
}

/* One component of a URI, up to one of @stops or the end. Returns the bytes read, or -EINVAL. */
static int read_uri(struct writer *w, int attribute, const char *p, size_t len, const char *stops)
{
	size_t i = 0;
	bool escaped = false;

	begin(w, attribute);
	while (i < len && p[i] != '\0' && strchr(stops, p[i]) == NULL) {
		int code = (unsigned char)p[i];

		if (!is_graphic(p[i]))
			return -EINVAL;
		if (code == '%') {
			if (len - i < 3 || ascii_hex(p[i + 1]) < 0 || ascii_hex(p[i + 2]) < 0)
				return -EINVAL;
			code = ascii_hex(p[i + 1]) * 16 + ascii_hex(p[i + 2]);
			i += 2;
			escaped = true;
		}
		if (code == 0 || code >= 0x7f || (code < ' ' && code > 2))
			return -EINVAL;
		if (code == 1 || code == 2)
			put(w, code == 1 ? '?' : '*');
		else
			put_literal(w, (char)code);
		i++;
	}
	end(w, attribute, escaped);
	return i < len && p[i] == '\0' ? -EINVAL : (int)i;
}

static bool part_ok(const struct cpe *c)
{
	const char *part = cpe_get(c, CPE_PART);

	return part[0] != '\0' && strchr("aoh*-", part[0]) != NULL && part[1] == '\0';
}

static int parse_formatted(struct writer *w, const char *p, size_t len)
{
	for (int a = 0; a < CPE_ATTRIBUTES; a++) {
		int n = read_formatted(w, a, p, len);

		if (n < 0)
			return n;
		p += n;
		len -= (size_t)n;
		if (len > 0 && a < CPE_ATTRIBUTES - 1) {
			p++;
			len--;
		}
	}
	return len == 0 ? 0 : -EINVAL;
}

/* NISTIR 7695 6.1.2: an edition that begins with "~" packs five attributes. */
static int parse_packed(struct writer *w, const char *p, size_t len)
{
	static const int packed[] = {CPE_EDITION, CPE_SW_EDITION, CPE_TARGET_SW, CPE_TARGET_HW,
	                             CPE_OTHER};
	size_t used = 0;

	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
		int n;

		if (used < len && p[used] == '~')
			used++;
		n = read_uri(w, packed[i], p + used, len - used, "~:");
		if (n < 0)
			return n;
		used += (size_t)n;
	}
	return used == len || p[used] == ':' ? (int)used : -EINVAL;
}

static int parse_uri(struct writer *w, const char *p, size_t len)
{
	static const int order[] = {CPE_PART,   CPE_VENDOR,  CPE_PRODUCT, CPE_VERSION,
	                            CPE_UPDATE, CPE_EDITION, CPE_LANGUAGE};
	bool packed = false;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		bool pack = order[i] == CPE_EDITION && len > 0 && *p == '~';
		int n = pack ? parse_packed(w, p, len) : read_uri(w, order[i], p, len, ":");

		packed = packed || pack;
		if (n < 0)
			return n;
		p += n;
		len -= (size_t)n;
		if (len > 0 && order[i] != CPE_LANGUAGE) {
			p++;
			len--;
		}
	}
	for (int a = CPE_SW_EDITION; a < CPE_ATTRIBUTES && !packed; a++) {
		begin(w, a);
		end(w, a, false);
	}
	return len == 0 ? 0 : -EINVAL;
}

int cpe_parse(const char *text, size_t len, struct cpe *out)
{
	static const char formatted[] = "cpe:2.3:", uri[] = "cpe:/";
	struct writer w = {.c = out};
	int ret = -EINVAL;

	if (len > sizeof(formatted) - 1 && memcmp(text, formatted, sizeof(formatted) - 1) == 0)
		ret = parse_formatted(&w, text + sizeof(formatted) - 1,
		                      len - (sizeof(formatted) - 1));
	else if (len > sizeof(uri) - 1 && memcmp(text, uri, sizeof(uri) - 1) == 0)
		ret = parse_uri(&w, text + sizeof(uri) - 1, len - (sizeof(uri) - 1));
	if (ret != 0)
		return ret;
	return w.full || !part_ok(out) ? -EINVAL : 0;
}

const char *cpe_get(const struct cpe *c, enum cpe_attribute a)
{
	return c->text + c->at[a];
}

size_t cpe_format(const struct cpe *c, char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, "cpe:2.3");

	for (int a = 0; a < CPE_ATTRIBUTES; a++) {
		size_t room = used < size ? size - used : 0;

		used += (size_t)snprintf(room > 0 ? out + used : NULL, room, ":%s", cpe_get(c, a));
	}
	return used;
}

bool cpe_plain(const struct cpe *c, enum cpe_attribute a, char *out, size_t size)
{
	const char *v = cpe_get(c, a);
	size_t n = 0;

	out[0] = '\0';
	if ((v[0] == '*' || v[0] == '-') && v[1] == '\0')
		return false;
	for (; *v != '\0' && n + 1 < size; v++) {
		if (*v == '\\' && v[1] != '\0')
			v++;
		out[n++] = *v;
	}
	out[n] = '\0';
	return true;
}

static void version_text(const struct cpe *c, struct vd_identity *out)
{
	char version[VERSION_BASE], update[VERSION_UPDATE];

	if (!cpe_plain(c, CPE_VERSION, version, sizeof(version)))
		return;
	cpe_plain(c, CPE_UPDATE, update, sizeof(update));
	version_join(out->version, sizeof(out->version), version, update);
}

int vd_identity_from_cpe(const char *text, struct vd_identity *out, struct error *err)
{
	struct cpe c;

	if (cpe_parse(text, strlen(text), &c) != 0) {
		return error_set(err, -EINVAL,
		                 "%.200s: no CPE name; it begins with cpe:2.3: or "
		                 "cpe:/ and a part a, o or h",
		                 text);
	}
	memset(out, 0, sizeof(*out));
	if (cpe_format(&c, out->cpe[0], VD_CPE_LEN) >= VD_CPE_LEN) {
		return error_set(err, -EINVAL, "%.200s: longer than %d bytes", text,
		                 VD_CPE_LEN - 1);
	}
	out->cpe_count = 1;
	out->confidence = 100;
	cpe_plain(&c, CPE_VENDOR, out->vendor, sizeof(out->vendor));
	cpe_plain(&c, CPE_PRODUCT, out->product, sizeof(out->product));
	version_text(&c, out);
	return 0;
}
