/* SPDX-License-Identifier: Apache-2.0 */
/* vulndb_facts.c - a tool of the build that writes one kind of the bundled facts, in compact form,
 * from feeds. */
#include <stdio.h>

#include "bundle.h"
#include "feed.h"

int main(int argc, char **argv)
{
	struct error err = {""};
	struct build b;
	int ret;

	if (argc < 3) {
		fprintf(stderr, "usage: %s cve|kev|epss|fix[-DISTRIBUTION] FEED... > FACTS\n",
		        argv[0]);
		return 2;
	}
	ret = build_init(&b);
	for (int i = 2; i < argc && ret == 0; i++)
		ret = feed_read(&b, NULL, argv[i], &err);
	if (ret == 0)
		ret = bundle_write(&b, argv[1], stdout);
	build_fini(&b);
	if (ret != 0)
		fprintf(stderr, "%s\n", err.text);
	return ret == 0 ? 0 : 1;
}
