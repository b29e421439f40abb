/* SPDX-License-Identifier: Apache-2.0 */
/* export_files.h - runs an export into files or a stream, once or on and on, and says what failed. */
#ifndef SONDE_EXPORT_FILES_H
#define SONDE_EXPORT_FILES_H

#include "export_job.h"

struct export_files {
	const char *path;  /* NULL or "-": the standard output */
	const char *state; /* NULL: PATH.state */
	const char *what;  /* the words that tell this export from another one */
	bool follow, no_manifest;
	uint64_t every_us; /* how often to look for changes */
	struct export_job_since since;
	struct export_job_config job; /* without its output */
};

/* Export as @f says. Returns an exit code. */
int export_files(struct export_files *f);

#endif
