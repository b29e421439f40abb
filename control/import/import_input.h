/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_input.h - reads a file as a format of import_kind.h and passes what it states to a sink.
 *
 * Memory is bounded whatever the file holds: one row, and the buffer of the unpacker.
 */
#ifndef SONDE_IMPORT_INPUT_H
#define SONDE_IMPORT_INPUT_H

#include "import_kind.h"

struct import_input {
	const char *path; /* "-": the standard input */
	const char *word; /* the format; NULL: by the content */
	/* called each 4 MiB or so, with bytes of the file as it is stored; NULL: not called */
	void (*progress)(void *arg, const char *what, uint64_t done, uint64_t total);
	void *progress_arg;
	const _Atomic unsigned *stop; /* ends the reading when it is not 0; NULL: nothing does */
};

/*
 * Read the file to its end. Files packed by gzip are unpacked. The members record, take, arg,
 * report, now_us and port of @s are set; file_us, if it is 0, becomes the time of the file. Blocks. 0,
 * -EINVAL with @err (no format that is known, or broken from a line on: what stands before was
 * passed on), -EFBIG (it unpacks to more than 1 TiB), -ECANCELED (stopped), -ENOMEM, or -errno of
 * the file.
 */
int import_input_read(struct import_sink *s, const struct import_input *in, struct error *err);

/* The same for a text in memory, for tests and fuzzing. @kind: its format. */
int import_input_text(struct import_sink *s, const struct import_kind *kind, const char *text,
                      size_t len);

#endif
