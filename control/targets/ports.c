/* SPDX-License-Identifier: Apache-2.0 */
/* ports.c - parses a list of ports. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ascii.h"
#include "ports.h"
#include "service_ports.h"
#include "vulndb.h"

struct parser {
	const char *text; /* whole, for columns */
	const char *at;
	enum ports_kind kind; /* of the last letter */
	struct error *err;
	ports_sink sink;
	void *arg;
};

static const char what_item[] =
	"a port from 1 to 65535, a range, a service's name, `all` or `top:N`";

static int expected(const struct parser *p, const char *at, const char *what)
{
	return error_set(p->err, -EINVAL, "ports `%.60s`: column %zu: expected %s", p->text,
	                 (size_t)(at - p->text) + 1, what);
}

static int pass(const struct parser *p, uint32_t first, uint32_t last)
{
	return p->sink(p->arg, p->kind, (uint16_t)first, (uint16_t)last);
}

/* Parses a number from 0 to @max; if there is none, the error says that @what was expected. */
static int number(struct parser *p, uint32_t max, const char *what, uint32_t *out)
{
	const char *start = p->at;
	uint32_t v = 0;

	for (; isdigit((unsigned char)*p->at); p->at++) {
		v = v * 10 + (uint32_t)(*p->at - '0');
		if (v > max)
			return expected(p, start, what);
	}
	if (p->at == start)
		return expected(p, start, what);
	*out = v;
	return 0;
}

/* How long the "top", "top:" or "top-" before a number is at @at; 0: it is something else. */
static size_t top_len(const char *at)
{
	size_t n = strncmp(at, "top", 3) == 0 ? 3 : 0;

	if (n > 0 && (at[n] == ':' || at[n] == '-'))
		n++;
	else if (n > 0 && !ascii_is_digit(at[n]))
		n = 0;
	return n;
}

static int top(struct parser *p, size_t len)
{
	static const char what[] = "top:N with N from 1 to 65535";
	const char *start = p->at += len;
	uint16_t *list;
	uint32_t n;
	size_t most = vd_top_ports(NULL, 0);
	int ret = number(p, UINT16_MAX, what, &n);

	if (ret == 0 && n == 0)
		ret = expected(p, start, what);
	if (ret < 0)
		return ret;
	list = calloc(most, sizeof(*list));
	if (list == NULL)
		return -ENOMEM;
	most = vd_top_ports(list, n < most ? n : most);
	for (size_t i = 0; i < most && ret == 0; i++)
		ret = pass(p, list[i], list[i]);
	free(list);
	return ret;
}

/* A range whose ends may be left out: "80", "80-90", "60000-", "-1024", "-". */
static int range(struct parser *p)
{
	const char *start = p->at;
	uint32_t first = 0, last;
	int ret = *p->at == '-' ? 0 : number(p, UINT16_MAX, what_item, &first);

	if (ret < 0)
		return ret;
	last = first;
	if (*p->at == '-') {
		last = UINT16_MAX;
		p->at++;
		if (ascii_is_digit(*p->at))
			ret = number(p, UINT16_MAX, "the range's last port, 1 to 65535", &last);
		else if (*p->at != ',' && *p->at != '\0')
			ret = expected(p, p->at, "the range's last port, 1 to 65535");
		if (first == 0)
			first = 1;
	}
	if (ret < 0)
		return ret;
	if (last == 0)
		return expected(p, start, what_item);
	if (last < first)
		return expected(p, start, "a range whose first port is not above its last");
	return pass(p, first, last);
}

static int name(struct parser *p)
{
	char pattern[SERVICE_NAME];
	const char *start = p->at;
	size_t len = strcspn(p->at, ",");
	int ret;

	if (len == 0 || len >= sizeof(pattern))
		return expected(p, start, what_item);
	snprintf(pattern, sizeof(pattern), "%.*s", (int)len, start);
	p->at += len;
	ret = service_ports_find(pattern, p->kind, p->sink, p->arg);
	if (ret == 0)
		return error_set(p->err, -EINVAL,
		                 "ports `%.60s`: column %zu: no service is called `%s`; %s",
		                 p->text, (size_t)(start - p->text) + 1, pattern,
		                 "its port's number will do");
	return ret < 0 ? ret : 0;
}

/* Take a letter that says of which kind the ports behind it are. Returns false if there is none. */
static bool letter(struct parser *p)
{
	static const char letters[] = "TUI";
	static const enum ports_kind kinds[] = {PORTS_TCP, PORTS_UDP, PORTS_ICMP};
	const char *found = *p->at != '\0' ? strchr(letters, *p->at) : NULL;

	if (found == NULL || p->at[1] != ':')
		return false;
	p->kind = kinds[found - letters];
	p->at += 2;
	return true;
}

static int item(struct parser *p)
{
	size_t n;

	if (letter(p) && p->kind == PORTS_ICMP)
		return pass(p, 0, 0);
	if (p->kind == PORTS_ICMP)
		return expected(p, p->at, "T: or U: before further ports: I: has none");
	if (strncmp(p->at, "all", 3) == 0 && (p->at[3] == ',' || p->at[3] == '\0')) {
		p->at += 3;
		return pass(p, 1, UINT16_MAX);
	}
	n = top_len(p->at);
	if (n > 0)
		return top(p, n);
	return *p->at == '*' || ascii_is_alpha(*p->at) ? name(p) : range(p);
}

int ports_parse(const char *text, ports_sink sink, void *arg, struct error *err)
{
	struct parser p = {text, text, PORTS_ANY, err, sink, arg};

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

uint32_t ports_beyond(const char *text)
{
	const size_t known = vd_top_ports(NULL, 0);

	for (const char *at = text; *at != '\0'; at += strcspn(at, ","), at += *at == ',') {
		size_t skip = *at != '\0' && at[1] == ':' && at[0] != 't' ? 2 : 0;
		size_t len = top_len(at + skip);
		unsigned long n = len > 0 ? strtoul(at + skip + len, NULL, 10) : 0;

		if (n > known)
			return n > UINT16_MAX ? UINT16_MAX : (uint32_t)n;
	}
	return 0;
}
