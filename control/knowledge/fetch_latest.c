/* SPDX-License-Identifier: Apache-2.0 */
/* fetch_latest.c - which archive of a folder is the newest: the file archive_latest.txt names it. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

enum { PATH = 8192 };

size_t fetch_latest_folder(const char *url)
{
	static const char latest[] = "/archive_latest.txt";
	size_t len = strlen(url), n = sizeof(latest) - 1;

	return len > n && strcmp(url + len - n, latest) == 0 ? len - n : 0;
}

/* Whether a name of @len bytes leads to a file beside the one that it stands in, and nowhere else. */
static bool is_plain(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isascii((unsigned char)name[i]) ||
		    (!isalnum((unsigned char)name[i]) &&
		     (i == 0 || memchr("._-", name[i], 3) == NULL)))
			return false;
	return len > 0;
}

bool fetch_latest_read(const char *text, size_t len, char name[FETCH_NAME])
{
	static const char *const packed[] = {".tar.zst", ".tar.bz2", ".tar.gz", ".tar.xz"};

	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	if (len >= FETCH_NAME || !is_plain(text, len))
		return false;
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
		size_t n = strlen(packed[i]);

		if (len <= n || memcmp(text + len - n, packed[i], n) != 0)
			continue;
		memcpy(name, text, len);
		name[len] = '\0';
		return true;
	}
	return false;
}

void fetch_latest_drop(const char *dir, const char *file)
{
	const char *name = strrchr(file, '/') + 1;
	size_t hash = strcspn(name, "-") + 1;
	DIR *d = opendir(dir);
	const struct dirent *e;
	char path[PATH];

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, name, hash) != 0 ||
		    strncmp(e->d_name, name, strlen(name)) == 0)
			continue;
		snprintf(path, sizeof(path), "%.4000s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d != NULL)
		closedir(d);
}
