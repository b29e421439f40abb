/* SPDX-License-Identifier: Apache-2.0 */
/* feed.c - recognises the kind of a feed and passes it to the parser of that kind. */
#include "feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "unpack.h"

/* The state of reading one text with its parser. */
struct reading {
	const struct feed_kind *kind;
	struct feed *state;
	struct sax *json;
	struct xml *xml;
	char line[FEED_LINE_MAX];
	size_t line_len;
	bool begun; /* the first bytes were taken */
};

/* ---- recognising ---- */

/* The state of looking through the first bytes: the depth, where arrays do not count, and a bit for
 * each of head_keys that was seen. */
struct head {
	unsigned int depth;
	uint32_t seen;
};

static const struct head_key {
	const char *name;
	unsigned int depth;
	const struct feed_kind *kind;
} head_keys[] = {
	/* In order of precedence: the first one that was seen decides. */
	{"csaf_version", 2, &feed_csaf},
	{"catalogVersion", 1, &feed_kev},
	{"cveID", 2, &feed_kev},
	{"cve", 1, &feed_nvd},
	{"cve", 2, &feed_nvd},
	{"configurations", 1, &feed_nvd},
	{"vulnStatus", 1, &feed_nvd},
	{"sourceIdentifier", 1, &feed_nvd},
	{"package_state", 1, &feed_redhat},
	{"affected_release", 1, &feed_redhat},
	{"distroversion", 1, &feed_secdb},
	{"affected", 1, &feed_osv},
	{"schema_version", 1, &feed_osv},
	{"debian", 1, &feed_osv},
	{"cpeName", 2, &feed_cpe},
	{"cpeName", 3, &feed_cpe},
	{"releases", 3, &feed_debian},
};

static void note_key(struct head *h, const char *p, size_t len)
{
	for (size_t i = 0; i < sizeof(head_keys) / sizeof(head_keys[0]); i++)
		if (head_keys[i].depth == h->depth && strlen(head_keys[i].name) == len &&
		    memcmp(head_keys[i].name, p, len) == 0)
			h->seen |= 1u << i;
}

static size_t string_end(const char *p, size_t i, size_t len)
{
	while (i < len && p[i] != '"')
		i += p[i] == '\\' ? 2 : 1;
	return i < len ? i : len;
}

static const struct feed_kind *recognise_json(const char *p, size_t len)
{
	struct head h = {0};

	for (size_t i = 0; i < len; i++) {
		size_t start = i + 1;

		if (p[i] == '{')
			h.depth++;
		else if (p[i] == '}')
			h.depth -= h.depth > 0;
		if (p[i] != '"')
			continue;
		i = string_end(p, start, len);
		while (i + 1 < len && strchr(" \t\r\n", p[i + 1]) != NULL && p[i + 1] != '\0')
			i++;
		if (i + 1 < len && p[i + 1] == ':')
			note_key(&h, p + start, string_end(p, start, len) - start);
	}
	for (size_t i = 0; i < sizeof(head_keys) / sizeof(head_keys[0]); i++)
		if (h.seen & (1u << i))
			return head_keys[i].kind;
	return NULL;
}

static const struct feed_kind *recognise_xml(const char *p, size_t len)
{
	static const struct {
		const char *root;
		const struct feed_kind *kind;
	} roots[] = {{"vuxml", &feed_vuxml}, {"updates", &feed_updateinfo}};
	size_t n;
	const char *root = xml_root(p, len, &n);

	for (size_t i = 0; root != NULL && i < sizeof(roots) / sizeof(roots[0]); i++)
		if (strlen(roots[i].root) == n && memcmp(roots[i].root, root, n) == 0)
			return roots[i].kind;
	return NULL;
}

static bool begins(const char *p, size_t len, const char *with)
{
	return len >= strlen(with) && memcmp(p, with, strlen(with)) == 0;
}

/* The length of a UTF-8 byte order mark, which is skipped. */
static size_t mark_len(const char *p, size_t len)
{
	return begins(p, len, "\xef\xbb\xbf") ? 3 : 0;
}

const struct feed_kind *feed_recognise(const char *p, size_t len)
{
	size_t i = mark_len(p, len);

	while (i < len && strchr(" \t\r\n", p[i]) != NULL && p[i] != '\0')
		i++;
	p += i;
	len -= i;
	if (begins(p, len, BUNDLE_HEADER))
		return &feed_facts;
	if (begins(p, len, "#model_version") || begins(p, len, "cve,epss"))
		return &feed_epss;
	if (begins(p, len, "<"))
		return recognise_xml(p, len);
	return len > 0 && (p[0] == '{' || p[0] == '[') ? recognise_json(p, len) : NULL;
}

/* ---- reading ---- */

static int begin(struct reading *r, struct build *b, const struct feed_kind *kind)
{
	*r = (struct reading){.kind = kind};
	r->state = calloc(1, kind->state_size);
	if (r->state == NULL)
		return -ENOMEM;
	r->state->b = b;
	if (kind->element != NULL) {
		r->xml = xml_new(kind->element, r->state);
		return r->xml != NULL ? 0 : -ENOMEM;
	}
	if (kind->event == NULL)
		return 0;
	r->json = sax_new(kind->event, r->state);
	r->state->json = r->json;
	return r->json != NULL ? 0 : -ENOMEM;
}

static void finish(struct reading *r)
{
	sax_free(r->json);
	xml_free(r->xml);
	free(r->state);
}

static int end_line(struct reading *r)
{
	size_t n = r->line_len;

	r->state->line++;
	r->line_len = 0;
	if (memchr(r->line, '\0', n) != NULL)
		return feed_refuse(r->state, "a NUL byte in a line");
	if (n > 0 && r->line[n - 1] == '\r')
		n--;
	r->line[n] = '\0';
	return r->kind->line(r->state, r->line, n);
}

static int lines(struct reading *r, const char *data, size_t len)
{
	while (len > 0) {
		const char *end = memchr(data, '\n', len);
		size_t n = end != NULL ? (size_t)(end - data) : len;
		int ret;

		if (FEED_LINE_MAX - 1 - r->line_len < n) {
			r->state->line++;
			return feed_refuse(r->state, "a line is too long");
		}
		memcpy(r->line + r->line_len, data, n);
		r->line_len += n;
		if (end == NULL)
			return 0;
		ret = end_line(r);
		if (ret != 0)
			return ret;
		data += n + 1;
		len -= n + 1;
	}
	return 0;
}

/* Parse the next bytes. At the beginning of the text, @data is all of it or at least FEED_HEAD
 * bytes, so that a byte order mark is whole. */
static int take_bytes(struct reading *r, const char *data, size_t len)
{
	size_t mark = r->begun ? 0 : mark_len(data, len);

	r->begun = true;
	data += mark;
	len -= mark;
	if (r->xml != NULL)
		return xml_feed(r->xml, data, len);
	return r->json != NULL ? sax_feed(r->json, data, len) : lines(r, data, len);
}

static int end(struct reading *r)
{
	int ret = 0;

	if (r->json != NULL)
		ret = sax_end(r->json);
	else if (r->xml != NULL)
		ret = xml_end(r->xml);
	else if (r->line_len > 0)
		ret = end_line(r);
	if (ret == 0 && r->kind->end != NULL)
		ret = r->kind->end(r->state);
	if (ret == 0 && r->state->b->crits.count != r->state->b->open_crit)
		ret = feed_refuse(r->state, "the input ends in the middle of a record");
	return ret;
}

static int explain(const struct reading *r, const char *name, int ret, struct error *err)
{
	const char *why = r->state != NULL ? r->state->why : NULL;
	uint64_t line = r->state != NULL ? r->state->line : 0;

	if (r->json != NULL)
		line = sax_line(r->json);
	else if (r->xml != NULL)
		line = xml_line(r->xml);
	if (why == NULL && r->json != NULL)
		why = sax_why(r->json);
	if (why == NULL && r->xml != NULL)
		why = xml_why(r->xml);
	if (ret == -E2BIG)
		why = "more records than one file can hold";
	return error_set(err, ret, "%.300s:%llu: %.150s", name, (unsigned long long)line,
	                 why != NULL ? why : strerror(-ret));
}

static void tell(struct build *b, const struct reading *r)
{
	struct build_source s = {.count = r->state->count};

	if (r->kind == &feed_facts)
		return; /* bundle.c notes its sources itself */
	snprintf(s.name, sizeof(s.name), "%s", r->kind->name);
	snprintf(s.date, sizeof(s.date), "%s",
	         r->state->date[0] != '\0' ? pool_get(&b->pool, build_text(b, r->state->date))
	                                   : b->file_date);
	snprintf(s.licence, sizeof(s.licence), "%s", r->kind->licence);
	build_source(b, &s);
}

int feed_read_text(struct build *b, const char *name, const char *text, size_t len,
                   struct error *err)
{
	const struct feed_kind *kind = feed_recognise(text, len < FEED_HEAD ? len : FEED_HEAD);
	struct reading r;
	int ret;

	if (kind == NULL) {
		return error_set(err, -EINVAL, "%.300s: no feed that is known", name);
	}
	ret = begin(&r, b, kind);
	if (ret == 0)
		ret = take_bytes(&r, text, len);
	if (ret == 0)
		ret = end(&r);
	if (ret != 0)
		explain(&r, name, ret, err);
	else
		tell(b, &r);
	finish(&r);
	return ret;
}

int feed_read_stream(struct build *b, struct unpack *u, const char *name,
                     const struct feed_kind *kind, struct error *err)
{
	char *chunk = malloc(FEED_HEAD);
	struct reading r;
	size_t n;
	int ret = begin(&r, b, kind);

	if (ret == 0 && chunk == NULL)
		ret = -ENOMEM;
	while (ret == 0 && (n = unpack_read(u, chunk, FEED_HEAD)) > 0)
		ret = take_bytes(&r, chunk, n);
	if (ret == 0 && unpack_error(u) != 0) {
		r.state->why = "the packed data is broken or cut short";
		ret = unpack_error(u);
	}
	if (ret == 0)
		ret = end(&r);
	if (ret != 0)
		explain(&r, name, ret, err);
	else
		tell(b, &r);
	finish(&r);
	free(chunk);
	return ret;
}
