/* SPDX-License-Identifier: Apache-2.0 */
/* host_check.c - paces control probes, and clears hosts that stay silent. */
#include "host_check.h"

#include "clock.h"

enum {
	SHARE = 10, /* control probes get a tenth of the rate while targets are probed */
	PPS_MIN = 10,
	CREDIT = 256,
};

int host_check_run(struct host_check *c, const struct host_check_to *to, double pps, bool sending)
{
	int64_t now_us = clock_monotonic_us();
	struct dp_addr addr;
	uint16_t port;
	int ret = 0;

	if (sending)
		pps = pps / SHARE > PPS_MIN ? pps / SHARE : PPS_MIN;
	c->credit += (double)(now_us - c->ran_us) * pps / 1e6;
	if (c->credit > CREDIT)
		c->credit = CREDIT;
	c->ran_us = now_us;
	while (c->credit >= 1 && middlebox_next(to->hosts, &addr, &port) &&
	       dp_extra(to->dp, &addr, port, DP_EXTRA_CONTROL)) {
		middlebox_asked(to->hosts, now_us);
		c->credit--;
	}
	while (ret == 0 && middlebox_settle(to->hosts, now_us, &addr))
		ret = writer_flag(to->writer, &addr, false);
	return ret;
}
