/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_store.c - measures how many records per second the store takes, by batch size.
 *
 * 	bench_store [RECORDS [DIRECTORY]]
 *
 * The records are sightings of four ports on 131,072 hosts, both chosen at random: a first scan of
 * an empty database, then a second one that sees the same. Prints one JSON object per line. "cpu"
 * is the processor time of the process, which tells a busy machine from a slow store; the rest of
 * the wall time is the disk.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store.h"

enum { HOSTS = 131072, NET = 0x0a000000 };

static const size_t batches[] = {1000, 4096, 16384, 65536};

struct cost {
	double wall, cpu;
};

static struct cost cost_now(void)
{
	struct timespec t;
	struct rusage u;

	clock_gettime(CLOCK_MONOTONIC, &t);
	getrusage(RUSAGE_SELF, &u);
	return (struct cost){
		(double)t.tv_sec + (double)t.tv_nsec / 1e9,
		(double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
			(double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6,
	};
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 24;
}

static void sight(struct record_sighting *r, uint64_t *random, int64_t seen_us)
{
	static const uint16_t ports[] = {22, 80, 443, 8080};
	uint64_t x = next_random(random);

	r->addr = dp_addr_v4(NET + (uint32_t)(x % HOSTS));
	r->port = ports[x >> 20 & 3];
	r->transport = DP_TRANSPORT_TCP;
	r->state = RECORD_OPEN;
	r->reply = (struct record_reply){.reason = DP_REPLY_OPEN,
	                                 .ttl = 57,
	                                 .wscale = 7,
	                                 .window = 64240,
	                                 .mss = 1460,
	                                 .rtt_us = 812};
	r->seen_us = seen_us;
}

static int scan(struct store *s, const char *id, size_t total, size_t batch)
{
	struct record_sighting *list = calloc(batch, sizeof(*list));
	uint64_t random = 1;
	int64_t now_us = (id[2] - '0') * 1000000000ll;
	int ret = list == NULL ? -1 : 0;

	for (size_t done = 0; ret == 0 && done < total; done += batch) {
		size_t n = total - done < batch ? total - done : batch;
		struct store_batch b = {.sightings = list, .sighting_count = n};

		for (size_t i = 0; i < n; i++)
			sight(&list[i], &random, now_us++);
		ret = store_put_batch(s, id, &b);
	}
	free(list);
	return ret;
}

static int measure(struct store *s, const char *path, const char *id, size_t total, size_t batch)
{
	struct cost before = cost_now(), after;
	char file[4096];
	struct stat st;
	int ret = scan(s, id, total, batch);

	after = cost_now();
	snprintf(file, sizeof(file), "%s/data.mdb", path);
	if (ret != 0 || stat(file, &st) != 0) {
		fprintf(stderr, "bench_store: %s: error %d\n", id, ret);
		return 1;
	}
	printf("{\"scan\": \"%s\", \"records\": %zu, \"batch\": %zu, \"per_s\": %.0f, "
	       "\"cpu_us_per_record\": %.2f, \"file_mb\": %.1f}\n",
	       id[2] == '1' ? "first" : "again", total, batch,
	       (double)total / (after.wall - before.wall),
	       (after.cpu - before.cpu) * 1e6 / (double)total, (double)st.st_size / 1e6);
	return 0;
}

static int run(const char *parent, size_t total, size_t batch)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock"};
	char path[2048], file[4096];
	struct error err;
	struct store *s;
	int failed;

	snprintf(path, sizeof(path), "%s/bench-store-XXXXXX", parent);
	if (mkdtemp(path) == NULL || store_open(path, STORE_WRITE, &s, &err) != 0) {
		fprintf(stderr, "bench_store: %s: cannot be used\n", path);
		return 1;
	}
	failed = measure(s, path, "s-1", total, batch) || measure(s, path, "s-2", total, batch);
	store_close(s);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		unlink(file);
	}
	rmdir(path);
	return failed;
}

int main(int argc, char **argv)
{
	size_t total = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
	int failed = 0;

	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]) && !failed; i++)
		failed = run(argc > 2 ? argv[2] : "/tmp", total, batches[i]);
	return failed;
}
