/* SPDX-License-Identifier: Apache-2.0 */
/* test_answer.c - claims about problem documents, kept documents, compressed streams, and events. */
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "../store/store_dir.h"
#include "answer.h"
#include "events.h"
#include "suite.h"

static json_t *body(const struct answer *a)
{
	json_t *j = json_loadb((const char *)a->body.data, a->body.len, 0, NULL);

	ck_assert_ptr_nonnull(j);
	return j;
}

static const char *text(json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

START_TEST(a_problem_says_what_where_and_what_was_meant)
{
	struct answer a = {.retry_s = 3};
	struct error err = {"there is no field \"prot\"; did you mean port?", 5};
	json_t *j, *e;

	answer_refusal(&a, "query", &err);
	ck_assert_uint_eq(a.status, 400);
	ck_assert_str_eq(a.type, "application/problem+json");
	j = body(&a);
	ck_assert_str_eq(text(j, "title"), "Bad Request");
	e = json_array_get(json_object_get(j, "errors"), 0);
	ck_assert_int_eq(json_integer_value(json_object_get(e, "column")), 5);
	ck_assert_str_eq(text(e, "suggestion"), "port");
	ck_assert_str_eq(text(e, "parameter"), "query");
	json_decref(j);
	a.retry_s = 3;
	answer_problem(&a, 429, "<b>%s</b>\x1b", "x");
	ck_assert_uint_eq(a.retry_s, 3);
	j = body(&a);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "status")), 429);
	ck_assert_ptr_null(memchr(a.body.data, 0x1b, a.body.len));
	json_decref(j);
	answer_fini(&a);
}
END_TEST

/* ---- kept documents -------------------------------------------------------------------------- */

static struct doc *make_doc(uint32_t v4, uint64_t commit, size_t len)
{
	struct bytes b = {0};
	struct doc *d;

	for (size_t i = 0; i < len; i++)
		bytes_put(&b, "x", 1);
	d = doc_new(&b);
	d->addr = dp_addr_v4(v4);
	d->commit = commit;
	d->until_us = 100;
	return d;
}

START_TEST(a_document_is_valid_until_the_next_commit)
{
	struct doc_cache *c = doc_cache_new(16, 1 << 20);
	struct doc *d = make_doc(1, 7, 10), *got;
	struct dp_addr a = dp_addr_v4(1), b = dp_addr_v4(2);

	doc_cache_put(c, d);
	got = doc_cache_get(c, &a, 0, 7, 99);
	ck_assert_ptr_eq(got, d);
	doc_drop(got);
	ck_assert_ptr_null(doc_cache_get(c, &b, 0, 7, 99));
	ck_assert_ptr_null(doc_cache_get(c, &a, 1, 7, 99));
	ck_assert_ptr_null(doc_cache_get(c, &a, 0, 7, 100)); /* it expired, and is gone */
	ck_assert_ptr_null(doc_cache_get(c, &a, 0, 7, 99));
	doc_cache_put(c, d);
	ck_assert_ptr_null(doc_cache_get(c, &a, 0, 8, 99));
	doc_drop(d);
	doc_cache_free(c);
}
END_TEST

START_TEST(the_cache_keeps_to_its_size)
{
	struct doc_cache *c = doc_cache_new(1024, 16000);
	unsigned found = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		struct doc *d = make_doc(i, 1, 900);

		doc_cache_put(c, d);
		doc_drop(d);
	}
	for (uint32_t i = 0; i < 1000; i++) {
		struct dp_addr a = dp_addr_v4(i);
		struct doc *d = doc_cache_get(c, &a, 0, 1, 0);

		found += d != NULL;
		doc_drop(d);
	}
	ck_assert_uint_ge(found, 1);
	ck_assert_uint_le(found, 17);
	doc_cache_free(c);
}
END_TEST

/* ---- compressed streams ---------------------------------------------------------------------- */

START_TEST(a_coding_is_chosen_by_what_the_client_takes)
{
	ck_assert_int_eq(squeeze_choose(NULL), SQUEEZE_NOT);
	ck_assert_int_eq(squeeze_choose(""), SQUEEZE_NOT);
	ck_assert_int_eq(squeeze_choose("gzip, deflate, br"), SQUEEZE_GZIP);
	ck_assert_int_eq(squeeze_choose("gzip, zstd;q=0.5"), SQUEEZE_ZSTD);
	ck_assert_int_eq(squeeze_choose("GZIP;q=1, zstd;q=0"), SQUEEZE_GZIP);
	ck_assert_int_eq(squeeze_choose("gzip;q=0, zstd;q=0.0"), SQUEEZE_NOT);
	ck_assert_int_eq(squeeze_choose("xgzip, gzipx"), SQUEEZE_NOT);
	ck_assert_int_eq(squeeze_choose(",,;;=,"), SQUEEZE_NOT);
}
END_TEST

enum { PARTS = 50 };

static struct bytes squeezed(enum squeeze_by by)
{
	struct squeeze *s = squeeze_new(by);
	struct bytes out = {0};
	char part[5000];

	for (int i = 0; i < PARTS; i++) {
		memset(part, 'a' + i % 26, sizeof(part));
		ck_assert_int_eq(squeeze_put(s, part, sizeof(part), i == PARTS - 1, &out), 0);
	}
	squeeze_free(s);
	return out;
}

static void check_plain(const uint8_t *data, size_t len)
{
	ck_assert_uint_eq(len, PARTS * 5000);
	for (size_t i = 0; i < len; i++)
		if (data[i] != 'a' + i / 5000 % 26)
			ck_abort_msg("at %zu", i);
}

START_TEST(what_is_compressed_comes_out_again)
{
	static uint8_t plain[PARTS * 5000 + 1];
	struct bytes b = squeezed(SQUEEZE_ZSTD);
	z_stream z = {0};
	ZSTD_DStream *d = ZSTD_createDStream();
	ZSTD_inBuffer in = {b.data, b.len, 0};
	ZSTD_outBuffer out = {plain, sizeof(plain), 0};

	ck_assert_uint_eq(ZSTD_decompressStream(d, &out, &in), 0);
	check_plain(plain, out.pos);
	ZSTD_freeDStream(d);
	bytes_fini(&b);
	b = squeezed(SQUEEZE_GZIP);
	ck_assert_int_eq(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = b.data;
	z.avail_in = (uInt)b.len;
	z.next_out = plain;
	z.avail_out = sizeof(plain);
	ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
	check_plain(plain, z.total_out);
	inflateEnd(&z);
	bytes_fini(&b);
}
END_TEST

/* ---- events ---------------------------------------------------------------------------------- */

/* A database with changes, threads that read it, and the events behind its beginning. */
struct world {
	struct store_dir d;
	struct store *readers[2];
	struct jobs *jobs;
	struct events *events;
};

static void put_ports(struct world *w, uint32_t v4, unsigned first, unsigned n)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING};

	ck_assert_int_eq(store_scan_begin(w->d.s, &scan, NULL, 1795305600000000), 0);
	for (unsigned i = 0; i < n; i++) {
		struct record *r = store_dir_record(v4, (uint16_t)(first + i), 1795305600000000);
		struct record *list[] = {r};
		struct store_batch b = {.records = list, .record_count = 1};

		store_dir_grab(r, "x", "1");
		ck_assert_int_eq(store_put_batch(w->d.s, scan.id, &b), 0);
		record_free(r);
	}
	ck_assert_int_eq(store_settle(w->d.s, 0), 0);
}

static void world_open(struct world *w)
{
	struct jobs_tools tools[1];

	store_dir_open(&w->d);
	put_ports(w, 0xc0000201, 1, 2);
	/* The writer's own handle is lent to the thread: it does not write meanwhile. */
	tools[0] = (struct jobs_tools){w->d.s, NULL};
	ck_assert_int_eq(jobs_open(1, tools, &w->jobs), 0);
	w->events = events_new(w->jobs, 0);
}

static void world_close(struct world *w)
{
	jobs_close(w->jobs);
	events_free(w->events);
	store_dir_remove(&w->d);
}

/* Wait for the jobs that run. */
static void settle(struct world *w)
{
	while (jobs_count(w->jobs) > 0) {
		struct pollfd p = {jobs_fd(w->jobs), POLLIN, 0};
		struct job *j;

		ck_assert_int_eq(poll(&p, 1, 10000), 1);
		while ((j = jobs_take(w->jobs)) != NULL)
			ck_assert(events_take(w->events, j));
	}
}

/* All that a client gets now, NUL-terminated. */
static char *read_all(struct world *w, struct event_client *c, size_t step)
{
	static char all[1 << 20];
	size_t n = 0, got;

	do {
		settle(w);
		got = event_client_read(c, all + n, step, 0);
		n += got;
	} while (got > 0 || event_client_busy(c));
	all[n] = '\0';
	return all;
}

static unsigned count(const char *hay, const char *needle)
{
	unsigned n = 0;

	while ((hay = strstr(hay, needle)) != NULL) {
		hay += strlen(needle);
		n++;
	}
	return n;
}

START_TEST(each_client_gets_each_change_once)
{
	const struct caller all = {0};
	struct caller other = {.range_count = 1};
	struct event_client *late, *live, *blind, *ports;
	struct world w;
	uint64_t last;

	world_open(&w);
	ck_assert(addr_range_parse("198.51.100.0/24", &other.ranges[0]));
	live = event_client_new(w.events, &all, 0, UINT64_MAX);
	blind = event_client_new(w.events, &other, 0, 0);
	ports = event_client_new(w.events, &all, store_change_type("host", 4), 0);
	ck_assert(events_poll(w.events));
	ck_assert(!events_poll(w.events)); /* one reading at a time */
	settle(&w);
	last = events_last(w.events);
	ck_assert_uint_gt(last, 2);
	ck_assert_uint_eq(count(read_all(&w, live, 4096), "\nid: "), last);
	ck_assert_uint_eq(count(read_all(&w, live, 4096), "id: "), 0);
	ck_assert_uint_eq(count(read_all(&w, blind, 4096), "id: "), 0);
	ck_assert_uint_eq(count(read_all(&w, ports, 4096), "event: host.new"), 1);
	late = event_client_new(w.events, &all, 0, last - 1);
	ck_assert_uint_eq(count(read_all(&w, late, 7), "data: {"), 1);
	event_client_free(late);
	event_client_free(live);
	event_client_free(blind);
	event_client_free(ports);
	world_close(&w);
}
END_TEST

START_TEST(who_is_behind_the_ring_catches_up)
{
	const struct caller all = {0};
	struct event_client *c, *far;
	struct world w;
	uint64_t last;

	world_open(&w);
	put_ports(&w, 0xc0000202, 1, 90);
	put_ports(&w, 0xc0000203, 1, 90);
	c = event_client_new(w.events, &all, 0, 0);
	for (uint64_t was = UINT64_MAX; events_last(w.events) != was;) {
		was = events_last(w.events);
		events_poll(w.events);
		settle(&w);
	}
	last = events_last(w.events);
	ck_assert_uint_eq(count(read_all(&w, c, 512), "\nid: "), last);
	event_client_free(c);
	events_free(w.events);
	/* A server that starts now has an empty ring behind the last change. */
	w.events = events_new(w.jobs, last);
	far = event_client_new(w.events, &all, 0, 3);
	ck_assert_uint_eq(count(read_all(&w, far, 512), "\nid: "), last - 3);
	ck_assert(!event_client_ready(far, 0));
	event_client_free(far);
	world_close(&w);
}
END_TEST

START_TEST(a_silent_log_is_no_silent_stream)
{
	const struct caller all = {0};
	struct event_client *c;
	struct world w;
	char out[64];

	world_open(&w);
	c = event_client_new(w.events, &all, 0, UINT64_MAX);
	read_all(&w, c, 64);
	ck_assert(event_client_ready(c, INT64_MAX));
	ck_assert_uint_eq(event_client_read(c, out, sizeof(out), INT64_MAX), 3);
	ck_assert_mem_eq(out, ":\n\n", 3);
	event_client_free(c);
	world_close(&w);
}
END_TEST

START_TEST(handles_of_threads_see_what_is_committed)
{
	struct store_dir d;
	struct store *reader, *other;
	struct store_host h;
	struct error err;
	struct dp_addr a = dp_addr_v4(0xc0000201);
	struct world w = {0};
	uint64_t commit;
	int status;
	pid_t pid;

	store_dir_open(&d);
	w.d = d;
	put_ports(&w, 0xc0000201, 1, 1);
	ck_assert_int_eq(store_share(d.s, &other), -22);
	store_close(d.s);
	ck_assert_int_eq(store_open(d.path, STORE_READ_SHARED, &reader, &err), 0);
	ck_assert_int_eq(store_share(reader, &other), 0);
	commit = store_commit(other);
	pid = fork();
	if (pid == 0) {
		/* Another process writes. */
		execl("/proc/self/exe", "test_answer", "write", d.path, (char *)NULL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_ne(store_commit(other), commit);
	ck_assert_int_eq(store_host_get(other, &a, &h), 0);
	ck_assert_uint_eq(h.service_count, 201);
	store_host_fini(&h);
	store_close(other);
	store_close(reader);
	ck_assert_int_eq(store_open(d.path, STORE_WRITE, &d.s, &err), 0);
	store_dir_remove(&d);
}
END_TEST

/* Outside of a test there are no claims. */
static int write_more(const char *path)
{
	struct store_scan scan = {.state = STORE_SCAN_RUNNING};
	struct record *r = record_new();
	struct store_batch b = {.records = &r, .record_count = 1};
	struct store *s;
	struct error err;
	int ret;

	if (r == NULL || store_open(path, STORE_WRITE, &s, &err) != 0)
		return 1;
	ret = store_scan_begin(s, &scan, NULL, 1795305600000000);
	for (uint16_t port = 2; port < 202 && ret == 0; port++) {
		r->addr = dp_addr_v4(0xc0000201);
		r->port = port;
		r->transport = DP_TRANSPORT_TCP;
		r->state = RECORD_OPEN;
		r->reply.reason = DP_REPLY_OPEN;
		r->seen_us = 1795305600000000;
		ret = store_put_batch(s, scan.id, &b);
	}
	store_close(s);
	record_free(r);
	return ret != 0;
}

int main(int argc, char **argv)
{
	TCase *t;

	if (argc == 3 && strcmp(argv[1], "write") == 0)
		return write_more(argv[2]);
	t = tcase_create("answer");
	tcase_add_test(t, a_problem_says_what_where_and_what_was_meant);
	tcase_add_test(t, a_document_is_valid_until_the_next_commit);
	tcase_add_test(t, the_cache_keeps_to_its_size);
	tcase_add_test(t, a_coding_is_chosen_by_what_the_client_takes);
	tcase_add_test(t, what_is_compressed_comes_out_again);
	tcase_add_test(t, each_client_gets_each_change_once);
	tcase_add_test(t, who_is_behind_the_ring_catches_up);
	tcase_add_test(t, a_silent_log_is_no_silent_stream);
	tcase_add_test(t, handles_of_threads_see_what_is_committed);
	return suite_run("answer", t);
}
