/* SPDX-License-Identifier: Apache-2.0 */
/* rule_read.c - reads rule files from disk. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rule.h"
#include "rule_read.h"

enum { FILE_MAX = 16 << 20 };

int rule_read_text(const char *path, char **text, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *data = NULL;
	size_t used = 0, size = 0;
	int ret = 0;

	if (file == NULL)
		return -errno;
	errno = 0;
	while (ret == 0 && !feof(file)) {
		if (used == size) {
			char *grown = size < FILE_MAX ? realloc(data, size * 2 + 65536) : NULL;

			if (grown == NULL) {
				ret = size < FILE_MAX ? -ENOMEM : -EFBIG;
				break;
			}
			data = grown;
			size = size * 2 + 65536;
		}
		used += fread(data + used, 1, size - used, file);
		if (used > FILE_MAX)
			ret = -EFBIG;
		if (ferror(file))
			/* fopen() opens a directory, only fread() fails */
			ret = errno != 0 ? -errno : -EIO;
	}
	fclose(file);
	if (ret != 0) {
		free(data);
		return ret;
	}
	*text = data;
	*len = used;
	return 0;
}

struct first_fault {
	const char *path;
	struct error *err;
	bool seen;
};

static void keep_first(void *arg, uint32_t line, uint32_t column, const char *text)
{
	struct first_fault *first = arg;

	if (!first->seen)
		error_set(first->err, -EINVAL, "%s:%u:%u: %s", first->path, line, column, text);
	first->seen = true;
}

int rules_read_file(struct rule_set *set, const char *path, struct error *err)
{
	struct first_fault first = {path, err, false};
	const char *slash = strrchr(path, '/');
	char *text;
	size_t len;
	int result = rule_read_text(path, &text, &len);

	if (result != 0) {
		return error_set(err, result, "%s: %s", path, strerror(-result));
	}
	result = rule_parse(set, slash != NULL ? slash + 1 : path, text, len, keep_first, &first);
	free(text);
	return result > 0 ? -EINVAL : result;
}

static int is_rule_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 6 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 6, ".rules") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int rules_read_dir(struct rule_set *set, const char *dir, struct error *err)
{
	struct dirent **entries = NULL;
	char path[4096];
	int n = scandir(dir, &entries, is_rule_file, by_bytes);
	int result = n < 0 ? -errno : 0;

	if (result != 0)
		error_set(err, result, "%s: %s", dir, strerror(-result));
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		if (result == 0)
			result = rules_read_file(set, path, err);
		free(entries[i]);
	}
	free(entries);
	return result;
}
