/* SPDX-License-Identifier: Apache-2.0 */
/* test_host_view.c - claims about the page of a host and its document. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "field.h"
#include "fit.h"
#include "host_view.h"
#include "service_json.h"
#include "store_dir.h"
#include "suite.h"

static const int64_t now_us = 1795305600000000; /* 2026-11-22T00:00:00Z */

enum { SSH, WEB, ALT, OLD, ODD, SERVICES };

static struct record *list[SERVICES];
static struct store_accept accept;
static struct vd_model *model;
static struct store_host host;

static void add_web(struct record *r)
{
	store_dir_grab(r, "nginx", "1.18.0");
	strcpy(r->identity.cpe[0], "cpe:2.3:a:f5:nginx:1.18.0:*:*:*:*:*:*:*");
	r->identity.cpe_count = 1;
	for (int i = 0; i < 12; i++) {
		char id[24];

		snprintf(id, sizeof(id), "CVE-2023-%04d", 1000 + i);
		store_dir_vuln(r, id, VD_AFFECTED, (uint8_t)(50 + i));
	}
	store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 0);
	r->verdicts[12].kev = true;
	r->verdicts[12].severity = VD_SEV_NONE;
	store_dir_vuln(r, "CVE-2022-0007", VD_POSSIBLE, 75);
	strcpy(r->verdicts[13].cpe, "cpe:2.3:a:varnish-software:varnish_cache");
	store_dir_vuln(r, "CVE-2021-0009", VD_FIXED, 98);
	r->score = (struct vd_score){.value = 92, .level = VD_CRITICAL};
}

static void setup(void)
{
	static const uint16_t ports[SERVICES] = {22, 443, 8443, 25, 9000};

	for (unsigned i = 0; i < SERVICES; i++) {
		list[i] = store_dir_record(0xc6120001, ports[i], now_us);
		list[i]->first_seen_us = list[i]->last_seen_us = list[i]->last_changed_us = now_us;
	}
	strcpy(list[SSH]->identity.service, "ssh");
	strcpy(list[SSH]->identity.service_source, "port");
	list[SSH]->candidates = 131;
	list[SSH]->score = (struct vd_score){.value = 30, .level = VD_LOW};
	add_web(list[WEB]);
	add_web(list[ALT]);
	vd_facts_addf(list[WEB]->facts, "ssl.version", "TLSv1.3");
	vd_facts_addf(list[WEB]->facts, "ssl.cn", "www.example.org");
	vd_facts_addf(list[WEB]->facts, "ssl.issuer", "O=Example CA");
	vd_facts_addf(list[WEB]->facts, "ssl.not_after", "2026-12-01T00:00:00Z");
	vd_facts_add(list[WEB]->facts, "http.title", "\033[31m\x9bred \xe2\x80\xaeund \\ \xff", 17);
	store_dir_grab(list[OLD], "Exim", "4.96");
	store_dir_vuln(list[OLD], "CVE-2023-4211", VD_AFFECTED, 98);
	list[OLD]->state = RECORD_CLOSED;
	vd_facts_add(list[ODD]->facts, "banner", "\x16\x03\x01\x00\x7a\x01\x00\x00\x76\x03\x03",
	             11);
	accept = (struct store_accept){.addr = list[0]->addr, .until_us = now_us + 1};
	strcpy(accept.id, "CVE-2023-1011");
	strcpy(accept.user, "ops");
	strcpy(accept.reason, "behind a filter");
	ck_assert_int_eq(vd_model_bundled(&model), 0);
	host = (struct store_host){.addr = list[0]->addr,
	                           .services = list,
	                           .service_count = SERVICES,
	                           .accepts = &accept,
	                           .accept_count = 1,
	                           .model = model,
	                           .first_seen_us = now_us,
	                           .last_seen_us = now_us,
	                           .read_us = now_us};
	host.score = (struct vd_score){.value = 94, .level = VD_CRITICAL, .reason_count = 1};
	host.score.reasons[0] =
		(struct vd_finding){"kev-affected", "CVE-2024-0001", 443, DP_TRANSPORT_TCP, 92};
}

static void teardown(void)
{
	for (unsigned i = 0; i < SERVICES; i++)
		record_free(list[i]);
	vd_model_close(model);
}

static char *page(unsigned flags, unsigned width)
{
	const struct host_view_config config = {
		.flags = flags, .kinds = SERVICE_JSON_ALL, .width = width, .port = -1};
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	ck_assert_int_eq(host_view_table(f, &host, &config), 0);
	fclose(f);
	return text;
}

static json_t *document(void)
{
	const struct host_view_config config = {.kinds = SERVICE_JSON_ALL, .port = -1};
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	json_t *j;

	ck_assert_int_eq(host_view_json(f, &host, &config), 0);
	fclose(f);
	j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(j);
	free(text);
	return j;
}

/* Each of the texts stands in the page behind the one before. */
static void in_order(const char *text, const char *const *parts)
{
	const char *at = text;

	for (; *parts != NULL; parts++) {
		at = strstr(at, *parts);
		ck_assert_msg(at != NULL, "no \"%s\" in its place:\n%s", *parts, text);
	}
}

START_TEST(the_page_goes_from_the_whole_to_the_worst_and_ends_with_what_is_closed)
{
	static const char *const parts[] = {
		"198.18.0.1  Critical 94  www.example.org", "kev-affected  443/tcp  CVE-2024-0001",
		"accepted  CVE-2023-1011 until 2026-11-22 by ops: behind a filter",
		/* at a glance */
		"  22/tcp", "ssh?", "443/tcp", "http/tls", "nginx", "1.18.0", "Critical 92",
		"8443/tcp",
		/* the worst first */
		"443/tcp  http/tls  nginx 1.18.0  Critical 92",
		"TLSv1.3, www.example.org, to 2026-12-01 (in 9 days), by O=Example CA",
		"13 CVEs affected: 1 exploited", "CVE-2024-0001", "KEV", "CVE-2023-1011",
		"1 CVE fixed", "varnish_cache: 1 CVE possible: 1 high", "CVE-2022-0007",
		"8443/tcp  http  nginx 1.18.0  Critical 92", "the same CVEs as 443/tcp",
		"22/tcp  ssh?", "known by the port only", "no version: 131 CVEs name this product",
		"11 bytes: 16 03 01", "25/tcp  closed since 2026-11-22T00:00:00Z, was Exim 4.96",
		NULL};
	char *text = page(0, 0);

	in_order(text, parts);
	ck_assert_ptr_null(strstr(text, "CVE-2023-4211"));
	ck_assert_ptr_null(strstr(text, "none"));
	ck_assert_ptr_null(strstr(text, "CVE-2023-1000"));
	ck_assert_ptr_null(strstr(text, "CVE-2021-0009"));
	free(text);
	text = page(HOST_VIEW_EVERY, 0);
	ck_assert_ptr_nonnull(strstr(text, "CVE-2023-1000"));
	ck_assert_ptr_nonnull(strstr(text, "CVE-2021-0009"));
	free(text);
}
END_TEST

START_TEST(no_line_of_the_page_is_wider_than_the_terminal)
{
	static const unsigned widths[] = {40, 80, 120};
	char *text = page(HOST_VIEW_EVERY, widths[_i]), *line;

	for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		ck_assert_msg(fit_width(line, strlen(line)) <= widths[_i], "%s", line);
	free(text);
}
END_TEST

START_TEST(no_control_byte_of_the_network_reaches_a_terminal)
{
	char *text = page(HOST_VIEW_EVERY, 0);

	ck_assert_ptr_null(strpbrk(text, "\033\x9b\r\b\a"));
	ck_assert_ptr_nonnull(strstr(text, "\\x1b[31m"));
	free(text);
}
END_TEST

START_TEST(the_document_counts_a_cve_once_a_host_and_only_what_is_open)
{
	json_t *j = document(), *summary = json_object_get(j, "summary");
	json_t *counts = json_object_get(summary, "vuln_counts");

	ck_assert_int_eq(json_integer_value(json_object_get(counts, "affected")), 13);
	ck_assert_int_eq(json_integer_value(json_object_get(counts, "possible")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(counts, "fixed")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(counts, "kev")), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(summary, "vulns")), 14);
	ck_assert_uint_eq(json_array_size(json_object_get(summary, "ports")), 4);
	json_decref(j);
}
END_TEST

START_TEST(a_reason_has_the_weight_of_the_table_and_the_one_that_counts)
{
	json_t *j = document();
	json_t *reason = json_array_get(json_object_get(json_object_get(j, "score"), "reasons"), 0);

	ck_assert_int_eq(json_integer_value(json_object_get(reason, "base")), 82);
	ck_assert_int_eq(json_integer_value(json_object_get(reason, "weight")), 92);
	json_decref(j);
}
END_TEST

/* A name of a member that is no field, beside the names of whole objects. */
static bool is_no_field(const char *path)
{
	static const char *const names[] = {
		"schema",
		"hostnames.source",
		"os.source",
		"score.reasons.port",
		"score.reasons.transport",
		"score.reasons.base",
		"score.reasons.weight",
		"summary.vulns",
		"summary.cpes",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(path, names[i]) == 0)
			return true;
	return false;
}

static unsigned walk(json_t *value, const char *path)
{
	const char *key;
	unsigned leaves = 0;
	json_t *member;
	size_t i;

	if (json_is_object(value)) {
		json_object_foreach(value, key, member)
		{
			char longer[128];

			snprintf(longer, sizeof(longer), "%s%s%s", path, path[0] != '\0' ? "." : "",
			         key);
			leaves += walk(member, strcmp(longer, "ports") == 0 ? "" : longer);
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

START_TEST(the_names_of_the_document_are_filters)
{
	json_t *j = document();

	ck_assert_uint_gt(walk(j, ""), 60);
	json_decref(j);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("host_view");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_page_goes_from_the_whole_to_the_worst_and_ends_with_what_is_closed);
	tcase_add_loop_test(tc, no_line_of_the_page_is_wider_than_the_terminal, 0, 3);
	tcase_add_test(tc, no_control_byte_of_the_network_reaches_a_terminal);
	tcase_add_test(tc, the_document_counts_a_cve_once_a_host_and_only_what_is_open);
	tcase_add_test(tc, a_reason_has_the_weight_of_the_table_and_the_one_that_counts);
	tcase_add_test(tc, the_names_of_the_document_are_filters);
	return suite_run("host_view", tc);
}
