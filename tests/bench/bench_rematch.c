/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_rematch.c - measures how fast a database of many services is matched again after feeds
 * brought something new.
 *
 * Fills a new database with services of 525 identities, matched by the first vulndb file (0
 * services: takes the database as it is), then matches it again by each file in turn.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "clock.h"
#include "enrich.h"
#include "rematch.h"

enum { BATCH = 20000, SERVICES_PER_HOST = 4 };

static const char *const banners[] = {
	"SSH-2.0-OpenSSH_%d.%dp1 Debian-%d\r\n",
	"SSH-2.0-OpenSSH_8.2p1 Ubuntu-4ubuntu0.%3$d\r\n",
	"HTTP/1.1 200 OK\r\nServer: nginx/1.%d.%d\r\nContent-Length: %d\r\n\r\n",
	"HTTP/1.1 200 OK\r\nServer: Apache/2.4.%3$d (Debian)\r\nContent-Type: text/html\r\n\r\n",
	"220 ProFTPD 1.3.%3$d Server (Debian)\r\n",
	"220 mail.example.org ESMTP Exim 4.9%d\r\n",
	"HTTP/1.1 200 OK\r\nServer: lighttpd/1.4.%3$d\r\n\r\n",
	"220 (vsFTPd 3.0.%d)\r\n",
};

enum { BANNERS = sizeof(banners) / sizeof(banners[0]), VARIANTS = 125 };

static struct record *templates[BANNERS * VARIANTS];

static void die(const char *what, int ret)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-ret));
	exit(1);
}

static void make_templates(const struct vulndb *db)
{
	struct enricher *e;
	char text[256];

	if (enricher_new(db, &e) != 0)
		die("enricher", -12);
	for (int i = 0; i < BANNERS * VARIANTS; i++) {
		struct record *r = record_new();
		int v = i / BANNERS;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof(text), banners[i % BANNERS], v % 10, v / 10 % 10, v % 70);
#pragma GCC diagnostic pop
		vd_decode(NULL, text, strlen(text), r->facts);
		r->state = RECORD_OPEN;
		r->grabbed = true;
		r->transport = DP_TRANSPORT_TCP;
		r->reply.reason = DP_REPLY_OPEN;
		r->reply.ttl = 64;
		r->reply.window = 64240;
		enrich_reply_facts(r);
		if (enrich_record(e, r, clock_now_us()) != 0)
			die("enrich", -12);
		templates[i] = r;
	}
	enricher_free(e);
}

static void fill(struct store *s, uint64_t services)
{
	static struct record batch[BATCH], *list[BATCH];
	int64_t seen_us = clock_now_us() - INT64_C(3600) * 1000000;

	for (uint64_t done = 0; done < services; done += BATCH) {
		struct store_batch all = {.records = list, .record_count = BATCH};
		int ret;

		for (uint64_t i = 0; i < BATCH; i++) {
			uint64_t n = done + i;

			batch[i] = *templates[n * 2654435761u % (BANNERS * VARIANTS)];
			batch[i].addr = dp_addr_v4((uint32_t)(0xc6120000u + n / SERVICES_PER_HOST));
			batch[i].port = (uint16_t)(20 + n % SERVICES_PER_HOST);
			batch[i].seen_us = seen_us;
			list[i] = &batch[i];
		}
		ret = store_put_batch(s, "s-bench", &all);
		if (ret != 0)
			die("store_put_batch", ret);
	}
}

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static bool count(void *arg, const struct store_change *c)
{
	uint64_t *n = arg;

	n[0] += strcmp(c->type, "vuln.added") == 0 && strcmp(c->cause, "db") == 0;
	n[1] += strcmp(c->type, "vuln.resolved") == 0 && strcmp(c->cause, "db") == 0;
	return true;
}

static bool there_is(void *arg, const struct store_change *c)
{
	bool *found = arg;

	(void)c;
	*found = true;
	return false;
}

/* Find the number of the last change by bisection: reading all changes would take longer than what
 * is measured. */
static uint64_t last_change(struct store *s)
{
	uint64_t lo = 0, hi = UINT64_C(1) << 40;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		bool found = false;

		store_each_change(s, mid, 0, there_is, &found);
		if (found)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void again(struct store *s, const char *path, const char *what)
{
	int64_t begin = clock_monotonic_us(), now = clock_now_us();
	double cpu = cpu_s(), wall;
	uint64_t changes[2] = {0};
	struct rematch_result r;
	struct error err;
	struct vulndb *db;
	uint64_t before = last_change(s);
	int ret = vulndb_open(path, &db, &err);

	if (ret == 0)
		ret = rematch(s, db, now, NULL, &r);
	if (ret != 0)
		die(what, ret);
	vulndb_close(db);
	wall = (double)(clock_monotonic_us() - begin) / 1e6;
	cpu = cpu_s() - cpu;
	store_each_change(s, before, 0, count, changes);
	printf("%-44s %7.1f s (%6.1f s of processor), %5.2f us a service; %" PRIu64
	       " services, %" PRIu64 " identities, %" PRIu64 " sets restated, %" PRIu64
	       " services whole, %" PRIu64 " added, %" PRIu64 " resolved\n",
	       what, wall, cpu, cpu * 1e6 / (double)r.services, r.services, r.identities,
	       r.restated, r.differing, changes[0], changes[1]);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct store_stamp knowledge;
	struct error err;
	struct error verr;
	struct vulndb *db;
	struct store *s = NULL;
	int64_t begin;

	if (argc < 4) {
		fprintf(stderr, "usage: %s NEW-DATABASE-DIR SERVICES VULNDB [NEWER-VULNDB]...\n",
		        argv[0]);
		return 2;
	}
	if (vulndb_open(argv[3], &db, &verr) != 0 ||
	    store_open(argv[1], STORE_WRITE, &s, &err) != 0)
		die("open", -2);
	rematch_stamp(db, &knowledge);
	if (store_stamp(s, &knowledge) != 0)
		die("store_stamp", -5);
	make_templates(db);
	begin = clock_monotonic_us();
	fill(s, strtoull(argv[2], NULL, 10));
	printf("filled in %.1f s\n", (double)(clock_monotonic_us() - begin) / 1e6);
	begin = clock_monotonic_us();
	if (store_settle(s, 0) != 0)
		die("store_settle", -5);
	printf("settled in %.1f s\n", (double)(clock_monotonic_us() - begin) / 1e6);
	fflush(stdout);
	for (int i = 3; i < argc; i++)
		again(s, argv[i], argv[i]);
	for (int i = 0; i < BANNERS * VARIANTS; i++)
		record_free(templates[i]);
	store_close(s);
	vulndb_close(db);
	return 0;
}
