/* SPDX-License-Identifier: Apache-2.0 */
/* bus_error.c - ends the program with a message if a file that is mapped into memory loses pages. */
#include "bus_error.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "ascii.h"
#include "cmd.h"

enum { LINE = 1024 };

/* A line of /proc/self/maps: "begin-end modes offset device inode   path". Only async-signal-safe
 * functions are called here. */
struct maps {
	int fd;
	char block[4096];
	ssize_t at, len;
	char line[LINE];
};

static bool next_line(struct maps *m)
{
	size_t n = 0;

	for (;;) {
		if (m->at == m->len) {
			m->len = read(m->fd, m->block, sizeof(m->block));
			m->at = 0;
			if (m->len <= 0)
				return false;
		}
		if (m->block[m->at] == '\n')
			break;
		if (n < sizeof(m->line) - 1)
			m->line[n++] = m->block[m->at];
		m->at++;
	}
	m->at++;
	m->line[n] = '\0';
	return true;
}

static uintptr_t read_hex(const char **p)
{
	uintptr_t v = 0;

	for (; ascii_hex(**p) >= 0; ++*p)
		v = v << 4 | (uintptr_t)ascii_hex(**p);
	return v;
}

/* The path of the file that is mapped at @at; "" if there is none. */
static const char *mapped_at(struct maps *m, uintptr_t at)
{
	while (next_line(m)) {
		const char *p = m->line;
		uintptr_t begin = read_hex(&p), end;

		p += *p == '-';
		end = read_hex(&p);
		if (at >= begin && at < end)
			return strchr(p, '/') != NULL ? strchr(p, '/') : "";
	}
	return "";
}

static void print(const char *text)
{
	char safe[LINE];
	size_t n = 0;

	for (; *text != '\0' && n < sizeof(safe); text++)
		safe[n++] = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
	if (write(STDERR_FILENO, safe, n) < 0)
		return; /* nobody reads it */
}

static void on_bus_error(int signal, siginfo_t *info, void *context)
{
	static const char database[] = "/data.mdb";
	static struct maps maps;
	const char *path = "";
	size_t len;

	(void)signal;
	(void)context;
	maps.fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	if (maps.fd >= 0)
		path = mapped_at(&maps, (uintptr_t)info->si_addr);
	len = strlen(path);
	print("sonde: ");
	print(len > 0 ? path : "a file");
	print(" lost pages while it was read: it was cut, or its disk fails; copy or make it "
	      "again");
	if (write(STDERR_FILENO, "\n", 1) < 0)
		_exit(CMD_DATABASE);
	if (len > 0 && (len < sizeof(database) - 1 ||
	                strcmp(path + len - (sizeof(database) - 1), database) != 0))
		_exit(CMD_VULNDB);
	_exit(CMD_DATABASE);
}

void bus_error_catch(void)
{
	struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};

	sigemptyset(&action.sa_mask);
	sigaction(SIGBUS, &action, NULL);
}
