/* SPDX-License-Identifier: Apache-2.0 */
/* config_kinds.c - settles which kinds of probes a scan sends, and steps from one to the next. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config_kinds.h"
#include "ports.h"
#include "rate.h"

enum {
	SYN = 1u << DP_PROBE_TCP_SYN,
	UDP = 1u << DP_PROBE_UDP,
	ECHO = 1u << DP_PROBE_ICMP_ECHO,
};

static uint32_t kind_of(const char *name, size_t len)
{
	struct dp_probe_info info;

	for (unsigned i = 0; dp_probe_describe(i, &info); i++)
		if (strlen(info.name) == len && memcmp(info.name, name, len) == 0)
			return 1u << i;
	return 0;
}

int option_kinds(const char *text, void *field, struct error *err)
{
	struct dp_probe_info info;
	uint32_t kinds = 0;
	size_t n;

	for (const char *at = text;; at += strcspn(at, ",") + 1) {
		uint32_t kind = kind_of(at, strcspn(at, ","));

		kinds |= kind;
		if (kind == 0)
			break;
		if (at[strcspn(at, ",")] == '\0') {
			*(uint32_t *)field = kinds;
			return 0;
		}
	}
	n = (size_t)snprintf(err->text, sizeof(err->text), "expected one or more of");
	for (unsigned i = 0; dp_probe_describe(i, &info); i++)
		n += (size_t)snprintf(err->text + n, sizeof(err->text) - n, "%s %s",
		                      i > 0 ? "," : "", info.name);
	return -EINVAL;
}

static int note_kind(void *arg, enum ports_kind kind, uint16_t first, uint16_t last)
{
	(void)first;
	(void)last;
	*(unsigned *)arg |= kind;
	return 0;
}

/* The kinds that the letters of the ports name. Ports without a letter are not among them. */
static uint32_t named(unsigned letters)
{
	return (letters & PORTS_TCP ? (uint32_t)SYN : 0) |
	       (letters & PORTS_UDP ? (uint32_t)UDP : 0) |
	       (letters & PORTS_ICMP ? (uint32_t)ECHO : 0);
}

/* Refuse letters that --probe has not, and kinds that got no ports. */
static int check(const struct config *c, unsigned letters, struct error *err)
{
	uint32_t extra = named(letters) & ~c->kinds;
	uint32_t bare = c->ports.count > 0 && (letters & PORTS_ANY) == 0
	                        ? c->kinds & ~named(letters) & ~(uint32_t)ECHO
	                        : 0;

	if (extra != 0)
		return error_set(
			err, -EINVAL,
			"-p: %s is for probes that --probe does not name: add %s to it, or leave "
			"--probe out",
			extra & SYN   ? "T:"
			: extra & UDP ? "U:"
				      : "I:",
			extra & SYN   ? "syn"
			: extra & UDP ? "udp"
				      : "icmp");
	if (bare != 0)
		return error_set(err, -EINVAL,
		                 "--probe %s has no ports: -p names those of others only",
		                 bare & SYN ? "syn" : "udp");
	if (c->kinds == ECHO && (letters & PORTS_ANY) != 0)
		return error_set(err, -EINVAL, "--probe icmp knows no ports: leave -p out");
	if (c->part != 0 && ((c->part & c->kinds) == 0 || (c->part & (c->part - 1)) != 0))
		return error_set(err, -EINVAL, "--part: expected one of the kinds that are probed");
	return 0;
}

int config_kinds_settle(struct config *c, struct error *err)
{
	unsigned letters = 0;
	uint32_t kind;
	int ret = 0;

	for (unsigned i = 0; i < c->ports.count && ret == 0; i++)
		ret = ports_parse(c->ports.items[i], note_kind, &letters, err);
	if (ret < 0)
		return ret;
	c->kinds = c->probes != 0 ? c->probes : named(letters);
	if (c->probes == 0 && (c->kinds == 0 || (letters & PORTS_ANY) != 0))
		c->kinds |= SYN;
	ret = check(c, letters, err);
	kind = c->part != 0 ? c->part : c->kinds;
	c->probe = (enum dp_probe)__builtin_ctz(kind);
	return ret;
}

const char *config_kind_name(const struct config *c)
{
	static const char *const names[] = {
		[DP_PROBE_TCP_SYN] = "syn", [DP_PROBE_UDP] = "udp", [DP_PROBE_ICMP_ECHO] = "icmp"};

	return names[c->probe];
}

bool config_next_kind(struct config *c)
{
	uint32_t left = c->kinds & ~((2u << c->probe) - 1);

	if (left == 0)
		return false;
	c->probe = (enum dp_probe)__builtin_ctz(left);
	c->later = true;
	if (c->rate == RATE_AUTO)
		c->rate = 0;
	return true;
}
