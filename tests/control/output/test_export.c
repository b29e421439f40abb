/* SPDX-License-Identifier: Apache-2.0 */
/* test_export.c - claims about rows, the host document, facets and the words of `sonde accept`. */
#include <errno.h>
#include <jansson.h>

#include "accept.h"
#include "csv.h"
#include "export.h"
#include "host_view.h"
#include "service_json.h"
#include "stats.h"
#include "store_dir.h"
#include "text.h"
#include "suite.h"

static struct record *list[1];
static struct vd_model *model;
static struct store_host host;

static void setup(void)
{
	struct record *r = store_dir_record(0xc6120001, 443, 1795305600000000);

	store_dir_grab(r, "=cmd|'/c calc'!A1", "1.18.0");
	vd_facts_add(r->facts, "http.title", "\033[31m\x9bred \xe2\x80\xaeund \\ \xc3\xa9\xff", 22);
	vd_facts_addf(r->facts, "http.status", "200");
	vd_facts_addf(r->facts, "ssl.san", "gw1.example.jp");
	vd_facts_addf(r->facts, "ssl.selfsigned", "true");
	store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 98);
	r->verdicts[0].epss = 0.00001F;
	store_dir_vuln(r, "CVE-2024-0002", VD_FIXED, 75);
	r->first_seen_us = r->last_seen_us = r->seen_us;
	list[0] = r;
	host = (struct store_host){.addr = r->addr, .services = list, .service_count = 1};
	ck_assert_int_eq(vd_model_bundled(&model), 0);
	host.model = model;
	host.score = (struct vd_score){.value = 70, .level = VD_DANGEROUS};
}

static void teardown(void)
{
	record_free(list[0]);
	vd_model_close(model);
}

static char *all_of(FILE *f, char **text)
{
	fclose(f);
	return *text;
}

static json_t *document(unsigned flags)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	json_t *j;

	ck_assert_int_eq(host_view_json(f, &host,
	                                &(struct host_view_config){.flags = flags,
	                                                           .kinds = SERVICE_JSON_ALL}),
	                 0);
	j = json_loads(all_of(f, &text), JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(j);
	free(text);
	return j;
}

START_TEST(the_host_document_is_json_and_keeps_every_byte)
{
	json_t *j = document(HOST_VIEW_BANNER_RAW),
	       *port = json_array_get(json_object_get(j, "ports"), 0);
	json_t *http = json_object_get(port, "http"), *ssl = json_object_get(port, "ssl");

	ck_assert_str_eq(json_string_value(json_object_get(j, "schema")), "host/2");
	ck_assert_str_eq(json_string_value(json_object_get(http, "title")),
	                 "\\x1b[31m\\x9bred \\xe2\\x80\\xaeund \\\\ \xc3\xa9\\xff");
	ck_assert_int_eq(json_integer_value(json_object_get(http, "status")), 200);
	ck_assert(json_is_true(json_object_get(ssl, "selfsigned")));
	ck_assert(json_is_array(json_object_get(ssl, "san")));
	ck_assert_ptr_nonnull(json_object_get(port, "banner_raw"));
	ck_assert_ptr_null(json_object_get(port, "ttl"));
	ck_assert_ptr_null(json_object_get(j, "asset"));
	ck_assert_uint_eq(json_array_size(json_object_get(json_object_get(j, "summary"), "vulns")),
	                  1);
	ck_assert_uint_eq(json_array_size(json_object_get(port, "vulns")), 2);
	json_decref(j);
}
END_TEST

static char *export(enum output_format format, const char *columns)
{
	struct export_config config = {
		.format = format, .what = EXPORT_SERVICES, .columns = columns};
	struct error err;
	struct export *e;
	char *text = NULL;
	size_t len = 0;

	config.out = open_memstream(&text, &len);
	ck_assert_int_eq(export_open(&config, &e, &err), 0);
	ck_assert_int_eq(export_service(e, &host, list[0]), 0);
	ck_assert_int_eq(export_service(e, &host, list[0]), 0);
	ck_assert_int_eq(export_close(e), 0);
	return all_of(config.out, &text);
}

START_TEST(csv_follows_the_rfc_and_defuses_formulas)
{
	char *text = export(OUTPUT_CSV, "ip,port,product,http.status");

	ck_assert_str_eq(text, "ip,port,product,http.status\r\n"
	                       "198.18.0.1,443,\"'=cmd|'/c calc'!A1\",200\r\n"
	                       "198.18.0.1,443,\"'=cmd|'/c calc'!A1\",200\r\n");
	free(text);
}
END_TEST

START_TEST(json_is_one_array_and_ndjson_one_object_a_line)
{
	char *text = export(OUTPUT_JSON, NULL);
	json_t *j = json_loads(text, 0, NULL);

	ck_assert_uint_eq(json_array_size(j), 2);
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(j, 1), "ip")),
	                 "198.18.0.1");
	json_decref(j);
	free(text);
	text = export(OUTPUT_NDJSON, NULL);
	*strchr(text, '\n') = '\0';
	j = json_loads(text, 0, NULL);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "port")), 443);
	json_decref(j);
	free(text);
}
END_TEST

START_TEST(columns_of_json_are_members_with_the_types_of_their_fields)
{
	char *text = export(OUTPUT_NDJSON,
	                    "ip,port,http.status,ssl.selfsigned,ssl.san,vuln,ttl,cvss,epss");

	*strchr(text, '\n') = '\0';
	ck_assert_str_eq(text, "{\"ip\":\"198.18.0.1\",\"port\":443,\"http.status\":200,"
	                       "\"ssl.selfsigned\":true,\"ssl.san\":[\"gw1.example.jp\"],"
	                       "\"vuln\":[\"CVE-2024-0001\"],\"cvss\":[9.8],\"epss\":[0.00001]}");
	free(text);
}
END_TEST

/* Three services on two ports of a host, of which one is closed. */
START_TEST(a_row_of_a_host_folds_the_values_of_its_services)
{
	struct record *services[] = {list[0], store_dir_record(0xc6120001, 53, 1),
	                             store_dir_record(0xc6120001, 53, 1),
	                             store_dir_record(0xc6120001, 9, 1)};
	struct store_host h = host;
	struct export_config config = {
		.format = OUTPUT_CSV, .what = EXPORT_HOSTS, .columns = "port,transport,host_score"};
	struct error err;
	struct export *e;
	char *text = NULL;
	size_t len = 0;

	services[2]->transport = DP_TRANSPORT_UDP;
	services[3]->state = RECORD_CLOSED;
	h.services = services;
	h.service_count = 4;
	config.out = open_memstream(&text, &len);
	ck_assert_int_eq(export_open(&config, &e, &err), 0);
	ck_assert_int_eq(export_host(e, &h), 0);
	ck_assert_int_eq(export_close(e), 0);
	ck_assert_str_eq(all_of(config.out, &text),
	                 "port,transport,host_score\r\n53;443,tcp;udp,70\r\n");
	free(text);
	for (size_t i = 1; i < 4; i++)
		record_free(services[i]);
}
END_TEST

START_TEST(a_page_of_json_holds_the_cursor_of_the_next_one)
{
	struct export_config config = {.format = OUTPUT_JSON,
	                               .what = EXPORT_SERVICES,
	                               .columns = "port",
	                               .flags = EXPORT_PAGE};
	struct error err;

	for (int last = 0; last < 2; last++) {
		struct export *e;
		char *text = NULL;
		size_t len = 0;

		config.out = open_memstream(&text, &len);
		ck_assert_int_eq(export_open(&config, &e, &err), 0);
		ck_assert_int_eq(export_service(e, &host, list[0]), 0);
		export_next(e, last ? "" : "192.0.2.1/6/22");
		ck_assert_int_eq(export_close(e), 0);
		ck_assert_str_eq(all_of(config.out, &text),
		                 last ? "{\"results\":[{\"port\":443}\n],\"next\":null}\n"
		                      : "{\"results\":[{\"port\":443}\n],"
		                        "\"next\":\"192.0.2.1/6/22\"}\n");
		free(text);
	}
}
END_TEST

START_TEST(a_document_has_the_verdicts_that_were_asked_for)
{
	static const unsigned kinds[] = {SERVICE_JSON_NONE, 1 << VD_FIXED, SERVICE_JSON_ALL};
	struct export_config config = {.format = OUTPUT_NDJSON, .what = EXPORT_SERVICES};
	struct error err;

	for (size_t i = 0; i < 3; i++) {
		struct export *e;
		char *text = NULL;
		size_t len = 0;
		json_t *j;

		config.out = open_memstream(&text, &len);
		ck_assert_int_eq(export_open(&config, &e, &err), 0);
		export_keep_verdicts(e, kinds[i]);
		ck_assert_int_eq(export_service(e, &host, list[0]), 0);
		ck_assert_int_eq(export_close(e), 0);
		j = json_loads(all_of(config.out, &text), JSON_REJECT_DUPLICATES, NULL);
		ck_assert_uint_eq(json_array_size(json_object_get(j, "vulns")), i);
		ck_assert_int_eq(json_integer_value(json_object_get(j, "host_score")), 70);
		json_decref(j);
		free(text);
	}
}
END_TEST

START_TEST(equal_counts_of_numbers_are_sorted_by_size)
{
	static const uint16_t ports[] = {10050, 110, 9, 110};
	struct error err;
	struct stats *s;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	ck_assert_int_eq(stats_new("port", STATS_BY_SERVICE, &s, &err), 0);
	for (size_t i = 0; i < 4; i++) {
		list[0]->port = ports[i];
		ck_assert_int_eq(stats_add(s, &host, list[0]), 0);
	}
	ck_assert_int_eq(stats_write(s, f, OUTPUT_TABLE), 0);
	stats_free(s);
	ck_assert_str_eq(all_of(f, &text), "1 host, 4 services\n\nport\n"
	                                   "         2  110\n         1  9\n         1  10050\n");
	free(text);
}
END_TEST

START_TEST(a_service_counts_once_for_a_value)
{
	struct error err;
	struct stats *s;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	vd_facts_addf(list[0]->facts, "ssl.cn", "gw1.example.jp");
	ck_assert_int_eq(stats_new("hostname", STATS_BY_SERVICE, &s, &err), 0);
	ck_assert_int_eq(stats_add(s, &host, list[0]), 0);
	ck_assert_int_eq(stats_add(s, &host, list[0]), 0);
	ck_assert_int_eq(stats_write(s, f, OUTPUT_CSV), 0);
	stats_free(s);
	ck_assert_str_eq(all_of(f, &text), "facet,value,count\r\nhostname,gw1.example.jp,2\r\n");
	free(text);
}
END_TEST

START_TEST(an_unknown_column_is_named_with_its_place)
{
	struct export_config config = {.out = stdout, .format = OUTPUT_CSV, .columns = "ip,prot"};
	struct error err;
	struct export *e;

	ck_assert_int_eq(export_open(&config, &e, &err), -EINVAL);
	ck_assert_uint_eq(err.column, 4);
	ck_assert_ptr_nonnull(strstr(err.text, "did you mean port"));
}
END_TEST

START_TEST(facets_count_services_or_hosts)
{
	struct error err;
	struct stats *s;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	ck_assert_int_eq(stats_new("port:5,vuln", STATS_BY_HOST, &s, &err), 0);
	ck_assert_int_eq(stats_add(s, &host, list[0]), 0);
	ck_assert_int_eq(stats_add(s, &host, list[0]), 0);
	ck_assert_int_eq(stats_write(s, f, OUTPUT_JSON), 0);
	stats_free(s);
	ck_assert_str_eq(all_of(f, &text),
	                 "{\"hosts\":1,\"services\":2,\"count_by\":\"host\",\"facets\":{"
	                 "\"port\":[{\"value\":443,\"count\":1}],"
	                 "\"vuln\":[{\"value\":\"CVE-2024-0001\",\"count\":1}]}}\n");
	free(text);
	ck_assert_int_eq(stats_new("port,banner", STATS_BY_HOST, &s, &err), -EINVAL);
	ck_assert_uint_eq(err.column, 6);
	ck_assert_int_eq(stats_new("port:x", STATS_BY_HOST, &s, &err), -EINVAL);
}
END_TEST

static const struct {
	const char *target, *id, *until, *reason;
	int ret;
} accepts[] = {
	{"192.0.2.1", "CVE-2024-1", "2027-01-31", "x", 0},
	{"192.0.2.1:443", "weak-tls", "2027-01-31T00:00:00Z", "x", 0},
	{"[2001:db8::1]:443", "weak-tls", "2027-01-31", "x", 0},
	{"2001:db8::1", "weak-tls", "2027-01-31", "x", 0},
	{"192.0.2.1:0", "weak-tls", "2027-01-31", "x", -EINVAL},
	{"192.0.2.1:99999", "weak-tls", "2027-01-31", "x", -EINVAL},
	{"192.0.2", "weak-tls", "2027-01-31", "x", -EINVAL},
	{"192.0.2.1", "", "2027-01-31", "x", -EINVAL},
	{"192.0.2.1", "a b", "2027-01-31", "x", -EINVAL},
	{"192.0.2.1", "weak-tls", "2027-02-30", "x", -EINVAL},
	{"192.0.2.1", "weak-tls", "2020-01-01", "x", -EINVAL},
	{"192.0.2.1", "weak-tls", "2027-01-31", "", -EINVAL},
};

START_TEST(an_acceptance_is_read_or_refused)
{
	const struct accept_words words = {accepts[_i].target, accepts[_i].id, accepts[_i].until,
	                                   accepts[_i].reason};
	struct error err;
	struct store_accept a;

	ck_assert_int_eq(accept_parse(&words, 1795305600000000, &a, &err), accepts[_i].ret);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_host_document_is_json_and_keeps_every_byte);
	tcase_add_test(tc, csv_follows_the_rfc_and_defuses_formulas);
	tcase_add_test(tc, json_is_one_array_and_ndjson_one_object_a_line);
	tcase_add_test(tc, columns_of_json_are_members_with_the_types_of_their_fields);
	tcase_add_test(tc, a_row_of_a_host_folds_the_values_of_its_services);
	tcase_add_test(tc, a_page_of_json_holds_the_cursor_of_the_next_one);
	tcase_add_test(tc, a_document_has_the_verdicts_that_were_asked_for);
	tcase_add_test(tc, equal_counts_of_numbers_are_sorted_by_size);
	tcase_add_test(tc, a_service_counts_once_for_a_value);
	tcase_add_test(tc, an_unknown_column_is_named_with_its_place);
	tcase_add_test(tc, facets_count_services_or_hosts);
	tcase_add_loop_test(tc, an_acceptance_is_read_or_refused, 0,
	                    sizeof(accepts) / sizeof(accepts[0]));
	return suite_run("export", tc);
}
