/* SPDX-License-Identifier: Apache-2.0 */
/* verdict_view.c - the members and columns of identities and verdicts. */
#include <string.h>

#include "term.h"
#include "verdict_view.h"

struct text_field {
	const char *name, *value;
};

static void set_text(json_t *object, const char *name, const char *value)
{
	if (value[0] != '\0')
		json_object_set_new(object, name, json_string(value));
}

/* Without a score nothing is known of how bad it is. */
static const char *severity_of(const struct vd_verdict *v, const char *absent)
{
	return v->severity != VD_SEV_NONE ? vd_severity_name(v->severity) : absent;
}

static size_t identity_fields(const struct vd_identity *id, struct text_field out[20])
{
	const struct text_field all[] = {
		{"service", id->service},
		{"service_source", id->service_source},
		{"product", id->product},
		{"vendor", id->vendor},
		{"version", id->version},
		{"version_extra", id->version_extra},
		{"os", id->os},
		{"os_version", id->os_version},
		{"os_cpe", id->os_cpe},
		{"device", id->device},
		{"eol", id->eol},
		{"distro", id->distro},
		{"distro_release", id->distro_release},
		{"package", id->package},
		{"package_version", id->package_version},
		{"rule", id->rule},
		{"match_field", id->match_field},
	};

	memcpy(out, all, sizeof(all));
	return sizeof(all) / sizeof(all[0]);
}

json_t *identity_view_json(const struct vd_identity *id)
{
	json_t *object = json_object(), *cpes = json_array();
	struct text_field fields[20];
	size_t n = identity_fields(id, fields);

	for (size_t i = 0; i < n; i++)
		set_text(object, fields[i].name, fields[i].value);
	json_object_set_new(object, "confidence", json_integer(id->confidence));
	for (unsigned i = 0; i < id->cpe_count && i < VD_CPES; i++)
		json_array_append_new(cpes, json_string(id->cpe[i]));
	json_object_set_new(object, "cpe", cpes);
	if (id->rule[0] == '\0')
		return object;
	json_object_set_new(object, "match_offset", json_integer(id->match_offset));
	json_object_set_new(object, "match_length", json_integer(id->match_len));
	return object;
}

static void print_row(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%-16s ", name);
	term_print(out, value, strlen(value));
	fputc('\n', out);
}

void identity_view_table(FILE *out, const struct vd_identity *id)
{
	struct text_field fields[20];
	size_t n = identity_fields(id, fields);

	for (size_t i = 0; i < n; i++)
		if (fields[i].value[0] != '\0')
			print_row(out, fields[i].name, fields[i].value);
	if (id->rule[0] != '\0')
		fprintf(out, "%-16s %u, %u long\n", "match_offset", id->match_offset,
		        id->match_len);
	for (unsigned i = 0; i < id->cpe_count && i < VD_CPES; i++)
		print_row(out, "cpe", id->cpe[i]);
	fprintf(out, "%-16s %u\n", "confidence", id->confidence);
}

json_t *verdict_view_json(const struct vd_verdict *v)
{
	json_t *evidence = json_object(), *object = json_object();

	set_text(evidence, "cpe", v->cpe);
	set_text(evidence, "version", v->version);
	set_text(evidence, "range", v->range);
	set_text(evidence, "fixed_by", v->fixed_by);
	set_text(evidence, "why", v->why);
	set_text(object, "id", v->cve);
	set_text(object, "verdict", vd_kind_name(v->kind));
	set_text(object, "severity", vd_severity_name(v->severity));
	if (v->cvss_x10 > 0) {
		json_object_set_new(object, "cvss", json_real(v->cvss_x10 / 10.0));
		set_text(object, "cvss_version", v->cvss_version);
	}
	if (v->epss >= 0)
		json_object_set_new(object, "epss", json_real((double)v->epss));
	json_object_set_new(object, "kev", json_boolean(v->kev));
	json_object_set_new(object, "confidence", json_integer(v->confidence));
	json_object_set_new(object, "evidence", evidence);
	set_text(object, "source", v->source);
	return object;
}

void verdict_view_table(FILE *out, const struct vd_verdict *v)
{
	char words[512], cvss[8] = "-";

	if (v->cvss_x10 > 0)
		snprintf(cvss, sizeof(cvss), "%.1f", v->cvss_x10 / 10.0);
	if (v->fixed_by[0] != '\0')
		snprintf(words, sizeof(words), "fixed by %s", v->fixed_by);
	else
		snprintf(words, sizeof(words), "%s %s%s%s", v->cpe, v->range,
		         v->why[0] != '\0' ? "; " : "", v->why);
	fprintf(out, "%-8s  %-16s  %-8s  %4s  %3u%%  %s", vd_kind_name(v->kind), v->cve,
	        severity_of(v, "-"), cvss, v->confidence, v->kev ? "KEV  " : "");
	term_print(out, words, strlen(words));
	fputc('\n', out);
}
