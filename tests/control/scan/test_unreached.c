/* SPDX-License-Identifier: Apache-2.0 */
/* test_unreached.c - claims about the list of targets without a next hop. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"
#include "unreached.h"

static char dir[64], path[128];

static void setup(void)
{
	strcpy(dir, "/tmp/sonde-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/unreached-s-1.txt", dir);
}

static void teardown(void)
{
	unlink(path);
	rmdir(dir);
}

static const struct {
	const char *list; /* NULL: there is none */
	enum unreached expected;
} lists[] = {
	{NULL, UNREACHED_NEVER},
	{"# T, from position 0:\n198.18.0.1-198.18.0.8\n", UNREACHED_ALWAYS},
	{"# T, from position 0:\n198.18.0.1-198.18.0.4\n", UNREACHED_NEVER},
	{"# T, from position 0:\n198.18.0.5\n# T, from position 9:\n198.18.0.5\n",
         UNREACHED_ALWAYS},
	{"# T, from position 0:\n198.18.0.5\n# T, from position 9:\n", UNREACHED_SOMETIMES},
	/* the run before the first one that wrote reached all */
	{"# T, from position 9:\n198.18.0.5\n", UNREACHED_SOMETIMES},
	{"# T, from position 0:\nnonsense\n198.18.0.1-\n\n", UNREACHED_NEVER},
};

START_TEST(unreached_tells_whether_every_run_noted_the_address)
{
	struct dp_addr addr = dp_addr_v4(0xc6120005); /* 198.18.0.5 */
	FILE *f = lists[_i].list != NULL ? fopen(path, "w") : NULL;

	if (f != NULL) {
		fputs(lists[_i].list, f);
		fclose(f);
	}
	ck_assert_int_eq(unreached_find(dir, "s-1", &addr), lists[_i].expected);
}
END_TEST

START_TEST(unreached_reads_ranges_of_ipv6)
{
	FILE *f = fopen(path, "w");
	struct dp_addr in, out;

	fputs("# T, from position 0:\n2001:db8::5-2001:db8::9\n", f);
	fclose(f);
	ck_assert_int_eq(dp_addr_parse("2001:db8::9", &in), 0);
	ck_assert_int_eq(dp_addr_parse("2001:db8::a", &out), 0);
	ck_assert_int_eq(unreached_find(dir, "s-1", &in), UNREACHED_ALWAYS);
	ck_assert_int_eq(unreached_find(dir, "s-1", &out), UNREACHED_NEVER);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("unreached");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, unreached_tells_whether_every_run_noted_the_address, 0,
	                    sizeof(lists) / sizeof(lists[0]));
	tcase_add_test(tc, unreached_reads_ranges_of_ipv6);
	return suite_run("unreached", tc);
}
