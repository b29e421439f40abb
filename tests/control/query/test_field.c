/* SPDX-License-Identifier: Apache-2.0 */
/* test_field.c - claims about the registry of fields: one name means one thing. */
#include <string.h>

#include "field.h"
#include "query.h"
#include "suite.h"

static size_t count_name(const char *name, size_t len)
{
	const struct field *f;
	size_t count = 0;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		const char *list = f->aliases != NULL ? f->aliases : "";

		count += strlen(f->name) == len && strncmp(f->name, name, len) == 0;
		while (*list != '\0') {
			size_t n = strcspn(list, " ");

			count += n == len && strncmp(list, name, len) == 0;
			list += n + (list[n] == ' ');
		}
	}
	return count;
}

START_TEST(a_name_or_an_alias_means_one_field)
{
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		const char *list = f->aliases != NULL ? f->aliases : "";

		ck_assert_msg(count_name(f->name, strlen(f->name)) == 1, "%s is there twice",
		              f->name);
		ck_assert_ptr_eq(field_find(f->name), f);
		while (*list != '\0') {
			size_t n = strcspn(list, " ");
			char alias[64];

			snprintf(alias, sizeof(alias), "%.*s", (int)n, list);
			ck_assert_msg(count_name(list, n) == 1, "%s is there twice", alias);
			ck_assert_ptr_eq(field_find(alias), f);
			list += n + (list[n] == ' ');
		}
	}
	ck_assert_uint_gt(count_name("port", 4), 0);
}
END_TEST

START_TEST(a_field_has_a_meaning_a_type_and_a_way_to_its_values)
{
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		bool no_data = (f->flags & FIELD_NO_DATA) != 0;

		ck_assert_msg(f->help != NULL && f->help[0] != '\0', "%s has no meaning", f->name);
		ck_assert_str_ne(field_type_name(f->type), "");
		ck_assert_msg((f->type == FIELD_WORD) == (f->words != NULL), "%s and its words",
		              f->name);
		ck_assert_msg(no_data || (f->flags & FIELD_FACT) != 0 || f->get != NULL,
		              "%s gives nothing", f->name);
	}
}
END_TEST

struct taken {
	const struct field *field;
	const struct store_host *host;
	bool found;
};

static bool take_word(void *arg, const struct field_value *v)
{
	struct taken *t = arg;
	bool known = false;

	for (const char *const *w = t->field->words; *w != NULL; w++)
		known = known || strcmp(*w, v->text) == 0;
	ck_assert_msg(known, "%s gives %s, which is none of its words", t->field->name, v->text);
	t->found = true;
	return true;
}

/* Tries all transports, states, replies and values of enum record_ask. */
START_TEST(a_field_of_words_gives_no_other_word)
{
	static const uint8_t transports[] = {DP_TRANSPORT_TCP, DP_TRANSPORT_UDP, DP_TRANSPORT_ICMP,
	                                     DP_TRANSPORT_ICMP6};
	struct record *list[1] = {record_new()};
	struct store_host h = {.services = list, .service_count = 1};
	struct record *r = list[0];
	struct taken t = {.host = &h};

	for (unsigned n = 0; n < 4 * 8 * 8 * RECORD_ASKS; n++) {
		r->transport = transports[n % 4];
		r->state = n / 4 % 8;
		r->reply.reason = n / 32 % 8;
		r->ask = (uint8_t)(n / 256);
		h.score.level = n % (VD_CRITICAL + 1);
		r->score.level = n % (VD_CRITICAL + 1);
		for (size_t i = 0; (t.field = field_at(i)) != NULL; i++)
			if (t.field->type == FIELD_WORD)
				field_each(t.field, &h, r, take_word, &t);
	}
	ck_assert(t.found);
	record_free(r);
}
END_TEST

START_TEST(an_unknown_field_is_answered_with_the_nearest)
{
	struct error err;

	ck_assert_ptr_null(field_find("prot"));
	ck_assert_int_eq(field_unknown("prot", 4, &err), -22);
	ck_assert_uint_eq(err.column, 4);
	ck_assert_ptr_nonnull(strstr(err.text, "\"prot\"; did you mean port"));
	ck_assert_int_eq(field_unknown("xyzzyxyzzy", 1, &err), -22);
	ck_assert_ptr_null(strstr(err.text, "did you mean"));
}
END_TEST

START_TEST(an_example_is_a_query_that_asks_for_its_field)
{
	const struct field *f;
	char text[FIELD_EXAMPLE];
	struct error err;
	struct query *q;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		if ((f->flags & FIELD_NO_DATA) != 0)
			continue;
		ck_assert_ptr_eq(field_example(f, text), text);
		ck_assert_msg(strncmp(text, f->name, strlen(f->name)) == 0, "%s", text);
		ck_assert_msg(query_parse(text, 1795305600000000, &q, &err) == 0, "%s: %s", text,
		              err.text);
		query_free(q);
	}
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("field");

	tcase_add_test(tc, a_name_or_an_alias_means_one_field);
	tcase_add_test(tc, a_field_has_a_meaning_a_type_and_a_way_to_its_values);
	tcase_add_test(tc, a_field_of_words_gives_no_other_word);
	tcase_add_test(tc, an_example_is_a_query_that_asks_for_its_field);
	tcase_add_test(tc, an_unknown_field_is_answered_with_the_nearest);
	return suite_run("field", tc);
}
