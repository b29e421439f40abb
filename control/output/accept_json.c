/* SPDX-License-Identifier: Apache-2.0 */
/* accept_json.c - writes an accepted finding as JSON. */
#include "accept_json.h"

#include "accept.h"

void accept_json(struct json *j, const struct store_accept *a, int64_t now_us)
{
	char addresses[ACCEPT_ADDRESSES];

	json_open_object(j, NULL);
	json_text(j, a->range ? "addresses" : "ip", accept_addresses(a, addresses));
	if (a->port != 0)
		json_int(j, "port", a->port);
	json_text(j, "id", a->id);
	json_time(j, "until", a->until_us);
	json_bool(j, "expired", a->until_us <= now_us);
	json_time(j, "made", a->made_us);
	json_text(j, "by", a->user);
	json_text(j, "reason", a->reason);
	json_close_object(j);
}
