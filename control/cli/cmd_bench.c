/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_bench.c - `sonde bench`: how fast the dataplane's own code is on this machine. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "dp.h"
#include "json.h"
#include "option.h"
#include "output_format.h"

struct bench_options {
	enum output_format format;
	uint32_t workers, rounds;
};

static const struct option_def defs[] = {
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format,
         offsetof(struct bench_options, format)},
	{"workers", 'w', "N", "workers, each on a core of its own (1)", option_u32,
         offsetof(struct bench_options, workers)},
	{"rounds", 0, "N", "rounds whose median counts (15)", option_u32,
         offsetof(struct bench_options, rounds)},
};

static const struct option_spec spec = {
	"sonde bench [NAME...] [options]",
	"Times the workers' own code on ports in memory, beside the floor: the same packets "
	"through\n"
	"DPDK with no work done on them. Rates count the workers' core time only, so that other "
	"load\n"
	"on the machine disturbs little. Nothing is sent anywhere.\n"
	"  generate  probes made and sent\n"
	"  receive   mixed answers and noise, told apart\n"
	"  duplex    both, an answer for every tenth probe, results handed to control",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static void cpu_model(char *out, size_t len)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
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

static int print_json(const char *name, const struct dp_bench_result *r, bool pretty)
{
	struct json *j = json_begin(stdout, pretty);
	char cpu[128];

	if (j == NULL)
		return cmd_fail(CMD_FAILED, "out of memory");
	cpu_model(cpu, sizeof(cpu));
	json_open_object(j, NULL);
	json_text(j, "bench", name);
	json_int(j, "workers", r->workers);
	json_text(j, "variant", r->variant);
	json_number(j, "mpps", r->mpps, 2);
	json_number(j, "floor_mpps", r->floor_mpps, 2);
	json_number(j, "ratio_to_floor", r->ratio_to_floor, 3);
	json_number(j, "cycles_per_packet", r->cycles_per_packet, 1);
	json_int(j, "results", (int64_t)r->results);
	json_int(j, "lost", (int64_t)r->lost);
	json_bool(j, "hugepages", r->hugepages);
	json_text(j, "cpu", cpu);
	json_close_object(j);
	return json_done(j) == 0 ? CMD_OK : cmd_output_failed();
}

static int run(const char *name, const struct bench_options *o)
{
	struct dp_bench_result r;
	struct error err;
	int ret = dp_bench(name, o->workers, o->rounds, &r, &err);

	if (ret)
		return cmd_fail(cmd_code(ret), "%s", err.text);
	if (o->format != OUTPUT_TABLE)
		return print_json(name, &r, o->format == OUTPUT_JSON);
	printf("%-9s %2u worker%s %-7s %7.2f Mpps  floor %7.2f  ratio %.2f  "
	       "%6.1f cycles a packet  %llu lost\n",
	       name, r.workers, r.workers == 1 ? " " : "s", r.variant, r.mpps, r.floor_mpps,
	       r.ratio_to_floor, r.cycles_per_packet, (unsigned long long)r.lost);
	fflush(stdout);
	return CMD_OK;
}

int cmd_bench(int argc, char **argv)
{
	struct bench_options o = {.workers = 1, .rounds = 15};
	int first, code;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	code = CMD_OK;
	for (int i = first; i < argc && code == CMD_OK; i++)
		code = run(argv[i], &o);
	for (unsigned i = 0; first == argc && code == CMD_OK && dp_bench_name(i) != NULL; i++)
		code = run(dp_bench_name(i), &o);
	return code;
}
