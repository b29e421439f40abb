/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_scans_compare.c - `sonde scans compare`: what two scans found differently. */
#include <errno.h>
#include <string.h>

#include "cmd.h"
#include "cmd_scans.h"
#include "csv.h"
#include "json.h"
#include "scan_compare.h"
#include "term.h"

struct print {
	enum output_format format;
	struct json *json; /* the array of json; NULL otherwise */
	struct bytes line; /* of csv */
	bool failed;
	bool differs; /* one difference was printed at least */
};

static const char *const names[] = {
	[SCAN_ONLY_A] = "only_first", [SCAN_ONLY_B] = "only_second", [SCAN_CHANGED] = "changed"};

/* The product and version of an interval, as one text; "open" where it was never named. */
static const char *words(const struct store_interval *i, char out[192])
{
	if (i == NULL)
		return "";
	snprintf(out, 192, "%s%s%s", i->product[0] != '\0' ? i->product : "open",
	         i->version[0] != '\0' ? " " : "", i->version);
	return out;
}

static void print_table(enum scan_difference what, const struct store_interval *a,
                        const struct store_interval *b)
{
	static const char marks[] = {
		[SCAN_ONLY_A] = '-', [SCAN_ONLY_B] = '+', [SCAN_CHANGED] = '~'};
	const struct store_interval *any = a != NULL ? a : b;
	char addr[DP_ADDR_TEXT], text[192];

	printf("%c %-15s %5u/%s  ", marks[what], dp_addr_format(&any->addr, addr), any->port,
	       record_transport_name(any->transport));
	if (a != NULL)
		term_print(stdout, words(a, text), strlen(words(a, text)));
	fputs(what == SCAN_CHANGED ? " -> " : "", stdout);
	if (b != NULL)
		term_print(stdout, words(b, text), strlen(words(b, text)));
	putchar('\n');
}

static void side_json(struct json *j, const char *key, const struct store_interval *i)
{
	if (i == NULL)
		return;
	json_open_object(j, key);
	json_bytes(j, "product", i->product, strlen(i->product));
	json_bytes(j, "version", i->version, strlen(i->version));
	json_text(j, "fingerprint", i->fingerprint);
	json_time(j, "since", i->start_us);
	json_close_object(j);
}

static bool print_json(struct print *p, enum scan_difference what, const struct store_interval *a,
                       const struct store_interval *b)
{
	struct json *j = p->json != NULL ? p->json : json_begin(stdout, false);
	const struct store_interval *any = a != NULL ? a : b;
	char addr[DP_ADDR_TEXT];

	if (j == NULL)
		return false;
	json_open_object(j, NULL);
	json_text(j, "difference", names[what]);
	json_text(j, "ip", dp_addr_format(&any->addr, addr));
	json_int(j, "port", any->port);
	json_text(j, "transport", record_transport_name(any->transport));
	side_json(j, "first", a);
	side_json(j, "second", b);
	json_close_object(j);
	return p->json != NULL || json_done(j) == 0;
}

static void print_csv(struct print *p, enum scan_difference what, const struct store_interval *a,
                      const struct store_interval *b)
{
	const struct store_interval *any = a != NULL ? a : b;
	char addr[DP_ADDR_TEXT], first[192], second[192];

	bytes_clear(&p->line);
	words(a, first);
	csv_cell(&p->line, a != NULL ? first : "", a != NULL ? strlen(first) : 0);
	bytes_put(&p->line, ",", 1);
	words(b, second);
	csv_cell(&p->line, b != NULL ? second : "", b != NULL ? strlen(second) : 0);
	bytes_put(&p->line, "\r\n", 2);
	printf("%s,%s,%u,%s,", names[what], dp_addr_format(&any->addr, addr), any->port,
	       record_transport_name(any->transport));
	fwrite(p->line.data, 1, p->line.len, stdout);
}

static bool print_one(void *arg, enum scan_difference what, const struct store_interval *a,
                      const struct store_interval *b)
{
	struct print *p = arg;

	p->differs = true;
	if (p->format == OUTPUT_TABLE)
		print_table(what, a, b);
	else if (p->format == OUTPUT_CSV)
		print_csv(p, what, a, b);
	else
		p->failed |= !print_json(p, what, a, b);
	return !p->failed && !ferror(stdout);
}

static int print_all(const struct scan_compare *compare, struct print *p, struct error *err)
{
	int ret;

	if (p->format == OUTPUT_CSV)
		fputs("difference,ip,port,transport,first,second\r\n", stdout);
	if (p->format == OUTPUT_JSON && (p->json = json_begin(stdout, true)) == NULL)
		return -ENOMEM;
	if (p->json != NULL)
		json_open_array(p->json, NULL);
	ret = scan_compare_run(compare, print_one, p, err);
	if (p->json != NULL) {
		json_close_array(p->json);
		p->failed |= json_done(p->json) != 0;
	}
	bytes_fini(&p->line);
	return ret;
}

int cmd_scans_compare(const struct cmd_scans *c, const char *a, const char *b)
{
	struct print p = {.format = c->format};
	struct error err = {""};
	struct store_scan first, second;
	const struct scan_compare compare = {c->store, &first, &second};
	int code = cmd_scans_find(c, a, &first), ret;

	if (code == CMD_OK)
		code = cmd_scans_find(c, b, &second);
	if (code != CMD_OK)
		return code;
	ret = print_all(&compare, &p, &err);
	if (ret == -ENOENT && err.text[0] != '\0')
		return cmd_fail(CMD_NOTHING, "what the scan probed is not known any more: %s",
		                err.text);
	if (ret < 0)
		return cmd_store_fail(ret);
	if (p.format == OUTPUT_TABLE && !p.differs)
		fprintf(stderr, "%s and %s found the same where both probed\n", first.id,
		        second.id);
	return p.failed || fflush(stdout) != 0 || ferror(stdout) ? cmd_output_failed() : CMD_OK;
}
