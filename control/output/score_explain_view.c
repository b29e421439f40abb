/* SPDX-License-Identifier: Apache-2.0 */
/* score_explain_view.c - writes an explained score as a table or as JSON. */
#include <errno.h>
#include <string.h>

#include "calendar.h"
#include "json.h"
#include "score_explain_view.h"
#include "term.h"

static const char *const roles[] = {"highest", "further", "below", "accepted"};

static void accept_words(FILE *out, const char *what, const struct store_accept *a)
{
	char until[CALENDAR_TEXT];

	fprintf(out, "       %s %s by ", what, calendar_format(a->until_us, until));
	term_print(out, a->user, strlen(a->user));
	fputs(": ", out);
	term_print(out, a->reason, strlen(a->reason));
	fputc('\n', out);
}

static void row(FILE *out, const struct score_explain_item *item)
{
	const struct vd_finding *f = &item->finding;
	char sum[48] = "", less[12] = "", more[12] = "";

	if (item->possible > 0)
		snprintf(less, sizeof(less), " -%u", item->possible);
	if (item->fresh > 0)
		snprintf(more, sizeof(more), " +%u", item->fresh);
	if (item->possible > 0 || item->fresh > 0)
		snprintf(sum, sizeof(sum), "%u%s%s", item->table, less, more);
	fprintf(out, "  %3u  %-9s %-12s %-24s %5u/%-4s  ", f->base, roles[item->role], sum, f->code,
	        f->port, record_transport_name(f->transport));
	term_print(out, f->ref, strlen(f->ref));
	fputc('\n', out);
	if (item->accept != NULL)
		accept_words(out, "accepted until", item->accept);
	else if (item->expired != NULL)
		accept_words(out, "counts again, was accepted until", item->expired);
}

static void none_row(FILE *out, const struct score_explain_none *n)
{
	fprintf(out, "    0  %-9s %-12s %-24s %5u/%-4s  ", "none", "", "", n->port,
	        record_transport_name(n->transport));
	term_print(out, n->cve, strlen(n->cve));
	fputs(": ", out);
	term_print(out, n->why, strlen(n->why));
	fputc('\n', out);
}

int score_explain_table(FILE *out, const struct store_host *h, const struct score_explain *e,
                        bool all)
{
	char addr[DP_ADDR_TEXT];
	unsigned base = e->score.reason_count > 0 ? e->score.reasons[0].base : 0;

	fprintf(out, "%s  %s %u (%s)", dp_addr_format(&h->addr, addr),
	        vd_level_name(e->score.level), e->score.value, vd_model_name(h->model));
	fprintf(out, " = %u for the highest finding + %u for further ones of %u and more\n", base,
	        e->score.value - base, vd_model_rules(h->model).further_from);
	if (h->score.value != e->score.value)
		fprintf(out, "  stored: %s %u, as of the last scan, acceptance or rematch\n",
		        vd_level_name(h->score.level), h->score.value);
	for (size_t i = 0; i < e->count; i++)
		row(out, &e->items[i]);
	for (size_t i = 0; i < e->none_count && all; i++)
		none_row(out, &e->none[i]);
	fprintf(out, "  no finding: %u fixed by the distribution, %u below the table%s\n", e->fixed,
	        e->minor, all || e->none_count == 0 ? "" : " (--all lists them)");
	return ferror(out) ? -EIO : 0;
}

static void accept_json(struct json *j, const char *key, const struct store_accept *a)
{
	if (a == NULL)
		return;
	json_open_object(j, key);
	json_time(j, "until", a->until_us);
	json_text(j, "by", a->user);
	json_text(j, "reason", a->reason);
	json_close_object(j);
}

static void item_json(struct json *j, const struct score_explain_item *item)
{
	const struct vd_finding *f = &item->finding;

	json_open_object(j, NULL);
	json_text(j, "code", f->code);
	json_text(j, "ref", f->ref);
	json_int(j, "port", f->port);
	json_text(j, "transport", record_transport_name(f->transport));
	json_int(j, "base", item->table);
	json_int(j, "weight", f->base);
	json_int(j, "possible", -(int)item->possible);
	json_int(j, "new_port", item->fresh);
	json_text(j, "role", roles[item->role]);
	accept_json(j, "accepted", item->accept);
	accept_json(j, "accept_expired", item->accept == NULL ? item->expired : NULL);
	json_close_object(j);
}

int score_explain_json(FILE *out, const struct store_host *h, const struct score_explain *e,
                       bool pretty)
{
	struct json *j = json_begin(out, pretty);
	char addr[DP_ADDR_TEXT];

	if (j == NULL)
		return -ENOMEM;
	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&h->addr, addr));
	json_text(j, "model", vd_model_name(h->model));
	json_int(j, "value", e->score.value);
	json_text(j, "level", vd_level_name(e->score.level));
	json_open_object(j, "stored");
	json_int(j, "value", h->score.value);
	json_text(j, "level", vd_level_name(h->score.level));
	json_close_object(j);
	json_open_array(j, "findings");
	for (size_t i = 0; i < e->count; i++)
		item_json(j, &e->items[i]);
	json_close_array(j);
	json_open_object(j, "no_finding");
	json_int(j, "fixed", e->fixed);
	json_int(j, "below_table", e->minor);
	json_open_array(j, "verdicts");
	for (size_t i = 0; i < e->none_count; i++) {
		json_open_object(j, NULL);
		json_text(j, "ref", e->none[i].cve);
		json_int(j, "port", e->none[i].port);
		json_text(j, "transport", record_transport_name(e->none[i].transport));
		json_text(j, "why", e->none[i].why);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
	json_close_object(j);
	return json_done(j);
}
