/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - the texts of keys and the lines of their file. */
#include <errno.h>
#include <openssl/rand.h>
#include <string.h>
#include <zlib.h>

#include "ascii.h"
#include "json_in.h"
#include "key.h"
#include "timetext.h"

enum { HEAD = 3, RANDOM = 23, SUM = 6, BASE = 62 };

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char *const scopes[] = {"read", "scan", "export", "monitor", "admin", NULL};

static void put_sum(char text[KEY_TEXT])
{
	unsigned long sum = crc32(0, (const unsigned char *)text, HEAD + RANDOM);

	for (int i = HEAD + RANDOM; i < HEAD + RANDOM + SUM; i++) {
		text[i] = digits[sum % BASE];
		sum /= BASE;
	}
	text[HEAD + RANDOM + SUM] = '\0';
}

int key_make(char out[KEY_TEXT])
{
	uint8_t random;

	memcpy(out, "snd", HEAD);
	for (int i = HEAD; i < HEAD + RANDOM;) {
		if (RAND_bytes(&random, 1) != 1)
			return -EIO;
		if (random < 4 * BASE) /* else some digits would come more often */
			out[i++] = digits[random % BASE];
	}
	put_sum(out);
	return 0;
}

bool key_is_whole(const char *text)
{
	char right[KEY_TEXT];

	if (strlen(text) != HEAD + RANDOM + SUM || strncmp(text, "snd", HEAD) != 0 ||
	    strspn(text, digits) != HEAD + RANDOM + SUM)
		return false;
	memcpy(right, text, KEY_TEXT);
	put_sum(right);
	return memcmp(right, text, KEY_TEXT) == 0;
}

const char *key_scope_name(unsigned i)
{
	return i < sizeof(scopes) / sizeof(scopes[0]) ? scopes[i] : NULL;
}

static uint8_t scope_bit(const char *name, size_t len)
{
	for (unsigned i = 0; scopes[i] != NULL; i++)
		if (strlen(scopes[i]) == len && strncmp(scopes[i], name, len) == 0)
			return (uint8_t)(1u << i);
	return 0;
}

int key_scopes_parse(const char *list, uint8_t *out, struct error *err)
{
	uint8_t bits = 0;

	for (const char *p = list;; p++) {
		size_t len = strcspn(p, ",");
		uint8_t bit = scope_bit(p, len);

		if (bit == 0)
			return error_set(err, -EINVAL,
			                 "`%.60s`: expected some of read, scan, export, monitor, "
			                 "admin, with a comma between two",
			                 list);
		bits |= bit;
		p += len;
		if (*p == '\0')
			break;
	}
	*out = bits;
	return 0;
}

bool key_is_name(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= KEY_NAME || !(ascii_is_alpha(name[0]) || ascii_is_digit(name[0])))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!ascii_is_alpha(name[i]) && !ascii_is_digit(name[i]) &&
		    strchr("._-@", name[i]) == NULL)
			return false;
	return true;
}

bool key_is_valid(const struct key *k, int64_t now_us)
{
	return k->revoked_us == 0 && (k->expires_us == 0 || now_us < k->expires_us);
}

/* ---- a line of the file ---------------------------------------------------------------------- */

static bool read_digest(const char *text, uint8_t out[KEY_DIGEST])
{
	if (text == NULL || strlen(text) != 2 * KEY_DIGEST)
		return false;
	for (size_t i = 0; i < KEY_DIGEST; i++) {
		int high = ascii_hex(text[2 * i]), low = ascii_hex(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

static bool read_scopes(yajl_val list, uint8_t *out)
{
	if (!YAJL_IS_ARRAY(list))
		return false;
	for (size_t i = 0; i < list->u.array.len; i++) {
		const char *name = YAJL_GET_STRING(list->u.array.values[i]);
		uint8_t bit = name != NULL ? scope_bit(name, strlen(name)) : 0;

		if (bit == 0)
			return false;
		*out |= bit;
	}
	return true;
}

static bool read_ranges(yajl_val list, struct key *k)
{
	if (list == NULL)
		return true;
	if (!YAJL_IS_ARRAY(list) || list->u.array.len == 0 || list->u.array.len > KEY_RANGES)
		return false;
	for (size_t i = 0; i < list->u.array.len; i++) {
		const char *text = YAJL_GET_STRING(list->u.array.values[i]);

		if (text == NULL || !addr_range_parse(text, &k->ranges[i]))
			return false;
		k->range_count++;
	}
	return true;
}

static bool read_when(yajl_val line, const char *key, int64_t *out)
{
	yajl_val v = json_in_get(line, key);

	return v == NULL || (YAJL_IS_STRING(v) && timetext_parse(YAJL_GET_STRING(v), out));
}

static bool read_count(yajl_val line, const char *key, uint64_t most, uint64_t *out)
{
	return json_in_get(line, key) == NULL || (json_in_number(line, key, out) && *out <= most);
}

static const char *read_members(yajl_val line, struct key *k)
{
	const char *id = json_in_text(line, "id"), *name = json_in_text(line, "name");
	uint64_t rate = 0;

	if (id == NULL || strlen(id) >= KEY_ID || !key_is_name(id))
		return "id";
	if (name == NULL || !key_is_name(name))
		return "name";
	snprintf(k->id, sizeof(k->id), "%s", id);
	snprintf(k->name, sizeof(k->name), "%s", name);
	if (!read_digest(json_in_text(line, "digest"), k->digest))
		return "digest";
	if (!read_scopes(json_in_get(line, "scopes"), &k->scopes))
		return "scopes";
	if (!read_ranges(json_in_get(line, "prefixes"), k))
		return "prefixes";
	if (!read_count(line, "rate", UINT32_MAX, &rate))
		return "rate";
	k->rate = (uint32_t)rate;
	if (!read_count(line, "rows_per_day", UINT64_MAX, &k->rows_per_day))
		return "rows_per_day";
	if (!read_when(line, "created", &k->created_us))
		return "created";
	if (!read_when(line, "expires", &k->expires_us))
		return "expires";
	return read_when(line, "revoked", &k->revoked_us) ? NULL : "revoked";
}

int key_line_parse(const char *line, size_t len, struct key *out, struct error *err)
{
	static const char *const known[] = {"id",       "name",    "digest",  "scopes",
	                                    "prefixes", "rate",    "created", "rows_per_day",
	                                    "expires",  "revoked", NULL};
	const char *wrong;
	yajl_val tree;
	int ret = json_in_parse(line, len, &tree, err);

	if (ret < 0)
		return ret;
	*out = (struct key){0};
	ret = json_in_only(tree, known, err);
	wrong = ret == 0 ? read_members(tree, out) : NULL;
	yajl_tree_free(tree);
	return wrong == NULL ? ret : error_set(err, -EINVAL, "the member `%s` is wrong", wrong);
}

void key_json(struct json *j, const struct key *k)
{
	char text[ADDR_RANGE_TEXT];

	json_text(j, "id", k->id);
	json_text(j, "name", k->name);
	json_open_array(j, "scopes");
	for (unsigned i = 0; scopes[i] != NULL; i++)
		if ((k->scopes >> i & 1) != 0)
			json_text(j, NULL, scopes[i]);
	json_close_array(j);
	if (k->range_count > 0) {
		json_open_array(j, "prefixes");
		for (unsigned i = 0; i < k->range_count; i++)
			json_text(j, NULL, addr_range_format(&k->ranges[i], text));
		json_close_array(j);
	}
	if (k->rate > 0)
		json_int(j, "rate", k->rate);
	if (k->rows_per_day > 0)
		json_uint(j, "rows_per_day", k->rows_per_day);
	json_time(j, "created", k->created_us);
	json_time(j, "expires", k->expires_us);
	json_time(j, "revoked", k->revoked_us);
}
