/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed_csaf.c - CSAF 2.0 documents of Red Hat and SUSE, advisories and VEX: fixes of packages, and the
 * state of what has none.
 *
 * The product tree names platforms (by CPE or name), components (by package URL) and which component of which
 * platform each product is; the vulnerabilities, which come behind it, state products alone.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "cve_id.h"
#include "distro.h"
#include "feed.h"

enum { SLOTS = 1 << 17, PRODUCTS_MAX = SLOTS / 2, ROWS_MAX = 1 << 16, ID = 512 };

/* A platform, a component, or a component of a platform. */
struct product {
	uint64_t id;             /* a hash of its name; 0: the slot is free */
	uint32_t package, fixed; /* texts; package 0: it is a platform; fixed 0: no version */
	const char *distro;      /* of a platform; NULL: of none, or of one that is none of ours */
	char release[16];        /* "9" */
};

struct row {
	const struct product *product;
	uint32_t flags;
	bool is_fix;
};

struct csaf {
	struct feed f;
	struct product products[SLOTS];
	size_t count;
	uint32_t year, number; /* of the vulnerability that is read; 0: its CVE has not come */
	struct row rows[ROWS_MAX];
	size_t row_count;
	struct feed_vector vector;
	/* the product or the relationship that is read */
	char name[ID], cpe[ID], purl[ID], part[ID], whole[ID];
};

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static uint64_t hash_of(const char *name)
{
	uint64_t hash = 14695981039346656037ULL;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 1099511628211ULL;
	return hash != 0 ? hash : 1;
}

/* The slot of a product, or the free one where it would stand. */
static struct product *slot_of(struct csaf *c, const char *name)
{
	uint64_t id = hash_of(name);
	size_t at = (size_t)(id ^ id >> 32) % SLOTS;

	while (c->products[at].id != 0 && c->products[at].id != id)
		at = (at + 1) % SLOTS;
	return &c->products[at];
}

static const struct product *find(struct csaf *c, const char *name)
{
	const struct product *p = slot_of(c, name);

	return p->id != 0 ? p : NULL;
}

static int add(struct csaf *c, const char *name, const struct product *p)
{
	struct product *slot = slot_of(c, name);

	if (slot->id == 0 && c->count++ == PRODUCTS_MAX)
		return feed_refuse(&c->f, "a document with more than 65536 products");
	*slot = *p;
	slot->id = hash_of(name);
	return 0;
}

/* ---- platforms and components ---- */

/* Read the platform out of "cpe:/o:redhat:enterprise_linux:9::baseos", or out of SUSE's name of it. */
static bool read_platform(struct csaf *c, struct product *p)
{
	const char *cpe = c->cpe;

	if (strncmp(cpe, "cpe:/", 5) == 0 && cpe[5] != '\0' &&
	    strncmp(cpe + 6, ":redhat:", 8) == 0 && distro_from_red_hat(cpe + 14, p->release))
		p->distro = "rhel";
	else if (distro_from_suse(c->name, p->release))
		p->distro = "suse";
	return p->distro != NULL;
}

/* Copy @len bytes of a package URL's part to @out and undo its escapes ("%2B"). False: too long. */
static bool unescape(const char *text, size_t len, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (n + 1 >= size)
			return false;
		if (text[i] == '%' && i + 2 < len && ascii_hex(text[i + 1]) >= 0 &&
		    ascii_hex(text[i + 2]) >= 0) {
			out[n++] = (char)(ascii_hex(text[i + 1]) * 16 + ascii_hex(text[i + 2]));
			i += 2;
		} else {
			out[n++] = text[i];
		}
	}
	out[n] = '\0';
	return strlen(out) == n;
}

/* The value of a qualifier of a package URL, "arch=src&epoch=1", in @out; "" where it has none. */
static void qualifier(const char *list, const char *name, char *out, size_t size)
{
	size_t len = strlen(name);

	out[0] = '\0';
	while (*list != '\0') {
		size_t n = strcspn(list, "&");

		if (n > len && strncmp(list, name, len) == 0 && list[len] == '=')
			unescape(list + len + 1, n - len - 1, out, size);
		list += n + (list[n] == '&');
	}
}

/* Whether the name of a source package, "xz-5.6.2-1.1.src.rpm" or "xz.src.rpm", is that of @package. */
static bool is_source_of(const char *source, const char *package)
{
	size_t len = strlen(package), dashes = 0;

	if (strncmp(source, package, len) != 0 || (source[len] != '-' && source[len] != '.'))
		return false;
	for (source += len; *source != '\0'; source++)
		dashes += *source == '-';
	return dashes == 0 || dashes == 2;
}

/*
 * Whether the state of a package is that of its source package, for which it stands. Red Hat lists
 * both; its binaries have the version of their source. SUSE lists binaries and names the source:
 * only the one that is called like it counts.
 */
static bool stands_for_source(const char *qualifiers, bool suse, const char *package)
{
	char value[192];

	qualifier(qualifiers, suse ? "upstream" : "arch", value, sizeof(value));
	if (value[0] == '\0')
		return true;
	return suse ? is_source_of(value, package) : is(value, "src");
}

/* Move *@purl behind "pkg:rpm/suse/" or the like. False: it is a package of somebody else. */
static bool skip_maker(const char **purl, bool *suse)
{
	static const char *const makers[] = {"pkg:rpm/redhat/", "pkg:rpm/suse/",
	                                     "pkg:rpm/opensuse/"};

	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++)
		if (strncmp(*purl, makers[i], strlen(makers[i])) == 0) {
			*purl += strlen(makers[i]);
			*suse = i > 0;
			return true;
		}
	return false;
}

/*
 * Read "pkg:rpm/redhat/nginx@1.20.1-14.el9_2.1?arch=src&epoch=1" into the package and the version
 * 1:1.20.1-14.el9_2.1, or "pkg:rpm/suse/nginx@1.21.5-150600.8.1?upstream=nginx-1.21.5-150600.8.1.src.rpm".
 * False: it is no such package.
 */
static bool read_purl(struct csaf *c, struct product *p)
{
	const char *at = c->purl, *version, *list, *qualifiers;
	char package[96], epoch[16], stated[128], full[160];
	bool suse;

	if (!skip_maker(&at, &suse))
		return false;
	list = at + strcspn(at, "?");
	qualifiers = *list == '?' ? list + 1 : list;
	version = memchr(at, '@', (size_t)(list - at));
	if (!unescape(at, (size_t)((version != NULL ? version : list) - at), package,
	              sizeof(package)) ||
	    package[0] == '\0' || !stands_for_source(qualifiers, suse, package))
		return false;
	p->package = build_text(c->f.b, package);
	if (version == NULL || version + 1 == list)
		return true;
	if (!unescape(version + 1, (size_t)(list - version - 1), stated, sizeof(stated)) ||
	    strchr(stated, '-') == NULL)
		return false;
	qualifier(qualifiers, "epoch", epoch, sizeof(epoch));
	if (epoch[0] == '\0' && !suse)
		strcpy(epoch, "0");
	snprintf(full, sizeof(full), "%s%s%s", epoch, epoch[0] != '\0' ? ":" : "", stated);
	p->fixed = build_text(c->f.b, strchr(stated, ':') != NULL ? stated : full);
	return true;
}

static int end_product(struct csaf *c)
{
	struct product p = {0};

	if (c->name[0] == '\0' || (!read_platform(c, &p) && !read_purl(c, &p)))
		return 0;
	return add(c, c->name, &p);
}

/* Add a component of a platform. A module is a component that contains others, and has no package of
 * its own: what is a component of it is one of its platform. */
static int end_relationship(struct csaf *c)
{
	const struct product *part = find(c, c->part), *whole = find(c, c->whole);
	struct product p = {0};

	if (whole == NULL || whole->distro == NULL || c->name[0] == '\0')
		return 0;
	if (part != NULL) {
		p.package = part->package;
		p.fixed = part->fixed;
	}
	p.distro = whole->distro;
	memcpy(p.release, whole->release, sizeof(p.release));
	return add(c, c->name, &p);
}

/* ---- vulnerabilities ---- */

static const struct {
	const char *status;
	uint32_t flags;
	bool is_fix;
} statuses[] = {
	{"fixed", 0, true},
	{"recommended", 0, true}, /* SUSE's word for the fix */
	{"known_affected", DB_F_UNFIXED, false},
	{"known_not_affected", DB_F_NEVER, false},
};

static int take_status(struct csaf *c, const struct sax_event *e)
{
	const struct product *p = find(c, e->text);

	if (p == NULL || p->package == 0 || p->distro == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		if (!is(statuses[i].status, e->key) || (statuses[i].is_fix && p->fixed == 0))
			continue;
		if (c->row_count == ROWS_MAX)
			return feed_refuse(&c->f, "a vulnerability with more than 65536 states");
		c->rows[c->row_count++] = (struct row){p, statuses[i].flags, statuses[i].is_fix};
	}
	return 0;
}

static int end_vulnerability(struct csaf *c)
{
	struct build *b = c->f.b;
	int ret = 0;

	if (c->year != 0 && c->vector.text[0] != '\0')
		ret = build_vector(b, c->year, c->number, c->vector.text);
	for (size_t i = 0; i < c->row_count && c->year != 0 && ret == 0; i++) {
		const struct row *r = &c->rows[i];
		struct build_fix fix = {
			.distro = pool_text(&b->pool, r->product->distro),
			.release = build_text(b, r->product->release),
			.package = r->product->package,
			.year = c->year,
			.number = c->number,
			.fixed = r->is_fix ? r->product->fixed : 0,
			.flags = r->flags,
		};

		ret = build_fix(b, &fix);
		c->f.count++;
	}
	c->row_count = 0;
	c->year = 0;
	return ret;
}

/* ---- events ---- */

static void copy(char out[ID], const struct sax_event *e)
{
	/* A longer name is that of no product. */
	snprintf(out, ID, "%s", e->len < ID ? e->text : "");
}

static int on_string(struct csaf *c, const struct sax_event *e)
{
	if (is(e->key, "current_release_date") && build_time(e->text, e->len) != 0)
		snprintf(c->f.date, sizeof(c->f.date), "%.19s", e->text);
	else if (is(e->key, "product_id") &&
	         (is(e->parent, "product") || is(e->parent, "full_product_name")))
		copy(c->name, e);
	else if (is(e->key, "cpe"))
		copy(c->cpe, e);
	else if (is(e->key, "purl"))
		copy(c->purl, e);
	else if (is(e->key, "product_reference"))
		copy(c->part, e);
	else if (is(e->key, "relates_to_product_reference"))
		copy(c->whole, e);
	else if (is(e->key, "cve") && is(e->parent, "vulnerabilities")) {
		if (!cve_id_parse(e->text, e->len, &c->year, &c->number))
			c->year = 0;
	} else if (is(e->key, "vectorString")) {
		feed_take_vector(&c->vector, e->text);
	} else if (is(sax_path(c->f.json, e->depth - 1), "product_status")) {
		return take_status(c, e);
	}
	return 0;
}

static int event(void *state, const struct sax_event *e)
{
	struct csaf *c = state;

	if (e->type == SAX_STRING)
		return on_string(c, e);
	if (e->type == SAX_OBJECT && e->depth == 0) {
		if (c->count > 0)
			memset(c->products, 0, sizeof(c->products));
		c->count = 0;
	} else if (e->type == SAX_OBJECT &&
	           (is(e->key, "product") || is(e->key, "relationships"))) {
		c->name[0] = c->cpe[0] = c->purl[0] = c->part[0] = c->whole[0] = '\0';
	} else if (e->type == SAX_OBJECT && is(e->key, "vulnerabilities")) {
		c->vector = (struct feed_vector){0};
		c->row_count = 0;
		c->year = 0;
	} else if (e->type == SAX_OBJECT_END && is(e->key, "product")) {
		return end_product(c);
	} else if (e->type == SAX_OBJECT_END && is(e->key, "relationships")) {
		return end_relationship(c);
	} else if (e->type == SAX_OBJECT_END && is(e->key, "vulnerabilities")) {
		return end_vulnerability(c);
	}
	return 0;
}

const struct feed_kind feed_csaf = {
	.name = "CSAF",
	.licence = "the vendor's",
	.state_size = sizeof(struct csaf),
	.event = event,
};
