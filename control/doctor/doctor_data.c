/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_data.c - checks the files that a scan reads and writes: the knowledge and the database. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "calendar.h"
#include "doctor.h"
#include "store.h"
#include "timetext.h"
#include "vulndb.h"

static const int64_t day_us = 86400 * 1000000ll;

enum { OLD_DAYS = 30 };

/* ---- the knowledge --------------------------------------------------------------------------- */

/* Append "NAME of DATE" to @out for each source that is older than OLD_DAYS. @sources has a line for
 * each, which begins with its name and its date. */
static void list_old(const char *sources, int64_t now_us, char *out, size_t size)
{
	for (size_t n; *sources != '\0'; sources += n + (sources[n] == '\n')) {
		char name[48], date[11];
		size_t len = strlen(out);
		int64_t us;

		n = strcspn(sources, "\n");
		if (sscanf(sources, "%47[^,\n], %10[0-9-]", name, date) != 2 ||
		    !timetext_parse(date, &us) || now_us - us < OLD_DAYS * day_us)
			continue;
		snprintf(out + len, size - len, "%s%s of %s", len > 0 ? ", " : "", name, date);
	}
}

void doctor_knowledge(struct doctor *d, const char *path, int64_t now_us)
{
	struct error err = {""};
	struct vulndb_info info;
	struct vulndb *db;
	char old[200] = "", built[CALENDAR_TEXT];

	if (vulndb_open(path, &db, &err) < 0) {
		doctor_mend(doctor_add(d, DOCTOR_WARN, "knowledge", "%.300s", err.text),
		            "--vulndb FILE or SONDE_VULNDB names another; without one, a scan "
		            "judges nothing");
		return;
	}
	vulndb_describe(db, &info);
	vulndb_close(db);
	list_old(info.sources, now_us, old, sizeof(old));
	if (old[0] == '\0') {
		doctor_add(d, DOCTOR_OK, "knowledge", "%.200s: %u CVEs, built %.10s", info.path,
		           info.cves, calendar_format(info.built_us, built));
		return;
	}
	doctor_mend(doctor_add(d, DOCTOR_WARN, "knowledge", "%.120s is old: %s", info.path, old),
	            "sonde vulndb update fetches newer feeds");
}

/* ---- the database ---------------------------------------------------------------------------- */

/* Say how much room the disk of @dir has, or of the folder that is to hold it. */
static void room(struct doctor *d, const char *dir)
{
	const uint64_t least = 1ull << 30;
	char path[4096];
	struct statvfs v;
	uint64_t unused;

	snprintf(path, sizeof(path), "%s", dir);
	while (statvfs(path, &v) != 0) {
		char *slash = strrchr(path, '/');

		if (errno != ENOENT || slash == NULL)
			return;
		slash[slash == path] = '\0';
	}
	unused = (uint64_t)v.f_bavail * v.f_frsize;
	doctor_add(d, unused >= least ? DOCTOR_OK : DOCTOR_WARN, "disk",
	           "%llu MiB free at %.200s%s", (unsigned long long)(unused >> 20), path,
	           unused >= least ? "" : ": a database takes about 3 KiB a service");
}

static void described(struct doctor *d, const char *dir, struct store *s)
{
	if (access(dir, W_OK) == 0)
		doctor_add(d, DOCTOR_OK, "database", "%.200s: %zu services", dir,
		           store_service_count(s));
	else
		doctor_mend(doctor_add(d, DOCTOR_WARN, "database",
		                       "%.200s: it can be read, and not be written", dir),
		            "be the user who owns it, or name another with --db");
}

void doctor_database(struct doctor *d, const char *dir)
{
	struct error err = {""};
	struct store *s;
	int ret = store_open(dir, STORE_READ, &s, &err);

	if (ret == 0) {
		described(d, dir, s);
		store_close(s);
	} else if (ret == -ENOENT) {
		doctor_add(d, DOCTOR_OK, "database", "none at %.200s yet: a scan makes it", dir);
	} else {
		doctor_mend(doctor_add(d, DOCTOR_FAIL, "database", "%.330s", err.text),
		            "name another with --db or SONDE_DB");
	}
	room(d, dir);
}
