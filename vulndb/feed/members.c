/* SPDX-License-Identifier: Apache-2.0 */
/* members.c - reads the members of a zip or tar archive with libarchive. */
#include "members.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "unpack.h"

enum { CHUNK = 1 << 16, TAR_MAGIC = 257, TAR_BLOCK = 512 };

#define MEMBERS_BYTES (UINT64_C(64) << 30)

struct members {
	struct unpack *from;
	struct archive *archive;
	uint64_t count, total;
	uint64_t zeros; /* how many NULs stand at the end of what was taken from @from */
	bool open;      /* a member's bytes are being read */
	char name[MEMBERS_NAME];
	char chunk[CHUNK];
};

bool members_are(const char *head, size_t len)
{
	return (len >= 4 && memcmp(head, "PK\3\4", 4) == 0) ||
	       (len >= TAR_MAGIC + 5 && memcmp(head + TAR_MAGIC, "ustar", 5) == 0);
}

static size_t fill(struct members *m)
{
	size_t n = unpack_read(m->from, m->chunk, sizeof(m->chunk)), zeros = 0;

	while (zeros < n && m->chunk[n - 1 - zeros] == '\0')
		zeros++;
	m->zeros = zeros == n ? m->zeros + n : zeros;
	return n;
}

static la_ssize_t give(struct archive *a, void *arg, const void **out)
{
	struct members *m = arg;
	size_t n = fill(m);

	*out = m->chunk;
	if (n == 0 && unpack_error(m->from) != 0) {
		archive_set_error(a, EIO, "the packed data is broken or cut short");
		return ARCHIVE_FATAL;
	}
	return (la_ssize_t)n;
}

int members_open(struct unpack *u, struct members **out)
{
	struct members *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return -ENOMEM;
	m->from = u;
	m->archive = archive_read_new();
	/* No other format and no filter: each is more code that hostile bytes would reach. */
	if (m->archive == NULL ||
	    archive_read_support_format_zip_streamable(m->archive) != ARCHIVE_OK ||
	    archive_read_support_format_tar(m->archive) != ARCHIVE_OK ||
	    archive_read_open(m->archive, m, NULL, give, NULL) != ARCHIVE_OK) {
		members_close(m);
		return -ENOMEM;
	}
	*out = m;
	return 0;
}

void members_close(struct members *m)
{
	if (m == NULL)
		return;
	archive_read_free(m->archive);
	free(m);
}

static void keep_name(struct members *m, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	size_t n = 0;

	for (; name != NULL && name[n] != '\0' && n < sizeof(m->name) - 1; n++)
		m->name[n] = name[n] >= ' ' && name[n] <= '~' ? name[n] : '?';
	m->name[n] = '\0';
}

/* Read what is left of the current member, so that it counts towards the bound of the archive,
 * too. */
static int drain(struct members *m)
{
	char rest[4096];
	ssize_t n = 1;

	while (m->open && n > 0)
		n = members_read(m, rest, sizeof(rest));
	m->open = false;
	return n < 0 ? (int)n : 0;
}

/* Read the archive to its end. A tar that is cut between two members looks whole, but lacks the
 * blocks of zeros at its end. */
static int finish(struct members *m)
{
	bool tar = (archive_format(m->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;

	while (fill(m) > 0)
		;
	return unpack_error(m->from) != 0 || (tar && m->zeros < TAR_BLOCK) ? -EINVAL : 0;
}

int members_next(struct members *m)
{
	struct archive_entry *entry;
	int ret = drain(m);

	while (ret == 0) {
		int code = archive_read_next_header(m->archive, &entry);

		if (code == ARCHIVE_EOF)
			return finish(m);
		if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
			return -EINVAL;
		if (++m->count > MEMBERS_MAX)
			return -E2BIG;
		keep_name(m, entry);
		m->open = true;
		if (archive_entry_filetype(entry) == AE_IFREG)
			return 1;
		ret = drain(m);
	}
	return ret;
}

const char *members_name(const struct members *m)
{
	return m->name;
}

ssize_t members_read(void *arg, void *out, size_t len)
{
	struct members *m = arg;
	la_ssize_t n = archive_read_data(m->archive, out, len);

	if (n < 0)
		return -EINVAL;
	m->total += (uint64_t)n;
	m->open = n > 0;
	return m->total <= MEMBERS_BYTES ? n : -EFBIG;
}
