/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_request_target.c - the target of a request, its route, its parameters, and Host and cookies. */
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "param.h"
#include "route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), cookie[33];
	struct request_target t;
	struct route_found found;
	struct error err = {""};

	if (text == NULL)
		abort();
	if (request_target_parse(text, &t, &err) == 0) {
		struct params p = {0};

		route_find("GET", t.path, &found);
		if (found.route != NULL && found.param >= 0) {
			if (found.value < t.path || found.len == 0 || found.len > strlen(t.path))
				abort();
			p.v[found.param].text = found.value;
		}
		params_read(&t, UINT32_MAX >> (32 - PARAM_COUNT), 1795305600000000, &p, &err);
	} else if (err.text[0] == '\0') {
		abort();
	}
	request_target_fini(&t);
	guard_host_fits(text, NULL);
	guard_cookie(text, "sonde", cookie, sizeof(cookie));
	free(text);
	return 0;
}
