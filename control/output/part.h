/* SPDX-License-Identifier: Apache-2.0 */
/*
 * part.h - a file that is written, whole or not at all, under a hidden name, compressed and summed.
 *
 * While it is written it has no name where the file system allows that (O_TMPFILE), so that nothing
 * of it stays when the process is killed. part_finish() flushes it to the disk and gives it its
 * name; the caller then renames it. Only one thread uses a part. Calls block as the disk does.
 */
#ifndef SONDE_PART_H
#define SONDE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum part_pack { PART_PLAIN, PART_GZIP, PART_ZSTD };

struct part;

struct part_sum {
	uint64_t bytes, plain_bytes; /* on the disk; before they were packed */
	char sha256[65];             /* of the bytes on the disk, in hex; "": no_sum */
};

/* The packing that the name of a file asks for: ".gz", ".zst". Pure. */
enum part_pack part_pack_of(const char *name);

struct part_place {
	int dir; /* a descriptor of the folder, which outlives the part */
	const char *name;
	enum part_pack pack;
	bool no_sum; /* compute no SHA-256: it takes as long as writing */
};

/* Begin a file. 0 or -errno. */
int part_open(const struct part_place *place, struct part **out);
int part_write(struct part *p, const void *data, size_t len); /* 0 or -errno */
/* How many bytes stand on the disk by now, roughly. */
uint64_t part_bytes(const struct part *p);
/* Write the SHA-256, in hex, of all bytes that were given to part_write() so far. 0 or -ENOMEM. */
int part_plain_sum(const struct part *p, char out[65]);
/* End the file, flush it to the disk, give it its name and free the part. On failure nothing of it
 * stays. 0 or -errno. */
int part_finish(struct part *p, struct part_sum *sum);
/* Free the part and leave nothing of it; NULL is fine. */
void part_discard(struct part *p);

#endif
