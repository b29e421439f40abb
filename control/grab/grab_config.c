/* SPDX-License-Identifier: Apache-2.0 */
/* grab_config.c - the defaults of grabs. */
#include "grab_config.h"

#include "grab_plan.h"

static void fill(uint32_t *member, uint32_t standard)
{
	if (*member == 0)
		*member = standard;
}

void grab_config_fill(struct grab_config *c)
{
	fill(&c->max_total, 1000);
	fill(&c->max_lively, c->max_total);
	fill(&c->max_per_host, 4);
	fill(&c->max_per_port, GRAB_CONNECTIONS);
	fill(&c->queue_limit, 65536);
	fill(&c->connect_timeout_ms, 3000);
	fill(&c->server_first_ms, 1500);
	fill(&c->read_timeout_ms, 2000);
	fill(&c->total_timeout_ms, 20000);
	fill(&c->max_bytes, 65536);
	if (c->answer_timeout_ms < c->read_timeout_ms)
		c->answer_timeout_ms = c->read_timeout_ms;
	if (c->user_agent == NULL)
		c->user_agent = "Mozilla/5.0 (compatible; Sonde/" SONDE_VERSION ")";
}
