/* SPDX-License-Identifier: Apache-2.0 */
/* target_word.c - cuts URLs, and ports off addresses. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ascii.h"
#include "service_ports.h"
#include "target_word.h"

/* What is left to cut, and where an error is. */
struct cutter {
	const char *word, *at, *end;
	uint16_t port;
	size_t *column;
	const char **expected;
};

static int refuse(const struct cutter *c, const char *at, const char *expected)
{
	*c->column = (size_t)(at - c->word) + 1;
	*c->expected = expected;
	return -EINVAL;
}

static int take_first(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	uint16_t *port = arg;

	(void)kind;
	(void)last;
	if (*port == 0)
		*port = first;
	return 0;
}

/* The port of a scheme; 0: none is known. */
static uint16_t scheme_port(const char *scheme, size_t len)
{
	static const struct {
		const char *name;
		uint16_t port;
	} usual[] = {{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}};
	char name[SERVICE_NAME];
	uint16_t port = 0;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strlen(usual[i].name) == len && strncasecmp(usual[i].name, scheme, len) == 0)
			return usual[i].port;
	if (len == 0 || len >= sizeof(name))
		return 0;
	for (size_t i = 0; i < len; i++)
		if (!ascii_is_alpha(scheme[i]) && !ascii_is_digit(scheme[i]) && scheme[i] != '-')
			return 0;
	snprintf(name, sizeof(name), "%.*s", (int)len, scheme);
	return service_ports_find(name, PORTS_TCP, take_first, &port) > 0 ? port : 0;
}

/* Cut the scheme, the user's name and the path of a URL off. */
static int cut_url(struct cutter *c, bool *is_url)
{
	const char *slashes = memmem(c->at, (size_t)(c->end - c->at), "://", 3);
	const char *path;

	*is_url = slashes != NULL;
	if (slashes == NULL)
		return 0;
	c->port = scheme_port(c->at, (size_t)(slashes - c->at));
	c->at = slashes + 3;
	for (path = c->at; path < c->end && *path != '/' && *path != '?'; path++)
		if (*path == '@')
			return refuse(c, c->at, "a host without a user's name");
	c->end = path;
	return 0;
}

static int cut_number(struct cutter *c, const char *at)
{
	uint32_t v = 0;

	for (const char *digit = at; digit < c->end; digit++) {
		if (!ascii_is_digit(*digit) || v > UINT16_MAX)
			return refuse(c, at, "a port from 1 to 65535");
		v = 10 * v + (uint32_t)(*digit - '0');
	}
	if (v < 1 || v > UINT16_MAX)
		return refuse(c, at, "a port from 1 to 65535");
	c->port = (uint16_t)v;
	return 0;
}

/* Cut the brackets of an IPv6 address, and the port behind them. */
static int cut_brackets(struct cutter *c)
{
	const char *close = memchr(c->at, ']', (size_t)(c->end - c->at));
	int ret = 0;

	if (close == NULL)
		return refuse(c, c->at, "`]` behind the address");
	if (close + 1 < c->end)
		ret = close[1] == ':' ? cut_number(c, close + 2)
		                      : refuse(c, close + 1, "`:` and a port, or the end");
	c->at++;
	c->end = close;
	return ret;
}

/* Cut the port behind the only colon. An IPv6 address has several. */
static int cut_port(struct cutter *c)
{
	const char *colon = memchr(c->at, ':', (size_t)(c->end - c->at));
	int ret;

	if (colon == NULL || memchr(colon + 1, ':', (size_t)(c->end - colon - 1)) != NULL)
		return 0;
	ret = cut_number(c, colon + 1);
	c->end = colon;
	return ret;
}

int target_word_cut(const char *word, size_t len, struct target_word *out, size_t *column,
                    const char **expected)
{
	struct cutter c = {word, word, word + len, 0, column, expected};
	bool is_url;
	int ret = cut_url(&c, &is_url);

	if (ret == 0)
		ret = c.at < c.end && *c.at == '[' ? cut_brackets(&c) : cut_port(&c);
	if (ret < 0)
		return ret;
	if (is_url && c.port == 0)
		return refuse(&c, c.end,
		              "a port behind the host: that of this scheme is not known");
	*out = (struct target_word){c.at, (size_t)(c.end - c.at), c.port};
	return 0;
}
