/* SPDX-License-Identifier: Apache-2.0 */
/* query_plan_run.c - finds the verdict of a plan for each row, a block of rows at a time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "field_column.h"
#include "query_plan.h"

/* The verdicts for a block: a bit a row. */
struct block {
	uint64_t sure[PLAN_WORDS], may[PLAN_WORDS];
};

static void eval(struct query_plan *p, const struct query_plan_node *n, uint32_t at,
                 struct block *out);

static void fill(struct block *out, bool sure, bool may)
{
	memset(out->sure, sure ? 0xff : 0, sizeof(out->sure));
	memset(out->may, may ? 0xff : 0, sizeof(out->may));
}

/* A number that the table does not have is that of a damaged file: the verdict behind the table's last is no. */
static uint64_t word_of(const struct query_plan_node *t, const uint32_t *codes, unsigned n,
                        unsigned shift)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < n; i++) {
		uint32_t at = codes[i] < t->size ? codes[i] : t->size;

		word |= (uint64_t)(t->table[at] >> shift & 1) << i;
	}
	return word;
}

#if defined(__x86_64__)

/* The same for 64 rows, eight at a time. Reads up to three bytes behind the entry of a table. */
__attribute__((target("avx2"))) static uint64_t word_avx2(const struct query_plan_node *t,
                                                          const uint32_t *codes, unsigned shift)
{
	const __m256i most = _mm256_set1_epi32((int)t->size);
	const __m128i up = _mm_cvtsi32_si128((int)(31 - shift));
	uint64_t word = 0;

	for (unsigned i = 0; i < 64; i += 8) {
		__m256i at = _mm256_loadu_si256((const __m256i *)(const void *)(codes + i));
		__m256i got = _mm256_i32gather_epi32((const int *)(const void *)t->table,
		                                     _mm256_min_epu32(at, most), 1);
		int bits = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_sll_epi32(got, up)));

		word |= (uint64_t)(unsigned)bits << i;
	}
	return word;
}

static uint64_t word_at(const struct query_plan_node *t, const uint32_t *codes, unsigned n,
                        unsigned shift)
{
	return n == 64 && __builtin_cpu_supports("avx2") ? word_avx2(t, codes, shift)
	                                                 : word_of(t, codes, n, shift);
}
#else
#define word_at word_of
#endif

static void eval_table(struct query_plan *p, const struct query_plan_node *n, uint32_t at,
                       struct block *out)
{
	const uint32_t *codes = store_view_page(p->view, n->column, at);
	uint32_t rows = p->rows - at * PLAN_BLOCK < PLAN_BLOCK ? p->rows - at * PLAN_BLOCK
	                                                       : PLAN_BLOCK;

	fill(out, false, false);
	for (unsigned w = 0; codes != NULL && w < PLAN_WORDS && w * 64 < rows; w++) {
		unsigned left = rows - w * 64 < 64 ? rows - w * 64 : 64;

		out->sure[w] = word_at(n, codes + w * 64, left, 0);
		out->may[w] = n->is_exact ? out->sure[w] : word_at(n, codes + w * 64, left, 1);
	}
}

static void eval_time(struct query_plan *p, const struct query_plan_node *n, uint32_t at,
                      struct block *out)
{
	const unsigned room = STORE_PAGE_BYTES / sizeof(int64_t);

	fill(out, false, false);
	for (unsigned half = 0; half < 2; half++) {
		const int64_t *us = store_view_page(p->view, n->column, 2 * at + half);

		for (unsigned i = 0; us != NULL && i < room; i++) {
			unsigned bit = half * room + i;

			out->sure[bit / 64] |= (uint64_t)(us[i] >= n->first && us[i] <= n->last)
			                       << (bit % 64);
		}
	}
	memcpy(out->may, out->sure, sizeof(out->may));
}

static bool is_empty(const struct block *b)
{
	uint64_t any = 0;

	for (unsigned w = 0; w < PLAN_WORDS; w++)
		any |= b->may[w];
	return any == 0;
}

static void eval_pair(struct query_plan *p, const struct query_plan_node *n, uint32_t at,
                      struct block *out)
{
	struct block other;

	eval(p, n->left, at, out);
	if (n->kind == PLAN_AND && is_empty(out))
		return;
	eval(p, n->right, at, &other);
	for (unsigned w = 0; w < PLAN_WORDS; w++) {
		out->sure[w] = n->kind == PLAN_AND ? out->sure[w] & other.sure[w]
		                                   : out->sure[w] | other.sure[w];
		out->may[w] = n->kind == PLAN_AND ? out->may[w] & other.may[w]
		                                  : out->may[w] | other.may[w];
	}
}

static void eval(struct query_plan *p, const struct query_plan_node *n, uint32_t at,
                 struct block *out)
{
	struct block in;

	switch (n->kind) {
	case PLAN_TABLE:
		eval_table(p, n, at, out);
		break;
	case PLAN_TIME:
		eval_time(p, n, at, out);
		break;
	case PLAN_NOT:
		eval(p, n->left, at, &in);
		for (unsigned w = 0; w < PLAN_WORDS; w++) {
			out->sure[w] = ~in.may[w];
			out->may[w] = ~in.sure[w];
		}
		break;
	case PLAN_ROWS:
		fill(out, false, false);
		memcpy(out->may, n->rows + (size_t)at * PLAN_WORDS, sizeof(out->may));
		break;
	case PLAN_ANY:
		fill(out, false, true);
		break;
	default:
		eval_pair(p, n, at, out);
	}
}

int query_plan_run(struct query_plan *p)
{
	size_t words = (size_t)p->blocks * PLAN_WORDS + 1;

	p->sure = calloc(words, sizeof(*p->sure));
	p->may = calloc(words, sizeof(*p->may));
	if (p->sure == NULL || p->may == NULL)
		return -ENOMEM;
	for (uint32_t at = 0; at < p->blocks; at++) {
		struct block b;

		eval(p, p->root, at, &b);
		memcpy(p->sure + (size_t)at * PLAN_WORDS, b.sure, sizeof(b.sure));
		memcpy(p->may + (size_t)at * PLAN_WORDS, b.may, sizeof(b.may));
		for (unsigned w = 0; w < PLAN_WORDS; w++) {
			p->sure_count += (unsigned)__builtin_popcountll(b.sure[w]);
			p->may_count += (unsigned)__builtin_popcountll(b.may[w]);
		}
	}
	return 0;
}

void query_plan_each(struct query_plan *p, bool (*each)(void *arg, uint32_t row, bool sure),
                     void *arg)
{
	for (size_t w = 0; w < (size_t)p->blocks * PLAN_WORDS; w++)
		for (uint64_t left = p->may[w]; left != 0; left &= left - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(left);
			uint32_t row = (uint32_t)(w / PLAN_WORDS) * PLAN_BLOCK +
			               (uint32_t)(w % PLAN_WORDS) * 64 + bit;

			if (!each(arg, row, (p->sure[w] >> bit & 1) != 0))
				return;
		}
}

/* ---- rows ------------------------------------------------------------------------------------ */

uint32_t query_plan_u32(struct query_plan *p, unsigned column, uint32_t i)
{
	unsigned room = store_column_room(column);
	const uint32_t *page = store_view_page(p->view, column, i / room);

	return page == NULL ? 0 : page[i % room];
}

int64_t query_plan_time(struct query_plan *p, unsigned column, uint32_t row)
{
	unsigned room = store_column_room(column);
	const int64_t *page = store_view_page(p->view, column, row / room);

	return page == NULL ? 0 : page[row % room];
}

struct numbers {
	const struct field *field;
	uint32_t *out, count;
	uint32_t value;
};

static bool take_number(void *arg, const struct field_value *v)
{
	struct numbers *n = arg;
	static const struct {
		const char *name;
		uint8_t transport;
	} names[] = {{"tcp", DP_TRANSPORT_TCP},
	             {"udp", DP_TRANSPORT_UDP},
	             {"icmp", DP_TRANSPORT_ICMP},
	             {"icmp6", DP_TRANSPORT_ICMP6}};

	if (v->text == NULL)
		n->out[n->value] = (uint32_t)v->number;
	for (size_t i = 0; v->text != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(v->text, names[i].name) == 0)
			n->out[n->value] = names[i].transport;
	return false;
}

static void add_number(void *arg, uint32_t value, const void *data, size_t len)
{
	struct numbers *n = arg;

	n->value = value;
	if (value < n->count)
		field_column_each(n->field, data, len, take_number, n);
}

int query_plan_numbers(struct query_plan *p, const char *name, uint32_t **out)
{
	const struct field *f = field_find(name);
	unsigned column = (unsigned)field_column(f);
	uint32_t profiles = store_view_profiles(p->view, field_indexer()->dim(column));
	struct numbers n = {.field = f, .count = store_view_values(p->view, column)};
	int ret = -ENOMEM;

	n.out = calloc(n.count + 1ul, sizeof(*n.out));
	*out = query_plan_column(p->view, STORE_COL_FIELD + column, profiles);
	if (n.out != NULL && *out != NULL)
		ret = store_view_each_value(p->view, column, add_number, &n);
	for (uint32_t i = 0; ret == 0 && i < profiles; i++)
		(*out)[i] = (*out)[i] < n.count ? n.out[(*out)[i]] : 0;
	free(n.out);
	if (ret != 0) {
		free(*out);
		*out = NULL;
	}
	return ret;
}

int query_plan_places(struct query_plan *p)
{
	int ret = 0;

	if (p->port == NULL)
		ret = query_plan_numbers(p, "port", &p->port);
	if (ret == 0 && p->transport == NULL)
		ret = query_plan_numbers(p, "transport", &p->transport);
	return ret;
}

uint16_t query_plan_port(struct query_plan *p, uint32_t row)
{
	uint32_t profile = query_plan_u32(p, STORE_COL_PORT, row);

	return profile < store_view_profiles(p->view, STORE_DIM_PORT) ? (uint16_t)p->port[profile]
	                                                              : 0;
}

void query_plan_place(struct query_plan *p, uint32_t row, struct store_row *out)
{
	uint32_t profile = query_plan_u32(p, STORE_COL_SERVICE, row);
	uint32_t host = query_plan_u32(p, STORE_COL_HOST, row);
	unsigned room = store_column_room(STORE_COL_ADDR);
	const uint8_t *page = store_view_page(p->view, STORE_COL_ADDR, host / room);

	memset(out, 0, sizeof(*out));
	out->row = row;
	out->port = query_plan_port(p, row);
	if (profile < store_view_profiles(p->view, STORE_DIM_SERVICE))
		out->transport = (uint8_t)p->transport[profile];
	if (page != NULL)
		memcpy(out->addr.b, page + (size_t)(host % room) * sizeof(out->addr.b),
		       sizeof(out->addr.b));
}
