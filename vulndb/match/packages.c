/* SPDX-License-Identifier: Apache-2.0 */
/* packages.c - lists the packages of which the file has fixes, and the names of releases. */
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "db.h"
#include "distro.h"

static void fold(const char *text, char *out, size_t size)
{
	size_t n = 0;

	for (; n < size - 1 && text[n] != '\0'; n++)
		out[n] = ascii_lower(text[n]);
	out[n] = '\0';
}

void vd_release(const char *distro, const char *name, char out[16])
{
	char d[16], r[16];
	const char *release;

	fold(distro, d, sizeof(d));
	fold(name, r, sizeof(r));
	if (strcmp(d, "raspbian") == 0)
		strcpy(d, "debian");
	release = distro_common_release(d);
	if (release == NULL)
		release = distro_release_of(d, r);
	if (strcmp(d, "opensuse") == 0 && r[0] >= '0' && r[0] <= '9')
		snprintf(out, 16, "leap-%.10s", r);
	else
		snprintf(out, 16, "%s", release != NULL ? release : r);
}

const char *vd_distro_source(const char *distro)
{
	return distro_source(distro);
}

bool vd_distro(const char *name)
{
	char d[16];

	fold(name, d, sizeof(d));
	return distro_is_known(d);
}

void vulndb_packages(const struct vulndb *db,
                     bool (*each)(void *arg, const char *distro, const char *release,
                                  const char *package),
                     void *arg)
{
	const struct db_pkg *pkgs = db->table[DB_PKG].data;

	for (uint32_t i = 0; i < db->table[DB_PKG].count; i++)
		if (!each(arg, db_text(db, pkgs[i].distro), db_text(db, pkgs[i].release),
		          db_text(db, pkgs[i].package)))
			return;
}
