/* SPDX-License-Identifier: Apache-2.0 */
/* export_files.c - runs an export into files or a stream, once or on and on. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"
#include "export_files.h"
#include "stop_signal.h"

enum { STEP_US = 100000 };

/* ---- what failed ----------------------------------------------------------------------------- */

static int code_of(int error)
{
	switch (error) {
	case -ENOSPC:
	case -EDQUOT:
	case -EFBIG:
		return CMD_FULL;
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return CMD_PRIVILEGE;
	case -EINVAL:
	case -ENOENT:
	case -ENOTDIR:
	case -ENAMETOOLONG:
		return CMD_USAGE;
	default:
		return CMD_FAILED;
	}
}

static int failed(const struct export_files *f, const struct export_job *job, int error)
{
	if (error == -ECANCELED)
		return cmd_fail(CMD_STOPPED, "stopped: %s is as it was before", f->path);
	if (error == -ENOMEM)
		return cmd_fail(CMD_FAILED, "out of memory");
	if (!export_job_failed_at_output(job))
		return cmd_store_fail(error);
	if (f->job.stream == stdout)
		return cmd_output_failed();
	if (f->job.stream != NULL)
		return cmd_fail(CMD_FAILED, "%s cannot be written: %s", f->path, strerror(errno));
	return cmd_fail(code_of(error),
	                "%s cannot be written: %s; what stood there stands there still", f->path,
	                strerror(-error));
}

/* ---- runs ------------------------------------------------------------------------------------ */

static bool is_stopped(const struct export_files *f)
{
	return f->job.stop != NULL && atomic_load(f->job.stop) > 0;
}

static void wait(const struct export_files *f)
{
	const struct timespec step = {.tv_nsec = STEP_US * 1000L};
	int64_t end = clock_monotonic_us() + (int64_t)f->every_us;

	while (!is_stopped(f) && clock_monotonic_us() < end)
		nanosleep(&step, NULL);
}

/* Export what has changed behind the cursor, until somebody wants an end. */
static int follow(struct export_files *f, struct export_job *job)
{
	uint64_t cursor = f->since.seq, rows, last;
	bool begun = f->job.parts != NULL && parts_cursor(f->job.parts, &cursor);
	int ret = 0;

	while (!is_stopped(f)) {
		struct export_job_since since = f->since;

		if (begun)
			since = (struct export_job_since){.changed = true, .seq = cursor};
		ret = begun ? store_change_last(f->job.store, &last) : 0;
		if (ret != 0)
			return cmd_store_fail(ret);
		if (!begun || last > cursor) {
			ret = export_job_run(job, &since, &cursor, &rows);
			if (ret != 0)
				break;
			begun = true;
		}
		wait(f);
	}
	return ret == 0 || ret == -ECANCELED ? CMD_OK : failed(f, job, ret);
}

static int run(struct export_files *f)
{
	struct export_job *job;
	uint64_t cursor, rows;
	struct error err;
	int code = CMD_OK, ret = export_job_open(&f->job, &job, &err);

	if (ret != 0)
		return cmd_fail_at(ret, "--fields", &err);
	if (f->follow) {
		code = follow(f, job);
	} else {
		ret = export_job_run(job, &f->since, &cursor, &rows);
		if (ret != 0)
			code = failed(f, job, ret);
	}
	export_job_close(job);
	return code;
}

/* ---- where it goes --------------------------------------------------------------------------- */

/* Whether a device or a pipe stands at @path: it is written into, never replaced. */
static bool is_stream(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int into_stream(struct export_files *f)
{
	int code;

	f->job.stream = fopen(f->path, "we");
	if (f->job.stream == NULL)
		return cmd_fail(code_of(-errno), "%s cannot be written: %s", f->path,
		                strerror(errno));
	code = run(f);
	if (fclose(f->job.stream) != 0 && code == CMD_OK)
		code = cmd_fail(CMD_FAILED, "%s cannot be written: %s", f->path, strerror(errno));
	return code;
}

static int into_parts(struct export_files *f)
{
	char *state = NULL;
	struct parts_config config = {
		.path = f->path,
		.numbered = f->follow || f->job.rotate_rows > 0 || f->job.rotate_bytes > 0,
		.no_manifest = f->no_manifest,
		.no_sum = f->no_manifest && !f->job.trailer,
		.what = f->what,
	};
	struct error err;
	int ret, code;

	if (f->follow && f->state == NULL && asprintf(&state, "%s.state", f->path) < 0)
		return cmd_fail(CMD_FAILED, "out of memory");
	if (f->follow)
		config.state = state != NULL ? state : f->state;
	ret = parts_open(&config, &f->job.parts, &err);
	if (ret != 0) {
		code = cmd_fail(code_of(ret), "%s", err.text);
	} else {
		f->job.stop = stop_signal_catch();
		code = run(f);
		parts_close(f->job.parts);
	}
	free(state);
	return code;
}

int export_files(struct export_files *f)
{
	if (f->path == NULL || strcmp(f->path, "-") == 0) {
		f->job.stream = stdout;
		return run(f);
	}
	return is_stream(f->path) ? into_stream(f) : into_parts(f);
}
