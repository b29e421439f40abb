/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_probing.c - `sonde probing-txt`: prints the file that tells scanned networks who scans. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "probing.h"

#define FIELD(name) offsetof(struct probing, name)

static int option_canonical(const char *text, void *field, struct error *err)
{
	int ret = probing_check_canonical(text, err);

	return ret == 0 ? option_append(text, field, err) : ret;
}

static int option_contact_uri(const char *text, void *field, struct error *err)
{
	int ret = probing_check_contact(text, err);

	return ret == 0 ? option_append(text, field, err) : ret;
}

static int option_description(const char *text, void *field, struct error *err)
{
	int ret = probing_check_description(text, err);

	return ret == 0 ? option_append(text, field, err) : ret;
}

static int option_languages(const char *text, void *field, struct error *err)
{
	int ret = probing_check_languages(text, err);

	return ret == 0 ? option_text(text, field, err) : ret;
}

static int option_expires(const char *text, void *field, struct error *err)
{
	return probing_parse_expires(text, clock_now_us(), field, err);
}

static const struct option_def defs[] = {
	{"canonical", 0, "URI", "where the file will stand; may be given several times",
         option_canonical, FIELD(canonicals)},
	{"contact", 0, "URI", "mail address, mailto:, tel: or https:; may be given several times",
         option_contact_uri, FIELD(contacts)},
	{"description", 0, "TEXT", "what is probed and why; default: what Sonde's probes do",
         option_description, FIELD(descriptions)},
	{"expires", 0, "TIME", "when the file gets stale: 2027-01-31, 90d; default 90d",
         option_expires, FIELD(expires_us)},
	{"languages", 0, "LIST", "languages that you read, such as en,ja; default en",
         option_languages, FIELD(languages)},
};

static const struct option_spec spec = {
	"sonde probing-txt --canonical URI --contact URI [options]",
	"Prints a probe description file (RFC 9511): an administrator who finds your probes reads "
	"there\n"
	"who sends them and whom to write to. Serve it as text/plain at the address\n"
	"https://NAME/.well-known/probing.txt, where NAME is the DNS name of the source address.\n"
	"Sends nothing and needs no database.",
	defs,
	sizeof(defs) / sizeof(defs[0]),
};

static const int64_t day_us = 86400 * 1000000ll;

static int print(const char *text, size_t len)
{
	return fwrite(text, 1, len, stdout) == len ? CMD_OK : cmd_output_failed();
}

int cmd_probing(int argc, char **argv)
{
	int64_t now_us = clock_now_us();
	struct probing file = {.expires_us = now_us + 90 * day_us};
	char text[PROBING_SIZE];
	int first, code, len;

	if (!cmd_begin(&spec, argc, argv, &file, &first, &code))
		return code;
	if (first < argc)
		return cmd_fail(CMD_USAGE, "`%.60s`: expected options only (--help lists them)",
		                argv[first]);
	if (file.canonicals.count == 0)
		return cmd_fail(CMD_USAGE,
		                "--canonical is missing: say where the file will stand, such as "
		                "--canonical https://scanner.example.org/.well-known/probing.txt");
	if (file.contacts.count == 0)
		return cmd_fail(CMD_USAGE, "--contact is missing: say whom to write to, such as "
		                           "--contact scanner@example.org");
	if (file.expires_us > now_us + 366 * day_us)
		cmd_fail(CMD_OK, "--expires lies more than a year ahead; RFC 9116 "
		                 "section 2.5.5 advises less");
	len = probing_write(&file, text);
	if (len < 0)
		return cmd_fail(CMD_USAGE,
		                "the file would be larger than 32 KiB, which readers may refuse: "
		                "give fewer --canonical, --contact and --description");
	return print(text, (size_t)len);
}
