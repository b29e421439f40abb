/* SPDX-License-Identifier: Apache-2.0 */
/* rate.c - parses numbers with decimal suffixes, and converts a bandwidth into a packet rate. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rate.h"

/* The factor of an exponent such as "e6"; 0: it is none. */
static double exponent_factor(const char *s)
{
	double factor = 1;

	if ((*s != 'e' && *s != 'E') || s[1 + (s[1] == '+')] == '\0')
		return 0;
	s += 1 + (s[1] == '+');
	if (strlen(s) > 2 || s[strspn(s, "0123456789")] != '\0')
		return 0;
	for (long n = strtol(s, NULL, 10); n > 0; n--)
		factor *= 10;
	return factor;
}

static double suffix_factor(const char *s)
{
	static const char names[] = "kmgt";
	const char *at;
	double factor = 1;

	if (*s == '\0')
		return 1;
	if (*s == 'e' || *s == 'E')
		return exponent_factor(s);
	at = strchr(names, tolower((unsigned char)*s));
	if (at == NULL || s[1] != '\0')
		return 0;
	for (const char *n = names; n <= at; n++)
		factor *= 1000;
	return factor;
}

/* Parses digits with at most one point. Does without strtod(), which accepts "inf", "nan" and
 * "0x1p3" and depends on the locale. */
static const char *decimal(const char *s, double *out)
{
	double value = 0, unit = 1;
	bool point = false, any = false;

	for (; isdigit((unsigned char)*s) || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		any = true;
		value = value * 10 + (*s - '0');
		if (point)
			unit *= 10;
		if (value > 1e15)
			return NULL;
	}
	*out = value / unit;
	return any ? s : NULL;
}

int rate_parse(const char *text, double *out, struct error *err)
{
	double value = 0;
	const char *rest = decimal(text, &value);

	if (rest != NULL) {
		value *= suffix_factor(rest);
		if (value >= 0.1 && value <= 1e12) {
			*out = value;
			return 0;
		}
	}
	return error_set(err, -EINVAL,
	                 "expected a rate such as 500, 10k, 1e6, 1.5M or 1G, at least 0.1");
}

double rate_of_bandwidth(double bits_per_second, double frame_len)
{
	double frame = frame_len < RATE_MIN_FRAME ? RATE_MIN_FRAME : frame_len;

	return bits_per_second / (8 * (frame + RATE_WIRE_EXTRA));
}

int option_rate(const char *text, void *field, struct error *err)
{
	return rate_parse(text, field, err);
}

int option_rate_or_auto(const char *text, void *field, struct error *err)
{
	if (strcmp(text, "auto") != 0)
		return rate_parse(text, field, err);
	*(double *)field = RATE_AUTO;
	return 0;
}
