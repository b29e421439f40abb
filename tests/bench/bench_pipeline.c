/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_pipeline.c - measures what stands behind the sockets: recorded answers in, committed records
 * out.
 *
 * 	bench_pipeline [-o json] [-t GRAB-THREADS] [SERVICES [DIRECTORY]]
 *
 * Services of some fifty protocols answer from memory (mem_wire.h): the very pipeline of a scan asks
 * them, understands what they say, judges it and commits it. A first scan of an empty database, then
 * one that finds the same, with other dates and cookies. The floor copies the same bytes and commits
 * them without understanding any. "us" is processor time of all threads for a service, so other load
 * on the machine does not count; the figures of the stages are parts of it.
 */
#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "judge.h"
#include "mem_wire.h"
#include "pipeline.h"
#include "rematch.h"
#include "stages.h"

enum { NET = 0x0a000000, PORTS_A_HOST = 3, MAP_SIZE_GB = 8, FLOOR_BATCH = 16384 };

static struct mem_wire_world world;
static unsigned *slots; /* the index of a recording for each unit of weight */
static unsigned slot_count;

/* ---- the answers to the probes --------------------------------------------------------------- */

static struct {
	uint64_t count, taken;
} walk;

static uint64_t scramble(uint64_t x)
{
	x = (x + 1) * 0x9e3779b97f4a7c15ull;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	return x ^ x >> 31;
}

/* The place of service number @i. Two services of a host may have one port: then there is one. */
static void place(uint64_t i, struct dp_addr *addr, uint16_t *port)
{
	*addr = dp_addr_v4(NET + (uint32_t)(i / PORTS_A_HOST));
	*port = world.recordings[slots[scramble(i) % slot_count]].port;
}

static bool is_repeated(uint64_t i, uint16_t port)
{
	struct dp_addr addr;
	uint16_t other;

	for (uint64_t k = i - i % PORTS_A_HOST; k < i; k++) {
		place(k, &addr, &other);
		if (other == port)
			return true;
	}
	return false;
}

unsigned __wrap_dp_receive(struct dp *dp, struct dp_result *out, unsigned n);

unsigned __wrap_dp_receive(struct dp *dp, struct dp_result *out, unsigned n)
{
	unsigned k = 0;

	(void)dp;
	while (k < n && walk.taken < walk.count) {
		struct dp_result *r = &out[k];

		*r = (struct dp_result){.transport = DP_TRANSPORT_TCP,
		                        .reply = DP_REPLY_OPEN,
		                        .ttl = 57,
		                        .window = 64240,
		                        .mss = 1460,
		                        .wscale = 7,
		                        .rtt_us = 812,
		                        .tcp_options = 0x31542,
		                        .time_us = 1796000000000000ull + walk.taken};
		place(walk.taken, &r->addr, &r->port);
		r->from = r->addr;
		k += !is_repeated(walk.taken++, r->port);
	}
	return k;
}

/* ---- figures --------------------------------------------------------------------------------- */

struct figures {
	const char *name;
	uint64_t services, named, changes;
	double seconds; /* of processor time */
	double stage[STAGES];
	uint64_t bytes; /* of database */
};

static void print_text(const struct figures *f)
{
	double per = f->seconds * 1e6 / (double)f->services, known = 0;

	printf("%-6s %7.0f services/s a core  %6.2f us: decode %.2f  identify %.2f  judge %.2f  "
	       "encode %.2f  commit %.2f",
	       f->name, (double)f->services / f->seconds, per,
	       f->stage[STAGE_DECODE] * 1e6 / (double)f->services,
	       f->stage[STAGE_IDENTIFY] * 1e6 / (double)f->services,
	       f->stage[STAGE_JUDGE] * 1e6 / (double)f->services,
	       f->stage[STAGE_ENCODE] * 1e6 / (double)f->services,
	       (f->stage[STAGE_COMMIT] - f->stage[STAGE_ENCODE]) * 1e6 / (double)f->services);
	for (int i = 0; i < STAGES; i++)
		known += i == STAGE_ENCODE ? 0 : f->stage[i];
	printf("  feed %.2f  rest %.2f; %.0f bytes a service, %lu named, %lu changes\n",
	       f->stage[STAGE_FEED] * 1e6 / (double)f->services,
	       (f->seconds - known) * 1e6 / (double)f->services,
	       (double)f->bytes / (double)f->services, f->named, f->changes);
}

static void print_json(const struct figures *f)
{
	static const char *const names[STAGES] = {
		[STAGE_DECODE] = "decode", [STAGE_IDENTIFY] = "identify", [STAGE_JUDGE] = "judge",
		[STAGE_ENCODE] = "encode", [STAGE_COMMIT] = "commit",     [STAGE_FEED] = "feed",
	};

	printf("{\"pass\": \"%s\", \"services\": %lu, \"named\": %lu, \"changes\": %lu, "
	       "\"services_per_s_a_core\": %.0f, \"cpu_us\": %.2f, \"bytes_a_service\": %.0f",
	       f->name, f->services, f->named, f->changes, (double)f->services / f->seconds,
	       f->seconds * 1e6 / (double)f->services, (double)f->bytes / (double)f->services);
	for (int i = 0; i < STAGES; i++)
		printf(", \"%s_us\": %.2f", names[i], f->stage[i] * 1e6 / (double)f->services);
	puts("}");
}

static bool in_json;

static void print(const struct figures *f)
{
	if (in_json)
		print_json(f);
	else
		print_text(f);
	fflush(stdout);
}

static uint64_t file_size(const char *folder)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/data.mdb", folder);
	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static void fail(const char *what, int ret)
{
	fprintf(stderr, "bench_pipeline: %s: %s\n", what, strerror(ret < 0 ? -ret : ret));
	exit(1);
}

/* ---- the floor ------------------------------------------------------------------------------- */

struct raw {
	uint8_t key[18];
	uint32_t at, len;
};

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(((const struct raw *)a)->key));
}

/* Copy all that the server of service @i says behind @text; returns how much. */
static size_t copy_answer(const struct dp_addr *addr, uint16_t port, uint64_t i, uint8_t *text)
{
	const struct recording *r = mem_wire_find(&world, addr, port);
	size_t len = 0;

	for (unsigned c = 0; c < r->chunks; c++)
		len += recordings_say(r, c, world.second, scramble(i), text + len);
	return len;
}

static int put_raw(MDB_env *env, MDB_dbi dbi, struct raw *list, size_t n, uint8_t *text)
{
	MDB_txn *txn;
	int ret = mdb_txn_begin(env, NULL, 0, &txn);

	qsort(list, n, sizeof(*list), by_key);
	for (size_t i = 0; ret == 0 && i < n; i++) {
		MDB_val key = {sizeof(list[i].key), list[i].key};
		MDB_val value = {list[i].len, text + list[i].at};

		ret = mdb_put(txn, dbi, &key, &value, 0);
	}
	return ret == 0 ? mdb_txn_commit(txn) : ret;
}

static int open_raw(const char *folder, MDB_env **env, MDB_dbi *dbi)
{
	MDB_txn *txn;
	int ret = mdb_env_create(env);

	if (ret == 0)
		ret = mdb_env_set_mapsize(*env, (size_t)MAP_SIZE_GB << 30);
	if (ret == 0)
		ret = mdb_env_open(*env, folder, MDB_NOSYNC, 0600);
	if (ret == 0)
		ret = mdb_txn_begin(*env, NULL, 0, &txn);
	if (ret == 0)
		ret = mdb_dbi_open(txn, NULL, 0, dbi);
	return ret == 0 ? mdb_txn_commit(txn) : ret;
}

static void run_floor(const char *folder, uint64_t count)
{
	struct raw *list = calloc(FLOOR_BATCH, sizeof(*list));
	uint8_t *text = malloc((size_t)FLOOR_BATCH * RECORDING_MAX);
	struct figures f = {.name = "floor"};
	uint64_t n = 0, at = 0;
	MDB_env *env;
	MDB_dbi dbi;
	int ret = open_raw(folder, &env, &dbi);
	double from = stages_process();

	for (uint64_t i = 0; ret == 0 && i < count; i++) {
		struct raw *r = &list[n];
		struct dp_addr addr;
		uint16_t port;

		place(i, &addr, &port);
		if (is_repeated(i, port))
			continue;
		memcpy(r->key, addr.b, 16);
		memcpy(r->key + 16, &port, 2);
		r->at = (uint32_t)at;
		r->len = (uint32_t)copy_answer(&addr, port, i, text + at);
		at += r->len;
		f.services++;
		if (++n == FLOOR_BATCH) {
			ret = put_raw(env, dbi, list, n, text);
			n = at = 0;
		}
	}
	if (ret == 0)
		ret = put_raw(env, dbi, list, n, text);
	if (ret != 0)
		fail("floor", ret);
	f.seconds = stages_process() - from;
	f.bytes = file_size(folder);
	mdb_env_close(env);
	print(&f);
	free(list);
	free(text);
}

/* ---- the pipeline ---------------------------------------------------------------------------- */

struct bed {
	struct store *store;
	struct vulndb *db;
	struct judge *judge;
	struct store_judge by;
	struct enricher *enricher;
	struct grab_admission *admission;
	struct lanes *lanes;
	struct writer *writer;
	struct pipeline *p;
};

static uint32_t grab_threads = 1;

static void open_bed(struct bed *b, const char *folder, const char *scan)
{
	struct grab_admission_config a = {.middlebox.ports = 1000};
	struct lanes_config g = {
		.grab = {.new_wire = mem_wire_new, .wire_arg = &world, .any_port = true},
		.threads = grab_threads};
	struct pipeline_config c = {.passes = 1};
	struct store_stamp stamp;
	struct error err;

	if (store_open(folder, STORE_WRITE, &b->store, &err) < 0 ||
	    vulndb_open(getenv("VULNDB_FILE"), &b->db, &err) < 0)
		fail(err.text, 0);
	rematch_stamp(b->db, &stamp);
	if (store_stamp(b->store, &stamp) < 0 || enricher_new(b->db, &b->enricher) < 0 ||
	    judge_new(b->db, 0, &b->judge) < 0 || lanes_new(&g, &b->lanes) < 0 ||
	    writer_new(b->store, scan, &b->writer) < 0 ||
	    lanes_start(b->lanes, &(struct lanes_to){b->db, b->writer}) < 0)
		fail("start", ENOMEM);
	b->by = judge_source(b->judge, NULL);
	store_judge_by(b->store, &b->by);
	b->admission = c.admission = grab_admission_new(&a);
	c.lanes = b->lanes;
	c.enricher = b->enricher;
	c.writer = b->writer;
	b->p = pipeline_new(&c);
	if (b->admission == NULL || b->p == NULL)
		fail("start", ENOMEM);
}

static uint64_t changes_of(struct store *s)
{
	uint64_t seq = 0;

	store_change_last(s, &seq);
	return seq;
}

static bool count_named(void *arg, const struct record *r)
{
	struct figures *f = arg;

	f->services += r->grabbed;
	f->named += r->grabbed && r->identity.service[0] != '\0';
	return true;
}

static void close_bed(struct bed *b, struct figures *f)
{
	int ret;

	lanes_stop(b->lanes);
	ret = writer_finish(b->writer);

	stages_stop();
	f->seconds = stages_process() - f->seconds;
	for (int i = 0; i < STAGES; i++)
		f->stage[i] = stages_seconds((enum stage)i);
	if (ret < 0)
		fail("store", ret);
	f->changes = changes_of(b->store) - f->changes;
	if (f->services == 0)
		store_each(b->store, NULL, count_named, f);
	pipeline_free(b->p);
	writer_close(b->writer);
	lanes_free(b->lanes);
	grab_admission_free(b->admission);
	enricher_free(b->enricher);
	store_close(b->store);
	judge_free(b->judge);
	vulndb_close(b->db);
}

static void run_scan(struct figures *f, const char *folder, const char *scan, uint64_t count)
{
	struct bed b = {0};
	uint64_t bytes = f->bytes;
	int ret;

	open_bed(&b, folder, scan);
	walk.count = count;
	walk.taken = 0;
	f->changes = changes_of(b.store);
	f->seconds = stages_process();
	stages_start();
	do {
		ret = pipeline_step(b.p, 2);
		if (ret < 0)
			fail("pipeline", ret);
	} while (walk.taken < walk.count || !pipeline_idle(b.p));
	close_bed(&b, f);
	f->bytes = file_size(folder) - bytes;
	print(f);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void load(void)
{
	world.count = recordings_read(SONDE_SOURCE_ROOT, &world.recordings);
	if (world.count == 0)
		fail(SONDE_SOURCE_ROOT "/tests/fuzz/corpus/proto", ENOENT);
	for (size_t i = 0; i < world.count; i++)
		slot_count += world.recordings[i].weight;
	slots = calloc(slot_count, sizeof(*slots));
	if (slots == NULL)
		fail("memory", ENOMEM);
	slot_count = 0;
	for (size_t i = 0; i < world.count; i++)
		for (unsigned k = 0; k < world.recordings[i].weight; k++)
			slots[slot_count++] = (unsigned)i;
}

static void make_folder(const char *parent, char path[2048])
{
	snprintf(path, 2048, "%s/bench-pipeline-XXXXXX", parent);
	if (mkdtemp(path) == NULL)
		fail(path, errno);
}

static void remove_folder(const char *path)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock"};
	char file[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		unlink(file);
	}
	rmdir(path);
}

int main(int argc, char **argv)
{
	struct figures first = {.name = "first"}, again = {.name = "again"};
	const char *parent;
	char path[2048];
	uint64_t count;
	int option;

	while ((option = getopt(argc, argv, "o:t:")) != -1) {
		if (option == 'o')
			in_json = strcmp(optarg, "json") == 0;
		else if (option == 't')
			grab_threads = (uint32_t)atoi(optarg);
		else
			return 2;
	}
	count = argc > optind ? strtoull(argv[optind], NULL, 10) : 100000;
	parent = argc > optind + 1 ? argv[optind + 1] : "/tmp";
	load();
	world.second = 36000;
	make_folder(parent, path);
	run_floor(path, count);
	remove_folder(path);
	make_folder(parent, path);
	run_scan(&first, path, "s-20261201-01", count);
	again.bytes = first.bytes;
	again.services = first.services;
	again.named = first.named;
	world.second += 3600;
	run_scan(&again, path, "s-20261201-02", count);
	remove_folder(path);
	return 0;
}
