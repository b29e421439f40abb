/* SPDX-License-Identifier: Apache-2.0 */
/* scan_ctl.c - the answers of a running scan on its control socket. */
#include <stdio.h>
#include <string.h>

#include "rate.h"
#include "scan_ctl.h"
#include "scan_observe.h"
#include "scan_rate.h"
#include "status_figures.h"

enum { SAY = 160 }; /* what changed, in words */

/* Each of these functions obeys one request and says in words what that changed. It returns false
 * with @err in words if it refuses the request. */

static double percent(const struct scan *s)
{
	return 100 * status_share(s->status.done, s->status.dp.targets);
}

static bool answer_rate(struct scan *s, const char *argument, char say[SAY], struct error *err)
{
	double before = s->wanted_pps;
	bool to_auto = strcmp(argument, "auto") == 0;

	if (to_auto && scan_rate_search(s, err) < 0)
		return false;
	if (!to_auto && rate_parse(argument, &s->wanted_pps, err) < 0)
		return false;
	s->automatic = to_auto;
	dp_set_rate(s->dp, s->wanted_pps * s->throttle.factor);
	snprintf(say, SAY, "rate %.10g -> %s%.10g packets/s", before, to_auto ? "auto, from " : "",
	         s->wanted_pps);
	return true;
}

static bool answer_pause(struct scan *s, const char *argument, char say[SAY], struct error *err)
{
	(void)argument;
	(void)err;
	snprintf(say, SAY, "%s at %.1f %%", s->paused ? "was paused already," : "paused",
	         percent(s));
	s->paused = true;
	dp_pause(s->dp, true);
	return true;
}

static bool answer_resume(struct scan *s, const char *argument, char say[SAY], struct error *err)
{
	(void)argument;
	(void)err;
	snprintf(say, SAY, "%s at %.1f %%", s->paused ? "goes on" : "was not paused,", percent(s));
	s->paused = false;
	dp_pause(s->dp, false);
	return true;
}

static bool answer_stop(struct scan *s, const char *argument, char say[SAY], struct error *err)
{
	(void)argument;
	(void)err;
	*s->stop_requests += 1;
	snprintf(say, SAY,
	         *s->stop_requests == 1
	                 ? "stopping at %.1f %%: waiting for answers; `stop` again ends at once"
	                 : "ending at once, at %.1f %%",
	         percent(s));
	return true;
}

/* How many ranges the exclusions of a running scan have. */
static void say_ranges(const struct scan *s, const char *what, char say[SAY])
{
	snprintf(say, SAY, "%s: %zu range%s excluded", what, s->exclude.ranges,
	         s->exclude.ranges == 1 ? " is" : "s are");
}

static bool answer_exclude(struct scan *s, const char *argument, char say[SAY], struct error *err)
{
	if (strncmp(argument, "add ", 4) != 0)
		return error_set(err, false, "expected exclude add ADDRESSES");
	if (exclude_add(&s->exclude, s->dp, argument + 4, err) != 0)
		return false;
	say_ranges(s, "in force", say);
	return true;
}

static bool answer_reload(struct scan *s, const char *argument, char say[SAY], struct error *err)
{
	(void)argument;
	if (exclude_reread(&s->exclude, s->dp, err) != 0)
		return false;
	say_ranges(s, "the lists are read again", say);
	return true;
}

static const struct order {
	struct scan_ctl_order order;
	/* NULL: the answer is the status */
	bool (*obey)(struct scan *s, const char *argument, char say[SAY], struct error *err);
} orders[] = {
	{{"status", NULL}, NULL},          {{"rate", "PPS|auto"}, answer_rate},
	{{"pause", NULL}, answer_pause},   {{"resume", NULL}, answer_resume},
	{{"stop", NULL}, answer_stop},     {{"exclude", "add ADDRESSES"}, answer_exclude},
	{{"reload", NULL}, answer_reload},
};

const struct scan_ctl_order *scan_ctl_order_at(size_t i)
{
	return i < sizeof(orders) / sizeof(orders[0]) ? &orders[i].order : NULL;
}

/* Answer an order by what it changed. */
static void answer_order(struct scan *s, const struct order *order, const char *argument,
                         struct json *answer)
{
	struct error err = {""};
	char say[SAY] = "";

	scan_observe(s);
	if (!order->obey(s, argument, say, &err)) {
		json_text(answer, "error", err.text);
		return;
	}
	scan_observe(s);
	json_text(answer, "scan", s->record.id);
	json_text(answer, "state", s->status.state);
	json_number(answer, "percent", percent(s), 2);
	json_number(answer, "rate_wanted", s->status.rate_wanted, 3);
	json_uint(answer, "live_exclusions", s->status.excluded_live);
	json_text(answer, "changed", say);
}

void scan_answer(void *arg, const char *command, const char *argument, struct json *answer)
{
	struct scan *s = arg;

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(command, orders[i].order.name) != 0)
			continue;
		if (orders[i].obey != NULL) {
			answer_order(s, &orders[i], argument, answer);
			return;
		}
		scan_observe(s);
		status_json(answer, &s->status);
		return;
	}
	json_text(answer, "error",
	          "expected status, rate PPS, rate auto, pause, resume, stop, exclude add "
	          "ADDRESSES or reload");
}
