/* SPDX-License-Identifier: Apache-2.0 */
/* facts_key.c - computes the key of what a service says. */
#include "vd_key.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

#include "ascii.h"
#include "db.h"
#include "exposure.h"
#include "hash_table.h"
#include "identify.h"
#include "rules.h"

enum {
	SECRET = 192,      /* bytes, more than XXH3 needs */
	MASKED_MAX = 8192, /* longer values count byte by byte */
	RUN_MIN = 12,      /* shorter runs of letters and digits are words */
	TIME_LEN = 8,      /* "23:59:59" */
};

/* How a value counts. */
enum way { WAY_NAME = 1, WAY_VALUE, WAY_TIMES, WAY_RUNS, WAY_HEADERS, WAY_TTL };

struct name_way {
	char name[VD_FACT_NAME_MAX + 1];
	uint8_t way; /* 0: not known yet */
};

struct vd_keyer {
	const struct vulndb *db;
	struct hash_table ways; /* of struct name_way */
	uint8_t secret[SECRET];
};

struct vd_keyer *vd_keyer_new(const struct vulndb *db)
{
	struct vd_keyer *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->db = db;
	hash_table_init(&k->ways, VD_FACT_NAME_MAX + 1, sizeof(struct name_way));
	if (getrandom(k->secret, sizeof(k->secret), 0) == SECRET)
		return k;
	vd_keyer_free(k);
	return NULL;
}

void vd_keyer_free(struct vd_keyer *k)
{
	if (k == NULL)
		return;
	hash_table_fini(&k->ways);
	free(k);
}

/* ---- how a fact counts ---- */

static bool is_read(const struct vulndb *db, const char *name)
{
	return (db->rules != NULL && engine_field(db->rules, name) >= 0) ||
	       identify_os_reads(name) || exposure_reads(db->exposures, name) ||
	       strcmp(name, "guess.service") == 0;
}

static enum way find_way(const struct vulndb *db, const char *name)
{
	if (strcmp(name, "tcp.ttl") == 0)
		return WAY_TTL;
	if (!is_read(db, name))
		return WAY_NAME;
	if (strcmp(name, "http.cookie") == 0)
		return WAY_RUNS;
	if (strcmp(name, "banner") == 0 || strcmp(name, "http.header") == 0)
		return WAY_HEADERS;
	return strncmp(name, "ssl.", 4) == 0 ? WAY_VALUE : WAY_TIMES;
}

static enum way way_of(struct vd_keyer *k, const char *name)
{
	char key[VD_FACT_NAME_MAX + 1] = "";
	struct name_way *w;

	memcpy(key, name, strlen(name)); /* a fact has no longer name */
	w = hash_table_take(&k->ways, key);
	if (w == NULL)
		return WAY_VALUE;
	if (w->way == 0)
		w->way = (uint8_t)find_way(k->db, name);
	return (enum way)w->way;
}

/* ---- what is left of a value ---- */

static bool two_digits(const char *at, int most)
{
	return ascii_is_digit(at[0]) && ascii_is_digit(at[1]) &&
	       (at[0] - '0') * 10 + (at[1] - '0') <= most;
}

/* Whether a time of day stands at @i, behind a blank or the T of RFC 3339. */
static bool is_time(const char *text, size_t len, size_t i)
{
	return i > 0 && len - i >= TIME_LEN && (text[i - 1] == ' ' || text[i - 1] == 'T') &&
	       text[i + 2] == ':' && text[i + 5] == ':' && two_digits(text + i, 23) &&
	       two_digits(text + i + 3, 59) && two_digits(text + i + 6, 60);
}

static void mask_times(char *text, size_t len)
{
	const char *colon = text;

	while ((colon = memchr(colon, ':', len - (size_t)(colon - text))) != NULL) {
		size_t at = (size_t)(colon - text);

		if (at >= 2 && is_time(text, len, at - 2))
			memset(text + at - 2, '0', TIME_LEN);
		colon++;
	}
}

static uint8_t kind_of(char c)
{
	return ascii_is_digit(c)      ? 1
	       : c >= 'a' && c <= 'f' ? 2
	       : c >= 'a' && c <= 'z' ? 4
	       : c >= 'A' && c <= 'F' ? 8
	       : c >= 'A' && c <= 'Z' ? 16
	                              : 0;
}

static void mask_run(char *run, size_t len, uint8_t kinds)
{
	/* A run without a digit is a word. */
	if (len >= RUN_MIN && (kinds & 1) != 0)
		memset(run, (char)(0x80 | kinds), len);
}

static void mask_runs(char *text, size_t len)
{
	size_t from = 0;
	uint8_t kinds = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t kind = kind_of(text[i]);

		if (kind == 0) {
			mask_run(text + from, i - from, kinds);
			from = i + 1;
			kinds = 0;
		}
		kinds |= kind;
	}
	mask_run(text + from, len - from, kinds);
}

/* The length of what a service says before its page: that has a fact of its own, and only its head
 * changes from answer to answer. */
static size_t head_of(const char *text, size_t len)
{
	const char *end =
		len > 5 && memcmp(text, "HTTP/", 5) == 0 ? memmem(text, len, "\r\n\r\n", 4) : NULL;

	return end != NULL ? (size_t)(end - text) : len;
}

/* Whether a header of HTTP differs from answer to answer. */
static bool is_volatile(const char *line, size_t len)
{
	static const char *const parts[] = {"cookie", "etag",  "-id",   "-ray",
	                                    "trace",  "nonce", "token", "security-policy"};
	const char *colon = memchr(line, ':', len);
	char name[64];
	size_t n = colon != NULL ? (size_t)(colon - line) : 0;

	if (n == 0 || n >= sizeof(name))
		return false;
	memcpy(name, line, n);
	name[n] = '\0';
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcasestr(name, parts[i]) != NULL)
			return true;
	return false;
}

static void mask_headers(char *text, size_t len)
{
	for (size_t from = 0; from < len;) {
		const char *end = memchr(text + from, '\n', len - from);
		size_t to = end != NULL ? (size_t)(end - text) : len;

		if (is_volatile(text + from, to - from))
			mask_runs(text + from, to - from);
		from = to + 1;
	}
}

static XXH128_hash_t hash_masked(const struct vd_keyer *k, const struct vd_fact *f, enum way way)
{
	char text[MASKED_MAX];

	memcpy(text, f->value, f->len);
	mask_times(text, f->len);
	if (way == WAY_HEADERS)
		mask_headers(text, head_of(text, f->len));
	else if (way == WAY_RUNS)
		mask_runs(text, f->len);
	return XXH3_128bits_withSecret(text, f->len, k->secret, SECRET);
}

static XXH128_hash_t hash_ttl(const struct vd_keyer *k, const struct vd_fact *f)
{
	long ttl = strtol(f->value, NULL, 10);
	uint8_t initial = ttl <= 0 ? 0 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;

	return XXH3_128bits_withSecret(&initial, sizeof(initial), k->secret, SECRET);
}

static XXH128_hash_t hash_value(const struct vd_keyer *k, const struct vd_fact *f, enum way way)
{
	if (way == WAY_TTL)
		return hash_ttl(k, f);
	if (way == WAY_VALUE || f->len > MASKED_MAX)
		return XXH3_128bits_withSecret(f->value, f->len, k->secret, SECRET);
	return hash_masked(k, f, way);
}

int vd_keyer_key(struct vd_keyer *k, const struct vd_facts *facts, uint8_t out[VD_KEY_LEN])
{
	XXH128_hash_t all[2 * VD_FACTS_MAX], key;
	size_t n = 0, count = vd_facts_count(facts);

	if (!vd_facts_complete(facts))
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct vd_fact *f = vd_facts_at(facts, i);
		enum way way = way_of(k, f->name);

		all[n++] = XXH3_128bits_withSecret(f->name, strlen(f->name), k->secret, SECRET);
		if (way != WAY_NAME)
			all[n++] = hash_value(k, f, way);
	}
	key = XXH3_128bits_withSecret(all, n * sizeof(all[0]), k->secret, SECRET);
	memcpy(out, &key, VD_KEY_LEN);
	return 0;
}
