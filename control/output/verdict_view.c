/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_view.c - prints identities and verdicts for a person. */
#include <string.h>

#include "record.h"
#include "term.h"
#include "verdict_view.h"

static void print_row(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%-20s ", name);
	term_print(out, value, strlen(value));
	fputc('\n', out);
}

void identity_view_table(FILE *out, const struct vd_identity *id)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{"service", id->service},
		{"service_source", id->service_source},
		{"product", id->product},
		{"vendor", id->vendor},
		{"version", id->version},
		{"version_extra", id->version_extra},
		{"os.product", id->os},
		{"os.version", id->os_version},
		{"os.cpe", id->os_cpe},
		{"device", id->device},
		{"eol_date", id->eol},
		{"package.distribution", id->distro},
		{"package.release", id->distro_release},
		{"package.name", id->package},
		{"package.version", id->package_version},
		{"evidence.rule", id->rule},
		{"evidence.field", id->match_field},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value[0] != '\0')
			print_row(out, rows[i].name, rows[i].value);
	if (id->rule[0] != '\0')
		fprintf(out, "%-20s %u, %u long\n", "evidence.offset", id->match_offset,
		        id->match_len);
	for (unsigned i = 0; i < id->cpe_count && i < VD_CPES; i++)
		print_row(out, "cpe", id->cpe[i]);
	fprintf(out, "%-20s %u\n", "confidence", id->confidence);
}

void verdict_view_table(FILE *out, const struct vd_verdict *v)
{
	const char *severity = record_severity_name(v);
	char words[512], cvss[8] = "-";

	if (v->cvss_x10 > 0)
		snprintf(cvss, sizeof(cvss), "%.1f", v->cvss_x10 / 10.0);
	if (v->fixed_by[0] != '\0')
		snprintf(words, sizeof(words), "fixed by %s", v->fixed_by);
	else
		snprintf(words, sizeof(words), "%s %s%s%s", v->cpe, v->range,
		         v->why[0] != '\0' ? "; " : "", v->why);
	fprintf(out, "%-8s  %-16s  %-8s  %4s  %3u%%  %s", vd_kind_name(v->kind), v->cve,
	        severity != NULL ? severity : "-", cvss, v->confidence, v->kev ? "KEV  " : "");
	term_print(out, words, strlen(words));
	fputc('\n', out);
}
