/* SPDX-License-Identifier: Apache-2.0 */
/* test_walk.c - claims about who visits which position: no gaps and no duplicates. */
#include "suite.h"

#include <errno.h>
#include <string.h>

#include "permute.h"
#include "splitmix.h"
#include "walk.h"

struct config {
	uint64_t n;
	uint32_t shards;
	uint32_t workers;
	uint32_t passes;
	uint8_t key[16];
};

/* Walk one worker to its end and count every visit of an index. The bursts have changing sizes (the
 * rate, a pause), and at random the walk is made again from its one integer (a resume). */
static void walk_through(const struct config *c, const struct walk_config *at, uint8_t *visits,
                         uint64_t *seed)
{
	struct permute p;
	struct walk w;
	uint64_t step = 0;

	ck_assert_int_eq(permute_init(&p, c->n, c->key), 0);
	ck_assert_int_eq(walk_init(&w, at), 0);
	for (;;) {
		unsigned max = (unsigned)(splitmix(seed) % 65);
		struct walk_span s = walk_span(&w, step, max);

		if (step >= w.steps)
			break;
		ck_assert(s.n <= max && s.pass < c->passes);
		for (unsigned i = 0; i < s.n; i++) {
			uint64_t index = permute_at(&p, s.first + i * s.stride);

			visits[index * c->passes + s.pass]++;
		}
		step += s.n;
		if (splitmix(seed) % 16 == 0)
			ck_assert_int_eq(walk_init(&w, at), 0);
	}
	ck_assert_uint_eq(walk_span(&w, step, 64).n, 0);
	ck_assert_uint_eq(step, w.steps);
}

static void cover(const struct config *c, uint64_t *seed)
{
	uint8_t *visits = calloc(c->n * c->passes, 1);

	for (uint32_t shard = 0; shard < c->shards; shard++) {
		for (uint32_t worker = 0; worker < c->workers; worker++) {
			const struct walk_config at = {c->n,   shard,      c->shards,
			                               worker, c->workers, c->passes};

			walk_through(c, &at, visits, seed);
		}
	}
	for (uint64_t i = 0; i < c->n * c->passes; i++)
		if (visits[i] != 1)
			ck_abort_msg("visited %u times", visits[i]);
	free(visits);
}

START_TEST(walk_probes_each_target_exactly_once_a_pass)
{
	uint64_t seed = 1234 + (uint64_t)_i;

	for (int i = 0; i < 40; i++) {
		struct config c = {
			.n = 1 + splitmix(&seed) % (i % 4 == 0 ? 50 : 60000),
			.shards = 1 + (uint32_t)(splitmix(&seed) % 9),
			.workers = 1 + (uint32_t)(splitmix(&seed) % 8),
			.passes = 1 + (uint32_t)(splitmix(&seed) % 3),
		};

		for (int b = 0; b < 16; b++)
			c.key[b] = (uint8_t)splitmix(&seed);
		cover(&c, &seed);
	}
}
END_TEST

static const uint64_t large[] = {
	(uint64_t)1 << 48, ((uint64_t)1 << 48) - 1, 281474976710597u, 3758096384u * (uint64_t)65535,
	(uint64_t)1 << 62,
};

/* In a space that is too large to walk, each position has one owner at one step, and the owners'
 * counts add up to the space. */
START_TEST(walk_of_a_large_space_owns_each_sampled_position_once)
{
	uint64_t seed = large[_i] + 3;

	for (int i = 0; i < 2000; i++) {
		uint32_t shards = 1 + (uint32_t)(splitmix(&seed) % 50);
		uint32_t workers = 1 + (uint32_t)(splitmix(&seed) % 64);
		uint64_t stride = (uint64_t)shards * workers;
		uint64_t n = large[_i];
		uint64_t at = splitmix(&seed) % n;
		uint64_t total = 0;
		unsigned owners = 0;

		for (uint64_t first = 0; first < stride; first++) {
			const struct walk_config c = {n,       (uint32_t)(first / workers),
			                              shards,  (uint32_t)(first % workers),
			                              workers, 2};
			struct walk w;
			struct walk_span s;

			if (walk_init(&w, &c) != 0)
				ck_abort_msg("refused");
			total += w.count;
			if (at % stride != first)
				continue;
			s = walk_span(&w, w.count + at / stride, 64);
			ck_assert_uint_eq(s.first, at);
			ck_assert_uint_eq(s.pass, 1);
			ck_assert_uint_ge(s.n, 1);
			ck_assert_uint_lt(s.first + (s.n - 1) * s.stride, n);
			owners++;
		}
		ck_assert_uint_eq(owners, 1);
		ck_assert_uint_eq(total, n);
		if (stride > 100)
			i += 20;
	}
}
END_TEST

static const struct {
	struct walk_config c;
	int err;
} refused[] = {
	{{100, 1, 1, 0, 1, 1}, -EINVAL}, {{100, 0, 0, 0, 1, 1}, -EINVAL},
	{{100, 0, 1, 2, 2, 1}, -EINVAL}, {{100, 0, 1, 0, 0, 1}, -EINVAL},
	{{100, 0, 1, 0, 1, 0}, -EINVAL}, {{(uint64_t)1 << 62, 0, 1, 0, 1, 3}, -ERANGE},
	{{0, 0, 1, 0, 1, 1}, 0},         {{1, 7, 8, 0, 1, 1}, 0},
};

START_TEST(walk_refuses_what_makes_no_sense)
{
	struct walk w;

	ck_assert_int_eq(walk_init(&w, &refused[_i].c), refused[_i].err);
	if (refused[_i].err == 0)
		ck_assert_uint_eq(walk_span(&w, 0, 64).n, 0);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc, walk_probes_each_target_exactly_once_a_pass, 0, 4);
	tcase_add_loop_test(tc, walk_of_a_large_space_owns_each_sampled_position_once, 0,
	                    (int)(sizeof(large) / sizeof(*large)));
	tcase_add_loop_test(tc, walk_refuses_what_makes_no_sense, 0,
	                    (int)(sizeof(refused) / sizeof(*refused)));
	return suite_run("walk", tc);
}
