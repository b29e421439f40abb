/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_host.c - `sonde host ADDRESS`: prints everything known about one host. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "cmd.h"
#include "cmd_store.h"
#include "host_view.h"
#include "term.h"

struct host_options {
	const char *db;
	enum output_format format;
	bool banner_raw, fixed, history;
};

#define FIELD(name) offsetof(struct host_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"output", 'o', "FORMAT", "table, json or ndjson", option_format, FIELD(format)},
	{"banner-raw", 0, NULL, "JSON: the banners' bytes in base64, too", NULL, FIELD(banner_raw)},
	{"fixed", 0, NULL, "table: list CVEs that the distribution has fixed", NULL, FIELD(fixed)},
	{"history", 0, NULL, "what each port was, and from when to when", NULL, FIELD(history)},
};

static const struct option_spec spec = {
	"sonde host ADDRESS [options]",
	"Prints what is known about a host: ports, services, CVE verdicts with evidence, score.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static bool print_interval(void *arg, const struct store_interval *i)
{
	char from[CALENDAR_TEXT], to[CALENDAR_TEXT];

	(void)arg;
	printf("%5u/%-3s  %s  %-20s  ", i->port, record_transport_name(i->transport),
	       calendar_format(i->start_us, from),
	       i->end_us ? calendar_format(i->end_us, to) : "now");
	term_print(stdout, i->product, strlen(i->product));
	putchar(' ');
	term_print(stdout, i->version, strlen(i->version));
	putchar('\n');
	return true;
}

static int print_host(struct store *s, const struct dp_addr *addr, const struct host_options *o)
{
	unsigned flags = (o->banner_raw ? HOST_VIEW_BANNER_RAW : 0) |
	                 (o->fixed ? HOST_VIEW_FIXED : 0) |
	                 (o->format == OUTPUT_JSON ? HOST_VIEW_PRETTY : 0) |
	                 (cmd_colour() ? HOST_VIEW_COLOUR : 0);
	struct store_host h;
	int ret = store_host_get(s, addr, &h);

	if (ret < 0)
		return ret;
	ret = o->format == OUTPUT_TABLE ? host_view_table(stdout, &h, flags)
	                                : host_view_json(stdout, &h, flags);
	store_host_fini(&h);
	return ret;
}

int cmd_host(int argc, char **argv)
{
	struct host_options o = {0};
	struct dp_addr addr;
	struct store *s;
	int first, code, ret;

	if (!cmd_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first != 1 || dp_addr_parse(argv[first], &addr) < 0)
		return cmd_fail(CMD_USAGE, "`%.60s`: expected one address: sonde host 192.0.2.10",
		                argc > first ? argv[first] : "");
	if (o.format == OUTPUT_CSV)
		return cmd_fail(CMD_USAGE,
		                "host prints table, json or ndjson; for rows say: sonde "
		                "search ip:%.60s -o csv",
		                argv[first]);
	code = cmd_store_open(o.db, STORE_READ, &s);
	if (code != CMD_OK)
		return code;
	ret = o.history ? store_each_interval(s, &addr, print_interval, NULL)
	                : print_host(s, &addr, &o);
	store_close(s);
	if (ret == -ENOENT)
		return cmd_fail(CMD_NOTHING, "%s: nothing is known about it", argv[first]);
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}
