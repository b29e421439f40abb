/* SPDX-License-Identifier: Apache-2.0 */
/* scan_words.c - turns a command line into what the store keeps, and back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "scan_words.h"

int scan_words_join(int argc, char *const *argv, struct store_words *out)
{
	size_t len = 0;
	char *to;

	for (int i = 0; i < argc; i++)
		len += strlen(argv[i]) + 1;
	to = malloc(len + 1);
	if (to == NULL)
		return -ENOMEM;
	*out = (struct store_words){to, len};
	for (int i = 0; i < argc; i++)
		to = stpcpy(to, argv[i]) + 1;
	return 0;
}

int scan_words_split(char *text, size_t len, struct scan_words *out)
{
	struct scan_words w = {.text = text};
	int count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\0';
	w.v = calloc((size_t)count + 1, sizeof(*w.v));
	if (w.v == NULL) {
		free(text);
		return -ENOMEM;
	}
	for (char *at = text; w.count < count; at += strlen(at) + 1)
		w.v[w.count++] = at;
	*out = w;
	return 0;
}

/* Split the quoted command line of a record that an older version wrote. Each of its words takes at
 * least three bytes. */
static int split_command(const struct store_scan *scan, struct scan_words *out)
{
	enum { MOST = sizeof(scan->command) / 3 };
	struct scan_words w = {.text = strdup(scan->command), .v = calloc(MOST + 1, sizeof(*w.v))};
	int ret = w.text == NULL || w.v == NULL ? -ENOMEM : 0;

	if (ret == 0)
		w.count = config_words(w.text, w.v, MOST);
	if (ret == 0 && (w.count < 1 || strcmp(scan->command, "scan (too long to keep)") == 0))
		ret = -ENOENT;
	if (ret == 0)
		*out = w;
	else
		scan_words_fini(&w);
	return ret;
}

int scan_words_load(struct store *store, const struct store_scan *scan, struct scan_words *out)
{
	struct store_words kept;
	int ret = store_scan_words(store, scan->id, &kept);

	if (ret == -ENOENT)
		return split_command(scan, out);
	return ret == 0 ? scan_words_split(kept.text, kept.len, out) : ret;
}

void scan_words_fini(struct scan_words *w)
{
	free(w->v);
	free(w->text);
	*w = (struct scan_words){0};
}
