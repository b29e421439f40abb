/* SPDX-License-Identifier: Apache-2.0 */
/* ascii.h - letters and digits, whatever the locale says. */
#ifndef SONDE_ASCII_H
#define SONDE_ASCII_H

#include <stdbool.h>

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool ascii_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* @c in lower case. */
static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The value of the hexadecimal digit @c, of either case; -1 if @c is not one. */
static inline int ascii_hex(char c)
{
	char l = ascii_lower(c);

	return ascii_is_digit(c) ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

#endif
