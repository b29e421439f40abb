/* SPDX-License-Identifier: Apache-2.0 */
/* test_route.c - claims about the tables of routes and parameters. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "param.h"
#include "route.h"
#include "serve.h"
#include "service_json.h"
#include "suite.h"

static const int64_t now_us = 1795305600000000; /* 2026-11-22T00:00:00Z */

static const struct {
	const char *method, *path, *id; /* NULL: no route */
	bool is_path;
} cases[] = {
	{"GET", "/v1/hosts/192.0.2.1", "host", true},
	{"HEAD", "/v1/hosts/192.0.2.1", "host", true},
	{"POST", "/v1/hosts/192.0.2.1", NULL, true},
	{"GET", "/v1/hosts/", NULL, false},
	{"GET", "/v1/hosts/1/2", NULL, false},
	{"GET", "/v1/hosts", NULL, false},
	{"POST", "/v1/hosts:lookup", "lookup", true},
	{"GET", "/v1/scans", "scans", true},
	{"GET", "/v1/scans/last", "scan", true},
	{"GET", "/v1/scans/last/status", "scan_status", true},
	{"POST", "/v1/scans/s-1/stop", "scan_stop", true},
	{"GET", "/v1/scans/s-1/stop", NULL, true},
	{"GET", "/v1/scans/s-1/stop/", NULL, false},
	{"PUT", "/v1/session", NULL, true},
	{"DELETE", "/v1/session", "session_end", true},
	{"get", "/v1/health", NULL, true},
	{"GET", "/v1/health/", NULL, false},
	{"GET", "/", NULL, false},
	{"GET", "", NULL, false},
};

START_TEST(a_path_finds_its_route)
{
	struct route_found f;

	route_find(cases[_i].method, cases[_i].path, &f);
	ck_assert_int_eq(f.is_path, cases[_i].is_path);
	if (cases[_i].id == NULL)
		ck_assert_ptr_null(f.route);
	else
		ck_assert_str_eq(f.route->id, cases[_i].id);
}
END_TEST

START_TEST(allow_names_the_methods_of_a_path)
{
	struct route_found f;

	route_find("PUT", "/v1/session", &f);
	ck_assert_str_eq(f.allow, "GET, HEAD, POST, DELETE, OPTIONS");
	route_find("PUT", "/v1/scans/x/rate", &f);
	ck_assert_str_eq(f.allow, "POST, OPTIONS");
}
END_TEST

START_TEST(a_segment_is_the_value_of_a_parameter)
{
	static const char path[] = "/v1/scans/s-20261201-01/rate";
	struct route_found f;

	route_find("POST", path, &f);
	ck_assert_int_eq(f.param, PARAM_ID);
	ck_assert_uint_eq(f.len, strlen("s-20261201-01"));
	ck_assert_ptr_eq(f.value, path + 10);
}
END_TEST

START_TEST(each_route_can_be_answered)
{
	for (size_t i = 0; route_at(i) != NULL; i++) {
		const struct route *r = route_at(i);

		ck_assert_msg(r->quick != NULL || r->handle != NULL, "%s", r->id);
		ck_assert_msg(r->replies[0].status / 100 == 2, "%s", r->id);
		ck_assert_msg(r->scope != 0 || (r->flags & ROUTE_OPEN) != 0, "%s", r->id);
		ck_assert_msg(strcmp(r->method, "GET") == 0 || r->scope == 1 ||
		                      (r->flags & ROUTE_CHANGES) != 0,
		              "%s changes something", r->id);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(route_at(k)->id, r->id) != 0, "%s", r->id);
	}
}
END_TEST

static int read_one(const char *raw, uint32_t known, struct params *p, struct error *err)
{
	static struct request_target t;
	int ret;

	request_target_fini(&t);
	ck_assert_int_eq(request_target_parse(raw, &t, err), 0);
	*p = (struct params){0};
	ret = params_read(&t, known, now_us, p, err);
	return ret;
}

static const struct {
	const char *raw;
	unsigned id;
	int64_t number; /* -1: refused */
} values[] = {
	{"/", PARAM_LIMIT, 100},
	{"/?limit=7", PARAM_LIMIT, 7},
	{"/?limit=1000", PARAM_LIMIT, 1000},
	{"/?limit=1001", PARAM_LIMIT, -1},
	{"/?limit=0", PARAM_LIMIT, -1},
	{"/?limit=", PARAM_LIMIT, -1},
	{"/?limit=-1", PARAM_LIMIT, -1},
	{"/?limit=%201", PARAM_LIMIT, -1},
	{"/?limit=99999999999999999999", PARAM_LIMIT, -1},
	{"/?rows=hosts", PARAM_ROWS, 1},
	{"/?rows=host", PARAM_ROWS, -1},
	{"/?history=true", PARAM_HISTORY, 1},
	{"/?history=1", PARAM_HISTORY, -1},
	{"/?since=1h", PARAM_SINCE, 1795305600000000 - 3600000000},
	{"/?since=2026-11-22", PARAM_SINCE, 1795305600000000},
	{"/?since=yesterday", PARAM_SINCE, -1},
	{"/", PARAM_SINCE, 0},
	{"/", PARAM_VERDICTS, SERVICE_JSON_ALL},
	{"/?verdicts=none", PARAM_VERDICTS, SERVICE_JSON_NONE},
	{"/?verdicts=affected,fixed", PARAM_VERDICTS, 1 << VD_AFFECTED | 1 << VD_FIXED},
	{"/?verdicts=affected,affected", PARAM_VERDICTS, -1},
	{"/?verdicts=", PARAM_VERDICTS, -1},
	{"/?types=port,nothing", PARAM_TYPES, -1},
	{"/?types=", PARAM_TYPES, -1},
	{"/?address=192.0.2.0/33", PARAM_ADDRESS, -1},
	{"/?limits=1", PARAM_LIMIT, -1},
};

START_TEST(values_are_read_or_refused)
{
	struct error err = {""};
	struct params p;
	int ret = read_one(values[_i].raw, UINT32_C(1) << values[_i].id, &p, &err);

	if (values[_i].number < 0) {
		ck_assert_int_eq(ret, -EINVAL);
		ck_assert_str_ne(err.text, "");
	} else {
		ck_assert_int_eq(ret, 0);
		ck_assert_int_eq((int64_t)p.v[values[_i].id].number, values[_i].number);
	}
}
END_TEST

START_TEST(an_unknown_parameter_is_named_with_what_was_meant)
{
	struct error err = {""};
	struct params p;

	ck_assert_int_eq(read_one("/?limt=1", PARAM_BIT(LIMIT), &p, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "did you mean limit"));
	ck_assert_int_eq(read_one("/?zzzzzz=1", PARAM_BIT(LIMIT), &p, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "there are limit"));
	ck_assert_int_eq(read_one("/?ip=1", PARAM_BIT(IP), &p, &err), -EINVAL);
}
END_TEST

START_TEST(names_of_cves_are_checked_and_folded)
{
	static const char *const bad[] = {"CVE-2024",       "CVE-24-1234",    "CVE-2024-123",
	                                  "XCVE-2024-1234", "CVE-2024-1234x", ""};
	struct request_target t = {.path = "/"};
	struct error err;
	struct params p = {0};

	p.v[PARAM_CVE].text = "cve-2024-6387";
	ck_assert_int_eq(params_read(&t, PARAM_BIT(CVE), now_us, &p, &err), 0);
	ck_assert_str_eq(p.cve, "CVE-2024-6387");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p.v[PARAM_CVE].text = bad[i];
		ck_assert_int_eq(params_read(&t, PARAM_BIT(CVE), now_us, &p, &err), -EINVAL);
	}
}
END_TEST

START_TEST(the_description_has_every_route_and_parameter)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	json_error_t why;
	json_t *doc;

	ck_assert_int_eq(serve_openapi(out), 0);
	fclose(out);
	doc = json_loads(text, JSON_REJECT_DUPLICATES, &why);
	ck_assert_msg(doc != NULL, "%s at %d", why.text, why.position);
	for (size_t i = 0; route_at(i) != NULL; i++) {
		const struct route *r = route_at(i);
		const char *method = strcmp(r->method, "GET") == 0    ? "get"
		                     : strcmp(r->method, "POST") == 0 ? "post"
		                                                      : "delete";
		json_t *o = json_object_get(json_object_get(json_object_get(doc, "paths"), r->path),
		                            method);

		ck_assert_msg(o != NULL, "%s %s", r->method, r->path);
		ck_assert_uint_eq(json_array_size(json_object_get(o, "parameters")),
		                  (size_t)__builtin_popcount(r->params));
		for (unsigned k = 0; k < ROUTE_REPLIES && r->replies[k].status != 0; k++) {
			const char *schema = r->replies[k].schema;

			ck_assert_msg(
				schema == NULL || schema[0] == '\0' ||
					json_object_get(
						json_object_get(json_object_get(doc, "components"),
			                                        "schemas"),
						schema) != NULL,
				"%s: no schema %s", r->id, schema);
		}
	}
	json_decref(doc);
	free(text);
}
END_TEST

int main(void)
{
	TCase *t = tcase_create("route");

	tcase_add_loop_test(t, a_path_finds_its_route, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(t, allow_names_the_methods_of_a_path);
	tcase_add_test(t, a_segment_is_the_value_of_a_parameter);
	tcase_add_test(t, each_route_can_be_answered);
	tcase_add_loop_test(t, values_are_read_or_refused, 0, sizeof(values) / sizeof(values[0]));
	tcase_add_test(t, an_unknown_parameter_is_named_with_what_was_meant);
	tcase_add_test(t, names_of_cves_are_checked_and_folded);
	tcase_add_test(t, the_description_has_every_route_and_parameter);
	return suite_run("route", t);
}
