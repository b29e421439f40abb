/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uri.h - checks the URIs of contacts: web pages, mail addresses, telephone numbers.
 *
 * Pure. A text that passes consists of the visible ASCII characters of RFC 3986: it holds no space,
 * no control byte, no double quote and no angle bracket. Schemes must be in lower case.
 */
#ifndef SONDE_URI_H
#define SONDE_URI_H

#include <stdbool.h>
#include <stddef.h>

enum { URI_MAIL_MAX = 512 };

/*
 * Is @text a URI of @scheme ("https" or "http") with a host: a DNS name, an IPv4 address or an IPv6
 * address in brackets, with or without a port, without a user name? If it is, *@path (may be NULL)
 * points into @text behind host and port.
 */
bool uri_web(const char *text, const char *scheme, const char **path);

/* Is @text a mailto: URI with one address, with or without header fields (RFC 6068)? */
bool uri_mail(const char *text);

/* Is @text a tel: URI with a global number: + and digits, separated by - . ( ) or not (RFC
 * 3966)? */
bool uri_phone(const char *text);

/*
 * Turn the bare mail address @address (RFC 5322's dot-atom on both sides) into a mailto: URI in
 * @out. Percent-encodes characters that have a meaning in a URI. Returns false if @address is not
 * of that form.
 */
bool uri_from_mail(const char *address, char out[URI_MAIL_MAX]);

#endif
