/* SPDX-License-Identifier: Apache-2.0 */
/* json_in.c - reads a JSON object that a client or a file gave. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json_in.h"

/* yajl builds and frees its tree by recursion, so the depth is looked at before. */
static bool is_shallow(const char *text, size_t len)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '[' || c == '{'))
			depth++;
		else if (!quoted && (c == ']' || c == '}') && depth > 0)
			depth--;
		if (depth > JSON_IN_DEPTH)
			return false;
	}
	return true;
}

int json_in_parse(const char *text, size_t len, yajl_val *out, struct error *err)
{
	char *copy, why[160];
	yajl_val tree;

	if (memchr(text, '\0', len) != NULL || !is_shallow(text, len))
		return error_set(err, -EINVAL, "expected a JSON object of at most %d levels",
		                 JSON_IN_DEPTH);
	copy = strndup(text, len);
	if (copy == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	tree = yajl_tree_parse(copy, why, sizeof(why));
	free(copy);
	if (YAJL_IS_OBJECT(tree)) {
		*out = tree;
		return 0;
	}
	yajl_tree_free(tree);
	return error_set(err, -EINVAL, "expected a JSON object");
}

yajl_val json_in_get(yajl_val object, const char *key)
{
	for (size_t i = 0; YAJL_IS_OBJECT(object) && i < object->u.object.len; i++)
		if (strcmp(object->u.object.keys[i], key) == 0)
			return object->u.object.values[i];
	return NULL;
}

const char *json_in_text(yajl_val object, const char *key)
{
	return YAJL_GET_STRING(json_in_get(object, key));
}

bool json_in_number(yajl_val object, const char *key, uint64_t *out)
{
	yajl_val v = json_in_get(object, key);

	if (v == NULL || !YAJL_IS_INTEGER(v) || YAJL_GET_INTEGER(v) < 0 ||
	    YAJL_GET_INTEGER(v) > INT64_C(1) << 53)
		return false;
	*out = (uint64_t)YAJL_GET_INTEGER(v);
	return true;
}

int json_in_only(yajl_val object, const char *const *known, struct error *err)
{
	for (size_t i = 0; i < object->u.object.len; i++) {
		unsigned k = 0;

		while (known[k] != NULL && strcmp(known[k], object->u.object.keys[i]) != 0)
			k++;
		if (known[k] == NULL)
			return error_set(err, -EINVAL, "`%.60s`: no such member",
			                 object->u.object.keys[i]);
	}
	return 0;
}
