/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_export.c - measures how fast one core exports services, beside copying and writing as many
 * bytes.
 *
 * 	bench_export [SERVICES [DIRECTORY [VULNDB [ROUNDS]]]]
 *
 * Fills a database in a new folder of DIRECTORY (/var/tmp) with SERVICES (200000) services of eight
 * kinds in many versions, four a host, judged by VULNDB. Then it exports all of them in each way, and
 * copies and writes as many bytes from memory: the floor. Both flush the file to the disk; an export
 * computes its SHA-256, too, unless nobody asks for it. Prints one JSON object per line, of the
 * best of ROUNDS (3) rounds. "cpu" is the processor time of the process, which other load on the
 * machine does not change.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "enrich.h"
#include "export_job.h"
#include "rematch.h"
#include "service_json.h"

enum { BATCH = 20000, SERVICES_PER_HOST = 4, VARIANTS = 60, CHUNK = 1 << 20 };

static const char *const banners[] = {
	"SSH-2.0-OpenSSH_%d.%dp1 Debian-%d\r\n",
	"SSH-2.0-OpenSSH_8.2p1 Ubuntu-4ubuntu0.%3$d\r\n",
	("HTTP/1.1 200 OK\r\nServer: nginx/1.%d.%d\r\nContent-Type: text/html; "
         "charset=utf-8\r\nContent-Length: %d\r\n\r\n<html><head><title>Welcome to "
         "nginx!</title></head></html>"),
	("HTTP/1.1 200 OK\r\nServer: Apache/2.4.%3$d (Debian)\r\nContent-Type: "
         "text/html\r\n\r\n<title>Apache2 Debian Default Page: It works</title>"),
	"220 ProFTPD 1.3.%3$d Server (Debian)\r\n",
	"220 mail.example.org ESMTP Exim 4.9%d\r\n",
	"HTTP/1.1 200 OK\r\nServer: lighttpd/1.4.%3$d\r\n\r\n",
	"220 (vsFTPd 3.0.%d)\r\n",
};

enum { KINDS = sizeof(banners) / sizeof(banners[0]), TEMPLATES = KINDS * VARIANTS };

static void die(const char *what, int ret)
{
	fprintf(stderr, "bench_export: %s: %s\n", what, strerror(-ret));
	exit(1);
}

/* ---- the database ---------------------------------------------------------------------------- */

static struct record *make_template(struct enricher *e, int i)
{
	struct record *r = record_new();
	char text[512];
	int v = i / KINDS;

	if (r == NULL)
		die("template", -12);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), banners[i % KINDS], v % 10, v / 10 % 10, v);
#pragma GCC diagnostic pop
	vd_decode(NULL, text, strlen(text), r->facts);
	r->state = RECORD_OPEN;
	r->grabbed = true;
	r->ask = RECORD_ASKED;
	r->transport = DP_TRANSPORT_TCP;
	r->reply = (struct record_reply){.reason = DP_REPLY_OPEN,
	                                 .ttl = 57,
	                                 .wscale = 7,
	                                 .window = 64240,
	                                 .mss = 1460,
	                                 .rtt_us = 812};
	enrich_reply_facts(r);
	if (enrich_record(e, r, clock_now_us()) != 0)
		die("enrich", -12);
	return r;
}

static void fill(struct store *s, struct record *const *templates, uint64_t services)
{
	static struct record batch[BATCH], *list[BATCH];
	int64_t seen_us = clock_now_us() - INT64_C(3600) * 1000000;

	for (uint64_t done = 0; done < services; done += BATCH) {
		struct store_batch all = {.records = list, .record_count = BATCH};
		int ret;

		for (uint64_t i = 0; i < BATCH; i++) {
			uint64_t n = done + i;

			batch[i] = *templates[n * 2654435761u % TEMPLATES];
			batch[i].addr = dp_addr_v4((uint32_t)(0xc6120000u + n / SERVICES_PER_HOST));
			batch[i].port = (uint16_t)(20 + n % SERVICES_PER_HOST);
			batch[i].seen_us = seen_us + (int64_t)n;
			list[i] = &batch[i];
		}
		ret = store_put_batch(s, "s-20261122-01", &all);
		if (ret != 0)
			die("store_put_batch", ret);
	}
}

/* Create the database; the process that does it ends with it, and its memory too. */
static void make_database(const char *path, const char *vulndb, uint64_t services)
{
	static struct record *templates[TEMPLATES];
	struct store_stamp knowledge;
	struct enricher *e;
	struct vulndb *db;
	struct store *s;
	struct error err;

	if (vulndb_open(vulndb, &db, &err) != 0 || store_open(path, STORE_WRITE, &s, &err) != 0 ||
	    enricher_new(db, &e) != 0) {
		fprintf(stderr, "bench_export: %s\n", err.text);
		exit(1);
	}
	rematch_stamp(db, &knowledge);
	store_stamp(s, &knowledge);
	for (int i = 0; i < TEMPLATES; i++)
		templates[i] = make_template(e, i);
	fill(s, templates, services);
	store_settle(s, 0);
	store_close(s);
	for (int i = 0; i < TEMPLATES; i++)
		record_free(templates[i]);
	enricher_free(e);
	vulndb_close(db);
}

/* ---- the ways -------------------------------------------------------------------------------- */

struct way {
	const char *name, *format;
	unsigned unit, kinds;
	bool no_sum;
};

static const struct way ways[] = {
	{"ndjson services, no verdicts, no SHA-256", "ndjson", FORMAT_SERVICES, SERVICE_JSON_NONE,
         true},
	{"ndjson services, no verdicts", "ndjson", FORMAT_SERVICES, SERVICE_JSON_NONE},
	{"ndjson services", "ndjson", FORMAT_SERVICES, SERVICE_JSON_ALL},
	{"ndjson hosts", "ndjson", FORMAT_HOSTS, SERVICE_JSON_ALL},
	{"csv", "csv", FORMAT_SERVICES, SERVICE_JSON_ALL},
	{"nmap-xml", "nmap-xml", FORMAT_SERVICES, SERVICE_JSON_ALL},
	{"shodan", "shodan", FORMAT_SERVICES, SERVICE_JSON_ALL},
};

struct cost {
	double wall, cpu;
	uint64_t bytes;
};

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void run(struct store *s, const char *file, const struct way *w)
{
	const struct parts_config config = {.path = file, .no_manifest = true, .no_sum = w->no_sum};
	struct export_job_config c = {
		.store = s, .info = format_named(w->format), .version = "bench"};
	struct export_job_since since = {0};
	uint64_t cursor, rows;
	struct export_job *j = NULL;
	struct query *q;
	struct error err;

	c.format = (struct format_config){.unit = w->unit, .kinds = w->kinds};
	if (query_parse("", clock_now_us(), &q, &err) != 0)
		die("query", -5);
	c.query = q;
	if (parts_open(&config, &c.parts, &err) != 0 || export_job_open(&c, &j, &err) != 0)
		die(file, -5);
	if (export_job_run(j, &since, &cursor, &rows) != 0)
		die(file, -5);
	export_job_close(j);
	parts_close(c.parts);
	query_free(q);
}

/* Copy and write as many bytes as the file has. */
static void floor_of(const char *file, uint64_t bytes)
{
	static char from[CHUNK], to[CHUNK];
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	for (uint64_t done = 0; done < bytes; done += CHUNK) {
		from[done / CHUNK % CHUNK]++;
		memcpy(to, from, CHUNK);
		if (write(fd, to, bytes - done < CHUNK ? bytes - done : CHUNK) < 0)
			die(file, -5);
	}
	if (fsync(fd) != 0)
		die(file, -5);
	close(fd);
}

static void measure(struct store *s, const char *file, const struct way *w, uint64_t bytes,
                    struct cost *best)
{
	int64_t begin = clock_monotonic_us();
	double cpu = cpu_s();
	FILE *f;

	unlink(file);
	if (w != NULL)
		run(s, file, w);
	else
		floor_of(file, bytes);
	cpu = cpu_s() - cpu;
	f = fopen(file, "r");
	if (f != NULL && fseek(f, 0, SEEK_END) == 0)
		best->bytes = (uint64_t)ftell(f);
	if (f != NULL)
		fclose(f);
	if (best->cpu == 0 || cpu < best->cpu) {
		best->cpu = cpu;
		best->wall = (double)(clock_monotonic_us() - begin) / 1e6;
	}
}

static void report(const struct way *w, uint64_t services, const struct cost *c,
                   const struct cost *floor)
{
	printf("{\"way\":\"%s\",\"services\":%llu,\"mb\":%.1f,\"cpu_s\":%.3f,\"wall_s\":%.3f,"
	       "\"services_per_cpu_s\":%.0f,\"mb_per_cpu_s\":%.0f,\"floor_cpu_s\":%.3f,"
	       "\"times_the_floor\":%.1f}\n",
	       w->name, (unsigned long long)services, (double)c->bytes / 1e6, c->cpu, c->wall,
	       (double)services / c->cpu, (double)c->bytes / c->cpu / 1e6, floor->cpu,
	       c->cpu / floor->cpu);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock", "out"};
	uint64_t services = argc > 1 ? strtoull(argv[1], NULL, 10) : 200000;
	unsigned rounds = argc > 4 ? (unsigned)atoi(argv[4]) : 3;
	char path[512], file[640];
	struct error err;
	struct store *s;

	services = (services + BATCH - 1) / BATCH * BATCH;
	snprintf(path, sizeof(path), "%s/bench-export-XXXXXX", argc > 2 ? argv[2] : "/var/tmp");
	if (mkdtemp(path) == NULL)
		die(path, -2);
	make_database(path, argc > 3 ? argv[3] : NULL, services);
	if (store_open(path, STORE_READ, &s, &err) != 0)
		die(path, -2);
	snprintf(file, sizeof(file), "%s/out", path);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct cost c = {0}, floor = {0};

		for (unsigned r = 0; r < rounds; r++) {
			measure(s, file, &ways[i], 0, &c);
			measure(s, file, NULL, c.bytes, &floor);
		}
		report(&ways[i], services, &c, &floor);
	}
	store_close(s);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		unlink(file);
	}
	rmdir(path);
	return 0;
}
