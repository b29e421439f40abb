/* SPDX-License-Identifier: Apache-2.0 */
/* driver.c - runs a fuzz target over the files of a corpus folder, so that the corpus is a normal
 * test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *exact, *buffer;
	size_t len;

	if (file == NULL) {
		perror(path);
		return -1;
	}
	buffer = malloc(INPUT_MAX);
	len = buffer != NULL ? fread(buffer, 1, INPUT_MAX, file) : 0;
	fclose(file);
	/* An exact copy, so that a sanitizer sees the first byte read beyond the end. */
	exact = malloc(len > 0 ? len : 1);
	if (buffer == NULL || exact == NULL)
		abort();
	memcpy(exact, buffer, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	free(buffer);
	return 0;
}

static int run_folder(const char *folder)
{
	struct dirent *entry;
	char path[4096];
	DIR *dir = opendir(folder);
	int count = 0;

	if (dir == NULL) {
		perror(folder);
		return -1;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (run_file(path) != 0) {
			closedir(dir);
			return -1;
		}
		count++;
	}
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	int count;

	if (argc != 2) {
		fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
		return 2;
	}
	count = run_folder(argv[1]);
	if (count <= 0) {
		fprintf(stderr, "%s: no inputs: a fuzz target needs a corpus\n", argv[1]);
		return 1;
	}
	printf("%d inputs survived\n", count);
	return 0;
}
