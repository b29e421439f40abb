/* SPDX-License-Identifier: Apache-2.0 */
/* jobs.c - a few threads that do what takes long. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "jobs.h"

struct list {
	struct job *first, **end;
};

struct thread {
	struct jobs *jobs;
	struct jobs_tools tools;
	pthread_t id;
};

struct jobs {
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct list waiting, done;
	unsigned waiting_count;
	bool ending;
	int fd;         /* eventfd */
	unsigned count; /* of the thread that puts */
	unsigned threads;
	struct thread list[JOBS_THREADS];
};

static void append(struct list *l, struct job *j)
{
	j->next = NULL;
	*l->end = j;
	l->end = &j->next;
}

static struct job *take_first(struct list *l)
{
	struct job *j = l->first;

	if (j == NULL)
		return NULL;
	l->first = j->next;
	if (l->first == NULL)
		l->end = &l->first;
	return j;
}

/* The next job, or NULL at the end. */
static struct job *wait_for_job(struct jobs *jobs)
{
	struct job *j;

	pthread_mutex_lock(&jobs->lock);
	while (jobs->waiting.first == NULL && !jobs->ending)
		pthread_cond_wait(&jobs->some, &jobs->lock);
	j = take_first(&jobs->waiting);
	if (j != NULL)
		jobs->waiting_count--;
	pthread_mutex_unlock(&jobs->lock);
	return j;
}

static void hand_back(struct jobs *jobs, struct job *j)
{
	const uint64_t one = 1;
	bool first;

	pthread_mutex_lock(&jobs->lock);
	first = jobs->done.first == NULL;
	append(&jobs->done, j);
	pthread_mutex_unlock(&jobs->lock);
	/* An eventfd refuses only above 2^64 - 2. */
	if (first && write(jobs->fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
		abort();
}

static void *work(void *arg)
{
	struct thread *t = arg;
	struct job *j;

	while ((j = wait_for_job(t->jobs)) != NULL) {
		j->run(j, &t->tools);
		hand_back(t->jobs, j);
	}
	return NULL;
}

int jobs_open(unsigned n, const struct jobs_tools *tools, struct jobs **out)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));
	sigset_t all, before;
	int ret = 0;

	if (jobs == NULL)
		return -ENOMEM;
	pthread_mutex_init(&jobs->lock, NULL);
	pthread_cond_init(&jobs->some, NULL);
	jobs->waiting.end = &jobs->waiting.first;
	jobs->done.end = &jobs->done.first;
	jobs->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (jobs->fd < 0)
		ret = -errno;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	for (unsigned i = 0; i < n && i < JOBS_THREADS && ret == 0; i++) {
		jobs->list[i].jobs = jobs;
		jobs->list[i].tools = tools[i];
		ret = -pthread_create(&jobs->list[i].id, NULL, work, &jobs->list[i]);
		jobs->threads += ret == 0;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (ret != 0) {
		jobs_close(jobs);
		return ret;
	}
	*out = jobs;
	return 0;
}

void jobs_close(struct jobs *jobs)
{
	if (jobs == NULL)
		return;
	pthread_mutex_lock(&jobs->lock);
	jobs->ending = true;
	pthread_cond_broadcast(&jobs->some);
	pthread_mutex_unlock(&jobs->lock);
	for (unsigned i = 0; i < jobs->threads; i++)
		pthread_join(jobs->list[i].id, NULL);
	if (jobs->fd >= 0)
		close(jobs->fd);
	pthread_cond_destroy(&jobs->some);
	pthread_mutex_destroy(&jobs->lock);
	free(jobs);
}

bool jobs_put(struct jobs *jobs, struct job *j)
{
	bool room;

	pthread_mutex_lock(&jobs->lock);
	room = jobs->waiting_count < JOBS_WAITING;
	if (room) {
		append(&jobs->waiting, j);
		jobs->waiting_count++;
		pthread_cond_signal(&jobs->some);
	}
	pthread_mutex_unlock(&jobs->lock);
	jobs->count += room;
	return room;
}

struct job *jobs_take(struct jobs *jobs)
{
	struct job *j;
	uint64_t n;

	pthread_mutex_lock(&jobs->lock);
	j = take_first(&jobs->done);
	/* Under the lock, so that no job comes between the last one and the clearing. */
	if (j == NULL && read(jobs->fd, &n, sizeof(n)) < 0 && errno != EAGAIN)
		abort();
	pthread_mutex_unlock(&jobs->lock);
	jobs->count -= j != NULL;
	return j;
}

int jobs_fd(const struct jobs *jobs)
{
	return jobs->fd;
}

unsigned jobs_count(const struct jobs *jobs)
{
	return jobs->count;
}
