/* SPDX-License-Identifier: Apache-2.0 */
/* ctl.c - the server's side of the control socket. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl.h"
#include "ctl_path.h"
#include "utf8.h"

struct client {
	int fd; /* -1 = free */
	size_t len;
	char request[CTL_REQUEST];
};

struct ctl {
	int fd;
	struct ctl_path path; /* owned */
	ctl_handler handler;
	void *arg;
	struct client clients[CTL_CLIENTS];
};

/* True where the socket at @sa has a listener. */
static bool somebody_listens(const struct sockaddr_un *sa)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes = fd >= 0 && connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0;

	if (fd >= 0)
		close(fd);
	return yes;
}

/* Remove the socket that a killed scan left behind. A file of another type is never removed. */
static int clear_stale(const struct sockaddr_un *sa)
{
	struct stat st;

	if (lstat(sa->sun_path, &st) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EEXIST;
	if (somebody_listens(sa))
		return -EADDRINUSE;
	return unlink(sa->sun_path) == 0 ? 0 : -errno;
}

static int listen_at(const struct sockaddr_un *sa)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t old = umask(0177);
	int ret = fd < 0 || bind(fd, (const struct sockaddr *)sa, sizeof(*sa)) != 0 ? -errno : 0;

	umask(old);
	if (ret == 0 && listen(fd, CTL_CLIENTS) != 0)
		ret = -errno;
	if (ret < 0 && fd >= 0)
		close(fd);
	return ret < 0 ? ret : fd;
}

int ctl_open(const char *db_dir, ctl_handler handler, void *arg, struct ctl **out,
             struct error *err)
{
	struct ctl *c = calloc(1, sizeof(*c));
	struct ctl_path path = {.dir_fd = -1};
	int ret = c != NULL ? ctl_path_open(db_dir, &path) : -ENOMEM;

	if (ret == 0)
		ret = clear_stale(&path.address);
	if (ret == 0)
		ret = listen_at(&path.address);
	if (ret < 0) {
		error_set(err, ret, "control socket in %.300s: %s%s", db_dir, strerror(-ret),
		          ret == -ENAMETOOLONG ? ": more than 98 bytes need /proc; name a shorter "
		                                 "path with --db"
		                               : "");
		ctl_path_close(&path);
		free(c);
		return ret;
	}
	c->fd = ret;
	c->path = path;
	c->handler = handler;
	c->arg = arg;
	for (int i = 0; i < CTL_CLIENTS; i++)
		c->clients[i].fd = -1;
	*out = c;
	return 0;
}

static void hang_up(struct client *cl)
{
	close(cl->fd);
	cl->fd = -1;
}

static void welcome(struct ctl *c)
{
	for (int i = 0; i < CTL_CLIENTS; i++) {
		struct client *cl = &c->clients[i];

		if (cl->fd >= 0)
			continue;
		cl->fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		cl->len = 0;
		if (cl->fd < 0)
			return;
	}
}

/* The handler's answer to a request, as a line of JSON; the caller frees it. NULL: no memory. */
static char *make_answer(const struct ctl *c, const char *command, const char *argument)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct json *j = out != NULL ? json_begin(out, false) : NULL;
	bool whole = j != NULL;

	if (whole) {
		json_open_object(j, NULL);
		c->handler(c->arg, command, argument, j);
		json_close_object(j);
		whole = json_done(j) == 0;
	}
	if (out != NULL && fclose(out) != 0)
		whole = false;
	if (whole)
		return text;
	free(text);
	return NULL;
}

/* Send an answer without blocking. False if the socket buffer has no room for all of it: the caller
 * then disconnects the client. */
static bool reply(const struct client *cl, const char *line)
{
	size_t len = strlen(line);

	return len < CTL_REPLY && send(cl->fd, line, len, MSG_NOSIGNAL) == (ssize_t)len;
}

/* Whether a request is UTF-8 without a NUL byte. An answer may repeat the request in JSON, which
 * can hold no other bytes. */
static bool is_text(const char *line, size_t len)
{
	uint32_t character;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_decode(line + i, len - i, &character);

		if (n == 0 || character == 0)
			return false;
		i += n;
	}
	return true;
}

static bool answer_line(struct ctl *c, struct client *cl, char *line, size_t len)
{
	char *argument = line + strcspn(line, " ");
	char *answer;
	bool taken;

	if (!is_text(line, len))
		return reply(cl, "{\"error\":\"a request is a line of UTF-8\"}\n");
	if (*argument != '\0')
		*argument++ = '\0';
	answer = make_answer(c, line, argument);
	taken = reply(cl, answer != NULL ? answer : "{\"error\":\"memory\"}\n");
	free(answer);
	return taken;
}

/* Answer each complete line that the client has sent. False if the client must be disconnected: it
 * did not take an answer, or its line is too long. */
static bool serve_lines(struct ctl *c, struct client *cl)
{
	char *nl;

	while ((nl = memchr(cl->request, '\n', cl->len)) != NULL) {
		size_t n = (size_t)(nl - cl->request) + 1;

		*nl = '\0';
		if (!answer_line(c, cl, cl->request, n - 1))
			return false;
		cl->len -= n;
		memmove(cl->request, cl->request + n, cl->len);
	}
	return cl->len < sizeof(cl->request);
}

static void serve(struct ctl *c, struct client *cl)
{
	ssize_t n = recv(cl->fd, cl->request + cl->len, sizeof(cl->request) - cl->len, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(cl);
		return;
	}
	cl->len += (size_t)n;
	if (!serve_lines(c, cl))
		hang_up(cl);
}

void ctl_poll(struct ctl *c)
{
	struct pollfd fds[CTL_CLIENTS + 1];

	fds[CTL_CLIENTS] = (struct pollfd){.fd = c->fd, .events = POLLIN};
	for (int i = 0; i < CTL_CLIENTS; i++)
		fds[i] = (struct pollfd){.fd = c->clients[i].fd, .events = POLLIN};
	if (poll(fds, CTL_CLIENTS + 1, 0) <= 0)
		return;
	for (int i = 0; i < CTL_CLIENTS; i++)
		if (fds[i].revents != 0)
			serve(c, &c->clients[i]);
	if (fds[CTL_CLIENTS].revents != 0)
		welcome(c);
}

void ctl_close(struct ctl *c)
{
	if (c == NULL)
		return;
	for (int i = 0; i < CTL_CLIENTS; i++)
		if (c->clients[i].fd >= 0)
			hang_up(&c->clients[i]);
	close(c->fd);
	unlink(c->path.address.sun_path);
	ctl_path_close(&c->path);
	free(c);
}
