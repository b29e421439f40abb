/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_grab.c - measures grabs per second against one service.
 *
 * bench_grab ADDRESS PORT [COUNT [CONCURRENT]]: prints what the first grab found, then the rate.
 * The service must be running already.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "grab.h"

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void show(const struct grab_result *r)
{
	printf("status %d service %s tls %d truncated %d connect %u us\n", r->status,
	       r->service != NULL ? r->service : "-", r->tls, r->truncated, r->connect_us);
	for (size_t i = 0; i < vd_facts_count(r->facts); i++) {
		const struct vd_fact *f = vd_facts_at(r->facts, i);

		printf("  %s =", f->name);
		for (size_t c = 0; c < f->len && c < 200; c++)
			printf(f->value[c] >= ' ' && f->value[c] < 127 ? "%c" : "\\x%02x",
			       (unsigned char)f->value[c]);
		putchar('\n');
	}
}

static size_t take(struct grabber *g, bool print)
{
	struct grab_result results[64];
	size_t n = grabber_take(g, results, 64);

	for (size_t i = 0; i < n; i++) {
		if (print && i == 0)
			show(&results[i]);
		vd_facts_free(results[i].facts);
	}
	return n;
}

int main(int argc, char **argv)
{
	size_t count = argc > 3 ? (size_t)atol(argv[3]) : 1, sent = 0, done = 0;
	uint32_t at_once = argc > 4 ? (uint32_t)atoi(argv[4]) : 1000;
	struct grab_config config = {
		.max_total = at_once, .max_per_host = at_once, .any_port = true};
	struct grab_request request = {
		.addr = {{[10] = 0xff, [11] = 0xff}},
		.port = argc > 2 ? (uint16_t)atoi(argv[2]) : 0,
		.transport = DP_TRANSPORT_TCP,
	};
	struct grab_stats stats;
	struct grabber *g;
	double start;
	int ret;

	if (argc < 3 || (inet_pton(AF_INET, argv[1], request.addr.b + 12) != 1 &&
	                 inet_pton(AF_INET6, argv[1], request.addr.b) != 1)) {
		fputs("usage: bench_grab ADDRESS PORT [COUNT [CONCURRENT]]\n", stderr);
		return 2;
	}
	ret = grabber_new(&config, &g);

	if (ret < 0) {
		fprintf(stderr, "bench_grab: %s\n", strerror(-ret));
		return 1;
	}
	for (start = seconds(); done < count;) {
		while (sent < count && (ret = grabber_submit(g, &request)) == 0)
			sent++;
		if (ret < 0 && ret != -EAGAIN) {
			fprintf(stderr, "port %u: %s\n", request.port, strerror(-ret));
			return 1;
		}
		if (grabber_run(g, 1000) < 0)
			return 1;
		done += take(g, done == 0);
	}
	grabber_stats(g, &stats);
	printf("%zu grabs, %u at once: %.0f grabs/s, ok %lu, silent %lu, refused %lu, timeout "
	       "%lu\n",
	       count, at_once, (double)count / (seconds() - start), stats.ok, stats.silent,
	       stats.refused, stats.timeout);
	grabber_free(g);
	return 0;
}
