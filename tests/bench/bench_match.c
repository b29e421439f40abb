/* SPDX-License-Identifier: Apache-2.0 */
/* bench_match.c - lookups a second on one core, with and without remembered answers; time to open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db.h"
#include "match.h"
#include "vulndb.h"

enum { CAP = 8192, SECONDS = 2 };

static const struct {
	const char *cpe, *distro, *release, *package, *version;
} mix[] = {
	{"cpe:2.3:a:openbsd:openssh:9.2:p1", "debian", "12", "openssh", "1:9.2p1-2+deb12u3"},
	{"cpe:2.3:a:openbsd:openssh:8.4:p1", "debian", "11", "openssh", "1:8.4p1-5+deb11u3"},
	{"cpe:2.3:a:openbsd:openssh:7.4", "", "", "", ""},
	{"cpe:2.3:a:f5:nginx:1.18.0", "ubuntu", "", "nginx", ""},
	{"cpe:2.3:a:f5:nginx:1.24.0", "", "", "", ""},
	{"cpe:2.3:a:apache:http_server:2.4.49", "", "", "", ""},
	{"cpe:2.3:a:apache:http_server:2.4.57", "debian", "12", "apache2", "2.4.57-2"},
	{"cpe:2.3:a:exim:exim:4.96", "debian", "12", "exim4", "4.96-15+deb12u4"},
	{"cpe:2.3:a:postfix:postfix:3.7.6", "", "", "", ""},
	{"cpe:2.3:a:redis:redis:6.0.16", "", "", "", ""},
	{"cpe:2.3:a:vsftpd_project:vsftpd:3.0.3", "", "", "", ""},
	{"cpe:2.3:a:proftpd:proftpd:1.3.5", "", "", "", ""},
	{"cpe:2.3:a:isc:bind:9.16.44", "debian", "11", "bind9", "1:9.16.44-1~deb11u1"},
	{"cpe:2.3:a:mariadb:mariadb:10.11.6", "", "", "", ""},
	{"cpe:2.3:a:oracle:mysql:5.7.33", "", "", "", ""},
	{"cpe:2.3:a:php:php:7.4.3", "", "", "", ""},
	{"cpe:2.3:a:openssl:openssl:1.0.1f", "", "", "", ""},
	{"cpe:2.3:a:samba:samba:4.13.13", "", "", "", ""},
	{"cpe:2.3:a:lighttpd:lighttpd:1.4.59", "", "", "", ""},
	{"cpe:2.3:a:dovecot:dovecot:2.3.13", "", "", "", ""},
};

enum { MIX = sizeof(mix) / sizeof(mix[0]) };

static struct vd_hit hits[CAP];

/* Processor time: what else the machine does is left out. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double run(const struct vulndb *db, struct vd_scratch *s, const struct vd_identity *ids,
		  size_t count, double *per)
{
	double start = now(), took;
	size_t n = 0, found = 0;

	do {
		for (size_t i = 0; i < 1000; i++, n++)
			found += vulndb_match(db, s, &ids[n % count], hits, CAP);
		took = now() - start;
	} while (took < SECONDS);
	*per = (double)found / (double)n;
	return (double)n / took;
}

int main(int argc, char **argv)
{
	static struct vd_identity ids[MIX];
	struct vd_scratch *s;
	struct vulndb *db;
	struct vd_error err;
	double start = now(), opened, uncached, cached, per;

	if (vulndb_open(argc > 1 ? argv[1] : NULL, &db, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	opened = now() - start;
	s = vd_scratch_new(db);
	for (size_t i = 0; i < MIX; i++) {
		vd_identity_from_cpe(mix[i].cpe, &ids[i], &err);
		snprintf(ids[i].distro, sizeof(ids[i].distro), "%s", mix[i].distro);
		snprintf(ids[i].distro_release, sizeof(ids[i].distro_release), "%s", mix[i].release);
		snprintf(ids[i].package, sizeof(ids[i].package), "%s", mix[i].package);
		snprintf(ids[i].package_version, sizeof(ids[i].package_version), "%s",
			 mix[i].version);
	}
	match_scratch_forget(s->match, true);
	uncached = run(db, s, ids, MIX, &per);
	if (getenv("VERBOSE") != NULL)
		for (size_t i = 0; i < MIX; i++) {
			double each, rate = run(db, s, &ids[i], 1, &each);

			printf("  %-44s %9.0f/s %6.0f hits\n", mix[i].cpe, rate, each);
		}
	match_scratch_forget(s->match, false);
	cached = run(db, s, ids, MIX, &per);
	printf("open %.3f ms; %.1f verdicts a lookup; %.0f lookups/s computed, %.0f/s remembered (%.1f x)\n",
	       opened * 1e3, per, uncached, cached, cached / uncached);
	vd_scratch_free(s);
	vulndb_close(db);
	return 0;
}
