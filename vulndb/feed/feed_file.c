/* SPDX-License-Identifier: Apache-2.0 */
/* feed_file.c - reads feeds from files, directories and archives. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "calendar.h"
#include "feed.h"
#include "members.h"
#include "rule_set.h"
#include "unpack.h"

enum { XML_MAX = 64 << 20, DEPTH_MAX = 8, PATH = 4096 };

/* Where the facts and rules go; @picky: a file that is no feed is an error. */
struct reader {
	struct build *b;
	struct rule_set *rules;
	bool picky;
	struct error *err;
};

static const char broken[] = "the packed data is broken or cut short";

static int fail(const struct reader *r, int ret, const char *path, const char *why)
{
	return error_set(r->err, ret, "%.300s: %s", path, why != NULL ? why : strerror(-ret));
}

static bool looks_like_xml(const char *p, size_t len)
{
	static const char *const starts[] = {"<?xml", "<fingerprints", "<!--"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (len >= strlen(starts[i]) && memcmp(p, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static int read_xml(const struct reader *r, struct unpack *u, const char *path)
{
	char *text = malloc(XML_MAX);
	size_t len = 0, n;
	const char *why = r->rules == NULL ? "Recog's rules, where only facts are read" : NULL;
	int ret = text == NULL ? -ENOMEM : why != NULL ? -EINVAL : 0;

	while (ret == 0 && len < XML_MAX && (n = unpack_read(u, text + len, XML_MAX - len)) > 0)
		len += n;
	if (ret == 0)
		ret = len == XML_MAX ? -EFBIG : unpack_error(u);
	if (ret == 0)
		ret = rules_read_recog(r->rules, path, text, len, r->err);
	else
		fail(r, ret, path, why);
	free(text);
	return ret;
}

static int read_archive(const struct reader *r, struct unpack *u, const char *path);

/* Read the bytes of @u. They may be an archive only with @outer: archives within archives are
 * skipped. */
static int read_unpacked(const struct reader *r, struct unpack *u, const char *path, bool outer)
{
	const struct feed_kind *kind;
	size_t len;
	const char *head = unpack_head(u, FEED_HEAD, &len);

	if (outer && members_are(head, len))
		return read_archive(r, u, path);
	kind = feed_recognise(head, len);
	if (kind != NULL)
		return feed_read_stream(r->b, u, path, kind, r->err);
	if (looks_like_xml(head, len))
		return read_xml(r, u, path);
	if (unpack_error(u) != 0)
		return fail(r, unpack_error(u), path, broken);
	if (r->picky)
		return fail(r, -EINVAL, path,
		            "no feed that is known (NVD 2.0, KEV, EPSS, OSV, Debian "
		            "tracker, CPE dictionary, VuXML, updateinfo, facts, Recog)");
	if (r->b->passed_over != NULL)
		r->b->passed_over(r->b->passed_over_arg, path);
	return 0;
}

static int read_member(const struct reader *r, struct members *m, const char *path)
{
	char name[PATH + MEMBERS_NAME];
	struct unpack *u;
	int ret = unpack_over(members_read, m, &u);

	snprintf(name, sizeof(name), "%s/%s", path, members_name(m));
	if (ret != 0)
		return fail(r, ret, name, ret == -EINVAL ? broken : NULL);
	ret = read_unpacked(r, u, name, false);
	unpack_close(u);
	return ret;
}

static int read_archive(const struct reader *r, struct unpack *u, const char *path)
{
	struct reader each = *r;
	struct members *m;
	int ret = members_open(u, &m), more = 1;

	if (ret != 0)
		return fail(r, ret, path, NULL);
	each.picky = false;
	while (ret == 0 && (more = members_next(m)) > 0)
		ret = read_member(&each, m, path);
	if (ret == 0 && more < 0) {
		char where[PATH + MEMBERS_NAME];

		snprintf(where, sizeof(where), "%s: after %s", path,
		         members_name(m)[0] != '\0' ? members_name(m) : "its beginning");
		ret = fail(r, more, where,
		           more == -EINVAL ? "the archive is broken or cut short" : NULL);
	}
	members_close(m);
	return ret;
}

static int read_file(const struct reader *r, const char *path)
{
	struct unpack *u;
	int ret = unpack_open(path, &u);

	if (ret != 0)
		return fail(r, ret, path, ret == -EINVAL ? broken : NULL);
	ret = read_unpacked(r, u, path, true);
	unpack_close(u);
	return ret;
}

static int read_any(const struct reader *r, const char *path, int depth);

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int read_dir(const struct reader *r, const char *path, int depth)
{
	struct dirent **list;
	int n = scandir(path, &list, visible, alphasort), ret = 0;

	if (n < 0)
		return fail(r, -errno, path, NULL);
	for (int i = 0; i < n; i++) {
		char name[PATH];

		if (ret == 0 && snprintf(name, sizeof(name), "%s/%s", path, list[i]->d_name) <
		                        (int)sizeof(name))
			ret = read_any(r, name, depth + 1);
		free(list[i]);
	}
	free(list);
	return ret;
}

static int read_any(const struct reader *r, const char *path, int depth)
{
	struct reader each = *r;
	struct stat st;

	if (stat(path, &st) != 0)
		return fail(r, -errno, path, NULL);
	if (S_ISDIR(st.st_mode))
		return depth < DEPTH_MAX ? read_dir(r, path, depth) : 0;
	each.picky = depth == 0;
	calendar_format(st.st_mtime * INT64_C(1000000), r->b->file_date);
	return read_file(&each, path);
}

int feed_read(struct build *b, struct rule_set *rules, const char *path, struct error *err)
{
	const struct reader r = {.b = b, .rules = rules, .err = err};

	return read_any(&r, path, 0);
}
