/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query_meant.c - what people write beside the language of queries, and what it means in it.
 *
 * A meaning is a text in the language itself, which is parsed in place of the word.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "query_tree.h"

enum { WORD_MAX = 128, MEANT_MAX = 320 };

static void note(struct query_parser *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void note(struct query_parser *p, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	bytes_put(&p->query->notes, text, strlen(text));
	bytes_put(&p->query->notes, "\n", 1);
}

/* Parse @meant, which stands for the word at @at, into *@out. */
static int parse_meant(struct query_parser *p, const char *meant, const char *at,
                       struct query_node **out)
{
	struct query_parser sub = *p;
	int ret;

	sub.text = sub.pos = meant;
	sub.fixed_column = query_column(p, at);
	if (++sub.depth > QUERY_DEPTH_MAX)
		return error_at(p->err, -EINVAL, sub.fixed_column, "nested more than %d deep",
		                QUERY_DEPTH_MAX);
	ret = query_parse_or(&sub, out);
	p->terms = sub.terms;
	return ret;
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_prefix(const char *word)
{
	char host[WORD_MAX];
	size_t len = strcspn(word, "/");
	struct dp_addr a;

	snprintf(host, sizeof(host), "%.*s", (int)len, word);
	return dp_addr_parse(host, &a) == 0 &&
	       (word[len] == '\0' ||
	        (word[len + 1] != '\0' &&
	         strspn(word + len + 1, "0123456789") == strlen(word + len + 1)));
}

static bool is_port(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && len < 6 && strspn(text, "0123456789") == len;
}

/* "192.0.2.1", "192.0.2.0/24", "2001:db8::1" */
static bool address(const char *word, char out[MEANT_MAX])
{
	snprintf(out, MEANT_MAX, "ip:%s", word);
	return is_prefix(word);
}

/* "192.0.2.1-192.0.2.9" and "192.0.2.1..192.0.2.9" */
static bool range(const char *word, char out[MEANT_MAX])
{
	const char *gap = strstr(word, "..");
	size_t gap_len = gap != NULL ? 2 : 1;
	char low[WORD_MAX];
	struct dp_addr a;

	if (gap == NULL)
		gap = strchr(word, '-');
	if (gap == NULL)
		return false;
	snprintf(low, sizeof(low), "%.*s", (int)(gap - word), word);
	snprintf(out, MEANT_MAX, "ip:%s..%s", low, gap + gap_len);
	return dp_addr_parse(low, &a) == 0 && dp_addr_parse(gap + gap_len, &a) == 0;
}

/* "192.0.2.1:22" and "[2001:db8::1]:22" */
static bool endpoint(const char *word, char out[MEANT_MAX])
{
	const char *colon = strrchr(word, ':');
	bool bracket = word[0] == '[';
	char host[WORD_MAX];
	size_t len;

	if (colon == NULL || !is_port(colon + 1) ||
	    (bracket ? colon[-1] != ']' : strchr(word, ':') != colon))
		return false;
	len = (size_t)(colon - word) - (bracket ? 2 : 0);
	snprintf(host, sizeof(host), "%.*s", (int)len, word + bracket);
	snprintf(out, MEANT_MAX, "(ip:%s port:%s)", host, colon + 1);
	return strchr(host, '/') == NULL && is_prefix(host);
}

static bool port(const char *word, char out[MEANT_MAX])
{
	snprintf(out, MEANT_MAX, "port%s", word);
	return word[0] == ':' && is_port(word + 1);
}

static bool cve(const char *word, char out[MEANT_MAX])
{
	snprintf(out, MEANT_MAX, "vuln:%s", word);
	return strncasecmp(word, "CVE-", 4) == 0 && strspn(word + 4, "0123456789") == 4 &&
	       word[8] == '-' && strlen(word + 9) >= 4 &&
	       strspn(word + 9, "0123456789") == strlen(word + 9);
}

int query_meant_word(struct query_parser *p, struct query_node **out)
{
	static bool (*const forms[])(const char *, char *) = {address, range, endpoint, port, cve};
	const char *at = p->pos;
	size_t len = strcspn(at, " \t\r\n()\"");
	char word[WORD_MAX], meant[MEANT_MAX];
	int ret;

	if (len == 0 || len >= sizeof(word))
		return 0;
	snprintf(word, sizeof(word), "%.*s", (int)len, at);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (!forms[i](word, meant))
			continue;
		ret = parse_meant(p, meant, at, out);
		if (ret != 0)
			return ret;
		p->pos = at + len;
		note(p, "%s is understood as %s", word, meant);
		return 1;
	}
	return 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

static const struct {
	const char *field, *value, *meant;
} values[] = {
	/* Sonde names a service by its protocol and shows TLS apart. */
	{"service", "https", "(service=http has_ssl:true)"},
	{"service", "smtps", "(service=smtp has_ssl:true)"},
	{"service", "imaps", "(service=imap has_ssl:true)"},
	{"service", "pop3s", "(service=pop3 has_ssl:true)"},
	{"service", "ldaps", "(service=ldap has_ssl:true)"},
	{"service", "ftps", "(service=ftp has_ssl:true)"},
	{"service", "ircs", "(service=irc has_ssl:true)"},
	{"service", "nntps", "(service=nntp has_ssl:true)"},
	/* httpd is the name of the program of that server. */
	{"product", "Apache httpd", "product=\"Apache HTTP Server\""},
};

static int join_meant(struct query_parser *p, const char *meant, const char *at,
                      struct query_node **io)
{
	struct query_node *either = query_node_new(p, QUERY_OR, at);
	int ret = either == NULL ? -ENOMEM : parse_meant(p, meant, at, &either->right);

	if (ret != 0) {
		query_node_free(either);
		query_node_free(*io);
		*io = NULL;
		return ret;
	}
	either->column = (*io)->column;
	either->left = *io;
	*io = either;
	return 0;
}

int query_meant_values(struct query_parser *p, struct query_node **io)
{
	const struct query_node *n = *io;

	if (n->op != QUERY_HAS && n->op != QUERY_EQ)
		return 0;
	for (size_t i = 0; i < n->value_count; i++)
		for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			int ret;

			if (strcmp(n->field->name, values[k].field) != 0 ||
			    strcasecmp(n->values[i].text, values[k].value) != 0)
				continue;
			ret = join_meant(p, values[k].meant, p->pos, io);
			if (ret != 0)
				return ret;
		}
	return 0;
}

/* ---- hints ----------------------------------------------------------------------------------- */

void query_meant_note(struct query_parser *p, const struct query_node *n)
{
	char example[FIELD_EXAMPLE];
	const struct field *f;

	if (p->fixed_column != 0)
		return;
	if (n->kind == QUERY_TERM && strcmp(n->field->name, "scan") == 0)
		note(p, "scan finds what that scan saw last; what a later scan saw again bears the "
		        "later one's name");
	if (n->kind != QUERY_PHRASE || n->values[0].quoted)
		return;
	f = field_find(n->values[0].text);
	if (f != NULL && (f->flags & FIELD_NO_DATA) == 0)
		note(p,
		     "\"%s\" is looked for in banners and titles; for the field write for example "
		     "%s",
		     n->values[0].text, field_example(f, example));
}
