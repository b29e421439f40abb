/* SPDX-License-Identifier: Apache-2.0 */
/* test_format.c - claims about the encoders of exports, read back by other libraries. */
#include <expat.h>
#include <jansson.h>

#include "cpe_uri.h"
#include "format.h"
#include "service_json.h"
#include "splitmix.h"
#include "store_dir.h"
#include "suite.h"
#include "text.h"

static struct record *list[2];
static struct store_host host;

/* Two services; @banner is that of the second one. */
static void make(const char *banner, size_t len)
{
	struct record *r;

	for (int i = 0; i < 2; i++) {
		r = list[i] = store_dir_record(0xc6120001, (uint16_t)(80 + i), 1795305600000000);
		store_dir_grab(r, i == 0 ? "nginx" : "a<b>&\"c\"\xef\xbf\xbf", "1.18.0");
		store_dir_vuln(r, "CVE-2024-0001", VD_AFFECTED, 98);
		store_dir_vuln(r, "CVE-2024-0002", VD_FIXED, 75);
		r->first_seen_us = r->last_seen_us = r->seen_us;
	}
	vd_facts_clear(r->facts);
	vd_facts_add(r->facts, "banner", banner, len);
	vd_facts_add(r->facts, "ssl.san", banner, len);
	vd_facts_add(r->facts, "http.title", banner, len);
	vd_facts_addf(r->facts, "http.status", "no number");
	host = (struct store_host){.addr = r->addr, .services = list, .service_count = 2};
}

static void drop(void)
{
	record_free(list[0]);
	record_free(list[1]);
}

/* The text of both services in the format, with a NUL behind it. The caller frees it. */
static struct bytes text_in(const char *name, const char *fields)
{
	const struct format_info *info = format_named(name);
	struct format_config config = {
		.unit = FORMAT_SERVICES, .kinds = SERVICE_JSON_ALL, .fields = fields, .now_us = 1};
	struct bytes out = {0};
	struct format *f;
	struct error err;

	ck_assert_ptr_nonnull(info);
	ck_assert_int_eq(format_open(info, &config, &out, &f, &err), 0);
	format_begin(f);
	for (int i = 0; i < 2; i++)
		format_row(f, &host, list[i]);
	format_end(f);
	ck_assert(format_whole(f));
	format_close(f);
	bytes_put(&out, "", 1);
	return out;
}

static char banner[80];

static size_t random_banner(int seed)
{
	static const char odd[] = "<>&\"'\\\n\r\t\x00\x01\x1b\x7f\xff\xc3\xa9\xef\xbf\xbe]]>=,;-->";
	uint64_t state = (uint64_t)seed;
	size_t len = splitmix(&state) % sizeof(banner);

	for (size_t i = 0; i < len; i++)
		banner[i] = splitmix(&state) % 2 == 0 ? odd[splitmix(&state) % (sizeof(odd) - 1)]
		                                      : (char)splitmix(&state);
	return len;
}

/* ---- claims ---------------------------------------------------------------------------------- */

static const char *const lines[] = {"ndjson", "shodan", "elastic-bulk"};

START_TEST(each_line_is_json_whatever_the_network_sends)
{
	size_t len = random_banner(_i);
	struct bytes out, expected = {0};
	char *line, *rest;
	unsigned n = 0;

	make(banner, len);
	out = text_in(lines[_i % 3], NULL);
	text_escape(&expected, banner, len, TEXT_PLAIN);
	bytes_put(&expected, "", 1);
	for (line = strtok_r((char *)out.data, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest), n++) {
		json_error_t why;
		json_t *j = json_loads(line, JSON_REJECT_DUPLICATES, &why), *b;

		ck_assert_msg(j != NULL, "%s: %s", why.text, line);
		b = json_object_get(j, _i % 3 == 1 ? "data" : "banner");
		if (b != NULL && json_integer_value(json_object_get(j, "port")) == 81)
			ck_assert_str_eq(json_string_value(b), (const char *)expected.data);
		json_decref(j);
	}
	ck_assert_uint_eq(n, _i % 3 == 2 ? 4 : 2);
	bytes_fini(&out);
	bytes_fini(&expected);
	drop();
}
END_TEST

START_TEST(a_fact_without_the_type_of_its_field_is_left_out)
{
	struct bytes out;
	json_t *j;

	make("x", 1);
	out = text_in("json", NULL);
	j = json_loads((const char *)out.data, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_uint_eq(json_array_size(j), 2);
	ck_assert_ptr_null(
		json_object_get(json_object_get(json_array_get(j, 1), "http"), "status"));
	json_decref(j);
	bytes_fini(&out);
	drop();
}
END_TEST

START_TEST(masscans_json_gives_back_each_byte)
{
	size_t len = random_banner(_i), size = 0;
	struct bytes out;
	const char *got;
	json_t *all, *j;

	make(banner, len);
	out = text_in("masscan", NULL);
	all = json_loads((const char *)out.data, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	ck_assert_ptr_nonnull(all);
	ck_assert_uint_eq(json_array_size(all), 4);
	j = json_object_get(json_array_get(json_object_get(json_array_get(all, 3), "ports"), 0),
	                    "service");
	got = json_string_value(json_object_get(j, "banner"));
	/* Each character is a byte. */
	for (size_t i = 0; i < json_string_length(json_object_get(j, "banner")); i++, size++) {
		unsigned c = (unsigned char)got[i];

		if (c >= 0xc0)
			c = (c & 3) << 6 | ((unsigned char)got[++i] & 0x3f);
		ck_assert_uint_eq(c, (unsigned char)banner[size]);
	}
	ck_assert_uint_eq(size, len);
	json_decref(all);
	bytes_fini(&out);
	drop();
}
END_TEST

static void count(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	(void)attributes;
	*(unsigned *)arg += strcmp(name, "port") == 0;
}

START_TEST(nmaps_xml_is_well_formed_whatever_the_network_sends)
{
	XML_Parser parser = XML_ParserCreate(NULL);
	unsigned ports = 0;
	struct bytes out;

	make(banner, random_banner(_i));
	out = text_in("nmap-xml", NULL);
	XML_SetUserData(parser, &ports);
	XML_SetStartElementHandler(parser, count);
	ck_assert_msg(XML_Parse(parser, (const char *)out.data, (int)out.len - 1, 1) ==
	                      XML_STATUS_OK,
	              "%s: %s", XML_ErrorString(XML_GetErrorCode(parser)), (const char *)out.data);
	ck_assert_uint_eq(ports, 2);
	XML_ParserFree(parser);
	bytes_fini(&out);
	drop();
}
END_TEST

START_TEST(csv_has_one_line_a_row_and_no_formula)
{
	static const char *const names[] = {"csv", "shadowserver"};
	struct bytes out;
	unsigned n = 0;

	make(banner, random_banner(_i));
	out = text_in(names[_i % 2], _i % 2 == 0 ? "http.title,banner,port" : NULL);
	for (const char *c = (const char *)out.data; *c != '\0'; c++) {
		n += *c == '\n';
		if (n > 0 && (c[-1] == '\n' || c[-1] == ',') && c[-2] != '"')
			ck_assert(*c == '"' || strchr("=+@", *c) == NULL ||
			          c > (const char *)out.data);
	}
	ck_assert_uint_eq(n, 3);
	bytes_fini(&out);
	drop();
}
END_TEST

static const struct {
	const char *name, *uri;
} cpes[] = {
	{"cpe:2.3:a:openbsd:openssh:8.2:p1:*:*:*:*:*:*", "cpe:/a:openbsd:openssh:8.2:p1"},
	{"cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*", "cpe:/a:f5:nginx"},
	{"cpe:2.3:o:linux:linux_kernel:*:rc1:*:*:*:*:*:*", "cpe:/o:linux:linux_kernel::rc1"},
	{"cpe:2.3:a:x:a\\:b\\/c:1:*:*:*:*:*:*:*", "cpe:/a:x:a%3ab%2fc:1"},
	{"cpe:2.3:a:x:y", "cpe:/a:x:y"},
	{"nonsense", ""},
	{"", ""},
};

START_TEST(a_cpe_name_has_an_older_form)
{
	char uri[CPE_URI];

	ck_assert_str_eq(cpe_uri(cpes[_i].name, uri), cpes[_i].uri);
}
END_TEST

int main(void)
{
	TCase *tc = tcase_create("format");

	tcase_add_loop_test(tc, each_line_is_json_whatever_the_network_sends, 0, 300);
	tcase_add_test(tc, a_fact_without_the_type_of_its_field_is_left_out);
	tcase_add_loop_test(tc, masscans_json_gives_back_each_byte, 0, 200);
	tcase_add_loop_test(tc, nmaps_xml_is_well_formed_whatever_the_network_sends, 0, 300);
	tcase_add_loop_test(tc, csv_has_one_line_a_row_and_no_formula, 0, 100);
	tcase_add_loop_test(tc, a_cpe_name_has_an_older_form, 0, sizeof(cpes) / sizeof(cpes[0]));
	return suite_run("format", tc);
}
