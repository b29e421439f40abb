/* SPDX-License-Identifier: Apache-2.0 */
/*
 * members.h - the members of a zip or tar archive one after another, each as a bounded stream.
 *
 * The archive is read from front to back and never held as a whole: a zip's directory at its end is
 * not looked at. Names of members are only reported; no file is written under them. One thread.
 */
#ifndef SONDE_VULNDB_MEMBERS_H
#define SONDE_VULNDB_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { MEMBERS_MAX = 4000000, MEMBERS_NAME = 256 };

struct members;
struct unpack;

/* Whether a stream that begins with @head is an archive. */
bool members_are(const char *head, size_t len);
/* Read the archive that @u holds, which must live until members_close. 0 or -errno. */
int members_open(struct unpack *u, struct members **out);
void members_close(struct members *m); /* NULL is fine */
/*
 * Go to the next file of the archive; folders and links are skipped. 1, 0 at the end, -EINVAL
 * (broken, cut short or encrypted), -E2BIG (more than MEMBERS_MAX), -EFBIG (unpacks to too much).
 */
int members_next(struct members *m);
/* The name of the current file in printable ASCII, cut to MEMBERS_NAME; valid until the next
 * call. */
const char *members_name(const struct members *m);
/* Read the bytes of the current file, as an unpack_source: @m is a struct members. How many there
 * are, 0 at the end, -EINVAL (broken), -EFBIG (the archive unpacks to too much). */
ssize_t members_read(void *m, void *out, size_t len);

#endif
