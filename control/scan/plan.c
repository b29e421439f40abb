/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - fills the index space from lists and files. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "plan.h"
#include "plan_lists.h"
#include "rate.h"
#include "splitmix.h"

enum {
	SCOPE_FREE_MAX = 1 << 24,
	FRAME_SAMPLE = 4096,
	ETHERNET = 14,
	TAG = 4,
	IPV4 = 20,
	IPV6 = 40
};

static int check_size(const struct config *c, const struct plan *p, struct error *err)
{
	if (p->info.ports == 0 && p->left_out > 0) {
		return error_set(
			err, -EINVAL,
			"-p: nothing is left to probe: all %u ports belong to fragile devices, "
			"and no UDP "
			"request is known to be harmless there; --payload-file with --ask-fragile "
			"sends your own",
			p->left_out);
	}
	if (p->info.ports == 0 && c->exclude_ports.count > 0) {
		return error_set(err, -EINVAL,
		                 "nothing is left to probe: --exclude-ports names all ports");
	}
	if (p->info.size + p->info.excluded + p->info.forbidden == 0) {
		return error_set(err, -EINVAL, "the lists of targets name no address");
	}
	if (p->info.size == 0) {
		return error_set(err, -EINVAL,
		                 "nothing is left to probe: %" PRIu64
		                 " address%s excluded, %" PRIu64 " never probed%s%s%s%s",
		                 p->info.excluded, p->info.excluded == 1 ? "" : "es",
		                 p->info.forbidden, p->forbidden[0] ? " (" : "", p->forbidden,
		                 p->forbidden[0] ? ")" : "",
		                 strstr(p->forbidden, "loopback") != NULL
		                         ? "; a scanner cannot probe its own machine over a NIC: "
		                           "scripts/lab makes hosts to try it on"
		                         : "");
	}
	if (p->info.addresses > SCOPE_FREE_MAX && c->scope_file == NULL) {
		return error_set(
			err, -EINVAL,
			"%" PRIu64 " addresses are more than 2^24: name what you may probe with "
			"--scope-file FILE%s",
			p->info.addresses,
			p->info.v6 ? ", or probe --ipv6-budget N random ones of each IPv6 range"
				   : "");
	}
	if (c->rate_cap.pps > 0 && c->rate_cap.len4 > 32 && p->any_v4) {
		return error_set(
			err, -EINVAL,
			"--max-rate-per: expected prefix lengths of at most 32 (IPv4) and 128 "
			"(IPv6); with "
			"targets of both, LEN4/LEN6:PPS");
	}
	if (c->shard.count > p->info.size) {
		return error_set(err, -EINVAL, "--shard: more shards than targets");
	}
	return 0;
}

/* Expand a seed into a key. Similar seeds give unrelated keys. */
static void key_of_seed(uint64_t seed, uint8_t key[16])
{
	for (int half = 0; half < 2; half++) {
		uint64_t z = splitmix(&seed);

		for (int i = 0; i < 8; i++)
			key[8 * half + i] = (uint8_t)(z >> (8 * i));
	}
}

bool plan_seed_key(const struct config *c, uint8_t key[16])
{
	struct error why;
	uint64_t seed;

	if (c->seed == NULL || option_u64(c->seed, &seed, &why) < 0)
		return false;
	key_of_seed(seed, key);
	return true;
}

/* Whether the key follows from the sealed space: the shards of a scan without a seed need one order
 * in common. */
static bool follows_space(const struct config *c)
{
	return c->key == NULL && c->seed == NULL && c->shard.count > 1;
}

/* Make a key without a seed: that of the scan to resume, or a random one. */
static int make_unseeded(const struct config *c, uint8_t key[16], struct error *err)
{
	if (c->key != NULL) {
		memcpy(key, c->key, 16);
		return 0;
	}
	if (follows_space(c) && c->ipv6_budget > 0)
		return error_set(err, -EINVAL,
		                 "--ipv6-budget with --shard: each shard would draw other random "
		                 "addresses; give all shards the same --seed N");
	if (!follows_space(c) && getrandom(key, 16, 0) != 16)
		return error_set(err, -EIO, "the system gives no random numbers: %s",
		                 strerror(errno));
	return 0;
}

static int make_key(const struct config *c, uint8_t key[16], struct error *err)
{
	struct error why;
	uint64_t seed;

	if (c->key != NULL || c->seed == NULL)
		return make_unseeded(c, key, err);
	if (option_u64(c->seed, &seed, &why) < 0) {
		return error_set(err, -EINVAL, "--seed: `%.60s`: %.100s", c->seed, why.text);
	}
	key_of_seed(seed, key);
	return 0;
}

/* The payload length of a UDP probe to @port. A payload for that port comes before the one for all
 * ports. */
static unsigned payload_len(const struct payload_list *l, uint16_t port)
{
	unsigned all = 0;

	for (unsigned i = 0; i < l->count; i++) {
		if (l->v[i].port == port)
			return l->v[i].len;
		if (l->v[i].port == 0)
			all = l->v[i].len;
	}
	return all;
}

/* The mean length of the scan's frames in bytes without FCS, taken from the first FRAME_SAMPLE
 * targets in the order of probing. */
static double mean_frame(const struct config *c, const struct plan *p)
{
	uint64_t n = p->info.size < FRAME_SAMPLE ? p->info.size : FRAME_SAMPLE, sum = 0;

	for (uint64_t i = 0; i < n; i++) {
		unsigned len = ETHERNET + (c->vlan > 0 ? TAG : 0) + p->probe.l4_len;
		struct dp_addr addr;
		uint16_t port;

		dp_space_ordered(p->space, p->key, i, &addr, &port);
		len += dp_addr_is_v4(&addr, NULL) ? IPV4 : IPV6;
		if (p->probe.payloads)
			len += payload_len(&p->payloads, port);
		sum += len > RATE_MIN_FRAME ? len : RATE_MIN_FRAME;
	}
	return (double)sum / (double)n;
}

/* Fill the space with the targets and ports that the lists name, without the exclusions. */
static int fill(const struct config *c, struct plan *p, struct error *err)
{
	int ret;

	err->text[0] = '\0';
	ret = plan_lists_read(c, p, err);
	if (ret < 0 && err->text[0] == '\0')
		error_set(err, ret, "the targets: %s", strerror(-ret));
	return ret;
}

static int seal(const struct config *c, struct plan *p, struct error *err)
{
	int ret = dp_space_seal(p->space, &p->info);

	if (ret == -ERANGE)
		error_set(err, ret,
		          "more than 2^62 targets; of a large IPv6 range "
		          "--ipv6-budget N probes N random addresses");
	else if (ret == -E2BIG)
		error_set(err, ret,
		          "targets with ports of their own beside others make more than 2^20 pairs "
		          "of a range and a port: scan the others by themselves");
	else if (ret < 0)
		error_set(err, ret, "the targets: %s", strerror(-ret));
	if (ret < 0)
		return ret;
	p->info.digest ^= (uint64_t)c->probe << 56; /* another kind of probe is another scan */
	if (c->payload_file != NULL)
		p->info.digest ^= payload_digest(&p->payloads);
	return check_size(c, p, err);
}

/* The packets a second to begin with. --max-rate limits what other options say, and is the rate
 * itself where no other option says one. */
static double choose_rate(const struct config *c, const struct plan *p)
{
	double pps = c->rate > 0                               ? c->rate
	             : c->rate_max > 0 && c->rate != RATE_AUTO ? c->rate_max
	                                                       : RATE_DEFAULT_PPS;

	if (c->bandwidth > 0)
		pps = rate_of_bandwidth(c->bandwidth, mean_frame(c, p));
	return c->rate_max > 0 && c->rate != RATE_AUTO && pps > c->rate_max ? c->rate_max : pps;
}

int plan_make(const struct config *c, struct plan *out, struct error *err)
{
	struct plan p = {.space = dp_space_new(),
	                 .transport = DP_TRANSPORT_TCP,
	                 .ipv6_budget = c->ipv6_budget};
	int ret;

	if (p.space == NULL) {
		return error_set(err, -ENOMEM, "the targets: %s", strerror(ENOMEM));
	}
	if (dp_probe_describe(c->probe, &p.probe))
		p.transport = p.probe.transport;
	payload_list_init(&p.payloads);
	ret = make_key(c, p.key, err);
	if (ret == 0)
		ret = fill(c, &p, err);
	if (ret == 0)
		ret = seal(c, &p, err);
	if (ret < 0) {
		plan_fini(&p);
		return ret;
	}
	if (follows_space(c))
		key_of_seed(p.info.digest, p.key);
	p.rate_pps = choose_rate(c, &p);
	*out = p;
	return 0;
}

void plan_fini(struct plan *p)
{
	payload_list_fini(&p->payloads);
	dp_space_free(p->space);
	p->space = NULL;
}

bool plan_covers(const struct plan *p, const struct dp_addr *addr, uint16_t port)
{
	return dp_space_covers(p->space, addr, port);
}

bool plan_mostly_waits(const struct config *c, const struct plan *p)
{
	double sending_us = 1e6 * (double)p->info.size * c->passes / p->rate_pps;

	return c->cooldown_us == CONFIG_COOLDOWN_US && sending_us < CONFIG_COOLDOWN_US;
}

void plan_describe(const struct plan *p, char *out, size_t size)
{
	const struct dp_space_info *i = &p->info;
	const char *addresses = i->addresses == 1 ? "address" : "addresses";

	if (i->pairs)
		snprintf(out, size, "%" PRIu64 " address:port pair%s (%" PRIu64 " %s)", i->size,
		         i->size == 1 ? "" : "s", i->addresses, addresses);
	else if (p->probe.portless)
		snprintf(out, size, "%" PRIu64 " %s", i->addresses, addresses);
	else
		snprintf(out, size, "%" PRIu64 " %s x %u port%s", i->addresses, addresses, i->ports,
		         i->ports == 1 ? "" : "s");
}
