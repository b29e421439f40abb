/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_accept.c - `sonde accept`: somebody takes responsibility for a finding. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "clock.h"
#include "cmd.h"
#include "cmd_store.h"

struct accept_options {
	const char *db, *until, *reason;
	bool remove;
};

#define FIELD(name) offsetof(struct accept_options, name)

static const struct option_def defs[] = {
	{"db", 'd', "DIR", "database directory", option_text, FIELD(db)},
	{"until", 0, "DATE", "to the end of that day, 2027-01-31", option_text, FIELD(until)},
	{"reason", 0, "TEXT", "why", option_text, FIELD(reason)},
	{"remove", 0, NULL, "take it back", NULL, FIELD(remove)},
};

static const struct option_spec spec = {
	"sonde accept ADDRESS[:PORT] ID --until DATE --reason TEXT [options]",
	"Takes a finding (a CVE or an exposure) out of the host's score until a date; it stays visible.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

int cmd_accept(int argc, char **argv)
{
	struct accept_options o = {0};
	struct passwd *pw = getpwuid(getuid());
	struct store_error err = {""};
	struct store_accept a;
	int64_t now_us = clock_now_us();
	struct store *s;
	int first, code, ret;

	if (!option_begin(&spec, argc, argv, &o, &first, &code))
		return code;
	if (argc - first != 2 || (!o.remove && (o.until == NULL || o.reason == NULL)))
		return cmd_fail(CMD_USAGE, "expected: sonde accept ADDRESS[:PORT] ID --until DATE "
					   "--reason TEXT");
	ret = accept_parse(&a, argv[first], argv[first + 1], o.until != NULL ? o.until : "9999-12-31",
			   o.reason != NULL ? o.reason : "removed", now_us, &err);
	if (ret < 0)
		return cmd_fail(CMD_USAGE, "%s", err.text);
	snprintf(a.user, sizeof(a.user), "%s", pw != NULL ? pw->pw_name : "");
	code = cmd_store_open(o.db, STORE_WRITE, &s);
	if (code != CMD_OK)
		return code;
	ret = o.remove ? store_accept_remove(s, &a, now_us) : store_accept_put(s, &a);
	store_close(s);
	return ret == 0 ? CMD_OK : cmd_store_fail(ret);
}
