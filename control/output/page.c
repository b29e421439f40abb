/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - lines of a page for a person: escaped, painted, cut at the width of the terminal. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "fit.h"
#include "page.h"
#include "text.h"

enum { TEXT_MOST = 160, WORDS_MOST = 256 };

void page_bytes(struct page *p, const char *paint, const char *data, size_t len, size_t most)
{
	bool is_cut = len > most, is_painted = p->is_painted && paint != NULL;
	size_t room = p->width > p->used ? p->width - p->used : 0, n;
	const char *text;

	bytes_clear(&p->scratch);
	text_escape(&p->scratch, data, is_cut ? most : len, TEXT_LINE);
	n = p->scratch.len;
	if (p->full || n == 0 || p->scratch.failed)
		return;
	text = (const char *)p->scratch.data;
	if (p->width > 0 && fit_width(text, n) + is_cut > room) {
		n = fit_cut(text, n, room > 0 ? room - 1 : 0);
		p->full = is_cut = true;
	}
	fprintf(p->out, "%s%.*s%s%s", is_painted ? paint : "", (int)n, text,
	        is_cut && (room > 0 || p->width == 0) ? FIT_MORE : "", is_painted ? "\033[0m" : "");
	p->used += (unsigned)fit_width(text, n) + is_cut;
}

void page_text(struct page *p, const char *paint, const char *text)
{
	page_bytes(p, paint, text, strlen(text), TEXT_MOST);
}

void page_words(struct page *p, const char *format, ...)
{
	char words[WORDS_MOST];
	va_list ap;

	va_start(ap, format);
	vsnprintf(words, sizeof(words), format, ap);
	va_end(ap);
	page_bytes(p, NULL, words, strlen(words), sizeof(words));
}

void page_end_line(struct page *p)
{
	fputc('\n', p->out);
	p->used = 0;
	p->full = false;
}

const char *page_level_paint(unsigned level)
{
	static const char *const codes[] = {"\033[32m", "\033[36m", "\033[33m", "\033[31m",
	                                    "\033[1;31m"};

	return level < sizeof(codes) / sizeof(codes[0]) ? codes[level] : NULL;
}

int page_fini(struct page *p)
{
	int ret = p->scratch.failed || ferror(p->out) ? -EIO : 0;

	bytes_fini(&p->scratch);
	return ret;
}
