/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - keeps a table of host names, and asks the resolver for new ones. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ascii.h"
#include "names.h"

void names_init(struct names *n, names_lookup lookup)
{
	*n = (struct names){.lookup = lookup};
}

void names_fini(struct names *n)
{
	free(n->v);
	*n = (struct names){0};
}

/* Make room for one more name and return it, zeroed but not counted. NULL: no memory. */
static struct name *next(struct names *n)
{
	if (n->count == n->room) {
		size_t room = n->room > 0 ? 2 * n->room : 4;
		struct name *more = reallocarray(n->v, room, sizeof(*more));

		if (more == NULL)
			return NULL;
		n->v = more;
		n->room = room;
	}
	memset(&n->v[n->count], 0, sizeof(n->v[0]));
	return &n->v[n->count];
}

/* Take an address once. Returns false if there are too many. */
static bool take(struct name *to, const struct dp_addr *a, bool away)
{
	for (unsigned i = 0; i < to->count; i++)
		if (dp_addr_compare(&to->addr[i], a) == 0)
			return true;
	if (to->count == NAME_ADDRESSES)
		return false;
	to->away |= (uint64_t)away << to->count;
	to->addr[to->count++] = *a;
	return true;
}

/* ---- the text -------------------------------------------------------------------------------- */

static int refuse(struct error *err, const char *entry, size_t len)
{
	return error_set(err, -EINVAL, "`%.*s`: expected NAME=ADDRESS, or several addresses",
	                 len > 100 ? 100 : (int)len, entry);
}

/* Parse the addresses behind a "=". */
static bool read_addresses(struct name *to, const char *at, const char *end)
{
	while (at < end) {
		bool away = *at == '!';
		const char *cut;
		char text[DP_ADDR_TEXT];
		struct dp_addr a;

		at += away;
		cut = memchr(at, ',', (size_t)(end - at));
		if (cut == NULL)
			cut = end;
		if (cut - at >= DP_ADDR_TEXT)
			return false;
		snprintf(text, sizeof(text), "%.*s", (int)(cut - at), at);
		if (dp_addr_parse(text, &a) < 0 || !take(to, &a, away))
			return false;
		at = cut < end ? cut + 1 : end;
	}
	return to->count > 0;
}

static int add_entry(struct names *n, const char *entry, size_t len, struct error *err)
{
	const char *equals = memchr(entry, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - entry) : 0;
	struct name *to;

	if (!names_fits(entry, name_len))
		return refuse(err, entry, len);
	to = next(n);
	if (to == NULL)
		return error_set(err, -ENOMEM, "out of memory");
	memcpy(to->text, entry, name_len);
	if (!read_addresses(to, equals + 1, entry + len))
		return refuse(err, entry, len);
	n->count++;
	return 0;
}

int names_add(struct names *n, const char *text, struct error *err)
{
	int ret = 0;

	for (text += strspn(text, " "); *text != '\0' && ret == 0; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		ret = add_entry(n, text, len, err);
		text += len;
	}
	return ret;
}

static void write_name(FILE *out, const struct name *n)
{
	char text[DP_ADDR_TEXT];

	fprintf(out, "%s=", n->text);
	for (unsigned i = 0; i < n->count; i++)
		fprintf(out, "%s%s%s", i > 0 ? "," : "", n->away >> i & 1 ? "!" : "",
		        dp_addr_format(&n->addr[i], text));
}

char *names_text(const struct names *n)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool any = false;

	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < n->count; i++) {
		if (!n->v[i].asked)
			continue;
		if (any)
			fputc(' ', out);
		write_name(out, &n->v[i]);
		any = true;
	}
	if (fclose(out) == 0 && any)
		return text;
	free(text);
	return NULL;
}

/* ---- finding --------------------------------------------------------------------------------- */

bool names_fits(const char *word, size_t len)
{
	size_t label = 0; /* where the present one begins */

	if (len > 1 && word[len - 1] == '.')
		len--;
	if (len == 0 || len >= NAME_TEXT - 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (word[i] == '.' && i == label)
			return false;
		if (word[i] == '.')
			label = i + 1;
		else if (!ascii_is_alpha(word[i]) && !ascii_is_digit(word[i]) && word[i] != '-' &&
		         word[i] != '_')
			return false;
	}
	return label < len && word[0] != '-' && ascii_is_alpha(word[label]);
}

int names_find(struct names *n, const char *word, size_t len, const struct name **out,
               const char **why)
{
	struct name *new;

	for (size_t i = 0; i < n->count; i++) {
		if (strlen(n->v[i].text) != len || strncasecmp(n->v[i].text, word, len) != 0)
			continue;
		*out = &n->v[i];
		return 0;
	}
	*why = "its addresses are not among those that the scan began with";
	if (n->lookup == NULL)
		return -ENOENT;
	new = next(n);
	if (new == NULL)
		return -ENOMEM;
	memcpy(new->text, word, len);
	new->asked = true;
	*why = n->lookup(new);
	if (*why == NULL && new->count == 0)
		*why = "it has no address";
	if (*why != NULL)
		return -ENOENT;
	n->count++;
	*out = new;
	return 0;
}

/* ---- the resolver ---------------------------------------------------------------------------- */

/* Whether the kernel has a route to the address. Connecting a datagram socket sends nothing. */
static bool has_route(const struct sockaddr *to, socklen_t len)
{
	int fd = socket(to->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool found = fd >= 0 && connect(fd, to, len) == 0;

	if (fd >= 0)
		close(fd);
	return found;
}

/* Take an answer of the resolver. Returns false if there are too many. */
static bool take_answer(struct name *to, const struct addrinfo *a)
{
	struct dp_addr addr;

	if (a->ai_family == AF_INET) {
		struct sockaddr_in v4;

		memcpy(&v4, a->ai_addr, sizeof(v4));
		addr = dp_addr_v4(ntohl(v4.sin_addr.s_addr));
	} else if (a->ai_family == AF_INET6) {
		struct sockaddr_in6 v6;

		memcpy(&v6, a->ai_addr, sizeof(v6));
		memcpy(addr.b, v6.sin6_addr.s6_addr, sizeof(addr.b));
	} else {
		return true;
	}
	return take(to, &addr, !has_route(a->ai_addr, a->ai_addrlen));
}

const char *names_ask(struct name *out)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
	struct addrinfo *answers;
	int ret = getaddrinfo(out->text, NULL, &hints, &answers);
	bool all = true;

	if (ret != 0)
		return ret == EAI_NONAME ? "there is no such name" : gai_strerror(ret);
	for (const struct addrinfo *a = answers; a != NULL; a = a->ai_next)
		all = take_answer(out, a) && all;
	freeaddrinfo(answers);
	/* Where no address has a route, the scan's message about routes says more. */
	if (__builtin_popcountll(out->away) == (int)out->count)
		out->away = 0;
	return all ? NULL : "it has more than 64 addresses";
}
