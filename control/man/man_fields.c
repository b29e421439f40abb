/* SPDX-License-Identifier: Apache-2.0 */
/* man_fields.c - prints the fields as the list of a manual page, for scdoc. Runs at build time. */
#include <stdio.h>
#include <string.h>

#include "field.h"

/* What scdoc takes as a mark is written behind a backslash. */
static void put(const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("*_\\<>#~", *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

int main(void)
{
	char example[FIELD_EXAMPLE];
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		if ((f->flags & FIELD_NO_DATA) != 0)
			continue;
		putchar('*');
		put(f->name);
		putchar('*');
		if (f->aliases != NULL) {
			printf(" (");
			put(f->aliases);
			putchar(')');
		}
		printf("\n\t%s", field_type_name(f->type));
		printf("%s: ", (f->flags & FIELD_FACET) != 0 ? ", facet" : "");
		put(f->help);
		for (size_t w = 0; f->words != NULL && f->words[w] != NULL; w++) {
			printf("%s", w == 0 ? "; one of " : ", ");
			put(f->words[w]);
		}
		printf("; for example ");
		put(field_example(f, example));
		printf("\n\n");
	}
	printf("# SEE ALSO\n\n*sonde-search*(1), *sonde-export*(1)\n");
	return 0;
}
