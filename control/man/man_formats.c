/* SPDX-License-Identifier: Apache-2.0 */
/* man_formats.c - prints the formats and the members of rows as sections of a manual page, for scdoc. Runs
 * at build time. */
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "format.h"

/* What scdoc takes as a mark is written behind a backslash. */
static void put(const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("*_\\<>#~", *text) != NULL)
			putchar('\\');
		putchar(*text);
	}
}

static void formats(void)
{
	const struct format_info *f;

	printf("# FORMATS\n\n");
	for (unsigned i = 0; (f = format_at(i)) != NULL; i++) {
		printf("*");
		put(f->name);
		printf("*\n\t");
		put(f->help);
		printf(". A row is %s.%s%s%s\n\n",
		       f->units == (FORMAT_SERVICES | FORMAT_HOSTS)
		               ? f->unit == FORMAT_HOSTS ? "a host, or with --services a service"
		                                         : "a service, or with --hosts a host"
		               : "a service",
		       (f->takes & FORMAT_FIELDS) != 0 ? " Takes --fields." : "",
		       (f->takes & FORMAT_VERDICTS) != 0 ? " Takes --verdict and --no-vulns." : "",
		       (f->takes & FORMAT_TRAILER) != 0 ? " Takes --trailer." : "");
	}
}

/* The type in JSON. */
static const char *json_type(const struct field *f)
{
	switch (f->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
		return "number";
	case FIELD_BOOL:
		return "boolean";
	default:
		return "string";
	}
}

static void members(const char *title, unsigned flag)
{
	char example[FIELD_EXAMPLE];
	const struct field *f;

	printf("# %s\n\n", title);
	for (size_t i = 0; (f = field_at(i)) != NULL; i++) {
		if ((f->flags & flag) == 0 || (f->flags & FIELD_NO_DATA) != 0)
			continue;
		printf("*");
		put(f->name);
		printf("*\n\t%s%s%s: ", json_type(f), (f->flags & FIELD_MANY) != 0 ? ", array" : "",
		       f->type == FIELD_TIME ? ", time" : "");
		put(f->help);
		printf("; asked for by ");
		put(field_example(f, example));
		printf("\n\n");
	}
}

int main(void)
{
	formats();
	members("MEMBERS OF A SERVICE", FIELD_DOC);
	members("MEMBERS OF ITS PROTOCOL", FIELD_FACT);
	printf("# SEE ALSO\n\n*sonde-export*(1), *sonde-fields*(1), HOST.md, "
	       "share/sonde/schema/host-2.json\n");
	return 0;
}
