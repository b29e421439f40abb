/* SPDX-License-Identifier: Apache-2.0 */
/* scan_ctl.c - the answers of a running scan on its control socket. */
#include <stdio.h>
#include <string.h>

#include "rate.h"
#include "scan_ctl.h"
#include "scan_observe.h"

/* Each of these functions obeys one request. It returns false with @err in words if it refuses the
 * request. */

static bool answer_status(struct scan *s, const char *argument, struct error *err)
{
	(void)s;
	(void)argument;
	(void)err;
	return true;
}

static bool answer_rate(struct scan *s, const char *argument, struct error *err)
{
	if (rate_parse(argument, &s->wanted_pps, err) < 0)
		return false;
	s->automatic = false;
	dp_set_rate(s->dp, s->wanted_pps * s->throttle.factor);
	return true;
}

static bool answer_pause(struct scan *s, const char *argument, struct error *err)
{
	(void)argument;
	(void)err;
	s->paused = true;
	dp_pause(s->dp, true);
	return true;
}

static bool answer_resume(struct scan *s, const char *argument, struct error *err)
{
	(void)argument;
	(void)err;
	s->paused = false;
	dp_pause(s->dp, false);
	return true;
}

static bool answer_stop(struct scan *s, const char *argument, struct error *err)
{
	(void)argument;
	(void)err;
	*s->stop_requests += 1;
	return true;
}

static bool answer_exclude(struct scan *s, const char *argument, struct error *err)
{
	if (strncmp(argument, "add ", 4) == 0)
		return exclude_add(&s->exclude, s->dp, argument + 4, err) == 0;
	return error_set(err, false, "expected exclude add ADDRESSES");
}

static bool answer_reload(struct scan *s, const char *argument, struct error *err)
{
	(void)argument;
	return exclude_reread(&s->exclude, s->dp, err) == 0;
}

static const struct {
	struct scan_ctl_order order;
	bool (*obey)(struct scan *s, const char *argument, struct error *err);
} orders[] = {
	{{"status", NULL}, answer_status}, {{"rate", "PPS"}, answer_rate},
	{{"pause", NULL}, answer_pause},   {{"resume", NULL}, answer_resume},
	{{"stop", NULL}, answer_stop},     {{"exclude", "add ADDRESSES"}, answer_exclude},
	{{"reload", NULL}, answer_reload},
};

const struct scan_ctl_order *scan_ctl_order_at(size_t i)
{
	return i < sizeof(orders) / sizeof(orders[0]) ? &orders[i].order : NULL;
}

void scan_answer(void *arg, const char *command, const char *argument, struct json *answer)
{
	struct error err = {""};
	struct scan *s = arg;

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(command, orders[i].order.name) != 0)
			continue;
		if (!orders[i].obey(s, argument, &err)) {
			json_text(answer, "error", err.text);
			return;
		}
		scan_observe(s);
		status_json(answer, &s->status);
		return;
	}
	json_text(answer, "error",
	          "expected status, rate PPS, pause, resume, stop, exclude add ADDRESSES or "
	          "reload");
}
