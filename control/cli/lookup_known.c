/* SPDX-License-Identifier: Apache-2.0 */
/* lookup_known.c - whether the knowledge file can answer for a distribution, a release, a package. */
#include "lookup_known.h"

#include <stdio.h>
#include <string.h>

#include "cmd.h"

/* A list of names for a message, each of them once. */
struct names {
	char text[300];
};

static bool has(const struct names *n, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = n->text; (at = strstr(at, name)) != NULL; at++)
		if ((at == n->text || at[-1] == ' ') && (at[len] == '\0' || at[len] == ','))
			return true;
	return false;
}

static void add(struct names *n, const char *name)
{
	size_t len = strlen(n->text);

	if (has(n, name))
		return;
	if (len + strlen(name) + 3 < sizeof(n->text))
		snprintf(n->text + len, sizeof(n->text) - len, "%s%s", len > 0 ? ", " : "", name);
}

struct known {
	const struct vd_identity *id;
	const char *distro; /* whose data is used: vd_distro_source() */
	bool has_distro, has_release, has_package;
	struct names releases; /* "debian:12", of all distributions, or of the one */
	struct names similar;  /* packages of the release with a similar name */
};

/* Whether one of two names of packages begins with the other: "openssh" and "openssh-server". */
static bool is_similar(const char *a, const char *b)
{
	size_t n = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

	return n > 1 && strncmp(a, b, n) == 0;
}

static bool note(void *arg, const char *distro, const char *release, const char *package)
{
	struct known *k = arg;
	char name[40];

	snprintf(name, sizeof(name), "%.16s:%.16s", distro, release);
	if (strcmp(distro, k->distro) == 0 && !k->has_distro) {
		k->has_distro = true;
		memset(&k->releases, 0, sizeof(k->releases)); /* name only those of the one */
	}
	if (strcmp(distro, k->distro) != 0) {
		if (!k->has_distro)
			add(&k->releases, name);
		return true;
	}
	add(&k->releases, name);
	if (strcmp(release, k->id->distro_release) != 0)
		return true;
	k->has_release = true;
	k->has_package = k->has_package || strcmp(package, k->id->package) == 0;
	if (is_similar(package, k->id->package))
		add(&k->similar, package);
	return true;
}

static int no_release(const struct known *k, bool others)
{
	const char *list = k->releases.text[0] != '\0' ? k->releases.text : "none";

	if (others && vd_distro(k->id->distro)) {
		fprintf(stderr,
		        "no data of %s:%s is loaded, so its fixes are not known; loaded: %s\n",
		        k->id->distro, k->id->distro_release, list);
		return CMD_OK;
	}
	return cmd_fail(CMD_NOTHING, "%s:%s: no data of this %s is loaded; loaded: %s",
	                k->id->distro, k->id->distro_release,
	                k->has_distro ? "release" : "distribution", list);
}

int lookup_known(const struct vulndb *db, const struct vd_identity *id, bool others)
{
	struct known k = {.id = id, .distro = vd_distro_source(id->distro)};

	if (id->distro[0] == '\0')
		return CMD_OK;
	vulndb_packages(db, note, &k);
	if (!k.has_release)
		return no_release(&k, others);
	if (id->package[0] == '\0' || k.has_package)
		return CMD_OK;
	return cmd_fail(CMD_NOTHING,
	                "%s: no source package of %s:%s with a known CVE has this name; source "
	                "packages are meant, not binary ones%s%s",
	                id->package, id->distro, id->distro_release,
	                k.similar.text[0] != '\0' ? ": " : "", k.similar.text);
}
