/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - lines of a page for a person: escaped, painted, cut at the width of the terminal.
 *
 * A line is put together part by part and ends with page_end_line(). What does not fit is cut, with
 * a sign in its place. Only one thread uses a page.
 */
#ifndef SONDE_PAGE_H
#define SONDE_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include "bytes.h"

#define PAGE_BOLD "\033[1m"

struct page {
	FILE *out;      /* not owned */
	unsigned width; /* 0 = none: nothing is cut */
	bool is_painted;
	/* private */
	struct bytes scratch;
	unsigned used;
	bool full; /* the line was cut */
};

/* Add bytes from the network to the line, at most @most of them. @paint: code of a colour, or
 * NULL. */
void page_bytes(struct page *p, const char *paint, const char *data, size_t len, size_t most);
/* The same for a text that ends with a NUL; at most 160 bytes. */
void page_text(struct page *p, const char *paint, const char *text);
/* Add words of the program itself, at most 255 bytes. */
void page_words(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_end_line(struct page *p);

/* The code of the colour of a band of the score, enum vd_level. Static. */
const char *page_level_paint(unsigned level);

/* Free the page. 0, or -EIO if a line could not be written, or memory was short for it. */
int page_fini(struct page *p);

#endif
