/* SPDX-License-Identifier: Apache-2.0 */
/* throttle.c - turns fill levels and losses into a rate. */
#include "throttle.h"

enum {
	CALM_PERCENT = 50,  /* a stage filled up to this does not lower the rate */
	LOSS_PER_MILLE = 1, /* of the frames received: more losses lower the rate */
};

static const double floor_factor = 0.01;

void throttle_init(struct throttle *t)
{
	*t = (struct throttle){.factor = 1, .reason = "as asked for"};
}

/* The factor that a stage filled to @percent leaves of the rate: 1 up to CALM_PERCENT, then down in
 * a straight line to the floor at 95 %. */
static double room(unsigned percent)
{
	double f;

	if (percent <= CALM_PERCENT)
		return 1;
	f = (95.0 - percent) / (95.0 - CALM_PERCENT);
	return f > floor_factor ? f : floor_factor;
}

static void follow_losses(struct throttle *t, const struct throttle_signal *s)
{
	uint64_t received = s->received - t->received;
	uint64_t lost = s->lost - t->lost;

	t->received = s->received;
	t->lost = s->lost;
	if (lost * 1000 > (received + lost) * LOSS_PER_MILLE)
		t->factor *= 0.8;
	else
		t->factor *= 1.02;
	if (t->factor > 1)
		t->factor = 1;
	if (t->factor < floor_factor)
		t->factor = floor_factor;
}

static void follow_rate(struct throttle *t, const struct throttle_signal *s)
{
	double seconds = (double)(s->now_us - t->now_us) / 1e6;
	double pps = seconds > 0 && t->now_us > 0 ? (double)(s->sent - t->sent) / seconds : 0;

	t->sent = s->sent;
	t->now_us = s->now_us;
	if (pps > t->reached)
		t->reached = pps;
}

double throttle_rate(struct throttle *t, double wanted, const struct throttle_signal *s)
{
	const struct {
		double factor;
		const char *reason;
	} limits[] = {
		{room(s->ring_percent), "results wait in the ring"},
		{room(s->grab_percent), "grabs wait in the queue"},
		{room(s->writer_percent), "records wait for the disk"},
	};
	double factor;

	follow_rate(t, s);
	follow_losses(t, s);
	factor = t->factor;
	t->reason = factor < 1               ? "replies were lost"
	            : s->capped != t->capped ? "prefixes have their share (--max-rate-per)"
	                                     : "as asked for";
	t->capped = s->capped;
	for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (limits[i].factor < factor) {
			factor = limits[i].factor;
			t->reason = limits[i].reason;
		}
	t->hindered = factor < 1;
	if (factor < 1 && t->reached > 0 && t->reached < wanted)
		return t->reached * factor;
	return wanted * factor;
}
