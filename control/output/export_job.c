/* SPDX-License-Identifier: Apache-2.0 */
/* export_job.c - takes what fits a query out of a store, into files or a stream. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "export_job.h"
#include "service_json.h"

enum { CHUNK = 256 << 10 };

struct export_job {
	struct export_job_config config;
	struct store_walk walk;
	struct format *format;
	struct bytes out;
	struct part *part;  /* that is being written, or NULL */
	uint64_t part_rows; /* of it, or of the stream */
	uint64_t rows;      /* of this run */
	uint64_t cursor;
	bool is_open;   /* a text was begun: into a part or the stream */
	bool is_output; /* @error is that of the output */
	int error;
};

/* ---- the output ------------------------------------------------------------------------------ */

static int fail(struct export_job *j, int error)
{
	if (error != 0 && j->error == 0) {
		j->error = error;
		j->is_output = true;
	}
	return j->error;
}

static int flush(struct export_job *j)
{
	size_t len = j->out.len;
	int ret = 0;

	if (!format_whole(j->format))
		return fail(j, -ENOMEM);
	if (j->part != NULL)
		ret = part_write(j->part, j->out.data, len);
	else if (len > 0 && fwrite(j->out.data, 1, len, j->config.stream) != len)
		ret = -EIO;
	bytes_clear(&j->out);
	return fail(j, ret);
}

static int begin(struct export_job *j)
{
	int ret = j->config.parts != NULL ? parts_begin(j->config.parts, &j->part) : 0;

	if (ret != 0)
		return fail(j, ret);
	j->is_open = true;
	j->part_rows = 0;
	format_begin(j->format);
	return 0;
}

static int put_trailer(struct export_job *j)
{
	struct format_sum sum = {.rows = j->part_rows, .cursor = j->cursor};
	int ret = flush(j);

	if (ret == 0 && j->part != NULL)
		ret = fail(j, part_plain_sum(j->part, sum.sha256));
	format_trailer(j->format, &sum);
	return ret;
}

/* End the text that was begun. */
static int end(struct export_job *j)
{
	int ret;

	if (!j->is_open)
		return 0;
	j->is_open = false;
	format_end(j->format);
	ret = j->config.trailer ? put_trailer(j) : 0;
	if (ret == 0)
		ret = flush(j);
	if (ret == 0 && j->part != NULL)
		ret = fail(j, parts_end(j->config.parts, j->part_rows));
	j->part = NULL;
	return ret;
}

static bool is_full(const struct export_job *j)
{
	const struct export_job_config *c = &j->config;

	return j->part != NULL &&
	       ((c->rotate_rows > 0 && j->part_rows >= c->rotate_rows) ||
	        (c->rotate_bytes > 0 && part_bytes(j->part) + j->out.len >= c->rotate_bytes));
}

static bool is_stopped(const struct export_job *j)
{
	return j->config.stop != NULL &&
	       atomic_load_explicit(j->config.stop, memory_order_relaxed) > 0;
}

static bool put_row(struct export_job *j, const struct store_host *h, const struct record *r)
{
	if (is_stopped(j))
		fail(j, -ECANCELED);
	if (j->error == 0 && j->is_open && is_full(j))
		end(j);
	if (j->error == 0 && !j->is_open)
		begin(j);
	if (j->error != 0)
		return false;
	format_row(j->format, h, r);
	j->part_rows++;
	j->rows++;
	if (j->out.len >= CHUNK)
		flush(j);
	return j->error == 0;
}

/* ---- what comes out of the store ------------------------------------------------------------- */

static bool each_service(void *arg, const struct store_host *h, const struct record *r)
{
	return put_row(arg, h, r);
}

static bool each_host(void *arg, const struct store_host *h)
{
	return put_row(arg, h, NULL);
}

/* The services of a host that fit and have changed, or the host if it has such a service. */
static bool each_walked(void *arg, const struct store_host *h, const struct store_touch *touches,
                        size_t n)
{
	struct export_job *j = arg;

	j->cursor = j->walk.last_seq;
	for (size_t i = 0; i < h->service_count; i++) {
		const struct record *r = h->services[i];

		if (!query_match(j->config.query, h, r))
			continue;
		if (j->config.format.unit == FORMAT_HOSTS)
			return put_row(j, h, NULL);
		if (store_touched(touches, n, r) && !put_row(j, h, r))
			return false;
	}
	return true;
}

static int walk(struct export_job *j, const struct export_job_since *since, uint8_t knowledge[16])
{
	struct query_hint hint;
	int ret;

	j->walk = (struct store_walk){
		.no_verdicts = j->config.format.kinds == SERVICE_JSON_NONE &&
	                       j->config.format.unit == FORMAT_SERVICES &&
	                       j->config.query_text == NULL && j->config.format.fields == NULL,
		.changed = since->changed,
		.after_seq = since->seq,
		.since_us = since->time_us,
	};
	query_hint(j->config.query, &hint);
	if (dp_addr_compare(&hint.first, &hint.last) <= 0) {
		j->walk.first = hint.first;
		j->walk.last = hint.last;
	}
	ret = store_walk(j->config.store, &j->walk, each_walked, j);
	j->cursor = j->walk.last_seq;
	memcpy(knowledge, j->walk.knowledge, 16);
	return ret;
}

/* A query about all times can be answered by what the store knows of its answers. */
static int ask(struct export_job *j)
{
	struct query_page page = {0};
	int ret = store_change_last(j->config.store, &j->cursor);

	if (ret != 0)
		return ret;
	if (j->config.format.unit == FORMAT_HOSTS)
		return query_hosts(j->config.store, j->config.query, &page, each_host, j);
	return query_services(j->config.store, j->config.query, &page, each_service, j);
}

/* ---- runs ------------------------------------------------------------------------------------ */

static int commit(struct export_job *j, const struct export_job_since *since,
                  const uint8_t knowledge[16])
{
	const struct export_job_config *c = &j->config;
	struct parts_about about = {
		.format = c->info->name,
		.unit = c->format.unit == FORMAT_HOSTS ? "hosts" : "services",
		.query = c->query_text,
		.fields = c->format.fields,
		.version = c->version,
		.since = since->seq,
		.cursor = j->cursor,
		.now_us = clock_now_us(),
	};

	memcpy(about.knowledge, knowledge, sizeof(about.knowledge));
	return fail(j, parts_commit(c->parts, &about));
}

static int finish(struct export_job *j, const struct export_job_since *since,
                  const uint8_t knowledge[16])
{
	uint64_t before;
	bool again = j->config.parts != NULL && parts_cursor(j->config.parts, &before);

	/* An export of nothing is a text without rows; only one that goes on has no part then. */
	if (!j->is_open && j->rows == 0 && !again)
		begin(j);
	if (end(j) != 0)
		return j->error;
	if (j->config.parts != NULL)
		return commit(j, since, knowledge);
	return fflush(j->config.stream) == 0 ? 0 : fail(j, -EIO);
}

int export_job_run(struct export_job *j, const struct export_job_since *since, uint64_t *cursor,
                   uint64_t *rows)
{
	uint8_t knowledge[16] = {0};
	bool is_walk = since->changed || j->config.query_text == NULL || j->config.exact;
	int ret;

	j->rows = 0;
	j->error = 0;
	j->is_output = false;
	ret = is_walk ? walk(j, since, knowledge) : ask(j);
	if (j->error != 0)
		return j->error;
	if (ret != 0)
		return ret;
	ret = finish(j, since, knowledge);
	if (ret != 0)
		return ret;
	*cursor = j->cursor;
	*rows = j->rows;
	return 0;
}

bool export_job_failed_at_output(const struct export_job *j)
{
	return j->is_output;
}

int export_job_open(const struct export_job_config *config, struct export_job **out,
                    struct error *err)
{
	struct export_job *j = calloc(1, sizeof(*j));
	int ret;

	if (j == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	j->config = *config;
	ret = format_open(config->info, &config->format, &j->out, &j->format, err);
	if (ret != 0) {
		export_job_close(j);
		return ret;
	}
	*out = j;
	return 0;
}

void export_job_close(struct export_job *j)
{
	if (j == NULL)
		return;
	format_close(j->format);
	bytes_fini(&j->out);
	free(j);
}
