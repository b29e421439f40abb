/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_match.c - measures lookups per second on one core, by processor time, and the time to open
 * the file.
 *
 * A lookup finds all verdicts of one identity (product, version, distribution and package). Three
 * mixes:
 *
 * 	common  20 services as scans meet them, six of them with their distribution's package
 * 	all     every application of the file that has a version: its lowest, middle and highest
 * 	        one; each as upstream, and, if Debian has a package of it, also as Debian 12's
 * 	        with a revision, and as Ubuntu's without
 * 	told    the versions of the common ones without a package, beside the SSH of each release
 * 	        that ships them: what the host's hint costs
 *
 * "computed" is without the matcher's cache of answers, "remembered" is with it.
 *
 * Usage: bench_match [VULNDB] [-o table|json] [--each]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db.h"
#include "match.h"
#include "vulndb.h"

enum { CAP = 8192, WINDOWS = 15, MIXES = 3 };

static const double WINDOW = 0.2; /* seconds */

static const struct {
	const char *cpe, *distro, *release, *package, *version;
} common[] = {
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

static struct vd_hit hits[CAP];

struct mix {
	const char *name;
	struct vd_identity *ids;
	size_t count, cap;
	size_t products, distros; /* how many there are, how many identities name a distribution */
};

/* Lookups per second. */
struct rates {
	double median, best;
};

struct figures {
	struct rates computed, remembered;
	double verdicts;
};

static struct vd_identity *add(struct mix *m, const char *cpe)
{
	struct error err;

	if (m->count == m->cap) {
		m->cap = m->cap * 2 + 64;
		m->ids = realloc(m->ids, m->cap * sizeof(*m->ids));
		if (m->ids == NULL)
			abort();
	}
	if (vd_identity_from_cpe(cpe, &m->ids[m->count], &err) != 0)
		return NULL;
	return &m->ids[m->count++];
}

static void package(struct mix *m, struct vd_identity *id, const char *const words[4])
{
	char *const to[] = {id->distro, id->distro_release, id->package, id->package_version};
	const size_t sizes[] = {sizeof(id->distro), sizeof(id->distro_release), sizeof(id->package),
	                        sizeof(id->package_version)};

	for (int i = 0; i < 4; i++)
		snprintf(to[i], sizes[i], "%s", words[i]);
	m->distros += words[0][0] != '\0';
}

static void fill_common(struct mix *m)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		package(m, add(m, common[i].cpe),
		        (const char *const[]){common[i].distro, common[i].release,
		                              common[i].package, common[i].version});
	m->products = 15;
}

/* Add a version as upstream and, if it has a package, as Debian's with a revision and Ubuntu's
 * without. */
static void add_version(struct mix *m, const char *name, const char *version, const char *packages)
{
	char cpe[256], one[64], revision[96];

	snprintf(cpe, sizeof(cpe), "cpe:2.3:%.120s:%.60s", name, version);
	snprintf(one, sizeof(one), "%.*s", (int)strcspn(packages, " "), packages);
	snprintf(revision, sizeof(revision), "%.60s-1", version);
	if (add(m, cpe) == NULL || one[0] == '\0')
		return;
	package(m, add(m, cpe), (const char *const[]){"debian", "12", one, revision});
	package(m, add(m, cpe), (const char *const[]){"ubuntu", "22.04", one, ""});
}

static void fill_all(struct mix *m, const struct vulndb *db)
{
	const struct db_name *names = db->table[DB_NAME].data;
	const struct db_exact *exacts = db->table[DB_EXACT].data;

	for (uint32_t i = 0; i < db->table[DB_NAME].count; i++) {
		const char *name = db_text(db, names[i].text);
		const struct db_group *g = &db_groups(db)[names[i].group];

		if (names[i].text == 0 || strncmp(name, "a:", 2) != 0 || g->exacts == 0)
			continue;
		m->products++;
		for (uint32_t k = 0; k < 3; k++) {
			const struct db_exact *e =
				&exacts[g->exact + (uint64_t)(g->exacts - 1) * k / 2];

			add_version(m, name, db_text(db, db_crits(db)[e->crit].lo_text),
			            db_text(db, g->packages));
		}
	}
	/* Shuffle: identities that are neighbours in the file are not neighbours in a network. */
	for (size_t i = m->count; i > 1; i--) {
		size_t k = (size_t)(((uint64_t)i * 2654435761U >> 7) % i);
		struct vd_identity swap = m->ids[i - 1];

		m->ids[i - 1] = m->ids[k];
		m->ids[k] = swap;
	}
}

/* Add the bare version of a common service for each release that ships it. */
static void fill_told(struct mix *m, const struct vulndb *db, struct vd_scratch *s)
{
	static const struct vd_hint releases[] = {
		{"debian", "10", 22, 6},    {"debian", "11", 22, 6},    {"debian", "12", 22, 6},
		{"ubuntu", "20.04", 22, 6}, {"ubuntu", "22.04", 22, 6}, {"ubuntu", "24.04", 22, 6},
	};

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		for (size_t k = 0; k < sizeof(releases) / sizeof(releases[0]); k++) {
			struct vd_identity *id = add(m, common[i].cpe);

			snprintf(id->rule, sizeof(id->rule), "bench");
			if (vulndb_hint(db, s, id, &releases[k]) != 0)
				abort();
			if (id->hint.port == 0)
				m->count--;
		}
	m->distros = m->count;
	m->products = 15;
}

/* The processor time of this process in seconds, which leaves out what else the machine does. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Run whole rounds of the mix for at least WINDOW seconds; returns lookups per second. */
static double window(const struct vulndb *db, struct vd_scratch *s, const struct mix *m,
                     double *per)
{
	double start = now(), took;
	size_t n = 0, found = 0;

	do {
		for (size_t i = 0; i < m->count; i++, n++)
			found += vulndb_match(db, s, &m->ids[i], hits, CAP);
		took = now() - start;
	} while (took < WINDOW);
	*per = (double)found / (double)n;
	return (double)n / took;
}

static int by_rate(const void *p, const void *q)
{
	const double *a = p, *b = q;

	return (*a > *b) - (*a < *b);
}

/* The median and the best of several windows: other load on the machine can only slow a window
 * down, by taking caches away. */
static struct rates run(const struct vulndb *db, struct vd_scratch *s, const struct mix *m,
                        double *per)
{
	double all[WINDOWS];

	window(db, s, m, per);
	for (int i = 0; i < WINDOWS; i++)
		all[i] = window(db, s, m, per);
	qsort(all, WINDOWS, sizeof(all[0]), by_rate);
	return (struct rates){all[WINDOWS / 2], all[WINDOWS - 1]};
}

static struct figures measure(const struct vulndb *db, struct vd_scratch *s, const struct mix *m)
{
	struct figures f;

	match_scratch_forget(s->match, true);
	f.computed = run(db, s, m, &f.verdicts);
	match_scratch_forget(s->match, false);
	f.remembered = run(db, s, m, &f.verdicts);
	return f;
}

static void each(const struct vulndb *db, struct vd_scratch *s, const struct mix *m)
{
	match_scratch_forget(s->match, true);
	for (size_t i = 0; i < m->count; i++) {
		struct mix one = {.ids = &m->ids[i], .count = 1};
		double verdicts, rate = window(db, s, &one, &verdicts);

		printf("  %-44s %9.0f/s %6.0f verdicts\n", m->ids[i].cpe[0], rate, verdicts);
	}
}

static void print(const struct mix *m, const struct figures *f, bool json)
{
	const char *format =
		json ? "{\"mix\":\"%s\",\"products\":%zu,\"identities\":%zu,\"with_distribution\":%"
		       "zu,"
		       "\"verdicts_per_lookup\":%.1f,\"computed_per_s\":%.0f,\"computed_best_per_"
		       "s\":%.0f,"
		       "\"remembered_per_s\":%.0f,\"remembered_best_per_s\":%.0f}"
		     : "mix %s: %zu products, %zu identities (%zu of a distribution), %.1f "
		       "verdicts a lookup:\n"
		       "  computed %.0f lookups/s (best window %.0f), remembered %.0f/s (%.0f)\n";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	printf(format, m->name, m->products, m->count, m->distros, f->verdicts, f->computed.median,
	       f->computed.best, f->remembered.median, f->remembered.best);
#pragma GCC diagnostic pop
}

static int usage(const char *name)
{
	fprintf(stderr, "usage: %s [VULNDB] [-o table|json] [--each]\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	struct mix mixes[MIXES] = {{.name = "common"}, {.name = "all"}, {.name = "told"}};
	bool json = false, single = false;
	const char *path = NULL;
	struct vd_scratch *s;
	struct vulndb *db;
	struct error err;
	double start, opened;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
			json = strcmp(argv[++i], "json") == 0;
		else if (strcmp(argv[i], "--each") == 0)
			single = true;
		else if (argv[i][0] != '-')
			path = argv[i];
		else
			return usage(argv[0]);
	}
	start = now();
	if (vulndb_open(path, &db, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	opened = now() - start;
	s = vd_scratch_new(db);
	fill_common(&mixes[0]);
	fill_all(&mixes[1], db);
	fill_told(&mixes[2], db, s);
	printf(json ? "{\"open_ms\":%.3f,\"mixes\":[" : "open %.3f ms\n", opened * 1e3);
	for (int i = 0; i < MIXES; i++) {
		struct figures f = measure(db, s, &mixes[i]);

		printf("%s", json && i > 0 ? "," : "");
		print(&mixes[i], &f, json);
	}
	printf("%s", json ? "]}\n" : "");
	if (single)
		each(db, s, &mixes[0]);
	vd_scratch_free(s);
	vulndb_close(db);
	for (int i = 0; i < MIXES; i++)
		free(mixes[i].ids);
	return 0;
}
