/* SPDX-License-Identifier: Apache-2.0 */
/* deliver_exec.c - runs a command with an event on its standard input, for a limited time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "deliver.h"

enum { ARGS = 64 };

/* In the child: the words of the command between blanks, or a shell that reads it. */
static void run(const struct monitor *m, int in)
{
	char line[MONITOR_TEXT], *args[ARGS + 1], *save = NULL;
	int n = 0;

	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (dup2(in, STDIN_FILENO) < 0)
		_exit(127);
	if (m->shell) {
		execl("/bin/sh", "sh", "-c", m->exec, (char *)NULL);
		_exit(127);
	}
	memcpy(line, m->exec, sizeof(line));
	for (char *w = strtok_r(line, " ", &save); w != NULL && n < ARGS;
	     w = strtok_r(NULL, " ", &save))
		args[n++] = w;
	args[n] = NULL;
	if (n > 0)
		execvp(args[0], args);
	_exit(127);
}

/* Write the event while the child lives, and wait for its end. False: the time is over. */
static bool feed(int pidfd, int out, const struct event *e, int64_t end_us)
{
	struct pollfd p[2] = {{.fd = pidfd, .events = POLLIN}, {.fd = out, .events = POLLOUT}};
	size_t at = 0;

	for (;;) {
		int64_t left = (end_us - clock_monotonic_us()) / 1000;

		if (left <= 0)
			return false;
		poll(p, 2, (int)left);
		if (p[0].revents != 0)
			return true;
		if (p[1].fd >= 0 && p[1].revents != 0) {
			ssize_t n = write(out, e->body + at, e->len - at);

			at += n > 0 ? (size_t)n : 0;
			if (at == e->len || (n < 0 && errno != EAGAIN && errno != EINTR)) {
				close(out);
				p[1].fd = -1;
			}
		}
	}
}

static int judge(pid_t pid, const struct monitor *m, char why[MONITOR_ERROR])
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -EIO;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status))
		snprintf(why, MONITOR_ERROR, "%.80s: exit code %d", m->exec, WEXITSTATUS(status));
	else
		snprintf(why, MONITOR_ERROR, "%.80s: ended by signal %d", m->exec,
		         WTERMSIG(status));
	return -EIO;
}

int deliver_exec(const struct monitor *m, const struct event *e, char why[MONITOR_ERROR])
{
	int64_t end_us = clock_monotonic_us() + (int64_t)m->timeout_s * 1000000;
	int ends[2], pidfd, ret;
	char late[MONITOR_ERROR] = "";
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -EIO;
	pid = fork();
	if (pid == 0)
		run(m, ends[0]);
	close(ends[0]);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	pidfd = pid > 0 ? pidfd_open(pid, 0) : -1;
	if (pidfd < 0) {
		close(ends[1]);
		snprintf(why, MONITOR_ERROR, "no process: %s", strerror(errno));
		return -EIO;
	}
	if (!feed(pidfd, ends[1], e, end_us)) {
		snprintf(late, sizeof(late), "%.80s: not done within %u s", m->exec, m->timeout_s);
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
	}
	close(pidfd);
	ret = judge(pid, m, why);
	if (late[0] != '\0')
		memcpy(why, late, sizeof(late));
	return ret;
}
