/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_text.c - signatures of texts: which rows may have a phrase in their banner or title.
 *
 * A text is cut into pieces of some hundred sequences of three bytes. Each sequence sets one of the 256
 * bits of the piece's signature. A phrase can only be where all its bits are set. Pieces are only ever added: those of a text
 * that is gone stay, and their row does not fit when it is read. The signatures of the newest
 * pieces lie one behind the other; as soon as a block is full, they are turned over into 256 pages, one for
 * each bit, with a bit for each piece. So a phrase reads a page for each of its own bits.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "index_db.h"

enum {
	BLOCK = STORE_PAGE_BYTES * 8, /* pieces */
	STEP = 72,                    /* sequences from the begin of a piece to that of the next */
	SHARED = 30, /* sequences that two pieces share: phrases lie in one of them */
};

static unsigned bit_of(const char *at)
{
	uint32_t three = (uint32_t)(uint8_t)ascii_lower(at[0]) << 16 |
	                 (uint32_t)(uint8_t)ascii_lower(at[1]) << 8 | (uint8_t)ascii_lower(at[2]);

	return three * 2654435761u >> 24;
}

static void sign(const char *text, size_t sequences, uint8_t out[STORE_SIGN])
{
	memset(out, 0, STORE_SIGN);
	for (size_t i = 0; i < sequences; i++) {
		unsigned bit = bit_of(text + i);

		out[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

bool store_text_sign(const char *text, size_t len, uint8_t out[STORE_SIGN])
{
	if (len < 3)
		return false;
	sign(text, len - 2 < SHARED ? len - 2 : SHARED, out);
	return true;
}

/* ---- the writer ------------------------------------------------------------------------------ */

/* Sets in the pages of the bits what the signatures of the block say. */
static void turn_over(struct store *s, uint32_t block)
{
	uint64_t *pages[STORE_SIGN * 8];
	const unsigned room = store_column_room(STORE_COL_BIT);

	for (unsigned bit = 0; bit < STORE_SIGN * 8; bit++)
		pages[bit] = index_at(s, STORE_COL_BIT + bit, block * room, true);
	for (uint32_t i = 0; i < BLOCK && !s->index->failed; i++) {
		const uint8_t *one = index_at(s, STORE_COL_TEXT_SIGN, i, false);

		for (unsigned bit = 0; one != NULL && bit < STORE_SIGN * 8; bit++)
			if ((one[bit / 8] >> bit % 8 & 1) != 0)
				pages[bit][i / 64] |= 1ull << i % 64;
	}
}

static void add_piece(struct store *s, uint32_t row, const uint8_t one[STORE_SIGN])
{
	struct index_head *head = &s->index->head;
	uint8_t *place = index_at(s, STORE_COL_TEXT_SIGN, head->texts % BLOCK, true);

	if (place != NULL)
		memcpy(place, one, STORE_SIGN);
	index_set(s, STORE_COL_TEXT_ROW, head->texts, row);
	if (++head->texts % BLOCK == 0)
		turn_over(s, head->texts / BLOCK - 1);
}

struct adder {
	struct store *s;
	uint32_t row;
	uint64_t hash;
};

static void hash_text(void *arg, const char *text, size_t len)
{
	struct adder *a = arg;

	a->hash = a->hash * 31 + hash_table_hash(text, len);
}

static void add_text(void *arg, const char *text, size_t len)
{
	const struct adder *a = arg;
	uint8_t one[STORE_SIGN];

	for (size_t at = 0; at + 2 < len; at += STEP) {
		size_t left = len - 2 - at;

		sign(text + at, left < STEP + SHARED ? left : STEP + SHARED, one);
		add_piece(a->s, a->row, one);
		if (left <= STEP + SHARED)
			break;
	}
}

void index_text_put(struct store *s, uint32_t row, const struct record *r)
{
	struct adder a = {.s = s, .row = row};
	uint32_t hash;

	index_indexer()->texts(r, hash_text, &a);
	hash = (uint32_t)(a.hash ^ a.hash >> 32);
	if (index_get(s, STORE_COL_TEXT_HASH, row) == hash)
		return;
	index_set(s, STORE_COL_TEXT_HASH, row, hash);
	index_indexer()->texts(r, add_text, &a);
}

/* ---- readers --------------------------------------------------------------------------------- */

struct search {
	struct store_view *v;
	const uint8_t *sign;
	void (*each)(void *arg, uint32_t row);
	void *arg;
};

static void give(const struct search *f, uint32_t piece)
{
	const unsigned room = store_column_room(STORE_COL_TEXT_ROW);
	const uint32_t *rows = store_view_page(f->v, STORE_COL_TEXT_ROW, piece / room);

	if (rows != NULL)
		f->each(f->arg, rows[piece % room]);
}

static void search_block(const struct search *f, uint32_t block)
{
	uint64_t all[STORE_PAGE_BYTES / 8];

	memset(all, 0xff, sizeof(all));
	for (unsigned bit = 0; bit < STORE_SIGN * 8; bit++) {
		const uint64_t *page;

		if ((f->sign[bit / 8] >> bit % 8 & 1) == 0)
			continue;
		page = store_view_page(f->v, STORE_COL_BIT + bit, block);
		if (page == NULL)
			return;
		for (unsigned i = 0; i < STORE_PAGE_BYTES / 8; i++)
			all[i] &= page[i];
	}
	for (unsigned i = 0; i < STORE_PAGE_BYTES / 8; i++)
		for (uint64_t left = all[i]; left != 0; left &= left - 1)
			give(f, block * BLOCK + i * 64 + (uint32_t)__builtin_ctzll(left));
}

static bool has_all(const uint8_t *one, const uint8_t *wanted)
{
	for (unsigned i = 0; i < STORE_SIGN; i++)
		if ((one[i] & wanted[i]) != wanted[i])
			return false;
	return true;
}

void store_view_each_text(struct store_view *v, const uint8_t wanted[STORE_SIGN],
                          void (*each)(void *arg, uint32_t row), void *arg)
{
	const struct search f = {v, wanted, each, arg};
	const unsigned room = store_column_room(STORE_COL_TEXT_SIGN);
	uint32_t texts = store_view_texts(v), full = texts / BLOCK;

	for (uint32_t block = 0; block < full; block++)
		search_block(&f, block);
	for (uint32_t i = 0; i < texts % BLOCK; i++) {
		const uint8_t *page = store_view_page(v, STORE_COL_TEXT_SIGN, i / room);

		if (page != NULL && has_all(page + (size_t)(i % room) * STORE_SIGN, wanted))
			give(&f, full * BLOCK + i);
	}
}
