/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_query.c - measures what the index costs the writer, and how fast queries are with it.
 *
 * 	bench_query [SERVICES [DIRECTORY [QUERIES [x]]]]     x: only with the index
 *
 * Writes a population (population.h) in random order, first without an index and then, in another
 * folder, with one; then asks QUERIES mixed queries of each class, while another process
 * sights the services again at full rate. Prints one JSON object a line. "floor_ms" is the time to add
 * up as many bytes as a column of 4 bytes has. "cpu" is the processor time of the asking process.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "field_column.h"
#include "population.h"
#include "query.h"

enum { BATCH = 16384, MOST = 4000 };

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void fail(const char *what, int ret)
{
	fprintf(stderr, "bench_query: %s: error %d\n", what, ret);
	exit(1);
}

static struct store *open_store(const char *path, enum store_mode mode)
{
	struct error err;
	struct store *s;
	int ret = store_open(path, mode, &s, &err);

	if (ret != 0)
		fail(err.text, ret);
	return s;
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void first_scan(struct store *s, const struct population *p)
{
	struct record **list = calloc(BATCH, sizeof(*list));
	size_t total = population_count(p);

	for (size_t i = 0; i < BATCH; i++)
		list[i] = population_record_new();
	for (size_t done = 0; done < total; done += BATCH) {
		struct store_batch b = {.records = list};

		b.record_count = total - done < BATCH ? total - done : BATCH;
		for (size_t i = 0; i < b.record_count; i++)
			population_fill(p, population_order(p, done + i), 0, list[i]);
		if (store_put_batch(s, "s-1", &b) != 0)
			fail("store_put_batch", -1);
	}
	for (size_t i = 0; i < BATCH; i++)
		population_record_free(list[i]);
	free(list);
}

static size_t sight_all(struct store *s, const struct population *p, unsigned scan, size_t most)
{
	struct record_sighting *list = calloc(BATCH, sizeof(*list));
	size_t done = 0;

	for (; done < most; done += BATCH) {
		struct store_batch b = {.sightings = list};

		b.sighting_count = most - done < BATCH ? most - done : BATCH;
		for (size_t i = 0; i < b.sighting_count; i++)
			population_sight(p, population_order(p, done + i), scan, &list[i]);
		if (store_put_batch(s, "s-2", &b) != 0)
			fail("store_put_batch", -1);
	}
	free(list);
	return done;
}

static void measure_writer(const char *path, const struct population *p, bool indexed)
{
	double at, cpu, first, first_cpu, again, again_cpu;
	char file[4096];
	struct stat st;
	struct store *s;

	store_index_by(indexed ? field_indexer() : NULL);
	s = open_store(path, STORE_WRITE);
	at = now_s();
	cpu = cpu_s();
	first_scan(s, p);
	first = now_s() - at;
	first_cpu = cpu_s() - cpu;
	at = now_s();
	cpu = cpu_s();
	sight_all(s, p, 1, population_count(p));
	again = now_s() - at;
	again_cpu = cpu_s() - cpu;
	store_close(s);
	snprintf(file, sizeof(file), "%s/data.mdb", path);
	if (stat(file, &st) != 0)
		fail(file, -1);
	printf("{\"index\": %s, \"services\": %zu, \"first_per_s\": %.0f, \"first_cpu_us\": %.2f, "
	       "\"again_per_s\": %.0f, \"again_cpu_us\": %.2f, \"bytes_a_service\": %.0f}\n",
	       indexed ? "true" : "false", population_count(p), (double)population_count(p) / first,
	       first_cpu * 1e6 / (double)population_count(p), (double)population_count(p) / again,
	       again_cpu * 1e6 / (double)population_count(p),
	       (double)st.st_size / (double)population_count(p));
	fflush(stdout);
}

/* ---- queries --------------------------------------------------------------------------------- */

static uint64_t random_state = 1;

static unsigned draw(unsigned n)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(random_state >> 33) % n;
}

static const char *pick_term(void)
{
	static const char *const terms[] = {
		"port:22",         "port:80,443",     "port:8080",
		"port>1024",       "product:openssh", "product:nginx",
		"product:apache",  "service:http",    "service:ssh",
		"version<9.3",     "version<2.4.50",  "kev:true",
		"cvss>=9",         "epss>0.5",        "level:Critical",
		"level>=Moderate", "score>50",        "has_vuln:true",
		"has_ssl:false",   "transport:udp",   "vuln.severity:high",
		"os:linux",        "exposure:*",      "confidence>80",
		"http.status:200",
	};

	return terms[draw(sizeof(terms) / sizeof(terms[0]))];
}

static void boolean(char out[256])
{
	snprintf(out, 256, "%s %s OR %s -%s (%s OR %s)", pick_term(), pick_term(), pick_term(),
	         pick_term(), pick_term(), pick_term());
}

static bool take_row(void *arg, const struct store_host *h, const struct record *r)
{
	(void)h;
	(void)r;
	++*(uint64_t *)arg;
	return true;
}

static void ask_count(struct store *s, const struct query *q)
{
	uint64_t n;

	if (query_count(s, q, false, &n) != 0)
		fail("query_count", -1);
}

static void ask_latest(struct store *s, const struct query *q)
{
	const struct query_sort sort = {.order = QUERY_BY_LAST_SEEN, .limit = 100};
	uint64_t n = 0;

	if (query_sorted(s, q, &sort, take_row, &n) != 0)
		fail("query_sorted", -1);
}

static void ask_page(struct store *s, const struct query *q)
{
	struct query_page page = {.limit = 100};
	uint64_t n = 0;

	if (query_services(s, q, &page, take_row, &n) != 0)
		fail("query_services", -1);
}

static void take_value(void *arg, size_t facet, const void *data, size_t len, uint64_t services)
{
	(void)facet;
	(void)data;
	(void)len;
	*(uint64_t *)arg += services;
}

static void ask_facets(struct store *s, const struct query *q)
{
	const struct field *fields[3] = {field_find("port"), field_find("product"),
	                                 field_find("level")};
	uint64_t n = 0;
	struct query_facets f = {fields, 3, take_value, &n};
	struct query_totals totals;

	if (query_facets(s, q, &f, &totals) != 0)
		fail("query_facets", -1);
}

static void text_latest(char out[256])
{
	snprintf(out, 256, "port:22 product:OpenSSH %s", pick_term());
}

static void text_version(char out[256])
{
	snprintf(out, 256, "product:openssh version<%u.%u", 5 + draw(5), draw(10));
}

static void text_pair(char out[256])
{
	snprintf(out, 256, "%s %s", pick_term(), pick_term());
}

static void text_phrase(char out[256])
{
	snprintf(out, 256, "\"%04x-%u OpenSSH\"", draw(65536), draw(100));
}

static const struct {
	const char *name;
	void (*text)(char out[256]);
	void (*ask)(struct store *s, const struct query *q);
} classes[] = {
	{"port:22 product:OpenSSH ..., first 100 by last_seen", text_latest, ask_latest},
	{"version<X, first 100", text_version, ask_page},
	{"two terms, first 100 by address", text_pair, ask_page},
	{"a rare phrase, first 100", text_phrase, ask_page},
	{"count of a Boolean of six terms", boolean, ask_count},
	{"facets port, product, level of two terms", text_pair, ask_facets},
};

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void measure_class(struct store *s, size_t class, size_t queries)
{
	double ms[MOST], cpu[MOST];

	for (size_t i = 0; i < queries; i++) {
		struct error err;
		struct query *q;
		char text[256];
		double at, spent;

		classes[class].text(text);
		at = now_s();
		spent = cpu_s();
		if (query_parse(text, 1795305600000000, &q, &err) != 0)
			fail(text, -1);
		classes[class].ask(s, q);
		ms[i] = (now_s() - at) * 1e3;
		cpu[i] = (cpu_s() - spent) * 1e3;
		query_free(q);
	}
	qsort(ms, queries, sizeof(ms[0]), by_time);
	qsort(cpu, queries, sizeof(cpu[0]), by_time);
	printf("{\"class\": \"%s\", \"queries\": %zu, \"p50_ms\": %.2f, \"p99_ms\": %.2f, "
	       "\"cpu_p50_ms\": %.2f, \"cpu_p99_ms\": %.2f}\n",
	       classes[class].name, queries, ms[queries / 2], ms[queries * 99 / 100],
	       cpu[queries / 2], cpu[queries * 99 / 100]);
	fflush(stdout);
}

static double floor_ms(size_t services)
{
	uint32_t *column = calloc(services, sizeof(*column)), sum = 0;
	double at;

	memset(column, 1, services * sizeof(*column));
	at = now_s();
	for (size_t i = 0; i < services; i++)
		sum += column[i];
	at = now_s() - at;
	free(column);
	return at * 1e3 + (sum == 1 ? 1e-9 : 0);
}

static pid_t start_writer(const char *path, const struct population *p)
{
	pid_t pid = fork();
	struct store *s;

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	s = open_store(path, STORE_WRITE);
	for (unsigned scan = 2;; scan++)
		sight_all(s, p, scan, population_count(p));
}

static void remove_store(const char *path)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock"};
	char file[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		unlink(file);
	}
	rmdir(path);
}

/* How many profiles and values there are: what a term is decided for. */
static void print_sizes(struct store *s)
{
	struct store_view *v;
	unsigned most = 0;

	if (store_view_open(s, &v) != 0)
		fail("store_view_open", -1);
	for (unsigned f = 0; f < field_indexer()->fields; f++)
		if (store_view_values(v, f) > store_view_values(v, most))
			most = f;
	printf("{\"rows\": %u, \"hosts\": %u, \"profiles\": %u, \"profiles_of_facts\": %u, "
	       "\"most_values\": %u, \"of\": \"%s\"}\n",
	       store_view_rows(v), store_view_hosts(v), store_view_profiles(v, STORE_DIM_SERVICE),
	       store_view_profiles(v, STORE_DIM_FACTS), store_view_values(v, most),
	       field_of_column(most)->name);
	store_view_close(v);
}

static void measure_queries(const char *path, const struct population *p, size_t queries)
{
	pid_t writer = start_writer(path, p);
	struct store *s;
	int status;

	sleep(1);
	s = open_store(path, STORE_READ);
	print_sizes(s);
	printf("{\"floor_ms\": %.2f}\n", floor_ms(population_count(p)));
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		measure_class(s, i, queries);
	printf("{\"writer_runs\": %s}\n",
	       waitpid(writer, &status, WNOHANG) == 0 ? "true" : "false");
	store_close(s);
	kill(writer, SIGKILL);
	waitpid(writer, &status, 0);
}

int main(int argc, char **argv)
{
	size_t services = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	const char *parent = argc > 2 ? argv[2] : "/tmp";
	size_t queries = argc > 3 ? strtoul(argv[3], NULL, 10) : 1000;
	char path[2048];

	if (queries == 0 || queries > MOST)
		fail("QUERIES", -1);
	for (int indexed = argc > 4; indexed < 2; indexed++) {
		/* Each its own: the store changes what a honeypot's host has in place. */
		struct population *p = population_new(1, services);

		if (p == NULL)
			fail("population", -1);
		snprintf(path, sizeof(path), "%s/bench-query-XXXXXX", parent);
		if (mkdtemp(path) == NULL)
			fail(path, -1);
		measure_writer(path, p, indexed);
		if (indexed)
			measure_queries(path, p, queries);
		remove_store(path);
		population_free(p);
	}
	return 0;
}
