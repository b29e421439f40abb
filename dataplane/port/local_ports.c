/* SPDX-License-Identifier: Apache-2.0 */
/* local_ports.c - reads the kernel's lists of sockets (proc(5)). */
#include "local_ports.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dp_addr.h"

enum { FIN_WAIT2 = 5, TIME_WAIT = 6 }; /* of linux/tcp_states.h */

/* Read an address as the lists have it: words of 32 bits, each in hexadecimal digits of its value
 * in this machine's byte order. */
static bool read_address(const char *text, struct local_socket *out)
{
	static const uint8_t zero[16];
	uint32_t word[4] = {0};
	size_t words = strlen(text) / 8;

	if (words != 1 && words != 4)
		return false;
	for (size_t i = 0; i < words; i++)
		if (sscanf(text + 8 * i, "%8x", &word[i]) != 1)
			return false;
	if (words == 1)
		out->addr = dp_addr_v4(ntohl(word[0]));
	else
		memcpy(out->addr.b, word, sizeof(out->addr.b));
	out->any = memcmp(out->addr.b + (words == 1 ? 12 : 0), zero, 4 * words) == 0;
	return true;
}

/* Read a line about a socket. Returns false for the heading and for a socket that does not count. */
static bool read_line(const char *line, struct local_socket *out)
{
	unsigned port, state;
	char address[33];

	if (sscanf(line,
	           " %*d: %32[0-9A-Fa-f]:%x %*32[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu",
	           address, &port, &state, &out->inode) != 4)
		return false;
	if (port == 0 || port > 65535 || state == TIME_WAIT ||
	    (state == FIN_WAIT2 && out->inode == 0))
		return false;
	out->port = (uint16_t)port;
	return read_address(address, out);
}

/* Returns 1: go on, 0: @fn wants no more, or -errno. */
static int read_list(const char *path, local_socket_fn fn, void *arg)
{
	FILE *f = fopen(path, "re");
	struct local_socket s;
	char line[512];
	bool more = true;

	if (f == NULL)
		return errno == ENOENT ? 1 : -errno; /* a kernel without IPv6 */
	while (more && fgets(line, sizeof(line), f) != NULL)
		if (read_line(line, &s))
			more = fn(arg, &s);
	fclose(f);
	return more;
}

int local_sockets_each(local_socket_fn fn, void *arg)
{
	static const char *const lists[] = {"/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp",
	                                    "/proc/net/udp6"};
	int ret = 1;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && ret > 0; i++)
		ret = read_list(lists[i], fn, arg);
	return ret < 0 ? ret : 0;
}

int local_ephemeral(uint16_t *first, uint16_t *last)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	unsigned low, high;
	int n;

	if (f == NULL)
		return -errno;
	n = fscanf(f, "%5u %5u", &low, &high);
	fclose(f);
	if (n != 2 || low > high || high > 65535)
		return -EIO;
	*first = (uint16_t)low;
	*last = (uint16_t)high;
	return 0;
}

/* Whether the process has the socket open. */
static bool holds(const char *pid, const char *wanted)
{
	char path[64], target[64];
	const struct dirent *e;
	bool found = false;
	ssize_t n;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%.16s/fd", pid);
	d = opendir(path);
	while (d != NULL && !found && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "/proc/%.16s/fd/%.16s", pid, e->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		found = strcmp(target, wanted) == 0;
	}
	if (d != NULL)
		closedir(d);
	return found;
}

static void name_process(const char *pid, char out[LOCAL_HOLDER_TEXT])
{
	char path[64], name[32] = "a process";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	f = fopen(path, "re");
	if (f != NULL) {
		if (fgets(name, sizeof(name), f) != NULL)
			name[strcspn(name, "\n")] = '\0';
		fclose(f);
	}
	snprintf(out, LOCAL_HOLDER_TEXT, "%s (pid %.16s)", name, pid);
}

const char *local_holder(unsigned long inode, char out[LOCAL_HOLDER_TEXT])
{
	const struct dirent *e;
	char wanted[64];
	DIR *d = inode != 0 ? opendir("/proc") : NULL;

	snprintf(out, LOCAL_HOLDER_TEXT, "%s",
	         inode != 0 ? "a process that cannot be seen" : "a connection that is closing");
	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	while (d != NULL && (e = readdir(d)) != NULL) {
		if (e->d_name[strspn(e->d_name, "0123456789")] != '\0' || !holds(e->d_name, wanted))
			continue;
		name_process(e->d_name, out);
		break;
	}
	if (d != NULL)
		closedir(d);
	return out;
}
