/* SPDX-License-Identifier: Apache-2.0 */
/* scan_words.h - the command line that a scan was started with, as words. */
#ifndef SONDE_SCAN_WORDS_H
#define SONDE_SCAN_WORDS_H

#include "store.h"

struct scan_words {
	char **v; /* [count], then NULL; owned, as the text behind it */
	int count;
	char *text;
};

/* Join @argv into the form that the store keeps. 0 or -ENOMEM; the caller frees out->text. Pure. */
int scan_words_join(int argc, char *const *argv, struct store_words *out);

/* Split @text, @len bytes of words with a NUL byte each. Takes @text over, also if it fails. 0 or
 * -ENOMEM. Pure. */
int scan_words_split(char *text, size_t len, struct scan_words *out);

/* Read the words of @scan from @store, or from the record itself where an older version wrote it.
 * 0, -ENOENT (that version did not keep the command line whole), -ENOMEM or -errno. Blocks while the
 * disk reads. The caller calls scan_words_fini(). */
int scan_words_load(struct store *store, const struct store_scan *scan, struct scan_words *out);

void scan_words_fini(struct scan_words *w); /* a zeroed one is fine */

#endif
