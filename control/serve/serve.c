/* SPDX-License-Identifier: Apache-2.0 */
/* serve.c - opens what a server needs, and runs its one loop. */
#include <errno.h>
#include <openssl/rand.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "audit.h"
#include "bytes_file.h"
#include "clock.h"
#include "http.h"

enum {
	CACHE_PLACES = 1 << 16,
	CACHE_BYTES = 32 << 20,
	TICK_MS = 100, /* how often the log is looked at while somebody listens */
	SECOND_US = 1000000,
	FILES_BESIDE = 128, /* descriptors for other things than connections */
};

/* ---- keys ------------------------------------------------------------------------------------ */

static void drop_keys(struct key_list *keys, struct quota **quotas)
{
	for (size_t i = 0; quotas != NULL && i < keys->count; i++)
		quota_drop(quotas[i]);
	free(quotas);
	key_list_fini(keys);
}

/* The quota that a key had before, so that reading the file again gives nobody more. */
static struct quota *old_quota(const struct server *s, const struct key *k)
{
	struct quota *q = NULL;

	if (server_key(s, k->id, &q) == NULL || q == NULL)
		return NULL;
	return q->rate == k->rate && q->rows_per_day == k->rows_per_day ? quota_hold(q) : NULL;
}

int server_reload_keys(struct server *s, struct error *err)
{
	struct key_list keys;
	struct quota **quotas;
	int ret = key_list_load(s->config->keys, &keys, err);

	if (ret != 0)
		return ret;
	quotas = calloc(keys.count + 1, sizeof(struct quota *));
	if (quotas == NULL) {
		key_list_fini(&keys);
		return error_set(err, -ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < keys.count; i++) {
		const struct key *k = &keys.keys[i];

		quotas[i] = old_quota(s, k);
		if (quotas[i] == NULL && (k->rate > 0 || k->rows_per_day > 0))
			quotas[i] = quota_new(k->rate, k->rows_per_day, clock_now_us());
	}
	drop_keys(&s->keys, s->quotas);
	s->keys = keys;
	s->quotas = quotas;
	/* Cursors outlive a restart where there is a secret that does. */
	if (keys.has_secret)
		memcpy(s->secret, keys.secret, sizeof(s->secret));
	return 0;
}

/* ---- opening --------------------------------------------------------------------------------- */

static int open_store(struct server *s, struct error *err)
{
	int ret = store_open(s->config->db, STORE_READ_SHARED, &s->store, err);

	for (unsigned i = 0; i < s->config->threads && i < JOBS_THREADS && ret == 0; i++)
		if (store_share(s->store, &s->shared[i]) != 0)
			ret = error_set(err, -ENOMEM, "out of memory");
	return ret;
}

static int open_jobs(struct server *s, struct error *err)
{
	struct jobs_tools tools[JOBS_THREADS] = {{0}};
	unsigned n = s->config->threads;
	int ret;

	for (unsigned i = 0; i < n; i++)
		tools[i] = (struct jobs_tools){s->shared[i], s->knowledge};
	ret = jobs_open(n, tools, &s->jobs);
	return ret == 0 ? 0 : error_set(err, ret, "threads: %s", strerror(-ret));
}

static int open_events(struct server *s, struct error *err)
{
	uint64_t last = 0;
	int ret = store_change_last(s->store, &last);

	if (ret != 0)
		return error_set(err, ret, "the change log: %s", strerror(-ret));
	s->events = events_new(s->jobs, last);
	return s->events != NULL ? 0 : error_set(err, -ENOMEM, "out of memory");
}

static int describe(struct server *s, struct error *err)
{
	struct bytes text = {0};
	FILE *out = bytes_file_open(&text);
	int ret = out != NULL ? serve_openapi(out) : -ENOMEM;

	if (out != NULL && fclose(out) != 0)
		ret = -ENOMEM;
	if (ret == 0 && !text.failed)
		s->openapi = doc_new(&text);
	bytes_fini(&text);
	return s->openapi != NULL ? 0 : error_set(err, -ENOMEM, "out of memory");
}

/* Let the process have a descriptor for each connection. */
static void raise_limit(const struct serve_config *c)
{
	struct rlimit l;
	char line[160];

	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= c->connections + FILES_BESIDE)
		return;
	l.rlim_cur = c->connections + FILES_BESIDE < l.rlim_max ? c->connections + FILES_BESIDE
	                                                        : l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
	if (l.rlim_cur >= c->connections + FILES_BESIDE)
		return;
	snprintf(line, sizeof(line),
	         "only %llu files may be open (RLIMIT_NOFILE), so there can be fewer connections",
	         (unsigned long long)l.rlim_cur);
	c->say(line);
}

static int open_parts(struct server *s, struct error *err)
{
	struct error unknown = {""};
	int ret;

	if (RAND_bytes(s->secret, sizeof(s->secret)) != 1)
		return error_set(err, -EIO, "no random numbers");
	s->sessions = calloc(1, sizeof(*s->sessions));
	s->docs = doc_cache_new(CACHE_PLACES, CACHE_BYTES);
	if (s->sessions == NULL || s->docs == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	ret = open_store(s, err);
	if (ret == 0)
		ret = server_reload_keys(s, err);
	if (ret == 0 && (s->audit_fd = audit_open(s->config->audit, err)) < 0)
		ret = s->audit_fd;
	if (ret == 0 && vulndb_open(s->config->vulndb, &s->knowledge, &unknown) != 0) {
		s->knowledge = NULL;
		s->config->say(unknown.text);
	}
	if (ret == 0)
		ret = open_jobs(s, err);
	if (ret == 0)
		ret = open_events(s, err);
	if (ret == 0)
		ret = describe(s, err);
	return ret;
}

int serve_open(const struct serve_config *config, struct server **out, struct error *err)
{
	struct server *s = calloc(1, sizeof(*s));
	int ret;

	if (s == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	s->config = config;
	s->audit_fd = -1;
	s->start_us = clock_monotonic_us();
	raise_limit(config);
	ret = open_parts(s, err);
	if (ret == 0)
		ret = http_open(s, &s->http, err);
	if (ret != 0) {
		serve_close(s);
		return ret;
	}
	if (s->keys.count == 0)
		config->say("there are no keys: who can connect to this machine's loopback, or to "
		            "the unix socket, may do everything; `sonde key add` makes one");
	*out = s;
	return 0;
}

void serve_close(struct server *s)
{
	if (s == NULL)
		return;
	jobs_close(s->jobs); /* before the connections that its jobs belong to */
	http_close(s->http);
	events_free(s->events);
	doc_drop(s->openapi);
	doc_cache_free(s->docs);
	free(s->sessions);
	drop_keys(&s->keys, s->quotas);
	for (unsigned i = 0; i < JOBS_THREADS; i++)
		store_close(s->shared[i]);
	store_close(s->store);
	vulndb_close(s->knowledge);
	if (s->audit_fd >= 0)
		close(s->audit_fd);
	free(s);
}

/* ---- the loop -------------------------------------------------------------------------------- */

struct loop {
	struct server *s;
	int epoll_fd, signal_fd;
	int64_t second_us, end_us; /* when the next second is; when to end, 0 = not yet */
	uint64_t commit;           /* up to which the log was read */
	bool over;
};

static void reload(struct loop *l)
{
	struct error err = {""};
	struct server *s = l->s;

	if (server_reload_keys(s, &err) != 0)
		s->config->say(err.text);
	else if (http_reload_tls(s->http, l->epoll_fd, &err) != 0)
		s->config->say(err.text);
	else
		s->config->say("keys and certificates were read again");
}

static void take_signal(struct loop *l)
{
	struct signalfd_siginfo info;

	while (read(l->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP) {
			reload(l);
		} else if (l->s->draining) {
			l->over = true;
		} else {
			l->s->draining = true;
			l->end_us =
				clock_monotonic_us() + (int64_t)l->s->config->drain_s * SECOND_US;
			http_drain(l->s->http);
		}
	}
}

static void take_jobs(struct server *s)
{
	bool events = false;
	struct job *j;

	while ((j = jobs_take(s->jobs)) != NULL) {
		if (events_take(s->events, j))
			events = true;
		else
			http_take(s->http, j);
	}
	if (events)
		http_wake_listeners(s->http);
}

/* Look whether there is anything new for those who listen. */
static void tick(struct loop *l)
{
	uint64_t commit = store_commit(l->s->store);

	if (commit != l->commit && events_poll(l->s->events))
		l->commit = commit;
}

static void each_second(struct loop *l)
{
	struct error err = {""};

	http_sweep(l->s->http);
	http_wake_listeners(l->s->http); /* some may be due for a heartbeat */
	if (key_list_is_old(l->s->config->keys, &l->s->keys) && server_reload_keys(l->s, &err) != 0)
		l->s->config->say(err.text);
}

static void turn(struct loop *l)
{
	struct server *s = l->s;
	struct epoll_event events[16];
	int wait_ms = events_clients(s->events) > 0 ? TICK_MS : 1000;
	int64_t now_us;

	epoll_wait(l->epoll_fd, events, 16, http_timeout(s->http, wait_ms));
	take_signal(l);
	take_jobs(s);
	http_run(s->http);
	if (events_clients(s->events) > 0)
		tick(l);
	now_us = clock_monotonic_us();
	if (now_us >= l->second_us) {
		l->second_us = now_us + SECOND_US;
		each_second(l);
	}
	if (s->draining && (http_active(s->http) == 0 || now_us >= l->end_us))
		l->over = true;
}

static int watch(int epoll_fd, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

static int begin(struct loop *l)
{
	sigset_t signals;
	int ret;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	l->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (l->epoll_fd < 0 || l->signal_fd < 0)
		return -errno;
	ret = watch(l->epoll_fd, l->signal_fd);
	if (ret == 0)
		ret = watch(l->epoll_fd, jobs_fd(l->s->jobs));
	return ret == 0 ? http_watch(l->s->http, l->epoll_fd) : ret;
}

int serve_run(struct server *s, struct error *err)
{
	struct loop l = {.s = s, .epoll_fd = -1, .signal_fd = -1};
	int ret = begin(&l);

	if (ret != 0)
		error_set(err, ret, "the loop of the server: %s", strerror(-ret));
	while (ret == 0 && !l.over)
		turn(&l);
	if (l.signal_fd >= 0)
		close(l.signal_fd);
	if (l.epoll_fd >= 0)
		close(l.epoll_fd);
	return ret;
}
