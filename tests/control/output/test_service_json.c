/* SPDX-License-Identifier: Apache-2.0 */
/* test_service_json.c - claims about the document of a service: its members are fields. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "service_json.h"
#include "store_dir.h"
#include "suite.h"

static struct record *record;
static struct store_host host;

/* A service of which everything is known. */
static void setup(void)
{
	struct vd_identity *id;

	record = store_dir_record(0xc6120001, 443, 1795305600000000);
	store_dir_grab(record, "nginx", "1.18.0");
	store_dir_vuln(record, "CVE-2024-0001", VD_AFFECTED, 98);
	id = &record->identity;
	snprintf(id->service_source, sizeof(id->service_source), "banner");
	snprintf(id->vendor, sizeof(id->vendor), "f5");
	snprintf(id->version_extra, sizeof(id->version_extra), "Ubuntu");
	snprintf(id->device, sizeof(id->device), "server");
	snprintf(id->os, sizeof(id->os), "Linux");
	snprintf(id->os_version, sizeof(id->os_version), "5.4");
	snprintf(id->os_cpe, sizeof(id->os_cpe), "cpe:2.3:o:linux:linux_kernel:5.4");
	snprintf(id->cpe[0], sizeof(id->cpe[0]), "cpe:2.3:a:f5:nginx:1.18.0");
	id->cpe_count = 1;
	id->confidence = 100;
	snprintf(id->eol, sizeof(id->eol), "2021-04-20");
	snprintf(id->rule, sizeof(id->rule), "http.nginx");
	snprintf(id->match_field, sizeof(id->match_field), "http.server");
	id->match_len = 12;
	snprintf(id->distro, sizeof(id->distro), "ubuntu");
	snprintf(id->distro_release, sizeof(id->distro_release), "20.04");
	snprintf(id->package, sizeof(id->package), "nginx");
	snprintf(id->package_version, sizeof(id->package_version), "1.18.0-0ubuntu1");
	vd_facts_add(record->facts, "banner", "HTTP/1.1 200 OK\r\n\r\n", 19);
	vd_facts_addf(record->facts, "http.status", "200");
	vd_facts_addf(record->facts, "ssl.san", "gw1.example.jp");
	vd_facts_addf(record->facts, "tcp.window", "64240");
	vd_facts_addf(record->facts, "postgres.ssl", "true");
	id->os_confidence = 60;
	record->candidates = 131;
	record->exposure_count = 1;
	record->exposures[0] = (struct vd_exposure){"tls-expired", VD_SEV_MEDIUM, 30, "expired"};
	record->score = (struct vd_score){.value = 70, .level = VD_DANGEROUS};
	record->reply = (struct record_reply){.reason = DP_REPLY_OPEN, .ttl = 58, .rtt_us = 812};
	record->ask = RECORD_ASKED;
	record->first_seen_us = record->last_seen_us = record->last_changed_us = record->seen_us;
	snprintf(record->scan, sizeof(record->scan), "s-20261122-01");
	host = (struct store_host){.addr = record->addr, .services = &record, .service_count = 1};
}

static void teardown(void)
{
	record_free(record);
}

static json_t *document(void)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	struct json *j = json_begin(f, false);
	json_t *parsed;

	json_open_object(j, NULL);
	service_json(j, &host, record,
	             &(struct service_json_config){.raw = true, .kinds = SERVICE_JSON_ALL});
	json_close_object(j);
	ck_assert_int_eq(json_done(j), 0);
	fclose(f);
	parsed = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_msg(parsed != NULL, "no JSON: %s", text);
	free(text);
	return parsed;
}

/* The one member that is no field: it is the banner once more. */
static bool is_no_field(const char *path)
{
	return strcmp(path, "banner_raw") == 0;
}

static bool take_text(void *arg, const struct field_value *v)
{
	((struct field_text *)arg)->text = v->text;
	return true;
}

static unsigned walk(const json_t *value, const char *path)
{
	const char *key;
	unsigned leaves = 0;
	json_t *member;
	size_t i;

	if (json_is_object(value)) {
		json_object_foreach((json_t *)(uintptr_t)value, key, member)
		{
			char longer[128];

			snprintf(longer, sizeof(longer), "%s%s%s", path, path[0] != '\0' ? "." : "",
			         key);
			leaves += walk(member, longer);
		}
		return leaves;
	}
	if (json_is_array(value)) {
		json_array_foreach(value, i, member) leaves += walk(member, path);
		return leaves;
	}
	ck_assert_msg(field_find(path) != NULL || is_no_field(path), "%s is no field", path);
	return 1;
}

START_TEST(every_member_of_the_document_is_a_field)
{
	json_t *j = document();

	ck_assert_uint_gt(walk(j, ""), 40);
	json_decref(j);
}
END_TEST

static const json_t *at_path(const json_t *j, const char *path)
{
	const char *dot = strchr(path, '.');
	char head[64];

	if (dot == NULL)
		return json_object_get(j, path);
	snprintf(head, sizeof(head), "%.*s", (int)(dot - path), path);
	return at_path(json_object_get(j, head), dot + 1);
}

struct column {
	const struct field *field;
	const json_t *member;
	size_t count;
};

static bool same_value(void *arg, const struct field_value *v)
{
	struct column *c = arg;
	const json_t *m = json_is_array(c->member) ? json_array_get(c->member, c->count)
	                                           : c->member;
	struct field_text text;
	char shown[160] = "";

	c->count++;
	field_format(c->field, v, &text);
	if (json_is_string(m))
		snprintf(shown, sizeof(shown), "%s", json_string_value(m));
	else if (json_is_boolean(m))
		snprintf(shown, sizeof(shown), "%s", json_is_true(m) ? "true" : "false");
	else if (json_is_integer(m))
		snprintf(shown, sizeof(shown), "%lld", (long long)json_integer_value(m));
	ck_assert_msg(strncmp(shown, text.text, text.len) == 0 && strlen(shown) == text.len,
	              "%s is '%s' in a column and '%s' in the document", c->field->name, text.text,
	              shown);
	return true;
}

START_TEST(a_document_and_a_column_show_the_same_value)
{
	json_t *j = document();
	struct column c;
	unsigned shown = 0;

	for (size_t i = 0; (c.field = field_at(i)) != NULL; i++) {
		if ((c.field->flags & FIELD_DOC) == 0)
			continue;
		c.member = at_path(j, c.field->name);
		c.count = 0;
		field_each(c.field, &host, record, same_value, &c);
		ck_assert_msg((c.count > 0) == (c.member != NULL), "%s is not in both",
		              c.field->name);
		shown += c.count > 0;
	}
	ck_assert_uint_gt(shown, 30);
	json_decref(j);
}
END_TEST

START_TEST(numbers_are_numbers_and_flags_are_booleans)
{
	json_t *j = document();

	ck_assert_int_eq(json_integer_value(at_path(j, "http.status")), 200);
	ck_assert_int_eq(json_integer_value(at_path(j, "tcp.window")), 64240);
	ck_assert(json_is_true(at_path(j, "postgres.ssl")));
	ck_assert_int_eq(json_integer_value(at_path(j, "score")), 70);
	ck_assert_int_eq(json_integer_value(at_path(j, "candidates")), 131);
	ck_assert_str_eq(json_string_value(at_path(j, "os.product")), "Linux");
	json_decref(j);
}
END_TEST

START_TEST(what_is_not_open_has_no_findings)
{
	json_t *j;

	record->state = RECORD_CLOSED;
	j = document();
	ck_assert_ptr_null(json_object_get(j, "vulns"));
	ck_assert_ptr_null(json_object_get(j, "exposures"));
	ck_assert_ptr_null(json_object_get(j, "candidates"));
	ck_assert_ptr_null(json_object_get(j, "score"));
	ck_assert_ptr_null(json_object_get(j, "level"));
	ck_assert_str_eq(json_string_value(json_object_get(j, "product")), "nginx");
	json_decref(j);
}
END_TEST

static const struct {
	uint8_t severity, cvss_x10;
	const char *says; /* NULL: absent */
} severities[] = {
	{VD_SEV_NONE, 0, NULL},        {VD_SEV_HIGH, 100, "critical"},
	{VD_SEV_HIGH, 90, "critical"}, {VD_SEV_CRITICAL, 89, "high"},
	{VD_SEV_NONE, 70, "high"},     {VD_SEV_NONE, 69, "medium"},
	{VD_SEV_NONE, 40, "medium"},   {VD_SEV_NONE, 39, "low"},
	{VD_SEV_MEDIUM, 0, "medium"},
};

START_TEST(severity_follows_the_cvss_score_in_every_view)
{
	const struct field *f = field_find("vuln.severity");
	struct vd_verdict *v = &record->verdicts[0];
	struct field_text shown = {.text = ""};
	const json_t *vuln;
	json_t *j;

	v->severity = severities[_i].severity;
	v->cvss_x10 = severities[_i].cvss_x10;
	j = document();
	vuln = json_array_get(json_object_get(j, "vulns"), 0);
	ck_assert(severities[_i].says == NULL
	                  ? json_object_get(vuln, "severity") == NULL
	                  : strcmp(json_string_value(json_object_get(vuln, "severity")),
	                           severities[_i].says) == 0);
	f->get(&host, record, take_text, &shown);
	ck_assert_str_eq(shown.text, severities[_i].says == NULL ? "" : severities[_i].says);
	json_decref(j);
}
END_TEST

START_TEST(what_is_not_known_is_absent)
{
	struct record *empty = store_dir_record(0xc6120001, 80, 1795305600000000);
	struct record *known = record;
	json_t *j;

	record = empty;
	j = document();
	record = known;
	ck_assert_ptr_null(json_object_get(j, "product"));
	ck_assert_ptr_null(json_object_get(j, "cpe"));
	ck_assert_ptr_null(json_object_get(j, "evidence"));
	ck_assert_ptr_null(json_object_get(j, "package"));
	ck_assert_ptr_null(json_object_get(j, "banner"));
	ck_assert_ptr_null(json_object_get(j, "banner_truncated"));
	ck_assert_int_eq(json_integer_value(json_object_get(j, "port")), 80);
	json_decref(j);
	record_free(empty);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("service_json");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_member_of_the_document_is_a_field);
	tcase_add_test(tc, a_document_and_a_column_show_the_same_value);
	tcase_add_test(tc, numbers_are_numbers_and_flags_are_booleans);
	tcase_add_test(tc, what_is_not_open_has_no_findings);
	tcase_add_loop_test(tc, severity_follows_the_cvss_score_in_every_view, 0,
	                    sizeof(severities) / sizeof(severities[0]));
	tcase_add_test(tc, what_is_not_known_is_absent);
	return suite_run("service_json", tc);
}
