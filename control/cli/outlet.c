/* SPDX-License-Identifier: Apache-2.0 */
/* outlet.c - a bounded buffer and the thread that writes it to a descriptor. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "outlet.h"

enum {
	FOOTER = 512,
	CHUNK = 4096, /* what a write() takes at once, so that progress shows */
	POLL_MS = 1000,
};

static const char erase[] = "\r\033[K";

struct outlet {
	int fd;
	size_t limit;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled, drained;
	/* under the lock */
	struct bytes waiting;
	char footer[FOOTER];
	bool new_footer, closing, writing;
	/* of the thread */
	struct bytes taken;
	bool footer_shown;
	/* written by the thread */
	_Atomic size_t written; /* bytes */
	_Atomic size_t at;      /* of @taken, how much is written */
	_Atomic int error;      /* a -errno; 0 = none */
};

/* Write all of it, in pieces. The descriptor may be one that does not block, which belongs to
 * others as well. */
static void write_all(struct outlet *o, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0 && o->error == 0) {
		ssize_t n = write(o->fd, p, len < CHUNK ? len : CHUNK);

		if (n >= 0) {
			p += n;
			len -= (size_t)n;
			o->written += (size_t)n;
			o->at += data == o->taken.data ? (size_t)n : 0;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){.fd = o->fd, .events = POLLOUT}, 1, POLL_MS);
		} else if (errno != EINTR) {
			o->error = -errno;
		}
	}
}

/* Write what was taken, with the footer below it. */
static void write_out(struct outlet *o, const char *footer)
{
	if (o->footer_shown)
		write_all(o, erase, sizeof(erase) - 1);
	write_all(o, o->taken.data, o->taken.len);
	write_all(o, footer, strlen(footer));
	o->footer_shown = footer[0] != '\0';
	bytes_clear(&o->taken);
	o->at = 0;
}

/* Wait for something to write and take it. False: the outlet closes and nothing is left. Called
 * with the lock. */
static bool take(struct outlet *o, char footer[FOOTER])
{
	struct bytes empty = o->taken;

	while (o->waiting.len == 0 && !o->new_footer && !o->closing)
		pthread_cond_wait(&o->filled, &o->lock);
	if (o->waiting.len == 0 && !o->new_footer)
		return false;
	o->taken = o->waiting;
	o->waiting = empty;
	memcpy(footer, o->footer, FOOTER);
	o->new_footer = false;
	return true;
}

static void *run(void *arg)
{
	struct outlet *o = arg;
	char footer[FOOTER];
	bool more = true;

	while (more) {
		pthread_mutex_lock(&o->lock);
		o->writing = false;
		pthread_cond_broadcast(&o->drained);
		more = take(o, footer);
		o->writing = more;
		pthread_mutex_unlock(&o->lock);
		if (more)
			write_out(o, footer);
	}
	return NULL;
}

int outlet_open(int fd, size_t limit, struct outlet **out)
{
	struct outlet *o = calloc(1, sizeof(*o));
	pthread_condattr_t monotonic;
	int ret;

	if (o == NULL)
		return -ENOMEM;
	o->fd = fd;
	o->limit = limit;
	pthread_mutex_init(&o->lock, NULL);
	pthread_cond_init(&o->filled, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&o->drained, &monotonic);
	pthread_condattr_destroy(&monotonic);
	ret = pthread_create(&o->thread, NULL, run, o);
	if (ret != 0) {
		free(o);
		return -ret;
	}
	*out = o;
	return 0;
}

bool outlet_put(struct outlet *o, const void *text, size_t len)
{
	bool taken = true;

	if (o->error != 0)
		return true;
	pthread_mutex_lock(&o->lock);
	if (o->waiting.len + len > o->limit) {
		taken = false;
	} else {
		bytes_put(&o->waiting, text, len);
		taken = !o->waiting.failed;
		o->waiting.failed = false;
		pthread_cond_signal(&o->filled);
	}
	pthread_mutex_unlock(&o->lock);
	return taken;
}

static void set_footer(struct outlet *o, const char *text)
{
	if (strcmp(o->footer, text) == 0)
		return;
	memset(o->footer, 0, sizeof(o->footer));
	strncpy(o->footer, text, sizeof(o->footer) - 1);
	o->new_footer = true;
	pthread_cond_signal(&o->filled);
}

void outlet_footer(struct outlet *o, const char *text)
{
	pthread_mutex_lock(&o->lock);
	set_footer(o, text);
	pthread_mutex_unlock(&o->lock);
}

/* Wait until all is written, as long as the reader reads. Called with the lock. */
static bool drain(struct outlet *o, unsigned patience_ms)
{
	while (o->waiting.len > 0 || o->new_footer || o->writing) {
		size_t before = o->written;
		struct timespec t;
		int ret;

		clock_gettime(CLOCK_MONOTONIC, &t);
		t.tv_sec += patience_ms / 1000;
		t.tv_nsec += patience_ms % 1000 * 1000000L;
		t.tv_sec += t.tv_nsec / 1000000000;
		t.tv_nsec %= 1000000000;
		ret = pthread_cond_timedwait(&o->drained, &o->lock, &t);
		if (ret == ETIMEDOUT && o->written == before)
			return false;
	}
	return true;
}

static size_t count_lines(const uint8_t *data, size_t from, size_t len)
{
	size_t lines = 0;

	for (size_t i = from; i < len; i++)
		lines += data[i] == '\n';
	return lines;
}

int outlet_close(struct outlet *o, const char *last, unsigned patience_ms, size_t *left)
{
	bool drained;
	int ret;

	pthread_mutex_lock(&o->lock);
	set_footer(o, "");
	if (last != NULL)
		bytes_put(&o->waiting, last, strlen(last));
	o->closing = true;
	pthread_cond_signal(&o->filled);
	drained = drain(o, patience_ms);
	pthread_mutex_unlock(&o->lock);
	/* A thread that hangs in write() or poll() ends there; it holds no lock then. */
	if (!drained)
		pthread_cancel(o->thread);
	pthread_join(o->thread, NULL);
	ret = o->error != 0 ? o->error : drained ? 0 : -ETIMEDOUT;
	*left = count_lines(o->waiting.data, 0, o->waiting.len) +
	        count_lines(o->taken.data, o->at, o->taken.len);
	bytes_fini(&o->waiting);
	bytes_fini(&o->taken);
	pthread_cond_destroy(&o->filled);
	pthread_cond_destroy(&o->drained);
	pthread_mutex_destroy(&o->lock);
	free(o);
	return ret;
}
