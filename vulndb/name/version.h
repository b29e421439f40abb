/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.h - the order of version texts: upstream versions in the many forms of NVD, and package
 * versions as each package manager orders them.
 *
 * Every function here is pure, reads hostile text and allocates nothing.
 */
#ifndef SONDE_VULNDB_VERSION_H
#define SONDE_VULNDB_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VERSION_BASE = 96, VERSION_UPDATE = 64 };

/*
 * A version as two keys, each of which sorts with strcmp(): @base for the release proper ("1.0.1f")
 * and @update for its update ("p1", "rc2"). A pre-release sorts below a version without an update,
 * and a patch above it. In @base a letter sorts above its absence and below a further number:
 * 1.0 < 1.0a < 1.0.1. Trailing zeros mean nothing: 1.0 equals 1.0.0.
 */
struct version {
	char base[VERSION_BASE];
	char update[VERSION_UPDATE];
	uint8_t comps; /* numbers before the first letter */
	uint8_t zeros; /* zeros at the end, which the key in @base leaves out: 1 in "2.0" */
	bool odd;      /* only a part of it was understood: "6.2.*", "lts_2.414.1" */
	bool date;     /* it has the form of a date: "2021-03-01", "20210301" */
};

/* Parse @len bytes of @text into *@out. False where the text is no version at all ("", "latest", a
 * commit id); *@out is filled then, too: it equals only the same text and sorts above all
 * versions. */
bool version_parse(const char *text, size_t len, struct version *out);
/* Write a version and CPE's update attribute to @out as one text, cut to @size: "9.2" and "p1"
 * become "9.2p1". The updates "*" and "-" add nothing. */
void version_join(char *out, size_t size, const char *version, const char *update);
bool version_has_update(const struct version *v);
/* Compare two versions: < 0, 0 or > 0 where @a is older than, equal to or newer than @b. The order
 * is a total preorder. */
int version_cmp(const struct version *a, const struct version *b);
/* True if the version with the key @key begins with the numbers of @v and has further ones: 2.4.1
 * extends 2.4; 2.0.1 extends 2.0, and 2.4.1 does not. Pure. */
bool version_extends(const char *key, const struct version *v);

/* Compare Debian package versions, [epoch:]upstream[-revision] (Debian policy 5.6.12):
 * < 0, 0, > 0. */
int version_dpkg_cmp(const char *a, const char *b);
/* The same for the upstream parts alone: epochs and revisions do not count. */
int version_dpkg_upstream_cmp(const char *a, const char *b);
/* Compare RPM package versions, [epoch:]version[-release]: < 0, 0, > 0. "~" sorts below everything,
 * even the end; "^" sorts above the end and below everything else. */
int version_rpm_cmp(const char *a, const char *b);
/* Whether two RPM package versions can follow each other: packages of modules are built for several
 * streams of a product at once, each with major and minor numbers of its own. Packages of no module
 * always can. */
bool version_rpm_same_stream(const char *a, const char *b);
/* Compare Alpine package versions, number{.number}[letter]{_suffix[number]}[-r number]:
 * < 0, 0, > 0. A text of another form sorts below every valid version. */
int version_apk_cmp(const char *a, const char *b);

/* Compare FreeBSD package versions, version[_revision][,epoch]: < 0, 0, > 0. With ">" before it a
 * version stands for what comes next behind it, whatever that is. */
int version_freebsd_cmp(const char *a, const char *b);
/* Whether it is the first package of its upstream version: every other one is newer. */
bool version_freebsd_is_first(const char *version);

/* Parse the upstream part of a package's version, of whatever package manager. */
void version_parse_package(const char *package, struct version *out);
/* Compare a product's version with the upstream part of a package's, of whatever package manager:
 * "8.7" < "1:9.2p1-2+deb12u3", "1.3.8" = "1.3.8+dfsg-4". A product's version without an update equals
 * each update of it, because some banners leave it out: "8.7" = "0:8.7p1-38.el9", "9.6p1" =
 * "9.6_p1-r1". */
int version_package_cmp(const char *version, const char *package);
/* The same of a version that is parsed. */
int version_stated_cmp(const struct version *version, const char *package);

/* The function that compares the package versions of a distribution ("debian", "alpine", "rocky",
 * ...); version_dpkg_cmp() for an unknown distribution. */
typedef int (*version_order)(const char *a, const char *b);
version_order version_order_of(const char *distro);

#endif
