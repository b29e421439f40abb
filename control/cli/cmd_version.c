/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_version.c - `sonde version`: prints the versions of the program and of its libraries. */
#include <gnu/libc-version.h>
#include <stdbool.h>
#include <jemalloc/jemalloc.h>
#include <stdio.h>

#include "cmd.h"
#include "dp.h"
#include "option.h"

struct version_options {
	bool verbose;
};

static const struct option_def defs[] = {
	{"verbose", 'v', NULL, "the libraries too", NULL,
         offsetof(struct version_options, verbose)},
};

static const struct option_spec spec = {
	"sonde version [-v]",
	"Prints the version.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

/* The version of jemalloc, or NULL if malloc() does not call jemalloc. */
static const char *allocator(void)
{
	const char *version = "unknown";
	size_t len = sizeof(version);
	uint64_t before = 0, after = 0;
	size_t n = sizeof(before);
	void *volatile block;

	if (mallctl("version", &version, &len, NULL, 0) != 0 ||
	    mallctl("thread.allocated", &before, &n, NULL, 0) != 0)
		return NULL;
	block = malloc(64);
	mallctl("thread.allocated", &after, &n, NULL, 0);
	free(block);
	return after > before ? version : NULL;
}

int cmd_version(int argc, char **argv)
{
	struct version_options o = {0};
	const char *jemalloc_version;
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	printf("sonde %s\n", SONDE_VERSION);
	if (!o.verbose)
		return CMD_OK;
	jemalloc_version = allocator();
	printf("allocator  %s%s\n", jemalloc_version ? "jemalloc " : "libc malloc",
	       jemalloc_version ? jemalloc_version : "");
	printf("DPDK       %s\n", dp_dpdk_version());
	printf("libc       glibc %s\n", gnu_get_libc_version());
	printf("compiler   %s\n", __VERSION__);
	return CMD_OK;
}
