/* SPDX-License-Identifier: Apache-2.0 */
/* uri.c - checks of web, mail and telephone URIs. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "uri.h"

enum { LABEL_MAX = 63, NAME_MAX_LEN = 253, LOCAL_MAX = 64 };

static bool is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c);
}

static bool is_hex(char c)
{
	return ascii_hex(c) >= 0;
}

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Every character of [@p, @end) is a letter, a digit, in @set, or begins a whole percent-encoding.
 */
static bool consists_of(const char *p, const char *end, const char *set)
{
	for (; p < end; p++) {
		if (is_alnum(*p) || is_in(*p, set))
			continue;
		if (*p != '%' || end - p < 3 || !is_hex(p[1]) || !is_hex(p[2]))
			return false;
		p += 2;
	}
	return true;
}

/* A DNS name or an IPv4 address: labels of 1 to 63 characters between single dots. */
static bool is_name(const char *p, const char *end)
{
	size_t label = 0;

	if (end - p > NAME_MAX_LEN)
		return false;
	for (; p < end; p++) {
		if (*p == '.' && label == 0)
			return false;
		if (*p != '.' && !is_alnum(*p) && !is_in(*p, "-_"))
			return false;
		label = *p == '.' ? 0 : label + 1;
		if (label > LABEL_MAX)
			return false;
	}
	return label > 0;
}

static bool is_ipv6(const char *p, const char *end)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t address[16];
	size_t len = (size_t)(end - p);

	if (len >= sizeof(text))
		return false;
	memcpy(text, p, len);
	text[len] = '\0';
	return inet_pton(AF_INET6, text, address) == 1;
}

/* Whether [@p, @end) is empty, or a colon and a number from 1 to 65535. */
static bool is_port(const char *p, const char *end)
{
	uint32_t value = 0;

	if (p == end)
		return true;
	if (*p++ != ':' || end - p < 1 || end - p > 5)
		return false;
	for (; p < end; p++) {
		if (!ascii_is_digit(*p))
			return false;
		value = value * 10 + (uint32_t)(*p - '0');
	}
	return value >= 1 && value <= 65535;
}

static bool is_authority(const char *p, const char *end)
{
	const char *close;

	if (*p != '[') {
		close = memchr(p, ':', (size_t)(end - p));
		close = close != NULL ? close : end;
		return is_name(p, close) && is_port(close, end);
	}
	close = memchr(p, ']', (size_t)(end - p));
	return close != NULL && is_ipv6(p + 1, close) && is_port(close + 1, end);
}

bool uri_web(const char *text, const char *scheme, const char **path)
{
	static const char allowed[] = "-._~!$&'()*+,;=:@/?"; /* RFC 3986 3.3 to 3.5 */
	size_t n = strlen(scheme);
	const char *host, *rest, *mark;

	if (strncmp(text, scheme, n) != 0 || strncmp(text + n, "://", 3) != 0)
		return false;
	host = text + n + 3;
	rest = host + strcspn(host, "/?#");
	mark = rest + strcspn(rest, "#");
	if (!is_authority(host, rest) || !consists_of(rest, mark, allowed))
		return false;
	if (*mark == '#' && !consists_of(mark + 1, mark + strlen(mark), allowed))
		return false;
	if (path != NULL)
		*path = rest;
	return true;
}

bool uri_mail(const char *text)
{
	const char *local, *at, *end;

	if (strncmp(text, "mailto:", 7) != 0)
		return false;
	local = text + 7;
	end = local + strcspn(local, "?");
	at = memchr(local, '@', (size_t)(end - local));
	if (at == NULL || at == local || !consists_of(local, at, "-._~!$'*+") ||
	    !is_name(at + 1, end))
		return false;
	return consists_of(end, end + strlen(end), "-._~!$&'()*+,;=:@/?");
}

bool uri_phone(const char *text)
{
	const char *end;
	size_t digits = 0;

	if (strncmp(text, "tel:+", 5) != 0)
		return false;
	end = text + strcspn(text, ";");
	for (const char *p = text + 5; p < end; p++) {
		if (!ascii_is_digit(*p) && !is_in(*p, "-.()"))
			return false;
		digits += ascii_is_digit(*p);
	}
	return digits > 0 && consists_of(end, end + strlen(end), "-._~!$&'()*+;=:/");
}

/* RFC 5322 3.2.3: atoms between single dots. */
static bool is_dot_atom(const char *p, const char *end)
{
	if (p == end || end - p > LOCAL_MAX || *p == '.' || end[-1] == '.')
		return false;
	for (; p < end; p++) {
		if (!is_alnum(*p) && !is_in(*p, "!#$%&'*+-/=?^_`{|}~."))
			return false;
		if (*p == '.' && p[1] == '.')
			return false;
	}
	return true;
}

bool uri_from_mail(const char *address, char out[URI_MAIL_MAX])
{
	const char *at = strrchr(address, '@');
	char text[URI_MAIL_MAX];
	size_t n = 7;

	if (at == NULL || !is_dot_atom(address, at) || !is_name(at + 1, at + strlen(at)))
		return false;
	memcpy(text, "mailto:", n);
	for (const char *p = address; p < at; p++) {
		if (is_alnum(*p) || is_in(*p, "-._~!$'*+"))
			text[n++] = *p;
		else
			n += (size_t)snprintf(text + n, 4, "%%%02X", (unsigned char)*p);
	}
	snprintf(out, URI_MAIL_MAX, "%.*s%s", (int)n, text, at);
	return true;
}
