/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_build.c - measures how long and in how much memory the whole NVD becomes a file, and how
 * long the file takes to open.
 *
 * bench_build [-n CVES] FEED: FEED holds lines of {"cve": ...}. They are repeated with other ids
 * and other vendors' names, so that products, versions and texts grow as well, until there are CVES
 * of them (default 300,000).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

#include "unpack.h"
#include "vulndb.h"

enum { LINE = 8 << 20, OPENS = 20 };

/* The output: the scaled feed, packed with zstd. */
struct out {
	FILE *file;
	ZSTD_CCtx *zstd;
	char packed[1 << 17];
};

static void put(struct out *o, const char *data, size_t len, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = {data, len, 0};
	size_t left;

	do {
		ZSTD_outBuffer to = {o->packed, sizeof(o->packed), 0};

		left = ZSTD_compressStream2(o->zstd, &to, &in, end);
		if (ZSTD_isError(left) || fwrite(o->packed, 1, to.pos, o->file) != to.pos)
			exit(1);
	} while (in.pos < in.size || (end == ZSTD_e_end && left > 0));
}

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Write a line with 40 * @round added to the years of its CVE ids and "_ROUND" behind every
 * vendor. */
static void write_line(struct out *out, const char *line, unsigned int round)
{
	static const char id[] = "\"CVE-", name[] = "\"cpe:2.3:";
	const char *at = line, *vendor = strstr(at, name), *cve = strstr(at, id);
	char text[32];
	int n;

	while (vendor != NULL || cve != NULL) {
		bool is_cve = vendor == NULL || (cve != NULL && cve < vendor);
		/* Behind "CVE-, or behind the part, a colon and the vendor. */
		const char *to = is_cve ? cve + sizeof(id) - 1 : vendor + sizeof(name) - 1 + 2;

		if (!is_cve)
			to += strcspn(to, ":\"");
		put(out, at, (size_t)(to - at), ZSTD_e_continue);
		n = 0;
		if (is_cve)
			n = snprintf(text, sizeof(text), "%04lu",
			             strtoul(to, NULL, 10) + 40UL * round);
		else if (round > 0)
			n = snprintf(text, sizeof(text), "_%u", round);
		put(out, text, (size_t)n, ZSTD_e_continue);
		at = to + (is_cve ? strspn(to, "0123456789") : 0);
		if (is_cve)
			cve = strstr(at, id);
		else
			vendor = strstr(at, name);
	}
	put(out, at, strlen(at), ZSTD_e_continue);
}

/* Write the feed once, up to @left records; returns how many records were written. */
static unsigned int write_round(struct out *out, const char *feed, unsigned int round,
                                unsigned int left)
{
	char *line = malloc(LINE), chunk[65536];
	size_t len = 0, n;
	unsigned int count = 0;
	struct unpack *u;

	if (line == NULL || unpack_open(feed, &u) != 0)
		return 0;
	while (count < left && (n = unpack_read(u, chunk, sizeof(chunk))) > 0) {
		for (size_t i = 0; i < n && count < left; i++) {
			if (len < LINE - 2)
				line[len++] = chunk[i];
			if (chunk[i] != '\n')
				continue;
			line[len] = '\0';
			write_line(out, line, round);
			len = 0;
			count++;
		}
	}
	unpack_close(u);
	free(line);
	return count;
}

static bool write_scaled(const char *path, const char *feed, unsigned int cves)
{
	static struct out out;
	unsigned int count = 0, more = 1;

	out.file = fopen(path, "wb");
	out.zstd = ZSTD_createCCtx();
	if (out.file == NULL || out.zstd == NULL)
		return false;
	ZSTD_CCtx_setParameter(out.zstd, ZSTD_c_compressionLevel, 1);
	for (unsigned int round = 0; count < cves && more > 0; round++) {
		more = write_round(&out, feed, round, cves - count);
		count += more;
	}
	put(&out, "", 0, ZSTD_e_end);
	ZSTD_freeCCtx(out.zstd);
	return fclose(out.file) == 0 && count == cves;
}

/* Build in a process of its own, so that its peak memory is that of this build alone. */
static int build(const char *path, const char *feed)
{
	struct vulndb_sources s = {.feeds = &feed, .feed_count = 1};
	struct error err = {""};
	double wall = now(CLOCK_MONOTONIC);
	struct rusage used;
	int status = 1;
	pid_t child = fork();

	if (child == 0) {
		if (vulndb_build(path, &s, &err) != 0)
			fprintf(stderr, "%s\n", err.text);
		_exit(err.text[0] != '\0');
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0)
		return 1;
	printf("build %.1f s (processor %.1f s), peak memory %.0f MiB\n",
	       now(CLOCK_MONOTONIC) - wall,
	       (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 +
	               (double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6,
	       (double)used.ru_maxrss / 1024);
	return 0;
}

static int open_often(const char *path)
{
	struct vulndb_info info;
	struct vulndb *db;
	struct error err;
	double worst = 0, least = 1e9;

	for (int i = 0; i < OPENS; i++) {
		double start = now(CLOCK_MONOTONIC), took;

		if (vulndb_open(path, &db, &err) != 0) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		took = now(CLOCK_MONOTONIC) - start;
		worst = took > worst ? took : worst;
		least = took < least ? took : least;
		vulndb_describe(db, &info);
		vulndb_close(db);
	}
	printf("open %.2f ms at best, %.2f ms at worst of %d; %u CVEs, %u criteria, %.0f MiB\n",
	       least * 1e3, worst * 1e3, OPENS, info.cves, info.matches,
	       (double)info.size_bytes / (1 << 20));
	return 0;
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/bench_build.XXXXXX", feed[64], file[64];
	unsigned int cves = 300000;
	int c, ret = 1;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n')
			return 2;
		cves = (unsigned int)strtoul(optarg, NULL, 10);
	}
	if (optind != argc - 1 || mkdtemp(dir) == NULL) {
		fprintf(stderr, "usage: bench_build [-n CVES] FEED\n");
		return 2;
	}
	snprintf(feed, sizeof(feed), "%s/feed.zst", dir);
	snprintf(file, sizeof(file), "%s/k.vulndb", dir);
	if (!write_scaled(feed, argv[optind], cves))
		fprintf(stderr, "%s: cannot be scaled to %u CVEs\n", argv[optind], cves);
	else
		ret = build(file, feed) != 0 || open_often(file) != 0;
	unlink(feed);
	unlink(file);
	snprintf(file, sizeof(file), "%s/k.vulndb-lock", dir);
	unlink(file);
	rmdir(dir);
	return ret;
}
