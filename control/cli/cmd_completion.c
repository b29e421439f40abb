/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_completion.c - `sonde completion`: prints the script by which a shell completes command
 * lines. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "option.h"

static const struct option_spec spec = {
	"sonde completion bash|zsh",
	"Prints a script for the shell. With it, the Tab key completes commands, options, their values "
	"and the fields of queries:\n"
	"  source <(sonde completion bash)     in ~/.bashrc\n"
	"  source <(sonde completion zsh)      in ~/.zshrc, behind compinit",
};

/* The files of the folder completion, line by line. */
static const char *const bash[] = {
#include "completion_bash.inc"
};

static const char *const zsh[] = {
#include "completion_zsh.inc"
};

static int print(const char *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fputs(lines[i], stdout);
	return CMD_OK;
}

int cmd_completion(int argc, char **argv)
{
	char unused;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &unused, &first, &code))
		return code;
	if (argc - first == 1 && strcmp(argv[first], "bash") == 0)
		return print(bash, sizeof(bash) / sizeof(bash[0]));
	if (argc - first == 1 && strcmp(argv[first], "zsh") == 0)
		return print(zsh, sizeof(zsh) / sizeof(zsh[0]));
	return cmd_fail(CMD_USAGE, "`%.60s`: expected bash or zsh: sonde completion bash",
	                first < argc ? argv[argc - 1] : "");
}
