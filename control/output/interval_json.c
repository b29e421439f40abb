/* SPDX-License-Identifier: Apache-2.0 */
/* interval_json.c - writes what a port was, from when to when, as JSON. */
#include "interval_json.h"

void interval_json(struct json *j, const struct store_interval *i)
{
	char addr[DP_ADDR_TEXT];

	json_open_object(j, NULL);
	json_text(j, "ip", dp_addr_format(&i->addr, addr));
	json_int(j, "port", i->port);
	json_text(j, "transport", record_transport_name(i->transport));
	json_text(j, "fingerprint", i->fingerprint);
	json_text(j, "service", i->service);
	json_text(j, "product", i->product);
	json_text(j, "version", i->version);
	if (i->ssl_sha256[0] != '\0') {
		json_open_object(j, "ssl");
		json_text(j, "sha256", i->ssl_sha256);
		json_close_object(j);
	}
	json_time(j, "start", i->start_us);
	json_time(j, "end", i->end_us);
	json_close_object(j);
}
