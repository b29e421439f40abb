/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_follow.h - the further requests of a dialog of HTTP: what the answers so far make worth
 * asking.
 *
 * At most three: the path of the same host to which the first answer sends, one page that the
 * product behind the site is known to state its version on, and the icon. All are what a browser
 * asks, or documented and open to all: nothing is changed by them, nobody logs in. What is asked
 * follows from the answers alone, so that only its kind is remembered. A server that looks like a
 * printer's or a controller's is asked nothing further.
 *
 * The icon is asked only where it can tell something: not where a page of the product tells the
 * version, nor on pages that servers show before anything is installed, lists of folders, errors and
 * bare text. Those link no icon, and most of them have none. A brief dialog asks for none.
 */
#ifndef VULNDB_PROTO_HTTP_FOLLOW_H
#define VULNDB_PROTO_HTTP_FOLLOW_H

#include "http.h"

enum { HTTP_PATH_MAX = 256, HTTP_FOLLOW_MAX = 3 };

/* No server has such a page: the error page that it answers with names it. */
#define HTTP_MISSING "/sonde-page-that-is-not-there"

enum http_kind {
	HTTP_REDIRECT, /* the path that stands for the first one */
	HTTP_PAGE,     /* a page that may state the product's version */
	HTTP_ICON,
};

struct http_wish {
	enum http_kind kind;
	bool fresh; /* the server ends the connection, so it takes another one */
	char path[HTTP_PATH_MAX];
};

/*
 * What to ask behind the first @n answers of the dialog, 1 <= @n <= HTTP_FOLLOW_MAX, of which none is
 * the icon. Answer @n - 1 ends where the next one begins (vd_dialog.answers), or at @seen. False:
 * nothing. An icon or a manifest is not worth another connection. Pure.
 */
bool http_wish(const struct vd_dialog *d, size_t n, struct http_wish *out);
/* Answer number @i, 0 being the first one. */
struct span http_answer(const struct vd_dialog *d, size_t i);

#endif
