/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_route.c - finds the interfaces over which the kernel's default routes go. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

/* The interface of the first default route of IPv4. False: there is none. */
static bool default_v4(char out[IF_NAMESIZE])
{
	FILE *in = fopen("/proc/net/route", "re");
	char line[256], name[IF_NAMESIZE];
	unsigned destination, gateway, flags, mask;
	bool found = false;

	while (in != NULL && !found && fgets(line, sizeof(line), in) != NULL)
		found = sscanf(line, "%15s %x %x %x %*d %*d %*d %x", name, &destination, &gateway,
		               &flags, &mask) == 5 &&
		        destination == 0 && mask == 0;
	if (in != NULL)
		fclose(in);
	if (found)
		snprintf(out, IF_NAMESIZE, "%s", name);
	return found;
}

/* The same of IPv6. The kernel's own route for "unreachable" is one over lo. */
static bool default_v6(char out[IF_NAMESIZE])
{
	FILE *in = fopen("/proc/net/ipv6_route", "re");
	char line[256], name[IF_NAMESIZE], destination[33];
	unsigned len;
	bool found = false;

	while (in != NULL && !found && fgets(line, sizeof(line), in) != NULL)
		found = sscanf(line, "%32s %x %*s %*x %*s %*x %*x %*x %*x %15s", destination, &len,
		               name) == 3 &&
		        len == 0 && strspn(destination, "0") == 32 && strcmp(name, "lo") != 0;
	if (in != NULL)
		fclose(in);
	if (found)
		snprintf(out, IF_NAMESIZE, "%s", name);
	return found;
}

void doctor_route(struct doctor *d)
{
	char v4[IF_NAMESIZE] = "", v6[IF_NAMESIZE] = "";
	bool has_v4 = default_v4(v4), has_v6 = default_v6(v6);

	if (!has_v4 && !has_v6)
		doctor_mend(doctor_add(d, DOCTOR_WARN, "default route",
		                       "none: a scan has to be told its interface"),
		            "sonde scan --iface NAME ...");
	else if (has_v4 && has_v6 && strcmp(v4, v6) != 0)
		doctor_add(d, DOCTOR_OK, "default route", "over %s, that of IPv6 over %s", v4, v6);
	else
		doctor_add(d, DOCTOR_OK, "default route", "over %s", has_v4 ? v4 : v6);
}
