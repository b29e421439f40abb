/* SPDX-License-Identifier: Apache-2.0 */
/* rulelint.c - a small program that checks rule files. */
#include <string.h>

#include "vulndb.h"

int main(int argc, char **argv)
{
	int total = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: %s FILE.rules...\n", argv[0]);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		int n = vulndb_lint(argv[i], stdout);

		if (n < 0) {
			fprintf(stderr, "%s: %s\n", argv[i], strerror(-n));
			return 2;
		}
		total += n;
	}
	printf("%d complaints\n", total);
	return total == 0 ? 0 : 1;
}
