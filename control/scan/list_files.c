/* SPDX-License-Identifier: Apache-2.0 */
/* list_files.c - walks over the files that a scan's command line names. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "list_files.h"

static void each_argument(const char *option, const char *text, list_files_fn each, void *arg)
{
	if (text[0] == '@')
		each(arg, option, text + 1);
}

void list_files_each(const struct config *c, list_files_fn each, void *arg)
{
	for (unsigned i = 0; i < c->target_count; i++)
		each_argument("TARGETS", c->targets[i], each, arg);
	for (unsigned i = 0; i < c->excludes.count; i++)
		each_argument("--exclude", c->excludes.items[i], each, arg);
	for (unsigned i = 0; i < c->exclude_files.count; i++)
		each(arg, "--exclude-file", c->exclude_files.items[i]);
	if (c->scope_file != NULL)
		each(arg, "--scope-file", c->scope_file);
	if (c->payload_file != NULL)
		each(arg, "--payload-file", c->payload_file);
}

bool list_files_is_input(const char *path)
{
	static const char *const names[] = {"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(path, names[i]) == 0)
			return true;
	return false;
}

/* How the command line names the standard input: the first and the second time; "" = not. */
struct inputs {
	char text[2][64];
	unsigned count;
};

static void note_input(void *arg, const char *option, const char *path)
{
	struct inputs *s = arg;
	bool marked = strcmp(option, "TARGETS") == 0 || strcmp(option, "--exclude") == 0;

	if (!list_files_is_input(path))
		return;
	if (s->count < 2)
		snprintf(s->text[s->count], sizeof(s->text[0]), "%s %s%s", option,
		         marked ? "@" : "", path);
	s->count++;
}

bool list_files_need_input(const struct config *c)
{
	struct inputs s = {.count = 0};

	list_files_each(c, note_input, &s);
	return s.count > 0;
}

int list_files_check(const struct config *c, struct error *err)
{
	struct inputs s = {.count = 0};

	list_files_each(c, note_input, &s);
	if (s.count < 2)
		return 0;
	return error_set(err, -EINVAL,
	                 "%s and %s: both read the standard input, which can be read only once; "
	                 "put one of the lists into a file",
	                 s.text[0], s.text[1]);
}
