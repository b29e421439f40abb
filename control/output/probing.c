/* SPDX-License-Identifier: Apache-2.0 */
/* probing.c - checks the fields of a probe description file and writes it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ascii.h"
#include "calendar.h"
#include "probing.h"
#include "text.h"
#include "timetext.h"
#include "uri.h"

static const char place[] = "/.well-known/probing.txt";

static const char what_sonde_does[] =
	"Sonde finds open ports: it sends TCP SYN, UDP or ICMP echo probes, then connects to open "
	"ports and reads what their services say of themselves (banner, web page, certificate, "
	"version). It does not log in, does not exploit anything and does not change anything. "
	"Write "
	"to the contact to have addresses left out.";

/* The year 10000 has five digits, and RFC 3339 has four. */
static const int64_t year_10000_us = 253402300800ll * 1000000;

static bool is_long(const char *text)
{
	return strnlen(text, PROBING_VALUE_MAX + 1) > PROBING_VALUE_MAX;
}

int probing_check_canonical(const char *text, struct error *err)
{
	const char *path;

	if (is_long(text))
		return error_set(err, -EINVAL, "expected at most 2000 bytes");
	if (!uri_web(text, "https", &path) || strcmp(path, place) != 0)
		return error_set(err, -EINVAL,
		                 "expected the https URI where the file will stand, such as "
		                 "https://scanner.example.org/.well-known/probing.txt");
	return 0;
}

int probing_check_contact(const char *text, struct error *err)
{
	char uri[URI_MAIL_MAX];

	if (is_long(text))
		return error_set(err, -EINVAL, "expected at most 2000 bytes");
	if (!uri_mail(text) && !uri_phone(text) && !uri_web(text, "https", NULL) &&
	    !uri_from_mail(text, uri))
		return error_set(err, -EINVAL,
		                 "expected whom to reach, such as scanner@example.org, "
		                 "mailto:scanner@example.org, tel:+1-201-555-0123 or "
		                 "https://scanner.example.org/contact");
	return 0;
}

/* Whether text_escape() leaves @text as it is, but for backslashes, which it doubles. It escapes
 * every byte that is not UTF-8 or does not belong on a line. */
static bool is_one_line(const char *text)
{
	size_t len = strlen(text), expected = len;
	struct bytes escaped = {0};
	bool same;

	for (const char *p = text; *p != '\0'; p++)
		expected += *p == '\\';
	text_escape(&escaped, text, len, TEXT_LINE);
	same = !escaped.failed && escaped.len == expected;
	bytes_fini(&escaped);
	return same;
}

int probing_check_description(const char *text, struct error *err)
{
	if (text[strspn(text, " ")] == '\0')
		return error_set(err, -EINVAL, "expected a text, got nothing");
	if (is_long(text))
		return error_set(
			err, -EINVAL,
			"expected at most 2000 bytes; --description may be given several times");
	if (!is_one_line(text))
		return error_set(
			err, -EINVAL,
			"expected one line of UTF-8 without control characters; for another line "
			"give --description again");
	return 0;
}

/* A simplified language tag of RFC 5646 section 2.1: subtags of 1 to 8 letters and digits, the
 * first one of 2 to 8 letters. */
static bool is_tag(const char *p, const char *end)
{
	size_t len = 0;
	bool first = true;

	for (; p < end; p++) {
		bool is_digit = *p >= '0' && *p <= '9';

		if (*p == '-') {
			if (len < (first ? 2 : 1))
				return false;
			first = false;
			len = 0;
		} else if ((!ascii_is_alpha(*p) && (first || !is_digit)) || ++len > 8) {
			return false;
		}
	}
	return len >= (first ? 2 : 1);
}

/* Find the next item of a comma-separated list. Returns its length without the spaces around it.
 * *@p moves behind the item and its comma. */
static size_t next_item(const char **p, const char **item)
{
	const char *end = *p + strcspn(*p, ",");
	const char *behind = *end == ',' ? end + 1 : end;

	*item = *p + strspn(*p, " ");
	while (end > *item && end[-1] == ' ')
		end--;
	*p = behind;
	return end > *item ? (size_t)(end - *item) : 0;
}

int probing_check_languages(const char *text, struct error *err)
{
	static const char expected[] = "expected language tags between commas, such as en,ja";
	size_t len = strlen(text);
	const char *item;

	if (len == 0 || len > PROBING_VALUE_MAX / 2 || text[len - 1] == ',')
		return error_set(err, -EINVAL, "%s", expected);
	while (*text != '\0') {
		len = next_item(&text, &item);
		if (!is_tag(item, item + len))
			return error_set(err, -EINVAL, "%s", expected);
	}
	return 0;
}

int probing_parse_expires(const char *text, int64_t now_us, int64_t *us, struct error *err)
{
	char relative[32];
	int64_t t;

	snprintf(relative, sizeof(relative), "now+%s", text);
	if (!timetext_parse_end(text, &t) &&
	    (strlen(text) > 20 || !timetext_parse_relative(relative, now_us, &t, NULL)))
		return error_set(
			err, -EINVAL,
			"expected a date, a moment or a time from now, such as 2027-01-31, "
			"2027-01-31T12:00:00Z or 90d");
	if (t <= now_us)
		return error_set(err, -EINVAL,
		                 "lies in the past: readers would not trust the file; "
		                 "expected a moment ahead, such as 90d");
	if (t >= year_10000_us)
		return error_set(err, -EINVAL, "expected a moment before the year 10000");
	*us = t;
	return 0;
}

/* ---- the file ---- */

struct page {
	char *text; /* PROBING_SIZE bytes */
	size_t len;
	bool full;
};

static void add(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct page *page, const char *format, ...)
{
	size_t left = PROBING_SIZE - page->len;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(page->text + page->len, left, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= left)
		page->full = true;
	else
		page->len += (size_t)n;
}

static void add_contact(struct page *page, const char *contact)
{
	char uri[URI_MAIL_MAX];

	add(page, "Contact: %s\n", uri_from_mail(contact, uri) ? uri : contact);
}

static void add_languages(struct page *page, const char *list)
{
	const char *separator = "Preferred-Languages: ", *item;

	while (*list != '\0') {
		size_t len = next_item(&list, &item);

		add(page, "%s%.*s", separator, (int)len, item);
		separator = ", ";
	}
	add(page, "\n");
}

static bool all(const struct option_list *list, int (*check)(const char *, struct error *))
{
	struct error err;

	for (unsigned i = 0; i < list->count; i++)
		if (check(list->items[i], &err) < 0)
			return false;
	return true;
}

static bool is_sound(const struct probing *p)
{
	struct error err;

	if (p->canonicals.count == 0 || p->contacts.count == 0)
		return false;
	if (p->languages != NULL && probing_check_languages(p->languages, &err) < 0)
		return false;
	if (p->expires_us < 0 || p->expires_us >= year_10000_us)
		return false;
	return all(&p->canonicals, probing_check_canonical) &&
	       all(&p->contacts, probing_check_contact) &&
	       all(&p->descriptions, probing_check_description);
}

int probing_write(const struct probing *p, char out[PROBING_SIZE])
{
	struct page page = {.text = out};
	char expires[CALENDAR_TEXT];

	if (!is_sound(p))
		return -EINVAL;
	for (unsigned i = 0; i < p->canonicals.count; i++)
		add(&page, "Canonical: %s\n", p->canonicals.items[i]);
	for (unsigned i = 0; i < p->contacts.count; i++)
		add_contact(&page, p->contacts.items[i]);
	add(&page, "Expires: %s\n", calendar_format(p->expires_us, expires));
	add_languages(&page, p->languages != NULL ? p->languages : "en");
	if (p->descriptions.count == 0)
		add(&page, "Description: %s\n", what_sonde_does);
	for (unsigned i = 0; i < p->descriptions.count; i++)
		add(&page, "Description: %s\n", p->descriptions.items[i]);
	return page.full ? -ENOBUFS : (int)page.len;
}
