/* SPDX-License-Identifier: Apache-2.0 */
/*
 * row_tree.h - one JSON value in memory, as a tree that is read by names.
 *
 * A tree keeps its memory from one row to the next. Texts are bytes with their length, since they
 * may hold NUL; a NUL stands behind each. Bytes that are not UTF-8 stay as they are.
 */
#ifndef SONDE_ROW_TREE_H
#define SONDE_ROW_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum row_type { ROW_NULL, ROW_FALSE, ROW_TRUE, ROW_NUMBER, ROW_STRING, ROW_OBJECT, ROW_ARRAY };

enum { ROW_DEPTH = 48, ROW_NODES = 400000, ROW_BYTES = 16 << 20 };

struct row_node {
	const char *key;  /* NULL in an array */
	const char *text; /* of a string or a number */
	uint32_t key_len, len;
	uint32_t child, next; /* indexes; 0 = none */
	uint8_t type;         /* enum row_type */
};

struct row_tree {
	struct row_node *nodes; /* the first is the value itself */
	uint32_t count, cap;
	char *texts;
	size_t texts_len, texts_cap;
};

void row_tree_fini(struct row_tree *t); /* a zeroed tree is fine */

/* Parse @len bytes. 0, -EINVAL (not JSON), -E2BIG (deeper or of more nodes than the limits, or
 * longer than ROW_BYTES), -ENOMEM. After an error the tree is empty. */
int row_tree_parse(struct row_tree *t, const char *text, size_t len);

/* The value itself; NULL: the tree is empty. */
const struct row_node *row_tree_root(const struct row_tree *t);
/* The member @key of an object, or NULL; @n may be NULL. */
const struct row_node *row_tree_get(const struct row_tree *t, const struct row_node *n,
                                    const char *key);
/* The member reached by several keys, "a.b.c", or NULL. */
const struct row_node *row_tree_find(const struct row_tree *t, const struct row_node *n,
                                     const char *path);
/* The first element or member, and the one behind @n; NULL: there is none. */
const struct row_node *row_tree_first(const struct row_tree *t, const struct row_node *n);
const struct row_node *row_tree_next(const struct row_tree *t, const struct row_node *n);

/* Whether @n, which may be NULL, is a string or a number that is not empty. */
bool row_node_has_text(const struct row_node *n);
bool row_node_is(const struct row_node *n, const char *text); /* a string of that text */

#endif
