/* SPDX-License-Identifier: Apache-2.0 */
/* listener.c - sockets to listen on. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "dp_addr.h"
#include "listener.h"

enum { BACKLOG = 1024 };

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Parse ADDRESS:PORT. Returns the length of the address, or 0. */
static socklen_t parse(const char *text, union address *out, bool *local)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : 0;
	char addr[DP_ADDR_TEXT + 2], *end;
	struct dp_addr a;
	unsigned long port;
	uint32_t v4;

	if (len == 0 || len >= sizeof(addr))
		return 0;
	port = strtoul(colon + 1, &end, 10);
	if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || port > 65535)
		return 0;
	if (text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (dp_addr_parse(addr, &a) != 0)
		return 0;
	memset(out, 0, sizeof(*out));
	if (dp_addr_is_v4(&a, &v4)) {
		out->v4 = (struct sockaddr_in){.sin_family = AF_INET,
		                               .sin_port = htons((uint16_t)port),
		                               .sin_addr.s_addr = htonl(v4)};
		*local = v4 >> 24 == 127;
		return sizeof(out->v4);
	}
	out->v6.sin6_family = AF_INET6;
	out->v6.sin6_port = htons((uint16_t)port);
	memcpy(&out->v6.sin6_addr, a.b, sizeof(a.b));
	*local = IN6_IS_ADDR_LOOPBACK(&out->v6.sin6_addr);
	return sizeof(out->v6);
}

bool listener_is_public(const char *text)
{
	union address a;
	bool local = false;

	return parse(text, &a, &local) != 0 && !local;
}

/* The address with the port that the kernel chose. */
static void name(int fd, const char *text, char out[LISTENER_NAME])
{
	union address a = {0};
	socklen_t len = sizeof(a);
	int n = (int)(strrchr(text, ':') - text);

	getsockname(fd, &a.any, &len);
	snprintf(out, LISTENER_NAME, "%.*s:%u", n, text,
	         ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port));
}

int listener_open(const char *text, struct listener *out, struct error *err)
{
	const int one = 1;
	union address a;
	bool local = false;
	socklen_t len = parse(text, &a, &local);
	int fd, ret = 0;

	if (len == 0)
		return error_set(err, -EINVAL,
		                 "--listen: `%.80s`: expected ADDRESS:PORT, such as "
		                 "127.0.0.1:8080 or [::1]:8080",
		                 text);
	fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set(err, -errno, "--listen: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (a.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, &a.any, len) != 0 || listen(fd, BACKLOG) != 0)
		ret = error_set(err, -errno, "--listen %.80s: %s", text, strerror(errno));
	if (ret != 0) {
		close(fd);
		return ret;
	}
	*out = (struct listener){.fd = fd, .local = local};
	name(fd, text, out->name);
	return 0;
}

static bool somebody_listens(const struct sockaddr_un *sa)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes = fd >= 0 && connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0;

	if (fd >= 0)
		close(fd);
	return yes;
}

/* Remove the socket that a killed server left behind. */
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

int listener_open_unix(const char *path, struct listener *out, struct error *err)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd, ret;

	if (strlen(path) >= sizeof(sa.sun_path))
		return error_set(err, -ENAMETOOLONG,
		                 "--unix: %.120s: a socket's path has at most "
		                 "107 bytes",
		                 path);
	strcpy(sa.sun_path, path);
	ret = clear_stale(&sa);
	fd = ret == 0 ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
	if (ret == 0 && fd < 0)
		ret = -errno;
	if (ret == 0) {
		mode_t old = umask(0117);

		if (bind(fd, (const struct sockaddr *)&sa, sizeof(sa)) != 0 ||
		    listen(fd, BACKLOG) != 0)
			ret = -errno;
		umask(old);
	}
	if (ret != 0) {
		if (fd >= 0)
			close(fd);
		return error_set(err, ret, "--unix %.120s: %s", path, strerror(-ret));
	}
	*out = (struct listener){.fd = fd, .local = true, .is_unix = true};
	snprintf(out->name, sizeof(out->name), "%s", path);
	return 0;
}
