/* SPDX-License-Identifier: Apache-2.0 */
/* service_ports.c - looks up services in /etc/services and in the table of the knowledge. */
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "service_ports.h"
#include "vulndb.h"

enum { TCP = 6, UDP = 17 };

struct search {
	const char *pattern;
	enum ports_kind kind;
	ports_sink sink;
	void *arg;
	int found;
};

static bool fits(const struct search *s, const char *name)
{
	return fnmatch(s->pattern, name, FNM_CASEFOLD) == 0;
}

static int pass(struct search *s, unsigned port)
{
	int ret = s->sink(s->arg, s->kind, (uint16_t)port, (uint16_t)port);

	s->found += ret == 0;
	return ret;
}

static bool of_kind(const struct search *s, const char *transport)
{
	return s->kind == PORTS_UDP ? strcmp(transport, "udp") == 0
	       : s->kind == PORTS_TCP
	               ? strcmp(transport, "tcp") == 0
	               : strcmp(transport, "tcp") == 0 || strcmp(transport, "udp") == 0;
}

/* Look at a line such as "http 80/tcp www # WorldWideWeb HTTP". */
static int read_line(struct search *s, char *line)
{
	char *rest, *name = strtok_r(line, " \t\r\n", &rest),
		    *at = strtok_r(NULL, " \t\r\n", &rest);
	char *end;
	unsigned long port;
	bool hit;

	if (name == NULL || at == NULL)
		return 0;
	port = strtoul(at, &end, 10);
	if (end == at || *end != '/' || port < 1 || port > UINT16_MAX || !of_kind(s, end + 1))
		return 0;
	hit = fits(s, name);
	while (!hit && (name = strtok_r(NULL, " \t\r\n", &rest)) != NULL)
		hit = fits(s, name);
	return hit ? pass(s, (unsigned)port) : 0;
}

static int search_file(struct search *s)
{
	FILE *in = fopen("/etc/services", "re");
	char *line = NULL;
	size_t room = 0;
	int ret = 0;

	if (in == NULL)
		return 0;
	while (ret == 0 && getline(&line, &room, in) >= 0) {
		line[strcspn(line, "#")] = '\0';
		ret = read_line(s, line);
	}
	free(line);
	fclose(in);
	return ret;
}

static int search_table(struct search *s)
{
	int ret = 0;

	for (unsigned port = 1; port <= UINT16_MAX && ret == 0; port++) {
		const char *tcp = s->kind != PORTS_UDP ? vd_port_service((uint16_t)port, TCP)
		                                       : NULL;
		const char *udp = s->kind != PORTS_TCP ? vd_port_service((uint16_t)port, UDP)
		                                       : NULL;

		if ((tcp != NULL && fits(s, tcp)) || (udp != NULL && fits(s, udp)))
			ret = pass(s, port);
	}
	return ret;
}

int service_ports_find(const char *pattern, enum ports_kind kind, ports_sink sink, void *arg)
{
	struct search s = {pattern, kind, sink, arg, 0};
	int ret = search_file(&s);

	if (ret == 0 && s.found == 0)
		ret = search_table(&s);
	return ret != 0 ? ret : s.found;
}
