/* SPDX-License-Identifier: Apache-2.0 */
/* row_tree.c - builds a tree from yajl's events. */
#include "row_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

struct building {
	struct row_tree *t;
	uint32_t open[ROW_DEPTH]; /* nodes of objects and arrays */
	uint32_t last[ROW_DEPTH]; /* the last child of each; 0 = none yet */
	unsigned depth;
	const char *key;
	uint32_t key_len;
	int error;
};

void row_tree_fini(struct row_tree *t)
{
	free(t->nodes);
	free(t->texts);
	*t = (struct row_tree){0};
}

static int stop(struct building *b, int error)
{
	b->error = error;
	return 0;
}

/* A copy of a text. The memory is as large as all texts of the row can become. */
static const char *keep(struct row_tree *t, const void *text, size_t len)
{
	char *at = t->texts + t->texts_len;

	if (t->texts_cap - t->texts_len <= len)
		return NULL;
	memcpy(at, text, len);
	at[len] = '\0';
	t->texts_len += len + 1;
	return at;
}

static bool grow(struct row_tree *t)
{
	uint32_t cap = t->cap == 0 ? 256 : t->cap * 2;
	struct row_node *nodes;

	if (t->count < t->cap)
		return true;
	nodes = realloc(t->nodes, cap * sizeof(*nodes));
	if (nodes == NULL)
		return false;
	t->nodes = nodes;
	t->cap = cap;
	return true;
}

/* Append a node to the innermost object or array. Returns its index behind the first, or UINT32_MAX
 * with the error noted. */
static uint32_t add(struct building *b, enum row_type type)
{
	struct row_tree *t = b->t;
	uint32_t at = t->count;

	if (at == ROW_NODES || !grow(t)) {
		b->error = at == ROW_NODES ? -E2BIG : -ENOMEM;
		return UINT32_MAX;
	}
	t->nodes[at] = (struct row_node){.key = b->key, .key_len = b->key_len, .type = type};
	b->key = NULL;
	b->key_len = 0;
	t->count++;
	if (b->depth > 0) {
		uint32_t *last = &b->last[b->depth - 1];

		if (*last == 0)
			t->nodes[b->open[b->depth - 1]].child = at;
		else
			t->nodes[*last].next = at;
		*last = at;
	}
	return at;
}

static int add_text(struct building *b, enum row_type type, const void *text, size_t len)
{
	uint32_t at = add(b, type);

	if (at == UINT32_MAX)
		return 0;
	b->t->nodes[at].text = keep(b->t, text, len);
	b->t->nodes[at].len = (uint32_t)len;
	return b->t->nodes[at].text != NULL ? 1 : stop(b, -E2BIG);
}

static int on_null(void *arg)
{
	return add(arg, ROW_NULL) != UINT32_MAX;
}

static int on_bool(void *arg, int value)
{
	return add(arg, value != 0 ? ROW_TRUE : ROW_FALSE) != UINT32_MAX;
}

static int on_number(void *arg, const char *text, size_t len)
{
	return add_text(arg, ROW_NUMBER, text, len);
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
	return add_text(arg, ROW_STRING, text, len);
}

static int on_key(void *arg, const unsigned char *text, size_t len)
{
	struct building *b = arg;

	b->key = keep(b->t, text, len);
	b->key_len = (uint32_t)len;
	return b->key != NULL ? 1 : stop(b, -E2BIG);
}

static int begin(struct building *b, enum row_type type)
{
	uint32_t at;

	if (b->depth == ROW_DEPTH)
		return stop(b, -E2BIG);
	at = add(b, type);
	if (at == UINT32_MAX)
		return 0;
	b->open[b->depth] = at;
	b->last[b->depth++] = 0;
	return 1;
}

static int on_object(void *arg)
{
	return begin(arg, ROW_OBJECT);
}

static int on_array(void *arg)
{
	return begin(arg, ROW_ARRAY);
}

static int on_end(void *arg)
{
	struct building *b = arg;

	b->depth--;
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_bool,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_end,
};

/* Memory for the texts of a row of @len bytes: a NUL takes the place of a quote or of a comma. */
static bool prepare(struct row_tree *t, size_t len)
{
	size_t want = len + 64;

	t->count = 0;
	t->texts_len = 0;
	if (t->texts_cap >= want)
		return true;
	free(t->texts);
	t->texts = malloc(want);
	t->texts_cap = t->texts != NULL ? want : 0;
	return t->texts != NULL;
}

int row_tree_parse(struct row_tree *t, const char *text, size_t len)
{
	struct building b = {.t = t};
	yajl_handle yajl;
	int ret = 0;

	if (len > ROW_BYTES)
		return -E2BIG;
	if (!prepare(t, len))
		return -ENOMEM;
	yajl = yajl_alloc(&callbacks, NULL, &b);
	if (yajl == NULL)
		return -ENOMEM;
	yajl_config(yajl, yajl_dont_validate_strings, 1);
	if (yajl_parse(yajl, (const unsigned char *)text, len) != yajl_status_ok ||
	    yajl_complete_parse(yajl) != yajl_status_ok)
		ret = b.error != 0 ? b.error : -EINVAL;
	yajl_free(yajl);
	if (ret == 0 && t->count == 0)
		ret = -EINVAL;
	if (ret != 0)
		t->count = 0;
	return ret;
}

/* ---- reading --------------------------------------------------------------------------------- */

const struct row_node *row_tree_root(const struct row_tree *t)
{
	return t->count > 0 ? &t->nodes[0] : NULL;
}

const struct row_node *row_tree_first(const struct row_tree *t, const struct row_node *n)
{
	return n == NULL || n->child == 0 ? NULL : &t->nodes[n->child];
}

const struct row_node *row_tree_next(const struct row_tree *t, const struct row_node *n)
{
	return n->next == 0 ? NULL : &t->nodes[n->next];
}

static const struct row_node *get(const struct row_tree *t, const struct row_node *n,
                                  const char *key, size_t len)
{
	if (n == NULL || n->type != ROW_OBJECT)
		return NULL;
	for (n = row_tree_first(t, n); n != NULL; n = row_tree_next(t, n))
		if (n->key != NULL && n->key_len == len && memcmp(n->key, key, len) == 0)
			return n;
	return NULL;
}

const struct row_node *row_tree_get(const struct row_tree *t, const struct row_node *n,
                                    const char *key)
{
	return get(t, n, key, strlen(key));
}

const struct row_node *row_tree_find(const struct row_tree *t, const struct row_node *n,
                                     const char *path)
{
	while (n != NULL && *path != '\0') {
		size_t len = strcspn(path, ".");

		n = get(t, n, path, len);
		path += len + (path[len] == '.');
	}
	return n;
}

bool row_node_has_text(const struct row_node *n)
{
	return n != NULL && (n->type == ROW_STRING || n->type == ROW_NUMBER) && n->len > 0;
}

bool row_node_is(const struct row_node *n, const char *text)
{
	return row_node_has_text(n) && n->len == strlen(text) && memcmp(n->text, text, n->len) == 0;
}
