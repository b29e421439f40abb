/* SPDX-License-Identifier: Apache-2.0 */
/* test_import_sink.c - claims about values that files state, and about what is refused. */
#include <string.h>

#include "import_facts.h"
#include "import_sink.h"
#include "suite.h"

#define NOW INT64_C(1795305600000000)

static const struct {
	const char *text;
	int64_t us; /* 0 = refused */
} times[] = {
	{"1700000000", INT64_C(1700000000000000)},
	{"1700000000.5", INT64_C(1700000000000000)},
	{"2024-05-01T10:00:00Z", INT64_C(1714557600000000)},
	{"2024-05-01T10:00:00.000000", INT64_C(1714557600000000)},
	{"2024-05-01 10:00:00+0000", INT64_C(1714557600000000)},
	{"2024-05-01T12:00:00.000+0200", INT64_C(1714557600000000)},
	{"yesterday", 0},
	{"", 0},
	{"99999999999999999999", 0},
};

START_TEST(times_are_read_as_tools_write_them)
{
	struct record r = {.seen_us = 0};
	bool ok = import_set_time(&r, times[_i].text, strlen(times[_i].text));

	ck_assert_int_eq(ok, times[_i].us != 0);
	ck_assert_int_eq(r.seen_us, times[_i].us);
}
END_TEST

static unsigned taken;

static void take(void *arg, struct record *r)
{
	(void)arg;
	(void)r;
	taken++;
}

static const struct {
	const char *addr;
	uint16_t port;
	int64_t us;
	bool ok;
} services[] = {
	{"192.0.2.1", 1, NOW, true},      {"2001:db8::1", 1, NOW, true},
	{"224.0.0.1", 1, NOW, false},     {"0.0.0.0", 1, NOW, false},
	{"ff02::1", 1, NOW, false},       {"192.0.2.1", 0, NOW, false},
	{"192.0.2.1", 1, 2 * NOW, false},
};

START_TEST(only_what_can_be_is_taken)
{
	struct import_report report = {.bytes = 0};
	struct import_sink s = {
		.record = record_new(), .take = take, .report = &report, .now_us = NOW};
	struct record *r = import_begin(&s);

	taken = 0;
	ck_assert(import_set_addr(r, services[_i].addr, strlen(services[_i].addr)));
	r->port = services[_i].port;
	r->seen_us = services[_i].us;
	import_take(&s);
	ck_assert_uint_eq(taken, services[_i].ok);
	ck_assert_uint_eq(report.skipped, !services[_i].ok);
	record_free(s.record);
}
END_TEST

START_TEST(escapes_become_bytes)
{
	struct bytes b = {0};

	import_unescape(&b, "a\\x00\\n\\\\\\.\\x0", 14);
	ck_assert_uint_eq(b.len, 7);
	ck_assert(memcmp(b.data, "a\0\n\\.x0", 7) == 0);
	bytes_clear(&b);
	import_latin1(&b, "a\xc3\xbf\xff", 4);
	ck_assert(b.len == 3 && memcmp(b.data, "a\xff\xff", 3) == 0);
	bytes_clear(&b);
	ck_assert(import_base64(&b, "aGk=", 4) && b.len == 2 && memcmp(b.data, "hi", 2) == 0);
	ck_assert(!import_base64(&b, "a*", 2));
	bytes_fini(&b);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("import_sink");

	tcase_add_loop_test(c, times_are_read_as_tools_write_them, 0,
	                    sizeof(times) / sizeof(times[0]));
	tcase_add_loop_test(c, only_what_can_be_is_taken, 0,
	                    sizeof(services) / sizeof(services[0]));
	tcase_add_test(c, escapes_become_bytes);
	return suite_run("import_sink", c);
}
