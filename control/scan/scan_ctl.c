/* SPDX-License-Identifier: Apache-2.0 */
/* scan_ctl.c - the answers of a running scan on its control socket. */
#include <string.h>

#include "rate.h"
#include "scan_ctl.h"
#include "scan_observe.h"

static json_t *show(struct scan *s)
{
	scan_observe(s);
	return status_json(&s->status);
}

static json_t *refuse(const char *why)
{
	return json_pack("{s:s}", "error", why);
}

static json_t *answer_status(struct scan *s, const char *argument)
{
	(void)argument;
	return show(s);
}

static json_t *answer_rate(struct scan *s, const char *argument)
{
	struct dp_error err;

	if (rate_parse(argument, &s->wanted_pps, &err) < 0)
		return refuse(err.text);
	s->automatic = false;
	dp_set_rate(s->dp, s->wanted_pps * s->throttle.factor);
	return show(s);
}

static json_t *answer_pause(struct scan *s, const char *argument)
{
	(void)argument;
	s->paused = true;
	dp_pause(s->dp, true);
	return show(s);
}

static json_t *answer_resume(struct scan *s, const char *argument)
{
	(void)argument;
	s->paused = false;
	dp_pause(s->dp, false);
	return show(s);
}

static json_t *answer_stop(struct scan *s, const char *argument)
{
	(void)argument;
	*s->stop_requests += 1;
	return show(s);
}

static json_t *answer_exclude(struct scan *s, const char *argument)
{
	struct dp_error err;

	if (strncmp(argument, "add ", 4) != 0)
		return refuse("expected exclude add ADDRESSES");
	return exclude_add(&s->exclude, s->dp, argument + 4, &err) == 0 ? show(s)
	                                                                : refuse(err.text);
}

static json_t *answer_reload(struct scan *s, const char *argument)
{
	struct dp_error err;

	(void)argument;
	return exclude_reread(&s->exclude, s->dp, &err) == 0 ? show(s) : refuse(err.text);
}

json_t *scan_answer(void *arg, const char *command, const char *argument)
{
	static const struct {
		const char *name;
		json_t *(*answer)(struct scan *s, const char *argument);
	} table[] = {
		{"status", answer_status}, {"rate", answer_rate}, {"pause", answer_pause},
		{"resume", answer_resume}, {"stop", answer_stop}, {"exclude", answer_exclude},
		{"reload", answer_reload},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(command, table[i].name) == 0)
			return table[i].answer(arg, argument);
	return refuse("expected status, rate PPS, pause, resume, stop, "
	              "exclude add ADDRESSES or reload");
}
