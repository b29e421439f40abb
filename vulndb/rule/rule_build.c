/* SPDX-License-Identifier: Apache-2.0 */
/* rule_build.c - compiles a set of rules into one blob. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "rule.h"
#include "rule_blob.h"
#include "rule_hyperscan.h"

/* A growing buffer. Once memory is short, nothing more is appended and @failed is set. */
struct blob_bytes {
	char *data;
	size_t len, size;
	bool failed;
};

/* A pattern, with the values that decide its place in the order. */
struct item {
	const struct rule *rule;
	const struct rule_match *match;
	uint32_t rule_index, order;
};

struct blob_build {
	struct blob_bytes fields, patterns, captures, rules, params, names, databases;
	struct pool strings;
	struct map name_numbers; /* offset of a name -> its number */
	uint32_t name_count;
	bool hyperscan;
};

static void bytes_add(struct blob_bytes *b, const void *data, size_t len)
{
	if (b->failed || b->len + len > UINT32_MAX / 2) {
		b->failed = true;
		return;
	}
	if (b->size - b->len < len) {
		size_t size = (b->len + len) * 2 + 256;
		char *grown = realloc(b->data, size);

		if (grown == NULL) {
			b->failed = true;
			return;
		}
		b->data = grown;
		b->size = size;
	}
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
}

static void bytes_align(struct blob_bytes *b)
{
	static const char zeros[8];

	bytes_add(b, zeros, (8 - b->len % 8) % 8);
}

static uint16_t name_number(struct blob_build *b, const char *name, size_t len)
{
	uint32_t text = pool_add(&b->strings, name, len), *number;
	bool fresh;

	number = map_put(&b->name_numbers, text, &fresh);
	if (number == NULL || b->strings.failed)
		return 0;
	if (fresh) {
		struct blob_name entry = {text, rule_key(pool_get(&b->strings, text))};

		*number = b->name_count++;
		b->names.failed |= b->name_count > RULE_BLOB_NAMES_MAX;
		bytes_add(&b->names, &entry, sizeof(entry));
	}
	return (uint16_t)*number;
}

/* Store a template with its references encoded as numbers; returns its offset. */
static uint32_t template(struct blob_build *b, const char *value)
{
	struct blob_bytes out = {0};
	uint32_t offset;

	while (*value != '\0') {
		const char *close = *value == '{' ? strchr(value, '}') : NULL;

		if (close != NULL && close > value + 1) {
			uint16_t n = name_number(b, value + 1, (size_t)(close - value) - 1);
			char ref[3] = {RULE_BLOB_REF, (char)(0x80 | (n & 127)),
			               (char)(0x80 | n >> 7)};

			bytes_add(&out, ref, sizeof(ref));
			value = close + 1;
		} else {
			bytes_add(&out, *value == RULE_BLOB_REF ? "?" : value, 1);
			value++;
		}
	}
	b->strings.failed |= out.failed;
	offset = pool_add(&b->strings, out.data != NULL ? out.data : "", out.len);
	free(out.data);
	return offset;
}

/* The @plain_len of struct blob_param for a template: 0 if it must be rendered. */
static uint16_t plain_len(const char *value)
{
	size_t len = strlen(value);

	if (len == 0 || len > UINT16_MAX || value[0] == ' ' || value[len - 1] == ' ')
		return 0;
	for (size_t i = 0; i < len; i++)
		if (value[i] < ' ' || value[i] > '~')
			return 0;
	return (uint16_t)len;
}

static uint8_t names(const struct rule *rule)
{
	if (rule_param(rule, RULE_PRODUCT) == NULL)
		return BLOB_NAMES_NOTHING;
	return rule_is_component(rule) ? BLOB_NAMES_COMPONENT : BLOB_NAMES_PRODUCT;
}

static void add_rule(struct blob_build *b, const struct rule *rule)
{
	struct blob_rule entry = {.id = pool_text(&b->strings, rule->id),
	                          .source = pool_text(&b->strings, rule->source),
	                          .line = rule->line,
	                          .first_param =
	                                  (uint32_t)(b->params.len / sizeof(struct blob_param)),
	                          .confidence = rule->confidence,
	                          .names = names(rule)};

	for (const struct rule_param *p = rule->params; p != NULL; p = p->next) {
		struct blob_param param = {.value = template(b, p->value),
		                           .name = name_number(b, p->name, strlen(p->name))};

		if (!b->strings.failed)
			param.plain_len = plain_len(pool_get(&b->strings, param.value));
		bytes_add(&b->params, &param, sizeof(param));
		entry.param_count++;
	}
	bytes_add(&b->rules, &entry, sizeof(entry));
}

static void add_pattern(struct blob_build *b, const struct item *item, bool always)
{
	struct blob_pattern entry = {
		.rule = item->rule_index,
		.text = pool_text(&b->strings, item->match->pattern),
		.text_len = (uint32_t)strlen(item->match->pattern),
		.options = item->match->options,
		.group = item->rule->group,
		.first_capture = (uint32_t)(b->captures.len / sizeof(struct blob_capture)),
		.capture_count = (uint16_t)item->match->capture_count,
		.confidence = item->rule->confidence,
		.always = always,
	};

	for (uint32_t i = 0; i < item->match->capture_count; i++) {
		const struct rule_capture *c = &item->match->captures[i];
		struct blob_capture capture = {.group = (uint16_t)c->group,
		                               .name = name_number(b, c->name, strlen(c->name))};

		bytes_add(&b->captures, &capture, sizeof(capture));
	}
	bytes_add(&b->patterns, &entry, sizeof(entry));
}

static int add_database(struct blob_build *b, struct blob_field *field,
                        struct hyperscan_pattern *patterns, size_t n)
{
	char *bytes = NULL;
	size_t len = 0;
	int ret = hyperscan_compile(patterns, n, &bytes, &len);

	if (ret != 0)
		return ret;
	bytes_align(&b->databases);
	field->database = (uint32_t)b->databases.len;
	field->database_len = (uint32_t)len;
	bytes_add(&b->databases, bytes, len);
	free(bytes);
	return 0;
}

static int add_field(struct blob_build *b, const struct item *items, size_t n)
{
	const char *name = items[0].match->field;
	struct blob_field field = {
		.name = pool_text(&b->strings, name),
		.first_pattern = (uint32_t)(b->patterns.len / sizeof(struct blob_pattern)),
		.pattern_count = (uint32_t)n};
	struct hyperscan_pattern *patterns = calloc(n, sizeof(*patterns));
	int ret = 0;

	if (patterns == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		patterns[i] = (struct hyperscan_pattern){items[i].match->pattern,
		                                         items[i].match->options, false};
	if (b->hyperscan)
		ret = add_database(b, &field, patterns, n);
	for (size_t i = 0; i < n; i++) {
		add_pattern(b, &items[i], patterns[i].always);
		field.always_count += patterns[i].always;
	}
	bytes_add(&b->fields, &field, sizeof(field));
	free(patterns);
	return ret;
}

static int compare_items(const void *left, const void *right)
{
	const struct item *a = left, *b = right;
	int by_field = strcmp(a->match->field, b->match->field);

	if (by_field != 0)
		return by_field;
	if (a->rule->group != b->rule->group)
		return a->rule->group < b->rule->group ? -1 : 1;
	/* Within a Recog file the order of the file alone decides. */
	if (a->rule->group < RULE_GROUP_RECOG && a->rule->confidence != b->rule->confidence)
		return a->rule->confidence > b->rule->confidence ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static int add_fields(struct blob_build *b, struct item *items, size_t n)
{
	int ret = 0;

	if (n > 0)
		qsort(items, n, sizeof(*items), compare_items);
	for (size_t i = 0, end; i < n && ret == 0; i = end) {
		for (end = i + 1; end < n; end++)
			if (strcmp(items[end].match->field, items[i].match->field) != 0)
				break;
		ret = add_field(b, items + i, end - i);
	}
	return ret;
}

static int add_all(struct blob_build *b, const struct rule_set *set)
{
	struct item *items;
	uint32_t rule_index = 0;
	size_t n = 0;
	int ret;

	for (const struct rule *r = rule_set_first(set); r != NULL; r = r->next)
		for (const struct rule_match *m = r->matches; m != NULL; m = m->next)
			n++;
	items = calloc(n + 1, sizeof(*items));
	if (items == NULL)
		return -ENOMEM;
	n = 0;
	for (const struct rule *r = rule_set_first(set); r != NULL; r = r->next, rule_index++) {
		add_rule(b, r);
		for (const struct rule_match *m = r->matches; m != NULL; m = m->next, n++)
			items[n] = (struct item){r, m, rule_index, (uint32_t)n};
	}
	ret = add_fields(b, items, n);
	free(items);
	return ret;
}

static const char *value_of(const struct rule *rule, enum rule_key key)
{
	const struct rule_param *p = rule_param(rule, key);

	return p != NULL ? p->value : "";
}

static int compare_products(const void *left, const void *right)
{
	const struct rule *const *a = left, *const *b = right;
	int by_vendor = strcasecmp(value_of(*a, RULE_VENDOR), value_of(*b, RULE_VENDOR));

	return by_vendor != 0 ? by_vendor
	                      : strcasecmp(value_of(*a, RULE_PRODUCT), value_of(*b, RULE_PRODUCT));
}

static uint32_t count_products(const struct rule_set *set)
{
	const struct rule **rules = calloc(rule_set_count(set) + 1, sizeof(const struct rule *));
	size_t n = 0;
	uint32_t count = 0;

	if (rules == NULL)
		return 0;
	for (const struct rule *r = rule_set_first(set); r != NULL; r = r->next)
		if (rule_param(r, RULE_PRODUCT) != NULL)
			rules[n++] = r;
	if (n > 0)
		qsort(rules, n, sizeof(const struct rule *), compare_products);
	for (size_t i = 0; i < n; i++)
		count += i == 0 || compare_products(&rules[i - 1], &rules[i]) != 0;
	free(rules);
	return count;
}

static int compare_ids(const void *left, const void *right)
{
	const struct rule *const *a = left, *const *b = right;
	int by_id = strcmp((*a)->id, (*b)->id);

	return by_id != 0 ? by_id : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

/* Check that no id occurs twice, since an identity refers to its rule by the id. */
static int check_ids(const struct rule_set *set, struct error *err)
{
	const struct rule **rules = calloc(rule_set_count(set) + 1, sizeof(const struct rule *));
	size_t n = 0;
	int result = 0;

	if (rules == NULL)
		return -ENOMEM;
	for (const struct rule *r = rule_set_first(set); r != NULL; r = r->next)
		rules[n++] = r;
	if (n > 0)
		qsort(rules, n, sizeof(const struct rule *), compare_ids);
	for (size_t i = 1; i < n && result == 0; i++) {
		if (strcmp(rules[i - 1]->id, rules[i]->id) != 0)
			continue;
		result = error_set(err, -EINVAL, "%s:%u:6: rule %s stands at %s:%u already",
		                   rules[i]->source, rules[i]->line, rules[i]->id,
		                   rules[i - 1]->source, rules[i - 1]->line);
	}
	free(rules);
	return result;
}

static void append_part(struct blob_bytes *out, struct blob_part *part,
                        const struct blob_bytes *from, size_t size)
{
	bytes_align(out);
	part->offset = (uint32_t)out->len;
	part->count = (uint32_t)(from->len / size);
	bytes_add(out, from->data, from->len);
	out->failed |= from->failed;
}

static int assemble(const struct blob_build *b, uint32_t products, struct blob_bytes *out)
{
	struct blob_header header = {
		.version = RULE_BLOB_VERSION, .products = products, .hyperscan = b->hyperscan};
	struct blob_bytes strings = {.data = b->strings.data, .len = b->strings.len};

	memcpy(header.magic, RULE_BLOB_MAGIC, sizeof(header.magic));
	bytes_add(out, &header, sizeof(header));
	append_part(out, &header.fields, &b->fields, sizeof(struct blob_field));
	append_part(out, &header.patterns, &b->patterns, sizeof(struct blob_pattern));
	append_part(out, &header.captures, &b->captures, sizeof(struct blob_capture));
	append_part(out, &header.rules, &b->rules, sizeof(struct blob_rule));
	append_part(out, &header.params, &b->params, sizeof(struct blob_param));
	append_part(out, &header.names, &b->names, sizeof(struct blob_name));
	append_part(out, &header.databases, &b->databases, 1);
	append_part(out, &header.strings, &strings, 1);
	if (out->failed || b->strings.failed || b->name_numbers.failed)
		return -ENOMEM;
	header.size = (uint32_t)out->len;
	memcpy(out->data, &header, sizeof(header));
	return 0;
}

static void build_fini(struct blob_build *b)
{
	struct blob_bytes *parts[] = {&b->fields, &b->patterns, &b->captures, &b->rules,
	                              &b->params, &b->names,    &b->databases};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		free(parts[i]->data);
	pool_fini(&b->strings);
	map_fini(&b->name_numbers);
}

int rules_serialise(const struct rule_set *set, bool hyperscan, void **blob, size_t *len,
                    struct error *err)
{
	struct blob_build b = {.hyperscan = hyperscan};
	struct blob_bytes out = {0};
	int result = check_ids(set, err);

	if (result == 0 && !pool_init(&b.strings))
		result = -ENOMEM;
	if (result == 0)
		result = add_all(&b, set);
	/* built without Hyperscan: make a blob without databases instead */
	if (result == -ENOTSUP) {
		build_fini(&b);
		return rules_serialise(set, false, blob, len, err);
	}
	if (result == 0)
		result = assemble(&b, count_products(set), &out);
	build_fini(&b);
	if (result != 0) {
		if (result == -ENOMEM)
			error_set(err, result, "the rules do not fit into memory");
		free(out.data);
		return result;
	}
	*blob = out.data;
	*len = out.len;
	return 0;
}
