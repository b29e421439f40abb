/* SPDX-License-Identifier: Apache-2.0 */
/* identify.c - chooses the matching rule that names the product, and adds values of the others. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "identify.h"
#include "identify_service.h"
#include "identify_stated.h"
#include "printable.h"

enum {
	HITS_MAX = 64,
	SURE = 65, /* from here on, an own rule names a product or a family of products */
};

/* All hits of one service, each with the fact that it matched. */
struct found {
	const struct rules *rules;
	struct rules_scratch *scratch;
	size_t count;
	struct engine_hit hits[HITS_MAX];
	const struct vd_fact *facts[HITS_MAX];
	uint8_t names[HITS_MAX]; /* enum blob_names of the hit's rule */
	bool imported[HITS_MAX]; /* the rule is Recog's */
	uint8_t order[HITS_MAX]; /* indices into @hits, the best first */
	struct lent_system lent;
};

/* ---- what one hit says ----------------------------------------------------------------------- */

/* Where the value of each key comes from: a template of the rule, or a capture of the pattern. */
struct values {
	const struct rules *rules;
	const struct engine_hit *hit;
	const struct blob_param *templates[RULE_KEYS];
	uint32_t captures[RULE_KEYS]; /* group, 0 = none */
};

static void collect(const struct rules *rules, const struct engine_hit *hit, struct values *v)
{
	const struct engine_parts *parts = engine_parts(rules);
	const struct blob_pattern *p = &parts->patterns[hit->pattern];
	const struct blob_rule *rule = &parts->rules[hit->rule];

	memset(v, 0, sizeof(*v));
	v->rules = rules;
	v->hit = hit;
	for (uint32_t i = 0; i < p->capture_count; i++) {
		const struct blob_capture *c = &parts->captures[p->first_capture + i];
		uint32_t key = parts->names[c->name].key;

		if (c->group < hit->groups && hit->ends[2 * c->group] != UINT32_MAX &&
		    hit->ends[2 * c->group] < hit->ends[2 * c->group + 1] && v->captures[key] == 0)
			v->captures[key] = c->group;
	}
	for (uint32_t i = 0; i < rule->param_count; i++) {
		const struct blob_param *param = &parts->params[rule->first_param + i];
		uint32_t key = parts->names[param->name].key;

		if (v->templates[key] == NULL)
			v->templates[key] = param;
	}
}

static bool says(const struct values *v, enum rule_key key)
{
	return v->templates[key] != NULL || v->captures[key] != 0;
}

/* Write the value of @key to @out. If there is both a template and a capture, the template wins,
 * unless it renders to nothing. */
static void take_value(const struct values *v, enum rule_key key, char *out, size_t size)
{
	const struct blob_param *param = v->templates[key];
	const struct engine_hit *hit = v->hit;
	const char *strings = engine_parts(v->rules)->strings;
	char text[512];
	size_t len = 0;

	if (param != NULL && param->plain_len > 0 && param->plain_len < size) {
		memcpy(out, strings + param->value, param->plain_len + 1U);
		return;
	}
	if (param != NULL)
		len = engine_render(v->rules, hit, strings + param->value, "", text, sizeof(text));
	if (len > 0)
		printable_text(out, size, text, len);
	else if (v->captures[key] != 0)
		printable_text(out, size, hit->text + hit->ends[2 * v->captures[key]],
		               hit->ends[2 * v->captures[key] + 1] -
		                       hit->ends[2 * v->captures[key]]);
}

/* Whether @version begins with the components in @prefix; "*" fits every version. */
static bool covers(const char *prefix, size_t len, const char *version)
{
	if (len == 1 && *prefix == '*')
		return true;
	return strncmp(prefix, version, len) == 0 && !isalnum((unsigned char)version[len]);
}

/* Set the end-of-life date. An "eol" parameter is VERSION_PREFIX DATE; the longest prefix that fits
 * the version wins. */
static void take_eol(const struct engine_parts *parts, const struct blob_rule *rule,
                     struct vd_identity *out)
{
	size_t best = 0;

	for (uint32_t i = 0; i < rule->param_count; i++) {
		const struct blob_param *p = &parts->params[rule->first_param + i];
		const char *text = parts->strings + p->value;
		size_t len;

		if (parts->names[p->name].key != RULE_EOL)
			continue;
		len = strcspn(text, " \t");
		if (len < best || !covers(text, len, out->version))
			continue;
		best = len;
		text += len + strspn(text + len, " \t");
		printable_text(out->eol, sizeof(out->eol), text, strlen(text));
	}
}

/* Is the product of the template @value among the CPEs of @id? */
static bool has_product(const struct vd_identity *id, const char *value)
{
	for (size_t i = 0; i < id->cpe_count; i++) {
		const char *name = id->cpe[i] + strlen("cpe:2.3:");
		int colons = 0;

		for (size_t at = 0; colons < 3 && tolower((unsigned char)value[at]) == name[at] &&
		                    name[at] != '\0';
		     at++)
			colons += name[at] == ':';
		if (colons == 3)
			return true;
	}
	return false;
}

/* Write the CPEs of a rule to @out, except for products that @known has already. */
static void take_cpes(const struct rules *rules, const struct engine_hit *hit,
                      const struct vd_identity *known, struct vd_identity *out)
{
	const struct engine_parts *parts = engine_parts(rules);
	const struct blob_rule *rule = &parts->rules[hit->rule];

	for (uint32_t i = 0; i < rule->param_count; i++) {
		const struct blob_param *p = &parts->params[rule->first_param + i];
		uint32_t key = parts->names[p->name].key;

		if (key == RULE_OS_CPE && out->os_cpe[0] == '\0')
			identify_cpe(rules, hit, parts->strings + p->value, out->os_cpe);
		if (key != RULE_CPE || out->cpe_count == VD_CPES)
			continue;
		if (known != NULL && has_product(known, parts->strings + p->value))
			continue;
		identify_cpe(rules, hit, parts->strings + p->value, out->cpe[out->cpe_count]);
		out->cpe_count += out->cpe[out->cpe_count][0] != '\0';
	}
}

/* Write the values that merge() uses to @out. @known: the identity that they will be merged into,
 * or NULL if it has no version yet. */
static void take_shared(const struct values *v, const struct vd_identity *known,
                        struct vd_identity *out)
{
	const struct engine_parts *parts = engine_parts(v->rules);

	take_value(v, RULE_PRODUCT, out->product, sizeof(out->product));
	take_value(v, RULE_VERSION, out->version, sizeof(out->version));
	take_value(v, RULE_EXTRA, out->version_extra, sizeof(out->version_extra));
	take_value(v, RULE_DEVICE, out->device, sizeof(out->device));
	take_value(v, RULE_OS, out->os, sizeof(out->os));
	take_value(v, RULE_OS_VERSION, out->os_version, sizeof(out->os_version));
	take_value(v, RULE_DISTRO, out->distro, sizeof(out->distro));
	take_cpes(v->rules, v->hit, known, out);
	take_eol(parts, &parts->rules[v->hit->rule], out);
	out->os_confidence = out->os[0] != '\0' ? v->hit->confidence : 0;
}

void identify_from_hit(const struct rules *rules, const struct engine_hit *hit, const char *field,
                       struct vd_identity *out)
{
	const struct engine_parts *parts = engine_parts(rules);
	const char *id = parts->strings + parts->rules[hit->rule].id;
	struct values v;

	collect(rules, hit, &v);
	take_shared(&v, NULL, out);
	/* A certificate names who made it, and not what the port speaks. */
	if (strncmp(field, "ssl.", 4) != 0)
		take_value(&v, RULE_SERVICE, out->service, sizeof(out->service));
	take_value(&v, RULE_VENDOR, out->vendor, sizeof(out->vendor));
	take_value(&v, RULE_PACKAGE, out->package, sizeof(out->package));
	take_value(&v, RULE_PACKAGE_VERSION, out->package_version, sizeof(out->package_version));
	out->confidence = out->product[0] != '\0' ? hit->confidence : 0;
	printable_text(out->rule, sizeof(out->rule), id, strlen(id));
	printable_text(out->match_field, sizeof(out->match_field), field, strlen(field));
	out->match_offset = hit->offset;
	out->match_len = hit->len;
}

/* ---- all facts ------------------------------------------------------------------------------- */

static void match_text(struct found *f, int field, const struct vd_fact *fact, size_t from,
                       size_t len)
{
	size_t n;

	if (HITS_MAX - f->count < ENGINE_HITS_MAX)
		return;
	n = engine_match(f->rules, f->scratch, field, fact->value + from, len, f->hits + f->count);
	for (size_t i = f->count; i < f->count + n; i++) {
		f->hits[i].offset += (uint32_t)from; /* relative to the fact, not to the line */
		f->facts[i] = fact;
	}
	f->count += n;
}

/* Match each line by itself: rules for greetings describe one line, but servers send several. */
static void match_lines(struct found *f, int field, const struct vd_fact *fact)
{
	size_t from = 0;

	for (int lines = 0; from < fact->len && lines < 16; lines++) {
		const char *end = memchr(fact->value + from, '\n', fact->len - from);
		size_t next = end != NULL ? (size_t)(end - fact->value) : fact->len;
		size_t len = next - from;

		if (len > 0 && fact->value[from + len - 1] == '\r')
			len--;
		match_text(f, field, fact, from, len);
		from = next + 1;
	}
}

static bool has_lines(const struct vd_fact *fact)
{
	return strncmp(fact->name, "http.", 5) != 0 && strcmp(fact->name, "banner") != 0 &&
	       memchr(fact->value, '\n', fact->len) != NULL;
}

static bool is_imported(const struct rules *rules, const struct engine_hit *hit)
{
	return hit->group >= RULE_GROUP_RECOG &&
	       engine_parts(rules)->rules[hit->rule].names != BLOB_NAMES_COMPONENT;
}

/* Whether an own rule is among the hits from @first on. */
static bool own_hit(const struct found *f, size_t first)
{
	for (size_t i = first; i < f->count; i++)
		if (!is_imported(f->rules, &f->hits[i]))
			return true;
	return false;
}

static void match_facts(struct found *f, const struct vd_facts *facts)
{
	for (size_t i = 0; i < vd_facts_count(facts); i++) {
		const struct vd_fact *fact = vd_facts_at(facts, i);
		int field = engine_field(f->rules, fact->name);
		size_t before = f->count;

		if (field < 0)
			continue;
		match_text(f, field, fact, 0, fact->len);
		if (has_lines(fact) && !own_hit(f, before))
			match_lines(f, field, fact);
	}
}

/* Whether an own rule names the product by this hit and is no mere hint. Rules that a user imports
 * stand behind such a hit, so that they never change what it says. */
static bool own_name(const struct found *f, size_t i)
{
	return !f->imported[i] && f->names[i] == BLOB_NAMES_PRODUCT &&
	       f->hits[i].confidence >= SURE;
}

/* Hits that name a product come first, then those that name a component; otherwise the order is the
 * one within a field. */
static bool ranks_before(const struct found *f, size_t first, size_t second)
{
	const struct engine_hit *a = &f->hits[first], *b = &f->hits[second];

	if (f->names[first] != f->names[second])
		return f->names[first] > f->names[second];
	if (own_name(f, first) != own_name(f, second))
		return own_name(f, first);
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence;
	if (a->len != b->len)
		return a->len > b->len;
	if (a->captures_set != b->captures_set)
		return a->captures_set > b->captures_set;
	return a->rule < b->rule;
}

static void rank(struct found *f)
{
	const struct blob_rule *rules = engine_parts(f->rules)->rules;

	for (size_t i = 0; i < f->count; i++) {
		size_t at = i;

		f->names[i] = rules[f->hits[i].rule].names;
		f->imported[i] = is_imported(f->rules, &f->hits[i]);
		for (; at > 0 && ranks_before(f, i, f->order[at - 1]); at--)
			f->order[at] = f->order[at - 1];
		f->order[at] = (uint8_t)i;
	}
}

/* Whether two CPE names agree in "cpe:2.3:a:vendor:product". */
static bool same_product(const char *a, const char *b)
{
	int colons = 0;

	for (; *a == *b && *a != '\0'; a++, b++)
		if (*a == ':' && ++colons == 5)
			return true;
	return *a == *b;
}

static void add_cpes(struct vd_identity *out, const struct vd_identity *more)
{
	for (size_t i = 0; i < more->cpe_count && out->cpe_count < VD_CPES; i++) {
		bool known = false;

		for (size_t j = 0; j < out->cpe_count; j++)
			known |= same_product(out->cpe[j], more->cpe[i]);
		if (!known)
			memcpy(out->cpe[out->cpe_count++], more->cpe[i], VD_CPE_LEN);
	}
}

/* Whether nothing is known of the system but what is true of most. */
static bool system_open(const struct vd_identity *id)
{
	return id->os[0] == '\0' || strcmp(id->os, "Unix") == 0;
}

/* Add to @out what it leaves open and a further hit provides. */
static void merge(struct vd_identity *out, const struct vd_identity *more)
{
	bool same = strcasecmp(out->product, more->product) == 0;

	if (same && out->version[0] == '\0' && more->version[0] != '\0') {
		memcpy(out->version, more->version, sizeof(out->version));
		memcpy(out->version_extra, more->version_extra, sizeof(out->version_extra));
		memcpy(out->eol, more->eol, sizeof(out->eol));
		if (more->cpe_count > 0) {
			memcpy(out->cpe, more->cpe, sizeof(out->cpe));
			out->cpe_count = more->cpe_count;
		}
	}
	add_cpes(out, more);
	if (system_open(out) && more->os[0] != '\0') {
		memcpy(out->os, more->os, sizeof(out->os));
		memcpy(out->os_version, more->os_version, sizeof(out->os_version));
		memcpy(out->os_cpe, more->os_cpe, sizeof(out->os_cpe));
		out->os_confidence = more->os_confidence;
	}
	if (out->device[0] == '\0')
		memcpy(out->device, more->device, sizeof(out->device));
	if (out->distro[0] == '\0')
		memcpy(out->distro, more->distro, sizeof(out->distro));
}

/* Move the system and the device from what an imported rule says to @lent, where these are open. */
static void lend(struct lent_system *lent, struct vd_identity *from)
{
	if (lent->os[0] == '\0' && from->os[0] != '\0') {
		memcpy(lent->os, from->os, sizeof(lent->os));
		memcpy(lent->os_version, from->os_version, sizeof(lent->os_version));
		memcpy(lent->os_cpe, from->os_cpe, sizeof(lent->os_cpe));
		lent->os_confidence = from->os_confidence;
	}
	if (lent->device[0] == '\0')
		memcpy(lent->device, from->device, sizeof(lent->device));
	memset(from->os, 0, sizeof(from->os));
	memset(from->os_version, 0, sizeof(from->os_version));
	memset(from->os_cpe, 0, sizeof(from->os_cpe));
	memset(from->device, 0, sizeof(from->device));
	from->os_confidence = 0;
}

/* Whether merging @v would leave @out unchanged, which is so for most further hits. */
static bool adds_nothing(const struct values *v, const struct vd_identity *out)
{
	const struct engine_parts *parts = engine_parts(v->rules);
	const struct blob_rule *rule = &parts->rules[v->hit->rule];

	if (out->version[0] == '\0' || (system_open(out) && says(v, RULE_OS)) ||
	    (out->device[0] == '\0' && says(v, RULE_DEVICE)) ||
	    (out->distro[0] == '\0' && says(v, RULE_DISTRO)))
		return false;
	for (uint32_t i = 0; i < rule->param_count; i++) {
		const struct blob_param *p = &parts->params[rule->first_param + i];

		if (parts->names[p->name].key == RULE_CPE &&
		    !has_product(out, parts->strings + p->value))
			return false;
	}
	return true;
}

/* Add what a further hit says; @i is its index. */
static void add_hit(struct found *f, size_t i, struct vd_identity *out)
{
	size_t winner = f->order[0];
	const struct engine_hit *hit = &f->hits[i];
	struct vd_identity more;
	struct values v;

	/* The same rule also matched another fact. That can only add a version: a page's
	 * title may rank first while its body states the version. */
	if (hit->rule == f->hits[winner].rule && out->version[0] != '\0')
		return;
	collect(f->rules, hit, &v);
	if (adds_nothing(&v, out))
		return;
	memset(&more, 0, sizeof(more));
	take_shared(&v, out->version[0] != '\0' ? out : NULL, &more);
	if (f->imported[i]) {
		lend(&f->lent, &more);
		/* It speaks of the product that an own rule has named by the same fact, so that
		 * its CPE is another name of that product. */
		if (own_name(f, winner) && f->facts[i] == f->facts[winner] && out->cpe_count > 0)
			more.cpe_count = 0;
	}
	merge(out, &more);
	/* A library that nobody maintains is a finding of what contains it. */
	if (f->names[i] == BLOB_NAMES_COMPONENT && out->eol[0] == '\0')
		memcpy(out->eol, more.eol, sizeof(out->eol));
}

static void settle(struct found *f, struct vd_identity *out)
{
	size_t winner;

	rank(f);
	if (f->count == 0)
		return;
	winner = f->order[0];
	identify_from_hit(f->rules, &f->hits[winner], f->facts[winner]->name, out);
	if (f->imported[winner])
		lend(&f->lent, out);
	for (size_t at = 1; at < f->count; at++)
		add_hit(f, f->order[at], out);
}

int rules_identify(const struct rules *rules, struct rules_scratch *scratch,
                   const struct vd_facts *facts, struct vd_identity *out)
{
	struct found f;

	f.rules = rules;
	f.scratch = scratch;
	f.count = 0;
	memset(&f.lent, 0, sizeof(f.lent));
	memset(out, 0, sizeof(*out));
	engine_begin(scratch);
	match_facts(&f, facts);
	settle(&f, out);
	identify_service(facts, out);
	identify_stated(facts, out);
	identify_distro(out);
	identify_os(facts, &f.lent, out);
	if (engine_failed(scratch) || !vd_facts_complete(facts))
		return -ENOMEM;
	return out->product[0] != '\0';
}
