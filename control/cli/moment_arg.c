/* SPDX-License-Identifier: Apache-2.0 */
/* moment_arg.c - reads a moment from the command line. */
#include "clock.h"
#include "cmd.h"
#include "moment_arg.h"
#include "option.h"
#include "timetext.h"

int moment_arg(const char *option, const char *text, bool end, int64_t *out)
{
	struct error err;
	uint64_t span;

	if (text == NULL)
		return CMD_OK;
	if (option_duration(text, &span, &err) == 0) {
		*out = clock_now_us() - (int64_t)span;
		return CMD_OK;
	}
	if (end ? timetext_parse_end(text, out) : timetext_parse(text, out))
		return CMD_OK;
	return cmd_fail(CMD_USAGE,
	                "%s: `%.60s`: expected 24h, 7d, 2026-11-22 or 2026-11-22T02:10:44Z", option,
	                text);
}
