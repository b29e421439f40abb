/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_named.c - claims about how much the bundled rules name: measured on the examples of Recog's
 * files, which state what each text is. For each file, one line says how many are named, how many
 * of them by product or model, how many by maker and family alone, how many wrongly, and how many
 * stated versions are read.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "makers.h"
#include "shared_data.h"
#include "suite.h"

enum { FILES_MAX = 64, TEXT = 512, SHARE_MIN = 80, PRODUCTS_MIN = 1500, EXIT_SKIP = 77 };

/* One of Recog's files, or all of them. */
struct row {
	const char *file;
	uint32_t examples, exact, family, wrong, versions, read;
};

static struct rule_set *theirs;
static bool all_read = true;
static struct row rows[FILES_MAX];
static size_t row_count;

static void read_xml(void *arg, const char *name, const char *text, size_t len)
{
	struct error err = {""};
	size_t n = strlen(name);

	if (n > 4 && strcmp(name + n - 4, ".xml") == 0 &&
	    rules_read_recog(theirs, name, text, len, &err) != 0)
		*(bool *)arg = false;
}

static struct row *row_of(const char *file)
{
	for (size_t i = 0; i < row_count; i++)
		if (strcmp(rows[i].file, file) == 0)
			return &rows[i];
	ck_assert_uint_lt(row_count, FILES_MAX);
	rows[row_count].file = file;
	return &rows[row_count++];
}

/* ---- comparing names ------------------------------------------------------------------------- */

/* The letters and digits of @text in lower case. */
static void squeeze(const char *text, char out[TEXT])
{
	size_t len = 0;

	for (; *text != '\0' && len < TEXT - 1; text++)
		if (isalnum((unsigned char)*text))
			out[len++] = (char)tolower((unsigned char)*text);
	out[len] = '\0';
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '+';
}

/* Words that many products have in their names. */
static bool is_common(const char *word, size_t len)
{
	static const char list[] =
		" server http https web webserver ftp ftpd smtp imap pop pop3 nntp sip service "
		"services firmware software project system systems series the for and or of device "
		"devices printer printers camera cameras router routers switch switches phone phones "
		"gateway network networks linux os version agent inc corp ltd mail esmtp management "
		"manager edition enterprise application oracle apache microsoft cisco ";
	char padded[40];

	if (len < 2 || len > 30)
		return true;
	snprintf(padded, sizeof(padded), " %.*s ", (int)len, word);
	return strcasestr(list, padded) != NULL;
}

static bool has_word(const char *text, const char *word, size_t len)
{
	for (const char *at = text; *at != '\0'; at++)
		if ((at == text || !is_word_byte(at[-1])) && strncasecmp(at, word, len) == 0 &&
		    !is_word_byte(at[len]))
			return true;
	return false;
}

static bool share_word(const char *a, const char *b)
{
	while (*a != '\0') {
		size_t len = 0;

		while (is_word_byte(a[len]))
			len++;
		if (len > 0 && !is_common(a, len) && has_word(b, a, len))
			return true;
		a += len + (a[len] != '\0');
	}
	return false;
}

/* Whether two names are the same, one is part of the other, or both have a word that tells. */
static bool alike(const char *ours, const char *wanted)
{
	char a[TEXT], b[TEXT];

	squeeze(ours, a);
	squeeze(wanted, b);
	if (a[0] == '\0' || b[0] == '\0')
		return false;
	return strcmp(a, b) == 0 || (strlen(b) > 2 && strstr(a, b) != NULL) ||
	       (strlen(a) > 2 && strstr(b, a) != NULL) || share_word(ours, wanted);
}

static bool same_maker(const char *ours, const char *wanted)
{
	char a[TEXT], b[TEXT];

	if (*ours == '\0' || *wanted == '\0')
		return false;
	snprintf(a, sizeof(a), "/%s/", ours);
	snprintf(b, sizeof(b), "/%s/", wanted);
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (strcasestr(makers[i], a) != NULL && strcasestr(makers[i], b) != NULL)
			return true;
	squeeze(ours, a);
	squeeze(wanted, b);
	return strlen(b) > 1 && (strstr(a, b) != NULL || strstr(b, a) != NULL);
}

/* ---- what an example states ------------------------------------------------------------------ */

static const char *raw(const struct rule *r, const struct rule_example *e, const char *name)
{
	for (const struct rule_expect *x = e->expects; x != NULL; x = x->next)
		if (strcmp(x->name, name) == 0)
			return x->value;
	for (const struct rule_param *p = r->params; p != NULL; p = p->next)
		if (strcmp(p->name, name) == 0)
			return p->value;
	return "";
}

/* What the example states as @name; "" if nothing. References to other names are resolved once. */
static const char *wanted(const struct rule *r, const struct rule_example *e, const char *name,
                          char out[TEXT])
{
	const char *at = raw(r, e, name);
	size_t len = 0;

	while (*at != '\0' && len < TEXT - 1) {
		const char *close = *at == '{' ? strchr(at, '}') : NULL;
		char inner[64];

		if (close == NULL || close - at > 60) {
			out[len++] = *at++;
			continue;
		}
		snprintf(inner, sizeof(inner), "%.*s", (int)(close - at - 1), at + 1);
		len += (size_t)snprintf(out + len, TEXT - len, "%s", raw(r, e, inner));
		len = len < TEXT ? len : TEXT - 1;
		at = close + 1;
	}
	out[len] = '\0';
	return out;
}

static bool names_something(const struct rule *r, const struct rule_example *e)
{
	return strncmp(e->field, "recog.", 6) != 0 &&
	       (*raw(r, e, "service.product") != '\0' || *raw(r, e, "os.product") != '\0' ||
	        *raw(r, e, "hw.product") != '\0');
}

static bool in_same_products(const char *ours, const char *their)
{
	for (size_t i = 0; i < sizeof(same_products) / sizeof(same_products[0]); i++)
		if (strcmp(same_products[i].ours, ours) == 0 &&
		    strcmp(same_products[i].theirs, their) == 0)
			return true;
	return false;
}

/* The product part of a CPE name, with blanks for its underscores. */
static void cpe_product(const char *cpe, char out[TEXT])
{
	size_t len = 0;

	for (int colons = 0; *cpe != '\0' && colons < 5 && len < TEXT - 1; cpe++) {
		colons += *cpe == ':';
		if (colons == 4 && *cpe != ':')
			out[len++] = *cpe == '_' ? ' ' : *cpe;
	}
	out[len] = '\0';
}

/* Whether the product is called @their; its model counts where @their is that of a device. */
static bool product_alike(const struct vd_identity *id, const char *their, bool device)
{
	char product[TEXT] = "";

	if (id->cpe_count > 0)
		cpe_product(id->cpe[0], product);
	return alike(id->product, their) || alike(product, their) ||
	       in_same_products(id->product, their) || (device && alike(id->version_extra, their));
}

static bool is_exact(const struct rule *r, const struct rule_example *e,
                     const struct vd_identity *id)
{
	static const struct {
		const char *name;
		bool device;
	} names[] = {
		{"service.product", false},
		{"service.family", false},
		{"service.component.product", false},
		{"os.product", true},
		{"os.family", true},
		{"hw.product", true},
		{"hw.family", true},
		{"hw.model", true},
		{"os.vendor", false},
	};
	/* The system alone is an answer where the example states no more. */
	bool system = id->product[0] == '\0' || *raw(r, e, "service.product") == '\0';
	char their[TEXT];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		wanted(r, e, names[i].name, their);
		if (product_alike(id, their, names[i].device))
			return true;
		if (system && (alike(id->os, their) || in_same_products(id->os, their)))
			return true;
	}
	return false;
}

/* For the examples that are about the system alone. */
static bool is_system(const struct rule *r, const struct rule_example *e,
                      const struct vd_identity *id)
{
	char their[TEXT];

	return alike(id->os, wanted(r, e, "os.product", their)) ||
	       same_maker(id->os, wanted(r, e, "os.vendor", their));
}

static bool is_family(const struct rule *r, const struct rule_example *e,
                      const struct vd_identity *id)
{
	static const char *const names[] = {"service.vendor", "os.vendor", "hw.vendor"};
	char their[TEXT];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*wanted(r, e, names[i], their) != '\0' &&
		    (same_maker(id->vendor, their) || share_word(id->product, their)))
			return true;
	return false;
}

/* Without blanks, and without what one source leaves out in front: a 'v', zeros. */
static bool version_alike(const char *ours, const char *their)
{
	char a[TEXT], b[TEXT];

	squeeze(ours, a);
	squeeze(their, b);
	return a[0] != '\0' && (strstr(a, b) != NULL || strstr(b, a) != NULL);
}

static void count_version(const struct rule *r, const struct rule_example *e,
                          const struct vd_identity *id, struct row *row)
{
	const char *name = *raw(r, e, "service.product") != '\0' ? "service.version"
	                   : *raw(r, e, "os.version") != '\0'    ? "os.version"
	                                                         : "hw.version";
	char their[TEXT];

	if (*wanted(r, e, name, their) == '\0')
		return;
	row->versions++;
	row->read += version_alike(id->version, their) || version_alike(id->os_version, their) ||
	             version_alike(id->version_extra, their);
}

static void weigh(const struct rule *r, const struct rule_example *e, const struct vd_identity *id)
{
	struct row *row = row_of(r->source);
	bool only_system = strstr(r->source, "apache_os") != NULL;

	row->examples++;
	/* "Unix" is true of each of them, and names none. */
	if (only_system && (id->os[0] == '\0' || strcmp(id->os, "Unix") == 0))
		return;
	if (id->os[0] == '\0' && id->product[0] == '\0')
		return;
	if (only_system ? is_system(r, e, id) : is_exact(r, e, id))
		row->exact++;
	else if (is_family(r, e, id))
		row->family++;
	else {
		row->wrong++;
		fprintf(stderr, "%s:%u: %.70s: %s %s, system %s, by %s\n", r->source, e->line,
		        e->text, id->vendor, id->product, id->os, id->rule);
	}
	count_version(r, e, id, row);
}

static void print_row(const struct row *row)
{
	uint32_t named = row->exact + row->family;

	fprintf(stderr,
	        "%-28.28s %5u examples, %5u named rightly (%5.1f %%), %5u of them exactly, %3u "
	        "wrong; %4u of %4u versions\n",
	        row->file, row->examples, named,
	        row->examples > 0 ? 100.0 * named / row->examples : 0, row->exact, row->wrong,
	        row->read, row->versions);
}

static void add_row(struct row *sum, const struct row *row)
{
	sum->examples += row->examples;
	sum->exact += row->exact;
	sum->family += row->family;
	sum->wrong += row->wrong;
	sum->versions += row->versions;
	sum->read += row->read;
}

/* ---- the claims ------------------------------------------------------------------------------ */

struct bundled {
	struct rule_set *set;
	void *blob;
	struct rules *rules;
	struct rules_scratch *scratch;
};

static void setup(struct bundled *b)
{
	struct error err = {""};
	size_t len;

	b->set = rule_set_new();
	ck_assert_msg(rules_read_dir(b->set, SONDE_SOURCE_ROOT "/vulndb/rules", &err) == 0, "%s",
	              err.text);
	ck_assert_msg(rules_serialise(b->set, true, &b->blob, &len, &err) == 0, "%s", err.text);
	ck_assert_msg(rules_open(b->blob, len, &b->rules, &err) == 0, "%s", err.text);
	b->scratch = rules_scratch_new(b->rules);
	fprintf(stderr, "%zu rules, %zu products, %zu bytes\n", rules_count(b->rules),
	        rules_products(b->rules), len);
}

static void teardown(struct bundled *b)
{
	rules_scratch_free(b->scratch);
	rules_close(b->rules);
	free(b->blob);
	rule_set_free(b->set);
}

static void answer(const struct bundled *b, const struct rule_example *e, struct vd_identity *out)
{
	struct vd_facts *facts = vd_facts_new();

	vd_facts_add(facts, e->field, e->text, e->len);
	rules_identify(b->rules, b->scratch, facts, out);
	vd_facts_free(facts);
}

START_TEST(most_examples_are_named_and_none_wrongly)
{
	struct row sum = {.file = "all"};
	struct bundled b;

	ck_assert(all_read);
	setup(&b);
	for (const struct rule *r = rule_set_first(theirs); r != NULL; r = r->next) {
		for (const struct rule_example *e = r->examples; e != NULL; e = e->next) {
			struct vd_identity id;

			if (!names_something(r, e))
				continue;
			answer(&b, e, &id);
			weigh(r, e, &id);
		}
	}
	for (size_t i = 0; i < row_count; i++) {
		print_row(&rows[i]);
		add_row(&sum, &rows[i]);
	}
	print_row(&sum);
	ck_assert_uint_gt(sum.examples, 6000);
	ck_assert_uint_ge((sum.exact + sum.family) * 100, sum.examples * SHARE_MIN);
	ck_assert_uint_eq(sum.wrong, 0);
	ck_assert_uint_eq(rules_limit_hits(b.rules), 0);
	teardown(&b);
}
END_TEST

/* Whether a rule of the product that @e is an example of answers it. */
static bool answered(const struct bundled *b, const struct rule *r, const struct rule_example *e)
{
	const struct rule_param *product = rule_param(r, RULE_PRODUCT);
	struct vd_identity id;

	if (e->none || product == NULL || rule_is_component(r))
		return true;
	answer(b, e, &id);
	if (strcmp(id.rule, r->id) == 0 || strcmp(id.product, product->value) == 0)
		return true;
	fprintf(stderr, "%s:%u: %.60s: answered by %s\n", r->source, e->line, e->text, id.rule);
	return false;
}

START_TEST(each_example_is_answered_by_its_own_product)
{
	uint32_t others = 0;
	struct bundled b;

	setup(&b);
	ck_assert_uint_ge(rules_products(b.rules), PRODUCTS_MIN);
	for (const struct rule *r = rule_set_first(b.set); r != NULL; r = r->next)
		for (const struct rule_example *e = r->examples; e != NULL; e = e->next)
			others += !answered(&b, r, e);
	ck_assert_uint_eq(others, 0);
	teardown(&b);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core"), *data = NULL;
	size_t len;
	char *tar;
	int ret;

	tcase_add_test(tc, each_example_is_answered_by_its_own_product);
	theirs = rule_set_new();
	tar = shared_data("recog-xml.tar.zst", &len);
	if (tar != NULL) {
		data = tcase_create("data");
		tar_each(tar, len, read_xml, &all_read);
		tcase_add_test(data, most_examples_are_named_and_none_wrongly);
	}
	ret = suite_run("named", tc, data);
	rule_set_free(theirs);
	free(tar);
	return ret == EXIT_SUCCESS && data == NULL ? EXIT_SKIP : ret;
}
