/* SPDX-License-Identifier: Apache-2.0 */
/* test_hash_table.c - claims about the hash table, compared with an array indexed by the key. */
#include <stdlib.h>
#include <string.h>

#include "hash_table.h"
#include "suite.h"

enum { KEYS = 4000, STEPS = 20000 };

struct entry {
	uint32_t key;
	uint32_t value;
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

START_TEST(table_finds_what_was_taken_and_nothing_else)
{
	static uint32_t model[KEYS]; /* value + 1; 0: absent */
	struct hash_table t;
	uint32_t random = (uint32_t)_i;
	size_t present = 0;

	memset(model, 0, sizeof(model));
	hash_table_init(&t, sizeof(uint32_t), sizeof(struct entry));
	for (int step = 0; step < STEPS; step++) {
		uint32_t key = next_random(&random) % KEYS;
		struct entry *e = hash_table_find(&t, &key);

		ck_assert_int_eq(e != NULL, model[key] != 0);
		if (e != NULL)
			ck_assert_uint_eq(e->value + 1, model[key]);
		if (next_random(&random) % 2 == 0)
			continue;
		e = hash_table_take(&t, &key);
		ck_assert_ptr_nonnull(e);
		ck_assert_uint_eq(e->key, key);
		if (model[key] == 0)
			ck_assert_uint_eq(e->value, 0);
		present += model[key] == 0;
		e->value = (uint32_t)step;
		model[key] = e->value + 1;
		ck_assert_uint_eq(hash_table_count(&t), present);
	}
	hash_table_fini(&t);
}
END_TEST

START_TEST(each_entry_is_visited_once)
{
	static uint8_t seen[KEYS];
	struct hash_table t;
	struct entry *e;
	size_t at = 0, visited = 0;

	memset(seen, 0, sizeof(seen));
	hash_table_init(&t, sizeof(uint32_t), sizeof(struct entry));
	for (uint32_t key = 0; key < KEYS; key += 3)
		ck_assert_ptr_nonnull(hash_table_take(&t, &key));
	for (; (e = hash_table_next(&t, &at)) != NULL; visited++)
		ck_assert_uint_eq(seen[e->key]++, 0);
	ck_assert_uint_eq(visited, hash_table_count(&t));
	hash_table_fini(&t);
}
END_TEST

START_TEST(an_empty_table_has_nothing)
{
	struct hash_table t;
	uint8_t key[16] = {0};
	size_t at = 0;

	hash_table_init(&t, sizeof(key), sizeof(key));
	ck_assert_ptr_null(hash_table_find(&t, key));
	ck_assert_ptr_null(hash_table_next(&t, &at));
	ck_assert_ptr_nonnull(hash_table_take(&t, key)); /* zeros are a key like others */
	ck_assert_ptr_nonnull(hash_table_find(&t, key));
	ck_assert_uint_eq(hash_table_count(&t), 1);
	hash_table_fini(&t);
	hash_table_fini(&t);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, table_finds_what_was_taken_and_nothing_else, 1, 6);
	tcase_add_test(tc, each_entry_is_visited_once);
	tcase_add_test(tc, an_empty_table_has_nothing);
	return suite_run("hash_table", tc);
}
