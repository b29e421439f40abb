/* SPDX-License-Identifier: Apache-2.0 */
/* cve.c - evaluates NVD's configurations: qualifiers, platforms, AND, OR and negation around a
 * criterion. */
#include "cve.h"

#include <stdio.h>
#include <string.h>

#include "version_range.h"

static enum truth both(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

static enum truth either(enum truth a, enum truth b)
{
	return a > b ? a : b;
}

static enum truth invert(enum truth t)
{
	return (enum truth)(TRUTH_YES - t);
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* ---- platforms ---- */

struct platform {
	const char *name; /* how a criterion's "o:vendor:product" begins */
	enum os_family os;
	const char *system; /* the distribution or system; NULL: the whole family */
};

/* The numbers of the rows stand in the file: a change of their order needs another DB_FORMAT. */
static const struct platform platforms[] = {
	{"o:microsoft:windows_10", OS_WINDOWS, "windows 10"},
	{"o:microsoft:windows_11", OS_WINDOWS, "windows 11"},
	{"o:microsoft:windows_2000", OS_WINDOWS, "windows 2000"},
	{"o:microsoft:windows_2003_server", OS_WINDOWS, "windows server 2003"},
	{"o:microsoft:windows_7", OS_WINDOWS, "windows 7"},
	{"o:microsoft:windows_8.1", OS_WINDOWS, "windows 8.1"},
	{"o:microsoft:windows_8", OS_WINDOWS, "windows 8"},
	{"o:microsoft:windows_95", OS_WINDOWS, "windows 95"},
	{"o:microsoft:windows_98", OS_WINDOWS, "windows 98"},
	{"o:microsoft:windows_me", OS_WINDOWS, "windows me"},
	{"o:microsoft:windows_rt", OS_WINDOWS, "windows rt"},
	{"o:microsoft:windows_server_2003", OS_WINDOWS, "windows server 2003"},
	{"o:microsoft:windows_server_2008", OS_WINDOWS, "windows server 2008"},
	{"o:microsoft:windows_server_2012", OS_WINDOWS, "windows server 2012"},
	{"o:microsoft:windows_server_2016", OS_WINDOWS, "windows server 2016"},
	{"o:microsoft:windows_server_2019", OS_WINDOWS, "windows server 2019"},
	{"o:microsoft:windows_server_2022", OS_WINDOWS, "windows server 2022"},
	{"o:microsoft:windows_server_2025", OS_WINDOWS, "windows server 2025"},
	{"o:microsoft:windows_vista", OS_WINDOWS, "windows vista"},
	{"o:microsoft:windows_xp", OS_WINDOWS, "windows xp"},
	{"o:microsoft:windows", OS_WINDOWS, NULL},
	{"o:linux:linux_kernel", OS_LINUX, NULL},
	{"o:debian:debian_linux", OS_LINUX, "debian"},
	{"o:canonical:ubuntu_linux", OS_LINUX, "ubuntu"},
	{"o:raspberrypi:", OS_LINUX, "raspbian"},
	{"o:fedoraproject:fedora", OS_LINUX, "fedora"},
	{"o:redhat:enterprise_linux", OS_LINUX, "rhel"},
	{"o:redhat:linux", OS_LINUX, "red hat linux"},
	{"o:centos:centos", OS_LINUX, "centos"},
	{"o:rockylinux:", OS_LINUX, "rocky"},
	{"o:almalinux:", OS_LINUX, "almalinux"},
	{"o:amazon:linux", OS_LINUX, "amazon"},
	{"o:oracle:linux", OS_LINUX, "oracle"},
	{"o:gentoo:linux", OS_LINUX, "gentoo"},
	{"o:archlinux:", OS_LINUX, "arch"},
	{"o:slackware:", OS_LINUX, "slackware"},
	{"o:mandriva:", OS_LINUX, "mandriva"},
	{"o:mandrakesoft:", OS_LINUX, "mandriva"},
	{"o:opensuse:", OS_LINUX, "suse"},
	{"o:suse:", OS_LINUX, "suse"},
	{"o:novell:suse", OS_LINUX, "suse"},
	{"o:novell:opensuse", OS_LINUX, "suse"},
	{"o:google:android", OS_LINUX, "android"},
	{"o:freebsd:freebsd", OS_UNIX, "freebsd"},
	{"o:alpinelinux:alpine_linux", OS_LINUX, "alpine"},
	{"o:apple:mac", OS_UNIX, "mac"},
	{"o:openbsd:openbsd", OS_UNIX, "openbsd"},
	{"o:netbsd:netbsd", OS_UNIX, "netbsd"},
	{"o:oracle:solaris", OS_UNIX, "solaris"},
	{"o:sun:solaris", OS_UNIX, "solaris"},
	{"o:sun:sunos", OS_UNIX, "solaris"},
	{"o:hp:hp-ux", OS_UNIX, "hp-ux"},
	{"o:ibm:aix", OS_UNIX, "aix"},
	{"o:sgi:irix", OS_UNIX, "irix"},
	{"o:vmware:esx", OS_UNIX, "esx"},
};

enum { PLATFORMS = sizeof(platforms) / sizeof(platforms[0]) };
static_assert(PLATFORMS < 255, "a platform's number is kept in a byte of a criterion's flags");

uint32_t cve_platform(const char *name)
{
	if (name[0] != 'o')
		return 0;
	for (uint32_t i = 0; i < PLATFORMS; i++)
		if (begins(name, platforms[i].name))
			return i + 1;
	return 0;
}

/* The system of the query, as the table names it; NULL: not known. */
static const char *own_system(const struct match_query *q)
{
	const size_t head = strlen("cpe:2.3:");
	uint32_t number = 0;

	if (q->has_distro)
		return strcmp(q->id->distro, "opensuse") == 0 ? "suse" : q->id->distro;
	if (q->id->os_confidence >= MATCH_QUERY_OS_SURE && strlen(q->id->os_cpe) > head)
		number = cve_platform(q->id->os_cpe + head);
	return number > 0 ? platforms[number - 1].system : NULL;
}

bool cve_is_general_system(const char *name)
{
	return cve_platform(name) != 0 && strncmp(name, "o:vmware:", 9) != 0;
}

static enum truth os_is(const struct match_query *q, enum os_family os, const char *system)
{
	const char *own;

	if (q->os == OS_UNKNOWN)
		return TRUTH_UNKNOWN;
	if ((os == OS_WINDOWS) != (q->os == OS_WINDOWS))
		return TRUTH_NO;
	if (q->os == OS_LINUX && os == OS_UNIX)
		return TRUTH_NO;
	if (system == NULL)
		return os == q->os ? TRUTH_YES : TRUTH_UNKNOWN;
	own = own_system(q);
	if (own == NULL)
		return TRUTH_UNKNOWN;
	return strcmp(own, system) == 0 ? TRUTH_YES : TRUTH_NO;
}

/* Whether a device is there: "h:hp:x" is if the query has its firmware, "o:hp:x_firmware". */
static enum truth hardware(const struct match_query *q, const char *name)
{
	if (name[0] != 'h')
		return TRUTH_UNKNOWN;
	for (size_t i = 0; i < q->products; i++) {
		const struct cpe *c = &q->product[i].cpe;
		char firmware[VD_CPE_LEN * 2], wanted[VD_CPE_LEN * 2];

		if (cpe_get(c, CPE_PART)[0] != 'o')
			continue;
		snprintf(firmware, sizeof(firmware), "%s:%s", cpe_get(c, CPE_VENDOR),
		         cpe_get(c, CPE_PRODUCT));
		snprintf(wanted, sizeof(wanted), "%.190s_firmware", name + 2);
		if (strcmp(firmware, wanted) == 0)
			return TRUTH_YES;
	}
	return TRUTH_UNKNOWN;
}

static enum truth platform(const struct match_query *q, const struct db_crit *c)
{
	uint32_t number = c->flags / DB_C_PLATFORM;
	const struct platform *p;
	enum truth t;

	if (number == 0 || number > PLATFORMS)
		return q->has_firmware ? hardware(q, db_text(q->db, c->name)) : TRUTH_UNKNOWN;
	p = &platforms[number - 1];
	t = os_is(q, p->os, p->system);
	if (t != TRUTH_YES || (c->flags & (DB_C_ANY | DB_C_NA)))
		return t;
	/* The criterion names a release of the platform, which is known for a distribution, but not
	 * for a kernel or Windows. */
	if (p->system == NULL || !q->has_distro || !q->has_release || !(c->flags & DB_C_EXACT))
		return TRUTH_UNKNOWN;
	return begins(db_text(q->db, c->lo_text), q->release) ? TRUTH_YES : TRUTH_NO;
}

/* ---- qualifiers ---- */

struct target {
	const char *name;
	bool nothing; /* names a package ecosystem, which restricts nothing */
	enum os_family os;
};

static const struct target targets[] = {
	{"maven", true, OS_UNKNOWN},       {"go", true, OS_UNKNOWN},
	{"node.js", true, OS_UNKNOWN},     {"nodejs", true, OS_UNKNOWN},
	{"python", true, OS_UNKNOWN},      {"ruby", true, OS_UNKNOWN},
	{"rust", true, OS_UNKNOWN},        {"-", true, OS_UNKNOWN},
	{"windows", false, OS_WINDOWS},    {"linux", false, OS_LINUX},
	{"linux_kernel", false, OS_LINUX}, {"unix", false, OS_UNIX},
};

static enum truth target_sw(const struct match_query *q, const char *name)
{
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		if (strcmp(targets[i].name, name) != 0)
			continue;
		if (targets[i].nothing)
			return TRUTH_YES;
		if (targets[i].os == OS_UNIX && q->os != OS_UNKNOWN)
			return q->os != OS_WINDOWS ? TRUTH_YES : TRUTH_NO;
		return os_is(q, targets[i].os, NULL);
	}
	return TRUTH_UNKNOWN;
}

/* Decide an edition that the version itself shows. False: the version does not show it. */
static bool edition_by_version(const struct match_query *q, const struct match_query_product *p,
                               const struct db_crit *c, const char *edition, enum truth *out)
{
	const char *name = db_text(q->db, c->name);
	bool preview = strcmp(edition, "supported_preview") == 0;

	if ((preview || strcmp(edition, "stable") == 0) && begins(name, "a:isc:")) {
		/* BIND appends "-S1" to the version of a preview edition. */
		*out = (strchr(p->version.update, 's') != NULL) == preview ? TRUTH_YES : TRUTH_NO;
		return true;
	}
	if (begins(name, "a:jenkins:jenkins") && p->has_version) {
		/* Jenkins' long-term releases have three numbers, the weekly ones two. */
		*out = (strcmp(edition, "lts") == 0) == (p->version.comps >= 3) ? TRUTH_YES
		                                                                : TRUTH_NO;
		return true;
	}
	return false;
}

static enum truth edition_fit(const struct match_query *q, const struct match_query_product *p,
                              const struct db_crit *c, const char *edition, uint8_t *covers)
{
	const char *own = cpe_get(&p->cpe, CPE_SW_EDITION);
	enum truth t;

	if (strcmp(own, "*") != 0)
		return strcmp(own, edition) == 0 ? TRUTH_YES : TRUTH_NO;
	if (edition_by_version(q, p, c, edition, &t))
		return t;
	if (strcmp(edition, "-") == 0)
		return TRUTH_YES;
	if (strcmp(edition, "community") == 0)
		*covers = 1;
	if (strcmp(edition, "enterprise") == 0)
		*covers = 2;
	return TRUTH_UNKNOWN;
}

static void restrict_to(struct cve_fit *f, enum truth t, uint8_t why)
{
	if (t >= f->truth)
		return;
	f->truth = t;
	f->why = why;
}

static void qualify(const struct match_query *q, const struct match_query_product *p,
                    const struct db_crit *c, struct cve_fit *f)
{
	const struct db_qual *qual = (const struct db_qual *)q->db->table[DB_QUAL].data + c->qual;
	uint8_t covers = 0;
	enum truth t;

	if (qual->sw_edition != 0) {
		t = edition_fit(q, p, c, db_text(q->db, qual->sw_edition), &covers);
		/* The sibling edition can only settle the verdict if the edition is the only
		 * doubt. */
		f->edition = f->truth == TRUTH_YES ? covers : 0;
		restrict_to(f, t, WHY_EDITION);
	}
	if (qual->edition != 0 && strcmp(db_text(q->db, qual->edition), "-") != 0)
		restrict_to(f, TRUTH_UNKNOWN, WHY_EDITION);
	if (qual->language != 0 && strcmp(db_text(q->db, qual->language), "-") != 0)
		restrict_to(f, TRUTH_UNKNOWN, WHY_EDITION);
	if (qual->target_sw != 0)
		restrict_to(f, target_sw(q, db_text(q->db, qual->target_sw)), WHY_PLATFORM);
	if (qual->target_hw != 0 && strcmp(db_text(q->db, qual->target_hw), "-") != 0)
		restrict_to(f, TRUTH_UNKNOWN, WHY_PLATFORM);
}

struct cve_fit cve_criterion(const struct match_query *q, const struct match_query_product *p,
                             const struct db_crit *c)
{
	struct cve_fit f = version_range_fit(q, p, c);

	if (f.truth != TRUTH_NO && (c->flags & DB_C_QUAL))
		qualify(q, p, c, &f);
	return f;
}

/* ---- configurations ---- */

static enum truth criterion_truth(const struct match_query *q, const struct db_crit *c)
{
	const struct match_query_product *p = match_query_product_of(q, c->group);
	enum truth t = TRUTH_UNKNOWN;

	if (p == NULL)
		return platform(q, c);
	/* As a platform, "-" and "*" only require that the product is there. */
	if (c->flags & (DB_C_ANY | DB_C_NA))
		return TRUTH_YES;
	if (p->has_version)
		t = cve_criterion(q, p, c).truth;
	return t;
}

static enum truth node_truth(const struct match_query *q, const struct db_node *n)
{
	enum truth t = n->op == DB_AND ? TRUTH_YES : TRUTH_NO;

	/* the value that no further criterion can change */
	const enum truth settled = n->op == DB_AND ? TRUTH_NO : TRUTH_YES;

	for (uint32_t i = 0; i < n->crits && t != settled; i++) {
		enum truth one = criterion_truth(q, &db_crits(q->db)[n->crit + i]);

		t = n->op == DB_AND ? both(t, one) : either(t, one);
	}
	return n->negate ? invert(t) : t;
}

/* The truth of the node that the criterion @hit belongs to; @t is the truth of @hit. The other
 * criteria matter in an AND only. */
static enum truth own_node(const struct match_query *q, const struct db_node *n,
                           const struct db_crit *hit, enum truth t)
{
	const struct db_crit *all = db_crits(q->db) + n->crit;

	for (uint32_t i = 0; i < n->crits && n->op == DB_AND; i++)
		if (&all[i] != hit)
			t = both(t, criterion_truth(q, &all[i]));
	return n->negate ? invert(t) : t;
}

struct cve_fit cve_configuration(const struct match_query *q, const struct match_query_product *p,
                                 const struct db_crit *c)
{
	struct cve_fit f = cve_criterion(q, p, c);
	const struct db_node *node = &db_nodes(q->db)[c->node];
	const struct db_conf *conf = &db_confs(q->db)[node->conf];
	const struct db_node *nodes = db_nodes(q->db) + conf->node;
	enum truth t;

	if (f.truth == TRUTH_NO)
		return f;
	t = own_node(q, node, c, f.truth);
	for (uint32_t i = 0; i < conf->nodes && conf->op == DB_AND; i++)
		if (&nodes[i] != node)
			t = both(t, node_truth(q, &nodes[i]));
	if (conf->negate)
		t = invert(t);
	if (t != f.truth) {
		f.edition = 0;
		f.why = t == TRUTH_UNKNOWN ? WHY_PLATFORM : WHY_NOTHING;
	}
	f.truth = t;
	return f;
}
