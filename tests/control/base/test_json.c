/* SPDX-License-Identifier: Apache-2.0 */
/* test_json.c - claims about the JSON writer, read back by another library. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "splitmix.h"
#include "suite.h"
#include "text.h"

struct page {
	char *text;
	size_t len;
	FILE *out;
};

static struct json *begin(struct page *p, bool pretty)
{
	struct json *j;

	*p = (struct page){.text = NULL};
	p->out = open_memstream(&p->text, &p->len);
	j = json_begin(p->out, pretty);
	ck_assert_ptr_nonnull(j);
	return j;
}

static json_t *end(struct page *p, struct json *j)
{
	json_error_t why;
	json_t *root;

	ck_assert_int_eq(json_done(j), 0);
	fclose(p->out);
	root = json_loads(p->text, JSON_REJECT_DUPLICATES, &why);
	ck_assert_msg(root != NULL, "%s: %s", why.text, p->text);
	return root;
}

START_TEST(values_are_what_they_were)
{
	struct page p;
	struct json *j = begin(&p, _i == 1);
	json_t *root;

	json_open_object(j, NULL);
	json_text(j, "text", "caf\xc3\xa9 \"\\\n");
	json_int(j, "least", INT64_MIN);
	json_uint(j, "most", INT64_MAX);
	json_number(j, "number", 7.25, 1);
	json_bool(j, "yes", true);
	json_bool(j, "no", false);
	json_unknown(j, "unknown");
	json_time(j, "time", 1795305600000000);
	json_base64(j, "raw", "\0\xff", 2);
	json_open_array(j, "list");
	json_int(j, NULL, 1);
	json_text(j, NULL, "two");
	json_open_object(j, NULL);
	json_close_object(j);
	json_close_array(j);
	json_close_object(j);
	root = end(&p, j);
	ck_assert_str_eq(json_string_value(json_object_get(root, "text")), "caf\xc3\xa9 \"\\\\\n");
	ck_assert(json_integer_value(json_object_get(root, "least")) == INT64_MIN);
	ck_assert(json_integer_value(json_object_get(root, "most")) == INT64_MAX);
	ck_assert_double_eq_tol(json_real_value(json_object_get(root, "number")), 7.25, 0.051);
	ck_assert(json_is_true(json_object_get(root, "yes")));
	ck_assert(json_is_false(json_object_get(root, "no")));
	ck_assert(json_is_null(json_object_get(root, "unknown")));
	ck_assert_str_eq(json_string_value(json_object_get(root, "time")), "2026-11-22T00:00:00Z");
	ck_assert_str_eq(json_string_value(json_object_get(root, "raw")), "AP8=");
	ck_assert_uint_eq(json_array_size(json_object_get(root, "list")), 3);
	ck_assert_int_eq(strchr(p.text, '\n') == p.text + p.len - 1, _i == 0);
	json_decref(root);
	free(p.text);
}
END_TEST

START_TEST(what_is_absent_leaves_nothing)
{
	struct page p;
	struct json *j = begin(&p, false);

	json_open_object(j, NULL);
	json_text(j, "a", "");
	json_text(j, "b", NULL);
	json_time(j, "c", 0);
	json_close_object(j);
	json_decref(end(&p, j));
	ck_assert_str_eq(p.text, "{}\n");
	free(p.text);
}
END_TEST

START_TEST(any_bytes_are_valid_json_and_come_back)
{
	uint64_t state = (uint64_t)_i;
	struct bytes expected = {0};
	char data[64];
	size_t len = splitmix(&state) % sizeof(data);
	struct page p;
	struct json *j = begin(&p, false);
	json_t *root;

	for (size_t i = 0; i < len; i++)
		data[i] = (char)splitmix(&state);
	text_escape(&expected, data, len, TEXT_PLAIN);
	bytes_put(&expected, "", 1);
	json_open_object(j, NULL);
	json_bytes(j, "b", data, len);
	json_close_object(j);
	root = end(&p, j);
	ck_assert_str_eq(json_string_value(json_object_get(root, "b")),
	                 (const char *)expected.data);
	json_decref(root);
	free(p.text);
	bytes_fini(&expected);
}
END_TEST

START_TEST(a_failure_sticks_and_is_told_at_the_end)
{
	struct page p;
	struct json *j = begin(&p, false);

	json_open_object(j, NULL);
	json_fail(j);
	json_int(j, "a", 1);
	json_close_object(j);
	ck_assert_int_eq(json_done(j), -EIO);
	fclose(p.out);
	free(p.text);
}
END_TEST

START_TEST(a_full_device_is_told_at_the_end)
{
	FILE *full = fopen("/dev/full", "w");
	struct json *j = json_begin(full, false);

	json_open_array(j, NULL);
	for (int i = 0; i < 10000; i++)
		json_text(j, NULL, "some text that fills the buffer");
	json_close_array(j);
	ck_assert_int_eq(json_done(j), -EIO);
	fclose(full);
}
END_TEST

START_TEST(a_text_is_printed_anew_or_refused)
{
	static const char text[] = "{\"a\":[1,{\"b\":\"c\\u00e9\"}],\"n\":null}";
	struct page p = {.text = NULL};
	json_t *before = json_loads(text, 0, NULL), *after;

	p.out = open_memstream(&p.text, &p.len);
	ck_assert_int_eq(json_reprint(p.out, text, strlen(text)), 0);
	fclose(p.out);
	after = json_loads(p.text, 0, NULL);
	ck_assert(json_equal(before, after));
	ck_assert_ptr_nonnull(strchr(p.text, '\n'));
	json_decref(before);
	json_decref(after);
	free(p.text);
	p.text = NULL;
	p.out = open_memstream(&p.text, &p.len);
	ck_assert_int_eq(json_reprint(p.out, "{\"a\":", 5), -EINVAL);
	ck_assert_int_eq(json_reprint(p.out, "nonsense", 8), -EINVAL);
	fclose(p.out);
	free(p.text);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("json");

	tcase_add_loop_test(tc, values_are_what_they_were, 0, 2);
	tcase_add_test(tc, what_is_absent_leaves_nothing);
	tcase_add_loop_test(tc, any_bytes_are_valid_json_and_come_back, 0, 500);
	tcase_add_test(tc, a_failure_sticks_and_is_told_at_the_end);
	tcase_add_test(tc, a_full_device_is_told_at_the_end);
	tcase_add_test(tc, a_text_is_printed_anew_or_refused);
	return suite_run("json", tc);
}
