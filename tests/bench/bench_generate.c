/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_generate.c - measures how fast one core writes full probes into plain buffers, for each
 * variant.
 *
 * bench_generate [-o json] [-t MILLISECONDS] [-r RANGES] [-x DENIED]: the space is RANGES parts of
 * IPv4 with as many exclusions, on three ports; the live deny list has DENIED addresses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "dp_addr.h"
#include "dp_space.h"
#include "probe.h"
#include "range.h"
#include "scope.h"

enum { FRAMES = 256, FRAME_ROOM = 2176 }; /* the distance between mbufs of a pool */

struct args {
	bool json;
	unsigned ms;
	unsigned ranges;
	unsigned denied;
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* 1.0.0.0 - 120.255.255.255 in @n equal parts, the last address of each excluded. */
static struct dp_space *make_space(unsigned n)
{
	struct dp_space *s = dp_space_new();
	struct dp_space_info info;
	uint32_t step = (120u << 24) / n;

	for (unsigned i = 0; i < n; i++) {
		struct dp_addr first = dp_addr_v4((1u << 24) + i * step);
		struct dp_addr last = dp_addr_add(&first, step - 1);

		if (dp_space_include(s, &first, &last) != 0 ||
		    (n > 1 && dp_space_exclude(s, &last, &last) != 0))
			exit(1);
	}
	dp_space_add_ports(s, 22, 22);
	dp_space_add_ports(s, 80, 80);
	dp_space_add_ports(s, 443, 443);
	if (dp_space_seal(s, &info) != 0)
		exit(1);
	return s;
}

static struct scope *make_scope(unsigned denied)
{
	struct range_set set = {0};
	struct scope *s = NULL;

	for (unsigned i = 0; i < denied; i++) {
		struct dp_addr a = dp_addr_v4((1u << 24) + i * 1021u);

		if (range_add(&set, &a, &a) != 0)
			exit(1);
	}
	if (denied > 0)
		s = scope_new(&set);
	range_fini(&set);
	return s;
}

static struct probe *make_probe(const struct dp_space *space)
{
	const struct dp_addr source = dp_addr_v4(0xc6120001);
	const struct probe_config c = {
		.space = space,
		.key = "generate-bench-k",
		.sources = &source,
		.source_count = 1,
		.source_port_first = 61000,
		.source_port_last = 65531,
		.passes = 1,
	};

	return probe_new(&c);
}

struct figure {
	double mpps;
	double cycles;
};

static struct figure run(const struct probe *p, const struct scope *deny, unsigned ms,
                         uint8_t *room)
{
	struct probe_batch b;
	struct walk_span span = {.stride = 1, .n = PROBE_BURST};
	uint64_t made = 0;
	uint64_t tsc = __rdtsc();
	double start = seconds();
	double spent;

	do {
		for (unsigned k = 0; k < FRAMES; k += PROBE_BURST) {
			for (unsigned i = 0; i < PROBE_BURST; i++)
				b.frame[i] = room + (size_t)(k + i) * FRAME_ROOM + 128;
			made += probe_burst(p, deny, &span, made, &b);
			span.first += PROBE_BURST;
		}
		spent = seconds() - start;
	} while (spent * 1000 < ms);
	tsc = __rdtsc() - tsc;
	return (struct figure){(double)made / spent * 1e-6, (double)tsc / (double)made};
}

static void cpu_model(char *out, size_t len)
{
	FILE *f = fopen("/proc/cpuinfo", "r");
	char line[256];

	snprintf(out, len, "unknown");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		char *value = strstr(line, ": ");

		if (strncmp(line, "model name", 10) != 0 || value == NULL)
			continue;
		value[strcspn(value, "\n")] = '\0';
		snprintf(out, len, "%s", value + 2);
		break;
	}
	if (f != NULL)
		fclose(f);
}

static void report(const struct args *a, const char *variant, const struct figure *f)
{
	char cpu[128];

	if (!a->json) {
		printf("%-8s %7.2f Mpps  %6.1f TSC cycles a probe\n", variant, f->mpps, f->cycles);
		return;
	}
	cpu_model(cpu, sizeof(cpu));
	printf("{\"bench\":\"generate\",\"variant\":\"%s\",\"mpps\":%.3f,\"cycles_per_packet\":%."
	       "2f,"
	       "\"ranges\":%u,\"denied\":%u,\"cpu\":\"%s\"}\n",
	       variant, f->mpps, f->cycles, a->ranges, a->denied, cpu);
}

static struct args parse(int argc, char **argv)
{
	struct args a = {.ms = 500, .ranges = 1};
	int c;

	while ((c = getopt(argc, argv, "o:t:r:x:")) != -1) {
		if (c == 'o')
			a.json = strcmp(optarg, "json") == 0;
		else if (c == 't')
			a.ms = (unsigned)atoi(optarg);
		else if (c == 'r')
			a.ranges = (unsigned)atoi(optarg);
		else if (c == 'x')
			a.denied = (unsigned)atoi(optarg);
		else
			exit(2);
	}
	if (a.ranges == 0 || a.ranges > 4000000)
		exit(2);
	return a;
}

int main(int argc, char **argv)
{
	static const char *const variants[] = {"plain", "scalar", "avx2", "vaes", "avx512"};
	struct args a = parse(argc, argv);
	struct dp_space *space = make_space(a.ranges);
	struct scope *deny = make_scope(a.denied);
	struct probe *p = make_probe(space);
	uint8_t *room = malloc((size_t)FRAMES * FRAME_ROOM);

	if (p == NULL || room == NULL)
		return 1;
	memset(room, 0, (size_t)FRAMES * FRAME_ROOM);
	for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++) {
		struct figure f;

		if (probe_set_variant(p, variants[i]) != 0)
			continue;
		f = run(p, deny, a.ms, room);
		report(&a, variants[i], &f);
	}
	free(room);
	probe_free(p);
	scope_free(deny);
	dp_space_free(space);
	return 0;
}
