/* SPDX-License-Identifier: Apache-2.0 */
/* look.c - the options about how results look: columns, colours, verdicts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "look.h"
#include "service_json.h"
#include "term.h"

int look_read_color(const char *text, void *field, struct error *err)
{
	static const char *const names[] = {"auto", "always", "never"};

	for (uint8_t i = LOOK_AUTO; i <= LOOK_NEVER; i++)
		if (strcmp(text, names[i]) == 0) {
			*(uint8_t *)field = i;
			return 0;
		}
	return error_set(err, -EINVAL, "expected auto, always or never");
}

int look_read_verdicts(const char *text, void *field, struct error *err)
{
	unsigned kinds = 0;

	for (const char *p = text;; p++) {
		size_t len = strcspn(p, ",");
		unsigned before = kinds;

		for (uint8_t k = VD_AFFECTED; k <= VD_FIXED; k++)
			if (strlen(vd_kind_name(k)) == len && strncmp(p, vd_kind_name(k), len) == 0)
				kinds |= 1u << k;
		if (kinds == before)
			return error_set(
				err, -EINVAL,
				"expected some of affected, possible and fixed, each once");
		p += len;
		if (*p == '\0')
			break;
	}
	*(unsigned *)field = kinds;
	return 0;
}

bool look_is_painted(const struct look *l)
{
	const char *no_color = getenv("NO_COLOR");

	if (l->color != LOOK_AUTO)
		return l->color == LOOK_ALWAYS;
	return term_width(stdout) > 0 && (no_color == NULL || no_color[0] == '\0');
}

unsigned look_kinds(const struct look *l)
{
	return l->no_vulns ? SERVICE_JSON_NONE : l->verdicts != 0 ? l->verdicts : SERVICE_JSON_ALL;
}

int look_check(const struct look *l, enum output_format format)
{
	const char *option = l->no_vulns ? "--no-vulns" : "--verdict";

	if (!l->no_vulns && l->verdicts == 0)
		return CMD_OK;
	if (format != OUTPUT_JSON && format != OUTPUT_NDJSON)
		return cmd_fail(CMD_USAGE,
		                "%s goes with -o json or ndjson; rows are chosen by the query: "
		                "verdict:affected",
		                option);
	if (l->columns != NULL)
		return cmd_fail(CMD_USAGE, "%s goes with whole documents, not with --columns",
		                option);
	return CMD_OK;
}
