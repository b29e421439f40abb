/* SPDX-License-Identifier: Apache-2.0 */
/* field_example.c - shows how a field is asked for. */
#include <stdio.h>
#include <string.h>

#include "field.h"

/* Terms of which a person learns more than of those that follow from the type. */
static const char *const examples[] = {
	"port:22,80,8000..8999",
	"service:https",
	"product:OpenSSH",
	"version<9.3",
	"ip:192.0.2.0/24",
	"ipv6:2001:db8::/32",
	"ip_version:6",
	"hostname:www",
	"domain=example.org",
	"banner:\"220 \"",
	"http.title:login",
	"http.status:200..299",
	"http.server:nginx",
	"ssl.cn:example.org",
	"ssl.not_after<now+30d",
	"vuln:CVE-2024-6387",
	"vuln.severity>=high",
	"verdict:affected",
	"cvss>=9",
	"epss>=0.5",
	"exposure:redis-no-auth",
	"score>=81",
	"level>=Dangerous",
	"host_level:Critical",
	"cpe:openbsd",
	"os.product:debian",
	"package.name:openssh",
	"package.version:deb12u2",
	"scan:s-20261122-01",
	"day:2026-11-22",
	"week:2026-W47",
	"transport:udp",
	"state:open,missing",
	"last_seen:now-1d",
	"first_seen>=2026-11-22",
	"service_source:port",
	"confidence<50",
	"rtt_us>100000",
	"ssl.bits<2048",
	"country:JP",
	"asn:64496",
	"tag:prod",
	"criticality>=high",
	"geo:35.68,139.76,50",
};

static const char *by_type(uint8_t type)
{
	static const char *const tails[] = {
		[FIELD_TEXT] = ":*",         [FIELD_INT] = ":1..9",
		[FIELD_NUMBER] = ">0.5",     [FIELD_BOOL] = ":true",
		[FIELD_TIME] = ">=now-7d",   [FIELD_VERSION] = "<2.0",
		[FIELD_ADDR] = ":192.0.2.1", [FIELD_POINT] = ":35.68,139.76,50",
	};

	return tails[type];
}

const char *field_example(const struct field *f, char out[FIELD_EXAMPLE])
{
	size_t len = strlen(f->name);

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		if (strncmp(examples[i], f->name, len) == 0 &&
		    strchr(":=<>", examples[i][len]) != NULL) {
			snprintf(out, FIELD_EXAMPLE, "%s", examples[i]);
			return out;
		}
	if (f->type == FIELD_WORD)
		snprintf(out, FIELD_EXAMPLE, "%s:%s", f->name, f->words[0]);
	else
		snprintf(out, FIELD_EXAMPLE, "%s%s", f->name, by_type(f->type));
	return out;
}
