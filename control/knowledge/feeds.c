/* SPDX-License-Identifier: Apache-2.0 */
/* feeds.c - the feeds that `sonde vulndb update` fetches without being told any, and where they are. */
#include "feeds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"

/* The NVD puts all CVEs before 2003 into the file of 2002. */
enum { FIRST_YEAR = 2002 };

#define NVD_NAME "nvdcve-2.0-%u.json.gz"
#define NVD_FOLDER "https://nvd.nist.gov/feeds/json/cve/2.0/"
#define OSV "https://osv-vulnerabilities.storage.googleapis.com/"

static const struct feed {
	const char *name; /* on a mirror */
	const char *url;
} feeds[] = {
	{"known_exploited_vulnerabilities.json",
         "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"},
	{"epss_scores-current.csv.gz",
         "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"},
	{"debian-tracker.json", "https://security-tracker.debian.org/tracker/data/json"},
	{"osv-ubuntu.zip", OSV "Ubuntu/all.zip"},
	{"osv-alpine.zip", OSV "Alpine/all.zip"},
	{"osv-rocky.zip", OSV "Rocky%20Linux/all.zip"},
	{"osv-almalinux.zip", OSV "AlmaLinux/all.zip"},
	/* It names the newest archive beside it. */
	{"archive_latest.txt",
         "https://security.access.redhat.com/data/csaf/v2/vex/archive_latest.txt"},
	{"vuln.xml.bz2", "https://vuxml.freebsd.org/freebsd/vuln.xml.bz2"},
	{"csaf-vex.tar.bz2", "https://ftp.suse.com/pub/projects/security/csaf-vex.tar.bz2"},
};

enum { FEEDS = sizeof(feeds) / sizeof(feeds[0]) };

static unsigned years(int64_t now_us)
{
	unsigned year = calendar_date(now_us / (86400 * INT64_C(1000000))).year, n;

	n = year < FIRST_YEAR ? 1 : year - FIRST_YEAR + 1;
	return n < FEEDS_MAX - FEEDS ? n : FEEDS_MAX - FEEDS;
}

void feeds_name(unsigned i, int64_t now_us, char out[64])
{
	unsigned n = years(now_us);

	out[0] = '\0';
	if (i < n)
		snprintf(out, 64, NVD_NAME, FIRST_YEAR + i);
	else if (i - n < FEEDS)
		snprintf(out, 64, "%s", feeds[i - n].name);
}

int feeds_list(const char *mirror, int64_t now_us, struct feeds *out)
{
	size_t len = mirror == NULL ? 0 : strlen(mirror);
	unsigned n = years(now_us);

	if (len > FEEDS_URL - 66)
		return -EINVAL;
	while (len > 0 && mirror[len - 1] == '/')
		len--;
	for (out->count = 0; out->count < n + FEEDS; out->count++) {
		char *url = out->url[out->count], name[64];

		feeds_name(out->count, now_us, name);
		if (mirror != NULL)
			snprintf(url, FEEDS_URL, "%.*s/%s", (int)len, mirror, name);
		else if (out->count < n)
			snprintf(url, FEEDS_URL, NVD_FOLDER "%s", name);
		else
			snprintf(url, FEEDS_URL, "%s", feeds[out->count - n].url);
	}
	return 0;
}
