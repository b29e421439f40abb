/* SPDX-License-Identifier: Apache-2.0 */
/* import_kind.c - the list of formats. */
#include "import_kind.h"

#include <string.h>

static const struct import_kind *const kinds[] = {
	&import_nmap,         &import_masscan_list, &import_sonde, &import_shodan,
	&import_masscan_json, &import_zgrab,        &import_naabu, &import_zmap,
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

const struct import_kind *import_kind_at(unsigned i)
{
	return i < KINDS ? kinds[i] : NULL;
}

const struct import_kind *import_kind_recognise(const char *head, size_t len)
{
	for (unsigned i = 0; i < KINDS; i++)
		if (kinds[i]->fits(head, len))
			return kinds[i];
	return NULL;
}

const struct import_kind *import_kind_find(const char *word)
{
	for (unsigned i = 0; i < KINDS; i++)
		if (strcmp(kinds[i]->word, word) == 0)
			return kinds[i];
	return NULL;
}

bool import_head_has(const char *head, size_t len, const char *what)
{
	return memmem(head, len, what, strlen(what)) != NULL;
}

char import_head_first(const char *head, size_t len)
{
	size_t i = len >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	while (i < len && (head[i] == ' ' || head[i] == '\t' || head[i] == '\n' || head[i] == '\r'))
		i++;
	return i < len ? head[i] : '\0';
}
