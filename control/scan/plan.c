/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c - fills the index space from lists and files. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "plan.h"
#include "ports.h"
#include "rate.h"
#include "sample.h"
#include "splitmix.h"
#include "targets.h"

enum {
	SCOPE_FREE_MAX = 1 << 24,
	FRAME_SAMPLE = 4096,
	ETHERNET = 14,
	TAG = 4,
	IPV4 = 20,
	IPV6 = 40
};

static void note_forbidden(struct plan *p, const struct dp_addr *a)
{
	size_t used = strlen(p->forbidden);
	const char *why;

	if (dp_addr_forbidden(a, &why) && strstr(p->forbidden, why) == NULL &&
	    used + strlen(why) + 3 < sizeof(p->forbidden))
		snprintf(p->forbidden + used, sizeof(p->forbidden) - used, "%s%s",
		         used > 0 ? ", " : "", why);
}

static int include(void *arg, const struct target_range *r, const struct target_place *at)
{
	struct plan *p = arg;

	(void)at;
	return dp_space_include(p->space, &r->first, &r->last);
}

static int include_target(void *arg, const struct target_range *r, const struct target_place *at)
{
	struct plan *p = arg;

	note_forbidden(p, &r->first);
	note_forbidden(p, &r->last);
	p->any_v4 |= dp_addr_is_v4(&r->first, NULL);
	p->any_v6 |= !dp_addr_is_v4(&r->first, NULL);
	if (p->ipv6_budget > 0 && !dp_addr_is_v4(&r->first, NULL))
		return sample_range(r, p->ipv6_budget, p->key, include, p);
	return include(p, r, at);
}

static int exclude(void *arg, const struct target_range *r, const struct target_place *at)
{
	struct plan *p = arg;

	(void)at;
	return dp_space_exclude(p->space, &r->first, &r->last);
}

static int add_ports(void *arg, uint16_t first, uint16_t last)
{
	struct plan *p = arg;

	for (unsigned port = first; port <= last; port++)
		p->port_set[port >> 3] |= (uint8_t)(1u << (port & 7));
	return dp_space_add_ports(p->space, first, last);
}

/* As add_ports(), but leave out (and count) the ports of fragile devices for which there is no
 * payload. */
static int add_udp_ports(void *arg, uint16_t first, uint16_t last)
{
	struct plan *p = arg;
	unsigned from = first;
	int ret = 0;

	for (unsigned port = first; port <= last && ret == 0; port++) {
		if (payload_allows(&p->payloads, (uint16_t)port))
			continue;
		p->left_out++;
		if (from < port)
			ret = add_ports(p, (uint16_t)from, (uint16_t)(port - 1));
		from = port + 1;
	}
	return ret == 0 && from <= last ? add_ports(p, (uint16_t)from, last) : ret;
}

static int read_scope(struct plan *p, const char *path, struct error *err)
{
	struct target_list allowed = {0};
	int ret = targets_file(path, target_list_add, &allowed, err);

	if (ret == 0)
		ret = target_list_outside(&allowed, exclude, p);
	target_list_fini(&allowed);
	return ret;
}

static int read_lists(const struct config *c, struct plan *p, struct error *err)
{
	int ret = 0;

	for (unsigned i = 0; i < c->target_count && ret == 0; i++)
		ret = targets_argument("target", c->targets[i], include_target, p, err);
	for (unsigned i = 0; i < c->excludes.count && ret == 0; i++)
		ret = targets_argument("--exclude", c->excludes.items[i], exclude, p, err);
	for (unsigned i = 0; i < c->exclude_files.count && ret == 0; i++)
		ret = targets_file(c->exclude_files.items[i], exclude, p, err);
	p->payloads.ask_fragile = c->ask_fragile;
	if (ret == 0 && c->payload_file != NULL)
		ret = payload_file(&p->payloads, c->payload_file, err);
	for (unsigned i = 0; i < c->ports.count && ret == 0; i++)
		ret = ports_parse(c->ports.items[i], p->probe.payloads ? add_udp_ports : add_ports,
		                  p, err);
	if (ret == 0 && p->probe.portless)
		ret = add_ports(p, 0, 0);
	if (ret == 0 && c->scope_file != NULL)
		ret = read_scope(p, c->scope_file, err);
	return ret;
}

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
	if (p->info.size + p->info.excluded + p->info.forbidden == 0) {
		return error_set(err, -EINVAL, "the lists of targets name no address");
	}
	if (p->info.size == 0) {
		return error_set(err, -EINVAL,
		                 "nothing is left to probe: %" PRIu64
		                 " addresses excluded, %" PRIu64 " never probed%s%s%s",
		                 p->info.excluded, p->info.forbidden, p->forbidden[0] ? " (" : "",
		                 p->forbidden, p->forbidden[0] ? ")" : "");
	}
	if (p->info.addresses > SCOPE_FREE_MAX && c->scope_file == NULL) {
		return error_set(err, -EINVAL,
		                 "%" PRIu64
		                 " addresses are more than 2^24: name what you may probe with "
		                 "--scope-file FILE%s",
		                 p->info.addresses,
		                 p->any_v6 ? ", or probe --ipv6-budget N random ones of each IPv6 "
		                             "range"
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
	ret = read_lists(c, p, err);
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
	else if (ret < 0)
		error_set(err, ret, "the targets: %s", strerror(-ret));
	if (ret < 0)
		return ret;
	p->info.digest ^= (uint64_t)c->probe << 56; /* another kind of probe is another scan */
	if (c->payload_file != NULL)
		p->info.digest ^= payload_digest(&p->payloads);
	return check_size(c, p, err);
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
	p.rate_pps = c->rate > 0 ? c->rate : RATE_DEFAULT_PPS;
	if (c->bandwidth > 0)
		p.rate_pps = rate_of_bandwidth(c->bandwidth, mean_frame(c, &p));
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
	return (p->port_set[port >> 3] >> (port & 7) & 1) != 0 && dp_space_contains(p->space, addr);
}
