/* SPDX-License-Identifier: Apache-2.0 */
/* query_explain.c - writes a parsed query as JSON, to show people how it was understood. */
#include <errno.h>

#include "json.h"
#include "query_tree.h"

static void put_node(struct json *j, const char *key, const struct query_node *n)
{
	static const char *const kinds[] = {
		[QUERY_AND] = "and",       [QUERY_OR] = "or",     [QUERY_NOT] = "not",
		[QUERY_HOST] = "host",     [QUERY_TERM] = "term", [QUERY_SERVICE] = "service",
		[QUERY_PHRASE] = "phrase", [QUERY_ALL] = "all",
	};

	json_open_object(j, key);
	json_text(j, "kind", kinds[n->kind]);
	json_int(j, "column", n->column);
	if (n->kind == QUERY_TERM) {
		json_text(j, "field", n->field->name);
		json_text(j, "op", query_op_text(n->op));
	}
	if (n->value_count > 0) {
		json_open_array(j, "values");
		for (size_t i = 0; i < n->value_count; i++)
			json_bytes(j, NULL, n->values[i].text, n->values[i].len);
		json_close_array(j);
	}
	if (n->left != NULL)
		put_node(j, "left", n->left);
	if (n->right != NULL)
		put_node(j, "right", n->right);
	json_close_object(j);
}

int query_explain(const struct query *q, FILE *out)
{
	struct json *j = json_begin(out, false);

	if (j == NULL)
		return -EIO;
	json_open_object(j, NULL);
	json_text(j, "state", q->names_state ? "as the query says" : "open");
	if (q->root != NULL)
		put_node(j, "query", q->root);
	json_close_object(j);
	return json_done(j);
}
