/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_probing.c - any text as a value of a probe description file: refused, or one line of it. */
#include <stdlib.h>
#include <string.h>

#include "probing.h"

static void must(bool claim)
{
	if (!claim)
		abort();
}

/* Five fields, each on its line, without a control byte. */
static void check(const char *text, int len)
{
	unsigned lines = 0;

	must(strlen(text) == (size_t)len && text[len - 1] == '\n');
	for (const char *p = text; *p != '\0'; p++) {
		lines += *p == '\n';
		must(*p == '\n' || ((unsigned char)*p >= 0x20 && *p != 0x7f));
	}
	must(lines == 5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct probing p = {
		.canonicals = {{"https://scanner.example.org/.well-known/probing.txt"}, 1},
		.contacts = {{"scanner@example.org"}, 1},
	};
	const char **const fields[] = {&p.canonicals.items[0], &p.contacts.items[0],
	                               &p.descriptions.items[0], &p.languages};
	char out[PROBING_SIZE], *text;
	struct error err = {""};
	int len;

	if (size == 0 || (text = malloc(size)) == NULL)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	p.descriptions.count = data[0] % 4 == 2;
	*fields[data[0] % 4] = text;
	len = probing_write(&p, out);
	if (len >= 0)
		check(out, len);
	if (probing_parse_expires(text, 0, &p.expires_us, &err) == 0)
		must(p.expires_us > 0);
	else
		must(err.text[0] != '\0');
	free(text);
	return 0;
}
