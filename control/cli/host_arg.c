/* SPDX-License-Identifier: Apache-2.0 */
/* host_arg.c - what `sonde host` is asked for: addresses, prefixes, ranges, lists, ADDRESS:PORT. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host_arg.h"
#include "option.h"

/* Split "192.0.2.1:22" or "[2001:db8::1]:22" into @addr and @port. */
static bool read_endpoint(const char *text, struct dp_addr *addr, int *port)
{
	const char *colon = strrchr(text, ':');
	bool bracket = text[0] == '[';
	char host[DP_ADDR_TEXT];
	struct error err;
	uint64_t n;
	size_t len;

	if (colon == NULL || colon == text ||
	    (bracket ? colon[-1] != ']' : strchr(text, ':') != colon))
		return false;
	len = (size_t)(colon - text) - (bracket ? 2 : 0);
	if (len >= sizeof(host) || option_u64(colon + 1, &n, &err) != 0 || n == 0 || n > UINT16_MAX)
		return false;
	memcpy(host, text + bracket, len);
	host[len] = '\0';
	*port = (int)n;
	return dp_addr_parse(host, addr) == 0;
}

int host_arg_read(const char *text, struct host_arg *out, struct error *err)
{
	struct host_arg a = {.port = -1};
	struct dp_addr addr;
	int ret;

	if (dp_addr_parse(text, &addr) == 0 || read_endpoint(text, &addr, &a.port)) {
		const struct target_range one = {addr, addr};

		ret = target_list_add(&a.list, &one, NULL);
		if (ret != 0)
			error_set(err, ret, "out of memory");
	} else {
		const struct targets_taker to = {.sink = target_list_add, .arg = &a.list};

		ret = targets_argument("address", text, &to, err);
		if (ret == 0 && a.list.count == 0)
			ret = error_set(err, -EINVAL, "`%.60s` names no address", text);
	}
	if (ret != 0)
		host_arg_fini(&a);
	else
		*out = a;
	return ret;
}

void host_arg_fini(struct host_arg *a)
{
	target_list_fini(&a->list);
}

bool host_arg_is_one(const struct host_arg *a)
{
	return a->list.count == 1 &&
	       dp_addr_compare(&a->list.ranges[0].first, &a->list.ranges[0].last) == 0;
}
