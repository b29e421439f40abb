/* SPDX-License-Identifier: Apache-2.0 */
/* result_record.c - turns a result of the dataplane into a sighting or a record. */
#include "result_record.h"

struct record_sighting result_sighting(const struct dp_result *r)
{
	return (struct record_sighting){
		.addr = r->addr,
		.port = r->port,
		.transport = r->transport,
		.state = r->reply == DP_REPLY_OPEN     ? RECORD_OPEN
	                 : r->reply == DP_REPLY_CLOSED ? RECORD_CLOSED
	                                               : RECORD_FILTERED,
		.seen_us = (int64_t)r->time_us,
		.reply = {.reason = r->reply,
	                  .ttl = r->ttl,
	                  .wscale = r->wscale,
	                  .window = r->window,
	                  .mss = r->mss,
	                  .tcp_options = r->tcp_options,
	                  .rtt_us = r->rtt_us},
	};
}

struct record *result_record(const struct dp_result *r)
{
	struct vd_facts *facts = vd_facts_new();
	struct record *record = facts != NULL ? result_record_with(r, facts) : NULL;

	if (record == NULL)
		vd_facts_free(facts);
	return record;
}

struct record *result_record_with(const struct dp_result *r, struct vd_facts *facts)
{
	struct record_sighting seen = result_sighting(r);
	struct record *record = record_new_with(facts);

	if (record == NULL)
		return NULL;
	record->addr = seen.addr;
	record->port = seen.port;
	record->transport = seen.transport;
	record->state = seen.state;
	record->seen_us = seen.seen_us;
	record->reply = seen.reply;
	return record;
}
