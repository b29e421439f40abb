/* SPDX-License-Identifier: Apache-2.0 */
/* silence.c - the reasons why a scan may have got no answer, in the order of their likelihood. */
#include "silence.h"

static const struct {
	size_t offset; /* of the flag in struct dp_trouble */
	const char *name, *text;
} reasons[] = {
#define REASON(flag, text)                                                                         \
	{                                                                                          \
		offsetof(struct dp_trouble, flag), #flag, text                                     \
	}
	REASON(link_down, "the link is down: cable, switch port or peer"),
	REASON(no_program, "the steering program was taken off the interface while the scan ran: "
                           "something else manages XDP there"),
	REASON(no_next_hop,
               "no target has a neighbour that answers for it: the hosts are not there, "
               "or this is not their network"),
	REASON(gateway_silent, "the gateway has stopped answering"),
	REASON(other_route,
               "the kernel reaches the targets by another interface or gateway than the "
               "probes: `ip route get ADDRESS` shows it"),
	REASON(alone, "the source address is not the kernel's: routers must send what is for it to "
                      "this machine's port"),
	REASON(nothing_heard,
               "not a single frame arrived: wrong interface or VLAN, or a switch that "
               "does not let this port talk"),
#undef REASON
};

enum { REASONS = sizeof(reasons) / sizeof(reasons[0]) };

static bool holds(const struct dp_trouble *t, unsigned i)
{
	return *(const bool *)((const char *)t + reasons[i].offset);
}

void silence_print(FILE *out, const struct dp_trouble *t)
{
	unsigned found = 0;

	for (unsigned i = 0; i < REASONS; i++) {
		if (!holds(t, i))
			continue;
		fprintf(out, "  likely    %s\n", reasons[i].text);
		found++;
	}
	if (found == 0)
		fputs("  likely    a firewall on the way drops the probes or the answers, or no host "
		      "is there;\n"
		      "            link, steering program, gateway and route are as they should be\n",
		      out);
}

void silence_json(struct json *j, const struct dp_trouble *t)
{
	json_open_array(j, "silence");
	for (unsigned i = 0; i < REASONS; i++)
		if (holds(t, i))
			json_text(j, NULL, reasons[i].name);
	json_close_array(j);
}
