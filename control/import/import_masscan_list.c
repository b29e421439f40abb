/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_masscan_list.c - the lists that masscan writes with -oL:
 *
 *   open tcp 80 192.0.2.1 1700000000
 *   banner tcp 22 192.0.2.1 1700000001 ssh SSH-2.0-OpenSSH_9.2p1
 */
#include <string.h>

#include "import_kind.h"
#include "import_masscan.h"

enum { WORDS = 6 };

struct word {
	const char *text;
	size_t len;
};

static bool fits(const char *head, size_t len)
{
	return (len >= 8 && memcmp(head, "#masscan", 8) == 0) ||
	       (len >= 9 &&
	        (memcmp(head, "open tcp ", 9) == 0 || memcmp(head, "open udp ", 9) == 0)) ||
	       (len >= 11 &&
	        (memcmp(head, "banner tcp ", 11) == 0 || memcmp(head, "banner udp ", 11) == 0));
}

/* Cut the line into words; the rest behind them stays in *@rest. Returns how many. */
static unsigned split(const char *line, size_t len, struct word words[WORDS], struct word *rest)
{
	unsigned n = 0;

	while (len > 0 && n < WORDS) {
		const char *end = memchr(line, ' ', len);
		size_t w = end != NULL ? (size_t)(end - line) : len;

		words[n++] = (struct word){line, w};
		w += end != NULL;
		line += w;
		len -= w;
	}
	*rest = (struct word){line, len};
	return n;
}

static bool is(const struct word *w, const char *text)
{
	return w->len == strlen(text) && memcmp(w->text, text, w->len) == 0;
}

static void take_line(struct import_sink *s, char *line, size_t len)
{
	struct word w[WORDS], rest;
	struct record *r = import_begin(s);
	unsigned n = split(line, len, w, &rest);
	bool banner = n > 0 && is(&w[0], "banner");
	struct bytes bytes = {0};

	if (line[0] == '#')
		return;
	if (n < 5 || (!banner && !is(&w[0], "open") && !is(&w[0], "closed")) || (banner && n < 6)) {
		import_skip(s, "a line that is none of masscan's");
		return;
	}
	if (!import_set_transport(r, w[1].text, w[1].len) ||
	    !import_set_port(r, w[2].text, w[2].len)) {
		import_skip(s, "no port of TCP or UDP");
		return;
	}
	if (!import_set_addr(r, w[3].text, w[3].len) || !import_set_time(r, w[4].text, w[4].len)) {
		import_skip(s, "an address or a time that cannot be read");
		return;
	}
	if (is(&w[0], "closed"))
		r->state = RECORD_CLOSED;
	r->reply.reason = r->state == RECORD_CLOSED ? DP_REPLY_CLOSED : DP_REPLY_OPEN;
	if (banner) {
		import_unescape(&bytes, rest.text, rest.len);
		import_masscan_banner(r->facts, w[5].text, w[5].len, &bytes);
		bytes_fini(&bytes);
	}
	import_take(s);
}

const struct import_kind import_masscan_list = {
	.name = "masscan list",
	.word = "masscan-list",
	.tool = "masscan",
	.fits = fits,
	.line = take_line,
};
