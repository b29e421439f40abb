/* SPDX-License-Identifier: Apache-2.0 */
/* import_input.c - unpacks a file, recognises its format and cuts it into rows. */
#include "import_input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "rows.h"

enum { HEAD = 256 << 10, CHUNK = 64 << 10, PROGRESS_EACH = 4 << 20 };

static const uint64_t UNPACKED_MAX = UINT64_C(1) << 40;

/* ---- a text in its format -------------------------------------------------------------------- */

struct reading {
	struct import_sink *sink;
	const struct import_kind *kind;
	struct rows rows;
	struct row_tree tree;
};

static void on_row(void *arg, char *text, size_t len, uint64_t line)
{
	struct reading *r = arg;
	int ret;

	r->sink->line = line;
	if (r->kind->line != NULL) {
		r->kind->line(r->sink, text, len);
		return;
	}
	ret = row_tree_parse(&r->tree, text, len);
	if (ret == 0)
		r->kind->row(r->sink, &r->tree);
	else
		import_skip(r->sink, ret == -E2BIG    ? "an object that is too deep or too large"
		                     : ret == -ENOMEM ? "memory was short"
		                                      : "a row that is no JSON");
}

static void on_broken(void *arg, const char *why, uint64_t line)
{
	struct reading *r = arg;

	r->sink->line = line;
	import_skip(r->sink, why);
}

static int begin(struct reading *r, struct import_sink *s, const struct import_kind *kind)
{
	memset(r, 0, sizeof(*r));
	r->sink = s;
	r->kind = kind;
	s->tool = kind->tool;
	s->line = 0;
	s->state = calloc(1, kind->state_size + 1);
	if (s->state == NULL)
		return -ENOMEM;
	rows_init(&r->rows, kind->line != NULL ? ROWS_LINES : ROWS_OBJECTS);
	r->rows.each = on_row;
	r->rows.broken = on_broken;
	r->rows.arg = r;
	snprintf(s->report->format, sizeof(s->report->format), "%s", kind->name);
	return 0;
}

static int take(struct reading *r, const char *data, size_t len)
{
	r->sink->report->bytes += len;
	return r->kind->bytes != NULL ? r->kind->bytes(r->sink, data, len)
	                              : rows_take(&r->rows, data, len);
}

static int end(struct reading *r)
{
	return r->kind->bytes != NULL ? r->kind->bytes(r->sink, "", 0) : rows_end(&r->rows);
}

static void fini(struct reading *r)
{
	if (r->kind->fini != NULL)
		r->kind->fini(r->sink);
	rows_fini(&r->rows);
	row_tree_fini(&r->tree);
	free(r->sink->state);
	r->sink->state = NULL;
}

int import_input_text(struct import_sink *s, const struct import_kind *kind, const char *text,
                      size_t len)
{
	struct reading r;
	int ret = begin(&r, s, kind);

	if (ret != 0)
		return ret;
	ret = len > 0 ? take(&r, text, len) : 0;
	if (ret == 0)
		ret = end(&r);
	fini(&r);
	return ret;
}

/* ---- a file ---------------------------------------------------------------------------------- */

struct file {
	const struct import_input *in;
	gzFile gz;
	uint64_t total, shown;
	char head[HEAD];
	size_t head_len;
};

static int open_file(struct file *f, struct import_sink *s, struct error *err)
{
	const char *path = f->in->path;
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int ret = fd < 0 ? -errno : 0;

	if (ret == 0 && fstat(fd, &st) == 0) {
		f->total = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
		if (S_ISDIR(st.st_mode))
			ret = -EISDIR;
		if (s->file_us == 0 && S_ISREG(st.st_mode))
			s->file_us =
				(int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	}
	if (s->file_us == 0)
		s->file_us = s->now_us;
	f->gz = ret == 0 ? gzdopen(fd, "rb") : NULL;
	if (f->gz != NULL)
		return gzbuffer(f->gz, CHUNK) == 0 ? 0 : -ENOMEM;
	if (fd >= 0)
		close(fd);
	if (ret == 0)
		ret = -ENOMEM;
	return error_set(err, ret, "%.300s: %s", path, strerror(-ret));
}

/* Read at most @len bytes. Returns how many, or -errno with @err. */
static int read_some(struct file *f, char *out, unsigned len, struct error *err)
{
	int n = gzread(f->gz, out, len), code;
	const char *why;

	if (n > 0)
		return n;
	why = gzerror(f->gz, &code);
	if (code == Z_OK || (n == 0 && code == Z_STREAM_END))
		return 0;
	return error_set(err, code == Z_ERRNO ? -EIO : -EINVAL, "%.300s: %.100s", f->in->path,
	                 code == Z_BUF_ERROR ? "cut short" : why);
}

static int read_head(struct file *f, struct error *err)
{
	int n = 1;

	while (n > 0 && f->head_len < HEAD) {
		n = read_some(f, f->head + f->head_len, (unsigned)(HEAD - f->head_len), err);
		if (n > 0)
			f->head_len += (size_t)n;
	}
	return f->head_len > 0 ? 0 : n;
}

static const struct import_kind *choose(const struct file *f, struct error *err)
{
	const struct import_kind *kind = f->in->word != NULL
	                                         ? import_kind_find(f->in->word)
	                                         : import_kind_recognise(f->head, f->head_len);

	if (kind == NULL)
		error_set(err, -EINVAL,
		          "%.300s: not recognised: it is no file of nmap (-oX), masscan (-oJ, -oL, "
		          "-oX), zmap, zgrab2, naabu or Shodan, and no export of Sonde",
		          f->in->path);
	return kind;
}

static void show_progress(struct file *f)
{
	z_off_t at = gzoffset(f->gz);
	uint64_t done = at > 0 ? (uint64_t)at : 0;

	if (f->in->progress == NULL || done < f->shown + PROGRESS_EACH)
		return;
	f->shown = done;
	f->in->progress(f->in->progress_arg, f->in->path, done, f->total);
}

static int read_rest(struct file *f, struct reading *r, struct error *err)
{
	char chunk[CHUNK];
	int n, ret = take(r, f->head, f->head_len);

	while (ret == 0 && (n = read_some(f, chunk, sizeof(chunk), err)) != 0) {
		if (n < 0)
			return n;
		if (f->in->stop != NULL && *f->in->stop != 0)
			return error_set(err, -ECANCELED, "%.300s: stopped", f->in->path);
		if (r->sink->report->bytes > UNPACKED_MAX)
			return error_set(err, -EFBIG, "%.300s: it unpacks to more than 1 TiB",
			                 f->in->path);
		ret = take(r, chunk, (size_t)n);
		show_progress(f);
	}
	if (ret == 0)
		ret = end(r);
	if (ret == 0)
		return 0;
	return error_set(err, ret, "%.300s:%llu: %s", f->in->path,
	                 (unsigned long long)r->sink->line,
	                 ret == -EINVAL ? "broken from there on" : strerror(-ret));
}

static int read_file(struct file *f, struct import_sink *s, struct error *err)
{
	const struct import_kind *kind;
	struct reading r;
	int ret = read_head(f, err);

	if (ret != 0)
		return ret;
	if (f->head_len == 0)
		return error_set(err, -EINVAL, "%.300s: empty", f->in->path);
	kind = choose(f, err);
	if (kind == NULL)
		return -EINVAL;
	ret = begin(&r, s, kind);
	if (ret != 0)
		return error_set(err, ret, "%s", strerror(-ret));
	ret = read_rest(f, &r, err);
	fini(&r);
	return ret;
}

int import_input_read(struct import_sink *s, const struct import_input *in, struct error *err)
{
	struct file *f = calloc(1, sizeof(*f));
	int ret;

	if (f == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	f->in = in;
	ret = open_file(f, s, err);
	if (ret == 0)
		ret = read_file(f, s, err);
	if (f->gz != NULL)
		gzclose(f->gz);
	free(f);
	return ret;
}
