/* SPDX-License-Identifier: Apache-2.0 */
/* vulndb_build.c - a tool of the build that makes a vulndb file from rules, facts and feeds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vulndb.h"

static void progress(void *arg, const char *what, uint64_t done, uint64_t total)
{
	(void)arg;
	fprintf(stderr, "%llu/%llu %s\n", (unsigned long long)done, (unsigned long long)total,
	        what);
}

int main(int argc, char **argv)
{
	struct vulndb_sources s = {0};
	struct error err;

	if (argc < 4) {
		fprintf(stderr,
		        "usage: %s FILE RULES-DIR FACTS-DIR [FEED...]\n"
		        "\"-\" leaves a folder out; $SOURCE_DATE_EPOCH is the date\n",
		        argv[0]);
		return 2;
	}
	s.rules_dir = strcmp(argv[2], "-") != 0 ? argv[2] : NULL;
	s.facts_dir = strcmp(argv[3], "-") != 0 ? argv[3] : NULL;
	s.feeds = (const char *const *)argv + 4;
	s.feed_count = (size_t)argc - 4;
	if (getenv("SOURCE_DATE_EPOCH") != NULL)
		s.now_us = strtoll(getenv("SOURCE_DATE_EPOCH"), NULL, 10) * 1000000;
	if (getenv("VERBOSE") != NULL)
		s.progress = progress;
	if (vulndb_build(argv[1], &s, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	return 0;
}
