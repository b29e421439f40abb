/* SPDX-License-Identifier: Apache-2.0 */
/* test_pool.c - claims about arrays, texts and maps that grow, compared with simple arrays. */
#include <stdio.h>
#include <string.h>

#include "pool.h"
#include "splitmix.h"
#include "suite.h"

START_TEST(array_keeps_its_items_while_it_grows)
{
	struct vec v = {.item = sizeof(uint32_t)};

	for (uint32_t i = 0; i < 10000; i++) {
		uint32_t *item = vec_push(&v);

		ck_assert_ptr_nonnull(item);
		ck_assert_uint_eq(*item, 0);
		*item = i;
	}
	ck_assert(vec_resize(&v, 20000));
	ck_assert_uint_eq(v.count, 20000);
	for (uint32_t i = 0; i < 20000; i++)
		ck_assert_uint_eq(*(uint32_t *)vec_at(&v, i), i < 10000 ? i : 0);
	ck_assert(vec_resize(&v, 3));
	ck_assert_uint_eq(*(uint32_t *)vec_push(&v), 0);
	ck_assert_uint_eq(v.count, 4);
	vec_fini(&v);
}
END_TEST

START_TEST(text_has_one_offset)
{
	enum { TEXTS = 5000 };
	static uint32_t offset[TEXTS];
	struct pool p;
	char text[32];

	ck_assert(pool_init(&p));
	ck_assert_uint_eq(pool_text(&p, ""), 0);
	ck_assert_str_eq(pool_get(&p, 0), "");
	for (int round = 0; round < 2; round++) {
		for (unsigned i = 0; i < TEXTS; i++) {
			uint32_t at;

			snprintf(text, sizeof(text), "text %u", i * 7919 % 100000);
			at = pool_text(&p, text);
			ck_assert_uint_ne(at, 0);
			ck_assert_str_eq(pool_get(&p, at), text);
			if (round == 0)
				offset[i] = at;
			ck_assert_uint_eq(at, offset[i]);
		}
	}
	ck_assert(!p.failed);
	pool_fini(&p);
}
END_TEST

/* A text may be the beginning of another one. A text ends at its NUL, whatever its length says. */
START_TEST(texts_are_compared_whole)
{
	struct pool p;
	uint32_t nginx, ngin;

	ck_assert(pool_init(&p));
	nginx = pool_add(&p, "nginx/1.18", 5);
	ngin = pool_add(&p, "nginx", 4);
	ck_assert_uint_ne(nginx, ngin);
	ck_assert_str_eq(pool_get(&p, nginx), "nginx");
	ck_assert_str_eq(pool_get(&p, ngin), "ngin");
	ck_assert_uint_eq(pool_add(&p, "ngin\0x", 6), ngin);
	pool_fini(&p);
}
END_TEST

START_TEST(map_has_what_was_put)
{
	enum { KEYS = 3000 };
	static uint32_t model[KEYS]; /* value + 1; 0: absent */
	struct map m = {.failed = false};
	uint64_t state = (uint64_t)_i;

	memset(model, 0, sizeof(model));
	ck_assert_ptr_null(map_get(&m, 1));
	for (uint32_t step = 0; step < 10000; step++) {
		uint64_t key = splitmix(&state) % KEYS; /* 0 is a key like others */
		uint32_t *value = map_get(&m, key);
		bool fresh;

		ck_assert_int_eq(value != NULL, model[key] != 0);
		if (value != NULL)
			ck_assert_uint_eq(*value + 1, model[key]);
		value = map_put(&m, key, &fresh);
		ck_assert_ptr_nonnull(value);
		ck_assert_int_eq(fresh, model[key] == 0);
		if (fresh)
			ck_assert_uint_eq(*value, 0);
		*value = step;
		model[key] = step + 1;
	}
	map_fini(&m);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("pool");

	tcase_add_test(tc, array_keeps_its_items_while_it_grows);
	tcase_add_test(tc, text_has_one_offset);
	tcase_add_test(tc, texts_are_compared_whole);
	tcase_add_loop_test(tc, map_has_what_was_put, 0, 5);
	return suite_run("pool", tc);
}
