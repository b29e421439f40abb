/* SPDX-License-Identifier: Apache-2.0 */
/* ports.c - parses a list of ports. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ports.h"
#include "vulndb.h"

struct parser {
	const char *text; /* whole, for columns */
	const char *at;
	struct error *err;
	ports_sink sink;
	void *arg;
};

static int expected(const struct parser *p, const char *at, const char *what)
{
	return error_set(p->err, -EINVAL, "ports `%.60s`: column %zu: expected %s", p->text,
	                 (size_t)(at - p->text) + 1, what);
}

/* Parses a number from 1 to @max; if there is none, the error says that @what was expected. */
static int number(struct parser *p, uint32_t max, const char *what, uint32_t *out)
{
	const char *start = p->at;
	uint32_t v = 0;

	for (; isdigit((unsigned char)*p->at); p->at++) {
		v = v * 10 + (uint32_t)(*p->at - '0');
		if (v > max)
			return expected(p, start, what);
	}
	if (p->at == start || v == 0)
		return expected(p, start, what);
	*out = v;
	return 0;
}

static int top(struct parser *p)
{
	size_t most = vd_top_ports(NULL, 0);
	uint16_t *list;
	char what[64];
	uint32_t n;
	int ret;

	snprintf(what, sizeof(what), "top:N with N from 1 to %zu", most);
	p->at += strlen("top:");
	ret = number(p, (uint32_t)most, what, &n);
	if (ret < 0)
		return ret;
	list = calloc(n, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	vd_top_ports(list, n);
	for (uint32_t i = 0; i < n && ret == 0; i++)
		ret = p->sink(p->arg, list[i], list[i]);
	free(list);
	return ret;
}

static int range(struct parser *p)
{
	static const char what[] = "a port from 1 to 65535, a range, `all` or `top:N`";
	const char *start = p->at;
	uint32_t first, last;
	int ret = number(p, 65535, what, &first);

	if (ret < 0)
		return ret;
	last = first;
	if (*p->at == '-') {
		p->at++;
		ret = number(p, 65535, "the range's last port, 1 to 65535", &last);
		if (ret < 0)
			return ret;
	}
	if (last < first)
		return expected(p, start, "a range whose first port is not above its last");
	return p->sink(p->arg, (uint16_t)first, (uint16_t)last);
}

static int item(struct parser *p)
{
	if (strncmp(p->at, "all", 3) == 0) {
		p->at += 3;
		return p->sink(p->arg, 1, 65535);
	}
	if (strncmp(p->at, "top:", 4) == 0)
		return top(p);
	return range(p);
}

int ports_parse(const char *text, ports_sink sink, void *arg, struct error *err)
{
	struct parser p = {text, text, err, sink, arg};

	for (;;) {
		int ret = item(&p);

		if (ret < 0)
			return ret;
		if (*p.at == '\0')
			return 0;
		if (*p.at != ',')
			return expected(&p, p.at, "`,` or the end");
		p.at++;
	}
}
