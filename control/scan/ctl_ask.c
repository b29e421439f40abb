/* SPDX-License-Identifier: Apache-2.0 */
/* ctl_ask.c - the client's side of the control socket. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "ctl.h"
#include "ctl_path.h"

static int connect_at(const struct sockaddr_un *sa)
{
	struct timeval limit = {.tv_sec = 5};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int ret;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0)
		return fd;
	ret = errno == ECONNREFUSED ? -ENOENT : -errno;
	close(fd);
	return ret;
}

static int connect_to(const char *db_dir)
{
	struct ctl_path path;
	int ret = ctl_path_open(db_dir, &path);

	if (ret < 0)
		return ret;
	ret = connect_at(&path.address);
	ctl_path_close(&path);
	return ret;
}

/* One line without its line feed. Returns its length or -errno. */
static ssize_t read_line(int fd, char *line, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = recv(fd, line + len, size - len, 0);
		char *nl;

		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (n == 0)
			return -EPROTO;
		nl = memchr(line + len, '\n', (size_t)n);
		if (nl != NULL)
			return nl - line;
		len += (size_t)n;
	}
	return -EPROTO;
}

static int exchange(int fd, const char *request, char reply[CTL_REPLY])
{
	char line[CTL_REQUEST];
	ssize_t len;
	int n = snprintf(line, sizeof(line), "%s\n", request);

	if (n >= CTL_REQUEST)
		return -E2BIG;
	if (send(fd, line, (size_t)n, MSG_NOSIGNAL) != n)
		return errno == EAGAIN ? -ETIMEDOUT : -EPIPE;
	len = read_line(fd, reply, CTL_REPLY);
	if (len < 0)
		return (int)len;
	reply[len] = '\0';
	return 0;
}

int ctl_ask(const char *db_dir, const char *request, char reply[CTL_REPLY], struct error *err)
{
	int fd = connect_to(db_dir);
	int ret = fd < 0 ? fd : exchange(fd, request, reply);

	if (fd >= 0)
		close(fd);
	if (ret == -ENOENT)
		error_set(err, ret,
		          "no scan runs with the database %.300s (name another with --db)", db_dir);
	else if (ret < 0)
		error_set(err, ret, "the scan with the database %.300s: %s", db_dir,
		          strerror(-ret));
	return ret;
}
