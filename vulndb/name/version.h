/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.h - the order of version texts: NVD's many shapes, and the package managers' own.
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
 * A version as two keys that sort with strcmp(): the release proper ("1.0.1f") and its update
 * ("p1", "rc2"). Pre-releases sort below no update, patches above it; a letter sorts above its
 * absence and below a further number. Trailing zeros mean nothing: 1.0 is 1.0.0.
 */
struct version {
	char base[VERSION_BASE];
	char update[VERSION_UPDATE];
	uint8_t comps; /* numbers before the first letter */
	bool odd;      /* understood in part only: "6.2.*", "lts_2.414.1" */
	bool date;     /* "2021-03-01", "20210301" */
};

/* Read a version. False where @text is none at all ("", "latest", a commit id); *@out is filled
 * anyhow. */
bool version_parse(const char *text, size_t len, struct version *out);
/* A version and CPE's update attribute as one text: "9.2" and "p1" -> "9.2p1"; "*" and "-" add
 * nothing. */
void version_join(char *out, size_t size, const char *version, const char *update);
bool version_has_update(const struct version *v);
/* < 0, 0, > 0. A total preorder. */
int version_cmp(const struct version *a, const struct version *b);
/* True where @v stands for everything that begins with it: @key is @v's base and then a further
 * number. */
bool version_extends(const char *key, const char *base);

/* Debian policy 5.6.12: [epoch:]upstream[-revision]. */
int version_dpkg_cmp(const char *a, const char *b);
/* The same for the upstream parts alone, epochs left out. */
int version_dpkg_upstream_cmp(const char *a, const char *b);
/* RPM: [epoch:]version[-release], with ~ and ^. */
int version_rpm_cmp(const char *a, const char *b);
/* Alpine: number{.number}[letter]{_suffix[number]}[-r number]. What is none sorts below what is. */
int version_apk_cmp(const char *a, const char *b);

/* The package order of a distribution ("debian", "alpine", "rocky", ...); dpkg where it is not
 * known. */
typedef int (*version_order)(const char *a, const char *b);
version_order version_order_of(const char *distro);

#endif
