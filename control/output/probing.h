/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probing.h - the probe description file, which tells the people of a scanned network who scans it.
 *
 * RFC 9511 section 3.2 names the fields. RFC 9116 section 4 gives the format: UTF-8, one field a
 * line, in any order:
 *
 *	Canonical: URI            where the file stands; one for each name of the source addresses
 *	Contact: URI              once or more, the preferred one first
 *	Expires: date-time        once (RFC 3339)
 *	Preferred-Languages: tags once
 *	Description: text         one line
 *
 * Pure. Each value is checked alone, so that the message can name its option, and again when the
 * file is written.
 */
#ifndef SONDE_PROBING_H
#define SONDE_PROBING_H

#include "option.h"

enum {
	PROBING_VALUE_MAX = 2000, /* bytes; readers may refuse fields above 2,048 (RFC 9116 5.4) */
	PROBING_SIZE = 32768,     /* bytes of a file and its NUL; readers may refuse larger ones */
};

struct probing {
	struct option_list canonicals, contacts;
	struct option_list descriptions; /* empty: a text that says what Sonde's probes do */
	const char *languages; /* "en,ja"; NULL: "en", the language of the default description */
	int64_t expires_us;    /* microseconds since 1970 */
};

/* Check the value of one field. 0, or -EINVAL with @err saying what was expected. */
int probing_check_canonical(const char *text, struct error *err);
int probing_check_contact(const char *text, struct error *err); /* also a bare mail address */
int probing_check_description(const char *text, struct error *err);
int probing_check_languages(const char *text, struct error *err);

/*
 * Parse "2027-01-31" (the end of that day, UTC), "2027-01-31T12:00:00Z" or "90d" (after @now_us).
 * 0, or -EINVAL with @err, also if the time is not after @now_us or not before the year 10000.
 */
int probing_parse_expires(const char *text, int64_t now_us, int64_t *us, struct error *err);

/*
 * Write the file to @out. Returns its length, -EINVAL if a value does not pass its check or the
 * canonical URI or the contact is missing, or -ENOBUFS if the file does not fit.
 */
int probing_write(const struct probing *p, char out[PROBING_SIZE]);

#endif
