/* SPDX-License-Identifier: Apache-2.0 */
/* test_cpe.c - claims about CPE names and their relations. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpe.h"
#include "vulndb.h"
#include "suite.h"

static const struct {
	const char *in, *out; /* out NULL: refused */
} names[] = {
	{"cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*",
         "cpe:2.3:a:openbsd:openssh:9.2:p1:*:*:*:*:*:*"},
	{"cpe:2.3:a:OpenBSD:openssh", "cpe:2.3:a:openbsd:openssh:*:*:*:*:*:*:*:*"},
	/* NISTIR 7695 6.2.2.2 and 6.1.2.3, the same names in both bindings. */
	{"cpe:/a:microsoft:internet_explorer:8.0.6001:beta",
         "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*"},
	{"cpe:/a:microsoft:internet_explorer:8.%2a:sp%3f",
         "cpe:2.3:a:microsoft:internet_explorer:8.\\*:sp\\?:*:*:*:*:*:*"},
	{"cpe:/a:microsoft:internet_explorer:8.%02:sp%01",
         "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*"},
	{"cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~",
         "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*"},
	{"cpe:/a:hp:openview_network_manager:7.51:-:~~~linux~~",
         "cpe:2.3:a:hp:openview_network_manager:7.51:-:*:*:*:linux:*:*"},
	{"cpe:/a:foo%5cbar:big%24money_2010%07:::~~special~ipod_touch~80gb~", NULL},
	{"cpe:/a:foo~bar:big%7emoney_2010", "cpe:2.3:a:foo\\~bar:big\\~money_2010:*:*:*:*:*:*:*:*"},
	{"cpe:2.3:a:x:c\\+\\+:1\\.0:*:*:*:*:*:*:*", "cpe:2.3:a:x:c\\+\\+:1.0:*:*:*:*:*:*:*"},
	{"cpe:2.3:a:x:y:\\-:*:*:*:*:*:*:*", "cpe:2.3:a:x:y:\\-:*:*:*:*:*:*:*"},
	{"cpe:2.3:z:x:y:1", NULL},
	{"cpe:2.3:a:x:y:1:*:*:*:*:*:*:*:more", NULL},
	{"cpe:2.3:a:x:y\\", NULL},
	{"cpe:2.3:a:x y:z", NULL},
	{"cpe:/a:x:%4", NULL},
	{"openssh", NULL},
	{"", NULL},
};

START_TEST(cpe_reads_both_bindings)
{
	struct cpe c;
	char text[CPE_TEXT * 2];
	int ret = cpe_parse(names[_i].in, strlen(names[_i].in), &c);

	if (names[_i].out == NULL) {
		ck_assert_int_eq(ret, -EINVAL);
		return;
	}
	ck_assert_int_eq(ret, 0);
	cpe_format(&c, text, sizeof(text));
	ck_assert_str_eq(text, names[_i].out);
	/* Writing and reading again changes nothing. */
	ck_assert_int_eq(cpe_parse(text, strlen(text), &c), 0);
	cpe_format(&c, text, sizeof(text));
	ck_assert_str_eq(text, names[_i].out);
}
END_TEST

START_TEST(cpe_becomes_an_identity)
{
	struct vd_identity id;
	struct error err;

	ck_assert_int_eq(vd_identity_from_cpe("cpe:/a:openbsd:openssh:9.2:p1", &id, &err), 0);
	ck_assert_str_eq(id.vendor, "openbsd");
	ck_assert_str_eq(id.product, "openssh");
	ck_assert_str_eq(id.version, "9.2p1");
	ck_assert_int_eq(id.cpe_count, 1);
	ck_assert_int_eq(vd_identity_from_cpe("openssh", &id, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "openssh"));
}
END_TEST

START_TEST(cpe_refuses_what_does_not_fit)
{
	static char text[5000];
	struct cpe c;

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "cpe:2.3:a:", 10);
	ck_assert_int_eq(cpe_parse(text, strlen(text), &c), -EINVAL);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("cpe");

	tcase_add_loop_test(t, cpe_reads_both_bindings, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_test(t, cpe_becomes_an_identity);
	tcase_add_test(t, cpe_refuses_what_does_not_fit);
	return suite_run("cpe", t);
}
