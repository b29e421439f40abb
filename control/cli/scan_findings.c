/* SPDX-License-Identifier: Apache-2.0 */
/* scan_findings.c - writes an item of a scan's news as a row of a table, JSON, CSV or an address. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "outlet.h"
#include "scan_findings.h"
#include "service_json.h"
#include "term.h"
#include "text.h"

enum {
	LIMIT = 16 << 20, /* bytes that may wait for the reader: about 50,000 findings */
	PATIENCE_MS = 3000,
	WIDTH = 100, /* of a table that goes to no terminal */
	WORDS_LEAST = 12,
	ROW_REST = 55, /* the columns of a row beside the words */
};

struct scan_findings {
	struct outlet *outlet;
	enum config_output format;
	bool open_only;
	bool colour;
	int fd;
	unsigned width;
	const char *scan; /* of the config's life */
	/* of the thread that prints */
	FILE *stream; /* writes to text */
	char *text;
	size_t len;
	struct bytes cell;
	bool begun; /* something was printed */
	_Atomic uint64_t dropped;
};

/* ---- formats --------------------------------------------------------------------------------- */

static const char *level_of(const struct news_item *item)
{
	return item->score.reason_count > 0 ? vd_level_name(item->score.level) : NULL;
}

static void write_object(struct scan_findings *f, const struct news_item *item)
{
	const struct service_json_config whole = {.kinds = SERVICE_JSON_ALL,
	                                          .unjudged = level_of(item) == NULL};
	struct record shown = *item->record, *r = &shown;
	struct store_host h = {.addr = r->addr, .services = &r, .service_count = 1};
	struct json *j = json_begin(f->stream, false);
	char addr[DP_ADDR_TEXT];

	if (j == NULL)
		return;
	json_open_object(j, NULL);
	json_text(j, "event", item->named ? "service" : "open");
	json_time(j, "time", r->seen_us);
	json_text(j, "ip", dp_addr_format(&r->addr, addr));
	json_int(j, "ip_version", dp_addr_is_v4(&r->addr, NULL) ? 4 : 6);
	json_bool(j, "new", (item->marks & NEWS_NEW) != 0);
	json_bool(j, "changed", (item->marks & NEWS_CHANGED) != 0);
	if (item->corrected)
		json_text(j, "corrected", "honeypot");
	shown.score = item->score;
	service_json(j, &h, r, &whole);
	json_close_object(j);
	json_done(j);
}

static void write_ndjson(struct scan_findings *f, const struct news_item *item)
{
	write_object(f, item);
}

/* An element of an array: what separates it from the one before stands in front. */
static void write_json(struct scan_findings *f, const struct news_item *item)
{
	fputs(f->begun ? "," : "[", f->stream);
	write_object(f, item);
}

static void write_cell(struct scan_findings *f, const char *text, const char *end)
{
	bytes_clear(&f->cell);
	csv_cell(&f->cell, text, strlen(text));
	fwrite(f->cell.data, 1, f->cell.len, f->stream);
	fputs(end, f->stream);
}

static void write_csv(struct scan_findings *f, const struct news_item *item)
{
	const struct record *r = item->record;
	const struct vd_identity *id = &r->identity;
	char addr[DP_ADDR_TEXT];

	if (!f->begun)
		fputs("event,ip,port,transport,service,product,version,level,score,new,changed\r\n",
		      f->stream);
	fprintf(f->stream, "%s,%s,%u,%s,", item->named ? "service" : "open",
	        dp_addr_format(&r->addr, addr), r->port, record_transport_name(r->transport));
	write_cell(f, id->service, ",");
	write_cell(f, id->product, ",");
	write_cell(f, id->version, ",");
	if (level_of(item) != NULL)
		fprintf(f->stream, "%s,%u", level_of(item), item->score.value);
	else
		fputc(',', f->stream);
	fprintf(f->stream, ",%s,%s\r\n", item->marks & NEWS_NEW ? "true" : "false",
	        item->marks & NEWS_CHANGED ? "true" : "false");
}

static void write_list(struct scan_findings *f, const struct news_item *item)
{
	bool v4 = dp_addr_is_v4(&item->record->addr, NULL);
	char addr[DP_ADDR_TEXT];

	if (record_is_ping(item->record->transport)) {
		fprintf(f->stream, "%s\n", dp_addr_format(&item->record->addr, addr));
		return;
	}
	fprintf(f->stream, v4 ? "%s:%u\n" : "[%s]:%u\n", dp_addr_format(&item->record->addr, addr),
	        item->record->port);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Write @text in a column: escaped, cut to @width characters, filled up with blanks. */
static void write_column(struct scan_findings *f, const char *text, size_t width)
{
	size_t shown = 0, at = 0;

	bytes_clear(&f->cell);
	text_escape(&f->cell, text, strlen(text), TEXT_LINE);
	for (; at < f->cell.len && !f->cell.failed; at++) {
		bool begins = (f->cell.data[at] & 0xc0) != 0x80;

		if (begins && shown == width)
			break;
		shown += begins;
	}
	fwrite(f->cell.data, 1, at, f->stream);
	fprintf(f->stream, "%*s", (int)(width - shown), "");
}

static const char *colour_of(const struct scan_findings *f, const struct news_item *item)
{
	static const char *const codes[] = {
		[VD_SAFE] = "\033[32m",       [VD_LOW] = "\033[36m",
		[VD_MODERATE] = "\033[33m",   [VD_DANGEROUS] = "\033[31m",
		[VD_CRITICAL] = "\033[1;31m",
	};

	return f->colour && level_of(item) != NULL && item->score.level <= VD_CRITICAL
	               ? codes[item->score.level]
	               : "";
}

static void write_table(struct scan_findings *f, const struct news_item *item)
{
	const struct record *r = item->record;
	const char *colour = colour_of(f, item);
	size_t words = f->width > ROW_REST + WORDS_LEAST ? f->width - ROW_REST : WORDS_LEAST;
	char addr[DP_ADDR_TEXT], port[16], text[NEWS_WORDS], level[24] = "";

	if (!f->begun) {
		fprintf(f->stream, "%-15s  %-9s  ", "address", "port");
		write_column(f, "service", words);
		fprintf(f->stream, "  %-13s  note\n", "level");
	}
	news_words(&r->identity, text);
	if (record_is_ping(r->transport))
		snprintf(port, sizeof(port), "%s", record_transport_name(r->transport));
	else
		snprintf(port, sizeof(port), "%u/%s", r->port, record_transport_name(r->transport));
	fprintf(f->stream, "%-15s  %-9s  ", dp_addr_format(&r->addr, addr), port);
	write_column(f,
	             text[0] != '\0'                ? text
	             : record_is_ping(r->transport) ? "answers ping"
	                                            : "open",
	             words);
	if (level_of(item) != NULL)
		snprintf(level, sizeof(level), "%s %u", level_of(item), item->score.value);
	fprintf(f->stream, "  %s%-13s%s", colour, level, colour[0] != '\0' ? "\033[0m" : "");
	fprintf(f->stream, "  %s\n",
	        item->corrected              ? "honeypot"
	        : item->marks & NEWS_CHANGED ? "changed"
	        : item->marks & NEWS_NEW     ? "new"
	                                     : "");
}

/* ---- which items ----------------------------------------------------------------------------- */

static const struct format {
	void (*write)(struct scan_findings *f, const struct news_item *item);
	bool once; /* one line a port */
	bool late; /* when no further item of the port follows; else when it was found */
} formats[] = {
	[CONFIG_OUTPUT_TABLE] = {write_table, true, true},
	[CONFIG_OUTPUT_NDJSON] = {write_ndjson, false, false},
	[CONFIG_OUTPUT_JSON] = {write_json, false, false},
	[CONFIG_OUTPUT_CSV] = {write_csv, false, false},
	[CONFIG_OUTPUT_LIST] = {write_list, true, false},
};

static bool is_wanted(const struct scan_findings *f, const struct news_item *item)
{
	const struct format *format = &formats[f->format];

	if (f->open_only || (format->once && !format->late))
		return !item->named;
	return !format->once || item->last;
}

void scan_findings_put(void *arg, const struct news_item *item)
{
	struct scan_findings *f = arg;

	if (!is_wanted(f, item))
		return;
	rewind(f->stream);
	formats[f->format].write(f, item);
	if (fflush(f->stream) == 0 && outlet_put(f->outlet, f->text, f->len))
		f->begun = true;
	else
		f->dropped++;
}

/* ---- life ------------------------------------------------------------------------------------ */

static unsigned width_of(int fd)
{
	FILE *out = fd == STDOUT_FILENO ? stdout : NULL;
	unsigned width = out != NULL ? term_width(out) : 0;

	return width > 0 ? width : WIDTH;
}

static void set_format(struct scan_findings *f, const struct config *c)
{
	bool terminal = isatty(f->fd) != 0;

	f->format = c->output;
	if (f->format == CONFIG_OUTPUT_AUTO)
		f->format = terminal ? CONFIG_OUTPUT_TABLE : CONFIG_OUTPUT_NDJSON;
	f->open_only = c->open_only;
	f->colour = terminal && getenv("NO_COLOR") == NULL;
	f->width = width_of(f->fd);
}

int scan_findings_open(const struct config *config, int fd, struct scan_findings **out)
{
	struct scan_findings *f;
	int ret;

	*out = NULL;
	if (config->quiet && config->output == CONFIG_OUTPUT_AUTO && isatty(fd))
		return 0;
	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	f->fd = fd;
	set_format(f, config);
	f->stream = open_memstream(&f->text, &f->len);
	ret = f->stream != NULL ? outlet_open(fd, LIMIT, &f->outlet) : -ENOMEM;
	if (ret < 0) {
		if (f->stream != NULL)
			fclose(f->stream);
		free(f->text);
		free(f);
		return ret;
	}
	*out = f;
	return 0;
}

void scan_findings_footer(struct scan_findings *f, const char *text)
{
	outlet_footer(f->outlet, text);
}

void scan_findings_say(struct scan_findings *f, const char *text)
{
	char line[600];
	int n = snprintf(line, sizeof(line), "%.590s\n", text);

	outlet_put(f->outlet, line, (size_t)n);
}

bool scan_findings_is_terminal(const struct scan_findings *f, int fd)
{
	struct stat a, b;

	return f != NULL && isatty(f->fd) && isatty(fd) && fstat(f->fd, &a) == 0 &&
	       fstat(fd, &b) == 0 && a.st_rdev == b.st_rdev;
}

struct scan_findings_end scan_findings_close(struct scan_findings *f)
{
	struct scan_findings_end end = {0};
	const char *last = NULL;
	size_t left = 0;

	if (f == NULL)
		return end;
	if (f->format == CONFIG_OUTPUT_JSON)
		last = f->begun ? "]\n" : "[]\n";
	end.error = outlet_close(f->outlet, last, PATIENCE_MS, &left);
	end.dropped = f->dropped + left;
	fclose(f->stream);
	free(f->text);
	bytes_fini(&f->cell);
	free(f);
	return end;
}
